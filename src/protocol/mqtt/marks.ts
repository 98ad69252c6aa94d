/** Which octets of a Control Packet are which field: the packet is read once more, and what its readers read is kept. */
import type { Fault } from "../../octets/decode.ts";
import { type Mark, marked, Reader } from "../../octets/reader.ts";
import type { View } from "../../octets/view.ts";
import {
  CONNECT,
  type FixedHeader,
  fixedHeader,
  frameOf,
  PACKET_NAMES,
  PINGREQ,
  PINGRESP,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  readFixedHeader,
  SUBACK,
  UNSUBACK,
} from "./frame.ts";
import type { ControlPacket, MqttVersion } from "./packet.ts";
import { readProperties, variableByteInteger, WILL } from "./properties.ts";
import { publishMemory, readAcknowledgement, readPing, readPublish } from "./publish.ts";
import { readControlPacket } from "./read.ts";

export interface MarkedPacket {
  /**
   * Its fields in the order of its octets, a part before what is in it, empty ones too. What lies behind the last was
   * not read.
   */
  readonly marks: readonly Mark[];
  /** Undefined where it cannot be read, or where octets that were not kept would be needed. */
  readonly packet: ControlPacket | undefined;
  readonly faults: readonly Fault[];
}

/**
 * Reads the packet that begins `octets`, which may end before it does, with the decoder's own readers. A topic that
 * only an alias names stays empty: one packet does not say it.
 */
export function markControlPacket(octets: View, version: MqttVersion): MarkedPacket {
  const header = fixedHeader();
  if (readFixedHeader(octets, 0, octets.length, header) <= 0)
    return { marks: [], packet: undefined, faults: [] };
  const end = Math.min(header.headerLength + header.remaining, octets.length);
  if (isDirect(header.type)) {
    const marks = markDirect(header, octets, end, version);
    return { ...readDirect(header, octets, end, version), marks: fields(header, octets, marks) };
  }
  const view = marked(octets);
  const reading = readControlPacket({ ...frameOf(header, view, 0), end }, version);
  return { ...reading, marks: fields(header, octets, view.marks) };
}

/** Packets that the decoder reads without a `Reader`, because they are frequent. */
const isDirect = (type: number): boolean =>
  type === PUBLISH || (type >= PUBACK && type <= PUBCOMP) || type === PINGREQ || type === PINGRESP;

function readDirect(
  header: FixedHeader,
  octets: View,
  end: number,
  version: MqttVersion,
): Pick<MarkedPacket, "packet" | "faults"> {
  const { type } = header;
  const faults: Fault[] = [];
  if (type === PUBLISH) {
    const memory = publishMemory({ slots: [] });
    memory.incomplete = true;
    return { packet: readPublish(header, octets, 0, end, version, memory, faults), faults };
  }
  if (type === PINGREQ || type === PINGRESP) return { packet: readPing(header, version, faults), faults };
  if (end < header.headerLength + header.remaining) return { packet: undefined, faults };
  return { packet: readAcknowledgement(header, octets, 0, version, faults), faults };
}

/** §3.3 to §3.7, §3.12 and §3.13, as `publish.ts` reads them. */
function markDirect(header: FixedHeader, octets: View, end: number, version: MqttVersion): Mark[] {
  const { type, flags, headerLength } = header;
  const v5 = version === "5.0";
  const view = marked(octets);
  const r = new Reader(PACKET_NAMES[type] as string, view, 0, end);
  const takeProperties = (): void => void r.take(variableByteInteger(r, "Property Length"), "Properties");
  r.take(headerLength, "fixed header");
  if (type === PUBLISH) {
    r.take(r.u16("Topic Name"), "Topic Name");
    if ((flags & 0x06) !== 0) r.u16("Packet Identifier");
    if (v5) takeProperties();
    if (r.left > 0) r.take(r.left, "Application Message");
  } else if (type !== PINGREQ && type !== PINGRESP) {
    r.u16("Packet Identifier");
    if (v5 && r.left > 0) r.u8("Reason Code");
    if (v5 && r.left > 0) takeProperties();
  }
  return view.marks;
}

/** The fixed header apart, numbers of several octets as one, property lists and lists of codes looked into. */
function fields(header: FixedHeader, octets: View, read: readonly Mark[]): Mark[] {
  const marks: Mark[] = [
    { field: "Control Packet type", from: 0, to: 1, as: "number" },
    { field: "Remaining Length", from: 1, to: header.headerLength, as: "number" },
  ];
  let lists = 0;
  for (const mark of continued(read, octets)) {
    if (mark.to <= header.headerLength) continue;
    if (mark.field === "rest" && (header.type === SUBACK || header.type === UNSUBACK)) {
      for (let at = mark.from; at < mark.to; at++)
        marks.push({ field: "Reason Code", from: at, to: at + 1, as: "number" });
    } else if (mark.field === "Properties") {
      const place = header.type === CONNECT && lists > 0 ? WILL : header.type;
      lists++;
      if (mark.to > mark.from) marks.push({ ...mark, as: "part" }, ...properties(octets, mark, place));
    } else marks.push(mark);
  }
  return marks;
}

/** §2.2.2, in octets of the packet. */
function properties(octets: View, { from, to }: Mark, place: number): Mark[] {
  const list = marked(octets.subarray(from, to));
  readProperties(list, place, from);
  return continued(list.marks, list).map(mark => ({ ...mark, from: from + mark.from, to: from + mark.to }));
}

/** A Variable Byte Integer is read octet by octet (§1.5.5): all but its last have the high bit. */
function continued(marks: readonly Mark[], octets: View): Mark[] {
  const joined: Mark[] = [];
  for (const mark of marks) {
    const last = joined.at(-1);
    const goesOn =
      last !== undefined &&
      VARIABLE.has(mark.field) &&
      last.field === mark.field &&
      last.to === mark.from &&
      octets[last.to - 1]! >= 0x80;
    if (goesOn) joined[joined.length - 1] = { ...last, to: mark.to };
    else joined.push(mark);
  }
  return joined;
}

const VARIABLE: ReadonlySet<string> = new Set(["Property Length", "subscriptionIdentifier"]);
