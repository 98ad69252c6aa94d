/** MQTT over TCP at its worst: what is skimmed must be told as what is looked at is. */
import type { Frame, FrameNumber, Source } from "../../src/capture/frame.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { audit } from "../../src/pipeline.ts";
import { jsonReport } from "../../src/report/json.ts";
import { JUDGING } from "../build/judging.ts";
import { ethernet, join, tcpPacket, u32, vlan } from "../build/packets.ts";
import { control, write } from "../protocol/mqtt/build.ts";
import { type Choices, choices } from "./random.ts";

/** Throws where the reports differ between an audit that nobody watches and one of which somebody wants every event. */
export async function checkSkimming(seed: number): Promise<void> {
  const frames = hostileFrames(choices(seed));
  const [skimmed, watched] = [await report(frames, false), await report(frames, true)];
  if (skimmed === watched) return;
  const theirs = watched.split("\n");
  const line = skimmed.split("\n").findIndex((text, index) => text !== theirs[index]);
  throw new Error(`seed ${seed}: "${skimmed.split("\n")[line]}" for "${theirs[line]}"`);
}

async function report(frames: readonly Frame[], events: boolean): Promise<string> {
  const run = audit(JUDGING, events ? [{ events, observe: () => undefined }] : []);
  await run.add("made", sourceOf(frames));
  return jsonReport(run.finish(), { reveal: true });
}

async function* sourceOf(frames: readonly Frame[]): Source {
  yield { frames, notices: [] };
}

/** The frames of a few clients; now and then a connection is followed by another between the same ports. */
export function hostileFrames(choose: Choices): readonly Frame[] {
  const network = new Network(choose);
  const clients = Array.from(
    { length: 1 + choose.below(3) },
    (_, number) => new Client(choose, network, number),
  );
  for (let step = choose.below(300); step >= 0; step--) choose.pick(clients).step();
  for (const client of clients) if (choose.chance(60)) client.leave();
  network.flush();
  return network.frames;
}

/** A login and so many PUBLISH packets that say the same, on a network without trouble. */
export function calmFrames(messages: number): readonly Frame[] {
  const choose: Choices = {
    ...choices(1),
    below: () => 0,
    chance: percent => percent > 50,
    pick: ([first]) => first!,
  };
  const network = new Network(choose);
  const client = new Client(choose, network, 0);
  for (let time = 0; time < messages; time++) client.repeat("21.5");
  return network.frames;
}

/** What lies between the sender and the capture: it doubles, loses, cuts and reorders. */
class Network {
  readonly frames: Frame[] = [];
  readonly #choose: Choices;
  readonly #trouble: number;
  /** Frames that others overtake. */
  #late: Uint8Array[] = [];
  #at = 1_767_323_045_000_000;

  constructor(choose: Choices) {
    this.#choose = choose;
    this.#trouble = choose.pick([0, 1, 4, 15]);
  }

