/** The screen as a function of what is known, of the state and of the size: lines of exactly that many cells. */
import type { Exposure } from "../verdict/report.ts";
import { detailView } from "./detail/detail.ts";
import { KEYS, type Reach } from "./keys.ts";
import { column, fit, type Line, line, shown, type Size, span } from "./line.ts";
import { exposureSoFar, type Model } from "./model.ts";
import { after } from "./panels/after.ts";
import { logins, topics } from "./panels/before.ts";
import { conversations } from "./panels/conversations.ts";
import { findings, severitiesText } from "./panels/findings.ts";
import { type Item, type Listing, listing } from "./panels/list.ts";
import { counted, heading, nothing, number } from "./panels/panel.ts";
import type { Panel, State } from "./state.ts";

/** Below this the screen only says the verdict, and that there is no room. */
const SMALLEST: Size = { columns: 60, rows: 20 };

/** From here on BEFORE and AFTER stand side by side. */
const WIDE = 80;

/** A screen, and what keys can get at on it. */
export interface Drawn extends Reach {
  /** `size.rows` lines of `size.columns` cells each. */
  readonly lines: readonly Line[];
}

/** The screen of what is known, as the state wants it. */
export function view(model: Model, state: State, size: Size): Drawn {
  const { columns, rows } = size;
  const exposure = exposureSoFar(model);
  const room = { columns, rows: Math.max(rows - 2, 0) };
  const { lines: shown, ...reach } = body(model, state, room);
  const filled = shown.slice(0, room.rows).map(one => fit(one, columns));
  while (filled.length < room.rows) filled.push(fit([], columns));
  const lines = [banner(model, exposure, columns), ...filled, status(model, state, columns)];
  // Without a row to spare, the verdict stays.
  return { ...reach, lines: [...lines.slice(0, Math.max(rows - 1, 1)), ...lines.slice(-1)].slice(0, rows) };
}

function body(model: Model, state: State, size: Size): Drawn {
  const { columns, rows } = size;
  const { screen } = state;
  const bare = { lists: NO_LISTS, page: undefined, rows };
  if (columns < SMALLEST.columns || rows + 2 < SMALLEST.rows)
    return {
      ...bare,
      lines: [line(span(`${SMALLEST.columns}×${SMALLEST.rows} needed, this is ${columns}×${rows + 2}`))],
    };
  switch (screen.show) {
    case "overview":
      return overview(model, state, size);
    case "detail": {
      const room = { columns, rows: rows - 1 };
      const page = detailView(model, screen, state.reveal, room);
      return {
        ...bare,
        page,
        rows: room.rows,
        lines: [heading(page.title, columns, "strong"), ...page.lines],
      };
    }
    case "help":
      return { ...bare, lines: help(columns) };
    default:
      return screen satisfies never;
  }
}

/** The verdict first: the word, then what it rests on. */
function banner(model: Model, exposure: Exposure, columns: number): Line {
  const style = `banner-${exposure}` as const;
  const { verdict } = model;
  const state =
    verdict === undefined
      ? "so far"
      : `${verdict.outcome.toUpperCase()}${verdict.complete ? "" : ", incomplete"}`;
  const right = columns < SMALLEST.columns ? "" : ` ${state} `;
  const left = [span(` ${[...exposure.toUpperCase()].join(" ")}   ${sentence(model, exposure)}`, style)];
  return [...fit(left, Math.max(columns - right.length, 0), style), span(right, style)];
}

