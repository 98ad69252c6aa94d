/** One unit: its fields one by one, and the octets of the chosen one among all of them. */
import { wrap } from "../../octets/lines.ts";
import type { Conversation } from "../../session/conversation.ts";
import type { Unit } from "../history.ts";
import { column, fit, type Line, line, type Size, span } from "../line.ts";
import { heading } from "../panels/panel.ts";
import { explained, versionOf } from "./explained.ts";
import { type Explained, type Field, octetsCount } from "./field.ts";
import { firstShown, hexColumns, hexRows, octetsPerRow } from "./hex.ts";
import { list, type Page } from "./page.ts";
import { summary } from "./summary.ts";

/** The page of a unit: `at` is the chosen field. */
export function unitPage(
  conversation: Conversation,
  unit: Unit,
  at: number,
  reveal: boolean,
  size: Size,
): Page {
  const { name, says } = summary(unit, versionOf(conversation), reveal);
  const title = `${name}  #${conversation.id}  frame ${unit.frame}`;
  const what = explained(unit, conversation, reveal);
  if (what.fields.length === 0)
    return {
      title,
      units: 1,
      at: 0,
      lines: [line(span(says)), ...octetsLines(unit, what, undefined, size.rows - 1, size.columns)],
    };
  const chosen = Math.min(at, what.fields.length - 1);
  const columns = hexColumns(16);
  const sideBySide = size.columns >= columns + NARROWEST;
  return {
    title,
    units: what.fields.length,
    at: chosen,
    ...(sideBySide ? beside(unit, what, chosen, columns, size) : stacked(unit, what, chosen, size)),
  };
}

type Drawn = Pick<Page, "lines" | "unitOf">;

function beside(unit: Unit, what: Explained, chosen: number, columns: number, size: Size): Drawn {
  const left = size.columns - columns - 3;
  const field = what.fields[chosen]!;
  const value = valueLines(field, size.columns);
  const rows = Math.max(size.rows - value.length - 1, 1);
  const fields = fieldRows(what.fields, chosen, left, rows);
  const octets = octetsLines(unit, what, field, rows, columns);
  const lines = Array.from({ length: rows }, (_, row) => [
    ...fit(fields.lines[row] ?? [], left),
    span(" │ ", "frame"),
    ...(octets[row] ?? []),
  ]);
  return { lines: [...lines, heading(field.name, size.columns), ...value], unitOf: fields.unitOf };
}

function stacked(unit: Unit, what: Explained, chosen: number, size: Size): Drawn {
  const field = what.fields[chosen]!;
  const value = valueLines(field, size.columns);
  const left = Math.max(size.rows - value.length - 2, 2);
  const needed = Math.ceil(unit.kept / octetsPerRow(size.columns)) + (unit.kept < unit.length ? 1 : 0);
  const below = Math.min(needed, Math.max(Math.floor(left * 0.45), left - what.fields.length));
  const fields = fieldRows(what.fields, chosen, size.columns, left - below);
  return {
    lines: [
      ...fields.lines,
      heading(field.name, size.columns),
      ...value,
      heading(octetsCount(unit.length), size.columns),
      ...octetsLines(unit, what, field, below, size.columns),
    ],
    unitOf: fields.unitOf,
  };
}

function fieldRows(
  fields: readonly Field[],
  chosen: number,
  columns: number,
  rows: number,
): ReturnType<typeof list> {
  const longest = Math.max(...fields.map(field => field.name.length + 2 * field.depth));
  const names = Math.min(longest + 2, Math.floor(columns * 0.6));
  const drawn = fields.map(({ name, value, depth, holds }) => ({
    line: () =>
      line(
        span(column(`${"  ".repeat(depth)}${name}`, names), holds ? "frame" : "plain"),
        span(column(value, columns - names), holds ? "faint" : "plain"),
      ),
  }));
  return list(drawn, { at: chosen, key: undefined }, rows);
}

/** The chosen field's value as a whole, as far as three rows hold it. */
function valueLines({ from, to, value }: Field, columns: number): Line[] {
  const where = to - from === 1 ? `octet ${from}` : `octets ${from}–${to - 1}`;
  const rows = wrap(`${where}: ${value}`, columns - 1);
  return rows.slice(0, VALUE_ROWS).map((row, index) => line(span(row, index === 0 ? "strong" : "plain")));
}

/** The octets around a field; what is not there is said. */
export function octetsLines(
  unit: Unit,
  { fields, hidden }: Explained,
  chosen: Field | undefined,
  rows: number,
  columns: number,
): Line[] {
  if (unit.kept === 0)
    return [line(span(unit.length === 0 ? "no octets" : "its octets are not kept", "faint"))].slice(0, rows);
  const octets = unit.octets.subarray(0, unit.kept);
  const perRow = octetsPerRow(columns);
  const missing = unit.length - unit.kept;
  const room = missing > 0 ? rows - 1 : rows;
  const first = firstShown(octets.length, chosen?.from ?? 0, room, perRow);
  const leaves = fields.filter(field => !field.holds);
  const lines = hexRows(octets, first, room, perRow, { hidden, chosen, fields: leaves });
  if (missing > 0) lines.push(line(span(`… ${octetsCount(missing)} more are not kept`, "faint")));
  return lines.slice(0, rows);
}

/** Fields beside the octets need so many columns. */
const NARROWEST = 60;
const VALUE_ROWS = 3;