  pass(octets: Uint8Array): void {
    const choose = this.#choose;
    if (!choose.chance(this.#trouble)) this.#capture(octets);
    else
      switch (choose.below(5)) {
        case 0:
          break;
        case 1:
          this.#late.push(octets);
          return;
        case 2:
          this.#capture(octets, octets.length - choose.below(Math.min(octets.length, 60)));
          break;
        default:
          this.#capture(octets);
          this.#capture(octets);
      }
    if (choose.chance(40)) this.flush();
  }

  wait(micros: number): void {
    this.#at += micros;
  }

  flush(): void {
    for (const octets of this.#late) this.#capture(octets);
    this.#late = [];
  }

  #capture(octets: Uint8Array, end = octets.length): void {
    this.#at += this.#choose.below(60_000);
    const number = (this.frames.length + 1) as FrameNumber;
    const { length } = octets;
    const position = number * 0x1_0000;
    const at = this.#at as Timestamp;
    this.frames.push({ number, at, position, linkType: 1, originalLength: length, octets, start: 0, end });
  }
}

type Side = "client" | "server";
const other = (side: Side): Side => (side === "client" ? "server" : "client");

/** One client's address and port, and the connections that it has after one another. */
class Client {
  readonly #choose: Choices;
  readonly #network: Network;
  readonly #six: boolean;
  readonly #tagged: boolean;
  readonly #stamped: boolean;
  /** Of a hundred steps, how many are something else than one more PUBLISH, or its acknowledgment. */
  readonly #variety: number;
  readonly #address: string;
  readonly #broker: string;
  /** Sequence numbers of what comes next, and the octets that were sent last. */
  readonly #next = { client: 0, server: 0 };
  readonly #sent: Record<Side, Uint8Array> = { client: NOTHING, server: NOTHING };
  /** What waits to be sent in one segment with what comes next. */
  readonly #waiting: Record<Side, Uint8Array> = { client: NOTHING, server: NOTHING };
  #version: 3 | 4 | 5 = 4;
  #topic = "plant/1/temperature";
  #publisher: Side = "client";
  #aliased = false;
  #number: number;

  constructor(choose: Choices, network: Network, number: number) {
    this.#choose = choose;
    this.#network = network;
    this.#six = choose.chance(20);
    this.#tagged = choose.chance(20);
    this.#stamped = choose.chance(50);
    this.#variety = choose.pick([3, 10, 40]);
    this.#number = number;
    this.#address = this.#six ? `[2001:db8::${number + 7}]` : "192.0.2.7";
    this.#broker = this.#six ? "[2001:db8::1]:1883" : `192.0.2.1:${choose.chance(80) ? 1883 : 4711}`;
    this.#begin();
  }

  /** Something is said, or happens to the connection. */
  step(): void {
    const choose = this.#choose;
    const side: Side = choose.chance(75) ? "client" : "server";
    if (!choose.chance(this.#variety)) {
      if (choose.chance(70)) this.#say(this.#publisher, this.#publish());
      else this.#say(other(this.#publisher), this.#acknowledge());
      return;
    }
    const deed = choose.below(1_000);
    if (deed < 600) this.#say(side, this.#publish());
    else if (deed < 660) this.#say(other(side), this.#acknowledge());
    else if (deed < 700) this.#publisher = side;
    else if (deed < 720) this.#topic = choose.pick(TOPICS);
    else if (deed < 740) this.#say("client", this.#write({ cmd: "pingreq" }));
    else if (deed < 750) this.#say("server", this.#write({ cmd: "pingresp" }));
    else if (deed < 790) this.#say(side, this.#remarkable());
    else if (deed < 810) this.#subscribe();
    else if (deed < 820) this.#say("client", this.#connect());
    else if (deed < 830) this.#say("server", this.#connack());
    else if (deed < 870) this.#again(side);
    else if (deed < 890) this.#probe(side);
    else if (deed < 910) this.#next[side] += 1 + choose.below(300);
    else if (deed < 930) this.#segment(side, this.#next[side], NOTHING, ACK, choose.below(4_000) - 1_000);
    else if (deed < 940)
      this.#network.wait(choose.pick([-90_000_000, -400_000, 6_000_000, 70_000_000, 400_000_000]));
    else if (deed < 950) this.#say(side, choose.octets(1 + choose.below(40)));
    else if (deed < 960) this.#say(side, this.#write({ cmd: "disconnect", reasonCode: 0 }));
    else if (deed < 970) this.leave();
    else if (deed < 985) this.#segment(side, this.#next[side] + choose.pick([0, 0, 5, -5]), NOTHING, RST);
    else this.#begin();
  }

  repeat(payload: string): void {
    this.#say("client", this.#message({ qos: 1, payload }));
  }

  leave(): void {
    for (const side of ["client", "server"] as const) {
      this.#send(side);
      if (this.#choose.chance(80)) this.#segment(side, this.#next[side]++, NOTHING, FIN | ACK);
    }
    if (this.#choose.chance(50)) this.#segment("client", this.#next.client, NOTHING, ACK);
  }

  /** A new connection between the same ports, or a capture that begins in its middle. */
  #begin(): void {
    const choose = this.#choose;
    const start = (): number => choose.pick([0, 1_000, 0x7fff_ff80, 0xffff_ff80, choose.below(2 ** 32)]);
    this.#next.client = start();
    this.#next.server = start();
    this.#version = choose.pick([3, 4, 5]);
    this.#aliased = false;
    for (const side of ["client", "server"] as const) this.#waiting[side] = NOTHING;
    if (choose.chance(90)) {
      this.#segment("client", this.#next.client++, NOTHING, SYN);
      this.#segment("server", this.#next.server++, NOTHING, SYN | ACK);
    }
    if (choose.chance(95)) this.#say("client", this.#connect());
    if (choose.chance(90)) this.#say("server", this.#connack());
  }

  #connect(): Uint8Array {
    const choose = this.#choose;
    const version = this.#version;
    return this.#write({
      cmd: "connect",
      protocolId: version === 3 ? "MQIsdp" : "MQTT",
      protocolVersion: version,
      clientId: choose.pick(["sensor-1", "sensor-1", "sensor-2"]),
      clean: choose.chance(50),
      keepalive: choose.pick([0, 5, 60]),
      ...(choose.chance(50) && {
        username: "device",
        password: Buffer.from(choose.pick(["admin", "Zx9-long-one"])),
      }),
      ...(choose.chance(20) && {
        will: { topic: "gone", payload: Buffer.from(choose.pick(PAYLOADS)), qos: 0, retain: true },
      }),
      ...(version === 5 &&
        choose.chance(30) && { properties: { maximumPacketSize: 40, topicAliasMaximum: 5 } }),
    });
  }

  #connack(): Uint8Array {
    const code = this.#choose.chance(85) ? 0 : 5;
    const properties = this.#choose.chance(20) ? { maximumPacketSize: 30 } : {};
    return this.#write({
      cmd: "connack",
      sessionPresent: false,
      returnCode: code,
      reasonCode: code,
      properties,
    });
  }

  #subscribe(): void {
    const choose = this.#choose;
    const messageId = 1 + choose.below(3);
    const subscriptions = [
      { topic: choose.pick(["#", "plant/+/temperature", "plant/2", "$share/g/#"]), qos: 0 },
    ];
    this.#say("client", this.#write({ cmd: "subscribe", messageId, subscriptions }));
    if (choose.chance(80))
      this.#say("server", this.#write({ cmd: "suback", messageId, granted: [choose.pick([0, 1, 0x80])] }));
  }

  /** One like the one before it. */
  #publish(): Uint8Array {
    const choose = this.#choose;
    return this.#message({ qos: choose.pick([0, 0, 1, 1, 2]), payload: `{"v":${choose.below(10_000)}}` });
  }

  /** One that differs from the one before it in some way. */
  #remarkable(): Uint8Array {
    const choose = this.#choose;
    const qos = choose.below(3);
    const payload = choose.chance(50) ? "21.5" : choose.pick(PAYLOADS);
    const retain = choose.chance(30);
    const dup = qos > 0 && choose.chance(30);
    if (this.#version !== 5 || choose.chance(50)) return this.#message({ qos, payload, retain, dup });
    if (choose.chance(50)) {
      const topic = this.#aliased && choose.chance(70) ? "" : this.#topic;
      this.#aliased = true;
      return this.#message({ qos, payload, topic, properties: { topicAlias: 1 + choose.below(2) } });
    }
    return this.#message({ qos, payload, properties: { userProperties: { note: choose.pick(PAYLOADS) } } });
  }

  #message(more: object): Uint8Array {
    // 0 is no identifier (MQTT-2.2.1-3), and mqtt-packet would not write it.
    const messageId = this.#choose.chance(97) ? this.#choose.below(65_535) + 1 : UNWRITTEN;
    const packet = { cmd: "publish", topic: this.#topic, dup: false, retain: false, messageId, ...more };
    const octets = this.#write(packet);
    const at = messageId === UNWRITTEN ? Buffer.from(octets).indexOf("\u00a5\u005a", 2, "latin1") : -1;
    if (at > 0) octets.fill(0, at, at + 2);
    // A Remaining Length that is longer than it need be.
    if (this.#choose.chance(1) && octets[1]! < 0x80)
      return join([octets[0]!, octets[1]! + 0x80, 0], octets.subarray(2));
    return octets;
  }

  #acknowledge(): Uint8Array {
    const choose = this.#choose;
    if (choose.chance(5)) return control(0x40, "0000");
    if (choose.chance(5)) return control(0x42, "0001");
    const cmd = choose.pick(["puback", "puback", "puback", "pubrec", "pubrel", "pubcomp"]);
    const reasonCode = choose.chance(90) ? 0 : 0x97;
    return this.#write({ cmd, messageId: 1 + choose.below(65_535), reasonCode });
  }

  #write(packet: object): Uint8Array {
    return write(packet as Parameters<typeof write>[0], this.#version);
  }

  /** Octets go out at once, with others, or in pieces. */
  #say(side: Side, octets: Uint8Array): void {
    this.#waiting[side] = join(this.#waiting[side], octets);
    if (this.#choose.chance(85)) this.#send(side);
  }

  #send(side: Side): void {
    const choose = this.#choose;
    const octets = this.#waiting[side];
    this.#waiting[side] = NOTHING;
    const pieces = choose.chance(85) ? 1 : 1 + choose.below(4);
    for (let at = 0, piece = 0; at < octets.length; piece++) {
      const end = piece + 1 >= pieces ? octets.length : at + 1 + choose.below(octets.length - at);
      this.#segment(side, this.#next[side], octets.subarray(at, end), PSH | ACK);
      this.#next[side] += end - at;
      at = end;
    }
    this.#sent[side] = octets;
    if (choose.chance(50)) this.#segment(other(side), this.#next[other(side)], NOTHING, ACK);
  }

  /** Octets that were sent before, perhaps others in their place, perhaps with some that are new. */
  #again(side: Side): void {
    const choose = this.#choose;
    const sent = this.#sent[side];
    if (sent.length === 0) return;
    const from = choose.below(sent.length);
    const octets = choose.chance(80) ? sent.slice(from) : choose.octets(sent.length - from);
    const more = choose.chance(30) ? this.#publish() : NOTHING;
    this.#segment(side, this.#next[side] - octets.length, join(octets, more), PSH | ACK);
    this.#next[side] += more.length;
  }

  /** A keep-alive (RFC 9293 §3.8.4), with an octet or without. */
  #probe(side: Side): void {
    this.#segment(side, this.#next[side] - 1, this.#choose.octets(this.#choose.below(2)), ACK);
    this.#segment(other(side), this.#next[other(side)], NOTHING, ACK);
  }

  #segment(side: Side, sequence: number, payload: Uint8Array, flags: number, ahead = 0): void {
    const client = `${this.#address}:${49_152 + this.#number}`;
    const [from, to] = side === "client" ? [client, this.#broker] : [this.#broker, client];
    const acknowledgment = (flags & ACK) === 0 ? 0 : this.#next[other(side)] + ahead;
    const octets = tcpPacket({
      from,
      to,
      sequence: sequence >>> 0,
      acknowledgment: acknowledgment >>> 0,
      flags,
      payload,
      ...(this.#stamped && { options: join([1, 1, 8, 10], u32(sequence >>> 0), u32(7)) }),
    });
    const type = this.#six ? 0x86dd : 0x0800;
    this.#network.pass(this.#tagged ? ethernet(vlan(octets, 7, type), 0x8100) : ethernet(octets, type));
  }
}

const TOPICS = [
  "plant/1/temperature",
  "plant/1/humidity",
  "p",
  "fleet/state",
  "wifi/password",
  "fw/update",
  "käfig/1",
  "$SYS/broker",
];
const PAYLOADS = [
  '{"password":"hunter2-of-mine"}',
  '{"ssid":"plant7","psk":"correct-horse-9"}',
  '{"url":"http://updates.example.com/fw.bin"}',
  `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"sub":"a","exp":1}').toString("base64url")}.dGhlIHNpZ25hdHVyZSBvZiBpdA`,
  "\u007fELF\u0002\u0001\u0001",
  "x".repeat(200),
  "x".repeat(20_000),
  "",
  "21.5",
];

const UNWRITTEN = 0xa55a;
const NOTHING = new Uint8Array(0);
const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const PSH = 0x08;
const ACK = 0x10;
