/** A panel is a list that a cursor goes through: items of one or more lines, of which as many are drawn as there is room for. */
import { fit, type Line, line, span } from "../line.ts";
import type { Cursor, Parties, Subject } from "../state.ts";
import { number } from "./panel.ts";

/** One thing that a panel lists, and what Enter opens of it. */
export interface Item {
  /** The same for the same thing, however the list is sorted. */
  readonly key: string;
  readonly subject: Subject;
  /** What `c` and `b` open. */
  readonly parties: Parties;
  readonly height: number;
  /** Its lines; made for items that are seen alone. */
  readonly lines: () => readonly Line[];
  /** What a filter looks through: as it is shown, so that nobody can feel for what is hidden. */
  readonly text: () => string;
}

/** A list as it is drawn. */
export interface Listing {
  readonly items: readonly Item[];
  /** At most as many as there is room for. */
  readonly lines: readonly Line[];
  /** The item that each line belongs to; none for the line that counts the others. */
  readonly itemOf: readonly (number | undefined)[];
  /** Where the cursor stands, and the first item that is drawn. */
  readonly index: number;
  readonly offset: number;
  /** `rows 3–6 of 24`, where not all of the items are drawn. */
  readonly place: string;
}

/** Where it is said how many items are not drawn: in a row of the list, or by whoever draws its heading. */
export type Tail = "row" | "heading";

/** The items whose text holds all words of a filter, in whatever case. */
export const filtered = (items: readonly Item[], filter: string): readonly Item[] =>
  holding(items, filter, item => item.text());

/** The same of what is no item yet. */
export function holding<T>(all: readonly T[], filter: string, textOf: (one: T) => string): readonly T[] {
  const words = filter.toLowerCase().split(" ").filter(Boolean);
  if (words.length === 0) return all;
  return all.filter(one => {
    const text = textOf(one).toLowerCase();
    return words.every(word => text.includes(word));
  });
}

/** Rows that all of the items take. */
export const heightOf = (items: readonly Item[]): number =>
  items.reduce((sum, { height }) => sum + height, 0);

/**
 * The items that fit into `columns` × `rows`, moved so far that the cursor's is among them; the last row counts those
 * below and above, unless the heading does. Without the focus a list is seen from its top on.
 */
export function listing(
  items: readonly Item[],
  cursor: Cursor,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  focused: boolean,
  tail: Tail = "row",
): Listing {
  const index = indexOf(items, cursor);
  // A single row is better spent on an item than on how many there are.
  const kept = tail === "row" && rows > 1 ? 1 : 0;
  const all = heightOf(items) <= rows;
  const offset = focused && !all ? offsetOf(items, index, cursor.offset, rows - kept) : 0;
  const lines: Line[] = [];
  const itemOf: (number | undefined)[] = [];
  let at = offset;
  // The last item may be cut: its first line says most of it.
  for (; at < items.length; at++) {
    const room = rows - lines.length - (offset === 0 && at === items.length - 1 ? 0 : kept);
    if (room < 1) break;
    for (const one of items[at]!.lines().slice(0, room)) {
      lines.push(focused && at === index ? chosen(one, columns) : one);
      itemOf.push(at);
    }
  }
  const place =
    at - offset === items.length
      ? ""
      : `${at - offset === 1 ? "row" : "rows"} ${at - offset === 1 ? "" : `${number(offset + 1)}–`}${number(at)} of ${number(items.length)}`;
  if (kept > 0 && place !== "") {
    const below = at < items.length ? `${number(items.length - at)} more` : "";
    const above = offset > 0 ? `${number(offset)} above` : "";
    lines.push(line(span(`… ${[below, above].filter(Boolean).join(", ")}`, "faint")));
    itemOf.push(undefined);
  }
  return { items, lines: lines.slice(0, rows), itemOf: itemOf.slice(0, rows), index, offset, place };
}

function indexOf(items: readonly Item[], { key, index }: Cursor): number {
  const found = key === undefined ? -1 : items.findIndex(item => item.key === key);
  return found >= 0 ? found : Math.max(Math.min(index, items.length - 1), 0);
}

/** As near to where it was as the cursor lets it be. */
function offsetOf(items: readonly Item[], index: number, before: number, room: number): number {
  let offset = Math.min(before, index);
  let height = 0;
  for (let at = offset; at <= index && at < items.length; at++) height += items[at]!.height;
  while (height > room && offset < index) height -= items[offset++]!.height;
  return offset;
}

const chosen = (one: Line, columns: number): Line =>
  fit(one, columns).map(({ text }) => span(text, "chosen"));
