/** What the dashboard knows: observations folded into a bounded model, cheap enough for every packet. */
import type { Finding, Severity } from "../finding/finding.ts";
import { type HiddenRange, hiddenOfMessage } from "../finding/secrets/hide.ts";
import { type SafeText, type Secret, type WireText, printable, wireString } from "../octets/text.ts";
import type { Timestamp } from "../octets/time.ts";
import type { View } from "../octets/view.ts";
import { faultText } from "../octets/decode.ts";
import type { Notice } from "../capture/frame.ts";
import type { Conversation } from "../session/conversation.ts";
import type { EventOf, SniffEvent } from "../session/event.ts";
import { isReadable, isSealed } from "../session/readable.ts";
import { type Affects, exposureOf, worse } from "../verdict/exposure.ts";
import type { Observation } from "../verdict/observation.ts";
import type { Exposure, ReportVerdict } from "../verdict/report.ts";

/** Ceilings of the screen, each with its reason; what lies beyond is counted. */
export const LIMITS = {
  /** Looked through ten times a second; the report lists the others. */
  conversations: 500,
  /** Far more than a screen has rows; 64 octets of payload each. */
  topics: 2000,
  logins: 200,
  findings: 1000,
  /** Octets of a payload that a row can show. */
  payload: 48,
} as const;

/** A user name and password, or nothing at all, that a client sent readable. */
export interface SeenLogin {
  readonly username: WireText | undefined;
  readonly password: Secret | undefined;
  readonly anonymous: boolean;
  readonly clientId: WireText;
  readonly version: string;
  readonly client: string;
  readonly server: string;
  accepted: boolean | undefined;
  times: number;
}

/** A Topic Name that was published readable. */
export interface SeenTopic {
  readonly topic: WireText;
  messages: number;
  octets: number;
  /** The start of the last payload: `payload[0 … kept)` of `length`. */
  readonly payload: Uint8Array;
  kept: number;
  length: number;
  /** What of it must be hidden: looked for in all of the last payload. */
  hidden: readonly HiddenRange[];
}

export interface Model {
  readonly affects: Affects;
  name: string;
  engine: string | undefined;
  frames: number;
  dropped: number | "unknown" | undefined;
  gaps: number;
  messages: number;
  first: Timestamp | undefined;
  last: Timestamp | undefined;
  readonly logins: Map<string, SeenLogin>;
  readonly topics: Map<string, SeenTopic>;
  readonly conversations: Set<Conversation>;
  readonly findings: Set<Finding>;
  /** How many were seen, with those that are no longer or never kept. */
  readonly counts: { conversations: number; topicMessagesBeyond: number; loginsBeyond: number };
  readonly severities: Record<Severity, number>;
  /** Of conversations that are no longer kept. */
  forgotten: Exposure | undefined;
  /** The last thing that went wrong with the capture itself, in one line. */
  trouble: SafeText | undefined;
  verdict: ReportVerdict | undefined;
  framesOfEarlierCaptures: number;
}

/** An empty model. `affects` is what each rule makes of a conversation: `affectsOf(rules)`. */
export const newModel = (affects: Affects): Model => ({
  affects,
  name: "",
  engine: undefined,
  frames: 0,
  dropped: undefined,
  gaps: 0,
  messages: 0,
  first: undefined,
  last: undefined,
  logins: new Map(),
  topics: new Map(),
  conversations: new Set(),
  findings: new Set(),
  counts: { conversations: 0, topicMessagesBeyond: 0, loginsBeyond: 0 },
  severities: { info: 0, low: 0, medium: 0, high: 0, critical: 0 },
  forgotten: undefined,
  trouble: undefined,
  verdict: undefined,
  framesOfEarlierCaptures: 0,
});

/** Folds one observation in. Events are borrowed: what stays is copied. */
export function fold(model: Model, observation: Observation): void {
  switch (observation.kind) {
    case "event":
      return event(model, observation.event);
    case "notice":
      return notice(model, observation.notice);
    case "finding":
      return finding(model, observation.finding);
    case "capture":
      model.name = observation.path;
      model.framesOfEarlierCaptures = model.frames;
      return;
    case "limit":
      model.trouble = printable(`ceiling reached: ${observation.limit.limit}`);
      return;
    case "covered":
      model.frames = model.framesOfEarlierCaptures + observation.covered.coverage.frames;
      model.dropped = observation.covered.coverage.kernelDrops ?? model.dropped;
      return;
    case "verdict":
      model.verdict = observation.report.verdict;
      return;
    default:
      observation satisfies never;
  }
}

/**
 * The exposure by what was seen so far; the verdict's once it is there. A handshake that is still going on says
 * nothing yet beside others that do.
 */
