/**
 * A terminal whose screen was left by a process that could not tidy up, as one that is killed outright: what the screen
 * had switched on is switched off, and its keyboard gets its lines back.
 */
import { spawnSync } from "node:child_process";
import { constants, fstatSync, openSync, readlinkSync, writeSync } from "node:fs";

/** The terminal behind standard output, and how it is set before a screen is opened. */
export interface Terminal {
  readonly path: string;
  /** stty(1): what `stty -g` said. */
  readonly settings: string;
}

/** undefined where the system does not tell. */
export function ownTerminal(): Terminal | undefined {
  try {
    const path = readlinkSync("/proc/self/fd/1");
    const { stdout, status } = stty(path, "-g");
    return status === 0 ? { path, settings: stdout.trim() } : undefined;
  } catch {
    return undefined;
  }
}

/** Never throws: there is nobody left to be told. */
export function giveBack({ path, settings }: Terminal): void {
  try {
    const terminal = openSync(path, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
    if (!fstatSync(terminal).isCharacterDevice()) return;
    // A shell that has set it for its own use by now is left alone: it lets keys make signals, and a screen does not.
    if (/(?:^|\s)-isig\b/m.test(stty(path, "-a").stdout)) stty(path, settings);
    writeSync(terminal, LEAVE);
  } catch {
    // It went away.
  }
}

const stty = (path: string, argument: string) =>
  spawnSync("stty", ["-F", path, argument], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 2000,
  });

/** xterm's control sequences: the mouse, the scrolling region, the keypad, the cursor, the colours, the other screen. */
const LEAVE =
  "\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[r\u001b[?1l\u001b>\u001b[?25h\u001b[0m\u001b[?1049l";
