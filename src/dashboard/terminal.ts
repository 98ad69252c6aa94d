/** The terminal: the only file that knows blessed. Cells go out, keys come in, and it is left as it was found. */
import { openSync } from "node:fs";
import { PassThrough } from "node:stream";
import { ReadStream } from "node:tty";
import type { Widgets } from "blessed";
import { type Row, setRow } from "./cells.ts";
import type { Line, Size } from "./line.ts";

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
  const name = options.terminal ?? process.env["TERM"] ?? "xterm";
  // Its types know neither of these streams.
  const wanted: object = {
    input,
    output,
    smartCSR: true,
    fullUnicode: options.unicode,
    warnings: false,
    forceUnicode: options.unicode,
    // tmux and screen obey what xterm does, and blessed cannot read their own descriptions.
    terminal: name.replace(/^(?:screen|tmux)(?=-|\.|$)/, "xterm"),
  };
  const screen = quietly(() => blessed.screen(wanted as Widgets.IScreenOptions) as object) as Screen;
  // Frames are drawn as characters, and not by way of another character set.
  screen.tput.brokenACS = true;
  if (/256|direct/.test(name) || process.env["COLORTERM"] !== undefined) screen.tput.colors = 256;
  const colours = options.colour ? screen.tput.colors : 0;
  let open = true;
  let away = false;
  const mouse = (on: boolean): void => screen.program.setMouse({ vt200Mouse: on, sgrMouse: on }, on);
  const gone = (): void => options.onGone();
  const crashed = (error: unknown): void => {
    close();
    options.onCrash(error);
  };
  const leave = (): void => {
    away = true;
    mouse(false);
    screen.leave();
    keyboardRaw(input, false);
  };
  const enter = (): void => {
    keyboardRaw(input, true);
    screen.enter();
    mouse(true);
    screen.alloc(true);
    away = false;
    options.onResize();
  };
  const stop = (): void => {
    if (!open || away) return;
    leave();
    process.off("SIGTSTP", stop);
    // The whole job, as the terminal itself would. Where nothing could continue it, it is not stopped either.
    process.kill(0, "SIGTSTP");
    setTimeout(goOn, STOPPED_MILLIS);
  };
  const goOn = (): void => {
    if (!open || !away) return;
    process.on("SIGTSTP", stop);
    enter();
  };
  /** After SIGSTOP, which nobody is told of, the shell has had the terminal. */
  const continued = (): void => {
    if (!away) leave();
    process.off("SIGTSTP", stop);
    goOn();
  };
  const close = (): void => {
    if (!open) return;
    open = false;
    if (!away) mouse(false);
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
      if (!open || away) return;
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

/** What blessed cannot read of a terminal's description it prints on standard error, and does without. */
function quietly<Made>(make: () => Made): Made {
  // oxlint-disable no-console
  const complain = console.error;
  console.error = () => undefined;
  try {
    return make();
  } finally {
    console.error = complain;
  }
  // oxlint-enable no-console
}

/** Keys one by one and unechoed, or as the shell has them. */
function keyboardRaw(
  input: NodeJS.ReadableStream & { setRawMode?(raw: boolean): unknown },
  raw: boolean,
): void {
  input.setRawMode?.(raw);
  if (raw) input.resume();
  else input.pause();
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
  readonly tput: { colors: number; brokenACS: boolean };
  readonly program: {
    setMouse(modes: { readonly vt200Mouse: boolean; readonly sgrMouse: boolean }, on: boolean): void;
    on(event: "data", listener: (octets: Buffer) => void): void;
  };
  /** Takes the other screen of the terminal, and gives it back. */
  enter(): void;
  leave(): void;
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
