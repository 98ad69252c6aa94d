/** One conversation: its ladder or its packets in order with the octets of the chosen one, and what it is about. */
import { protocolVersions } from "../../protocol/tls/registry.ts";
import type { MqttVersion } from "../../protocol/mqtt/packet.ts";
import type { Conversation } from "../../session/conversation.ts";
import { exposureOf } from "../../verdict/exposure.ts";
import { keepUnit, recorded, type Unit } from "../history.ts";
import { type Line, line, shownUnless, type Size, span } from "../line.ts";
import { captureName } from "../captures.ts";
import type { Model } from "../model.ts";
import { counted, heading, number, octetsText, ofCapture } from "../panels/panel.ts";
import type { DetailScreen } from "../state.ts";
import { about } from "./about.ts";
import { explained, versionOf } from "./explained.ts";
import { octetsPerRow } from "./hex.ts";
import { type LadderRow, ladderHeading, ladderRows } from "./ladder.ts";
import { chosenOf, list, listPage, type Page, type Place, type Row } from "./page.ts";
import { endingText, summary } from "./summary.ts";
import { octetsLines } from "./unit.ts";

export function conversationPage(
  model: Model,
  conversation: Conversation,
  screen: DetailScreen,
  reveal: boolean,
  size: Size,
): Page {
  const title = `Conversation #${conversation.id}`;
  const tabs = conversation.tls === undefined ? [PACKETS, ABOUT] : [LADDER, PACKETS, ABOUT];
  const head = headOf(model, conversation, reveal);
  switch (tabs[screen.tab]) {
    case LADDER: {
      const { units } = recorded(model.history, conversation);
      const rows = ladderRows(conversation, units, size.columns);
      return withOctets(
        title,
        tabs,
        [...head, ladderHeading(size.columns)],
        rows,
        conversation,
        screen,
        reveal,
        size,
      );
    }
    case PACKETS: {
      const rows = unitRows(model, conversation, reveal);
      return withOctets(title, tabs, head, rows, conversation, screen, reveal, size);
    }
    default: {
      const rows = about(model, conversation, reveal, size.columns);
      return listPage(title, tabs, head, rows, "nothing more is known", screen, size);
    }
  }
}

/** Who with whom, what is spoken, how exposed; then how long, how much, and how it ended. */
function headOf(model: Model, conversation: Conversation, reveal: boolean): Line[] {
  const { connection, mqtt, tls, gaps } = conversation;
  const { client, server, octets, first, last, frames } = connection;
  const exposure = exposureOf(conversation, model.affects);
  const version =
    tls?.serverHello === undefined ? undefined : protocolVersions.nameOf(tls.serverHello.version);
  const ids = (mqtt?.clientIds ?? []).filter(id => id.length > 0);
  const facts = [
    ...(ids.length === 0 ? [] : [ids.map(id => shownUnless(reveal, id, 40)).join(", ")]),
    `${counted(frames, "frame")} from ${number(connection.firstFrame)}${ofCapture(captureName(model.captures, connection))}`,
    octetsText(octets.client + octets.server),
    secondsText(last - first),
    ...(gaps === 0 ? [] : [counted(gaps, "gap")]),
    ...(connection.midstream ? ["its beginning was not seen"] : []),
    endingText(conversation) ?? "open",
  ];
  return [
    line(
      span(`${client.text} → ${server.text}`, "strong"),
      span("   "),
      span(exposure.toUpperCase(), exposure),
      span(
        `   ${[version, mqtt?.version === undefined ? undefined : `MQTT ${mqtt.version}`].filter(part => part !== undefined).join(", ") || conversation.protocol}`,
      ),
    ),
    line(span(facts.join(" · "), "faint")),
  ];
}

/** Every unit that is kept, and where others were passed over. */
function unitRows(model: Model, conversation: Conversation, reveal: boolean): LadderRow[] {
  const { units, passed } = recorded(model.history, conversation);
  const version = versionOf(conversation);
  const rows: LadderRow[] = [];
  for (const [index, unit] of units.entries()) {
    rows.push({ key: unit.number, unit, line: () => unitLine(unit, version, conversation, reveal) });
    if (passed?.after === index)
      rows.push({
        line: () =>
          line(span(`${" ".repeat(TIME + 9)}… ${counted(passed.units, "packet")} more, not kept`, "faint")),
        aside: true,
      });
  }
  return rows;
}

function unitLine(unit: Unit, version: MqttVersion, { connection }: Conversation, reveal: boolean): Line {
  const { name, says, trouble } = summary(unit, version, reveal);
  return line(
    span(`${timeText(unit.at - connection.first)} ${String(unit.frame).padStart(7)} `, "faint"),
    span(unit.direction === "client" ? "→ " : "← ", "frame"),
    span(name.padEnd(NAME), trouble === true ? "weak" : "strong"),
    span(`  ${says}`),
  );
}

/** A list above, the octets of its chosen unit below. */
function withOctets(
  title: string,
  tabs: readonly string[],
  head: readonly Line[],
  rows: readonly LadderRow[],
  conversation: Conversation,
  place: Place,
  reveal: boolean,
  size: Size,
): Page {
  const room = size.rows - head.length - 1;
  const { units, at, keys } = chosenOf(rows, place);
  const chosen = units[at];
  const unit = chosen?.unit;
  if (rows.length === 0 || room < SMALLEST)
    return listPage(title, tabs, head, rows, "nothing was said yet", place, size);
  const needed = unit === undefined ? 1 : Math.max(Math.ceil(unit.kept / octetsPerRow(size.columns)) + 1, 2);
  const below = Math.max(Math.min(Math.floor(room * OCTETS_SHARE), needed), room - rows.length, 1);
  const upper = list(
    rows.map(row => (row === chosen ? { ...row, opens: opensOf(row, conversation) } : row)),
    place,
    room - below,
  );
  const filler = Array.from({ length: room - below - upper.lines.length }, (): Line => []);
  return {
    title,
    tabs,
    units: upper.units,
    at,
    keys,
    lines: [...head, ...upper.lines, ...filler, ...octetsOf(unit, conversation, reveal, below, size.columns)],
    unitOf: [...head.map(() => undefined), ...upper.unitOf],
    ...(upper.opens !== undefined && { opens: upper.opens }),
  };
}

const opensOf = ({ unit }: LadderRow, conversation: Conversation): Row["opens"] =>
  unit === undefined ? undefined : { of: "unit", conversation, unit: keepUnit(unit) };

function octetsOf(
  unit: Unit | undefined,
  conversation: Conversation,
  reveal: boolean,
  rows: number,
  columns: number,
): Line[] {
  if (unit === undefined) return [heading("no octets of its own", columns)];
  const { name } = summary(unit, versionOf(conversation), reveal);
  const title = `${name}  ${counted(unit.length, "octet")}, Enter names its fields`;
  return [
    heading(title, columns),
    ...octetsLines(unit, explained(unit, conversation, reveal), undefined, rows, columns),
  ];
}

/** Seconds since the connection's first frame: `   0.001204`. */
export const timeText = (micros: number): string => (micros / 1_000_000).toFixed(6).padStart(TIME);

/** `0.4 s`, `12 s`, `3 min`. */
export function secondsText(micros: number): string {
  const seconds = micros / 1_000_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 600 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

const LADDER = "ladder";
const PACKETS = "packets";
const ABOUT = "about";

/** Cells of a time, and of a unit's name. */
const TIME = 11;
const NAME = 11;
/** With fewer rows there is only the list. */
const SMALLEST = 8;
const OCTETS_SHARE = 0.45;
