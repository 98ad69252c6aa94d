/** Lines as blessed's cells: attributes and a character each. */
import { cellWidth } from "../octets/text.ts";
import type { Line } from "./line.ts";
import { type Look, lookOf } from "./theme.ts";

/** A cell is its attributes and its character. */
export type Row = [attributes: number, character: string][] & { dirty?: boolean };

/** Puts a line into a row of cells; `colours` is how many the terminal has. */
export function setRow(row: Row, y: number, line: Line, colours: number): void {
  let x = 0;
  for (const { text, style } of line) {
    const attributes = attributesOf(lookOf(style, colours));
    if (ASCII.test(text)) {
      for (const character of text) set(row, x++, attributes, character);
      continue;
    }
    for (const [character] of text.matchAll(CHARACTER)) {
      const cells = cellWidth(character);
      const emoji = cells === 2 && EMOJI.test(character);
      set(row, x, attributes, emoji ? fixed(character, x, y) : character);
      // blessed passes over the cell behind an ideograph, and knows no emoji.
      if (cells === 2) set(row, x + 1, attributes, emoji ? "" : " ");
      x += cells;
    }
  }
}

/** Terminals disagree about how wide emoji are: two blanks first, and the place behind them said, keep the row as it is. */
const fixed = (character: string, x: number, y: number): string =>
  `  ${cursorTo(x, y)}${character}${cursorTo(x + 2, y)}`;

/** CUP, ECMA-48 §8.3.21. */
const cursorTo = (x: number, y: number): string => `\u001b[${y + 1};${x + 1}H`;

function set(row: Row, x: number, attributes: number, character: string): void {
  const cell = row[x];
  if (cell === undefined || (cell[0] === attributes && cell[1] === character)) return;
  cell[0] = attributes;
  cell[1] = character;
  row.dirty = true;
}

/** blessed's cell attributes: flags from bit 18 on (bold 1, inverse 8), colours of nine bits, 0x1ff for the default. */
const attributesOf = ({ foreground = DEFAULT, background = DEFAULT, bold, inverse }: Look): number =>
  ((bold === true ? 1 : 0) + (inverse === true ? 8 : 0)) * 0x4_0000 + foreground * 0x200 + background;

const ASCII = /^[ -~]*$/;
/** A code point, with the U+FE0F that makes an emoji of it. */
const CHARACTER = /.\ufe0f?/gsu;
const EMOJI = /\p{Emoji}/u;

const DEFAULT = 0x1ff;
