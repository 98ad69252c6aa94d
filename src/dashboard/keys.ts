/** What keys do: one row each, of which the help screen is made too. */
import type { Page } from "./detail/page.ts";
import type { Item } from "./panels/list.ts";
import { opened, type Panel, PANELS, type Screen, SORTS, type State } from "./state.ts";

/** What keys and the mouse can get at on the screen as it was drawn. */
export interface Reach {
  readonly lists: Readonly<Record<Panel, List>>;
  /** Of a detail view, or of the help. */
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
  /** Names as the terminal gives them; all of them are shown by the help. */
  readonly keys: readonly [string, ...string[]];
  readonly does: string;
  /** How the last row of the screen says it, where it has room. */
  readonly hint?: string;
  /** How it says it while the key would take something back. */
  readonly undo?: { readonly hint: string; readonly applies: (state: State) => boolean };
  readonly apply: (state: State, reach: Reach) => State;
}

/** In the order in which the last row of the screen has room for their hints. */
export const KEYS: readonly Key[] = [
  {
    keys: ["tab", "right", "l"],
    does: "next panel, next tab of a page",
    hint: "panel",
    apply: (state, reach) => turn(state, reach, 1),
  },
  {
    keys: ["S-tab", "left", "h"],
    does: "panel before, tab before",
    apply: (state, reach) => turn(state, reach, -1),
  },
  { keys: ["up", "k"], does: "one up", apply: (state, reach) => move(state, reach, -1) },
  { keys: ["down", "j"], does: "one down", apply: (state, reach) => move(state, reach, 1) },
  { keys: ["pageup", "C-b"], does: "a page up", apply: (state, reach) => move(state, reach, 1 - reach.rows) },
  {
    keys: ["pagedown", "C-f"],
    does: "a page down",
    apply: (state, reach) => move(state, reach, reach.rows - 1),
  },
  {
    keys: ["home", "g"],
    does: "to the first",
    apply: (state, reach) => move(state, reach, Number.NEGATIVE_INFINITY),
  },
  {
    keys: ["end", "S-g"],
    does: "to the last",
    apply: (state, reach) => move(state, reach, Number.POSITIVE_INFINITY),
  },
  { keys: ["enter"], does: "open what is selected", hint: "open", apply: open },
  { keys: ["escape", "backspace"], does: "back; on the overview, all rows again", apply: back },
  {
    keys: ["c"],
    does: "the client of what is selected",
    apply: (state, reach) => openOther(state, reach, "client"),
  },
  {
    keys: ["b"],
    does: "the broker of what is selected",
    apply: (state, reach) => openOther(state, reach, "broker"),
  },
  {
    keys: ["r"],
    does: "show secrets, hide them again",
    hint: "reveal",
    undo: { hint: "hide", applies: ({ reveal }) => reveal },
    apply: state => ({ ...state, reveal: !state.reveal }),
  },
  {
    keys: ["e"],
    does: "write the report as it stands into the current folder",
    hint: "export",
    apply: state => ({ ...state, asked: { ...state.asked, exports: state.asked.exports + 1 } }),
  },
  {
    keys: ["/"],
    does: "show only rows that hold these words",
    hint: "filter",
    apply: state => ({ ...state, screen: { show: "filter", before: state.filter } }),
  },
  {
    keys: ["p"],
    does: "let the screen stand still, and go on; the capture is not paused",
    hint: "pause",
    undo: { hint: "go on", applies: ({ paused }) => paused },
    apply: state => ({ ...state, paused: !state.paused }),
  },
  {
    keys: ["s"],
    does: "sort conversations by the next column",
    hint: "sort",
    apply: ({ sort, ...state }) => ({
      ...state,
      sort: { by: SORTS[(SORTS.indexOf(sort.by) + 1) % SORTS.length]!, reversed: false },
    }),
  },
  {
    keys: ["S-s"],
    does: "sort them the other way round",
    apply: ({ sort, ...state }) => ({ ...state, sort: { ...sort, reversed: !sort.reversed } }),
  },
  {
    keys: ["space"],
    does: "with --speed step: on to the next packet that says something",
    apply: state => ({ ...state, asked: { ...state.asked, steps: state.asked.steps + 1 } }),
  },
  {
    keys: ["?"],
    does: "this help",
    hint: "help",
    apply: state =>
      state.screen.show === "help" ? back(state) : show(state, { show: "help", at: 0, back: state.screen }),
  },
  {
    keys: ["C-z"],
    does: "stop, until the shell's fg",
    apply: state => ({ ...state, asked: { ...state.asked, stops: state.asked.stops + 1 } }),
  },
  {
    keys: ["q", "C-c"],
    does: "end and judge what was seen; once more leaves at once",
    hint: "quit",
    apply: state => ({ ...state, leave: state.leave === "no" ? "by-verdict" : "at-once" }),
  },
];

/** The state after a key; keys without a row change nothing. While a filter is typed, characters are its text. */
export function press(state: State, name: string, reach: Reach): State {
  const quiet = state.answer === "" ? state : { ...state, answer: "" };
  const typed = state.screen.show === "filter" ? typeFilter(quiet, state.screen.before, name) : undefined;
  return typed ?? KEYS.find(({ keys }) => keys.includes(name))?.apply(quiet, reach) ?? quiet;
}

