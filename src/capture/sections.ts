/** The sections of a written capture: which blocks come when, gathered in buffers that are handed on when they are full. */
import type { Timestamp } from "../octets/time.ts";
import { own, type Owned } from "../octets/view.ts";
import type { Frame, Notice } from "./frame.ts";
import {
  type DescribedInterface,
  interfaceBlock,
  packetBlockLength,
  putPacket,
  secretsBlock,
  sectionHeaderBlock,
  statisticsBlock,
} from "./write.ts";

/** When the next file begins: before it would exceed so many octets, or behind so many microseconds of capture time. */
export type Rotation = { readonly octets: number } | { readonly micros: number };

export interface Sections {
  /** This frame belongs into the next file. */
  isFull(frame: Frame): boolean;
  /** Makes room for a frame; undefined where there is some, as nearly always. */
  prepare(frame: Frame): Promise<void> | undefined;
  /** Takes a frame that room was made for. */
  frame(frame: Frame): void;
  notice(notice: Notice): Promise<void>;
  /** A file begins, with what was known at the end of the one before. */
  begin(): void;
  /** The file is over: its statistics, and everything that is still in a buffer. */
  finish(): Promise<void>;
}

/**
 * The blocks of a file: a section for each capture, an interface for each link type in it, packets, and the
 * statistics of each interface at the end. `put` is given the octets of whole blocks, which are its own until it
 * has resolved once more; `idle` says that it would not wait.
 */
