/** The dashboard: a watcher that folds what passes into its model, and a screen drawn of it ten times a second at most. */
import { RULES } from "../finding/rules/index.ts";
import { affectsOf } from "../verdict/exposure.ts";
import type { Watcher } from "../verdict/observation.ts";
import { press } from "./keys.ts";
import { fold, newModel } from "./model.ts";
import { startState } from "./state.ts";
import { openTerminal, type Terminal, type TerminalOptions } from "./terminal.ts";
import { view } from "./view.ts";

export interface DashboardOptions extends Pick<TerminalOptions, "input" | "output" | "terminal"> {
  /** What is being watched: the interface, the capture. */
  readonly title: string;
  /** Start with secrets shown; `r` shows and hides them. */
  readonly reveal: boolean;
  readonly colour: boolean;
}

/** `asked`: the user wants the capture ended and judged; `closed`: the screen was left. */
type DashboardEnd = "asked" | "closed";

export interface Dashboard extends Watcher {
  /** Resolves when the terminal was taken over, or could not be: all files that it takes have been read. */
  readonly opened: Promise<void>;
  /**
   * Resolves with the first wish of the user to end, or when the screen is left. The screen stays until `close`, or
   * until the user asks a second time. Rejects where the terminal cannot be used.
   */
  readonly done: Promise<DashboardEnd>;
  /** Leaves the terminal as it was found. Further calls do nothing. */
  close(): void;
}

/** Redrawn at most this often: what a terminal and an eye can follow. */
const FRAME_MILLIS = 100;

/** Takes the terminal over and shows what is observed, until `close`. */
export function dashboard(options: DashboardOptions): Dashboard {
  const model = newModel(affectsOf(RULES));
  model.name = options.title;
  let state = startState(options.reveal);
  let terminal: Terminal | undefined;
  let closed = false;
  let changed = true;
  let resolveDone: (end: DashboardEnd) => void = () => undefined;
  let rejectDone: (error: unknown) => void = () => undefined;
  const done = new Promise<DashboardEnd>((resolve, reject) => {
    resolveDone = resolve;
    rejectDone = reject;
  });

  const draw = (): void => {
    if (!changed || terminal === undefined) return;
    changed = false;
    terminal.draw(view(model, state, terminal.size()).lines);
  };
  const timer = setInterval(draw, FRAME_MILLIS);
  const close = (): void => {
    if (closed) return;
    closed = true;
    clearInterval(timer);
    terminal?.close();
    resolveDone("closed");
  };
  const onKey = (name: string): void => {
    if (terminal === undefined) return;
    state = press(state, name, view(model, state, terminal.size()));
    changed = true;
    if (state.leave !== "no") resolveDone("asked");
    if (state.leave === "at-once") close();
  };
  const onResize = (): void => {
    changed = true;
    draw();
  };

  const opened = openTerminal({ ...options, onKey, onResize, onGone: close }).then(
    open => {
      terminal = open;
      if (closed) open.close();
      else draw();
    },
    (error: unknown) => {
      rejectDone(error);
      close();
    },
  );

  return {
    events: true,
    observe(observation): void {
      fold(model, observation);
      changed = true;
    },
    opened,
    done,
    close,
  };
}
