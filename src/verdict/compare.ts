/** Before and after: what of a client's traffic TLS has hidden, what still shows, and whether that is enough. */
import { inputName } from "../capture/input-name.ts";
import { type Secret, type WireText, wireString } from "../octets/text.ts";
import { type Client, clientsOf, hasSealedData, isSealed, matched, type Pair, shortages } from "./client.ts";
import { count } from "./not-seen.ts";
import type { Report, ReportConversation } from "./report.ts";
import { residualOf } from "./residual.ts";

export type FactState = "hidden" | "still visible" | "new" | "unknown";
export type ComparedOutcome = "SECURED" | "IMPROVED" | "UNCHANGED" | "REGRESSED" | "INCONCLUSIVE";

/** What shows of a fact: texts off the wire, and secrets that only a view may show. */
type ShownTexts = readonly (WireText | Secret)[];

/** One fact about a client; `before` and `after` say what could be read of it, and are absent where nothing was. */
export interface ComparedFact {
  readonly name: string;
  readonly state: FactState;
  readonly before?: ShownTexts;
  readonly after?: ShownTexts;
}

/** One client of one broker, named as each capture shows it. */
export interface ComparedClient {
  readonly before?: string;
  readonly after?: string;
  readonly facts: readonly ComparedFact[];
}

export interface Comparison {
  readonly schemaVersion: 1;
  readonly verdict: {
    readonly outcome: ComparedOutcome;
    readonly reasons: readonly string[];
    readonly mustDo: readonly string[];
  };
  readonly clients: readonly ComparedClient[];
  /** What the TLS of the second capture shows all the same. */
  readonly residual: readonly string[];
  readonly before: Report;
  readonly after: Report;
}

export interface ComparisonOptions {
  /** Verification that was not shown does not count as secured. */
  readonly strict: boolean;
  /** Filters that the second capture was made with, as its file says. */
  readonly filters: readonly string[];
  /** Both are halves of one capture. */
  readonly halves?: boolean;
}

/** contract.md, "Exit codes" of `compare`. */
export const COMPARED_EXIT_CODE: Readonly<Record<ComparedOutcome, number>> = {
  SECURED: 0,
  IMPROVED: 1,
  UNCHANGED: 1,
  REGRESSED: 1,
  INCONCLUSIVE: 3,
};

/**
 * Matches clients by client id and by address, and brokers by address, and holds what can be read of each in one report
 * against the other. Secrets are compared by whether they show, never shown here.
 */
export function compare(before: Report, after: Report, options: ComparisonOptions): Comparison {
  const pairs = matched(clientsOf(before), clientsOf(after));
  const short = new Set(shortages(pairs).map(({ now }) => now));
  const clients = pairs.map(([old, now]) => comparedClient(old, now, now !== undefined && !short.has(now)));
  return {
    schemaVersion: 1,
    verdict: verdictOf(before, after, pairs, options),
    clients,
    residual: residualOf(after),
    before,
    after,
  };
}

/** `told`: the connections afterwards are known to be this client's, and not one of several clients'. */
function comparedClient(old: Client | undefined, now: Client | undefined, told: boolean): ComparedClient {
  return {
    ...(old !== undefined && { before: old.name }),
    ...(now !== undefined && { after: now.name }),
    facts: FACTS.map(fact => {
      const before = shownOf(fact, old);
      const after = shownOf(fact, now);
      return {
        name: fact.name,
        state: stateOf(before, after, told ? now : undefined),
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after }),
      };
    }),
  };
}

/** A fact that is gone is hidden only where the client was seen to talk: silence hides nothing. */
function stateOf(
  before: ShownTexts | undefined,
  after: ShownTexts | undefined,
  now: Client | undefined,
): FactState {
  if (after !== undefined) return before === undefined ? "new" : "still visible";
  return before !== undefined && now !== undefined && now.conversations.some(isSealed) ? "hidden" : "unknown";
}

const isReadable = (conversation: ReportConversation): boolean => conversation.exposure === "exposed";

type Show = (conversations: readonly ReportConversation[]) => ShownTexts;

/** contract.md, `compare`: each fact with what shows of it, read from readable conversations unless said otherwise. */
const FACTS: readonly { readonly name: string; readonly show: Show; readonly sealedToo?: true }[] = [
  { name: "user name", show: cs => credentials(cs).flatMap(c => c.username ?? []) },
  { name: "password", show: cs => credentials(cs).flatMap(c => c.password ?? []) },
  { name: "client id", show: cs => cs.flatMap(c => c.mqtt?.clientIds ?? []) },
  { name: "topics", show: cs => cs.flatMap(c => c.mqtt?.topics ?? []) },
  { name: "payloads", show: cs => messages(cs) },
  { name: "will", show: cs => cs.flatMap(c => (c.mqtt?.wills ?? []).map(w => w.topic)) },
  { name: "broker identity", show: cs => cs.flatMap(c => c.tls?.chain[0]?.subject ?? []), sealedToo: true },
  { name: "sizes and timing", show: cs => [count(cs.length, "connection")], sealedToo: true },
];

/** Distinct texts, a few of them; undefined where nothing shows. */
function shownOf(fact: (typeof FACTS)[number], client: Client | undefined): ShownTexts | undefined {
  const conversations = (client?.conversations ?? []).filter(c => fact.sealedToo === true || isReadable(c));
  if (conversations.length === 0) return undefined;
  const texts = new Map(fact.show(conversations).map(text => [keyOf(text), text]));
  return texts.size === 0 ? undefined : [...texts.values()].slice(0, LISTED);
}

/** Two equal secrets are one; what they are goes no further than this comparison. */
const keyOf = (text: WireText | Secret): string =>
  typeof text === "string" || text instanceof Uint8Array ? wireString(text) : wireString(text.reveal());

