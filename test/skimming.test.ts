/** Packets that say nothing new are read without an event where nobody wants one: the report must not tell the difference. */
import { describe, expect, test } from "vitest";
import type { Frame, FrameNumber, Source } from "../src/capture/frame.ts";
import type { Timestamp } from "../src/octets/time.ts";
import { audit } from "../src/pipeline.ts";
import { packets } from "../src/packet/packets.ts";
import { protocols } from "../src/protocol/protocols.ts";
import { streams } from "../src/stream/reassembler.ts";
import { jsonReport } from "../src/report/json.ts";
import { tcpFrame } from "./build/packets.ts";
import { type Choices, choices } from "./fuzz/random.ts";
import { CONNECTS, VERSIONS, write } from "./protocol/mqtt/build.ts";
import { JUDGING } from "./build/judging.ts";

const SESSIONS = Number(process.env["FUZZ_RUNS"] ?? 60);

describe("skimming", () => {
  test("makes no difference to the report of sessions at random", async () => {
    let skimmed = 0;
    for (let seed = 0; seed < SESSIONS; seed++) {
      const frames = framesOf(choices(seed));
      const told = { events: 0 };
      const watched = await reported(frames, told);
      const skimming = await reported(frames, undefined);
      expect(skimming, `seed ${seed}`).toBe(watched);
      skimmed += told.events;
    }
    expect(skimmed).toBeGreaterThan(SESSIONS * 10);
  });

  test("makes no event of a PUBLISH like the one before it", () => {
    const counted = { events: 0, repeated: 0, octets: 0 };
    const stage = packets(
      streams(
        protocols(
          {
            event: ({ type }) => void (type === "mqtt.publish" && counted.events++),
            skimming: {
              repeats: () => 100,
              ignoresAcknowledgments: () => true,
              isInnocent: () => true,
              passes: () => true,
              repeated(_, messages, octets) {
                counted.repeated += messages;
                counted.octets += octets;
              },
            },
            limit: () => undefined,
            datagram: () => undefined,
            notice: () => undefined,
            end: () => undefined,
          },
          { decodeAs: new Map(), ports: new Set([1883]) },
        ),
      ),
    );
    const frames: Frame[] = [];
    const end = new End({ ...choices(1), chance: () => true }, frames, { at: START }, 0);
    end.login();
    for (let time = 0; time < 9; time++) end.publish("21.5");
    stage.push({ frames, notices: [] });
    stage.end();
    expect(counted).toEqual({ events: 1, repeated: 8, octets: 8 * 4 });
  });
});

/** The report; with `told`, somebody wants every event. */
async function reported(frames: readonly Frame[], told: { events: number } | undefined): Promise<string> {
  const watchers =
    told === undefined
      ? []
      : [
          {
            events: true,
            observe: ({ kind }: { readonly kind: string }) => void (kind === "event" && told.events++),
          },
        ];
  const run = audit(JUDGING, watchers);
  await run.add("made", sourceOf(frames));
  return jsonReport(run.finish(), { reveal: true });
}

async function* sourceOf(frames: readonly Frame[]): Source {
  yield { frames, notices: [] };
}

/** Two clients that publish in runs, and now and then do what ends a run, or is none. */
function framesOf(choose: Choices): readonly Frame[] {
  const frames: Frame[] = [];
  const clock = { at: START };
  const ends = [0, 1].map(number => new End(choose, frames, clock, number));
  const [first, second] = ends as [End, End];
  first.login();
  second.login();
  for (let step = 0; step < 60; step++) (choose.chance(60) ? first : second).step();
  for (const end of ends) if (choose.chance(50)) end.send("client", NOTHING, FIN_ACK);
  return frames;
}

class End {
  readonly #choose: Choices;
  readonly #frames: Frame[];
  readonly #clock: { at: number };
  readonly #client: string;
  readonly #version: 3 | 4 | 5;
  readonly #connect: Uint8Array;
  readonly #next = { client: 1_000, server: 0x7fff_ff00 };
  #topic = "plant/1/temperature";

  constructor(choose: Choices, frames: Frame[], clock: { at: number }, number: number) {
    this.#choose = choose;
    this.#frames = frames;
    this.#clock = clock;
    this.#client = choose.chance(20) ? `[2001:db8::${number + 7}]:4915${number}` : `192.0.2.7:4915${number}`;
    const version = choose.pick(VERSIONS);
    this.#version = version === "5.0" ? 5 : version === "3.1" ? 3 : 4;
    this.#connect = CONNECTS[version];
  }

