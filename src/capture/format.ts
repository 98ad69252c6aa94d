/** Which capture format some first octets are: told by content, never by name. */
import type { Framed } from "../octets/decode.ts";
import type { View } from "../octets/view.ts";
import { type CaptureFramer, u32 } from "./framer.ts";
import { framePcapHeader, pcapFramer } from "./pcap.ts";
import { pcapngFramer, SECTION_HEADER } from "./pcapng.ts";

/**
 * The framer for a capture that begins at `start`; `length` octets are read already. "malformed" says what the
 * file is instead, as far as a magic number tells.
 */
export function recognizeCapture(octets: View, start: number, end: number): Framed<CaptureFramer> {
  if (end - start < 4) return { state: "need-more", atLeast: 4 };
  const magic = u32(octets, start, false);
  if (magic === SECTION_HEADER) return { state: "ok", unit: pcapngFramer(), length: 0 };
  const pcap = framePcapHeader(octets, start, end);
  if (pcap.state === "ok") return { state: "ok", unit: pcapFramer(pcap.unit), length: pcap.length };
  if (pcap.state === "need-more") return pcap;
  const value = OTHERS.find(([first]) => isPrefix(first, octets, start))?.[1] ?? hex(magic);
  const clause = "not a pcap or pcapng file";
  const fault = {
    unit: "capture file",
    field: "magic number",
    offset: 0,
    reason: { kind: "forbidden", value, clause },
  } as const;
  return { state: "malformed", fault };
}

/** RFC 1952 §2.3.1: the octets that every gzip member begins with. */
export const isGzip = (octets: View, start: number, end: number): boolean =>
  end - start >= 2 && octets[start] === 0x1f && octets[start + 1] === 0x8b;

const hex = (word: number): string => `0x${word.toString(16).padStart(8, "0")}`;

function isPrefix(first: number, octets: View, start: number): boolean {
  return first === u32(octets, start, false) || first === octets[start]! * 0x100 + octets[start + 1]!;
}

/** What people mistake for a capture: by four octets, or by two. */
const OTHERS: readonly (readonly [first: number, name: string])[] = [
  [0x1f8b, "gzip within gzip"],
  [0x28b5_2ffd, "zstd (decompress it first)"],
  [0x0422_4d18, "lz4 (decompress it first)"],
  [0xfd37_7a58, "xz (decompress it first)"],
  [0x425a, "bzip2 (decompress it first)"],
  [0x504b, "zip (unpack it first)"],
  [0x736e_6f6f, "snoop (convert it with editcap)"],
  [0x474d_4255, "Network Monitor (convert it with editcap)"],
  [0xa1b2_34cd, "Mesquita's pcap, of unknown layout"],
  [0xa12b_3c4d, "Navtel's pcap, of unknown layout"],
];
