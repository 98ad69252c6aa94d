/** Personal data: e-mail addresses, payment cards, where somebody is. */
import type { View } from "../../octets/view.ts";
import { LIMITS } from "./limits.ts";
import type { SecretMatch } from "./match.ts";
import { nameBefore, wordBefore } from "./names.ts";
import { EMAIL, GROUPED_CARD } from "./patterns.ts";
import { valueAfter } from "./values.ts";

/** E-mail addresses of people: not those of machines, and no file names with an @ in them. */
export function emails(text: string, into: SecretMatch[]): void {
  for (const match of text.matchAll(EMAIL)) {
    const [, local = "", rest = ""] = match;
    const domain = rest.replace(/[.-]+$/, "");
    const labels = domain.split(".");
    const last = labels.at(-1) ?? "";
    if (labels.length < 2 || labels.includes("") || !/^[A-Za-z]{2,24}$/.test(last)) continue;
    // `ssh://user@host`
    if (text.startsWith("//", match.index - 2)) continue;
    if (NO_DOMAIN.has(last.toLowerCase()) || NOBODY.has(local.toLowerCase())) continue;
    into.push({ kind: "email", start: match.index, end: match.index + local.length + 1 + domain.length });
  }
}

/** Card numbers in groups: the groups, a known prefix and the check digit together are no chance. */
export function groupedCards(text: string, into: SecretMatch[]): void {
  for (const match of text.matchAll(GROUPED_CARD))
    if (isCard(match[0])) into.push({ kind: "pan", start: match.index, end: match.index + match[0].length });
}

/** A card number behind a name that says so; digits alone are a counter. */
export const isCard = (text: string): boolean => {
  const digits = text.replace(/[ -]/g, "");
  return /^\d{13,19}$/.test(digits) && hasIssuer(digits) && isLuhn(digits);
};

/** ISO/IEC 7812-1: which networks issue numbers of that beginning and length. */
const hasIssuer = (digits: string): boolean =>
  ISSUERS.some(({ prefix, lengths }) => prefix.test(digits) && lengths.includes(digits.length));

/** ISO/IEC 7812-1 annex B. */
function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = digits.length - 1, twice = false; i >= 0; i--, twice = !twice) {
    const digit = digits.charCodeAt(i) - 0x30;
    sum += twice ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit;
  }
  return sum % 10 === 0;
}

/**
 * Where somebody is: a latitude and a longitude in one object, or OwnTracks' `"_type":"location"`. The match is the
 * latitude, or what `_type` says where there is none.
 */
export function locations(octets: View, text: string, into: SecretMatch[]): void {
  let latitude: { start: number; end: number } | undefined;
  let longitude = false;
  let declared: { start: number; end: number } | undefined;
  const tell = (): void => {
    if (latitude !== undefined && longitude)
      into.push({
        kind: "location",
        ...latitude,
        ...(declared !== undefined && { declared: true as const }),
      });
    latitude = undefined;
    longitude = false;
  };
  for (let at = 0; at < text.length; at++) {
    const octet = octets[at]!;
    if (octet === OPEN_OBJECT || octet === CLOSE_OBJECT) tell();
    if (octet !== COLON && octet !== EQUALS) continue;
    const family = wordBefore(octets, at, 0)?.family;
    if (family !== "type" && family !== "latitude" && family !== "longitude") continue;
    const value = valueAfter(octets, at, Math.min(at + LIMITS.short, text.length));
    if (value === undefined) continue;
    const said = text.slice(value.start, value.end);
    if (family === "type") {
      if (said === "location" && isTypeName(octets, text, at)) declared = value;
    } else if (family === "latitude") {
      if (isDegrees(said, 90)) latitude ??= { start: value.start, end: value.end };
    } else if (isDegrees(said, 180)) longitude = true;
    if (value.form === "bare") at = value.end - 1;
  }
  tell();
  if (declared !== undefined && !into.some(match => match.kind === "location"))
    into.push({ kind: "location", start: declared.start, end: declared.end, declared: true });
}

function isTypeName(octets: View, text: string, at: number): boolean {
  const { start, end } = nameBefore(octets, at, 0);
  return text.slice(start, end) === "_type";
}

/** A position has a fraction; 0, 0 is a receiver without a fix. */
const isDegrees = (text: string, most: number): boolean =>
  /^-?\d{1,3}\.\d{2,}$/.test(text) && Number(text) !== 0 && Math.abs(Number(text)) <= most;

const EQUALS = 0x3d;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** What stands behind a dot and is no top-level domain: files (`icon@2x.png`), and hosts of a local network. */
const NO_DOMAIN: ReadonlySet<string> = new Set(
  "png jpg jpeg gif svg webp bmp ico js css json xml html bin hex fw conf local localdomain lan home internal arpa".split(
    " ",
  ),
);

/** Names behind which nobody is: RFC 2142, and what programs call themselves. */
const NOBODY: ReadonlySet<string> = new Set(
  "git noreply no-reply donotreply postmaster mailer-daemon root nobody".split(" "),
);

/** The networks' own published ranges; UnionPay and Maestro by their commonest. */
const ISSUERS: readonly { readonly prefix: RegExp; readonly lengths: readonly number[] }[] = [
  { prefix: /^4/, lengths: [13, 16, 19] },
  { prefix: /^5[1-5]/, lengths: [16] },
  { prefix: /^2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)/, lengths: [16] },
  { prefix: /^3[47]/, lengths: [15] },
  { prefix: /^3(?:0[0-5]|6|8)/, lengths: [14] },
  { prefix: /^35(?:2[89]|[3-8])/, lengths: [16] },
  { prefix: /^6(?:011|5|4[4-9])/, lengths: [16] },
  { prefix: /^62/, lengths: [16, 17, 18, 19] },
];
