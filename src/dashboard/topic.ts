/** A topic as the screen knows it: how often something is published on it, and the last of it. */
import { type HiddenRange, hiddenOfMessage } from "../finding/secrets/hide.ts";
import type { WireText } from "../octets/text.ts";
import type { View } from "../octets/view.ts";
import type { EventOf } from "../session/event.ts";
import { LIMITS } from "./limits.ts";
import { shown, shownUnless } from "./line.ts";
import { count, newRate, type Rate } from "./rate.ts";

/** A Topic Name that was published readable. */
export interface SeenTopic {
  readonly topic: WireText;
  messages: number;
  /** Of these, what the broker sent: deliveries of what somebody published. */
  delivered: number;
  octets: number;
  readonly rate: Rate;
  /** The start of the last payload: `payload[0 … kept)` of `length`. */
  payload: Uint8Array;
  kept: number;
  length: number;
  /** What of it must be hidden, where all of the payload is not kept. */
  hidden: readonly HiddenRange[] | undefined;
  /** Its name without secrets, once it was asked for: it stays the same. */
  masked: string | undefined;
  /** Which drawing of the screen was the last when the last message came. */
  seenBy: number;
}

export const newTopic = (topic: WireText): SeenTopic => ({
  topic,
  messages: 0,
  delivered: 0,
  octets: 0,
  rate: newRate(),
  payload: new Uint8Array(SMALL),
  kept: 0,
  length: 0,
  hidden: undefined,
  masked: undefined,
  seenBy: -1,
});

/** Takes a message in. true where it replaces one that came since the screen was drawn: that one nobody saw. */
export function takeIn(
  seen: SeenTopic,
  { packet, at, direction }: EventOf<"mqtt.publish">,
  drawing: number,
): boolean {
  const { payload, payloadLength } = packet;
  seen.messages++;
  if (direction === "server") seen.delivered++;
  seen.octets += payloadLength;
  count(seen.rate, at);
  const again = seen.seenBy === drawing;
  seen.seenBy = drawing;
  const whole = payload.length <= LIMITS.payload && payloadLength === payload.length;
  // Looking for secrets in what is long takes long: once for each drawing.
  if (!whole && again) return again;
  seen.length = payloadLength;
  if (seen.payload.length < payload.length && seen.payload.length < LIMITS.payload)
    seen.payload = new Uint8Array(Math.min(2 ** Math.ceil(Math.log2(payload.length)), LIMITS.payload));
  seen.kept = copy(payload, seen.payload);
  seen.hidden = whole ? undefined : hiddenOfMessage(packet);
  return again;
}

/** What must be hidden of the payload that is kept of a topic. */
export const hiddenOf = ({ topic, payload, kept, hidden }: SeenTopic): readonly HiddenRange[] =>
  hidden ?? hiddenOfMessage({ resolvedTopic: topic, payload: payload.subarray(0, kept) });

/** A topic's name for the screen. */
export function topicName(seen: SeenTopic, reveal: boolean): string {
  if (reveal) return shown(seen.topic);
  seen.masked ??= shownUnless(false, seen.topic);
  return seen.masked;
}

/** A loop where it is short: `set` would need a view of the first octets. */
function copy(from: View, into: Uint8Array): number {
  const length = Math.min(from.length, into.length);
  if (length > SMALL) into.set(from.subarray(0, length));
  else for (let at = 0; at < length; at++) into[at] = from[at]!;
  return length;
}

/** Most payloads are no longer. */
const SMALL = 64;
