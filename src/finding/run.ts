/** The finding stage: hands each event to the rules that ask for its type, and enters what they see. */
import type { Timestamp } from "../octets/time.ts";
import type { Doubt, Seen } from "../protocol/event.ts";
import type { Connection } from "../stream/item.ts";
import { clientAddress } from "../session/client-address.ts";
import type { Conversation } from "../session/conversation.ts";
import type { CaptureEvent, SessionSink, SniffEvent } from "../session/event.ts";
import { type Evidence, type Finding, lessSure, type Severity, type Subject } from "./finding.ts";
import type { Ledger } from "./ledger.ts";
import { LIMITS } from "./limits.ts";
import { fieldRange, rangesOf, sightedRange } from "./place.ts";
import { POLICIES } from "./policy/packs.ts";
import type { PackName } from "./policy/policy.ts";
import type { Circumstances, Rule, Sighting } from "./rule.ts";
import { isOverInternet, worseOnThePath } from "./severities.ts";
import { isReadable, isSealed } from "../session/readable.ts";
import { innocenceOf } from "./innocence.ts";
import { type Find, type SecretsFound, secretsIn } from "./secrets/found.ts";

/** What the finding stage is given. */
export interface FindingSink extends SessionSink {
  /** false: only sessions and findings are of interest, not each packet. */
  readonly attentive?: boolean;
  /** A finding seen for the first time, and again at the end of the capture where more sightings came. */
  finding(finding: Finding): void;
}

export interface FindingOptions {
  readonly rules: readonly Rule[];
  readonly ledger: Ledger;
  /** Index of the capture in the run. */
  readonly capture: number;
  /** `--at`; undefined for the packet's own time. */
  readonly at: Timestamp | undefined;
  /** `--policy`. */
  readonly policy: PackName;
}

export function findings(sink: FindingSink, options: FindingOptions): SessionSink {
  const byType = dispatch(options.rules);
  const conversations = new Map<Connection, Conversation>();
  const tlsPorts = new Set<number>(REGISTERED_TLS_PORTS);
  const grown = new Set<Finding>();
  const policy = POLICIES[options.policy];

  // One object for all events: PUBLISH is too frequent for one each.
  const now: { -readonly [Key in keyof Circumstances]: Circumstances[Key] } = {
    at: 0 as Timestamp,
    isTlsPort: port => tlsPorts.has(port),
    policy,
  };
  const circumstances = (at: Timestamp): Circumstances => {
    now.at = options.at ?? at;
    return now;
  };

  // Asked for at every sighting; several in a row are of one connection.
  const asked: { connection: Connection | undefined; answer: boolean } = {
    connection: undefined,
    answer: false,
  };
  function crosses(connection: Connection | undefined): boolean {
    if (connection !== asked.connection) {
      asked.connection = connection;
      asked.answer = connection !== undefined && isOverInternet(connection);
    }
    return asked.answer;
  }

  function enter(
    rule: Rule,
    sighting: Sighting<Severity>,
    subject: Subject,
    evidence: Evidence,
    at: Timestamp | undefined,
    over?: Connection,
  ): void {
    const said = sighting.severity ?? policy.severities.get(rule.id) ?? rule.severity;
    const severity = rule.onThePath === true && crosses(over) ? worseOnThePath(said) : said;
    const { finding, isNew } = options.ledger.add({
      rule,
      title: sighting.title ?? rule.title,
      severity,
      confidence: sighting.confidence ?? "certain",
      subject,
      secret: sighting.secret,
      outcome: sighting.outcome,
      more: sighting.more,
      evidence,
      at,
    });
    if (isNew) sink.finding(finding);
    else grown.add(finding);
  }

  function judge(rules: readonly Rule[], event: SniffEvent | SecretsFound): void {
    const given = circumstances(event.at);
    for (const rule of rules) {
      const seen = rule.check(event, given);
      if (seen !== undefined) sighted(rule, event, seen);
    }
  }

  function sighted(
    rule: Rule,
    event: SniffEvent | SecretsFound,
    seen: Sighting<Severity> | readonly Sighting<Severity>[],
  ): void {
    // What is told of several conversations may come after the end of the one that it is about.
    const conversation = "conversation" in event ? event.conversation : conversations.get(event.connection);
    for (const given of several(seen)) {
      const sighting = doubted(given, event.doubt);
      const evidence = evidenceOf(event, conversation, sighting, options.capture);
      // A remark changes no exposure, and neither does a guess.
      if (sighting.confidence !== "tentative" && sighting.severity !== "info")
        conversation?.rules.add(rule.id);
      enter(rule, sighting, subjectOf(event, conversation, sighting), evidence, event.at, event.connection);
    }
  }

  /** Each field that holds secrets is an event for the rules about them, and a line of what is exposed. */
  function tellSecrets(event: SniffEvent, finds: readonly Find[]): void {
    const conversation = "conversation" in event ? event.conversation : conversations.get(event.connection);
    const clear = conversation === undefined ? !isSealed(event.transport) : isReadable(conversation);
    const { at, frame, connection, direction, transport, from, to, carriers, doubt } = event;
    const seen = { at, frame, connection, direction, transport, from, to, carriers, doubt };
    for (const find of finds) {
      if (clear) options.ledger.expose(find, frame, conversation?.id);
      const offset = find.offset ?? fieldRange(event, find.field, find.octets)?.[0];
      judge(byType.get("finding.secrets") ?? [], {
        ...seen,
        ...find,
        ...(offset !== undefined && { offset }),
        type: "finding.secrets",
        clear,
        conversation,
        event,
      });
    }
  }

  return {
    innocence: sink.attentive === false ? innocenceOf(byType) : undefined,
    event(event: SniffEvent): void {
      if (event.type === "session.opened") conversations.set(event.connection, event.conversation);
      else if (event.type === "tls.server_hello" && tlsPorts.size < LIMITS.ports) {
        const { port } = event.connection.server;
        // Plain MQTT belongs there, whatever one broker does.
        if (port !== MQTT_PORT) tlsPorts.add(port);
      }
      const rules = byType.get(event.type);
      if (rules !== undefined) judge(rules, event);
      const finds = secretsIn(event);
      if (finds.length > 0) tellSecrets(event, finds);
      sink.event(event);
      if (event.type === "session.closed") conversations.delete(event.connection);
    },
    capture(event: CaptureEvent): void {
      for (const rule of byType.get(event.type) ?? []) {
        for (const sighting of several(rule.check(event, circumstances(0 as Timestamp)))) {
          const evidence: Evidence = {
            capture: options.capture,
            field: sighting.field,
            ...placeInCapture(event, sighting),
            ...(sighting.shown !== undefined && { shown: sighting.shown }),
          };
          enter(rule, sighting, whatOf(sighting), evidence, undefined);
        }
      }
      for (const finding of grown) sink.finding(finding);
      sink.capture(event);
    },
    limit: limit => sink.limit(limit),
    datagram: datagram => sink.datagram(datagram),
    notice: notice => sink.notice(notice),
    end: () => sink.end(),
  };
}

