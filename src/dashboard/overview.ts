/** The overview: BEFORE beside AFTER, or above it where the screen is narrow; conversations and findings below. */
import type { Reach } from "./keys.ts";
import { fit, type Line, line, type Size, span } from "./line.ts";
import type { Model } from "./model.ts";
import type { Area } from "./mouse.ts";
import { after } from "./panels/after.ts";
import { logins, topics } from "./panels/before.ts";
import { conversations, header } from "./panels/conversations.ts";
import { findings, severitiesText } from "./panels/findings.ts";
import { filtered, heightOf, type Item, type Listing, listing, type Tail } from "./panels/list.ts";
import { heading, nothing, number, type Room } from "./panels/panel.ts";
import { curve, perSecond, rateText, sparkline } from "./rate.ts";
import type { Panel, State } from "./state.ts";

/** From here on BEFORE and AFTER stand side by side. */
const WIDE = 80;

export interface Overview {
  /** `size.rows` lines of `size.columns` cells. */
  readonly lines: readonly Line[];
  readonly lists: Reach["lists"];
  /** Where a click or the wheel finds what; rows from the first of `lines` on. */
  readonly areas: readonly Area[];
}

/** The panels in the room that the verdict leaves. */
export function overview(model: Model, state: State, size: Size): Overview {
  const { columns, rows } = size;
  const wide = columns >= WIDE;
  const left = wide ? Math.floor((columns - 1) / 2) : columns;
  const right = wide ? columns - 1 - left : columns;
  const room = (width: number): Room => ({ reveal: state.reveal, columns: width });
  const shares = wide ? sideBySide(rows - 3) : stacked(rows - 4, state.panel);
  const items = {
    logins: filtered(logins(model, room(left)), state.filter),
    topics: filtered(topics(model, room(left)), state.filter),
    tls: filtered(after(model, { columns: right, rows: shares.after }), state.filter),
    conversations: filtered(conversations(model, state.sort, room(columns)), state.filter),
    findings: findings(model, room(columns), state.filter),
  };
  const notRead = empty(state, NOTHING_READ);
  const noTls = nothing(empty(state, NO_TLS), right);
  const needs = {
    before: heightOf(items.logins) + heightOf(items.topics) + (items.topics.length > 0 ? 1 : 0),
    after: items.tls.length === 0 ? noTls.length : heightOf(items.tls),
    // With the row that names the columns.
    conversations: items.conversations.length + 1,
    findings: items.findings.length,
  };
  const heights = wide ? besideEachOther(shares, needs) : shared(shares, needs);
  const listed = (panel: Panel, width: number, height: number, tail: Tail = "row"): Listing =>
    listing(
      items[panel],
      state.cursors[panel],
      { columns: width, rows: height },
      state.panel === panel,
      tail,
    );

  const before = divide(items.logins, items.topics, heights.before);
  const lists = {
    logins: listed("logins", left, before.logins),
    topics: listed("topics", left, before.topics),
    tls: listed("tls", right, heights.after),
    conversations: listed(
      "conversations",
      columns,
      heights.conversations - (heights.conversations > 4 ? 1 : 0),
      "heading",
    ),
    findings: listed("findings", columns, heights.findings, "heading"),
  };
  const areas: Area[] = [];
  const at = (panel: Panel, top: number, start: number, width: number): void => {
    const { itemOf, lines } = lists[panel];
    areas.push({ top, rows: lines.length, left: start, columns: width, of: { panel, itemOf } });
  };

  const readable = [
    ...lists.logins.lines,
    ...(before.between ? [topicsHeading(model, left, state.panel === "topics")] : []),
    ...lists.topics.lines,
  ];
  const read = readable.length === 0 ? nothing(notRead, left) : readable;
  const shows = lists.tls.lines.length === 0 ? noTls : lists.tls.lines;
  const beforeHeading = heading(BEFORE, left, state.panel === "logins" || state.panel === "topics");
  const afterHeading = heading(AFTER, right, state.panel === "tls");
  at("logins", 1, 0, left);
  at("topics", 1 + lists.logins.lines.length + (before.between ? 1 : 0), 0, left);
  const upper = wide
    ? [
        [...beforeHeading, span("┬", "frame"), ...afterHeading],
        ...padded(read, heights.before).map((one, row) => [
          ...fit(one, left),
          span("│", "frame"),
          ...fit(shows[row] ?? [], right),
        ]),
      ]
    : [beforeHeading, ...padded(read, heights.before), afterHeading, ...padded(shows, heights.after)];
  at("tls", wide ? 1 : heights.before + 2, wide ? left + 1 : 0, right);

  const sorted = header(state.sort, columns);
  const named = heights.conversations > 4;
  const middle = upper.length;
  if (named) areas.push({ top: middle + 1, rows: 1, left: 0, columns, of: { starts: sorted.starts } });
  at("conversations", middle + (named ? 2 : 1), 0, columns);
  const bottom = middle + 1 + heights.conversations;
  at("findings", bottom + 1, 0, columns);
  const lines = [
    ...upper,
    conversationsHeading(model, state, lists.conversations, columns, wide ? left : undefined),
    ...(named ? [sorted.line] : []),
    ...padded(orNone(lists.conversations, state), heights.conversations - (named ? 1 : 0)),
    findingsHeading(model, state, lists.findings, columns),
    ...padded(orNone(lists.findings, state), heights.findings),
  ];
  return { lines, lists, areas };
}

