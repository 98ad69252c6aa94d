/** The session stage: every judged connection becomes a conversation, and what its packets say together an event. */
import type { Notice } from "../capture/frame.ts";
import type { Datagram } from "../packet/segment.ts";
import type { Timestamp } from "../octets/time.ts";
import type { LimitEvent, ProtocolEvent, Seen } from "../protocol/event.ts";
import type { ProtocolSink } from "../protocol/protocols.ts";
import { isDtls } from "../protocol/tls/recognize.ts";
import type { Skimming } from "../protocol/skimming.ts";
import { UNHEARD } from "../stream/item.ts";
import { across } from "./across.ts";
import { saysMqtt } from "./brokers.ts";
import { CLOCK_STEP } from "./clock.ts";
import type { Conversation } from "./conversation.ts";
import { addUndecoded, type Coverage, emptyCoverage, noteNotice, UNREAD } from "./coverage.ts";
import { keyLog } from "./key-log.ts";
import type { CaptureEvent, Innocence, SessionEvent, SessionSink } from "./event.ts";
import { finishMqtt, followMqtt } from "./mqtt.ts";
import { followMqttSn } from "./mqttsn.ts";
import { continueRun, repeatable } from "./publish.ts";
import { isJudgeable, isReadable } from "./readable.ts";
import { fitted, keepSeen, newConversation, newTalk, type Talk } from "./talk.ts";
import { followTls, type TlsJudging } from "./tls.ts";
import type { TlsRun } from "./tls-run.ts";
import type { Topics } from "./topics.ts";
import { noteUnrecognised } from "./unrecognised.ts";

export interface SessionOptions extends TlsJudging {
  /** TCP ports on which TLS is judged whatever its ClientHello says. */
  readonly ports: ReadonlySet<number> | "all";
  /** Under which secrets are compared; a constant where nobody random was asked. */
  readonly key?: Uint8Array;
  readonly topics: Topics;
  /** What is remembered of TLS over the captures of a run. */
  readonly tlsRun: TlsRun;
  /** The number of the next conversation, shared by the captures of a run. */
  readonly numbers: { next: number };
  /** What the stages before this one counted; asked once, at the end. */
  readonly counted: () => Partial<Coverage>;
}

/**
 * Follows the conversations of one capture. Events of TLS that is not judged go no further than here; at the end
 * `sink.capture` is told what was seen and what was not.
 */