/** undefined for keys that do while typing what they always do. */
function typeFilter(state: State, before: string, name: string): State | undefined {
  if (name === "enter") return show(state, OVERVIEW);
  if (name === "escape") return { ...state, filter: before, screen: OVERVIEW };
  if (name === "backspace") return { ...state, filter: [...state.filter].slice(0, -1).join("") };
  if (name === "C-u") return { ...state, filter: "" };
  const character = name === "space" ? " " : name.startsWith("S-") ? name.slice(2).toUpperCase() : name;
  if ([...character].length !== 1) return undefined;
  return [...state.filter].length >= LONGEST_FILTER ? state : { ...state, filter: state.filter + character };
}

const OVERVIEW: Screen = { show: "overview" };
/** Nobody types more, and it is looked for in every row. */
const LONGEST_FILTER = 60;

const show = (state: State, screen: Screen): State => ({ ...state, screen });

/** Up and down: in the panel's list, or in a page. */
export function move(state: State, reach: Reach, by: number): State {
  const { screen } = state;
  switch (screen.show) {
    case "overview":
    case "filter":
      return state.panel === undefined
        ? focus(state, PANELS[0], reach)
        : select(state, state.panel, reach, by);
    case "detail":
    case "help":
      return turnTo(state, within((reach.page?.at ?? screen.at) + by, reach.page?.units ?? 1), reach, by);
    default:
      return screen satisfies never;
  }
}

function select(state: State, panel: Panel, reach: Reach, by: number): State {
  const { items, index } = reach.lists[panel];
  return selectAt(state, panel, reach, within(index + by, items.length));
}

/** A unit of a page, or a line of the help. Home goes to whatever is the first, also when others come before it. */
export function turnTo(state: State, at: number, { page }: Reach, by = 0): State {
  const { screen } = state;
  if (screen.show === "help") return show(state, { ...screen, at });
  const key = by === Number.NEGATIVE_INFINITY ? undefined : page?.keys?.[at];
  return screen.show === "detail" ? show(state, { ...screen, at, key }) : state;
}

/** The cursor of a panel on an item, and the panel in focus. */
export function selectAt(state: State, panel: Panel, { lists }: Reach, index: number): State {
  const { items, offset } = lists[panel];
  const cursor = { key: items[index]?.key, index, offset };
  return { ...state, panel, cursors: { ...state.cursors, [panel]: cursor } };
}

/** Tab and the arrows to the side: from panel to panel, or from tab to tab of a page. */
function turn(state: State, reach: Reach, by: 1 | -1): State {
  const { screen } = state;
  switch (screen.show) {
    case "overview":
    case "filter": {
      const at = state.panel === undefined ? (by === 1 ? -1 : 0) : PANELS.indexOf(state.panel);
      return focus(state, PANELS[(at + by + PANELS.length) % PANELS.length]!, reach);
    }
    case "detail": {
      const tabs = reach.page?.tabs?.length ?? 0;
      return tabs < 2
        ? state
        : show(state, { ...screen, tab: (screen.tab + by + tabs) % tabs, at: 0, key: undefined });
    }
    case "help":
      return state;
    default:
      return screen satisfies never;
  }
}

/** What is drawn at the top, or was selected before, is selected: it stays so when others come before it. */
const focus = (state: State, panel: Panel, reach: Reach): State =>
  selectAt(state, panel, reach, reach.lists[panel].index);

/** What is selected, opened. */
export function open(state: State, reach: Reach): State {
  const { screen } = state;
  switch (screen.show) {
    case "overview":
    case "filter": {
      if (state.panel === undefined) return focus(state, PANELS[0], reach);
      const item = selected(state, reach);
      return item === undefined ? state : opened(state, item.subject);
    }
    case "detail":
      return reach.page?.opens === undefined ? state : opened(state, reach.page.opens);
    case "help":
      return back(state);
    default:
      return screen satisfies never;
  }
}

const selected = (state: State, { lists }: Reach): Item | undefined =>
  state.panel === undefined ? undefined : lists[state.panel].items[lists[state.panel].index];

function openOther(state: State, reach: Reach, of: "client" | "broker"): State {
  const { screen } = state;
  const parties = screen.show === "detail" ? reach.page?.parties : selected(state, reach)?.parties;
  const name = parties?.[of];
  if (name === undefined || screen.show === "help") return state;
  return opened(state, of === "client" ? { of, client: name } : { of, broker: name });
}

/** Out of a page or the help to where it was opened; on the overview, out of the filter, then out of the panel. */
function back(state: State): State {
  const { screen } = state;
  switch (screen.show) {
    case "overview":
    case "filter":
      return state.filter === "" ? { ...state, panel: undefined } : { ...state, filter: "" };
    case "detail":
    case "help":
      return show(state, screen.back);
    default:
      return screen satisfies never;
  }
}

const within = (index: number, count: number): number => Math.max(Math.min(index, count - 1), 0);
