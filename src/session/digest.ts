/** Secrets compared without being kept: a keyed hash stands for each. */
import { hash } from "node:crypto";
import { hex, type WireText } from "../octets/text.ts";

/** The same for the same texts under the same key; never printed, never written. */
export type Digest = (...texts: readonly (WireText | undefined)[]) => string;

/**
 * SHA-256 over the key and the texts, each with its form and its length: one that is absent is not one that is empty, and
 * octets are not the text that they might be read as. Nobody is shown a digest, so that none can be continued.
 */
export const digest = (key: Uint8Array = KEY): Digest => {
  const prefix = hex(key);
  return (...texts) => hash("sha256", prefix + texts.map(framed).join(""), "base64");
};

const framed = (text: WireText | undefined): string =>
  text === undefined
    ? "-"
    : typeof text === "string"
      ? `t${text.length}:${text}`
      : `o${text.length}:${hex(text)}`;

/** A constant, unless somebody random was asked. */
const KEY = new TextEncoder().encode("mqtt-sniff");