export function sessions(sink: SessionSink, options: SessionOptions): ProtocolSink {
  const coverage = emptyCoverage();
  const keys = keyLog(limit => coverage.limits.add(limit));
  let latest = 0 as Timestamp;
  let live = false;
  let advised = false;
  const fault: { told?: CaptureEvent["fault"] } = {};
  const remembered = across(
    options,
    event => sink.event(event),
    limit => coverage.limits.add(limit),
  );
  const emit = (event: SessionEvent): void => {
    sink.event(event);
    remembered.told(event);
  };
  /** The time of the capture goes on, or was set back. */
  function reach(at: Timestamp): void {
    if (at < latest) {
      if (latest - at > CLOCK_STEP) {
        coverage.clockSteps++;
        latest = at;
      }
    } else latest = at;
  }

  function skimmingOf({ ofTopic, ofPayload }: Innocence): Skimming {
    return {
      repeats(connection, direction, topic): number {
        const talk = connection.kept as Talk | undefined;
        return talk?.judged === true && ofTopic(topic) ? repeatable(talk, direction, topic) : 0;
      },
      ignoresAcknowledgments(connection): boolean {
        const talk = connection.kept as Talk | undefined;
        // A login that waits for its answer is told by whatever comes too late for it.
        return talk?.judged === true && talk.login === undefined;
      },
      isInnocent: ofPayload,
      passes(at): boolean {
        if (remembered.watching) return false;
        reach(at);
        return true;
      },
      repeated(connection, messages, octets): void {
        const talk = connection.kept as Talk | undefined;
        if (talk !== undefined) continueRun(talk, messages, octets);
      },
    };
  }

  function talkOf(event: ProtocolEvent): Talk | undefined {
    const { connection } = event;
    // Nobody but this stage writes there.
    connection.kept ??= opened(event);
    return connection.kept as Talk | undefined;
  }

  function opened(event: ProtocolEvent): Talk | undefined {
    const protocol = event.type.startsWith("tls.")
      ? "tls"
      : event.type.startsWith("mqtt.")
        ? "mqtt"
        : undefined;
    const carrier = event.type.startsWith("mqttsn.")
      ? "mqttsn"
      : event.type === "websocket.upgrade"
        ? "websocket"
        : event.type === "proxy.header"
          ? "proxy"
          : undefined;
    const speaks = protocol ?? carrier;
    if (speaks === undefined) return undefined;
    const judged = speaks !== "tls" || isJudged(event, options.ports);
    if (!judged) {
      coverage.tlsNotJudged++;
      event.connection.handOver?.(UNHEARD);
    }
    const id = judged ? options.numbers.next++ : -1;
    const conversation = newConversation(id, event.connection, event.transport, speaks);
    const talk = newTalk(conversation, judged);
    if (judged) emit({ type: "session.opened", ...keepSeen(event), conversation });
    if (judged && live && event.connection.midstream && !advised) {
      advised = true;
      sink.notice({ type: "capture.advice", at: event.at, about: "midstream", text: MIDSTREAM });
    }
    return talk;
  }

  function closed(talk: Talk, event: ProtocolEvent & { readonly type: "stream.end" }): void {
    const { conversation, connection } = talk;
    connection.kept = undefined;
    finishMqtt(talk, options.topics, emit);
    remembered.closed(talk);
    conversation.ended = event.how;
    if (isJudgeable(conversation)) coverage.judged++;
    if (connection.midstream) coverage.midstreamConnections++;
    if (connection.segments.client === 0 || connection.segments.server === 0) coverage.oneSidedConnections++;
    if (event.how === "evicted") coverage.evictedConnections++;
    if (conversation.mqtt?.version === undefined && isBegun(conversation)) coverage.missedLogins++;
    if (conversation.tls !== undefined && !conversation.tls.decrypted && !isReadable(conversation))
      coverage.encryptedConnections++;
    if (conversation.tls !== undefined) {
      coverage.tls++;
      keys.conversation(conversation.tls.clientHello?.random);
      if (conversation.tls.clientVerifies.answer === "unknown") coverage.unverified++;
    }
    if (conversation.mqtt !== undefined) conversation.mqtt = fitted(conversation.mqtt);
    emit({ type: "session.closed", ...keepSeen(event), conversation });
  }

  /** What an event adds to its conversation. */
  function fold(talk: Talk, event: ProtocolEvent): void {
    switch (event.type) {
      case "mqtt.publish":
      case "mqtt.puback":
        return followMqtt(talk, event, options.topics, emit);
      case "stream.gap":
        talk.conversation.gaps++;
        coverage.gaps++;
        coverage.gapOctets += event.octets;
        if (talk.conversation.tls !== undefined) followTls(talk, event, options, emit);
        return;
      case "stream.close":
        if (talk.conversation.tls !== undefined) followTls(talk, event, options, emit);
        return;
      case "stream.end":
        return closed(talk, event);
      case "mqtt.torn":
        coverage.tornLogins++;
        return followMqtt(talk, event, options.topics, emit);
      case "mqtt.limit": {
        const unread = UNREAD.get(event.limit);
        if (unread === undefined) return;
        coverage.limits.add(unread);
        if (!talk.unread) coverage.unreadConversations++;
        talk.unread = true;
        return;
      }
      case "stream.overlap":
      case "x509.malformed":
        return;
      case "proxy.header":
        talk.conversation.proxySource = event.source;
        talk.preface = event.to;
        return;
      case "websocket.upgrade":
        talk.conversation.protocol = "websocket";
        if (event.accepted && event.subprotocols.some(name => /^mqtt/i.test(name)))
          talk.conversation.upgraded = keepSeen(event);
        talk.conversation.transport = event.transport === "tls" ? "wss" : "ws";
        return;
      default:
        if (event.type.startsWith("mqtt.")) followMqtt(talk, event as MqttEvent, options.topics, emit);
        else if (event.type.startsWith("mqttsn."))
          followMqttSn(talk, event as MqttSnEvent, options.topics, emit);
        else followTls(talk, event as TlsEvent, options, emit);
    }
  }

  return {
    skimming: sink.innocence === undefined ? undefined : skimmingOf(sink.innocence),
    event(event: ProtocolEvent): void {
      reach(event.at);
      if (event.type === "stream.protocol") {
        const preface = (event.connection.kept as Talk | undefined)?.preface;
        if (event.protocol === undefined) noteUnrecognised(coverage, options.ports, event, preface);
        return;
      }
      const talk = talkOf(event);
      if (talk === undefined || !talk.judged) {
        if (event.type !== "stream.end") return;
        if (talk === undefined) {
          noteUnrecognised(coverage, options.ports, event);
          remembered.unused(event.connection, event.at);
        }
        event.connection.kept = undefined;
        return;
      }
      sink.event(event);
      fold(talk, event);
      if (!isFrequent(event) || remembered.watching) remembered.follow(talk, event);
    },
    silent: (connection, at) => remembered.unused(connection, at),
    limit(limit: LimitEvent): void {
      coverage.limits.add(limit.limit);
      sink.limit(limit);
    },
    datagram(datagram: Datagram): void {
      const { octets, start, end, sourcePort, destinationPort } = datagram;
      if (isDtls(octets, start, end) && areJudged(options.ports, sourcePort, destinationPort))
        addUndecoded(coverage, "DTLS", 1);
      sink.datagram(datagram);
    },
    notice(notice: Notice): void {
      if (notice.type === "capture.malformed")
        fault.told ??= { fault: notice.fault, position: notice.position };
      else if (notice.type === "capture.opened") live = notice.format === "live";
      else if (notice.type === "capture.secrets" && notice.secretsType === TLS_KEY_LOG)
        keys.add(notice.octets);
      noteNotice(coverage, notice);
      sink.notice(notice);
    },
    end(): void {
      options.tlsRun.ended(emit, limit => coverage.limits.add(limit));
      coverage.keyLog = keys.fitted();
      Object.assign(coverage, options.counted());
      sink.capture({
        type: "session.capture",
        coverage,
        ...(fault.told !== undefined && { fault: fault.told }),
      });
      sink.end();
    },
  };
}

