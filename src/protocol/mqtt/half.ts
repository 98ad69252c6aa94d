/** One direction of an MQTT connection: where its reader stands, and what it has said already. */
import type { Chunk, Direction } from "../../stream/item.ts";
import { LIMITS } from "../limits.ts";
import { type Assembly, assembly, hold } from "./assembly.ts";
import type { PublishMemory } from "./publish.ts";
import type { Search } from "./resync.ts";
import type { TopicTable } from "./topics.ts";

/** `synced`: the next octet begins a packet or goes on with one; `lost`: packets are searched; `deaf`: given up. */
export type HalfState = "synced" | "lost" | "deaf";

/** A gap of the stream, the ceiling of a packet, the ceiling of all sessions together. */
export type Hole = "gap" | "packet" | "memory" | undefined;

/** One object, and what each packet needs at its beginning: of thousands of connections each object is a cache miss. */
export interface Half extends PublishMemory {
  direction: Direction;
  state: HalfState;
  /** `held` is this direction's own; until octets have to wait, all share one that is empty. */
  holds: boolean;
  held: Assembly;
  /** Octets of the packet in assembly, with its header; 0 where none is, or its header is not whole. */
  total: number;
  /** Of them, how many passed without being kept. */
  passed: number;
  /** Why the packet in assembly is not kept further: octets after a hole must not be taken for those in it. */
  hole: Hole;
  /** Sound packets since packets were found again; enough of them prove that they were. */
  proof: number;
  /** The search for packets in what is held, once there was one. */
  search: Search | undefined;
  /** Nothing was missed since the first octet of the connection. */
  whole: boolean;
  /** Packets read, and of how many `mqtt-packet` was asked. */
  packets: number;
  asked: number;
  /** Faults told, and whether it was said that no more are. */
  malformed: number;
  /** Times that packets were lost to malformed framing. */
  losses: number;
  /** It was said that packets are not kept for want of memory. */
  starved: boolean;
  /** It sent a CONNACK, a DISCONNECT. */
  answered: boolean;
  disconnected: boolean;
  /** Its sender said FIN. */
  finished: boolean;
}

export const newHalf = (
  direction: Direction,
  state: HalfState,
  topics: TopicTable,
  nothing: Assembly,
): Half => ({
  direction,
  state,
  holds: false,
  hole: undefined,
  proof: state === "synced" ? LIMITS.proofPackets : 0,
  packets: 0,
  losses: 0,
  last: undefined,
  table: topics,
  total: 0,
  held: nothing,
  passed: 0,
  search: undefined,
  whole: state === "synced",
  asked: 0,
  malformed: 0,
  starved: false,
  answered: false,
  disconnected: false,
  finished: false,
  aliases: undefined,
  aliasOctets: 0,
  incomplete: false,
});

/** Packets were missed: an alias may have another meaning by now, and no order of packets is known. */
export function miss(half: Half): void {
  half.incomplete = true;
  half.whole = false;
  half.aliases = undefined;
  half.aliasOctets = 0;
}

/** Where octets of this direction are held from now on. */
export function heldBy(half: Half): Assembly {
  if (!half.holds) half.held = assembly(half.held.budget);
  half.holds = true;
  return half.held;
}

/** Adds `chunk.octets[start … end)` to the packet in assembly; what is beyond the ceilings is counted only. */
export function assemble(half: Half, chunk: Chunk, start: number, end: number): void {
  const wanted = half.hole === undefined ? Math.min(end - start, MOST_KEPT - half.held.length) : 0;
  const kept = wanted === 0 ? 0 : hold(heldBy(half), chunk, start, start + wanted);
  half.passed += end - start - kept;
  if (kept < end - start) half.hole ??= kept < wanted ? "memory" : "packet";
}

/** The packet in assembly is done with. */
export function endAssembly(half: Half): void {
  half.total = 0;
  half.passed = 0;
  half.hole = undefined;
}

/** Octets of a packet with the longest fixed header. */
const MOST_KEPT = LIMITS.packetOctets + 5;
