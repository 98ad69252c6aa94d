/** Block letters: the verdict's word, readable from the last row of a classroom. */
import type { Exposure } from "../verdict/report.ts";

/** A word drawn in cells: `rows` of equal width. */
export interface Block {
  readonly rows: readonly string[];
  readonly columns: number;
}

export interface Shape {
  readonly font: "wide" | "narrow";
  /** Cells across, and half cells down, of one dot of a letter. */
  readonly across: 1 | 2 | 3;
  readonly down: 1 | 2 | 3;
}

/** How much room a word takes in a shape. */
export const sizeOf = (word: Exposure, { font, across, down }: Shape): { columns: number; rows: number } => ({
  columns: dotsOf(word, font)[0]!.length * across,
  rows: Math.ceil((DOTS_DOWN * down) / 2),
});

/**
 * The word in half blocks, which every font of a terminal has. `full` says what stands for a full cell: where there are
 * no half blocks (a terminal without UTF-8) dots are an even number of half cells, and all cells are full or empty.
 */
export function blockWord(word: Exposure, shape: Shape, full = "█"): Block {
  const { across, down } = shape;
  const dots = dotsOf(word, shape.font).flatMap(row => {
    const stretched = row.replace(/./g, dot => dot.repeat(across));
    return Array.from({ length: down }, () => stretched);
  });
  const blank = ".".repeat(dots[0]!.length);
  const rows: string[] = [];
  for (let y = 0; y < dots.length; y += 2) {
    const upper = dots[y]!;
    const lower = dots[y + 1] ?? blank;
    rows.push(
      [...upper]
        .map((dot, x) => (dot === "#" ? (lower[x] === "#" ? full : "▀") : lower[x] === "#" ? "▄" : " "))
        .join(""),
    );
  }
  return { rows, columns: blank.length };
}

/** The word as rows of dots, one empty column between two letters. */
const dotsOf = (word: Exposure, font: Shape["font"]): readonly string[] =>
  Array.from({ length: DOTS_DOWN }, (_, y) =>
    [...word].map(letter => FONTS[font][letter as Letter][y]).join("."),
  );

const DOTS_DOWN = 5;

/** The letters of EXPOSED, INTERCEPTABLE, WEAK, UNKNOWN and PROTECTED. */
type Letter =
  | "a"
  | "b"
  | "c"
  | "d"
  | "e"
  | "i"
  | "k"
  | "l"
  | "n"
  | "o"
  | "p"
  | "r"
  | "s"
  | "t"
  | "u"
  | "w"
  | "x";

const FONTS: Readonly<Record<Shape["font"], Readonly<Record<Letter, readonly string[]>>>> = {
  wide: {
    a: [".##.", "#..#", "####", "#..#", "#..#"],
    b: ["###.", "#..#", "###.", "#..#", "###."],
    c: [".###", "#...", "#...", "#...", ".###"],
    d: ["###.", "#..#", "#..#", "#..#", "###."],
    e: ["####", "#...", "###.", "#...", "####"],
    i: ["###", ".#.", ".#.", ".#.", "###"],
    k: ["#..#", "#.#.", "##..", "#.#.", "#..#"],
    l: ["#...", "#...", "#...", "#...", "####"],
    n: ["#...#", "##..#", "#.#.#", "#..##", "#...#"],
    o: [".##.", "#..#", "#..#", "#..#", ".##."],
    p: ["###.", "#..#", "###.", "#...", "#..."],
    r: ["###.", "#..#", "###.", "#.#.", "#..#"],
    s: [".###", "#...", ".##.", "...#", "###."],
    t: ["#####", "..#..", "..#..", "..#..", "..#.."],
    u: ["#..#", "#..#", "#..#", "#..#", ".##."],
    w: ["#...#", "#...#", "#.#.#", "##.##", "#...#"],
    x: ["#...#", ".#.#.", "..#..", ".#.#.", "#...#"],
  },
  narrow: {
    a: [".#.", "#.#", "###", "#.#", "#.#"],
    b: ["##.", "#.#", "##.", "#.#", "##."],
    c: [".##", "#..", "#..", "#..", ".##"],
    d: ["##.", "#.#", "#.#", "#.#", "##."],
    e: ["###", "#..", "##.", "#..", "###"],
    i: ["#", "#", "#", "#", "#"],
    k: ["#.#", "#.#", "##.", "#.#", "#.#"],
    l: ["#..", "#..", "#..", "#..", "###"],
    n: ["#..#", "##.#", "#.##", "#..#", "#..#"],
    o: [".#.", "#.#", "#.#", "#.#", ".#."],
    p: ["##.", "#.#", "##.", "#..", "#.."],
    r: ["##.", "#.#", "##.", "#.#", "#.#"],
    s: [".##", "#..", ".#.", "..#", "##."],
    t: ["###", ".#.", ".#.", ".#.", ".#."],
    u: ["#.#", "#.#", "#.#", "#.#", "###"],
    w: ["#.#", "#.#", "#.#", "###", "#.#"],
    x: ["#.#", "#.#", ".#.", "#.#", "#.#"],
  },
};
