/** What the words of a Topic Name say by themselves: looked at once for each topic, asked for at every PUBLISH. */
import { type WireText, wireString } from "../octets/text.ts";

/** A set of the marks below. */
export type Marks = number;

/** Below `$SYS/`: the broker speaks about itself (MQTT 5.0 §4.7.2). */
export const SYS = 0x01;
/** Where a broker publishes its version. */
export const SYS_VERSION = 0x02;
/** A level that is a word for ordering a device about. */
export const COMMAND = 0x04;
/** A level that is a word for new firmware. */
export const FIRMWARE = 0x08;
/** Characters that no honest topic has. */
export const ODD_TEXT = 0x10;
/** A level that is long or punctuated like tokens, addresses and card numbers; identifiers of devices are too. */
export const LIKE_A_SECRET = 0x20;

export function marksOf(topic: WireText): Marks {
  const text = wireString(topic);
  let marks = 0;
  if (text.startsWith("$SYS/")) marks += text.endsWith("/version") ? SYS + SYS_VERSION : SYS;
  if (COMMANDS.test(text)) marks += COMMAND;
  if (FIRMWARE_WORDS.test(text)) marks += FIRMWARE;
  if (oddText(topic) !== undefined) marks += ODD_TEXT;
  if (SECRET_SHAPE.test(text)) marks += LIKE_A_SECRET;
  return marks;
}

/**
 * What is odd about a text, in words, or undefined. MQTT 5.0 §1.5.4 forbids U+0000 and ill-formed UTF-8 and advises
 * against control characters and non-characters; bidirectional controls and tag characters make a name look like
 * another one. Emoji are right, also those that are joined (U+200D) or flags spelled in tags after U+1F3F4.
 */
export function oddText(text: WireText): string | undefined {
  if (typeof text !== "string") return "ill-formed UTF-8";
  // The usual name is looked at once.
  if (PLAIN.test(text)) return undefined;
  for (const { what, is } of ODD) if (is.test(text)) return what;
  return /[\u{e0000}-\u{e007f}]/u.test(text.replaceAll(EMOJI_FLAG, "")) ? "tag characters" : undefined;
}

const PLAIN = /^[ -~]*$/;

const ODD: readonly { readonly what: string; readonly is: RegExp }[] = [
  { what: "U+0000", is: /\0/ },
  { what: "control characters", is: /\p{Cc}/u },
  { what: "bidirectional control characters", is: /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/ },
  { what: "non-characters", is: /[\ufdd0-\ufdef\ufffe\uffff]|[\u{1fffe}\u{1ffff}\u{10fffe}\u{10ffff}]/u },
];

/** UTS #51: a black flag, tags that spell a region, and the cancel tag. */
const EMOJI_FLAG = /\u{1f3f4}[\u{e0020}-\u{e007e}]{1,16}\u{e007f}/gu;

/** An at sign, a name with a value, groups of digits, or what begins like a known kind of token. */
const SECRET_SHAPE =
  /@|=|\d{4}[- ]\d{4}|eyJ|AKIA|ASIA|AIza|ya29\.|gh[pousr]_|github_pat_|xox[a-z]-|[A-Za-z0-9+_-]{24}/;
/** Whole levels: `set` is one, `settings` and `offset` are not. */
const COMMANDS = /(?:^|\/)(?:cmd|cmnd|commands?|set|control|reset|reboot|restart|ota|update)(?:\/|$)/i;
const FIRMWARE_WORDS = /(?:^|\/)(?:ota|firmware|fw|fota|update|upgrade|image)(?:\/|$)/i;
