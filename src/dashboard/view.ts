/** The screen as a function of what is known, of the state and of the size: lines of exactly that many cells. */
import { toAscii } from "./ascii.ts";
import { banner } from "./banner.ts";
import { detailView } from "./detail/detail.ts";
import { type Page, scrolled } from "./detail/page.ts";
import { help } from "./help.ts";
import type { Reach } from "./keys.ts";
import { fit, type Line, line, type Size, span } from "./line.ts";
import { exposureSoFar, type Model } from "./model.ts";
import type { Area, Drawn } from "./mouse.ts";
import { overview } from "./overview.ts";
import { heading } from "./panels/panel.ts";
import type { State } from "./state.ts";
import { hints, status } from "./status.ts";

/** Below this the screen only says the verdict, and that there is no room. */
const SMALLEST: Size = { columns: 60, rows: 20 };

/** Below this a page that was opened has the rows of the verdict's letters. */
const ROOMY_ROWS = 36;

/** The screen of what is known, as the state wants it; `unicode` is false where a terminal shows ASCII alone. */
export function view(model: Model, state: State, size: Size, unicode = true): Drawn {
  const { columns, rows } = size;
  const exposure = exposureSoFar(model);
  const { show } = state.screen;
  const low = rows < ROOMY_ROWS && (show === "detail" || show === "help");
  const verdict = banner(model, exposure, size, { low, unicode });
  const feet = rows < SMALLEST.rows ? [] : [status(model, state, columns), hints(model, state, columns)];
  const room = { columns, rows: Math.max(rows - verdict.length - feet.length, 0) };
  const { lines: drawn, areas, ...reach } = body(model, state, room, size);
  const filled: Line[] = drawn.slice(0, room.rows);
  while (filled.length < room.rows) filled.push([]);
  // Without a row to spare, the verdict stays.
  const lines = [...verdict, ...filled, ...feet].slice(0, rows).map(one => fit(one, columns));
  return {
    ...reach,
    lines: unicode ? lines : toAscii(lines),
    areas: areas.map(area => ({ ...area, top: area.top + verdict.length })),
  };
}

function body(model: Model, state: State, room: Size, { columns, rows }: Size): Drawn {
  const { screen } = state;
  const bare = { lists: NO_LISTS, page: undefined, rows: room.rows, areas: [] };
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) {
    const needed = `${SMALLEST.columns}×${SMALLEST.rows} needed, this is ${columns}×${rows}`;
    return { ...bare, lines: [line(span(needed))] };
  }
  switch (screen.show) {
    case "overview":
    case "filter": {
      const { lines, lists, areas } = overview(model, state, room);
      return { lines, lists, areas, page: undefined, rows: Math.max(Math.floor(room.rows / 4), 2) };
    }
    case "detail": {
      const inside = { columns, rows: room.rows - 1 };
      const page = detailView(model, screen, state.reveal, inside);
      const area: Area = { top: 1, rows: inside.rows, left: 0, columns, of: { unitOf: page.unitOf ?? [] } };
      const lines = [titleOf(page, screen.tab, columns), ...page.lines];
      return { ...bare, page, rows: inside.rows, lines, areas: [area] };
    }
    case "help":
      return { ...bare, ...helpOf(screen.at, room) };
    default:
      return screen satisfies never;
  }
}

function helpOf(at: number, { columns, rows }: Size): Pick<Drawn, "page" | "lines"> {
  const page = scrolled("Keys and words", help({ columns, rows: rows - 1 }), at, { columns, rows: rows - 1 });
  return { page, lines: [titleOf(page, 0, columns), ...page.lines] };
}

/** The page's title, its tabs with the one that is shown, and how far down it is. */
function titleOf({ title, tabs = [], units, at }: Page, tab: number, columns: number): Line {
  const names =
    tabs.length < 2
      ? []
      : tabs.flatMap((name, index) => [
          span(index === 0 ? "" : "  "),
          span(name, index === tab ? "focus" : "faint"),
        ]);
  const place = units > 1 ? [span(`${names.length > 0 ? "  " : ""}${at + 1} of ${units}`, "faint")] : [];
  return heading(title, columns, true, [...names, ...place]);
}

const NONE = { items: [], index: 0, offset: 0 };
const NO_LISTS: Reach["lists"] = {
  logins: NONE,
  topics: NONE,
  tls: NONE,
  conversations: NONE,
  findings: NONE,
};
