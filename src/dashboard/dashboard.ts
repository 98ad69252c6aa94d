/** The dashboard: a watcher that folds what passes into its model, and a screen drawn of it ten times a second at most. */
import { RULES } from "../finding/rules/index.ts";
import { affectsOf } from "../verdict/exposure.ts";
import type { Watcher } from "../verdict/observation.ts";
import { press } from "./keys.ts";
import { fold, frozen, type Model, newModel } from "./model.ts";
import { click, type Drawn, wheel } from "./mouse.ts";
import { type State, startState } from "./state.ts";
import { type Mouse, openTerminal, type Terminal, type TerminalOptions } from "./terminal.ts";
import { view } from "./view.ts";

export interface DashboardOptions extends Pick<TerminalOptions, "input" | "output" | "terminal"> {
  /** What is being watched: the interface, the capture. */
  readonly title: string;
  /** Start with secrets shown; `r` shows and hides them. */
  readonly reveal: boolean;
  readonly colour: boolean;
  /** false where the locale names another character set than UTF-8. */
  readonly unicode: boolean;
  /** Writes the report as it stands; says in one line where it is, or why not. Without it `e` does nothing. */
  readonly exportReport?: () => string;
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
  /** How many events were observed so far: what a source that goes step by step looks at. */
  readonly observed: number;
  /** Resolves when the user wants to see more, or nothing more. */
  step(): Promise<void>;
  /** Leaves the terminal as it was found. Further calls do nothing. */
  close(): void;
}

/** Redrawn at most this often: what a terminal and an eye can follow. */
const FRAME_MILLIS = 100;

/** Takes the terminal over and shows what is observed, until `close`. */
export function dashboard(options: DashboardOptions): Dashboard {
  const live = newModel(affectsOf(RULES));
  live.name = options.title;
  /** What is drawn: the live one, or how it was when the screen was paused. */
  let model: Model = live;
  let state = startState(options.reveal);
  let terminal: Terminal | undefined;
  let drawn: Drawn | undefined;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let closed = false;
  let changed = true;
  let observed = 0;
  let goOn: () => void = () => undefined;
  let resolveDone: (end: DashboardEnd) => void = () => undefined;
  let rejectDone: (error: unknown) => void = () => undefined;
  const done = new Promise<DashboardEnd>((resolve, reject) => {
    resolveDone = resolve;
    rejectDone = reject;
  });

  /** The screen that keys and the mouse act on: as it is drawn, or would be. */
  const reach = (at: Terminal): Drawn => (drawn ??= view(model, state, at.size(), options.unicode));
  const draw = (): void => {
    if (!changed || terminal === undefined) return;
    changed = false;
    drawn = view(model, state, terminal.size(), options.unicode);
    drawnAt = performance.now();
    live.drawings++;
    terminal.draw(drawn.lines);
  };
  const timer = setInterval(draw, FRAME_MILLIS);
  const close = (): void => {
    if (closed) return;
    closed = true;
    clearInterval(timer);
    terminal?.close();
    goOn();
    resolveDone("closed");
  };
  const become = (next: State): void => {
    const before = state;
    state = next;
    if (state === before) return;
    drawn = undefined;
    changed = true;
    if (state.paused !== before.paused) model = state.paused ? frozen(live) : live;
    if (state.asked.exports > before.asked.exports && options.exportReport !== undefined)
      state = { ...state, answer: options.exportReport() };
    if (state.asked.steps > before.asked.steps) goOn();
    if (state.asked.stops > before.asked.stops) terminal?.suspend();
    if (state.leave !== "no") {
      goOn();
      resolveDone("asked");
    }
    if (state.leave === "at-once") close();
    // At once for whoever presses a key now and then; for a key that is held down, with the next drawing.
    else if (performance.now() - drawnAt >= FRAME_MILLIS) draw();
  };
  const onKey = (name: string): void => {
    if (terminal !== undefined) become(press(state, name, reach(terminal)));
  };
  const onMouse = (what: Mouse, x: number, y: number): void => {
    if (terminal === undefined) return;
    const at = reach(terminal);
    become(what === "press" ? click(state, x, y, at) : wheel(state, x, y, what === "wheel-up" ? -1 : 1, at));
  };
  const onResize = (): void => {
    drawn = undefined;
    changed = true;
    draw();
  };
  const onCrash = (error: unknown): void => {
    rejectDone(error);
    close();
  };

  const opened = openTerminal({ ...options, onKey, onMouse, onResize, onGone: close, onCrash }).then(
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
    get observed() {
      return observed;
    },
    observe(observation): void {
      fold(live, observation);
      if (observation.kind === "event") observed++;
      if (!state.paused || observation.kind === "verdict") changed = true;
    },
    step(): Promise<void> {
      live.stepping = true;
      return closed || state.leave !== "no"
        ? Promise.resolve()
        : new Promise(resolve => {
            goOn = resolve;
          });
    },
    opened,
    done,
    close,
  };
}
