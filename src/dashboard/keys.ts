/** What keys do: one row each, of which the help screen is made too. */
import type { Page } from "./detail/page.ts";
import type { Item } from "./panels/list.ts";
import { opened, type Panel, PANELS, type Screen, type State } from "./state.ts";

/** What keys can get at on the screen as it was drawn. */
export interface Reach {
  readonly lists: Readonly<Record<Panel, List>>;
  /** Of a detail view. */
  readonly page: Page | undefined;
  /** Rows that a page key goes by. */
  readonly rows: number;
}

/** A panel's list; `Listing` is one. */
interface List {
  readonly items: readonly Item[];
  readonly index: number;
  readonly offset: number;
}

export interface Key {
  /** Names as the terminal gives them; the first ones are what the help shows. */
  readonly keys: readonly [string, ...string[]];
  readonly does: string;
  readonly apply: (state: State, reach: Reach) => State;
}

export const KEYS: readonly Key[] = [
  { keys: ["up", "k"], does: "one up", apply: (state, reach) => move(state, reach, -1) },
  { keys: ["down", "j"], does: "one down", apply: (state, reach) => move(state, reach, 1) },
  {
    keys: ["pageup", "C-b"],
    does: "a page up",
    apply: (state, reach) => move(state, reach, 1 - reach.rows),
  },
  {
    keys: ["pagedown", "C-f"],
    does: "a page down",
    apply: (state, reach) => move(state, reach, reach.rows - 1),
  },
  { keys: ["home", "g"], does: "to the first", apply: (state, reach) => move(state, reach, -Infinity) },
  { keys: ["end", "S-g"], does: "to the last", apply: (state, reach) => move(state, reach, Infinity) },
  {
    keys: ["tab", "right", "l"],
    does: "next panel, next tab",
    apply: (state, reach) => turn(state, reach, 1),
  },
  {
    keys: ["S-tab", "left", "h"],
    does: "panel before, tab before",
    apply: (state, reach) => turn(state, reach, -1),
  },
  { keys: ["enter"], does: "open what is selected", apply: open },
  { keys: ["escape", "backspace"], does: "back", apply: back },
  {
    keys: ["r"],
    does: "show secrets, hide them again",
    apply: state => ({ ...state, reveal: !state.reveal }),
  },
  {
    keys: ["?"],
    does: "this help",
    apply: state =>
      state.screen.show === "help" ? back(state) : show(state, { show: "help", back: state.screen }),
  },
  {
    keys: ["q", "C-c"],
    does: "end the capture and judge it; once more leaves at once",
    apply: state => ({ ...state, leave: state.leave === "no" ? "by-verdict" : "at-once" }),
  },
];

/** The state after a key; keys without a row change nothing. */
export const press = (state: State, name: string, reach: Reach): State =>
  KEYS.find(({ keys }) => keys.includes(name))?.apply(state, reach) ?? state;

const show = (state: State, screen: Screen): State => ({ ...state, screen });

/** Up and down: in the panel's list, or in a page. */
function move(state: State, reach: Reach, by: number): State {
  const { screen } = state;
  switch (screen.show) {
    case "overview":
      return state.panel === undefined ? focus(state, PANELS[0]) : select(state, state.panel, reach, by);
    case "detail":
      return show(state, { ...screen, at: within(screen.at + by, reach.page?.units ?? 1) });
    case "help":
      return state;
    default:
      return screen satisfies never;
  }
}

function select(state: State, panel: Panel, { lists }: Reach, by: number): State {
  const { items, index, offset } = lists[panel];
  const to = within(index + by, items.length);
  const cursor = { key: items[to]?.key, index: to, offset };
  return { ...state, cursors: { ...state.cursors, [panel]: cursor } };
}

/** Tab and the arrows to the side: from panel to panel, or from tab to tab of a page. */
function turn(state: State, reach: Reach, by: 1 | -1): State {
  const { screen } = state;
  switch (screen.show) {
    case "overview": {
      const at = state.panel === undefined ? (by === 1 ? -1 : 0) : PANELS.indexOf(state.panel);
      return focus(state, PANELS[(at + by + PANELS.length) % PANELS.length]!);
    }
    case "detail": {
      const tabs = reach.page?.tabs?.length ?? 0;
      return tabs < 2 ? state : show(state, { ...screen, tab: (screen.tab + by + tabs) % tabs, at: 0 });
    }
    case "help":
      return state;
    default:
      return screen satisfies never;
  }
}

const focus = (state: State, panel: Panel): State => ({ ...state, panel });

function open(state: State, { lists, page }: Reach): State {
  const { screen } = state;
  switch (screen.show) {
    case "overview": {
      if (state.panel === undefined) return focus(state, PANELS[0]);
      const { items, index } = lists[state.panel];
      const item = items[index];
      return item === undefined ? state : opened(state, item.subject);
    }
    case "detail":
      return page?.opens === undefined ? state : opened(state, page.opens);
    case "help":
      return back(state);
    default:
      return screen satisfies never;
  }
}

/** Out of a page or the help to where it was opened; on the overview, out of the panel. */
function back(state: State): State {
  const { screen } = state;
  return screen.show === "overview" ? { ...state, panel: undefined } : show(state, screen.back);
}

const within = (index: number, count: number): number => Math.max(Math.min(index, count - 1), 0);
