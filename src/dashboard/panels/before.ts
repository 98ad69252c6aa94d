/** BEFORE: what anyone on the path reads. Logins with their secrets, last wills, topics with their last payload. */
import { cutPayload, printableText } from "../../octets/payload.ts";
import { type Secret, wireString } from "../../octets/text.ts";
import { isReadable } from "../../session/readable.ts";
import type { Conversation, SeenWill } from "../../session/conversation.ts";
import { cutOut, hiddenOfMessage, type HiddenRange } from "../../finding/secrets/hide.ts";
import { column, type Line, line, shown, shownUnless, span } from "../line.ts";
import { LIMITS, type Model, type SeenLogin, type SeenTopic } from "../model.ts";
import type { Item } from "./list.ts";
import { counted, number } from "./panel.ts";

/** Logins and last wills; secrets as their length unless they are revealed. Enter opens whose they are. */
export const logins = (model: Model, reveal: boolean): Item[] => [
  ...[...model.logins].map(([key, login]) => ({
    key,
    subject: { of: "client", client: clientOf(login) } as const,
    height: 2,
    lines: () => loginLines(login, reveal),
  })),
  ...willsOf(model).map(({ will, client }) => ({
    key: `will ${wireString(will.topic)}`,
    subject: { of: "client", client } as const,
    height: 1,
    lines: () => [willLine(will, reveal)],
  })),
];

/** Topics with their last payload, the busiest first. */
export function topics(model: Model, reveal: boolean, columns: number): Item[] {
  const all = [...model.topics].sort(([, a], [, b]) => b.messages - a.messages);
  const counts = Math.max(...all.map(([, topic]) => number(topic.messages).length), 1);
  return all.map(([key, topic]) => ({
    key,
    subject: { of: "topic", topic: key } as const,
    height: 1,
    lines: () => [topicLine(topic, reveal, columns, counts)],
  }));
}

const clientOf = ({ clientId, client }: SeenLogin): string =>
  clientId.length === 0 ? client : wireString(clientId);

function loginLines(login: SeenLogin, reveal: boolean): Line[] {
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

/** Each topic's will once, with whose it is. */
function willsOf(model: Model): { readonly will: SeenWill; readonly client: string }[] {
  const wills = new Map<string, { readonly will: SeenWill; readonly client: string }>();
  for (const conversation of model.conversations) {
    if (!isReadable(conversation)) continue;
    for (const will of conversation.mqtt?.wills ?? [])
      wills.set(wireString(will.topic), { will, client: clientOfConversation(conversation) });
  }
  return [...wills.values()];
}

function clientOfConversation({ mqtt, connection }: Conversation): string {
  const clientId = mqtt?.clientIds[0];
  return clientId === undefined || clientId.length === 0 ? connection.client.address : wireString(clientId);
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

function topicLine(seen: SeenTopic, reveal: boolean, columns: number, counts: number): Line {
  const { topic, messages, payload, kept, length, hidden } = seen;
  const names = Math.max(Math.floor((columns - counts - 3) * 0.6), 8);
  return line(
    span(column(shownUnless(reveal, topic), names)),
    span(` ${number(messages).padStart(counts)}`, "faint"),
    span(`  ${payloadText(payload.subarray(0, kept), length, reveal ? [] : hidden)}`),
  );
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
