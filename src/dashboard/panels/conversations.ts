/** The conversations: who with whom, what is spoken, how exposed, which rules fired; sorted by any of these. */
import { wireString } from "../../octets/text.ts";
import { protocolVersions } from "../../protocol/tls/registry.ts";
import type { Conversation } from "../../session/conversation.ts";
import { exposureOf, worse } from "../../verdict/exposure.ts";
import type { Exposure } from "../../verdict/report.ts";
import { column, fit, type Line, line, shownUnless, span, type Style, widthOf } from "../line.ts";
import { clientOf, type Model } from "../model.ts";
import type { Sort, State } from "../state.ts";
import type { Item } from "./list.ts";
import { ageText, octetsText, type Room } from "./panel.ts";

/** What a row shows, made once for sorting, filtering and drawing. */
interface Row {
  readonly conversation: Conversation;
  readonly exposure: Exposure;
}

/** As the state sorts them. */
export function conversations(model: Model, sort: State["sort"], { reveal, columns }: Room): Item[] {
  const rows = [...model.conversations].map(one => ({
    conversation: one,
    exposure: exposureOf(one, model.affects),
  }));
  const compare = COLUMNS[sort.by].compare;
  rows.sort((a, b) => compare(a, b) || latestFirst(a, b));
  if (sort.reversed) rows.reverse();
  const layout = layoutOf(columns);
  return rows.map(row => {
    const { conversation } = row;
    return {
      key: String(conversation.id),
      subject: { of: "conversation", conversation } as const,
      parties: { client: clientOf(conversation), broker: conversation.connection.server.text },
      height: 1,
      lines: () => [rowLine(row, model, layout)],
      text: () => textOf(row, reveal),
    };
  });
}

/** The names of the columns, and where each begins: a click sorts by it. */
export function header(
  sort: State["sort"],
  columns: number,
): { line: Line; starts: [at: number, by: Sort][] } {
  const starts: [at: number, by: Sort][] = [];
  const spans: Line[number][] = [];
  for (const { by, cells } of layoutOf(columns)) {
    starts.push([widthOf(spans), by]);
    const mark = sort.by === by ? (sort.reversed ? " ▴" : " ▾") : "";
    spans.push(span(column(`${COLUMNS[by].title}${mark}`, cells), mark === "" ? "faint" : "focus"));
  }
  return { line: fit(spans, columns), starts };
}

interface Column {
  readonly title: string;
  readonly style?: (row: Row) => Style;
  readonly text: (row: Row, model: Model) => string;
  readonly compare: (a: Row, b: Row) => number;
}

const COLUMNS: Readonly<Record<Sort, Column>> = {
  id: {
    title: "#",
    style: () => "faint",
    text: ({ conversation }) => String(conversation.id),
    compare: (a, b) => a.conversation.id - b.conversation.id,
  },
  client: {
    title: "client",
    text: ({ conversation }) => conversation.connection.client.text,
    compare: (a, b) => byText(a, b, ({ connection }) => connection.client.text),
  },
  server: {
    title: "server",
    text: ({ conversation }) => conversation.connection.server.text,
    compare: (a, b) => byText(a, b, ({ connection }) => connection.server.text),
  },
  speaks: {
    title: "speaks",
    text: ({ conversation }) => speaks(conversation),
    compare: (a, b) => byText(a, b, speaks),
  },
  exposure: {
    title: "exposure",
    style: ({ exposure }) => exposure,
    text: ({ exposure }) => exposure.toUpperCase(),
    compare: (a, b) =>
      a.exposure === b.exposure ? 0 : worse(a.exposure, b.exposure) === a.exposure ? -1 : 1,
  },
  octets: {
    title: "octets",
    style: () => "faint",
    text: ({ conversation }) => octetsText(octetsOf(conversation)),
    compare: (a, b) => octetsOf(b.conversation) - octetsOf(a.conversation),
  },
  last: {
    title: "last",
    style: () => "faint",
    text: ({ conversation: { connection, ended } }, { last }) =>
      ended !== undefined ? "over" : last === undefined ? "" : ageText(last - connection.last),
    compare: (a, b) => latestFirst(a, b),
  },
  findings: {
    title: "findings",
    text: ({ conversation }) => [...conversation.rules].join(" "),
    compare: (a, b) => b.conversation.rules.size - a.conversation.rules.size,
  },
};

type Layout = readonly { readonly by: Sort; readonly cells: number }[];

/** Columns for the room there is: the narrower the screen, the fewer; who, with whom, how exposed and why stay. */
function layoutOf(columns: number): Layout {
  const fixed = [
    { by: "speaks", cells: 11, from: 72 },
    { by: "exposure", cells: 14, from: 0 },
    { by: "octets", cells: 8, from: 100 },
    { by: "last", cells: 8, from: 100 },
  ] as const;
  const kept = fixed.filter(({ from }) => columns >= from);
  const left = columns - ID_CELLS - kept.reduce((sum, { cells }) => sum + cells, 0);
  // IPv4 with its port takes 21 cells and one that stays free; IPv6 takes what there is.
  const ends = Math.max(Math.min(Math.floor(left * 0.4), columns < 140 ? 22 : 36), 15);
  return [
    { by: "id", cells: ID_CELLS },
    { by: "client", cells: ends },
    { by: "server", cells: ends },
    ...kept,
    { by: "findings", cells: Math.max(left - 2 * ends, 1) },
  ];
}

const ID_CELLS = 5;

function rowLine(row: Row, model: Model, layout: Layout): Line {
  const over = row.conversation.ended !== undefined;
  return line(
    ...layout.map(({ by, cells }) => {
      const { text, style } = COLUMNS[by];
      // One cell stays free between two columns.
      return span(`${column(text(row, model), cells - 1)} `, style?.(row) ?? (over ? "faint" : "plain"));
    }),
  );
}

function textOf({ conversation, exposure }: Row, reveal: boolean): string {
  const { connection, mqtt, tls, rules } = conversation;
  const names = [
    ...(mqtt?.clientIds ?? []),
    ...(tls?.clientHello?.serverName === undefined ? [] : [tls.clientHello.serverName]),
  ].map(wireString);
  const shown = names.map(name => shownUnless(reveal, name, 64));
  return [
    connection.client.text,
    connection.server.text,
    speaks(conversation),
    exposure,
    ...shown,
    ...rules,
  ].join(" ");
}

/** Open ones first, then the latest. */
const latestFirst = ({ conversation: a }: Row, { conversation: b }: Row): number =>
  Number(a.ended !== undefined) - Number(b.ended !== undefined) || b.connection.last - a.connection.last;

const byText = (a: Row, b: Row, of: (conversation: Conversation) => string): number =>
  NATURAL.compare(of(a.conversation), of(b.conversation));

/** Ports and addresses by their numbers. */
const NATURAL = new Intl.Collator("en", { numeric: true });

const octetsOf = ({ connection }: Conversation): number =>
  connection.octets.client + connection.octets.server;

/** What an observer takes it for: the TLS around MQTT, or MQTT itself. */
export function speaks({ tls, mqtt, protocol, transport }: Conversation): string {
  if (tls !== undefined)
    return tls.serverHello === undefined ? "TLS" : protocolVersions.nameOf(tls.serverHello.version);
  if (mqtt?.version !== undefined) return `${transport === "ws" ? "WS " : "MQTT "}${mqtt.version}`;
  return NAMES.get(protocol) ?? protocol;
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ["mqtt", "MQTT"],
  ["mqttsn", "MQTT-SN"],
]);
