/** UTF-8 encoded strings of Control Packets read from the framed octets, and what the standards forbid in them. */
import { type WireText, wireText } from "../../octets/text.ts";
import type { View } from "../../octets/view.ts";

/** The text of `octets[start … end)`: a string where it is well-formed UTF-8, else the octets. */
export function readText(octets: View, start: number, end: number): WireText {
  if (end - start > SHORT) return wireText(octets.subarray(start, end));
  for (let at = start; at < end; at++) if (octets[at]! >= 0x80) return wireText(octets.subarray(start, end));
  return latin1(octets, start, end);
}

/** What a text has that its field must not have; the text itself may be a secret and is not repeated. */
export interface Trouble {
  readonly value: string;
  readonly clause: string;
}

/** What is wrong with a UTF-8 encoded string: MQTT 3.1.1 §1.5.3, MQTT 5.0 §1.5.4. */
export function textTrouble(text: WireText, v5: boolean): Trouble | undefined {
  if (typeof text !== "string")
    return { value: "ill-formed UTF-8", clause: v5 ? "MQTT-1.5.4-1" : "MQTT-1.5.3-1" };
  if (text.includes("\0")) return { value: "U+0000", clause: v5 ? "MQTT-1.5.4-2" : "MQTT-1.5.3-2" };
  return undefined;
}

/** What is wrong with a Topic Name; whether it may be empty is the packet's business. */
export function topicNameTrouble(text: WireText, v5: boolean): Trouble | undefined {
  const trouble = textTrouble(text, v5);
  if (trouble !== undefined || typeof text !== "string") return trouble;
  if (text.includes("#") || text.includes("+")) return { value: "wildcard", clause: "MQTT-3.3.2-2" };
  return undefined;
}

/** What is wrong with a Topic Filter (§4.7.1, §4.7.3). */
export function topicFilterTrouble(text: WireText, v5: boolean): Trouble | undefined {
  const trouble = textTrouble(text, v5);
  if (trouble !== undefined || typeof text !== "string") return trouble;
  if (text === "") return { value: "empty", clause: "MQTT-4.7.3-1" };
  const filter = text.startsWith("$share:") ? text.replace(SHARED_BEFORE, "") : text;
  if (MISPLACED_HASH.test(filter)) return { value: "#", clause: v5 ? "MQTT-4.7.1-1" : "MQTT-4.7.1-2" };
  if (MISPLACED_PLUS.test(filter)) return { value: "+", clause: v5 ? "MQTT-4.7.1-2" : "MQTT-4.7.1-3" };
  return v5 && filter.startsWith(SHARED) ? sharedTrouble(filter) : undefined;
}

/** What is wrong with `$share/ShareName/filter` (MQTT 5.0 §4.8.2). */
function sharedTrouble(text: string): Trouble | undefined {
  const end = text.indexOf("/", SHARED.length);
  const name = text.slice(SHARED.length, end < 0 ? undefined : end);
  if (name === "") return { value: "no ShareName", clause: "MQTT-4.8.2-1" };
  if (/[+#]/u.test(name)) return { value: "wildcard in the ShareName", clause: "MQTT-4.8.2-2" };
  return end < 0 || end === text.length - 1
    ? { value: "no filter behind the ShareName", clause: "MQTT-4.8.2-2" }
    : undefined;
}

const SHARED = "$share/";

/** ASCII octets as a string, without a decoder: the usual topic. */
const latin1 = (octets: View, start: number, end: number): string =>
  Buffer.prototype.latin1Slice.call(octets, start, end);

/** Longer texts gain nothing from being looked at first. */
const SHORT = 256;

/** What brokers before 5.0 took for a shared subscription, `$share:group:filter`: the filter begins behind it. */
const SHARED_BEFORE = /^\$share:[^:/#+]+:/u;

/** `#` stands alone in the last level. */
const MISPLACED_HASH = /[^/]#|#./su;

/** `+` fills a whole level. */
const MISPLACED_PLUS = /[^/]\+|\+[^/]/su;
