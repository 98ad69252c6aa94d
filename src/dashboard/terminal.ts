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
  /** The locale names UTF-8. */
  readonly unicode: boolean;
  /** Standard input where it is a terminal, else the controlling terminal: a capture may come in by standard input. */
  readonly input?: NodeJS.ReadableStream;
  readonly output?: TerminalOutput;
  /** terminfo's name of the terminal; $TERM unless told. */
  readonly terminal?: string;
  /** A key by blessed's name for it: `q`, `C-c`, `escape`. */
  readonly onKey: (name: string) => void;
  readonly onMouse: (what: Mouse, x: number, y: number) => void;
  readonly onResize: () => void;
  /** The terminal has gone away. */
  readonly onGone: () => void;
  /** Something was thrown that nobody caught: the terminal is as it was found again. */
  readonly onCrash: (error: unknown) => void;
}

/** A press of the first button, or the wheel. */
export type Mouse = "press" | "wheel-up" | "wheel-down";

export interface Terminal {
  size(): Size;
  /** Draws what differs from what is there. Lines have the size that `size` gave. */
  draw(lines: readonly Line[]): void;
  /** Ctrl-Z: leaves the screen, stops the program, and takes the screen again when it is continued. */
  suspend(): void;
  /** Leaves the screen, shows the cursor, gives the keyboard back. Further calls do nothing. */
  close(): void;
}

/**
 * Takes the terminal over. Cells are set one by one, not as content that blessed would search for tags and escape
 * sequences: what a packet says cannot become either. The title is left alone. Every way out of the process that can be
 * noticed gives the terminal back: `close`, the end, SIGHUP, SIGTSTP, and errors that nobody caught.
 */
export async function openTerminal(options: TerminalOptions): Promise<Terminal> {
  const blessed = await load();
  const { input, release } =
    options.input === undefined ? keyboard() : { input: options.input, release: () => undefined };
  const output = options.output ?? process.stdout;
  // Its types know neither of these streams.
  const wanted: object = {
    input,
    output,
    smartCSR: true,
    fullUnicode: options.unicode,
    warnings: false,
    forceUnicode: options.unicode,
    ...(options.terminal !== undefined && { terminal: options.terminal }),
  };
  const made: object = blessed.screen(wanted as Widgets.IScreenOptions);
  const screen = made as Screen;
  // Frames are drawn as characters, and not by way of another character set.
  screen.tput.brokenACS = true;
  const colours = options.colour ? screen.tput.colors : 0;
  let open = true;
  let resume: (() => void) | undefined;
  const mouse = (on: boolean): void => screen.program.setMouse({ vt200Mouse: on, sgrMouse: on }, on);
  const gone = (): void => options.onGone();
  const crashed = (error: unknown): void => {
    close();
    options.onCrash(error);
  };
  const stop = (): void => {
    if (!open || resume !== undefined) return;
    resume = screen.program.pause();
    process.off("SIGTSTP", stop);
    // The whole job, as the terminal itself would. Where nothing could continue it, it is not stopped either.
    process.kill(0, "SIGTSTP");
    setTimeout(goOn, STOPPED_MILLIS);
  };
  const goOn = (): void => {
    if (!open || resume === undefined) return;
    process.on("SIGTSTP", stop);
    resume();
    resume = undefined;
    screen.alloc(true);
    options.onResize();
  };
  /** After SIGSTOP, which nobody is told of, the shell has had the terminal. */
  const continued = (): void => {
    resume ??= screen.program.pause();
    process.off("SIGTSTP", stop);
    goOn();
  };
  const close = (): void => {
    if (!open) return;
    open = false;
    resume?.();
    mouse(false);
    screen.destroy();
    output.off("error", gone);
    process.off("exit", close);
    process.off("SIGHUP", gone);
    process.off("SIGTSTP", stop);
    process.off("SIGCONT", continued);
    process.off("uncaughtException", crashed);
    release();
  };
  process.on("exit", close);
  process.on("SIGHUP", gone);
  process.on("SIGTSTP", stop);
  process.on("SIGCONT", continued);
  process.on("uncaughtException", crashed);
  output.on("error", gone);
  screen.on("keypress", (character, key) => {
    const name = key?.full ?? character;
    if (name !== undefined) options.onKey(name);
  });
  screen.on("resize", () => options.onResize());
  screen.program.on("data", octets => {
    // Ctrl-C and Ctrl-Z are keys like the others.
    for (const { what, x, y } of mouseEvents(octets.toString("latin1"))) options.onMouse(what, x, y);
  });
  mouse(true);
  return {
    size: () => ({ columns: screen.width, rows: screen.height }),
    draw(lines): void {
      if (!open || resume !== undefined) return;
      for (let y = 0; y < lines.length && y < screen.lines.length; y++)
        setRow(screen.lines[y]!, y, lines[y]!, colours);
      screen.draw(0, screen.lines.length - 1);
    },
    suspend: stop,
    close,
  };
}

/** blessed asks a tmux that it finds for its version, by running it: which takes long, and as root somebody else's program. */
async function load(): Promise<typeof import("blessed")> {
  const { TMUX } = process.env;
  delete process.env["TMUX"];
  try {
    return (await import("blessed")).default;
  } finally {
    if (TMUX !== undefined) process.env["TMUX"] = TMUX;
  }
}

interface MouseEvent {
  readonly what: Mouse;
  /** From 0. */
  readonly x: number;
  readonly y: number;
}

/** xterm's SGR mouse reports (ctlseqs, "Extended coordinates"), of which one read may bring several. */
const mouseEvents = (text: string): MouseEvent[] =>
  [...text.matchAll(MOUSE)].flatMap(([, button, x, y]) => {
    const what = BUTTONS.get(Number(button));
    return what === undefined ? [] : [{ what, x: Number(x) - 1, y: Number(y) - 1 }];
  });

const MOUSE = new RegExp(`${String.fromCodePoint(0x1b)}\\[<(\\d{1,3});(\\d{1,5});(\\d{1,5})M`, "g");
const BUTTONS: ReadonlyMap<number, Mouse> = new Map([
  [0, "press"],
  [64, "wheel-up"],
  [65, "wheel-down"],
]);

/** What of blessed's screen is used; its own types leave cells and terminfo open. */
interface Screen {
  readonly width: number;
  readonly height: number;
  readonly lines: Row[];
  /** What terminfo says of the terminal. */
  readonly tput: { readonly colors: number; brokenACS: boolean };
  readonly program: {
    setMouse(modes: { readonly vt200Mouse: boolean; readonly sgrMouse: boolean }, on: boolean): void;
    pause(): () => void;
    on(event: "data", listener: (octets: Buffer) => void): void;
  };
  /** Forgets what is on the screen: everything is drawn anew. */
  alloc(dirty: boolean): void;
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

function setRow(row: Row, y: number, line: Line, colours: number): void {
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

/** Until this has passed, the process was stopped or will not be. */
const STOPPED_MILLIS = 50;

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
