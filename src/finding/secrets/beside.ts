/** `pass`, `pw` and `key` say something only beside a user or a network: what stands around them, and what they may say. */
import type { SecretMatch } from "./match.ts";
import { isSerial } from "./values.ts";

/** What the object around a value names besides: RFC 8259 §4; all of a text that has no objects. */
export interface Around {
  user: boolean;
  /** What a test counts beside what passed. */
  failed: boolean;
}

/**
 * What stands around each of `matches`, which are in order. One pass over `text`; braces in a match are its own, and one
 * that closes nothing closes nothing.
 */
export function around(text: string, matches: readonly SecretMatch[]): readonly Around[] {
  const whole: Around = { user: false, failed: false };
  const open = [whole];
  const found: Around[] = [];
  for (const { 0: mark, 1: user, index } of text.matchAll(MARK)) {
    while (found.length < matches.length && matches[found.length]!.start <= index) found.push(open.at(-1)!);
    if (found.length > 0 && index < matches[found.length - 1]!.end) continue;
    if (mark === "{") open.push({ user: false, failed: false });
    else if (mark !== "}") open.at(-1)![user === undefined ? "failed" : "user"] = true;
    else if (open.length > 1) open.pop();
  }
  while (found.length < matches.length) found.push(open.at(-1)!);
  return found;
}

/** Whether anything in `text` is a user's name. */
export const namesUser = (text: string): boolean => USER.test(text);

/** Whether what `pass` or `pw` says is no quantity, count or serial number. `text` is latin1. */
export const isPassword = (text: string): boolean =>
  !QUANTITY.test(text) && !COUNT.test(text) && !isSerial(text);

/** Whether `key`, `pass` or `pw` may be what a network is joined by: IEEE 802.11 Annex J.4 has no shorter one. */
export const isPassphrase = (text: string): boolean =>
  text.length >= SHORTEST_PASSPHRASE &&
  isPassword(text) &&
  !text
    .toLowerCase()
    .split(/[-_/+ ]/)
    .every(word => MODES.has(word));

const SHORTEST_PASSPHRASE = 8;

const USER = /(?<![A-Za-z])(?:user|user[-_ ]?name|login)\\{0,2}["']?\s{0,2}[:=]/i;
const MARK =
  /[{}]|(?<![A-Za-z])(?:(user|user[-_ ]?name|login)|fail|fails|failed|failures?|results?|yield|skipped)\\{0,2}["']?\s{0,2}[:=]/gi;

/** `4211`, `3.5kW`, `-4 %`: fewer digits than a passphrase has, with one of the units that devices send or none. */
const QUANTITY =
  /^[-+]?\d{0,7}(?:[.,]\d{0,7})? ?(?:[mkMGT]?(?:W|Wh|VA|var|V|A|Ah|Hz|Pa|bar|J|B|g|m|l|s)|[CFKhdx%]|min|dBm?|rpm|ppm|pcs)?$/;
/** `12 of 12`, `4/4`. */
const COUNT = /^\d{1,9} ?(?:of|out of|\/) ?\d{1,9}$/;
/** Words of IEEE 802.11 and of the Wi-Fi Alliance for how a network is protected. */
const MODES: ReadonlySet<string> = new Set(
  "wpa wpa1 wpa2 wpa3 wep psk psk2 sae owe eap open none enterprise personal mixed transition ccmp tkip aes".split(
    " ",
  ),
);
