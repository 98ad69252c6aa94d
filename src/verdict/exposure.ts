/** How exposed a conversation is: what can be read, and whether the client knows whom it talks to. */
import type { Rule } from "../finding/rule.ts";
import type { Conversation, TlsConversation } from "../session/conversation.ts";
import { isReadable } from "../session/readable.ts";
import type { Exposure } from "./report.ts";

/** From the worst on; `unknown` counts for a capture only where nothing worse is there. */
const ORDER: readonly Exposure[] = ["exposed", "interceptable", "weak", "unknown", "protected"];

/** The worse of two, in the order of contract and report. */
export const worse = (a: Exposure, b: Exposure): Exposure => (ORDER.indexOf(a) <= ORDER.indexOf(b) ? a : b);

/** What the rules that fired make of a conversation. */
export type Affects = ReadonlyMap<string, Rule["affects"]>;

/** By rule id. */
export const affectsOf = (rules: readonly Rule[]): Affects =>
  new Map(rules.map(rule => [rule.id, rule.affects]));

/** contract.md, "Exposure". A verdict is never cleaner than what was seen. */
export function exposureOf(conversation: Conversation, affects: Affects): Exposure {
  const { mqtt, tls } = conversation;
  if (mqtt !== undefined && isReadable(conversation)) return "exposed";
  const made = new Set([...conversation.rules].map(id => affects.get(id)));
  if (made.has("exposed")) return "exposed";
  if (tls === undefined) return "unknown";
  if (made.has("interceptable") || tls.sslv2) return "interceptable";
  if (made.has("weak")) return "weak";
  return isProtected(tls) ? "protected" : "unknown";
}

/** The handshake was seen, it agreed on a suite, and data went over it. */
const isProtected = (tls: TlsConversation): boolean => tls.serverHello !== undefined && tls.established;
