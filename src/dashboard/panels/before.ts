/** BEFORE: what anyone on the path reads. Logins with their secrets, last wills, topics with their last payload. */
import { cutPayload, printableText } from "../../octets/payload.ts";
import { cellWidth, type Secret, textOfKey, wireKey } from "../../octets/text.ts";
import type { Timestamp } from "../../octets/time.ts";
import { isReadable } from "../../session/readable.ts";
import type { Conversation, SeenWill } from "../../session/conversation.ts";
import { cutOut, hiddenOfMessage, type HiddenRange } from "../../finding/secrets/hide.ts";
import { column, type Line, line, shown, shownUnless, span } from "../line.ts";
import { LIMITS } from "../limits.ts";
import type { SeenLogin } from "../login.ts";
import { clientOf, type Model } from "../model.ts";
import { hiddenOf, type SeenTopic, topicName } from "../topic.ts";
import { curve, perSecond, rateText, sparkline } from "../rate.ts";
import type { Item } from "./list.ts";
import { counted, number, type Room } from "./panel.ts";

/** Logins and last wills; secrets as their length unless they are revealed. Enter opens whose they are. */
export const logins = (model: Model, { reveal, columns }: Room): Item[] => [
  ...[...model.logins].map(([key, login]) => {
    const client = login.clientId.length === 0 ? login.client : wireKey(login.clientId);
    const lines = (): Line[] => loginLines(login, reveal, columns);
    return {
      key,
      subject: { of: "client", client } as const,
      parties: { client, broker: login.server },
      height: 2,
      lines,
      text: () => textOf(lines()),
    };
  }),
  ...willsOf(model).map(({ key, will, conversation, shared }) => {
    const client = clientOf(conversation);
    const of = shared || columns >= ROOMY ? client : undefined;
    const lines = (): Line[] => [willLine(will, of, reveal)];
    return {
      key,
      subject: { of: "client", client } as const,
      parties: { client, broker: conversation.connection.server.text },
      height: 1,
      lines,
      text: () => textOf(lines()),
    };
  }),
];

/** Topics with their rate and last payload, the busiest first. */
export function topics(model: Model, { reveal, columns }: Room): Item[] {
  const all = [...model.topics].sort(([, a], [, b]) => b.messages - a.messages);
  const widths = widthsOf(all, reveal, columns);
  return all.map(([key, topic]) => ({
    key,
    subject: { of: "topic", topic: key } as const,
    parties: {},
    height: 1,
    lines: () => [topicLine(topic, model.last, reveal, widths)],
    text: () => topicName(topic, reveal),
  }));
}

const textOf = (lines: readonly Line[]): string =>
  lines.map(one => one.map(({ text }) => text).join("")).join(" ");

function loginLines(login: SeenLogin, reveal: boolean, columns: number): Line[] {
  const { username, password, anonymous, accepted, times, clientId, client, server, version } = login;
  const who = anonymous
    ? "anonymous"
    : username === undefined
      ? "no user name"
      : shownUnless(reveal, username, 32);
  const named = clientId.length > 0;
  const roomy = columns >= ROOMY;
  return [
    line(
      span(who, "strong"),
      span("  "),
      password === undefined ? undefined : span(secretText(password, reveal), "secret"),
      span(password === undefined ? "" : "  "),
      accepted === undefined
        ? span("no answer seen", "faint")
        : accepted
          ? span("accepted", "exposed")
          : span("refused", "faint"),
    ),
    line(
      span(`  ${named ? shownUnless(reveal, clientId, 24) : client}`),
      span(named && roomy ? `  ${client}` : "", "faint"),
      span(` → ${server}${roomy ? `  MQTT ${version}` : ""}`, "faint"),
      span(times > 1 ? `  ${number(times)} ×` : "", "faint"),
    ),
  ];
}

/** `‹13 characters›`, or the secret itself. */
function secretText(secret: Secret, reveal: boolean): string {
  const value = secret.reveal();
  if (reveal) return shown(value, 48);
  return typeof value === "string" ? `‹${counted([...value].length, "character")}›` : secret.toString();
}

interface OwnedWill {
  readonly key: string;
  readonly will: SeenWill;
  readonly conversation: Conversation;
  /** Others have one on this topic too. */
  readonly shared: boolean;
}

