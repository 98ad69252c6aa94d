/** The last rows: where from, by whom, how much and what was missed; and the keys. */
import { KEYS } from "./keys.ts";
import { fit, type Line, line, shown, span, type Span, widthOf } from "./line.ts";
import { elapsedMicros, type Model } from "./model.ts";
import { number, shortNumber } from "./panels/panel.ts";
import { curve, perSecond, rateText, sparkline } from "./rate.ts";
import type { State } from "./state.ts";

/** Where from, by whom, how long, how much, and what was missed; what has gone wrong or was asked for instead. */
export function status(model: Model, state: State, columns: number): Line {
  const said =
    state.answer !== ""
      ? [span(` ${shown(state.answer, 240)}`, "focus")]
      : state.leave !== "no"
        ? [span(" ending: what was seen is judged", "strong")]
        : model.trouble !== undefined
          ? [span(` ${shown(model.trouble, 240)}`, "exposed")]
          : model.advice !== undefined && (model.last ?? 0) < model.advice.until
            ? [span(` ${shown(model.advice.text, 400)}`, "focus")]
            : facts(model, state, columns);
  return fit(said, columns);
}

/** The keys that matter most here, as many as there is room for; or the filter while it is typed. */
export function hints(model: Model, state: State, columns: number): Line {
  if (state.screen.show === "filter")
    return fit(
      [
        span(" / ", "focus"),
        span(state.filter, "strong"),
        span("▏", "focus"),
        span("  Enter keeps it, Esc leaves it as it was", "faint"),
      ],
      columns,
    );
  const ended = model.verdict !== undefined;
  const hinted = (key: string, hint: string): Line => [span(` ${key} `, "strong"), span(`${hint} `, "faint")];
  const marks = [
    ...(state.paused ? [span(" PAUSED ", "chosen")] : []),
    ...(state.reveal ? [span(columns < ROOMY ? " SECRETS " : " secrets shown ", "secret")] : []),
  ];
  // These two are always there.
  const last = [...hinted("?", "help"), ...hinted("q", ended ? "close" : "quit")];
  const inside = state.screen.show === "detail" || state.screen.show === "help";
  const first = [
    // The way out of what is turned on comes before all else.
    ...KEYS.flatMap(({ keys, undo }) =>
      undo !== undefined && undo.applies(state) ? hinted(shownKey(keys[0]), undo.hint) : [],
    ),
    ...(model.stepping && !ended ? hinted("Space", "next packet") : []),
    ...(inside ? hinted("Esc", "back") : []),
  ];
  const room = columns - widthOf(first) - widthOf(last) - widthOf(marks);
  const spans: Span[] = [];
  for (const { keys, hint, undo } of KEYS) {
    if (hint === undefined || keys[0] === "q" || keys[0] === "?" || undo?.applies(state) === true) continue;
    if (inside && (keys[0] === "/" || keys[0] === "s")) continue;
    const more = hinted(shownKey(keys[0]), inside && keys[0] === "tab" ? "tab" : hint);
    if (widthOf(spans) + widthOf(more) > room) break;
    spans.push(...more);
  }
  return [...fit([...first, ...spans, ...last], Math.max(columns - widthOf(marks), 0)), ...marks];
}

/** From so many columns on the last row has room for whole words about what is turned on. */
const ROOMY = 100;

/** A key as people call it. */
export const shownKey = (key: string): string =>
  key.startsWith("C-")
    ? `Ctrl-${key.slice(2).toUpperCase()}`
    : key.startsWith("S-") && key.length === 3
      ? key.slice(2).toUpperCase()
      : (NAMES.get(key) ?? key);

const NAMES: ReadonlyMap<string, string> = new Map([
  ["escape", "Esc"],
  ["enter", "Enter"],
  ["tab", "Tab"],
  ["S-tab", "Shift-Tab"],
  ["up", "↑"],
  ["down", "↓"],
  ["left", "←"],
  ["right", "→"],
  ["pageup", "PgUp"],
  ["pagedown", "PgDn"],
  ["home", "Home"],
  ["end", "End"],
  ["space", "Space"],
  ["backspace", "Backspace"],
]);

interface Fact {
  readonly spans: Line;
  /** Where there is no room for all of them, those of the highest rank are left out first. */
  readonly rank: number;
}

function facts(model: Model, state: State, columns: number): Line {
  const all = factsOf(model, state, columns);
  for (let rank = Math.max(...all.map(one => one.rank)); ; rank--) {
    const spans = all
      .filter(one => one.rank <= rank)
      .flatMap(({ spans }, index) => [span(index === 0 ? " " : " · ", "faint"), ...spans]);
    if (widthOf(spans) <= columns || rank === 0) return spans;
  }
}

function factsOf(model: Model, state: State, columns: number): Fact[] {
  const { engine, frames, frameRate, dropped, gaps, skipped, last } = model;
  const rate = last === undefined || model.verdict !== undefined ? "" : rateText(perSecond(frameRate, last));
  const fact = (rank: number, ...spans: Line): Fact[] => [{ rank, spans: line(...spans) }];
  const plain = (rank: number, text: string): Fact[] => fact(rank, span(text));
  const worry = (rank: number, text: string, bad: boolean): Fact[] =>
    fact(rank, span(text, bad ? "weak" : "plain"));
  return [
    ...plain(0, shown(model.name, columns < 110 ? 32 : 60)),
    ...(engine === undefined ? [] : plain(4, shown(engine))),
    ...plain(1, `${number(frames)} frames`),
    ...(rate === "" ? [] : plain(3, rate)),
    ...(rate === "" || last === undefined
      ? []
      : fact(7, span(sparkline(curve(frameRate, last, 12)), "curve"))),
    ...(dropped === undefined
      ? []
      : worry(
          2,
          `drops ${typeof dropped === "number" ? number(dropped) : dropped}`,
          dropped !== 0 && dropped !== "unknown",
        )),
    ...lossOf(model).flatMap(text => worry(5, text, true)),
    ...worry(2, `gaps ${number(gaps)}`, gaps > 0),
    ...(skipped === 0 ? [] : plain(6, `not drawn ${shortNumber(skipped)}`)),
    ...plain(0, elapsed(model)),
    ...(state.filter === "" ? [] : fact(1, span(`/${state.filter}`, "focus"))),
  ];
}

/** What receivers acknowledged and nobody here saw, from a tenth of a percent on. */
function lossOf({ lost }: Model): string[] {
  if (lost === undefined || lost.acknowledgedOctets === 0) return [];
  const share = lost.missedOctets / lost.acknowledgedOctets;
  return share < 0.001 ? [] : [`loss ≈ ${(share * 100).toFixed(1)} %`];
}

/** `00:01:23` of capture time. */
function elapsed(model: Model): string {
  const seconds = Math.floor(elapsedMicros(model) / 1_000_000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map(part => String(part).padStart(2, "0")).join(":");
}
