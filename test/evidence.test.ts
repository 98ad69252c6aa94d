/** Evidence of the rules, cut out of the captures again: what is named must be there. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ReportEvidence } from "../src/verdict/report.ts";
import { fileOf, judge, parseReport, reportOf, STORIES } from "./story.ts";

/** What a path begins with, and the octet that what it is of begins with (RFC 8446 §4, §5.1). */
const BEGINS: readonly (readonly [path: RegExp, octets: readonly number[]])[] = [
  [/^client_hello\./, [1]],
  [/^server_hello\./, [2]],
  [/^new_session_ticket\./, [4]],
  [/^(client )?Certificate\[/, [11]],
  [/^server_key_exchange\./, [12]],
  // Of what is absent: the flight in which it would have stood.
  [/^certificate_request$/, [2]],
  // Hidden in TLS 1.3.
  [/^client certificate_list$/, [11, 23]],
  [/^alert\./, [21]],
  [/^application_data$/, [23]],
];

/** That a client said nothing has a frame and no octets. */
const SILENT: ReadonlySet<string> = new Set(["MQ503"]);

interface Proof {
  readonly rule: string;
  readonly field: string;
  /** As it was sent. */
  readonly shown: Buffer;
  /** Of the capture. */
  readonly octets: Buffer;
}

/** The rules that show what was sent, and name its octets. */
const EXACT: ReadonlySet<string> = new Set(
  [
    [101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121],
    [203, 204, 205, 209, 210, 211, 214, 220, 222],
  ]
    .flat()
    .map(number => `MQ${number}`),
);

/** Those that show a part of the field, and name all of it. */
const CONTAIN: ReadonlySet<string> = new Set(["MQ213"]);

async function proofsOf(story: string): Promise<Proof[]> {
  const report = parseReport(await judge(story, "--format", "json", "--reveal", "--fail-on", "never"));
  const capture = readFileSync(fileOf(story, "capture.pcapng"));
  const proofs: Proof[] = [];
  for (const { rule, evidence } of report.findings)
    for (const proof of evidence) {
      if (!EXACT.has(rule) && !CONTAIN.has(rule)) continue;
      proofs.push({ rule, field: proof.field, shown: shownOctets(proof), octets: cut(capture, proof) });
    }
  return proofs;
}

function cut(capture: Buffer, { field, offset, length, further = [] }: ReportEvidence): Buffer {
  if (offset === undefined || length === undefined) throw new Error(`${field}: no octets are named`);
  const pieces = [{ offset, length }, ...further];
  return Buffer.concat(pieces.map(piece => capture.subarray(piece.offset, piece.offset + piece.length)));
}

/** What JSON made of a text or of octets. */
function shownOctets({ shown }: ReportEvidence): Buffer {
  const json: unknown = shown;
  if (typeof json === "string") return Buffer.from(json, "utf8");
  return Buffer.from((json as { readonly base64: string }).base64, "base64");
}

/** RFC 6455 §5.3: octet by octet with a key of four. */
function isMasked(octets: Buffer, plain: Buffer): boolean {
  const key = octets.map((octet, at) => octet ^ plain[at]!);
  return octets.length === plain.length && key.every((octet, at) => at < 4 || octet === key[at - 4]);
}

interface Message {
  readonly story: string;
  readonly rule: string;
  readonly field: string;
  /** First octet that is named; undefined where none is. */
  readonly first: number | undefined;
}

/** Evidence in the capture of the story itself. */
async function messagesOf(story: string): Promise<Message[]> {
  const { captures, findings } = await reportOf(story);
  const capture = readFileSync(fileOf(story, "capture.pcapng"));
  return findings.flatMap(({ rule, evidence }) =>
    evidence
      .filter(proof => captures[proof.capture]?.path.includes(`/${story}/`))
      .map(({ field, offset }) => ({
        story,
        rule,
        field,
        first: offset === undefined ? undefined : capture[offset],
      })),
  );
}

const messages = (await Promise.all(STORIES.map(messagesOf))).flat();

const proofs = new Map<string, Proof[]>();
for (const story of STORIES) proofs.set(story, await proofsOf(story));

describe("evidence", () => {
  test("names exactly the octets that it shows, wherever it shows what was sent", () => {
    const seen = new Set<string>();
    for (const [story, all] of proofs)
      for (const { rule, field, shown, octets } of all) {
        // What is not there as a whole is told by these words.
        if (shown.toString() === "sent, partly captured") continue;
        // What is inside WebSocket is masked; its upgrade is not.
        if (story.startsWith("websocket") && !field.startsWith("GET.")) continue;
        seen.add(rule);
        const [there, said] = [octets.toString("latin1"), shown.toString("latin1")];
        const expected = EXACT.has(rule) ? said : expect.stringContaining(said);
        expect([story, rule, field, there]).toEqual([story, rule, field, expected]);
      }
    expect([...seen].sort()).toEqual([...EXACT, ...CONTAIN].sort());
  });

  test("of TLS names the message that the field is in, whenever the rule could tell", () => {
    const seen = new Set<RegExp>();
    for (const { story, rule, field, first } of messages) {
      if (first === undefined && SILENT.has(rule)) continue;
      const [path, octets] = BEGINS.find(([of]) => of.test(field)) ?? [];
      if (path === undefined || octets === undefined) continue;
      seen.add(path);
      expect([story, rule, field, octets]).toEqual([story, rule, field, expect.arrayContaining([first])]);
    }
    expect([...seen].map(String).sort()).toEqual(BEGINS.map(([path]) => String(path)).sort());
  });

  test("of a message that was not sent holds the whole flight in which it would have stood", async () => {
    const { findings } = await reportOf("expired");
    const [proof] = findings.find(({ rule }) => rule === "MQ334")!.evidence;
    const capture = readFileSync(fileOf("expired", "capture.pcapng"));
    expect(proof!.frame).toBe(6);
    // ServerHelloDone: type 14, and no body (RFC 5246 §7.4.5).
    expect(cut(capture, proof!).subarray(-4).toString("hex")).toBe("0e000000");
    expect(proof!.shown).toBe("absent from ServerHello to ServerHelloDone");
  });

  test("in WebSocket frames names the octets as they are masked", () => {
    const masked = proofs.get("websocket")!.filter(({ field }) => field === "CONNECT.Password");
    expect(masked.length).toBeGreaterThan(0);
    for (const { octets, shown } of masked) expect(isMasked(octets, shown)).toBe(true);
  });
});
