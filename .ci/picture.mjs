#!/usr/bin/env node
/**
 * npm run picture: the README's picture, docs/pictures/dashboard.svg, as the built program draws it. It is run in tmux on
 * the captures of `mqtt-sniff demo`, and what the terminal then shows, colours included, is set as text.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import xterm from "@xterm/headless";
import { Tmux } from "./bench/tmux.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const [COLUMNS, ROWS] = [110, 36];
/** Of a cell, in the picture's units. */
const [WIDTH, HEIGHT, SIZE] = [8.4, 17, 14];
const [PAPER, INK] = ["#101418", "#d8dee4"];

/** Runs of cells that look alike, by row. */
function rowsOf({ buffer: { active } }) {
  return Array.from({ length: ROWS }, (_, y) => {
    const runs = [];
    const line = active.getLine(y);
    for (let x = 0; x < COLUMNS; x++) {
      const cell = line.getCell(x);
      const look = { ...coloursOf(cell), bold: cell.isBold() !== 0 };
      const last = runs.at(-1);
      const text = cell.getChars() || " ";
      if (last !== undefined && last.ink === look.ink && last.paper === look.paper && last.bold === look.bold)
        last.text += text;
      else runs.push({ x, text, ...look });
    }
    return runs;
  });
}

function coloursOf(cell) {
  const ink = cell.isFgDefault() ? INK : paletteColour(cell.getFgColor());
  const paper = cell.isBgDefault() ? PAPER : paletteColour(cell.getBgColor());
  return cell.isInverse() ? { ink: paper, paper: ink } : { ink, paper };
}

/** xterm's 256 colours: sixteen, a cube of six steps, and greys. */
function paletteColour(number) {
  if (number < 16) return SIXTEEN[number];
  if (number >= 232) return grey(8 + (number - 232) * 10);
  const step = at => (at === 0 ? 0 : 55 + at * 40);
  const at = number - 16;
  return `rgb(${step(Math.floor(at / 36))},${step(Math.floor(at / 6) % 6)},${step(at % 6)})`;
}

const grey = value => `rgb(${value},${value},${value})`;

function svg(rows) {
  const [width, height] = [Math.ceil(COLUMNS * WIDTH) + 16, ROWS * HEIGHT + 16];
  const shapes = rows.flatMap((runs, y) => runs.flatMap(run => drawn(run, y)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${SIZE}">
<title>mqtt-sniff demo</title>
<rect width="${width}" height="${height}" rx="8" fill="${PAPER}"/>
${shapes.join("\n")}
</svg>
`;
}

/** Paper, block characters as rectangles (fonts leave gaps between them), and everything else as text. */
function drawn({ x, text, ink, paper, bold }, y) {
  const [left, top] = [8 + x * WIDTH, 8 + y * HEIGHT];
  const shapes = paper === PAPER ? [] : [rectangle(left, top, text.length * WIDTH, HEIGHT, paper)];
  for (const { 0: run, index } of text.matchAll(/█+|▀+|▄+/g)) {
    const half = run[0] === "█" ? HEIGHT : HEIGHT / 2;
    const from = top + (run[0] === "▄" ? HEIGHT / 2 : 0);
    shapes.push(rectangle(left + index * WIDTH, from, run.length * WIDTH, half, ink));
  }
  const rest = text.replace(/[█▀▄]/g, " ");
  for (const { 0: run, index } of rest.matchAll(/\S+(?: \S+)*/g)) {
    const at = `x="${round(left + index * WIDTH)}" y="${round(top + 13)}" textLength="${round(run.length * WIDTH)}"`;
    shapes.push(`<text ${at} fill="${ink}"${bold ? ' font-weight="bold"' : ""} xml:space="preserve">${escaped(run)}</text>`);
  }
  return shapes;
}

const rectangle = (x, y, width, height, fill) =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(width + 0.3)}" height="${round(height + 0.3)}" fill="${fill}"/>`;

const round = value => Math.round(value * 10) / 10;

const escaped = text => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The first sixteen, as a terminal of today has them. */
const SIXTEEN = [
  ...["#000000", "#cd3131", "#0dbc79", "#e5e510", "#2472c8", "#bc3fbc", "#11a8cd", "#e5e5e5"],
  ...["#666666", "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#ffffff"],
];

const tmux = new Tmux(COLUMNS, ROWS);
try {
  tmux.run(["env", "LANG=C.UTF-8", "TERM=xterm-256color", "node", `${ROOT}dist/main.js`, "demo"]);
  await tmux.shows("q close");
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  const screen = tmux.screen(true).replaceAll("\n", "\r\n").trimEnd();
  await new Promise(drawn => terminal.write(screen, drawn));
  writeFileSync(`${ROOT}docs/pictures/dashboard.svg`, svg(rowsOf(terminal)));
} finally {
  tmux.end();
}
