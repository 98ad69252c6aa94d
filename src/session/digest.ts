/** Secrets compared without being kept: a keyed hash stands for each. */
import { createHmac } from "node:crypto";
import { type WireText, wireOctets } from "../octets/text.ts";

/** The same for the same texts under the same key; never printed, never written. */
export type Digest = (...texts: readonly (WireText | undefined)[]) => string;

/** HMAC-SHA-256 over the texts, each with its length; one that is absent is not one that is empty. */
export const digest = (key: Uint8Array = KEY): Digest => {
  // Who remembers logins asks for the same one after the other.
  let last: readonly (WireText | undefined)[] = [];
  let known = "";
  return (...texts) => {
    if (known !== "" && texts.length === last.length && texts.every((text, i) => text === last[i]))
      return known;
    const hmac = createHmac("sha256", key);
    for (const text of texts) {
      const octets = text === undefined ? undefined : wireOctets(text);
      hmac.update(octets === undefined ? "-" : `${octets.length}:`);
      if (octets !== undefined) hmac.update(octets);
    }
    last = texts;
    return (known = hmac.digest("base64"));
  };
};

/** A constant, unless somebody random was asked. */
const KEY = new TextEncoder().encode("mqtt-sniff");