  login(): void {
    const { client, server } = this.#next;
    if (this.#choose.chance(90)) {
      this.#segment("client", client - 1, NOTHING, SYN);
      this.#segment("server", server - 1, NOTHING, SYN_ACK);
    }
    if (this.#choose.chance(95)) this.send("client", this.#connect);
    if (this.#choose.chance(90))
      this.send("server", this.#packet({ cmd: "connack", returnCode: 0, reasonCode: 0 }));
  }

  step(): void {
    const choose = this.#choose;
    const from = choose.chance(90) ? "client" : "server";
    const other = from === "client" ? "server" : "client";
    const deed = choose.below(100);
    if (deed < 60) this.send(from, this.#publish(choose.below(3)));
    else if (deed < 68) this.send(other, this.#packet({ cmd: "puback", messageId: 7 }));
    else if (deed < 71) this.#topic = choose.pick(TOPICS);
    else if (deed < 74) this.send("client", this.#packet({ cmd: "pingreq" }));
    else if (deed < 77) this.send(from, join(this.#publish(0), this.#publish(1)));
    else if (deed < 81) {
      const octets = this.#publish(1);
      const cut = 1 + choose.below(octets.length - 1);
      this.send(from, octets.subarray(0, cut));
      this.send(from, octets.subarray(cut));
    } else if (deed < 83) this.#next[from] += 40;
    else if (deed < 86) this.#again(from);
    else if (deed < 89) this.send(from, this.#publish(1, choose.pick(PAYLOADS)));
    else if (deed < 91)
      this.send(
        "client",
        this.#packet({ cmd: "subscribe", messageId: 9, subscriptions: [{ topic: "#", qos: 0 }] }),
      );
    else if (deed < 93) this.send("server", this.#packet({ cmd: "suback", messageId: 9, granted: [0] }));
    else if (deed < 95) this.send("client", this.#connect);
    else if (deed < 96) this.#clock.at -= 30_000_000 * choose.below(3);
    else if (deed < 97) this.#clock.at += 6_000_000;
    else if (deed < 98) this.send(from, choose.octets(20));
    else if (deed < 99) this.send(from, this.#publish(0, "21", { retain: true, dup: choose.chance(50) }));
    else this.send(from, NOTHING, RST);
  }

  publish(payload: string): void {
    this.send("client", this.#publish(1, payload));
  }

  send(from: "client" | "server", octets: Uint8Array, flags = PSH_ACK): void {
    this.#segment(from, this.#next[from], octets, flags);
    this.#next[from] += octets.length;
    if (this.#choose.chance(50)) {
      const other = from === "client" ? "server" : "client";
      this.#segment(other, this.#next[other], NOTHING, ACK);
    }
  }

  /** The last octets once more. */
  #again(from: "client" | "server"): void {
    const octets = this.#publish(0);
    this.send(from, octets);
    this.#segment(from, this.#next[from] - octets.length, octets, PSH_ACK);
  }

  #publish(qos: number, payload = `{"v":${this.#choose.below(1_000)}}`, more = {}): Uint8Array {
    const packet = {
      cmd: "publish",
      topic: this.#topic,
      payload,
      qos,
      dup: false,
      retain: false,
      messageId: 7,
    };
    return this.#packet({ ...packet, ...more });
  }

  #packet(packet: object): Uint8Array {
    return write(packet as Parameters<typeof write>[0], this.#version);
  }

  #segment(from: "client" | "server", sequence: number, payload: Uint8Array, flags: number): void {
    const broker = this.#client.startsWith("[") ? "[2001:db8::1]:1883" : "192.0.2.1:1883";
    const [source, destination] = from === "client" ? [this.#client, broker] : [broker, this.#client];
    const acknowledgment = flags === SYN ? 0 : this.#next[from === "client" ? "server" : "client"];
    const octets = tcpFrame({
      from: source,
      to: destination,
      sequence: sequence >>> 0,
      acknowledgment: acknowledgment >>> 0,
      flags,
      payload,
    });
    this.#clock.at += this.#choose.below(50_000);
    this.#frames.push({
      number: (this.#frames.length + 1) as FrameNumber,
      at: this.#clock.at as Timestamp,
      position: this.#frames.length * 1_000,
      linkType: 1,
      originalLength: octets.length,
      octets,
      start: 0,
      end: octets.length,
    });
  }
}

const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

const TOPICS = ["plant/1/temperature", "plant/2", "wifi/password", "fw/update", "käfig/1", "$SYS/broker"];
const PAYLOADS = [
  '{"password":"hunter2-of-mine"}',
  '{"url":"http://updates.example.com/fw.bin"}',
  "\u007fELF",
  "x".repeat(5_000),
  "",
];

const NOTHING = new Uint8Array(0);
const START = 1_767_323_045_000_000;
const SYN = 0x02;
const SYN_ACK = 0x12;
const ACK = 0x10;
const PSH_ACK = 0x18;
const FIN_ACK = 0x11;
const RST = 0x04;
