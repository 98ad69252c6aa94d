/** The terminal: the only file that knows blessed. Cells go out, keys come in, and it is left as it was found. */
import { openSync } from "node:fs";
import { PassThrough } from "node:stream";
import { ReadStream } from "node:tty";
import type { Widgets } from "blessed";
import { cellWidth } from "../octets/text.ts";
import type { Line, Size } from "./line.ts";
import { type Look, lookOf } from "./theme.ts";

/** A stream that a screen can be drawn on; `process.stdout` is one. */
type TerminalOutput = NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };

export interface TerminalOptions {
  readonly colour: boolean;
  /** Standard input where it is a terminal, else the controlling terminal: a capture may come in by standard input. */
  readonly input?: NodeJS.ReadableStream;
  readonly output?: TerminalOutput;
  /** terminfo's name of the terminal; $TERM unless told. */
  readonly terminal?: string;
  /** A key by blessed's name for it: `q`, `C-c`, `escape`. */
  readonly onKey: (name: string) => void;
  readonly onResize: () => void;
  /** The terminal has gone away. */
  readonly onGone: () => void;
}

export interface Terminal {
  size(): Size;
  /** Draws what differs from what is there. Lines have the size that `size` gave. */
  draw(lines: readonly Line[]): void;
  /** Leaves the screen, shows the cursor, gives the keyboard back. Further calls do nothing. */
  close(): void;
}

/**
 * Takes the terminal over. Cells are set one by one, not as content that blessed would search for tags and escape
 * sequences: what a packet says cannot become either. blessed itself closes the screen when the process exits.
 */
export async function openTerminal(options: TerminalOptions): Promise<Terminal> {
  const blessed = (await import("blessed")).default;
  const { input, release } =
    options.input === undefined ? keyboard() : { input: options.input, release: () => undefined };
  const output = options.output ?? process.stdout;
  // Its types know neither of these streams.
  const wanted: object = {
    input,
    output,
    smartCSR: true,
    fullUnicode: true,
    warnings: false,
    forceUnicode: !isOtherCharset(process.env),
    ...(options.terminal !== undefined && { terminal: options.terminal }),
  };
  const made: object = blessed.screen(wanted as Widgets.IScreenOptions);
  const screen = made as Screen;
  let open = true;
  const gone = (): void => options.onGone();
  screen.on("keypress", (character, key) => {
    const name = key?.full ?? character;
    if (name !== undefined) options.onKey(name);
  });
  screen.on("resize", () => options.onResize());
  output.on("error", gone);
  return {
    size: () => ({ columns: screen.width, rows: screen.height }),
    draw(lines): void {
      if (!open) return;
      for (let y = 0; y < lines.length && y < screen.lines.length; y++)
        setRow(screen.lines[y]!, lines[y]!, options.colour, screen.tput.colors);
      screen.draw(0, screen.lines.length - 1);
    },
    close(): void {
      if (!open) return;
      open = false;
      screen.destroy();
      output.off("error", gone);
      release();
    },
  };
}

/** What of blessed's screen is used; its own types leave cells and terminfo open. */
interface Screen {
  readonly width: number;
  readonly height: number;
  readonly lines: Row[];
  /** What terminfo says of the terminal. */
  readonly tput: { readonly colors: number };
  draw(from: number, to: number): void;
  on(event: "resize", listener: () => void): void;
  on(
    event: "keypress",
    listener: (character: string | undefined, key: { readonly full?: string } | undefined) => void,
  ): void;
  destroy(): void;
}

/** A cell is its attributes and its character. */
type Row = [attributes: number, character: string][] & { dirty?: boolean };

function setRow(row: Row, line: Line, colour: boolean, colours: number): void {
  let x = 0;
  for (const { text, style } of line) {
    const attributes = attributesOf(lookOf(style, colour), colours);
    for (const character of text) {
      set(row, x++, attributes, character);
      // blessed passes over the cell behind a wide character; no other one may stand there.
      if (isWide(character)) set(row, x++, attributes, " ");
    }
  }
}

function set(row: Row, x: number, attributes: number, character: string): void {
  const cell = row[x];
  if (cell === undefined || (cell[0] === attributes && cell[1] === character)) return;
  cell[0] = attributes;
  cell[1] = character;
  row.dirty = true;
}

/**
 * blessed's cell attributes: flags from bit 18 on (bold 1, inverse 8), colours of nine bits, 0x1ff for the default.
 * A colour that the terminal does not have is its default: blessed would make black of grey.
 */
function attributesOf(
  { foreground = DEFAULT, background = DEFAULT, bold, inverse }: Look,
  colours: number,
): number {
  const flags = (bold === true ? 1 : 0) + (inverse === true ? 8 : 0);
  const has = (colour: number): number => (colour < colours ? colour : DEFAULT);
  return flags * 0x4_0000 + has(foreground) * 0x200 + has(background);
}

/** The locale names a character set that is not UTF-8 (locale(7)); one that names none is taken for UTF-8. */
const isOtherCharset = (env: NodeJS.ProcessEnv): boolean =>
  /\.(?!utf-?8)/i.test(env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "");

const DEFAULT = 0x1ff;

const isWide = (character: string): boolean => cellWidth(character) === 2;

interface Keyboard {
  readonly input: NodeJS.ReadableStream;
  readonly release: () => void;
}

function keyboard(): Keyboard {
  if (process.stdin.isTTY) return { input: process.stdin, release: () => undefined };
  try {
    const descriptor = openSync("/dev/tty", "r");
    const input = new ReadStream(descriptor);
    return { input, release: () => void input.destroy() };
  } catch {
    // No terminal to type at: signals still end the program.
    const input = new PassThrough();
    return { input, release: () => void input.destroy() };
  }
}