const credentials = (conversations: readonly ReportConversation[]) =>
  conversations.flatMap(c => c.mqtt?.credentials ?? []);

function messages(conversations: readonly ReportConversation[]): string[] {
  const sum = conversations.reduce(
    (n, { mqtt }) => n + (mqtt?.publishes.client ?? 0) + (mqtt?.publishes.server ?? 0),
    0,
  );
  return sum === 0 ? [] : [count(sum, "message")];
}

function verdictOf(
  before: Report,
  after: Report,
  pairs: readonly Pair[],
  options: ComparisonOptions,
): Comparison["verdict"] {
  const blind = [
    ...(options.halves === true ? blindHalves(before, after) : []),
    ...(options.halves === true ? [] : [...blindness(before, " before"), ...blindness(after, " after")]),
    ...filtered(options.filters),
  ];
  if (blind.length > 0) {
    const isBroken = [...before.captures, ...after.captures].some(c => c.fault !== undefined);
    const again = "apture again, both ports (1883 and 8883), while the same clients talk.";
    return {
      outcome: "INCONCLUSIVE",
      reasons: blind,
      mustDo: [isBroken ? `Check the files, or c${again}` : `C${again}`],
    };
  }
  const open = after.findings.filter(f => READABLE.test(f.rule) && f.confidence !== "tentative");
  const fooled = after.findings.filter(f => f.rule === "MQ501" && f.confidence !== "tentative");
  const silent = pairs.filter(([old, now]) => old !== undefined && !now?.conversations.some(hasSealedData));
  const short = shortages(pairs);
  const unshown = after.conversations.filter(c => c.tls?.clientVerifies === "unknown").length;
  const leaked = before.findings.filter(f => f.rule === "MQ101").map(f => f.fix);
  const mustDo = [...new Set([...[...open, ...fooled].map(f => f.fix), ...leaked])];
  const wasOpen = before.conversations.some(isReadable);
  if (open.length > 0) {
    const reasons = open.map(f => `${f.title} (${f.rule}, ${wireString(f.subject.client ?? "a client")})`);
    const better = pairs.some(([old, now]) => old !== undefined && isSealedThroughout(now));
    const outcome = !wasOpen ? "REGRESSED" : better ? "IMPROVED" : "UNCHANGED";
    return { outcome, reasons: [...new Set(reasons)], mustDo };
  }
  if (fooled.length > 0)
    return {
      outcome: "IMPROVED",
      reasons: ["What was readable is encrypted, but a client does not verify its broker."],
      mustDo,
    };
  if (silent.length + short.length > 0)
    return {
      outcome: "INCONCLUSIVE",
      reasons: [
        ...short.map(
          ({ now, clients, connections, atOnce }) =>
            `${count(clients, "client")} ${atOnce ? "at the same time " : ""}before, ${count(connections, "connection")} after (${now.address} to ${now.broker} over TLS): not every client was seen again.`,
        ),
        ...silent.map(([old]) => `${old?.name ?? "A client"} was not seen to send data over TLS.`),
      ],
      mustDo: ["Capture again while all clients of the first capture talk."],
    };
  if (!wasOpen)
    return {
      outcome: "UNCHANGED",
      reasons: ["Nothing was readable before, and nothing is now."],
      mustDo: [],
    };
  const verification =
    unshown === 0
      ? "verification was shown"
      : "whether clients verify was not shown: try a broker with a wrong certificate";
  if (unshown > 0 && options.strict)
    return { outcome: "IMPROVED", reasons: [`All of it is encrypted; ${verification}.`], mustDo };
  return {
    outcome: "SECURED",
    reasons: [`Nothing that was readable is readable any more; ${verification}.`],
    mustDo,
  };
}

/** rules: a password in clear, MQTT in clear, plaintext on a TLS port, a fall back to plaintext, WebSocket in clear. */
const READABLE = /^MQ(?:1\d\d|201|216|217|218)$/;

/** A client that says nothing readable any more. */
const isSealedThroughout = (now: Client | undefined): boolean =>
  now !== undefined && now.conversations.some(hasSealedData) && !now.conversations.some(isReadable);

function blindness({ captures, conversations, verdict }: Report, which: string): string[] {
  const broken = captures.flatMap(({ path, fault, octets }) =>
    fault === undefined
      ? []
      : octets === 0 || fault.offset === 0
        ? [`The capture${which} could not be read: ${inputName(path)}: ${fault.text}.`]
        : [
            `The capture${which} could not be read to its end: ${inputName(path)}: octet ${fault.offset}: ${fault.text}.`,
          ],
  );
  if (broken.length > 0) return broken;
  if (conversations.length === 0) return [`The capture${which} holds no MQTT and no TLS that is judged.`];
  return verdict.outcome === "inconclusive" ? [`The capture${which} could not be judged.`] : [];
}

/** Of one capture what keeps it from being read is said once, and which half of it there is not. */
function blindHalves(before: Report, after: Report): string[] {
  const whole = blindness(before.conversations.length > 0 ? before : after, "");
  if (whole.length > 0) return whole;
  if (after.conversations.length === 0)
    return ["The capture holds no TLS: there is nothing in it to compare with what was said in clear."];
  return before.conversations.length === 0
    ? ["The capture holds nothing that was said in clear before its TLS: there is nothing to compare with."]
    : [];
}

/** A capture of port 8883 alone looks clean, whatever is still said on 1883. */
const filtered = (filters: readonly string[]): string[] =>
  filters
    .filter(filter => /\b8883\b/.test(filter) && !/\b1883\b/.test(filter))
    .map(
      filter => `The capture after was filtered ("${filter}"): what is said on port 1883 was not captured.`,
    );

/** Texts of one fact that are listed. */
const LISTED = 5;
