/** Texts of the wire listed for one conversation, each once. */
import type { WireText } from "../octets/text.ts";
import { LIMITS } from "./limits.ts";
import { shortName } from "./long.ts";
import type { Topics } from "./topics.ts";

/** Where there is room for it: `topics` knows of all conversations. */
export function addText(topics: Topics, list: WireText[], text: WireText | undefined): void {
  if (text === undefined || list.length >= LIMITS.listed || text.length === 0) return;
  if (!list.some(known => isSameText(known, text)) && topics.mayKeep([text])) list.push(text);
}

/** One that there is no room for is listed by its short name, since what is said of a client says so of whom. */
export function addClientId(topics: Topics, list: WireText[], id: WireText | undefined): void {
  if (id === undefined || id.length === 0 || list.length >= LIMITS.listed) return;
  if (list.some(known => isSameText(known, id))) return;
  const listed = topics.mayKeep([id]) ? id : shortName(id);
  if (listed === id || !list.includes(listed)) list.push(listed);
}

/** Without decoding: a text that was well-formed is never one that was not. */
export function isSameText(a: WireText, b: WireText): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
