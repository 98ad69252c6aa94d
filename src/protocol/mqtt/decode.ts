/** Decoding the infrequent Control Packets with `mqtt-packet`, and the one place where its complaints become faults. */
import { createRequire } from "node:module";
import * as mqttPacket from "mqtt-packet";
import type { Fault } from "../../octets/decode.ts";
import { LIMITS } from "../limits.ts";
import { CONNECT, type ControlPacketFrame, PACKET_NAMES } from "./frame.ts";
import type { ControlPacket, MqttVersion } from "./packet.ts";
import { type Reading, readControlPacket } from "./read.ts";

/** Parsers kept between packets: one for the versions before 5.0, one for it, and one for CONNECT. */
export interface Decoder {
  readonly parsers: (Parser | undefined)[];
}

export function decoder(): Decoder {
  silence();
  return { parsers: [] };
}

/**
 * Decodes one framed packet. Numbers and flags are those of `mqtt-packet`, which is given exactly one whole packet;
 * texts, properties and octets are those of the frame, since `mqtt-packet` replaces ill-formed UTF-8 and joins what
 * was sent twice. Where it refuses what the standard's structure permits, the packet is given all the same.
 */
export function decodeControlPacket(
  decoder: Decoder,
  frame: ControlPacketFrame,
  version: MqttVersion,
): Reading {
  const reading = readControlPacket(frame, version);
  if (reading.packet === undefined || frame.end - frame.start > LIMITS.askedOctets) return reading;
  const level = reading.packet.type === "connect" ? reading.packet.protocolVersion : version;
  const said = ask(decoder, frame, level);
  if (typeof said !== "string") return { packet: agreed(reading.packet, said), faults: reading.faults };
  const fault = complaintFault(said, frame.type, level);
  return fault === undefined || reading.faults.length > 0 ? reading : { ...reading, faults: [fault] };
}

/** What `mqtt-packet` says of one whole packet: the packet, or its complaint. */
export function ask(
  decoder: Decoder,
  frame: ControlPacketFrame,
  version: MqttVersion,
): mqttPacket.Packet | string {
  // A CONNECT changes the settings of its parser to its own, whatever they were.
  const slot = frame.type === CONNECT ? 2 : version === "5.0" ? 1 : 0;
  const parser = decoder.parsers[slot] ?? onePacketParser(version);
  const { octets, start, end } = frame;
  const said = parser(Buffer.from(octets.buffer, octets.byteOffset + start, end - start));
  // After an error it keeps a position, and reads the next packet from there.
  decoder.parsers[slot] = typeof said === "string" ? undefined : parser;
  return said;
}

/**
 * A complaint about a packet that this program could read, as a fault. Unfamiliar Reason Codes are data and no
 * fault, reserved flags are judged by version elsewhere, and 3.1 is judged by the rules of 3.1.1 there.
 */
export function complaintFault(complaint: string, type: number, version: MqttVersion): Fault | undefined {
  if (version === "3.1" || NO_FAULT.test(complaint)) return undefined;
  const unit = PACKET_NAMES[type] as string;
  return {
    unit,
    field: "packet",
    offset: 0,
    reason: { kind: "forbidden", value: complaint, clause: "mqtt-packet" },
  };
}

/**
 * Where DEBUG asks for it, `mqtt-packet` writes all that it reads to standard error, passwords too. Its logger is
 * turned off, whatever DEBUG says; DEBUG itself, which the logger would rewrite, stays as it is.
 */
function silence(): void {
  const asked = process.env["DEBUG"];
  if (asked === undefined) return;
  const theirs = createRequire(createRequire(import.meta.url).resolve("mqtt-packet"));
  const debug = theirs("debug") as { disable(): string; enable(namespaces: string): void };
  debug.enable(`${debug.disable()},-mqtt-packet:*`);
  process.env["DEBUG"] = asked;
}

/** A function that asks one `mqtt-packet` parser about one whole packet at a time. */
type Parser = (octets: Buffer) => mqttPacket.Packet | string;

function onePacketParser(version: MqttVersion): Parser {
  const parser = mqttPacket.parser({ protocolVersion: version === "5.0" ? 5 : 4 });
  let said: mqttPacket.Packet | string | undefined;
  parser.on("packet", packet => (said ??= packet));
  parser.on("error", (error: unknown) => (said = typeof said === "string" ? said : String(error)));
  return octets => {
    said = undefined;
    const left = parser.parse(octets);
    return said !== undefined && (left === 0 || typeof said === "string") ? said : "Error: incomplete";
  };
}

/** The packet as the frame says it, with the numbers and flags that `mqtt-packet` read. */
function agreed(own: ControlPacket, said: mqttPacket.Packet): ControlPacket {
  if (own.type === "connect" && said.cmd === "connect") {
    const { clean, keepalive, will } = said;
    // They agree on nearly all: then the packet goes on as it is.
    const sameWill = own.will?.qos === will?.qos && own.will?.retain === will?.retain;
    if (clean === own.cleanStart && keepalive === own.keepAlive && sameWill) return own;
    const read = { ...own, cleanStart: clean === true, keepAlive: keepalive ?? own.keepAlive };
    if (own.will === undefined || will === undefined) return read;
    return { ...read, will: { ...own.will, qos: will.qos ?? own.will.qos, retain: will.retain === true } };
  }
  if (own.type === "connack" && said.cmd === "connack")
    return {
      ...own,
      sessionPresent: own.sessionPresent && said.sessionPresent,
      code: said.returnCode ?? said.reasonCode ?? own.code,
    };
  if (own.type === "subscribe" && said.cmd === "subscribe") {
    const subscriptions = own.subscriptions.map((subscription, index) => ({
      ...subscription,
      qos: said.subscriptions[index]?.qos ?? subscription.qos,
    }));
    return { ...own, packetId: said.messageId ?? own.packetId, subscriptions };
  }
  if (
    (own.type === "suback" && said.cmd === "suback") ||
    (own.type === "unsubscribe" && said.cmd === "unsubscribe")
  )
    return { ...own, packetId: said.messageId ?? own.packetId };
  if (
    (own.type === "disconnect" && said.cmd === "disconnect") ||
    (own.type === "auth" && said.cmd === "auth")
  )
    return own.code === undefined ? own : { ...own, code: said.reasonCode ?? own.code };
  return own;
}

/** Complaints that are no fault of a packet whose structure was readable. */
const NO_FAULT = /code$|Invalid suback QoS|Invalid header flag bits/u;
