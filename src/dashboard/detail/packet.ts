/** A Control Packet explained: its fields in the standard's words, and the octets of it that may be a secret. */
import { type HiddenRange, hiddenOfMessage, hiddenOfOctets } from "../../finding/secrets/hide.ts";
import type { Mark } from "../../octets/reader.ts";
import { type WireText, wireText } from "../../octets/text.ts";
import type { View } from "../../octets/view.ts";
import { PACKET_NAMES, PUBLISH } from "../../protocol/mqtt/frame.ts";
import { markControlPacket, type MarkedPacket } from "../../protocol/mqtt/marks.ts";
import type { MqttVersion } from "../../protocol/mqtt/packet.ts";
import { PROPERTIES } from "../../protocol/mqtt/properties.ts";
import { type CodedPacket, codesOf } from "../../protocol/mqtt/reason-codes.ts";
import type { Unit } from "../history.ts";
import { type Explained, explain, joined, octetsCount, type Reading, type Words } from "./field.ts";

/** The fields of a packet. `version` is that of its connection; a CONNECT says its own. */
export function explainPacket(unit: Unit, version: MqttVersion, reveal: boolean): Explained {
  const octets = unit.octets.subarray(0, unit.kept);
  const read = markControlPacket(octets, version);
  const hidden = reveal ? [] : hiddenOfPacket(octets, read, unit);
  return explain(octets, read.marks, hidden, wordsOf(octets, version));
}

/** What must be hidden of a packet. What could not be read may be anything, a password too. */
export function hiddenOfPacket(octets: View, { marks, packet }: MarkedPacket, unit: Unit): HiddenRange[] {
  const ranges: HiddenRange[] = [];
  let end = 0;
  for (const [index, mark] of marks.entries()) {
    end = Math.max(end, mark.to);
    if (mark.as !== "octets" || mark.to === mark.from) continue;
    const content = octets.subarray(mark.from, mark.to);
    for (const { start, end: to } of hiddenOfField(content, marks, index))
      ranges.push({ start: mark.from + start, end: mark.from + to });
  }
  ranges.push({ start: end, end: octets.length });
  return joined(ranges, octets.length);

  function hiddenOfField(content: View, all: readonly Mark[], index: number): readonly HiddenRange[] {
    const { field } = all[index]!;
    switch (field) {
      case "Password":
      case "authenticationData":
        return ALL;
      case "Application Message":
        return (
          unit.hidden ?? hiddenOfMessage({ resolvedTopic: unit.topic ?? topicOf(packet), payload: content })
        );
      case "Will Payload":
        return hiddenOfMessage({
          resolvedTopic: textBefore(octets, all, index, "Will Topic"),
          payload: content,
        });
      case "userProperties":
        // A name and a value, each behind its length.
        return all[index - 2]?.field === field && all[index - 2]?.as === "octets" && isValue(all, index)
          ? hiddenOfOctets(content, textOf(octets, all[index - 2]!))
          : hiddenOfOctets(content);
      default:
        return hiddenOfOctets(content);
    }
  }
}

const topicOf = (packet: MarkedPacket["packet"]): WireText =>
  packet?.type === "publish" ? packet.resolvedTopic : "";

const textOf = (octets: View, { from, to }: Mark): WireText => wireText(octets.subarray(from, to));

function textBefore(octets: View, marks: readonly Mark[], index: number, field: string): WireText {
  const found = marks.slice(0, index).findLast(mark => mark.field === field && mark.as === "octets");
  return found === undefined ? "" : textOf(octets, found);
}

/** Whether a part of a user property is its value: the second text behind the property's identifier. */
function isValue(marks: readonly Mark[], index: number): boolean {
  let texts = 0;
  for (let at = index; at >= 0 && marks[at]!.field === "userProperties"; at--)
    if (marks[at]!.as === "octets") texts++;
  return texts === 2;
}

