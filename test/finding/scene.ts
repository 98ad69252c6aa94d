/** Connections made up in tests, frame by frame, and what the whole program finds in them. */
import * as mqttPacket from "mqtt-packet";
import type { Frame, FrameBatch, FrameNumber } from "../../src/capture/frame.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { ACK, FIN, PSH, RST, SYN } from "../../src/packet/segment.ts";
import { audit } from "../../src/pipeline.ts";
import type { Report, ReportFinding } from "../../src/verdict/report.ts";
import { START } from "../build/capture.ts";
import { tcpFrame, udpFrame } from "../build/packets.ts";
import { JUDGING } from "../build/judging.ts";

export const BROKER = "192.0.2.1:1883";

type Side = "client" | "server";

/** A capture as it grows: each frame a millisecond after the one before, unless there is a pause. */
export class Scene {
  readonly frames: { readonly at: number; readonly octets: Uint8Array }[] = [];
  #seconds = 0;

  wait(seconds: number): this {
    this.#seconds += seconds;
    return this;
  }

  frame(octets: Uint8Array): void {
    this.#seconds += 0.001;
    this.frames.push({ at: START + Math.round(this.#seconds * 1e6), octets });
  }

  /** A TCP connection whose handshake is done. */
  open(from: string, to = BROKER): Line {
    return new Line(this, from, to);
  }

  /** A TCP connection that was there before the capture began. */
  resume(from: string, to = BROKER): Line {
    return new Line(this, from, to, true);
  }

  datagram(from: string, to: string, payload: Uint8Array): this {
    this.frame(udpFrame({ from, to, payload }));
    return this;
  }

  async report(): Promise<Report> {
    const run = audit(JUDGING);
    await run.add("scene", this.#source());
    return run.finish();
  }

  /** What a rule found. */
  async findings(rule: string): Promise<readonly ReportFinding[]> {
    return (await this.report()).findings.filter(finding => finding.rule === rule);
  }

  async *#source(): AsyncGenerator<FrameBatch> {
    const frames = this.frames.map(
      ({ at, octets }, index): Frame => ({
        number: (index + 1) as FrameNumber,
        at: at as Timestamp,
        position: index * 0x1000,
        linkType: 1,
        originalLength: octets.length,
        octets,
        start: 0,
        end: octets.length,
      }),
    );
    yield { frames, notices: [{ type: "capture.closed", octets: 0 }] };
  }
}

/** One TCP connection. */
export class Line {
  readonly #scene: Scene;
  readonly #ends: Readonly<Record<Side, string>>;
  readonly #next: Record<Side, number> = { client: 1, server: 1 };

  constructor(scene: Scene, client: string, server: string, begun = false) {
    this.#scene = scene;
    this.#ends = { client, server };
    if (begun) return;
    this.#segment("client", SYN, undefined, { sequence: 0, acknowledgment: 0 });
    this.#segment("server", SYN + ACK, undefined, { sequence: 0, acknowledgment: 1 });
    this.#segment("client", ACK);
  }

  /** Octets, or what `mqtt-packet` writes for a packet. */
  send(from: Side, what: Uint8Array | mqttPacket.Packet, version: 3 | 4 | 5 = 4): this {
    const octets =
      what instanceof Uint8Array
        ? what
        : Uint8Array.from(mqttPacket.generate(what, { protocolVersion: version }));
    this.#segment(from, PSH + ACK, octets);
    this.#next[from] += octets.length;
    return this;
  }

  /** Octets that were sent and not captured. */
  lose(from: Side, octets: number): this {
    this.#next[from] += octets;
    return this;
  }

  fin(from: Side): this {
    this.#segment(from, FIN + ACK);
    this.#next[from]++;
    return this;
  }

  reset(from: Side): this {
    this.#segment(from, RST + ACK);
    return this;
  }

  /** CONNECT and its answer; `code` null for none. */
  login(fields: Partial<mqttPacket.IConnectPacket> = {}, code: number | null = 0): this {
    const version = fields.protocolVersion ?? 4;
    this.send("client", connect(fields), version);
    if (code === null) return this;
    const answer = version === 5 ? { reasonCode: code } : { returnCode: code };
    return this.send("server", { cmd: "connack", sessionPresent: false, ...answer }, version);
  }

  publish(
    topic: string,
    payload: string | Uint8Array = "1",
    more: Partial<mqttPacket.IPublishPacket> = {},
  ): this {
    return this.send("client", message(topic, payload, more), more.properties === undefined ? 4 : 5);
  }

  deliver(
    topic: string,
    payload: string | Uint8Array = "1",
    more: Partial<mqttPacket.IPublishPacket> = {},
  ): this {
    return this.send("server", message(topic, payload, more), more.properties === undefined ? 4 : 5);
  }

  /** SUBSCRIBE to filters, and the SUBACK with a code for each. */
  subscribe(filters: readonly string[], codes: readonly number[], messageId = 7): this {
    const subscriptions = filters.map(topic => ({ topic, qos: 0 as const }));
    this.send("client", { cmd: "subscribe", messageId, subscriptions });
    return this.send("server", { cmd: "suback", messageId, granted: [...codes] });
  }

  #segment(from: Side, flags: number, payload?: Uint8Array, numbers = this.#numbers(from)): void {
    const to = from === "client" ? "server" : "client";
    const ends = { from: this.#ends[from], to: this.#ends[to] };
    this.#scene.frame(tcpFrame({ ...ends, ...numbers, flags, ...(payload !== undefined && { payload }) }));
  }

  #numbers(from: Side): { readonly sequence: number; readonly acknowledgment: number } {
    const to = from === "client" ? "server" : "client";
    return { sequence: this.#next[from], acknowledgment: this.#next[to] };
  }
}

export const connect = (fields: Partial<mqttPacket.IConnectPacket> = {}): mqttPacket.IConnectPacket => ({
  cmd: "connect",
  protocolId: "MQTT",
  protocolVersion: 4,
  clientId: "sensor-a1",
  clean: true,
  keepalive: 60,
  ...fields,
});

const message = (
  topic: string,
  payload: string | Uint8Array,
  more: Partial<mqttPacket.IPublishPacket>,
): mqttPacket.IPublishPacket => ({
  cmd: "publish",
  topic,
  payload: typeof payload === "string" ? payload : Buffer.from(payload),
  qos: 0,
  dup: false,
  retain: false,
  ...more,
});