function placeInCapture(
  { fault }: CaptureEvent,
  { place }: Sighting<Severity>,
): Pick<Evidence, "frame" | "offset" | "length"> {
  if (place === undefined) return fault === undefined ? {} : { offset: fault.position };
  const { frame, octets } = place;
  return octets.offset < 0 ? { frame } : { frame, offset: octets.offset, length: octets.length };
}

function dispatch(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const byType = new Map<string, Rule[]>();
  for (const rule of rules)
    for (const type of rule.on) {
      const same = byType.get(type);
      if (same === undefined) byType.set(type, [rule]);
      else same.push(rule);
    }
  return byType;
}

const several = (
  seen: Sighting<Severity> | readonly Sighting<Severity>[] | undefined,
): readonly Sighting<Severity>[] => (seen === undefined ? NOTHING : "field" in seen ? [seen] : seen);

/** No finding is surer than that there was a packet, and what it said. */
function doubted(sighting: Sighting<Severity>, doubt: Doubt | undefined): Sighting<Severity> {
  if (doubt === undefined) return sighting;
  const { confidence = "certain" } = sighting;
  return { ...sighting, confidence: lessSure(confidence, doubt === "little" ? "firm" : "tentative") };
}

/** Who the client is: its client id, else its address; ports change with every connection. */
function subjectOf(
  event: Seen,
  conversation: Conversation | undefined,
  sighting: Sighting<Severity>,
): Subject {
  if (sighting.ofCapture === true) return whatOf(sighting);
  const { client, server } = event.connection;
  const broker = server.text;
  const what = sighting.subject;
  if (sighting.ofBroker === true) return what === undefined ? { broker } : { broker, what };
  const id = sighting.ofAddress === true ? undefined : conversation?.mqtt?.clientIds.at(-1);
  const address = conversation === undefined ? client.address : clientAddress(conversation);
  const who = id ?? address;
  return what === undefined ? { client: who, broker } : { client: who, broker, what };
}

const whatOf = (sighting: Sighting<Severity>): Subject =>
  sighting.subject === undefined ? {} : { what: sighting.subject };

function evidenceOf(
  event: SniffEvent | SecretsFound,
  conversation: Conversation | undefined,
  sighting: Sighting<Severity>,
  capture: number,
): Evidence {
  const { seen, range, field, shown } = sighting;
  const pieces =
    seen === undefined ? rangesOf(event, range ?? sightedRange(event, field, shown)) : rangesOf(seen, range);
  const [first] = pieces;
  return {
    capture,
    frame: (seen ?? event).frame,
    offset: first?.offset,
    length: first?.length,
    further: pieces.length > 1 ? pieces.slice(1) : undefined,
    conversation: conversation?.id,
    field,
    shown,
  };
}

const NOTHING: readonly Sighting<Severity>[] = [];

/** IANA: `secure-mqtt` is 8883; 8884 is by custom MQTT over secure WebSocket, or with client certificates. */
const REGISTERED_TLS_PORTS: readonly number[] = [8883, 8884];

/** IANA: `mqtt`. */
const MQTT_PORT = 1883;
