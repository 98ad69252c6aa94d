/** The topics of the whole run with their traffic, bounded. */
import { type WireText, wireString } from "../octets/text.ts";
import type { TopicTraffic } from "./conversation.ts";
import { LIMITS } from "./limits.ts";
import { type Marks, marksOf } from "./marks.ts";

export interface Topics {
  /** Count a message; `octets` is the payload's length. Gives the marks of the topic, so that nobody looks at it again. */
  count(topic: WireText, octets: number): Marks;
  readonly all: ReadonlyMap<string, TopicTraffic>;
  /** Messages on topics beyond the ceiling. */
  readonly beyond: { messages: number };
}

export function topics(): Topics {
  const all = new Map<string, TopicTraffic>();
  const beyond = { messages: 0 };
  return {
    all,
    beyond,
    count(topic, octets): Marks {
      const key = typeof topic === "string" ? topic : wireString(topic);
      let traffic = all.get(key);
      if (traffic === undefined) {
        if (all.size === LIMITS.topics) {
          beyond.messages++;
          return marksOf(topic);
        }
        traffic = { topic, marks: marksOf(topic), messages: 0, octets: 0 };
        all.set(key, traffic);
      }
      traffic.messages++;
      traffic.octets += octets;
      return traffic.marks;
    },
  };
}
