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
}

/** The items whose text holds all words of a filter, in whatever case. */
export function filtered(items: readonly Item[], filter: string): readonly Item[] {
  const words = filter.toLowerCase().split(" ").filter(Boolean);
  if (words.length === 0) return items;
  return items.filter(item => {
    const text = item.text().toLowerCase();
    return words.every(word => text.includes(word));
  });
}

/**
 * The items that fit into `columns` × `rows`, moved so far that the cursor's is among them; the last row counts those
 * below. Without the focus a list is seen from its top on.
 */
export function listing(
  items: readonly Item[],
  cursor: Cursor,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  focused: boolean,
): Listing {
  const index = indexOf(items, cursor);
  const offset = focused ? offsetOf(items, index, cursor.offset, rows) : 0;
  const lines: Line[] = [];
  const itemOf: (number | undefined)[] = [];
  let at = offset;
  // The last item may be cut: its first line says most of it.
  for (; at < items.length; at++) {
    const room = rows - lines.length - (at === items.length - 1 ? 0 : 1);
    if (room < 1) break;
    for (const one of items[at]!.lines().slice(0, room)) {
      lines.push(focused && at === index ? chosen(one, columns) : one);
      itemOf.push(at);
    }
  }
  if (at < items.length && rows > 0) {
    lines.push(line(span(`… ${number(items.length - at)} more`, "faint")));
    itemOf.push(undefined);
  }
  return { items, lines: lines.slice(0, rows), itemOf: itemOf.slice(0, rows), index, offset };
}

function indexOf(items: readonly Item[], { key, index }: Cursor): number {
  const found = key === undefined ? -1 : items.findIndex(item => item.key === key);
  return found >= 0 ? found : Math.max(Math.min(index, items.length - 1), 0);
}

/** As near to where it was as the cursor lets it be. */
function offsetOf(items: readonly Item[], index: number, before: number, rows: number): number {
  let offset = Math.min(before, index);
  let height = 0;
  for (let at = offset; at <= index && at < items.length; at++) height += items[at]!.height;
  const room = index === items.length - 1 ? rows : rows - 1;
  while (height > room && offset < index) height -= items[offset++]!.height;
  return offset;
}

const chosen = (one: Line, columns: number): Line =>
  fit(one, columns).map(({ text }) => span(text, "chosen"));
