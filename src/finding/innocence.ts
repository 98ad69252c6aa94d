/** Messages in which no rule and no detector would find anything: told by one pass over their octets. */
import type { Innocence } from "../session/event.ts";
import type { Rule } from "./rule.ts";
import { mayHoldSecrets } from "./secrets/find.ts";
import { names } from "./secrets/pair.ts";

/** Undefined where a rule wants to see every message. */
export function innocenceOf(byType: ReadonlyMap<string, readonly Rule[]>): Innocence | undefined {
  const looks: NonNullable<Rule["mayConcern"]>[] = [];
  for (const { mayConcern } of byType.get("mqtt.publish") ?? []) {
    if (mayConcern === undefined) return undefined;
    looks.push(mayConcern);
  }
  if (byType.has("mqtt.puback")) return undefined;
  return {
    ofTopic: topic => typeof topic === "string" && !names(topic),
    ofPayload(octets, start, end): boolean {
      if (mayHoldSecrets(octets, start, end)) return false;
      for (const look of looks) if (look(octets, start, end)) return false;
      return true;
    },
  };
}