const wordsOf = (octets: View, version: MqttVersion): Words => ({
  number: (value, reading) => numberText(value, reading, octets, version),
  name: ({ marks, index, mark }) =>
    mark.field !== "userProperties" || mark.as !== "octets"
      ? undefined
      : `userProperties ${isValue(marks, index) ? "value" : "name"}`,
});

function numberText(
  value: number,
  { mark }: Reading,
  octets: View,
  version: MqttVersion,
): string | undefined {
  const type = octets[0]! >> 4;
  switch (mark.field) {
    case "Control Packet type":
      return `${PACKET_NAMES[type]}${flagsText(type, value & 0x0f)}`;
    case "Remaining Length":
    case "Property Length":
      return octetsCount(variable(octets, mark));
    case "subscriptionIdentifier":
      return String(variable(octets, mark));
    case "Protocol Version":
      return `${value}, MQTT ${VERSIONS.get(value % 0x80) ?? "of no standard"}`;
    case "Connect Flags":
      return namesText(CONNECT_FLAGS, value & 0xe6, willText(value));
    case "Keep Alive":
      return value === 0 ? "0, switched off" : `${value} s`;
    case "Connect Acknowledge Flags":
      return (value & 1) === 0 ? "no session present" : "session present";
    case "Property Identifier":
      return `${value}, ${PROPERTIES.get(value)?.name ?? "not registered"}`;
    case "Subscription Options":
    case "Requested QoS":
      return optionsText(value, version);
    default:
      return mark.field.endsWith("Reason Code") || mark.field.endsWith("Return code")
        ? codeText(value, type, version)
        : undefined;
  }
}

function codeText(value: number, type: number, version: MqttVersion): string {
  const packet = (PACKET_NAMES[type] as string).toLowerCase() as CodedPacket;
  return `${value}, ${codesOf(packet, version).nameOf(value)}`;
}

/** §2.1.3: of PUBLISH they say something. */
function flagsText(type: number, flags: number): string {
  if (type !== PUBLISH) return "";
  const names = [
    ...((flags & 0x08) === 0 ? [] : ["DUP"]),
    `QoS ${(flags >> 1) & 0x03}`,
    ...((flags & 0x01) === 0 ? [] : ["RETAIN"]),
  ];
  return `, ${names.join(", ")}`;
}

/** §3.1.2.3. */
const CONNECT_FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [0x80, "User Name"],
  [0x40, "Password"],
  [0x20, "Will Retain"],
  [0x04, "Will"],
  [0x02, "Clean Start"],
];

const willText = (flags: number): string[] =>
  (flags & 0x04) === 0 ? [] : [`Will QoS ${(flags >> 3) & 0x03}`];

function namesText(rows: typeof CONNECT_FLAGS, value: number, more: readonly string[]): string {
  const names = rows.filter(([bit]) => (value & bit) !== 0).map(([, name]) => name);
  return [...names, ...more].join(", ") || "none";
}

/** §3.8.3.1 of 5.0; before, the QoS alone. */
function optionsText(value: number, version: MqttVersion): string {
  const qos = `QoS ${value & 0x03}`;
  if (version !== "5.0") return qos;
  const names = [
    ...((value & 0x04) === 0 ? [] : ["No Local"]),
    ...((value & 0x08) === 0 ? [] : ["Retain As Published"]),
    `Retain Handling ${(value >> 4) & 0x03}`,
  ];
  return [qos, ...names].join(", ");
}

/** A Variable Byte Integer (§1.5.5): seven bits an octet, the lowest first. */
function variable(octets: View, { from, to }: Mark): number {
  let value = 0;
  for (let at = to - 1; at >= from; at--) value = value * 0x80 + (octets[at]! & 0x7f);
  return value;
}

const VERSIONS: ReadonlyMap<number, MqttVersion> = new Map([
  [3, "3.1"],
  [4, "3.1.1"],
  [5, "5.0"],
]);

const ALL: readonly HiddenRange[] = [{ start: 0, end: Number.POSITIVE_INFINITY }];