interface Heights {
  readonly before: number;
  readonly after: number;
  readonly conversations: number;
  readonly findings: number;
}

/** The rows of panels one above the other: those that one does not need go to those that are cut. */
function shared<K extends string>(
  shares: Readonly<Record<K, number>>,
  needs: Readonly<Record<K, number>>,
): Record<K, number> {
  const panels = Object.keys(shares) as K[];
  const rows: Record<K, number> = { ...shares };
  let spare = 0;
  for (const panel of panels) {
    // Where nothing is, one row says so.
    const needed = Math.min(Math.max(needs[panel], 1), rows[panel]);
    spare += rows[panel] - needed;
    rows[panel] = needed;
  }
  for (let cut = panels; spare > 0 && cut.length > 0; cut = cut.filter(panel => rows[panel] < needs[panel]))
    for (const panel of cut) {
      if (spare === 0 || rows[panel] >= needs[panel]) continue;
      rows[panel]++;
      spare--;
    }
  // What nobody needs stays where it was.
  for (const panel of panels) {
    const back = Math.min(spare, Math.max(shares[panel] - rows[panel], 0));
    rows[panel] += back;
    spare -= back;
  }
  return rows;
}

/** BEFORE and AFTER have the same rows. */
function besideEachOther(shares: Heights, needs: Heights): Heights {
  const { upper, conversations, findings } = shared(
    { upper: shares.before, conversations: shares.conversations, findings: shares.findings },
    {
      upper: Math.max(needs.before, needs.after),
      conversations: needs.conversations,
      findings: needs.findings,
    },
  );
  return { before: upper, after: upper, conversations, findings };
}

function sideBySide(rows: number): Heights {
  const before = Math.floor(rows * 0.48);
  const conversations = Math.floor((rows - before) * 0.52);
  return { before, after: before, conversations, findings: rows - before - conversations };
}

/** One above the other there is little room: the panel that keys move in has more of it. */
function stacked(rows: number, panel: Panel | undefined): Heights {
  const focus = panel === "logins" || panel === "topics" ? "before" : panel === "tls" ? "after" : panel;
  const shares = { before: 4, after: 3, conversations: 2, findings: 2 };
  if (focus !== undefined) shares[focus] += 3;
  const sum = Object.values(shares).reduce((a, b) => a + b);
  const of = (share: number): number => Math.max(Math.floor((rows * share) / sum), FEWEST);
  const heights = {
    before: of(shares.before),
    after: of(shares.after),
    conversations: of(shares.conversations),
    findings: of(shares.findings),
  };
  const over = heights.before + heights.after + heights.conversations + heights.findings - rows;
  const largest = focus ?? "before";
  return { ...heights, [largest]: heights[largest] - over };
}

