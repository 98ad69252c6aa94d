/** Text cut into lines by the cells that it takes on a terminal. */
import { cellWidth } from "./text.ts";

/** Lines of at most `width` cells, broken at spaces; a word that is wider than a line is broken anywhere. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.split(" ")) {
    const cells = cellWidth(word);
    if (line !== "" && used + 1 + cells <= width) {
      line += ` ${word}`;
      used += 1 + cells;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = cells <= width ? [word] : broken(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
    used = cellWidth(line);
  }
  if (line !== "") lines.push(line);
  return lines;
}

function broken(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  let used = 0;
  for (const character of word) {
    const cells = cellWidth(character);
    if (used + cells > width && piece !== "") {
      pieces.push(piece);
      piece = "";
      used = 0;
    }
    piece += character;
    used += cells;
  }
  return [...pieces, piece];
}

/** At most `width` cells, with `more` for what was cut. */
export function cutCells(text: string, width: number, more: string): string {
  if (cellWidth(text) <= width) return text;
  return (broken(text, Math.max(1, width - cellWidth(more)))[0] ?? "") + more;
}

/** Spaces up to `width` cells. */
export const pad = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - cellWidth(text)));