export function pcapngSections(
  tool: string,
  put: (octets: Uint8Array) => Promise<void>,
  idle: () => boolean,
  rotate: Rotation | undefined,
): Sections {
  const header = sectionHeaderBlock(tool);
  let fill = newChunk();
  let spare = newChunk();
  let file = newFile();
  let interfaces: Written[] = [];
  /** The interface of the last frame. */
  let recent: Written | undefined;
  /** What the source has said of the capture that is being read. */
  const known = {
    opened: false,
    interfaces: new Map<number, Pick<DescribedInterface, "snapLength" | "name" | "filter">>(),
    secrets: [] as (readonly [type: number, octets: Owned])[],
    dropped: undefined as number | undefined,
    droppedBefore: 0,
    latest: 0 as Timestamp,
  };

  async function flush(): Promise<void> {
    if (fill.at === 0) return;
    const full = fill;
    fill = spare;
    spare = full;
    await put(full.octets.subarray(0, full.at));
    fill.at = 0;
  }

  async function add(block: Uint8Array): Promise<void> {
    file.octets += block.length;
    if (block.length > fill.octets.length - fill.at) await flush();
    if (block.length > fill.octets.length) return put(block);
    fill.octets.set(block, fill.at);
    fill.at += block.length;
  }

  /** The first blocks of a section wait for its first frame, or for the end of the file. */
  async function start(): Promise<void> {
    if (file.started) return;
    file.started = true;
    await add(header);
    for (const [type, secrets] of known.secrets) await add(secretsBlock(type, secrets));
  }

  async function describe(linkType: number, nanoseconds: boolean): Promise<Written> {
    await start();
    const at = known.latest;
    const id = interfaces.length;
    const one: Written = { id, linkType, nanoseconds, first: at, last: at, received: 0 };
    interfaces.push(one);
    const told = known.interfaces.get(linkType);
    const { snapLength = 0, name, filter } = told ?? {};
    await add(interfaceBlock({ linkType, nanoseconds, snapLength, name, filter }));
    return one;
  }

  async function makeRoom(frame: Frame): Promise<void> {
    const { linkType } = frame;
    const nanoseconds = frame.nanos !== undefined;
    recent =
      interfaces.find(one => one.linkType === linkType && one.nanoseconds === nanoseconds) ??
      (await describe(linkType, nanoseconds));
    if (packetBlockLength(frame) > fill.octets.length - fill.at) await flush();
  }

  async function finishSection(): Promise<void> {
    await start();
    if (interfaces.length === 0)
      for (const linkType of known.interfaces.keys()) await describe(linkType, false);
    const { dropped } = known;
    for (const one of interfaces) {
      const { id, nanoseconds, first, last, received } = one;
      // What was dropped is known of the capture, not of each of its link types.
      const more = dropped === undefined ? undefined : id === 0 ? dropped - known.droppedBefore : 0;
      await add(statisticsBlock({ id, nanoseconds, first, last, received, dropped: more }));
    }
    known.droppedBefore = dropped ?? 0;
    newSection();
    file.over = true;
  }

  function newSection(): void {
    interfaces = [];
    recent = undefined;
    file.started = false;
    file.over = false;
  }

  return {
    isFull(frame) {
      if (rotate === undefined || file.first === undefined) return false;
      return "octets" in rotate
        ? file.octets + packetBlockLength(frame) + interfaces.length * STATISTICS > rotate.octets
        : frame.at - file.first >= rotate.micros;
    },
    prepare(frame) {
      const usual =
        recent !== undefined &&
        recent.linkType === frame.linkType &&
        recent.nanoseconds === (frame.nanos !== undefined) &&
        packetBlockLength(frame) <= fill.octets.length - fill.at;
      return usual ? undefined : makeRoom(frame);
    },
    frame(frame) {
      const one = recent!;
      const before = fill.at;
      fill.at = putPacket(fill.octets, fill.view, before, frame, one.id, one.nanoseconds);
      file.octets += fill.at - before;
      file.first ??= frame.at;
      if (one.received++ === 0) one.first = frame.at;
      one.last = frame.at;
      known.latest = frame.at;
    },
    async notice(notice) {
      switch (notice.type) {
        case "capture.opened":
          if (known.opened) {
            if (!file.over) await finishSection();
            newSection();
            known.interfaces.clear();
            known.secrets = [];
            known.dropped = undefined;
            known.droppedBefore = 0;
          }
          known.opened = true;
          return;
        case "capture.interface":
          if (!known.interfaces.has(notice.linkType)) known.interfaces.set(notice.linkType, notice);
          return;
        case "capture.secrets":
          await start();
          if (known.secrets.length < LIMITS.secrets)
            known.secrets.push([notice.secretsType, own(notice.octets)]);
          return add(secretsBlock(notice.secretsType, notice.octets));
        case "capture.drops":
          known.dropped = notice.dropped;
          return;
        case "capture.stats":
          known.latest = notice.at;
          if (notice.dropped !== "unknown") known.dropped = notice.dropped;
          // Once a second what was captured is written, unless the disk is behind.
          if (idle()) await flush();
          return;
        case "capture.closed":
          return finishSection();
        default:
          return;
      }
    },
    begin(): void {
      file = newFile();
      newSection();
    },
    async finish() {
      if (!file.over) await finishSection();
      await flush();
    },
  };
}

interface Written {
  readonly id: number;
  readonly linkType: number;
  readonly nanoseconds: boolean;
  first: Timestamp;
  last: Timestamp;
  received: number;
}

interface File {
  octets: number;
  /** The time of its first frame. */
  first: Timestamp | undefined;
  /** Its section has its header; its section has its end. */
  started: boolean;
  over: boolean;
}

const newFile = (): File => ({ octets: 0, first: undefined, started: false, over: false });

interface Chunk {
  readonly octets: Uint8Array;
  readonly view: DataView;
  at: number;
}

function newChunk(): Chunk {
  const octets = new Uint8Array(LIMITS.chunkOctets);
  return { octets, view: new DataView(octets.buffer), at: 0 };
}

const LIMITS = {
  /** Written at once: large enough that the disk is not asked for each packet, with room for the longest frame. */
  chunkOctets: 1024 * 1024,
  /** Secrets blocks that are repeated in each file; captures have one or two. */
  secrets: 16,
} as const;

/** Octets of an Interface Statistics Block as it is written here. */
const STATISTICS = 76;