function sentence(model: Model, exposure: Exposure): string {
  if (model.counts.conversations === 0) return "no MQTT and no TLS seen so far";
  switch (exposure) {
    case "exposed": {
      const logins = [...model.logins.values()];
      const passwords = logins.filter(login => login.password !== undefined).length;
      const anonymous = logins.filter(login => login.anonymous).length;
      const read = [
        ...(passwords > 0 ? [counted(passwords, "password")] : []),
        ...(anonymous > 0 ? [counted(anonymous, "anonymous login")] : []),
        counted(model.topics.size, "topic"),
      ];
      return `anyone on the path reads ${read.join(", ")}`;
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

/** The four panels; side by side where there is room. */
function overview(model: Model, state: State, { columns, rows }: Size): Drawn {
  const wide = columns >= WIDE;
  const left = wide ? Math.floor((columns - 1) / 2) : columns;
  const right = wide ? columns - 1 - left : columns;
  const [upper, lower, middle, bottom] = wide
    ? [...shares(rows - 3, [0.48, 0.26, 0.26])].toSpliced(1, 0, 0)
    : shares(rows - 4, [0.36, 0.29, 0.15, 0.2]);
  const share = { upper: upper!, lower: lower!, middle: middle!, bottom: bottom! };
  const list = (panel: Panel, items: readonly Item[], room: number): Listing =>
    listing(items, state.cursors[panel], room, state.panel === panel);
  const topicItems = topics(model, state.reveal, left);
  // Half of the room belongs to the topics, as far as there are any.
  const loginItems = logins(model, state.reveal);
  const forTopics = Math.min(topicItems.length, Math.floor(share.upper / 2));
  const lists = {
    logins: list("logins", loginItems, share.upper - forTopics),
    topics: list("topics", topicItems, share.upper - Math.min(heightOf(loginItems), share.upper - forTopics)),
    tls: list("tls", after(model), wide ? share.upper : share.lower),
    conversations: list("conversations", conversations(model, columns), share.middle),
    findings: list("findings", findings(model, state.reveal, columns), share.bottom),
  };
  const read = [...lists.logins.lines, ...lists.topics.lines];
  const before = read.length === 0 ? nothing("nothing readable so far") : read;
  const shows = lists.tls.lines.length === 0 ? nothing("no TLS so far") : lists.tls.lines;
  const above = wide
    ? [
        [...heading(BEFORE, left, "strong"), span("┬", "frame"), ...heading(AFTER, right, "strong")],
        ...filled(before, share.upper).map((one, row) => [
          ...fit(one, left),
          span("│", "frame"),
          ...fit(shows[row] ?? [], right),
        ]),
      ]
    : [
        heading(BEFORE, columns, "strong"),
        ...filled(before, share.upper),
        heading(AFTER, columns, "strong"),
        ...filled(shows, share.lower),
      ];
  const lines = [
    ...above,
    heading(`Conversations ${number(model.counts.conversations)}`, columns),
    ...filled(orNone(lists.conversations), share.middle),
    heading(`Findings ${severitiesText(model)}`.trimEnd(), columns),
    ...filled(orNone(lists.findings), share.bottom),
  ];
  return { lines, lists, page: undefined, rows: share.middle };
}

const orNone = ({ lines }: Listing): readonly Line[] => (lines.length === 0 ? nothing("none so far") : lines);

const heightOf = (items: readonly Item[]): number => items.reduce((sum, { height }) => sum + height, 0);

const NONE = { items: [], index: 0, offset: 0 };
const NO_LISTS: Reach["lists"] = {
  logins: NONE,
  topics: NONE,
  tls: NONE,
  conversations: NONE,
  findings: NONE,
};

const filled = (lines: readonly Line[], rows: number): Line[] => [
  ...lines,
  ...Array.from({ length: Math.max(rows - lines.length, 0) }, () => []),
];

/** Whole rows by share; what is left over goes to the last. */
function shares<const Shares extends readonly number[]>(
  rows: number,
  parts: Shares,
): { [Index in keyof Shares]: number };
function shares(rows: number, parts: readonly number[]): number[] {
  const whole = parts.map(part => Math.floor(rows * part));
  const rest = rows - whole.reduce((sum, one) => sum + one, 0);
  return whole.map((one, index) => (index === whole.length - 1 ? one + rest : one));
}

/** Where from, by whom, how long, how much, and what was missed. */
function status(model: Model, state: State, columns: number): Line {
  const hint = state.reveal
    ? " secrets shown: r hides  q quit "
    : columns < WIDE
      ? " ? help "
      : " ? help  q quit ";
  const right = columns < SMALLEST.columns ? "" : hint;
  const left = Math.max(columns - right.length, 0);
  const text = state.leave === "no" ? said(model) : [span(" ending: what was captured is judged", "strong")];
  return [...fit(text, left), span(right, "faint")];
}

function said(model: Model): Line {
  if (model.trouble !== undefined) return line(span(` ${shown(model.trouble, 240)}`, "exposed"));
  const facts = [
    shown(model.name, 40),
    ...(model.engine === undefined ? [] : [shown(model.engine)]),
    `${number(model.frames)} frames`,
    ...(model.dropped === undefined
      ? []
      : [`drops ${typeof model.dropped === "number" ? number(model.dropped) : model.dropped}`]),
    `gaps ${number(model.gaps)}`,
    elapsed(model),
  ];
  return line(span(` ${facts.join(" · ")}`));
}

/** `00:01:23` of capture time. */
function elapsed({ first, last }: Model): string {
  const seconds =
    first === undefined || last === undefined ? 0 : Math.max(Math.floor((last - first) / 1_000_000), 0);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map(part => String(part).padStart(2, "0")).join(":");
}

function help(columns: number): Line[] {
  return [
    heading("Keys", columns),
    ...KEYS.map(({ keys, does }) =>
      line(span(column(` ${keys.map(shownKey).join(", ")}`, 14), "strong"), span(does)),
    ),
    heading("Words", columns),
    ...WORDS.map(([exposure, text]) =>
      line(span(column(` ${exposure.toUpperCase()}`, 16), exposure), span(text)),
    ),
  ];
}

const shownKey = (key: string): string => (key === "C-c" ? "Ctrl-C" : key === "escape" ? "Esc" : key);

const BEFORE = "BEFORE  anyone on the path reads";
const AFTER = "AFTER  what TLS still shows";

/** The five exposures, from the worst on but for the last two, in the words of the report. */
const WORDS: readonly (readonly [Exposure, string])[] = [
  ["exposed", "application data can be read by anyone on the path"],
  ["interceptable", "encrypted, but an active attacker gets in"],
  ["weak", "encrypted, outdated or weak parameters"],
  ["unknown", "too little was seen to say"],
  ["protected", "encrypted and sound, as far as it shows"],
];
