/** The PROXY protocol (versions 1 and 2): what a proxy writes before a client's first octets, about who the client is. */
import { isIPv4, isIPv6 } from "node:net";
import type { View } from "../../octets/view.ts";
import { endpointText } from "../../packet/address.ts";
import { LIMITS } from "../limits.ts";

export interface ProxyHeader {
  readonly version: 1 | 2;
  /** Endpoints as text, `203.0.113.7:4711`; absent for LOCAL and UNKNOWN. */
  readonly source?: string;
  readonly destination?: string;
}

export type ProxyRecognition =
  | { readonly state: "yes"; readonly header: ProxyHeader; readonly length: number }
  | { readonly state: "unsure" }
  | { readonly state: "no" };

/**
 * Recognises a header at the very start of what a client sent (haproxy's proxy-protocol.txt §2). Strict: "yes" needs
 * the whole header, every field as the specification writes it. `length` is the header's; what follows is the client's.
 */
export function recognizeProxy(head: View): ProxyRecognition {
  if (begins(head, SIGNATURE_1)) return head.length < SIGNATURE_1.length ? UNSURE : recognizeVersion1(head);
  if (begins(head, SIGNATURE_2)) return head.length < VERSION_2_HEADER ? UNSURE : recognizeVersion2(head);
  return NO;
}

/** §2.1: one line of text, at most 107 octets with its CRLF. */
function recognizeVersion1(head: View): ProxyRecognition {
  const seen = Math.min(head.length, LONGEST_LINE);
  let end = -1;
  for (let at = 0; at + 1 < seen && end < 0; at++) if (head[at] === 0x0d && head[at + 1] === 0x0a) end = at;
  if (end < 0) return head.length < LONGEST_LINE ? UNSURE : NO;
  const line = Buffer.from(head.buffer, head.byteOffset, end).toString("latin1");
  const length = end + 2;
  if (line === "PROXY UNKNOWN" || line.startsWith("PROXY UNKNOWN "))
    return { state: "yes", header: { version: 1 }, length };
  const fields = line.split(" ");
  const [, protocol, source = "", destination = "", sourcePort = "", destinationPort = ""] = fields;
  if (fields.length !== 6 || !isPort(sourcePort) || !isPort(destinationPort)) return NO;
  const family = protocol === "TCP4" ? 4 : protocol === "TCP6" ? 6 : undefined;
  if (family === undefined || !isAddress(family, source) || !isAddress(family, destination)) return NO;
  const header = {
    version: 1,
    source: textOf(family, source, Number(sourcePort)),
    destination: textOf(family, destination, Number(destinationPort)),
  } as const;
  return { state: "yes", header, length };
}

/** §2.2: a signature, version and command, family and protocol, a length, addresses, and what else there is. */
function recognizeVersion2(head: View): ProxyRecognition {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const command = view.getUint8(12);
  const family = view.getUint8(13) >> 4;
  const protocol = view.getUint8(13) & 0x0f;
  const length = VERSION_2_HEADER + view.getUint16(14);
  const octets = ADDRESS_OCTETS[family];
  if ((command !== LOCAL && command !== PROXY) || protocol > 2 || octets === undefined) return NO;
  if (length > LIMITS.recognitionOctets || (command === PROXY && length < VERSION_2_HEADER + octets))
    return NO;
  if (head.length < length) return UNSURE;
  if (command === LOCAL || (family !== INET && family !== INET6))
    return { state: "yes", header: { version: 2 }, length };
  const words = (octets - 4) / 8;
  const ports = VERSION_2_HEADER + words * 8;
  const header = {
    version: 2,
    source: endpointAt(view, VERSION_2_HEADER, words, view.getUint16(ports)),
    destination: endpointAt(view, VERSION_2_HEADER + words * 4, words, view.getUint16(ports + 2)),
  } as const;
  return { state: "yes", header, length };
}

/** An address of one word or four. */
function endpointAt(view: DataView, at: number, words: number, port: number): string {
  if (words === 1) return endpointText(4, 0, 0, 0, view.getInt32(at), port);
  const word = (index: number): number => view.getInt32(at + index * 4);
  return endpointText(6, word(0), word(1), word(2), word(3), port);
}

/** Address and port in the one form that all views use. */
function textOf(family: 4 | 6, address: string, port: number): string {
  if (family === 4) return `${address}:${port}`;
  const words = ipv6Words(address);
  return endpointText(6, words[0]!, words[1]!, words[2]!, words[3]!, port);
}

/** The four words of an address that `isIPv6` accepted (RFC 4291 §2.2). */
function ipv6Words(address: string): readonly number[] {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/u.exec(address);
  const plain =
    dotted === null
      ? address
      : `${address.slice(0, dotted.index)}${pair(dotted[1]!, dotted[2]!)}:${pair(dotted[3]!, dotted[4]!)}`;
  const [front = "", back] = plain.split("::");
  const before = front === "" ? [] : front.split(":");
  const after = back === undefined || back === "" ? [] : back.split(":");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  const groups = [...before, ...zeros, ...after].map(group => Number.parseInt(group, 16));
  return [0, 2, 4, 6].map(index => groups[index]! * 0x1_0000 + groups[index + 1]!);
}

const pair = (high: string, low: string): string => (Number(high) * 0x100 + Number(low)).toString(16);

const isAddress = (family: 4 | 6, text: string): boolean =>
  family === 4 ? isIPv4(text) : isIPv6(text) && !text.includes("%");

/** 0 … 65535 without leading zeros. */
const isPort = (text: string): boolean => /^(0|[1-9]\d{0,4})$/u.test(text) && Number(text) <= 0xffff;

/** Whether what is there of a beginning is right. */
const begins = (head: View, signature: View): boolean => {
  const there = Math.min(head.length, signature.length);
  for (let at = 0; at < there; at++) if (head[at] !== signature[at]) return false;
  return there > 0;
};

const UNSURE = { state: "unsure" } as const;
const NO = { state: "no" } as const;

const SIGNATURE_1 = Uint8Array.from(Buffer.from("PROXY ", "latin1"));
const SIGNATURE_2 = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);

const LONGEST_LINE = 107;
const VERSION_2_HEADER = 16;

/** Version 2 in the upper half, the command in the lower. */
const LOCAL = 0x20;
const PROXY = 0x21;

const INET = 1;
const INET6 = 2;
/** Octets of both addresses and ports by family: unspecified, INET, INET6, UNIX. */
const ADDRESS_OCTETS: readonly (number | undefined)[] = [0, 12, 36, 216];
