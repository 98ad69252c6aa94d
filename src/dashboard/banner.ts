/** The verdict above everything else: its word in block letters, what it rests on, and what to do. */
import { wireString } from "../octets/text.ts";
import { wrap } from "../octets/lines.ts";
import { RULES } from "../finding/rules/index.ts";
import { type Finding, SEVERITIES } from "../finding/finding.ts";
import type { Exposure } from "../verdict/report.ts";
import { blockWord, type Shape, sizeOf } from "./letters.ts";
import { fit, type Line, type Size, span, type Style } from "./line.ts";
import type { Model } from "./model.ts";
import { counted } from "./panels/panel.ts";

export interface BannerOptions {
  /** One row: a page below needs the others. */
  readonly low: boolean;
  /** false where a terminal has no half blocks to draw letters with. */
  readonly unicode: boolean;
}

/** Rows of the verdict's colour over the whole width. */
export function banner(
  model: Model,
  exposure: Exposure,
  size: Size,
  { low, unicode }: BannerOptions,
): Line[] {
  const { columns } = size;
  const style = `banner-${exposure}` as const;
  const layout = low ? undefined : layoutOf(exposure, size, unicode);
  if (layout === undefined) return [small(model, exposure, columns)];
  const { shape, beside } = layout;
  const word = blockWord(exposure, shape, unicode ? "█" : "#");
  const room = beside ? columns - word.columns - 5 : columns - 2;
  const said = words(model, exposure, room, beside ? word.rows.length : 1);
  const letters = word.rows.map((row, at) => [
    span(" ", style),
    ...(unicode ? [span(row, style)] : dotted(row, exposure)),
    span(beside ? "   " : "", style),
    ...(beside ? (said[at] ?? []) : []),
  ]);
  const below = beside ? [] : said.map(one => [span(" ", style), ...one]);
  return [...letters, ...below].map(one => fit(one, columns, style));
}

interface Layout {
  readonly shape: Shape;
  /** The sentence stands beside the word, else below it. */
  readonly beside: boolean;
}

/** The largest word that leaves room for a sentence and for the panels; none below 60 × 20. */
function layoutOf(word: Exposure, { columns, rows }: Size, unicode: boolean): Layout | undefined {
  if (columns < 60 || rows < 20) return undefined;
  const tallest = Math.max(Math.floor(rows * SHARE), 3);
  for (const down of unicode ? ([3, 2, 1] as const) : ([2] as const)) {
    if (sizeOf(word, { font: "wide", across: 1, down }).rows > tallest) continue;
    for (const across of [3, 2, 1] as const) {
      const shape = { font: "wide", across, down } as const;
      if (across <= down && sizeOf(word, shape).columns + BESIDE <= columns) return { shape, beside: true };
    }
    const narrow = { font: "narrow", across: 1, down } as const;
    if (rows < 24 && sizeOf(word, narrow).columns + BESIDE <= columns) return { shape: narrow, beside: true };
    const wide = { font: "wide", across: 1, down } as const;
    if (sizeOf(word, wide).columns + 2 <= columns) return { shape: wide, beside: false };
    if (sizeOf(word, narrow).columns + 2 <= columns) return { shape: narrow, beside: false };
  }
  return undefined;
}

/** One row: where there is no room, or nothing to draw letters with. */
function small(model: Model, exposure: Exposure, columns: number): Line {
  const style = `banner-${exposure}` as const;
  const right = columns < 60 ? "" : ` ${stateText(model)} `;
  const left = [span(` ${[...exposure.toUpperCase()].join(" ")}   ${sentence(model, exposure)}`, style)];
  return [...fit(left, Math.max(columns - right.length, 0), style), span(right, style)];
}

/** The sentence, what to do where there is room for it, and in the last row how far the verdict has come. */
function words(model: Model, exposure: Exposure, columns: number, rows: number): Line[] {
  const style = `banner-${exposure}` as const;
  const state = stateText(model);
  if (rows === 1) {
    const left = fit(
      [span(sentence(model, exposure), style)],
      Math.max(columns - state.length - 2, 0),
      style,
    );
    return [[...left, span(`  ${state}`, style)]];
  }
  const lines = wrap(sentence(model, exposure), columns);
  const fix = fixOf(model);
  if (fix !== undefined && lines.length + 2 < rows) {
    if (lines.length + 4 < rows) lines.push("");
    lines.push(...wrap(`What to do: ${fix}`, columns));
  }
  const kept = lines.slice(0, rows - 1).map(one => [span(one, style)]);
  if (lines.length > kept.length) kept[kept.length - 1] = [span(`${lines[kept.length - 1]} …`, style)];
  while (kept.length < rows - 1) kept.push([]);
  return [...kept, [span(" ".repeat(Math.max(columns - state.length, 0)), style), span(state, style)]];
}

/** Without half blocks: dots are blanks in the letters' colour. */
const dotted = (row: string, exposure: Exposure): Line =>
  (row.match(/#+| +/g) ?? []).map(run =>
    span(
      " ".repeat(run.length),
      run.startsWith("#") ? (`ink-${exposure}` satisfies Style) : `banner-${exposure}`,
    ),
  );

function stateText({ verdict }: Model): string {
  if (verdict === undefined) return "so far";
  return `${verdict.outcome.toUpperCase()}${verdict.complete ? "" : ", incomplete"}`;
}

function sentence(model: Model, exposure: Exposure): string {
  if (model.counts.conversations === 0) return "no MQTT and no TLS seen so far";
  switch (exposure) {
    case "exposed": {
      const logins = [...model.logins.values()];
      const passwords = new Set(
        logins.flatMap(({ password }) => (password === undefined ? [] : wireString(password.reveal()))),
      ).size;
      const anonymous = logins.filter(login => login.anonymous).length;
      const read = [
        ...(passwords > 0 ? [counted(passwords, "password")] : []),
        ...(anonymous > 0 ? [counted(anonymous, "anonymous login")] : []),
        ...(model.topics.size > 0 ? [counted(model.topics.size, "topic")] : []),
      ];
      return `anyone on the path reads ${read.length === 0 ? "what is sent" : read.join(", ")}`;
    }
    case "interceptable":
      return "encrypted, but a client does not know whom it talks to";
    case "weak":
      return "encrypted, with weak parameters or certificates";
    case "unknown":
      return "too little was seen to say";
    case "protected":
      return "encrypted, and sound as far as it shows";
    default:
      return exposure satisfies never;
  }
}

/** How to mend the worst that was found. */
function fixOf(model: Model): string | undefined {
  let worst: Finding | undefined;
  for (const finding of model.findings)
    if (worst === undefined || rank(finding) > rank(worst)) worst = finding;
  if (worst === undefined || rank(worst) < SEVERITIES.indexOf("medium")) return undefined;
  return RULES.find(rule => rule.id === worst.rule)?.fix;
}

const rank = ({ severity }: Finding): number => SEVERITIES.indexOf(severity);

/** Of the screen's height, at most so much for the word: the proof needs the rest. */
const SHARE = 0.17;
/** Columns beside the word that a sentence needs. */
const BESIDE = 32;
