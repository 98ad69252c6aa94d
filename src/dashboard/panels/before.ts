/** BEFORE: what anyone on the path reads. Logins with their secrets, last wills, topics with their last payload. */
import { cutPayload, printableText } from "../../octets/payload.ts";
import { type Secret, wireString } from "../../octets/text.ts";
import { isReadable } from "../../session/readable.ts";
import type { SeenWill } from "../../session/conversation.ts";
import { cutOut, hiddenOfMessage, type HiddenRange } from "../../finding/secrets/hide.ts";
import { column, type Line, line, shown, shownUnless, span } from "../line.ts";
import { LIMITS, type Model, type SeenLogin, type SeenTopic } from "../model.ts";
import { type Block, clip, counted, nothing, number } from "./panel.ts";

/** The panel's lines, at most `rows`; secrets as their length unless they are revealed. */
export function before(model: Model, reveal: boolean, columns: number, rows: number): Line[] {
  const logins = [...model.logins.values()].map(login => loginBlock(login, reveal));
  const wills = willsOf(model).map(will => [willLine(will, reveal)]);
  const topics = [...model.topics.values()].sort((a, b) => b.messages - a.messages);
  if (logins.length + wills.length + topics.length === 0) return nothing("nothing readable so far");
  // Half of the room belongs to the topics, as far as there are any.
  const above = clip([...logins, ...wills], rows - Math.min(topics.length, Math.floor(rows / 2)));
  return [...above, ...topicLines(topics, reveal, columns, rows - above.length)];
}

function loginBlock(login: SeenLogin, reveal: boolean): Block {
  const { username, password, anonymous, accepted, times, clientId, client, server, version } = login;
  const who = anonymous
    ? "anonymous"
    : username === undefined
      ? "no user name"
      : shownUnless(reveal, username, 32);
  return [
    line(
      span(who, "strong"),
      span("  "),
      password === undefined ? undefined : span(secretText(password, reveal), "secret"),
      span(password === undefined ? "" : "  "),
      span(accepted === undefined ? "no answer seen" : accepted ? "accepted" : "refused"),
      span(times > 1 ? `  ${number(times)} ×` : "", "faint"),
    ),
    line(span(`  ${nameOf(clientId, client, reveal)} → ${server}  MQTT ${version}`)),
  ];
}

const nameOf = (clientId: SeenLogin["clientId"], client: string, reveal: boolean): string =>
  clientId.length === 0 ? client : shownUnless(reveal, clientId, 24);

/** `‹13 characters›`, or the secret itself. */
function secretText(secret: Secret, reveal: boolean): string {
  const value = secret.reveal();
  if (reveal) return shown(value, 48);
  return typeof value === "string" ? `‹${counted([...value].length, "character")}›` : secret.toString();
}

/** Each topic's will once. */
function willsOf(model: Model): SeenWill[] {
  const wills = new Map<string, SeenWill>();
  for (const conversation of model.conversations) {
    if (!isReadable(conversation)) continue;
    for (const will of conversation.mqtt?.wills ?? []) wills.set(wireString(will.topic), will);
  }
  return [...wills.values()];
}

const willLine = ({ topic, payload, retain }: SeenWill, reveal: boolean): Line =>
  line(
    span("will ", "faint"),
    span(shownUnless(reveal, topic, 48)),
    span(
      `  ${payloadText(payload.subarray(0, LIMITS.payload), payload.length, reveal ? [] : hiddenOfMessage({ resolvedTopic: topic, payload }))}`,
    ),
    span(retain ? "  retained" : "", "faint"),
  );

function topicLines(topics: readonly SeenTopic[], reveal: boolean, columns: number, rows: number): Line[] {
  const counts = Math.max(...topics.map(topic => number(topic.messages).length), 1);
  const names = Math.max(Math.floor((columns - counts - 3) * 0.6), 8);
  const blocks = topics.map(({ topic, messages, payload, kept, length, hidden }) => [
    line(
      span(column(shownUnless(reveal, topic), names)),
      span(` ${number(messages).padStart(counts)}`, "faint"),
      span(`  ${payloadText(payload.subarray(0, kept), length, reveal ? [] : hidden)}`),
    ),
  ]);
  return clip(blocks, rows);
}

/** The start of a payload where it is text, without what must be hidden. */
function payloadText(start: Uint8Array, length: number, hidden: readonly HiddenRange[]): string {
  const cut = length > start.length;
  // The last character may be cut in half where the octets were.
  const whole = cut ? cutPayload(start, start.length - 1) : start;
  const text = printableText(whole);
  if (text === undefined) return `‹${length} octets, not text›`;
  return `${shown(hidden.length === 0 ? text : cutOut(whole, hidden, whole.length))}${cut ? "…" : ""}`;
}
