/** What the dashboard knows: observations folded into a bounded model, cheap enough for every packet. */
import type { Finding, Severity } from "../finding/finding.ts";
import { type SafeText, printable, wireKey } from "../octets/text.ts";
import type { Timestamp } from "../octets/time.ts";
import { faultText } from "../octets/decode.ts";
import type { EstimatedLoss, Notice } from "../capture/frame.ts";
import { addCapture, type Captures, newCaptures } from "./captures.ts";
import { forget, type History, newHistory, record, remember } from "./history.ts";
import type { Conversation } from "../session/conversation.ts";
import type { EventOf, SniffEvent } from "../session/event.ts";
import { isReadable, isSealed } from "../session/readable.ts";
import { LIMITS } from "./limits.ts";
import { type SeenLogin, takeLogin } from "./login.ts";
import { copyOf, count, newRate, type Rate } from "./rate.ts";
import { newTopic, type SeenTopic, takeIn } from "./topic.ts";
import { type Affects, exposureOf, worse } from "../verdict/exposure.ts";
import type { Observation } from "../verdict/observation.ts";
import type { Exposure, ReportVerdict } from "../verdict/report.ts";

export interface Model {
  readonly affects: Affects;
  name: string;
  readonly captures: Captures;
  engine: string | undefined;
  frames: number;
  dropped: number | "unknown" | undefined;
  /** Of what was acknowledged, what was never seen; undefined until somebody estimates it. */
  lost: EstimatedLoss | undefined;
  gaps: number;
  messages: number;
  readonly frameRate: Rate;
  readonly messageRate: Rate;
  /** The capture is read on when a key asks for it. */
  stepping: boolean;
  /** How often the screen was drawn. */
  drawings: number;
  /** Messages that another on the same topic replaced before they could be drawn. */
  skipped: number;
  first: Timestamp | undefined;
  last: Timestamp | undefined;
  readonly logins: Map<string, SeenLogin>;
  readonly topics: Map<string, SeenTopic>;
  readonly conversations: Set<Conversation>;
  readonly findings: Set<Finding>;
  /** What conversations said, unit by unit. */
  readonly history: History;
  /** How many were seen, with those that are no longer or never kept. */
  readonly counts: { conversations: number; topicMessagesBeyond: number; loginsBeyond: number };
  readonly severities: Record<Severity, number>;
  /** Of conversations that are no longer kept. */
  forgotten: Exposure | undefined;
  /** The last thing that went wrong with the capture itself, in one line. */
  trouble: SafeText | undefined;
  /** What somebody at the screen can do to see more, and until when it is shown. */
  advice: { readonly text: SafeText; readonly until: Timestamp } | undefined;
  verdict: ReportVerdict | undefined;
  framesOfEarlierCaptures: number;
  microsOfEarlierCaptures: number;
}

/** An empty model. `affects` is what each rule makes of a conversation: `affectsOf(rules)`. */
export const newModel = (affects: Affects): Model => ({
  affects,
  name: "",
  captures: newCaptures(),
  engine: undefined,
  frames: 0,
  dropped: undefined,
  lost: undefined,
  gaps: 0,
  messages: 0,
  frameRate: newRate(),
  messageRate: newRate(),
  stepping: false,
  drawings: 0,
  skipped: 0,
  first: undefined,
  last: undefined,
  logins: new Map(),
  topics: new Map(),
  conversations: new Set(),
  findings: new Set(),
  history: newHistory(),
  counts: { conversations: 0, topicMessagesBeyond: 0, loginsBeyond: 0 },
  severities: { info: 0, low: 0, medium: 0, high: 0, critical: 0 },
  forgotten: undefined,
  trouble: undefined,
  advice: undefined,
  verdict: undefined,
  framesOfEarlierCaptures: 0,
  microsOfEarlierCaptures: 0,
});

/** How long what was seen took by the captures' clocks. */
export const elapsedMicros = ({ first, last, microsOfEarlierCaptures }: Model): number =>
  microsOfEarlierCaptures + (first === undefined || last === undefined ? 0 : Math.max(last - first, 0));

/** The model as it stands, for a screen that stands still: counts and lists stay, the conversations in them go on. */
export const frozen = (model: Model): Model => ({
  ...model,
  frameRate: copyOf(model.frameRate),
  messageRate: copyOf(model.messageRate),
  logins: new Map([...model.logins].map(([key, login]) => [key, { ...login }])),
  topics: new Map(
    [...model.topics].map(([key, topic]) => [
      key,
      { ...topic, rate: copyOf(topic.rate), payload: topic.payload.slice() },
    ]),
  ),
  conversations: new Set(model.conversations),
  findings: new Set(model.findings),
  counts: { ...model.counts },
  severities: { ...model.severities },
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
      addCapture(model.captures, observation.index, observation.path);
      model.framesOfEarlierCaptures = model.frames;
      model.microsOfEarlierCaptures = elapsedMicros(model);
      model.first = undefined;
      return;
    case "limit":
      model.trouble = printable(`ceiling reached: ${observation.limit.limit}`);
      return;
    case "covered":
      framesUpTo(model, observation.covered.coverage.frames, model.last);
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
  framesUpTo(model, event.frame, event.at);
  record(model.history, event);
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

/** Frames are counted by their numbers in the capture: most of them are no event. */
function framesUpTo(model: Model, number: number, at: Timestamp | undefined): void {
  const more = model.framesOfEarlierCaptures + number - model.frames;
  if (more <= 0) return;
  model.frames += more;
  if (at !== undefined) count(model.frameRate, at, more);
}

function publish(model: Model, event: EventOf<"mqtt.publish">): void {
  model.messages++;
  count(model.messageRate, event.at);
  if (isSealed(event.transport)) return;
  const { resolvedTopic: topic } = event.packet;
  const key = wireKey(topic);
  let seen = model.topics.get(key);
  if (seen === undefined) {
    if (model.topics.size === LIMITS.topics) {
      model.counts.topicMessagesBeyond++;
      return;
    }
    seen = newTopic(topic);
    model.topics.set(key, seen);
  }
  if (takeIn(seen, event, model.drawings)) model.skipped++;
}

/** The key of the client id, or the address where none is known: as the findings name a client. */
export function clientOf({ mqtt, connection }: Conversation): string {
  const clientId = mqtt?.clientIds[0];
  return clientId === undefined || clientId.length === 0 ? connection.client.address : wireKey(clientId);
}

function login(model: Model, event: EventOf<"session.login">): void {
  if (isReadable(event.conversation) && !takeLogin(model.logins, event)) model.counts.loginsBeyond++;
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
    forget(model.history, oldest!);
    const exposure = exposureOf(oldest!, model.affects);
    model.forgotten = model.forgotten === undefined ? exposure : worse(model.forgotten, exposure);
  }
  conversations.add(conversation);
  remember(model.history, conversation);
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
      framesUpTo(model, notice.frames, notice.at);
      model.dropped = notice.dropped;
      model.lost = notice.estimatedLoss;
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
    case "capture.advice":
      model.advice = { text: printable(notice.text), until: (notice.at + LIMITS.adviceMicros) as Timestamp };
      return;
    case "capture.malformed":
      model.trouble = printable(`unreadable from octet ${notice.position} on: ${faultText(notice.fault)}`);
      return;
    default:
      return;
  }
}
