/** The opening handshake of WebSocket (RFC 6455 §4): the two HTTP heads, and what they settle. */
import type { View } from "../../octets/view.ts";
import { LIMITS } from "../limits.ts";

export type Fields = readonly (readonly [name: string, value: string])[];

export interface UpgradeRequest {
  readonly path: string;
  /** Names in lower case, in the order sent. */
  readonly headers: Fields;
  /** Where their values begin in the head. */
  readonly places: readonly number[];
  readonly host: string | undefined;
  readonly subprotocols: readonly string[];
  readonly extensions: readonly Extension[];
  /** It asks for WebSocket. */
  readonly upgrade: boolean;
}

export interface UpgradeResponse {
  readonly status: number;
  readonly subprotocol: string | undefined;
  readonly extensions: readonly Extension[];
}

/** One extension with its parameters (RFC 6455 §9.1). */
export interface Extension {
  readonly name: string;
  readonly parameters: readonly string[];
}

/** Where the empty line that ends an HTTP head ends, searched in `octets[from … end)`. */
export function headEnd(octets: View, from: number, end: number): number | "unsure" | "too-long" {
  for (let at = from + 3; at < end; at++)
    if (octets[at] === 0x0a && octets[at - 1] === 0x0d && octets[at - 2] === 0x0a && octets[at - 3] === 0x0d)
      return at + 1;
  return end >= LIMITS.upgradeOctets ? "too-long" : "unsure";
}

/** The request of a whole head (RFC 6455 §4.1); undefined where it is no HTTP GET. */
export function readRequest(head: View): UpgradeRequest | undefined {
  const lines = linesOf(head);
  const line = /^GET (\S+) HTTP\/1\.[1-9]$/u.exec(lines[0] ?? "");
  if (line === null) return undefined;
  const { headers, places } = fieldsOf(lines);
  const host = valuesOf(headers, "host")[0];
  const subprotocols = valuesOf(headers, "sec-websocket-protocol");
  const upgrade = valuesOf(headers, "upgrade").some(value => value.toLowerCase() === "websocket");
  return { path: line[1]!, headers, places, host, subprotocols, extensions: extensionsOf(headers), upgrade };
}

/** The response of a whole head (RFC 6455 §4.2.2); undefined where it is no HTTP response. */
export function readResponse(head: View): UpgradeResponse | undefined {
  const lines = linesOf(head);
  const line = /^HTTP\/1\.[0-9] (\d{3})(?: |$)/u.exec(lines[0] ?? "");
  if (line === null) return undefined;
  const { headers } = fieldsOf(lines);
  const subprotocol = valuesOf(headers, "sec-websocket-protocol")[0];
  return { status: Number(line[1]), subprotocol, extensions: extensionsOf(headers) };
}

/** `mqtt`, and `mqttv3.1` as older clients say. */
export const isMqttSubprotocol = (name: string | undefined): boolean =>
  name !== undefined && /^mqtt/iu.test(name);

/** How octets compare to the beginning of a text. */
export function beginsWith(octets: View, text: string): "yes" | "no" | "unsure" {
  const there = Math.min(octets.length, text.length);
  for (let at = 0; at < there; at++) if (octets[at] !== text.charCodeAt(at)) return "no";
  return there === text.length ? "yes" : "unsure";
}

/** Octets between two lines. */
const CRLF = 2;

const linesOf = (head: View): readonly string[] =>
  Buffer.from(head.buffer, head.byteOffset, head.length).toString("latin1").split("\r\n");

function fieldsOf(lines: readonly string[]): {
  readonly headers: Fields;
  readonly places: readonly number[];
} {
  const headers: [string, string][] = [];
  const places: number[] = [];
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const last = headers.at(-1);
    const colon = index === 0 ? -1 : line.indexOf(":");
    if (/^[ \t]/u.test(line) && last !== undefined) {
      // RFC 9112 §5.2: a folded line goes on with the value before it, which still has an octet for each of the head.
      const gap = at - (places.at(-1)! + last[1].length);
      last[1] = `${last[1]}${" ".repeat(gap)}${line}`.trimEnd();
    } else if (colon > 0 && headers.length < LIMITS.upgradeFields) {
      const value = line.slice(colon + 1).trimStart();
      headers.push([line.slice(0, colon).toLowerCase(), value.trimEnd()]);
      places.push(at + line.length - value.length);
    }
    at += line.length + CRLF;
  }
  return { headers, places };
}

/** The values of a field that is a list, over all its lines (RFC 9110 §5.3). */
const valuesOf = (fields: Fields, name: string): string[] =>
  fields.filter(field => field[0] === name).flatMap(field => field[1].split(",").map(value => value.trim()));

function extensionsOf(fields: Fields): Extension[] {
  return valuesOf(fields, "sec-websocket-extensions").map(value => {
    const [name = "", ...parameters] = value.split(";").map(part => part.trim().toLowerCase());
    return { name, parameters };
  });
}
