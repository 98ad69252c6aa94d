/** The topics of the whole run with their traffic, bounded. */
import { type Secret, type WireText, wireKey } from "../octets/text.ts";
import type { TopicTraffic } from "./conversation.ts";
import { LIMITS } from "./limits.ts";
import { costOf } from "./long.ts";
import { type Marks, marksOf } from "./marks.ts";

export interface Topics {
  /** Count messages; `octets` is the sum of their payloads' lengths. */
  count(topic: WireText, messages: number, octets: number): void;
  /** Whether a conversation may list one more topic of that text: all lists together have a ceiling. */
  mayList(name: string): boolean;
  /** The marks of a topic, looked for once where it has been counted. */
  marks(topic: WireText): Marks;
  readonly all: ReadonlyMap<string, TopicTraffic>;
  /** The same of client ids, credentials, filters …: all of them or none. */
  mayKeep(texts: readonly (WireText | Secret | undefined)[]): boolean;
  /** Messages on topics beyond the ceiling, and texts that no conversation lists. */
  readonly beyond: { messages: number; texts: number };
}

export function topics(): Topics {
  const all = new Map<string, TopicTraffic>();
  const beyond = { messages: 0, texts: 0 };
  let counted = 0;
  const listed = { short: 0, long: 0 };
  function mayKeep(texts: readonly (WireText | Secret | undefined)[]): boolean {
    const cost = texts.reduce((sum, text) => sum + costOf(text), 0);
    const kind = cost > LIMITS.longText ? "long" : "short";
    if (listed[kind] + cost > (kind === "long" ? LIMITS.longTextOctets : LIMITS.textOctets)) {
      beyond.texts++;
      return false;
    }
    listed[kind] += cost;
    return true;
  }
  return {
    all,
    beyond,
    count(topic, messages, octets): void {
      const key = wireKey(topic);
      let traffic = all.get(key);
      if (traffic === undefined) {
        if (all.size === LIMITS.topics || counted + costOf(key) > LIMITS.topicOctets) {
          beyond.messages += messages;
          return;
        }
        counted += costOf(key);
        traffic = { topic, marks: marksOf(topic), messages: 0, octets: 0 };
        all.set(key, traffic);
      }
      traffic.messages += messages;
      traffic.octets += octets;
    },
    mayKeep,
    mayList: name => mayKeep([name]),
    marks: topic => all.get(wireKey(topic))?.marks ?? marksOf(topic),
  };
}
