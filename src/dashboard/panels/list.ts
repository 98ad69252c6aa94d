/** A panel is a list that a cursor goes through: items of one or more lines, of which as many are drawn as there is room for. */
import { type Line, line, span } from "../line.ts";
import type { Cursor, Subject } from "../state.ts";
import { number } from "./panel.ts";

/** One thing that a panel lists, and what Enter opens of it. */
export interface Item {
  /** The same for the same thing, however the list is sorted. */
  readonly key: string;
  readonly subject: Subject;
  readonly height: number;
  /** Its lines; made for items that are seen alone. */
  readonly lines: () => readonly Line[];
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

/** The items that fit into `rows`, moved so far that the cursor's is among them; the last row counts those below. */
export function listing(items: readonly Item[], cursor: Cursor, rows: number, focused: boolean): Listing {
  const index = indexOf(items, cursor);
  const offset = focused ? offsetOf(items, index, cursor.offset, rows) : 0;
  const lines: Line[] = [];
  const itemOf: (number | undefined)[] = [];
  let at = offset;
  for (; at < items.length; at++) {
    const { height } = items[at]!;
    const spare = at === items.length - 1 ? 0 : 1;
    if (at > offset && lines.length + height > rows - spare) break;
    for (const one of items[at]!.lines().slice(0, Math.max(rows - spare, 0))) {
      lines.push(focused && at === index ? chosen(one) : one);
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

const chosen = (one: Line): Line => one.map(({ text }) => span(text, "chosen"));
