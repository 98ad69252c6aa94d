/** The topics of the whole run with their traffic, bounded. */
import { type WireText, wireKey } from "../octets/text.ts";
import type { TopicTraffic } from "./conversation.ts";
import { LIMITS } from "./limits.ts";
import { type Marks, marksOf } from "./marks.ts";

export interface Topics {
  /** Count messages; `octets` is the sum of their payloads' lengths. */
  count(topic: WireText, messages: number, octets: number): void;
  /** Whether a conversation may list one more topic of that text: all lists together have a ceiling. */
  mayList(name: string): boolean;
  /** The marks of a topic, looked for once where it has been counted. */
  marks(topic: WireText): Marks;
  readonly all: ReadonlyMap<string, TopicTraffic>;
  /** Messages on topics beyond the ceiling. */
  readonly beyond: { messages: number };
}

export function topics(): Topics {
  const all = new Map<string, TopicTraffic>();
  const beyond = { messages: 0 };
  let counted = 0;
  let listed = 0;
  return {
    all,
    beyond,
    count(topic, messages, octets): void {
      const key = wireKey(topic);
      let traffic = all.get(key);
      if (traffic === undefined) {
        if (all.size === LIMITS.topics || counted + key.length > LIMITS.topicOctets) {
          beyond.messages += messages;
          return;
        }
        counted += key.length;
        traffic = { topic, marks: marksOf(topic), messages: 0, octets: 0 };
        all.set(key, traffic);
      }
      traffic.messages += messages;
      traffic.octets += octets;
    },
    mayList(name): boolean {
      if (listed + name.length > LIMITS.listedTopicOctets) return false;
      listed += name.length + LISTED;
      return true;
    },
    marks: topic => all.get(wireKey(topic))?.marks ?? marksOf(topic),
  };
}

/** What an entry of a list costs beside its text. */
const LISTED = 64;