/** The last will of each client on each topic of a broker: several may have chosen the same topic. */
function willsOf(model: Model): OwnedWill[] {
  const wills = new Map<string, { readonly will: SeenWill; readonly conversation: Conversation }>();
  for (const conversation of model.conversations) {
    if (!isReadable(conversation)) continue;
    const whose = [clientOf(conversation), conversation.connection.server.text];
    for (const will of conversation.mqtt?.wills ?? [])
      wills.set(JSON.stringify([...whose, wireKey(will.topic)]), { will, conversation });
  }
  const topics = new Map<string, number>();
  for (const { will } of wills.values()) {
    const topic = wireKey(will.topic);
    topics.set(topic, (topics.get(topic) ?? 0) + 1);
  }
  return [...wills].map(([key, one]) => ({
    ...one,
    key: `will ${key}`,
    shared: topics.get(wireKey(one.will.topic))! > 1,
  }));
}

const willLine = ({ topic, payload, retain }: SeenWill, of: string | undefined, reveal: boolean): Line =>
  line(
    span("will ", "faint"),
    span(shownUnless(reveal, topic, 48)),
    span(of === undefined ? "" : `  of ${shownUnless(reveal, textOfKey(of), 24)}`, "faint"),
    span(
      `  ${payloadText(payload.subarray(0, LIMITS.payload), payload.length, reveal ? [] : hiddenOfMessage({ resolvedTopic: topic, payload }))}`,
    ),
    span(retain ? "  retained" : "", "faint"),
  );

/** How the columns of topics are divided; narrow panels leave the rate to the curve. */
interface Widths {
  readonly name: number;
  readonly published: number;
  /** 0 where nothing was delivered. */
  readonly delivered: number;
  readonly rate: number;
  readonly cells: number;
}

function widthsOf(all: readonly (readonly [string, SeenTopic])[], reveal: boolean, columns: number): Widths {
  const cellsOf = (counts: readonly number[]): number => number(Math.max(...counts, 0)).length;
  const published = cellsOf(all.map(([, { messages, delivered }]) => messages - delivered)) + 1;
  const out = all.map(([, { delivered }]) => delivered);
  const delivered = out.some(one => one > 0) ? cellsOf(out) + 2 : 0;
  const roomy = columns >= ROOMY;
  const rate = roomy ? 8 : 0;
  const cells = roomy ? 12 : 6;
  const left = columns - published - delivered - rate - cells - 4;
  const names = all.slice(0, MEASURED).map(([, topic]) => cellWidth(topicName(topic, reveal)));
  const name = Math.max(Math.min(Math.max(...names), Math.floor(left * 0.7)), 8);
  return { name, published, delivered, rate, cells };
}

function topicLine(seen: SeenTopic, now: Timestamp | undefined, reveal: boolean, widths: Widths): Line {
  const { messages, delivered, rate, payload, kept, length } = seen;
  const { name, rate: rateCells, cells } = widths;
  const out = delivered === 0 ? "" : `${number(delivered)}↓`;
  const often = now === undefined || rateCells === 0 ? "" : rateText(perSecond(rate, now));
  const bars = now === undefined ? "" : sparkline(curve(rate, now, cells));
  return line(
    span(column(topicName(seen, reveal), name)),
    span(` ${`${number(messages - delivered)}↑`.padStart(widths.published)}`, "strong"),
    span(out.padStart(widths.delivered), "faint"),
    span(rateCells === 0 ? " " : `${often.padStart(rateCells)} `, "faint"),
    span(bars.padEnd(cells), "curve"),
    span(` ${payloadText(payload.subarray(0, kept), length, reveal ? [] : hiddenOf(seen))}`),
  );
}

/** The start of a payload where it is text, without what must be hidden. */
function payloadText(start: Uint8Array, length: number, hidden: readonly HiddenRange[]): string {
  const cut = length > start.length;
  // The last character may be cut in half where the octets were.
  const whole = cut ? cutPayload(start, start.length - 1) : start;
  const text = printableText(whole);
  if (text === undefined) return `‹${counted(length, "octet")}, not text›`;
  return `${shown(hidden.length === 0 ? text : cutOut(whole, hidden, whole.length))}${cut ? "…" : ""}`;
}

/** More than a screen has rows. */
const MEASURED = 100;

/** From so many columns on a panel shows addresses beside names, and rates beside curves. */
const ROOMY = 52;
