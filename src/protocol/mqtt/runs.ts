/** Runs of PUBLISH on one topic, read without an object: what most of a fleet's packets are. */
import type { Timestamp } from "../../octets/time.ts";
import type { View } from "../../octets/view.ts";
import type { Skimming } from "../skimming.ts";
import type { MqttVersion } from "./packet.ts";

/** No row. */
export const NO_ROW = -1;

/** What a run was, when it is over. */
export interface Run {
  readonly messages: number;
  /** Of their payloads together. */
  readonly octets: number;
}

/**
 * One row for each direction whose packets may be skimmed, of 128 octets, so that a packet is read against two cache
 * lines of memory.
 */
export class Runs {
  readonly #skimming: Skimming;
  #words = new Int32Array(FIRST_ROWS * WORDS);
  #octets = new Uint8Array(this.#words.buffer);
  #numbers = new Float64Array(this.#words.buffer);
  #rows = 0;
  readonly #free: number[] = [];

  constructor(skimming: Skimming) {
    this.#skimming = skimming;
  }

  /** A row, by its handle. */
  open(): number {
    const row = this.#free.pop() ?? this.#rows++;
    if (this.#rows * WORDS > this.#words.length) this.#grow();
    this.#words.fill(0, row * WORDS, (row + 1) * WORDS);
    return row;
  }

  close(row: number): void {
    this.#free.push(row);
  }

  /** PUBLISH packets on this topic, an ASCII one, are a run as long as none is longer than `longest` octets. */
  begin(row: number, topic: string, longest: number, version: MqttVersion): void {
    if (topic.length === 0 || topic.length > TOPIC_OCTETS) return;
    const at = row * WORDS;
    const words = this.#words;
    words[at + LONGEST] = Math.min(longest, 0x7fff_ffff);
    words[at + HAS_PROPERTIES] = version === "5.0" ? 1 : 0;
    words[at + TOPIC_LENGTH] = topic.length;
    const place = row * WORDS * 4 + TOPIC;
    for (let i = 0; i < topic.length; i++) this.#octets[place + i] = topic.charCodeAt(i);
  }

  /** Whether the PUBACK packets of a row's direction are skimmed. */
  ignoreAcknowledgments(row: number, ignores: boolean): void {
    this.#words[row * WORDS + IGNORES_ACKS] = ignores ? 1 : 0;
  }

  /** The run of a row is over; undefined where nothing was skimmed. */
  finish(row: number): Run | undefined {
    const at = row * WORDS;
    const messages = this.#words[at + MESSAGES]!;
    this.#words[at + LONGEST] = 0;
    if (messages === 0) return undefined;
    const octets = this.#numbers[row * NUMBERS + OCTETS]!;
    this.#words[at + MESSAGES] = 0;
    this.#numbers[row * NUMBERS + OCTETS] = 0;
    return { messages, octets };
  }

  /** Takes one packet that is `octets[start … end)` as a whole and says nothing new; false for any other. */
  skim(row: number, octets: View, start: number, end: number, at: Timestamp): boolean {
    const first = octets[start]!;
    if (first === PUBACK)
      return (
        end - start === 4 &&
        this.#words[row * WORDS + IGNORES_ACKS] === 1 &&
        octets[start + 1] === 2 &&
        (octets[start + 2]! | octets[start + 3]!) !== 0 &&
        this.#skimming.passes(at)
      );
    if ((first & ~QOS) !== PUBLISH || first === (PUBLISH | QOS)) return false;
    const place = row * WORDS;
    const words = this.#words;
    if (end - start > words[place + LONGEST]!) return false;
    let remaining = octets[start + 1]!;
    let body = start + 2;
    if (remaining >= 0x80) {
      const high = octets[start + 2]!;
      if (high === 0 || high >= 0x80) return false;
      remaining += (high - 1) << 7;
      body++;
    }
    const topicLength = words[place + TOPIC_LENGTH]!;
    let payload = body + 2 + topicLength;
    if (body + remaining !== end || payload > end) return false;
    if (octets[body]! * 0x100 + octets[body + 1]! !== topicLength) return false;
    const own = this.#octets;
    const topic = row * WORDS * 4 + TOPIC;
    // From the end: topics of one fleet differ there.
    for (let i = topicLength - 1; i >= 0; i--) if (octets[body + 2 + i] !== own[topic + i]) return false;
    if (first !== PUBLISH) {
      if (payload + 2 > end || (octets[payload]! | octets[payload + 1]!) === 0) return false;
      payload += 2;
    }
    if (words[place + HAS_PROPERTIES] === 1) {
      if (payload >= end || octets[payload] !== 0) return false;
      payload++;
    }
    if (!this.#skimming.isInnocent(octets, payload, end) || !this.#skimming.passes(at)) return false;
    words[place + MESSAGES]!++;
    this.#numbers[row * NUMBERS + OCTETS]! += end - payload;
    return true;
  }

  #grow(): void {
    const words = new Int32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    this.#octets = new Uint8Array(words.buffer);
    this.#numbers = new Float64Array(words.buffer);
  }
}

/** PUBLISH without RETAIN and DUP, its QoS bits, and PUBACK, as first octets (MQTT 5.0 §2.1.2, §2.1.3). */
const PUBLISH = 0x30;
const QOS = 0x06;
const PUBACK = 0x40;

/** A row: words, among them a number, then the octets of the topic. */
const WORDS = 32;
const NUMBERS = 16;
/** The longest packet of the run; 0 where there is none. */
const LONGEST = 0;
const HAS_PROPERTIES = 1;
const TOPIC_LENGTH = 2;
const MESSAGES = 3;
const IGNORES_ACKS = 6;
const OCTETS = 2;
const TOPIC = 28;
/** Longer topics are not skimmed. */
const TOPIC_OCTETS = WORDS * 4 - TOPIC;
/** Few, so that they grow at once: what was optimised for a buffer that was never another is thrown away. */
const FIRST_ROWS = 4;
