/** Units of what carries MQTT or stands beside it explained: messages of MQTT-SN, and the head that opens a WebSocket. */
import { type HiddenRange, hiddenOfMessage, hiddenOfOctets } from "../../finding/secrets/hide.ts";
import { type Mark, marked } from "../../octets/reader.ts";
import type { View } from "../../octets/view.ts";
import { decodeMessage, isFramed } from "../../protocol/mqttsn/decode.ts";
import { MESSAGE_TYPES } from "../../protocol/mqttsn/message.ts";
import { SN_RETURN_CODES } from "../../protocol/mqttsn/return-codes.ts";
import type { Unit } from "../history.ts";
import { shown } from "../line.ts";
import { type Explained, explain, joined, type Words } from "./field.ts";

/** The fields of a datagram of MQTT-SN. */
export function explainMessage(unit: Unit, reveal: boolean): Explained {
  const octets = marked(unit.octets.subarray(0, unit.kept));
  if (isFramed(octets, 0, octets.length)) decodeMessage(octets, 0, octets.length);
  const marks = octets.marks.flatMap((mark): Mark[] =>
    mark.field === "header" ? headerMarks(mark) : [mark],
  );
  const end = marks.at(-1)?.to ?? 0;
  const hidden = reveal
    ? []
    : joined(
        [
          ...marks.flatMap(mark => (mark.as === "octets" ? hiddenOfPart(octets, mark, unit) : [])),
          { start: end, end: octets.length },
        ],
        octets.length,
      );
  return explain(octets, marks, hidden, SN_WORDS);
}

function hiddenOfPart(octets: View, { field, from, to }: Mark, unit: Unit): HiddenRange[] {
  const content = octets.subarray(from, to);
  const isPayload = field === "rest" && unit.type === "mqttsn.publish";
  const hidden = isPayload
    ? (unit.hidden ?? hiddenOfMessage({ resolvedTopic: unit.topic ?? "", payload: content }))
    : hiddenOfOctets(content);
  return hidden.map(({ start, end }) => ({ start: from + start, end: from + end }));
}

/** §5.2: the length in one octet, or in two behind 0x01; then the type. */
const headerMarks = ({ to }: Mark): Mark[] => [
  { field: "Length", from: 0, to: to - 1, as: "number" },
  { field: "MsgType", from: to - 1, to, as: "number" },
];

const SN_WORDS: Words = {
  number(value, { mark }) {
    switch (mark.field) {
      case "MsgType":
        return `${value}, ${SN_TYPES.get(value) ?? "reserved"}`;
      case "ReturnCode":
        return `${value}, ${SN_RETURN_CODES.nameOf(value)}`;
      case "Length":
        return mark.to - mark.from === 3 ? String(value % 0x1_0000) : undefined;
      case "Flags":
        return value.toString(2).padStart(8, "0");
      default:
        return undefined;
    }
  },
  name({ mark, marks, octets }) {
    const type = marks.find(one => one.field === "MsgType");
    return mark.field !== "rest" || type === undefined
      ? undefined
      : REST.get(SN_TYPES.get(octets[type.from]!) ?? "");
  },
};

/** What the rest of a message is (§5.4). */
const REST: ReadonlyMap<string, string> = new Map([
  ["CONNECT", "ClientId"],
  ["PINGREQ", "ClientId"],
  ["PUBLISH", "Data"],
  ["REGISTER", "TopicName"],
  ["SUBSCRIBE", "TopicName"],
  ["UNSUBSCRIBE", "TopicName"],
  ["WILLTOPIC", "WillTopic"],
  ["WILLTOPICUPD", "WillTopic"],
  ["WILLMSG", "WillMsg"],
  ["WILLMSGUPD", "WillMsg"],
  ["GWINFO", "GwAdd"],
]);

const SN_TYPES: ReadonlyMap<number, string> = new Map(
  Object.entries(MESSAGE_TYPES).map(([name, type]) => [type, name.toUpperCase()]),
);

/**
 * The lines of the request that opens a WebSocket (RFC 6455 §4.1). What is asked behind "?", and fields that are not
 * those of every request, may be what lets somebody in.
 */
export function explainUpgrade(unit: Unit, reveal: boolean): Explained {
  const octets = unit.octets.subarray(0, unit.kept);
  const marks: Mark[] = [];
  const hidden: HiddenRange[] = [];
  const text = Buffer.from(octets).toString("latin1");
  let from = 0;
  while (from < text.length) {
    const found = text.indexOf("\r\n", from);
    const to = found < 0 ? text.length : found;
    const row = text.slice(from, to);
    const colon = row.indexOf(":");
    const isFirst = from === 0;
    const name = isFirst ? "request line" : row.slice(0, Math.max(colon, 0));
    if (row === "") marks.push({ field: "end of the head", from, to: text.length, as: "part" });
    else marks.push({ field: shown(name, 40), from, to, as: "octets" });
    const query = row.indexOf("?");
    if (isFirst && query >= 0) hidden.push({ start: from + query + 1, end: from + endOfPath(row, query) });
    else if (!isFirst && colon > 0 && !HARMLESS.has(name.toLowerCase()))
      hidden.push({ start: from + colon + 1, end: to });
    for (const { start, end } of hiddenOfOctets(octets.subarray(from, to)))
      hidden.push({ start: from + start, end: from + end });
    from = row === "" ? text.length : to + 2;
  }
  return explain(octets, marks, reveal ? [] : joined(hidden, octets.length), { number: () => undefined });
}

function endOfPath(row: string, query: number): number {
  const space = row.indexOf(" ", query);
  return space < 0 ? row.length : space;
}

/** Fields whose values say who talks how, and let nobody in. */
const HARMLESS: ReadonlySet<string> = new Set([
  "host",
  "upgrade",
  "connection",
  "origin",
  "user-agent",
  "accept-encoding",
  "accept-language",
  "cache-control",
  "pragma",
  "sec-websocket-key",
  "sec-websocket-version",
  "sec-websocket-extensions",
  "sec-websocket-protocol",
]);
