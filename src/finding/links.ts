/** Links in payloads that a device follows without TLS: to programs, and to interfaces. */
import type { View } from "../octets/view.ts";

/** The first `http://` URL of a program or an interface in a payload, without user, query and fragment. */
export function programLink(payload: View): string | undefined {
  let at = payload.length < SHORTEST ? -1 : findHttp(payload, 0, payload.length);
  for (let looked = 0; at >= 0 && looked < MOST; looked++) {
    const url = urlAt(payload, at);
    if (isProgram(url) || isInterface(url)) return url;
    at = findHttp(payload, at + HTTP, payload.length);
  }
  return undefined;
}

/** Whether there could be one in `octets[start … end)`. */
export const mayLink = (octets: View, start: number, end: number): boolean =>
  end - start >= SHORTEST && findHttp(octets, start, end) >= 0;

/** The URL up to its path. */
export function hostOf(url: string): string {
  const path = url.indexOf("/", HTTP + 2);
  return (path < 0 ? url : url.slice(0, path)).toLowerCase();
}

const isProgram = (url: string): boolean => PROGRAM.test(url) && pathOf(url).length > 1;

/** The beginning of an interface, and no page that tells of it. */
function isInterface(url: string): boolean {
  const levels = pathOf(url).toLowerCase().split("/");
  return levels.includes("api") && levels.at(-1)?.includes(".") === false;
}

const pathOf = (url: string): string => url.slice(hostOf(url).length);

/** The URL without what JSON escapes in it, its user, its query and its fragment. */
function urlAt(payload: View, at: number): string {
  const text = Buffer.prototype.latin1Slice.call(payload, at, Math.min(payload.length, at + LONGEST));
  const url = URL_OCTETS.exec(text.replaceAll("\\/", "/"))?.[0] ?? "";
  return url.replace(TRAILING, "").replace(USERINFO, "$1");
}

/**
 * Where `http:` stands next, from `from` on, or -1 (Horspool's search: in most payloads every fifth octet is looked at).
 */
function findHttp(payload: View, from: number, end: number): number {
  const last = end - 1;
  for (let at = from + HTTP - 1; at <= last; ) {
    const octet = payload[at]!;
    if (octet === COLON) {
      if (isHttp(payload, at)) return at - HTTP + 1;
      at += HTTP;
    } else at += octet === P ? 1 : octet === T ? 2 : octet === H ? 4 : HTTP;
  }
  return -1;
}

const isHttp = (payload: View, colon: number): boolean =>
  payload[colon - 1] === P &&
  payload[colon - 2] === T &&
  payload[colon - 3] === T &&
  payload[colon - 4] === H;

/** `http:` in octets. */
const HTTP = 5;
const H = 0x68;
const T = 0x74;
const P = 0x70;
const COLON = 0x3a;

/** `http://a/api` */
const SHORTEST = 12;

/** Links of one payload that are looked at. */
const MOST = 16;

/** Octets of a URL that are looked at; beyond, it is none of firmware. */
const LONGEST = 512;

/** RFC 3986 §2, without query and fragment; credentials before the host are MQ119's. */
const URL_OCTETS = /^http:\/\/[a-z0-9\-._~[\]:%!$&'()*+,;=@/]*/i;
/** What ends a sentence and not a name. */
const TRAILING = /[.,;:!')]{1,8}$/;

/** RFC 3986 §3.2.1: a user name and a password are nobody's business here. */
const USERINFO = /^(http:\/\/)[^/@]*@/i;

/** What a device runs. */
const PROGRAM = /\.(?:bin|hex|fw|img|uf2|ota|elf)$/i;
