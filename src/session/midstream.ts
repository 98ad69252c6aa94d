/** A conversation whose CONNECT was not seen is told once: when its packets are believed, or when it is over. */
import type { ProtocolEvent, Seen } from "../protocol/event.ts";
import type { MqttConversation } from "./conversation.ts";
import type { SessionEvent } from "./event.ts";
import { keepSeen, type Talk } from "./talk.ts";

type Emit = (event: SessionEvent) => void;
type MqttEvent = Extract<ProtocolEvent, { readonly type: `mqtt.${string}` }>;

/** Another event of a conversation of which no CONNECT was read so far. */
export function noteUnopened(talk: Talk, mqtt: MqttConversation, event: MqttEvent, emit: Emit): void {
  const { unopened } = talk;
  // What is no packet says nothing of a login.
  if (unopened === "told" || event.type === "mqtt.malformed" || event.type === "mqtt.limit") return;
  if (event.type === "mqtt.connect" || event.type === "mqtt.torn") {
    // A CONNACK may be read before its CONNECT; anything else ought to come behind it.
    if (unopened?.isAnswer === false) tell(talk, mqtt, unopened.seen, emit);
    talk.unopened = undefined;
    return;
  }
  const isAnswer = event.type === "mqtt.connack" && !event.connection.midstream;
  const seen = unopened?.seen ?? keepSeen(event);
  if (isAnswer || event.doubt === "place")
    talk.unopened = { seen, isAnswer: isAnswer && unopened?.isAnswer !== false };
  // Those before it are believed with it.
  else tell(talk, mqtt, { ...seen, doubt: undefined }, emit);
}

/** The conversation is over. */
export function finishUnopened(talk: Talk, emit: Emit): void {
  const { unopened, conversation } = talk;
  if (unopened === undefined || unopened === "told" || conversation.mqtt === undefined) return;
  tell(talk, conversation.mqtt, unopened.seen, emit);
}

function tell(talk: Talk, mqtt: MqttConversation, seen: Seen, emit: Emit): void {
  talk.unopened = "told";
  // In which version they are written does not matter.
  const doubt = seen.doubt === "place" ? "place" : undefined;
  emit({ type: "session.midstream", ...seen, doubt, conversation: talk.conversation, mqtt });
}
