/** Texts of the wire listed for one conversation, each once. */
import type { WireText } from "../octets/text.ts";
import { LIMITS } from "./limits.ts";

export function addText(list: WireText[], text: WireText | undefined): void {
  if (text === undefined || list.length >= LIMITS.listed || text.length === 0) return;
  if (!list.some(known => isSameText(known, text))) list.push(text);
}

/** Without decoding: a text that was well-formed is never one that was not. */
export function isSameText(a: WireText, b: WireText): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
