/** The conversations: who with whom, what is spoken, how exposed, which rules fired. */
import { protocolVersions } from "../../protocol/tls/registry.ts";
import type { Conversation } from "../../session/conversation.ts";
import { exposureOf } from "../../verdict/exposure.ts";
import type { Exposure } from "../../verdict/report.ts";
import { column, type Line, line, span } from "../line.ts";
import type { Model } from "../model.ts";
import type { Item } from "./list.ts";
import { octetsText } from "./panel.ts";

/** Open ones first, then the latest. */
export function conversations(model: Model, columns: number): Item[] {
  const all = [...model.conversations].sort(
    (a, b) =>
      Number(a.ended !== undefined) - Number(b.ended !== undefined) || b.connection.last - a.connection.last,
  );
  const row = rowsOf(columns);
  return all.map(one => ({
    key: String(one.id),
    subject: { of: "conversation", conversation: one } as const,
    height: 1,
    lines: () => [row(one, exposureOf(one, model.affects))],
  }));
}

/** Columns for the room there is: the narrow screen keeps who, with whom and how exposed. */
function rowsOf(columns: number): (conversation: Conversation, exposure: Exposure) => Line {
  const narrow = columns < 80;
  const fixed = 5 + 14 + (narrow ? 0 : 11 + 8 + 8);
  const ends = Math.min(Math.max(Math.floor((columns - fixed - 2) / 2), 12), 30);
  return (conversation, exposure) => {
    const { id, connection, rules } = conversation;
    const octets = connection.octets.client + connection.octets.server;
    return line(
      span(column(`#${id}`, 5), "faint"),
      span(`${column(connection.client.text, ends)} ${column(connection.server.text, ends)} `),
      span(column(exposure.toUpperCase(), 14), exposure),
      narrow ? undefined : span(column(speaks(conversation), 11)),
      narrow ? undefined : span(column(octetsText(octets), 8), "faint"),
      narrow ? undefined : span([...rules].join(" ")),
    );
  };
}

/** What an observer takes it for: the TLS around MQTT, or MQTT itself. */
function speaks({ tls, mqtt, protocol, transport }: Conversation): string {
  if (tls !== undefined)
    return tls.serverHello === undefined ? "TLS" : protocolVersions.nameOf(tls.serverHello.version);
  if (mqtt?.version !== undefined) return `${transport === "ws" ? "WS " : "MQTT "}${mqtt.version}`;
  return NAMES.get(protocol) ?? protocol;
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ["mqtt", "MQTT"],
  ["mqttsn", "MQTT-SN"],
]);
