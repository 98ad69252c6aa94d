/** Holds what a session says of one stream to what it says of the same octets in other pieces. */
import type { ProtocolEvent } from "../../src/protocol/event.ts";
import { mqttProtocol } from "../../src/protocol/mqtt/session.ts";
import type { Direction } from "../../src/stream/item.ts";
import { eventsOf, join, Talk } from "../protocol/build.ts";
import { type MadeSession, sessionOf } from "./mqtt-sessions.ts";
import { choices } from "./random.ts";

/** Octets of one side that arrive one after the other. */
export interface Stretch {
  readonly from: Direction;
  readonly octets: Uint8Array;
}

/** One run's MQTT: sessions share the texts of topics and the decoders, and must not see one another. */
const mqtt = mqttProtocol();

/**
 * Judges the session of a seed in one piece a stretch, octet by octet, in pieces at random and in every two pieces.
 * Throws with the seed where events differ, or where a sound session is not read as it was written.
 */
export function checkSession(seed: number): void {
  const session = sessionOf(seed);
  const stretches = stretchesOf(seed, session);
  const whole = told(stretches, () => []);
  if (session.sound) checkSound(seed, session, whole);
  const compare = (how: string, cuts: (stretch: Stretch, index: number) => readonly number[]): void => {
    const cut = told(stretches, cuts);
    if (!isSame(cut, whole)) throw new Error(`seed ${seed}: ${how} differs\n${difference(whole, cut)}`);
  };
  compare("one octet a piece", ({ octets }) => Array.from({ length: octets.length - 1 }, (_, at) => at + 1));
  const choose = choices(-seed - 2);
  for (let time = 0; time < 2; time++)
    compare("a cut at random", ({ octets }) =>
      Array.from({ length: 1 + choose.below(6) }, () => choose.below(octets.length)),
    );
  const longest = Math.max(...stretches.map(({ octets }) => octets.length));
  for (let at = 1; at < longest; at++)
    compare(`two pieces, cut at ${at},`, ({ octets }) => [1 + ((at - 1) % Math.max(1, octets.length - 1))]);
}

/** The session's octets in the order in which they arrive: turn by turn, or one side's after the other's. */
function stretchesOf(seed: number, { packets }: MadeSession): readonly Stretch[] {
  if (seed % 2 === 0)
    return (["client", "server"] as const)
      .map(from => ({
        from,
        octets: join(...packets.filter(packet => packet.from === from).map(p => p.octets)),
      }))
      .filter(({ octets }) => octets.length > 0);
  const stretches: Stretch[] = [];
  for (const { from, octets } of packets) {
    const last = stretches.at(-1);
    if (last?.from === from) stretches[stretches.length - 1] = { from, octets: join(last.octets, octets) };
    else stretches.push({ from, octets });
  }
  return stretches;
}

/** What is said of the stretches cut at the given places. */
function told(
  stretches: readonly Stretch[],
  cuts: (stretch: Stretch, index: number) => readonly number[],
): readonly ProtocolEvent[] {
  const talk = new Talk();
  for (const [index, stretch] of stretches.entries())
    talk.cut(stretch.from, stretch.octets, cuts(stretch, index));
  talk.end("fin");
  return comparable(eventsOf((connection, emit) => mqtt.open(connection, "tcp", emit), talk));
}

/** The events up to where packets were lost: from there on, where segments begin is evidence. */
function comparable(events: readonly ProtocolEvent[]): readonly ProtocolEvent[] {
  const lost = events.findIndex(
    event => event.type === "mqtt.malformed" && event.fault.unit === "Control Packet",
  );
  return lost < 0 ? events : events.slice(0, lost + 1);
}

/** Equal in all but the pieces of the capture that carried them, which differ with the cuts. */
function isSame(some: readonly ProtocolEvent[], others: readonly ProtocolEvent[]): boolean {
  if (some.length !== others.length) return false;
  for (let index = 0; index < some.length; index++)
    if (!isSameEvent(some[index]!, others[index]!)) return false;
  return true;
}

function isSameEvent(one: ProtocolEvent, other: ProtocolEvent): boolean {
  if (one.type !== other.type || one.direction !== other.direction) return false;
  if (one.from !== other.from || one.to !== other.to) return false;
  if (covered(one) !== covered(other)) return false;
  if ("packet" in one && "packet" in other)
    return one.guessed === other.guessed && isEqual(one.packet, other.packet);
  return isEqual(bare(one), bare(other));
}

/** Of plain data and octets; millions of comparisons are asked for. */
function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  const [some, others] = [Object.keys(one), Object.keys(other)];
  if (some.length !== others.length || one instanceof Uint8Array !== other instanceof Uint8Array)
    return false;
  return some.every(key => isEqual(one[key as keyof typeof one], other[key as keyof typeof other]));
}

/** Whether the pieces of the capture that are named hold as many octets as the unit has. */
const covered = ({ carriers, from, to }: ProtocolEvent): boolean =>
  carriers.reduce((sum, carrier) => sum + carrier.length, 0) >= to - from;

function bare(event: ProtocolEvent): unknown {
  const { connection: _, carriers: __, frame: ___, at: ____, ...rest } = event;
  return rest;
}

/** A sound session is one event a packet, at its place, without a complaint. */
function checkSound(seed: number, { packets }: MadeSession, events: readonly ProtocolEvent[]): void {
  const faults = events.filter(event => event.type === "mqtt.malformed");
  if (faults.length > 0) throw new Error(`seed ${seed}: a sound session is said to be none\n${show(faults)}`);
  for (const side of ["client", "server"] as const) {
    let at = 0;
    const told = events.filter(event => "packet" in event && event.direction === side);
    const sent = packets.filter(packet => packet.from === side);
    if (told.length !== sent.length)
      throw new Error(`seed ${seed}: ${sent.length} packets of the ${side}, ${told.length} told`);
    for (const [index, { octets }] of sent.entries()) {
      const event = told[index]!;
      if (event.from !== at || event.to !== at + octets.length)
        throw new Error(`seed ${seed}: packet ${index} of the ${side} is not at its place\n${show([event])}`);
      at += octets.length;
    }
  }
}

function difference(whole: readonly ProtocolEvent[], cut: readonly ProtocolEvent[]): string {
  const at = whole.findIndex((event, index) => cut[index] === undefined || !isSameEvent(event, cut[index]));
  const from = at < 0 ? whole.length : at;
  return `whole: ${show(whole.slice(from, from + 1))}\ncut:   ${show(cut.slice(from, from + 1))}`;
}

const show = (events: readonly ProtocolEvent[]): string => JSON.stringify(events.map(bare));
