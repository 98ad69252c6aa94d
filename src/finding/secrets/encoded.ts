/** Secrets inside base64, hexadecimal and percent-encoding: a payload in a JSON member, a form in a URL. Decoded once, not again inside. */
import type { View } from "../../octets/view.ts";
import { derKey } from "./keys.ts";
import type { SecretMatch } from "./match.ts";
import { BASE64_RUN, HEX_RUN, PERCENT_RUN } from "./patterns.ts";

type Search = (octets: View) => readonly SecretMatch[];

/** Searches what runs of base64 decode to; `search` is asked for the secrets of octets. A match is the whole run. */
export function inBase64(text: string, search: Search, into: SecretMatch[]): void {
  for (const match of text.matchAll(BASE64_RUN)) {
    const run = match[0];
    if (!/[A-Z]/.test(run) || !/[a-z]/.test(run)) continue;
    const octets = Buffer.from(run, "base64");
    const key = derKey(octets, 0, octets.length);
    if (key !== undefined) {
      const sealed = key === "sealed" ? ({ sealed: true } as const) : {};
      into.push({ ...wholeRun("private-key", match.index, run), ...sealed });
    } else tell(search(octets)[0], match.index, run, into);
  }
}

/** The same for runs of hexadecimal digits, as devices show octets. */
export function inHex(text: string, search: Search, into: SecretMatch[]): void {
  for (const match of text.matchAll(HEX_RUN)) {
    // Text begins with a character of ASCII: most hashes end here.
    const digits = match[1]!;
    if (digits[0]! < "2" || digits[0]! > "7") continue;
    tell(search(Buffer.from(digits, "hex"))[0], match.index, match[0], into);
  }
}

/** The same for runs with `%XX` in them (RFC 3986 §2.1). */
export function inPercent(text: string, search: Search, into: SecretMatch[]): void {
  for (const match of text.matchAll(PERCENT_RUN)) {
    const run = match[0];
    if (!run.includes("%")) continue;
    const decoded = run.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    tell(search(Buffer.from(decoded, "latin1"))[0], match.index, run, into);
  }
}

function tell(found: SecretMatch | undefined, start: number, run: string, into: SecretMatch[]): void {
  if (found === undefined) return;
  const { kind, name, sealed } = found;
  into.push({
    ...wholeRun(kind, start, run),
    ...(name !== undefined && { name }),
    ...(sealed !== undefined && { sealed }),
  });
}

const wholeRun = (kind: SecretMatch["kind"], start: number, run: string): SecretMatch => ({
  kind,
  start,
  end: start + run.length,
  encoded: true,
});
