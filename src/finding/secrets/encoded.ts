/** Secrets inside base64, hexadecimal and percent-encoding: a payload in a JSON member, a form in a URL. Decoded once, not again inside. */
import type { View } from "../../octets/view.ts";
import { derKey } from "./keys.ts";
import type { SecretMatch } from "./match.ts";
import { BASE64_RUN, HEX_PAIRS, HEX_RUN, PERCENT_RUN } from "./patterns.ts";

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
  for (const match of text.matchAll(HEX_PAIRS)) {
    const octets = Buffer.from(match[0].replaceAll(/[: -]/g, ""), "hex");
    tell(search(octets)[0], match.index, match[0], into);
  }
}

/** The same for JSON strings in which characters are escaped that need not be (RFC 8259 §7). */
export function inEscapes(text: string, search: Search, into: SecretMatch[]): void {
  let begins = -1;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === BACKSLASH) at++;
    else if (character === QUOTE && begins < 0) begins = at + 1;
    else if (character === QUOTE) {
      const run = text.slice(begins, at);
      if (run.includes("\\u00")) tell(search(unescaped(run))[0], begins, run, into);
      begins = -1;
    }
  }
}

const unescaped = (run: string): View =>
  Buffer.from(
    run.replaceAll(/\\u00([0-9A-Fa-f]{2})|\\(["\\/])/g, (_, hex: string | undefined, itself: string) =>
      hex === undefined ? itself : String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    "latin1",
  );

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

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const wholeRun = (kind: SecretMatch["kind"], start: number, run: string): SecretMatch => ({
  kind,
  start,
  end: start + run.length,
  encoded: true,
});