/** Half of the room belongs to the topics, as far as there are any; a line between the two where there is room for it. */
function divide(
  logins: readonly Item[],
  topics: readonly Item[],
  rows: number,
): { readonly logins: number; readonly topics: number; readonly between: boolean } {
  const between = topics.length > 0 && rows >= 8;
  const left = rows - (between ? 1 : 0);
  const above = logins.reduce((sum, { height }) => sum + height, 0);
  const forTopics = Math.max(Math.min(topics.length, Math.floor(left / 2)), left - above);
  return { logins: left - forTopics, topics: forTopics, between };
}

function topicsHeading(model: Model, columns: number, focused: boolean): Line {
  const { topics, messageRate, last, counts } = model;
  const style = focused ? "focus" : "faint";
  const beyond =
    counts.topicMessagesBeyond > 0 ? `, ${number(counts.topicMessagesBeyond)} messages on others` : "";
  const often = last === undefined ? "" : rateText(perSecond(messageRate, last));
  const bars = last === undefined ? "" : sparkline(curve(messageRate, last, 12));
  const right = line(span(`${often} `, style), span(bars, "curve"), span(" ", style));
  const text = `topics ${number(topics.size)}${beyond}`;
  const cells = right.reduce((sum, one) => sum + one.text.length, 0);
  return [...fit([span(text, style)], Math.max(columns - cells, 0)), ...right];
}

function conversationsHeading(
  model: Model,
  state: State,
  { items, place }: Listing,
  columns: number,
  divider: number | undefined,
): Line {
  const total = model.counts.conversations;
  const title = `Conversations ${state.filter === "" ? number(total) : `${number(items.length)} of ${number(total)}`}`;
  const focused = state.panel === "conversations";
  const right = aside(place, state.filter === "" ? "" : `/${state.filter}`);
  return joined(heading(title, columns, focused, right), divider, focused);
}

function findingsHeading(model: Model, state: State, { items, place }: Listing, columns: number): Line {
  const title = `Findings ${severitiesText(model)}`.trimEnd();
  const right = aside(place, state.filter === "" ? "" : `${number(items.length)} shown`);
  return heading(title, columns, state.panel === "findings", right);
}

/** At the right of a heading: which rows of its list are drawn, and the filter. */
const aside = (place: string, filter: string): Line => [
  ...(place === "" ? [] : [span(place, "faint")]),
  ...(place === "" || filter === "" ? [] : [span("  ")]),
  ...(filter === "" ? [] : [span(filter, "focus")]),
];

/** Where the rule between BEFORE and AFTER ends on the heading below it, the two meet. */
function joined(heading: Line, at: number | undefined, focused: boolean): Line {
  if (at === undefined) return heading;
  let x = 0;
  return heading.flatMap(one => {
    const start = x;
    x += one.text.length;
    const inside = at - start;
    if (inside < 0 || inside >= one.text.length || one.text[inside] !== (focused ? "━" : "─")) return [one];
    const joint = focused ? "┷" : "┴";
    return [{ ...one, text: one.text.slice(0, inside) + joint + one.text.slice(inside + 1) }];
  });
}

const orNone = ({ lines }: Listing, state: State): readonly Line[] =>
  lines.length === 0 ? nothing(empty(state, "none so far")) : lines;

const empty = (state: State, text: string): string =>
  state.filter === "" ? text : `nothing that holds "${state.filter}"`;

const padded = (lines: readonly Line[], rows: number): Line[] => [
  ...lines.slice(0, rows),
  ...Array.from({ length: Math.max(rows - lines.length, 0) }, () => []),
];

/** Rows of a panel on the smallest screen. */
const FEWEST = 2;

const BEFORE = "BEFORE  anyone on the path reads";
const AFTER = "AFTER  what TLS still shows";
const NOTHING_READ = "nothing readable so far";
const NO_TLS =
  "no TLS so far. Where a client speaks TLS, this side says with which version and suite, what certificate the broker shows, and whether the client verifies it.";
