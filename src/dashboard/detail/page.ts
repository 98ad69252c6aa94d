/** What a detail view gives the screen, and what such views have in common. */
import { wrap } from "../../octets/lines.ts";
import { type Line, line, type Size, span, type Style } from "../line.ts";
import type { DetailScreen, Parties, Subject, UnitKey } from "../state.ts";

/**
 * One detail view, drawn. The screen cuts and fills lines and rows to `size`, draws the heading of `title` and `tabs`,
 * and keeps `screen.at` and `screen.tab` within what the page says there is.
 */
export interface Page {
  /** Names the subject in the heading; safe text. */
  readonly title: string;
  /** Left and right, or Tab, go from one to the next; none or one: the page has a single face. */
  readonly tabs?: readonly string[];
  /** Up and down, Page Up and Page Down, Home and End go through so many: `screen.at` is below it. */
  readonly units: number;
  /** Which of them is selected, or the first line that is seen: where the next key begins. */
  readonly at: number;
  /** What tells the units apart, by their number; undefined where these do not move. */
  readonly keys?: readonly (UnitKey | undefined)[];
  /** What is seen of the page now: at most `size.rows` lines. */
  readonly lines: readonly Line[];
  /** The unit that each of `lines` belongs to: a click selects it. */
  readonly unitOf?: readonly (number | undefined)[];
  /** What Enter opens at the selected unit. */
  readonly opens?: Subject;
  /** Whose it is: what `c` and `b` open. */
  readonly parties?: Parties;
}

/** A page that is read by lines: `at` is the first of them. */
export function scrolled(title: string, lines: readonly Line[], at: number, size: Size): Page {
  const units = Math.max(lines.length - size.rows + 1, 1);
  const from = Math.min(at, units - 1);
  return { title, units, at: from, lines: lines.slice(from, from + size.rows) };
}

/** One row of a page that is a list, and what Enter opens of it. */
export interface Row {
  /** Made for rows that are seen alone. */
  readonly line: () => Line;
  readonly opens?: Subject | undefined;
  /** It says something of the rows around it, and is passed over. */
  readonly aside?: true;
  /** What tells it from the others, however many come and go. */
  readonly key?: UnitKey;
}

/** Where in a list the user is; a `DetailScreen` is one. */
export type Place = Pick<DetailScreen, "at" | "key">;

/** Rows that a cursor goes through, as they are drawn. */
export interface Listed {
  readonly lines: readonly Line[];
  readonly unitOf: readonly (number | undefined)[];
  readonly units: number;
  readonly at: number;
  readonly keys: readonly (UnitKey | undefined)[];
  readonly opens: Subject | undefined;
}

/** The rows that a cursor stops at, and the chosen one's number: by its key while it is there, else by where it stood. */
export function chosenOf<R extends Row>(rows: readonly R[], { at, key }: Place): Chosen<R> {
  const units = rows.filter(row => row.aside === undefined);
  const keys = uniqueKeys(units);
  const found = key === undefined ? -1 : keys.indexOf(key);
  return { units, keys, at: found >= 0 ? found : Math.max(Math.min(at, units.length - 1), 0) };
}

interface Chosen<R> {
  readonly units: readonly R[];
  readonly keys: readonly (UnitKey | undefined)[];
  readonly at: number;
}

/** Rows that are called alike are told apart by which of them they are. */
function uniqueKeys(units: readonly Row[]): (UnitKey | undefined)[] {
  const times = new Map<UnitKey, number>();
  return units.map(({ key }) => {
    if (key === undefined) return undefined;
    const before = times.get(key) ?? 0;
    times.set(key, before + 1);
    return before === 0 ? key : `${key} ${before}`;
  });
}

/** As many of the rows as there is room for, those around the chosen one. */
export function list(rows: readonly Row[], place: Place, room: number): Listed {
  const { units, keys, at } = chosenOf(rows, place);
  const row = units[at];
  const index = row === undefined ? 0 : rows.indexOf(row);
  const first = Math.max(Math.min(index - Math.floor(room / 2), rows.length - room), 0);
  const seen = rows.slice(first, first + room);
  return {
    lines: seen.map(one => (one === row ? one.line().map(({ text }) => span(text, "chosen")) : one.line())),
    unitOf: seen.map(one => (one.aside === undefined ? units.indexOf(one) : undefined)),
    units: Math.max(units.length, 1),
    at,
    keys,
    opens: row?.opens,
  };
}

/** A page with a head that stays, and a list under it; `none` is said where the list is empty. */
export function listPage(
  title: string,
  tabs: readonly string[],
  head: readonly Line[],
  rows: readonly Row[],
  none: string,
  place: Place,
  size: Size,
): Page {
  const room = Math.max(size.rows - head.length, 1);
  const { lines, unitOf, units, at, keys, opens } = list(rows, place, room);
  const body = rows.length === 0 ? [line(span(none, "faint"))] : lines;
  return {
    title,
    tabs,
    units,
    at,
    keys,
    lines: [...head, ...body],
    unitOf: [...head.map(() => undefined), ...unitOf],
    ...(opens !== undefined && { opens }),
  };
}

/** Running text under its name: `Why      Anyone on the path …`, broken at words. */
export function paragraph(name: string, text: string, columns: number, style: Style = "plain"): Line[] {
  return wrap(text, Math.max(columns - NAME_WIDTH - 1, 20)).map((row, index) =>
    line(span((index === 0 ? name : "").padEnd(NAME_WIDTH), "strong"), span(row, style)),
  );
}

export const NAME_WIDTH = 13;
