/** Topic Names seen before keep their string: no decoding and no new string for each PUBLISH. */
import type { WireText } from "../../octets/text.ts";
import { NO_OCTETS, type Owned, ownRange, type View } from "../../octets/view.ts";
import { LIMITS } from "../limits.ts";
import { readText, topicNameTrouble } from "./text.ts";

export interface Topic {
  readonly text: WireText;
  /** Nothing in it is forbidden in a Topic Name; an empty one is sound too. */
  readonly sound: boolean;
  /** A copy of its octets; none for topics too long to be kept. */
  readonly octets: Owned;
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
  if (length > LIMITS.internedTopicOctets) return topicOf(octets, start, end, NO_OCTETS);
  const slot = hash(octets, start, end) % LIMITS.internedTopics;
  const known = table.slots[slot];
  if (known !== undefined && isTopic(known, octets, start, length)) return known;
  const topic = topicOf(octets, start, end, ownRange(octets, start, end));
  table.slots[slot] = topic;
  return topic;
}

/** Whether `length` octets at `start` are those of a topic that was kept. */
export function isTopic(topic: Topic, octets: View, start: number, length: number): boolean {
  const own = topic.octets;
  if (own.length !== length || length === 0) return false;
  // From the end: topics of one fleet differ there.
  for (let at = length - 1; at >= 0; at--) if (own[at] !== octets[start + at]) return false;
  return true;
}

function topicOf(octets: View, start: number, end: number, kept: Owned): Topic {
  const text = readText(octets, start, end);
  return { text, sound: topicNameTrouble(text, true) === undefined, octets: kept };
}

/** FNV-1a; 32-bit arithmetic is meant here. */
function hash(octets: View, start: number, end: number): number {
  let value = 0x811c_9dc5;
  for (let at = start; at < end; at++) value = Math.imul(value ^ octets[at]!, 0x0100_0193);
  return (value ^ (value >>> 15)) >>> 0;
}
