/** What the mouse does: a press selects, a press on what is selected opens it, the wheel goes up and down. */
import type { Line } from "./line.ts";
import { move, open, type Reach, selectAt, turnTo } from "./keys.ts";
import type { Panel, Sort, State } from "./state.ts";

/** A part of the screen that answers the mouse. */
export interface Area {
  readonly top: number;
  readonly rows: number;
  readonly left: number;
  readonly columns: number;
  readonly of:
    | { readonly panel: Panel; readonly itemOf: readonly (number | undefined)[] }
    /** The names of columns: each begins at a cell. */
    | { readonly starts: readonly (readonly [at: number, by: Sort])[] }
    /** A detail view; a line may belong to a unit. */
    | { readonly unitOf: readonly (number | undefined)[] };
}

/** A screen as it was drawn. */
export interface Drawn extends Reach {
  /** As many lines as the screen has rows, of as many cells as it has columns. */
  readonly lines: readonly Line[];
  readonly areas: readonly Area[];
}

/** The state after the first button was pressed on a cell. */
export function click(state: State, x: number, y: number, drawn: Drawn): State {
  const area = areaAt(drawn, x, y);
  if (area === undefined) return state;
  const { of } = area;
  const row = y - area.top;
  if ("starts" in of) {
    const by = of.starts.findLast(([at]) => at <= x - area.left)?.[1] ?? state.sort.by;
    return { ...state, sort: { by, reversed: by === state.sort.by && !state.sort.reversed } };
  }
  if ("panel" in of) {
    const index = of.itemOf[row];
    if (index === undefined) return selectAt(state, of.panel, drawn, drawn.lists[of.panel].index);
    const selected = selectAt(state, of.panel, drawn, index);
    return state.panel === of.panel && drawn.lists[of.panel].index === index
      ? open(selected, drawn)
      : selected;
  }
  const unit = of.unitOf[row];
  if (unit === undefined || state.screen.show !== "detail") return state;
  return unit === drawn.page?.at ? open(state, drawn) : turnTo(state, unit, drawn);
}

/** The state after the wheel was turned over a cell: the panel under it has the focus. */
export function wheel(state: State, x: number, y: number, by: 1 | -1, drawn: Drawn): State {
  const of = areaAt(drawn, x, y)?.of;
  const { screen } = state;
  if (screen.show === "detail")
    return move(state, drawn, by * (drawn.page?.unitOf === undefined ? LINES : 1));
  return of !== undefined && "panel" in of ? move({ ...state, panel: of.panel }, drawn, by) : state;
}

const areaAt = ({ areas }: Drawn, x: number, y: number): Area | undefined =>
  areas.find(({ top, rows, left, columns }) => y >= top && y < top + rows && x >= left && x < left + columns);

/** Of running text, as terminals scroll it. */
const LINES = 3;
