/** Secrets inside base64: a payload in a JSON member, a key in one line. Decoded once, never again inside of itself. */
import type { View } from "../../octets/view.ts";
import { derKey } from "./keys.ts";
import type { SecretMatch } from "./match.ts";
import { BASE64_RUN } from "./patterns.ts";

/** Searches what runs of base64 decode to; `search` is asked for the secrets of text. A match is the whole run. */
export function encoded(
  text: string,
  search: (octets: View) => readonly SecretMatch[],
  into: SecretMatch[],
): void {
  for (const match of text.matchAll(BASE64_RUN)) {
    const run = match[0];
    if (!/[A-Z]/.test(run) || !/[a-z]/.test(run)) continue;
    const found = inside(Buffer.from(run, "base64"), search);
    if (found === undefined) continue;
    const { kind, name, sealed } = found;
    into.push({
      kind,
      start: match.index,
      end: match.index + run.length,
      ...(name !== undefined && { name }),
      ...(sealed !== undefined && { sealed }),
      encoded: true,
    });
  }
}

function inside(octets: View, search: (octets: View) => readonly SecretMatch[]): SecretMatch | undefined {
  const key = derKey(octets, 0, octets.length);
  if (key !== undefined)
    return { kind: "private-key", start: 0, end: octets.length, ...(key === "sealed" && { sealed: true }) };
  return isText(octets) ? search(octets)[0] : undefined;
}

/** Printable ASCII with a few exceptions: what was meant to be base64 decodes to text, the rest to noise. */
function isText(octets: View): boolean {
  let strange = 0;
  for (const octet of octets) if (octet < 0x09 || octet > 0x7e || (octet > 0x0d && octet < 0x20)) strange++;
  return strange * 16 <= octets.length;
}
