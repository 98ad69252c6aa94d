/** The ladder of a TLS connection: its steps, and after each of them how far TCP, TLS and MQTT have come. */
import type { FrameNumber } from "../capture/frame.ts";
import type { Timestamp } from "../octets/time.ts";
import type { Direction } from "../stream/item.ts";
import type { Conversation, Step, TlsConversation } from "./conversation.ts";
import { isReadable } from "./readable.ts";
import { ENCRYPTED_HANDSHAKE } from "./steps.ts";
import { showsCertificate } from "./verification.ts";

/** RFC 9293 §3.3.2, as far as both sides together show it. */
export type TcpState = "established" | "closing" | "closed" | "reset";

/**
 * `offered` the ClientHello, `agreed` the ServerHello, `certificate shown` or, in TLS 1.3, `certificate hidden`;
 * `client goes on` with its keys; `ready` for data; `refused` by the client or `failed` by an alert; `closed`.
 */
export type TlsState =
  | "none"
  | "offered"
  | "agreed"
  | "certificate shown"
  | "certificate hidden"
  | "client goes on"
  | "ready"
  | "refused"
  | "failed"
  | "closed";

/** `hidden`: TLS carries it, and nobody without keys reads what. */
export type MqttState = "none" | "hidden" | "asked" | "connected" | "refused" | "closed";

export interface Rung {
  readonly name: string;
  readonly from: Direction;
  readonly at: Timestamp;
  /** The frame of its first octet, and the one on whose arrival it was complete. */
  readonly first: FrameNumber;
  readonly frame: FrameNumber;
  readonly octets: number;
  /** The states after it. */
  readonly tcp: TcpState;
  readonly tls: TlsState;
  readonly mqtt: MqttState;
}

interface States {
  tcp: TcpState;
  tls: TlsState;
  mqtt: MqttState;
}

/** The steps so far, from the first SYN to the last FIN or RST; empty without TLS. May be asked for at any time. */
export function ladder(conversation: Conversation): readonly Rung[] {
  const { tls, connection } = conversation;
  if (tls === undefined) return [];
  const now: States = { tcp: "established", tls: "none", mqtt: "none" };
  const rungs: Rung[] = [];
  if (!connection.midstream && connection.roles !== "first-segment")
    rungs.push({
      name: "TCP handshake",
      from: "client",
      at: connection.first,
      first: connection.firstFrame,
      frame: connection.firstFrame,
      octets: 0,
      ...now,
    });
  const closed = new Set<Direction>();
  for (const [index, step] of tls.steps.entries()) {
    now.tls = tlsAfter(now.tls, step, index, tls);
    now.mqtt = mqttAfter(now.mqtt, step, conversation);
    if (step.kind === "close") {
      closed.add(step.from);
      now.tcp =
        step.name === "RST"
          ? now.tcp === "closed" || tls.goodbye
            ? "closed"
            : "reset"
          : closed.size === 2
            ? "closed"
            : "closing";
      if (now.tcp !== "closing") {
        if (now.tls === "ready") now.tls = "closed";
        if (now.mqtt === "connected" || now.mqtt === "hidden" || now.mqtt === "asked") now.mqtt = "closed";
      }
    }
    const { from, at, first, frame } = step;
    rungs.push({
      name: nameOf(step, index, tls),
      from,
      at,
      first,
      frame,
      octets: octetsOf(step, tls),
      ...now,
    });
  }
  return rungs;
}

function tlsAfter(state: TlsState, step: Step, index: number, tls: TlsConversation): TlsState {
  if (state === "refused" || state === "failed" || state === "closed") return state;
  switch (step.kind) {
    case "handshake":
      return afterMessage(state, step, index, tls);
    case "hidden":
      return afterHidden(state, step, index, tls);
    case "data":
      return "ready";
    case "alert":
      return afterAlert(state, step, tls);
    default:
      return state;
  }
}

function afterMessage(state: TlsState, { name, from }: Step, index: number, tls: TlsConversation): TlsState {
  switch (name) {
    case "ClientHello":
    case "SSLv2 CLIENT-HELLO":
      return state === "none" || state === "agreed" ? "offered" : state;
    case "ServerHello":
    case "SSLv2 SERVER-HELLO":
      return "agreed";
    case "Certificate":
      return from === "server" && state === "agreed" ? "certificate shown" : state;
    case "ClientKeyExchange":
      return "client goes on";
    case "Finished":
      return secondFinished(index, tls) ? "ready" : state;
    default:
      return state;
  }
}

function afterHidden(state: TlsState, step: Step, index: number, tls: TlsConversation): TlsState {
  if (step.name === "Finished") {
    if (secondFinished(index, tls)) return "ready";
    return step.from === "client" ? "client goes on" : state;
  }
  if (step.name !== ENCRYPTED_HANDSHAKE) return state;
  if (step.from === "server")
    return state === "agreed" && showsCertificate(tls) ? "certificate hidden" : state;
  return tls.sizes?.client === "alert" ? "refused" : "client goes on";
}

const secondFinished = (index: number, { steps }: TlsConversation): boolean => {
  const { from } = steps[index]!;
  return steps.slice(0, index).some(step => step.name === "Finished" && step.from !== from);
};

/** RFC 8446 §6: a close_notify ends what was ready; a fatal alert ends everything; which of both a hidden one is its place says. */
function afterAlert(state: TlsState, step: Step, { alerts }: TlsConversation): TlsState {
  const alert = alerts.find(({ from, frame }) => from === step.from && frame === step.frame);
  if (state === "ready") return "closed";
  if (alert?.description === CLOSE_NOTIFY || alert?.level === WARNING) return state;
  return step.from === "client" ? "refused" : "failed";
}

function mqttAfter(state: MqttState, step: Step, conversation: Conversation): MqttState {
  if (step.kind === "data")
    return state === "none" && !(isReadable(conversation) || conversation.mqtt !== undefined)
      ? "hidden"
      : state;
  if (step.kind !== "mqtt") return state;
  switch (step.name) {
    case "CONNECT":
      return "asked";
    case "CONNACK":
      return "connected";
    case "DISCONNECT":
      return "closed";
    default:
      return "refused";
  }
}

/** What is hidden has the name of what stands at its place (RFC 8446 §2), the client's answer that of its lengths. */
function nameOf(step: Step, index: number, tls: TlsConversation): string {
  if (step.name !== ENCRYPTED_HANDSHAKE)
    return step.kind === "hidden" && step.name === "Finished" ? ANSWERS.finished : step.name;
  const before = tls.steps.slice(0, index).filter(other => other.name === ENCRYPTED_HANDSHAKE);
  if (step.from === "server") {
    if (before.some(other => other.from === "client")) return "encrypted ticket or data";
    return showsCertificate(tls) ? ANSWERS.certificate : ANSWERS.finished;
  }
  if (before.some(other => other.from === "client")) return "encrypted records";
  const answer = tls.sizes?.client ?? (tls.established ? "finished" : "unclear");
  return ANSWERS[answer];
}

const ANSWERS = {
  nothing: "encrypted answer",
  unclear: "encrypted answer",
  alert: "encrypted Alert",
  finished: "encrypted Finished",
  certificate: "encrypted Certificate …",
  "no certificate": "encrypted Finished",
} as const satisfies Record<NonNullable<TlsConversation["sizes"]>["client"], string>;

/** Of application data all there was, and not only the records that were looked at. */
const octetsOf = (step: Step, { applicationData }: TlsConversation): number =>
  step.kind === "data" ? Math.max(step.octets, applicationData[step.from].octets) : step.octets;

const CLOSE_NOTIFY = 0;
const WARNING = 1;
