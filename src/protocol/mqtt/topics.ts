/** Topic Names seen before keep their string: no decoding and no new string for each PUBLISH. */
import type { WireText } from "../../octets/text.ts";
import { type Owned, ownRange, type View } from "../../octets/view.ts";
import { LIMITS } from "../limits.ts";
import { readText, topicNameTrouble } from "./text.ts";

export interface Topic {
  readonly text: WireText;
  /** Nothing in it is forbidden in a Topic Name; an empty one is sound too. */
  readonly sound: boolean;
  /** How many octets it has; 0 for topics too long to be kept. */
  readonly length: number;
  /** A copy of its octets, unless it is ASCII: then its text is as good, and lies in one piece of memory. */
  readonly octets: Owned | undefined;
}

/**
 * A table of fixed size in which every topic has one place: a topic that lands on another's place displaces it.
 * So memory is bounded and topics chosen to collide cost a decoding each, never a search.
 */
export interface TopicTable {
  readonly slots: (Topic | undefined)[];
}

export const topicTable = (): TopicTable => ({
  slots: Array.from({ length: LIMITS.internedTopics }, () => undefined),
});

/** The topic of `octets[start … end)`. */
export function internTopic(table: TopicTable, octets: View, start: number, end: number): Topic {
  const length = end - start;
  if (length > LIMITS.internedTopicOctets) return topicOf(octets, start, end, 0);
  const slot = hash(octets, start, end) % LIMITS.internedTopics;
  const known = table.slots[slot];
  if (known !== undefined && isTopic(known, octets, start, length)) return known;
  const topic = topicOf(octets, start, end, length);
  table.slots[slot] = topic;
  return topic;
}

/** Whether `length` octets at `start` are those of a topic that was kept. */
export function isTopic(topic: Topic, octets: View, start: number, length: number): boolean {
  if (topic.length !== length || length === 0) return false;
  const own = topic.octets;
  // From the end: topics of one fleet differ there.
  if (own === undefined) {
    const text = topic.text as string;
    for (let at = length - 1; at >= 0; at--) if (text.charCodeAt(at) !== octets[start + at]) return false;
    return true;
  }
  for (let at = length - 1; at >= 0; at--) if (own[at] !== octets[start + at]) return false;
  return true;
}

function topicOf(octets: View, start: number, end: number, length: number): Topic {
  const text = readText(octets, start, end);
  const isAscii = typeof text === "string" && text.length === end - start;
  return {
    text,
    sound: topicNameTrouble(text, true) === undefined,
    length,
    octets: isAscii || length === 0 ? undefined : ownRange(octets, start, end),
  };
}

/** FNV-1a; 32-bit arithmetic is meant here. */
function hash(octets: View, start: number, end: number): number {
  let value = 0x811c_9dc5;
  for (let at = start; at < end; at++) value = Math.imul(value ^ octets[at]!, 0x0100_0193);
  return (value ^ (value >>> 15)) >>> 0;
}