/** draft-ietf-opsawg-pcapng §4.7. */
const TLS_KEY_LOG = 0x544c_534b;

const MIDSTREAM =
  "devices that were connected before the capture began: what they exposed before is unknown; reconnect a device to judge its login and handshake";

/** MQTT over TCP whose first octets were captured: a CONNECT ought to be among them. */
const isBegun = ({ mqtt, connection }: Conversation): boolean =>
  mqtt !== undefined && connection.over === undefined && !connection.midstream;

/** What comes too often to be asked about each time. */
const isFrequent = ({ type }: ProtocolEvent): boolean => type === "mqtt.publish" || type === "mqtt.puback";

type MqttEvent = Parameters<typeof followMqtt>[1];
type MqttSnEvent = Parameters<typeof followMqttSn>[1];
type TlsEvent = Parameters<typeof followTls>[1];

const areJudged = (ports: ReadonlySet<number> | "all", one: number, other: number): boolean =>
  ports === "all" || ports.has(one) || ports.has(other);

/** contract.md, `--ports`: listed, or the hello says that MQTT will follow. */
function isJudged(event: Seen & ProtocolEvent, ports: ReadonlySet<number> | "all"): boolean {
  const { client, server } = event.connection;
  if (areJudged(ports, server.port, client.port)) return true;
  return event.type === "tls.client_hello" && saysMqtt(event.message);
}
