/** Writes capture files fast: Ethernet, IPv4, TCP, UDP, ARP and ICMP into one buffer, no object per frame. */
import { closeSync, openSync, writeSync } from "node:fs";

export const SYN = 0x02;
export const ACK = 0x10;
export const PSH_ACK = 0x18;
export const FIN_ACK = 0x11;
export const SYN_ACK = 0x12;

/** What a captured frame of the smallest size holds: Ethernet pads to 60 octets. */
const MIN_FRAME = 60;
const FLUSH_AT = 8 * 1024 * 1024;
const LARGEST = 70_000;
const NOTHING = Buffer.alloc(0);

/** A pcap file (little-endian, microseconds, Ethernet); lengths are right, checksums are left zero. */
export class CaptureWriter {
  octets = 0;
  frames = 0;
  #file;
  #buffer = Buffer.alloc(FLUSH_AT + LARGEST);
  #at = 0;
  #micros = 1_768_000_000_000_000;
  #microsAFrame;
  #identification = 0;

  constructor(path, microsAFrame) {
    this.#file = openSync(path, "w");
    this.#microsAFrame = microsAFrame;
    const header = Buffer.from("d4c3b2a1020004000000000000000000000004000100000001000000", "hex").subarray(
      0,
      24,
    );
    header.copy(this.#buffer);
    this.#at = 24;
    this.octets = 24;
  }

  /** A segment; `payload` from `from`, `length` octets of it. */
  tcp(
    source,
    sourcePort,
    destination,
    destinationPort,
    sequence,
    acknowledgment,
    flags,
    payload = NOTHING,
    from = 0,
    length = payload.length,
  ) {
    const buffer = this.#buffer;
    const options = flags & SYN ? 4 : 0;
    let at = this.#ipv4(6, source, destination, 20 + options + length);
    buffer.writeUInt16BE(sourcePort, at);
    buffer.writeUInt16BE(destinationPort, at + 2);
    buffer.writeUInt32BE(sequence >>> 0, at + 4);
    buffer.writeUInt32BE(acknowledgment >>> 0, at + 8);
    buffer[at + 12] = (20 + options) << 2;
    buffer[at + 13] = flags;
    buffer.writeUInt32BE(0xfaf00000, at + 14);
    buffer.writeUInt16BE(0, at + 18);
    at += 20;
    if (options > 0) {
      buffer.writeUInt32BE(0x020405b4, at); // maximum segment size 1460
      at += 4;
    }
    payload.copy(buffer, at, from, from + length);
    this.#end(at + length);
  }

  udp(source, sourcePort, destination, destinationPort, payload, from = 0, length = payload.length) {
    const buffer = this.#buffer;
    const at = this.#ipv4(17, source, destination, 8 + length);
    buffer.writeUInt16BE(sourcePort, at);
    buffer.writeUInt16BE(destinationPort, at + 2);
    buffer.writeUInt32BE((8 + length) * 0x10000, at + 4);
    payload.copy(buffer, at + 8, from, from + length);
    this.#end(at + 8 + length);
  }

  icmpEcho(source, destination, isReply, sequence, payload) {
    const at = this.#ipv4(1, source, destination, 8 + payload.length);
    this.#buffer.writeUInt32BE(isReply ? 0 : 0x08000000, at);
    this.#buffer.writeUInt32BE(sequence >>> 0, at + 4);
    payload.copy(this.#buffer, at + 8);
    this.#end(at + 8 + payload.length);
  }

  arp(source, destination) {
    const at = this.#ethernet(0x0806);
    const buffer = this.#buffer;
    buffer.fill(0, at, at + 28);
    buffer.writeUInt32BE(0x00010800, at);
    buffer.writeUInt32BE(0x06040001, at + 4);
    buffer.writeUInt32BE(source, at + 14);
    buffer.writeUInt32BE(destination, at + 24);
    this.#end(at + 28);
  }

  close() {
    this.#flush();
    closeSync(this.#file);
    return { octets: this.octets, frames: this.frames };
  }

  #ipv4(protocol, source, destination, length) {
    const buffer = this.#buffer;
    const at = this.#ethernet(0x0800);
    buffer.writeUInt32BE(0x45000000 + 20 + length, at);
    buffer.writeUInt32BE(
      (this.#identification = (this.#identification + 1) & 0xffff) * 0x10000 + 0x4000,
      at + 4,
    );
    buffer.writeUInt32BE(0x40000000 + protocol * 0x10000, at + 8);
    buffer.writeUInt32BE(source, at + 12);
    buffer.writeUInt32BE(destination, at + 16);
    return at + 20;
  }

  /** Leaves room for the record header, which `#end` fills in. */
  #ethernet(etherType) {
    const at = this.#at + 16;
    this.#buffer.writeUInt32BE(0x02000000, at);
    this.#buffer.writeUInt32BE(0x00010200, at + 4);
    this.#buffer.writeUInt32BE(0x00000002, at + 8);
    this.#buffer.writeUInt16BE(etherType, at + 12);
    return at + 14;
  }

  #end(end) {
    const buffer = this.#buffer;
    const start = this.#at + 16;
    const padded = Math.max(end, start + MIN_FRAME);
    if (padded > end) buffer.fill(0, end, padded);
    buffer.writeUInt32LE(Math.floor(this.#micros / 1_000_000), this.#at);
    buffer.writeUInt32LE(this.#micros % 1_000_000, this.#at + 4);
    buffer.writeUInt32LE(padded - start, this.#at + 8);
    buffer.writeUInt32LE(padded - start, this.#at + 12);
    this.octets += padded - this.#at;
    this.frames++;
    this.#micros += this.#microsAFrame;
    this.#at = padded;
    if (this.#at >= FLUSH_AT) this.#flush();
  }

  #flush() {
    writeSync(this.#file, this.#buffer, 0, this.#at);
    this.#at = 0;
  }
}
