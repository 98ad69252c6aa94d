/** What the numbers of topics stand for: told by REGISTER with REGACK, and by SUBSCRIBE with SUBACK (§6.5, §6.9, §6.10). */
import type { WireText } from "../../octets/text.ts";
import type { Direction } from "../../stream/item.ts";
import { LIMITS } from "../limits.ts";
import type { SnMessage, SnTopic } from "./message.ts";

export interface TopicNames {
  /** By number; keys are texts, since the numbers are the sender's choice. */
  readonly names: Map<string, WireText>;
  /** Names that wait for their number, by MsgId. */
  readonly asked: Map<string, WireText>;
}

export const newTopicNames = (): TopicNames => ({ names: new Map(), asked: new Map() });

/** Note what a message says of topics; gives the name of the topic that it speaks of, where that is known. */
export function followTopics(topics: TopicNames, message: SnMessage, from: Direction): WireText | undefined {
  switch (message.type) {
    case "register":
      if (from === "server") note(topics.names, `t${message.topicId}`, message.topic);
      else note(topics.asked, `m${message.messageId}`, message.topic);
      return message.topic;
    case "subscribe":
      if (message.topic.kind === "name") note(topics.asked, `m${message.messageId}`, message.topic.name);
      return nameOf(topics, message.topic);
    case "regack":
      if (from === "client") return taken(topics, message.topicId, message.code);
      return answered(topics, message.messageId, message.topicId, message.code);
    case "suback":
      return answered(topics, message.messageId, message.topicId, message.code);
    case "publish":
    case "unsubscribe":
      return nameOf(topics, message.topic);
    default:
      return undefined;
  }
}

/** The client's answer to a REGISTER of the gateway, which has given the number itself (§6.10). */
function taken(topics: TopicNames, topicId: number, code: number): WireText | undefined {
  const key = `t${topicId}`;
  const name = topics.names.get(key);
  if (code !== 0) topics.names.delete(key);
  return name;
}

/** A number is given with an acceptance; a filter with wildcards gets 0. */
function answered(
  topics: TopicNames,
  messageId: number,
  topicId: number,
  code: number,
): WireText | undefined {
  const key = `m${messageId}`;
  const name = topics.asked.get(key);
  topics.asked.delete(key);
  if (name !== undefined && code === 0 && topicId !== 0) note(topics.names, `t${topicId}`, name);
  return name;
}

function nameOf(topics: TopicNames, topic: SnTopic): WireText | undefined {
  if (topic.kind === "short" || topic.kind === "name") return topic.name;
  return topic.kind === "normal" ? topics.names.get(`t${topic.id}`) : undefined;
}

function note(map: Map<string, WireText>, key: string, name: WireText): void {
  if (map.has(key) || map.size < LIMITS.topicNames) map.set(key, name);
}