export function exposureSoFar(model: Model): Exposure {
  if (model.verdict !== undefined) return model.verdict.exposure;
  let worst = model.forgotten;
  for (const conversation of model.conversations) {
    const exposure = exposureOf(conversation, model.affects);
    if (exposure === "unknown" && conversation.ended === undefined) continue;
    worst = worst === undefined ? exposure : worse(worst, exposure);
  }
  return worst ?? "unknown";
}

function event(model: Model, event: SniffEvent): void {
  model.first ??= event.at;
  model.last = event.at;
  const frames = model.framesOfEarlierCaptures + event.frame;
  if (frames > model.frames) model.frames = frames;
  switch (event.type) {
    case "mqtt.publish":
      return publish(model, event);
    case "stream.gap":
      model.gaps++;
      return;
    case "session.opened":
      return keep(model, event.conversation);
    case "session.login":
      return login(model, event);
    default:
      return;
  }
}

function publish(model: Model, { packet, transport }: EventOf<"mqtt.publish">): void {
  model.messages++;
  if (isSealed(transport)) return;
  const { resolvedTopic: topic, payload } = packet;
  const key = typeof topic === "string" ? topic : wireString(topic);
  let seen = model.topics.get(key);
  if (seen === undefined) {
    if (model.topics.size === LIMITS.topics) {
      model.counts.topicMessagesBeyond++;
      return;
    }
    const kept = { payload: new Uint8Array(LIMITS.payload), kept: 0, length: 0, hidden: [] };
    seen = { topic, messages: 0, octets: 0, ...kept };
    model.topics.set(key, seen);
  }
  seen.messages++;
  seen.octets += packet.payloadLength;
  seen.length = packet.payloadLength;
  seen.kept = copy(payload, seen.payload);
  seen.hidden = hiddenOfMessage(packet);
}

/** A loop and not `set`, which would need a view of the first octets. */
function copy(from: View, into: Uint8Array): number {
  const length = Math.min(from.length, into.length);
  for (let at = 0; at < length; at++) into[at] = from[at]!;
  return length;
}

function login(model: Model, { login, conversation }: EventOf<"session.login">): void {
  if (!isReadable(conversation)) return;
  const { username, password, clientId, anonymous, version, accepted } = login;
  const { client, server } = conversation.connection;
  const parts = [clientId, username ?? "", password?.reveal() ?? "", server.text].map(wireString);
  const key = parts.map(part => `${part.length}:${part}`).join("");
  const seen = model.logins.get(key);
  if (seen !== undefined) {
    seen.times++;
    seen.accepted = accepted ?? seen.accepted;
  } else if (model.logins.size === LIMITS.logins) {
    model.counts.loginsBeyond++;
  } else {
    const shown = { username, password, anonymous, clientId, version, accepted, times: 1 };
    model.logins.set(key, { ...shown, client: client.address, server: server.text });
  }
}

/** Keeps a conversation; where there are too many, the oldest that is over makes room, or the oldest of all. */
function keep(model: Model, conversation: Conversation): void {
  const { conversations } = model;
  model.counts.conversations++;
  if (conversations.size === LIMITS.conversations) {
    let oldest: Conversation | undefined;
    for (const one of conversations) {
      oldest ??= one;
      if (one.ended === undefined) continue;
      oldest = one;
      break;
    }
    conversations.delete(oldest!);
    const exposure = exposureOf(oldest!, model.affects);
    model.forgotten = model.forgotten === undefined ? exposure : worse(model.forgotten, exposure);
  }
  conversations.add(conversation);
}

function finding(model: Model, finding: Finding): void {
  if (model.findings.has(finding)) return;
  model.severities[finding.severity]++;
  if (model.findings.size < LIMITS.findings) model.findings.add(finding);
}

function notice(model: Model, notice: Notice): void {
  switch (notice.type) {
    case "capture.opened":
      model.engine = notice.engine;
      if (notice.engine !== undefined) model.dropped = "unknown";
      return;
    case "capture.tick":
      model.first ??= notice.at;
      model.last = notice.at;
      return;
    case "capture.stats":
      model.frames = model.framesOfEarlierCaptures + notice.frames;
      model.dropped = notice.dropped;
      return;
    case "capture.drops":
      model.dropped = notice.dropped;
      return;
    case "capture.lost":
      model.trouble = printable(notice.text);
      return;
    case "capture.resumed":
      model.trouble = undefined;
      return;
    case "capture.malformed":
      model.trouble = printable(`unreadable from octet ${notice.position} on: ${faultText(notice.fault)}`);
      return;
    default:
      return;
  }
}
