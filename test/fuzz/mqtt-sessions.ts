/** Whole sessions made by a seed: who says what, in which order, what of it is spoiled, and how it reaches the program. */
import type { MqttVersion } from "../../src/protocol/mqtt/packet.ts";
import { VERSIONS } from "../protocol/mqtt/build.ts";
import {
  anyPacket,
  connack,
  connect,
  disconnect,
  type MadePacket,
  type Said,
  spoil,
} from "./mqtt-packets.ts";
import { type Choices, choices } from "./random.ts";

export interface MadeSession {
  readonly version: MqttVersion;
  readonly packets: readonly MadePacket[];
  /** Nothing in it breaks the standard. */
  readonly sound: boolean;
}

/** The session of a seed: most are sound, a third is spoiled in one packet or more. */
export function sessionOf(seed: number): MadeSession {
  const choose = choices(seed);
  const version = choose.pick(VERSIONS);
  const said: Said = { aliases: { client: new Set(), server: new Set() } };
  const packets = [connect(choose, version), connack(choose, version)];
  for (let left = choose.pick(PACKETS); left > 0; left--) packets.push(anyPacket(choose, version, said));
  if (choose.chance(40)) packets.push(disconnect(choose, version));
  const sound = choose.chance(67);
  return { version, packets: sound ? packets : spoiled(choose, packets), sound };
}

/** Packets left out, in the wrong place, or not what they should be. */
function spoiled(choose: Choices, packets: readonly MadePacket[]): readonly MadePacket[] {
  const made = [...packets];
  for (let times = 1 + choose.below(2); times > 0; times--) {
    const at = choose.below(made.length);
    switch (choose.below(8)) {
      case 0:
        if (made.length > 1) made.splice(at, 1);
        break;
      case 1:
        made.splice(at, 0, made[choose.below(made.length)]!);
        break;
      case 2: {
        // The last packet of a side breaks off.
        const last = made.pop()!;
        made.push({ ...last, octets: last.octets.subarray(0, 1 + choose.below(last.octets.length)) });
        break;
      }
      default:
        made[at] = spoil(choose, made[at]!);
    }
  }
  return made;
}

/** How many packets come between CONNACK and DISCONNECT; many say little more than few. */
const PACKETS = [0, 1, 1, 1, 1, 2, 2, 5];
