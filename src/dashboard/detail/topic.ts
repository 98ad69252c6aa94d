/** One topic: its last messages, who publishes it, and who asked for it. */
import { cellWidth, textOfKey, wireKey, wireString } from "../../octets/text.ts";
import { rfc3339 } from "../../octets/time.ts";
import type { Conversation } from "../../session/conversation.ts";
import { matches } from "../../session/filters.ts";
import { keepUnit, recorded, type Unit } from "../history.ts";
import { column, type Line, line, shownUnless, type Size, span } from "../line.ts";
import { clientOf, type Model } from "../model.ts";
import { counted, heading, number, octetsText } from "../panels/panel.ts";
import { curve, perSecond, rateText, sparkline } from "../rate.ts";
import type { DetailScreen } from "../state.ts";
import type { SeenTopic } from "../topic.ts";
import { explained, versionOf } from "./explained.ts";
import { octetsPerRow } from "./hex.ts";
import { grantText } from "./mqtt-words.ts";
import { chosenOf, list, listPage, type Page, type Place, type Row } from "./page.ts";
import { messageText } from "./summary.ts";
import { octetsLines } from "./unit.ts";

/** `topic` is the key in `model.topics`, or of a Topic Name that a conversation holds. */
export function topicPage(
  model: Model,
  topic: string,
  screen: DetailScreen,
  reveal: boolean,
  size: Size,
): Page {
  const title = `Topic ${shownUnless(reveal, textOfKey(topic), 64)}`;
  const messages = messagesOf(model, topic);
  const head = headOf(model, model.topics.get(topic), messages.length);
  return screen.tab === 0
    ? messagesPage(title, head, messages, screen, reveal, size)
    : listPage(
        title,
        TABS,
        head,
        peopleRows(model, topic, messages, reveal),
        "nobody is known",
        screen,
        size,
      );
}

interface Message {
  readonly conversation: Conversation;
  readonly unit: Unit;
}

/** Those of the histories, in the order of their times. */
function messagesOf(model: Model, topic: string): Message[] {
  const found: Message[] = [];
  for (const conversation of model.conversations)
    for (const unit of recorded(model.history, conversation).units)
      if (unit.topic !== undefined && wireKey(unit.topic) === topic) found.push({ conversation, unit });
  return found.sort((a, b) => a.unit.at - b.unit.at).slice(-MOST);
}

function headOf({ last }: Model, seen: SeenTopic | undefined, kept: number): Line[] {
  if (seen === undefined) return [line(span(`${counted(kept, "message")} kept`, "faint"))];
  const { messages, delivered, octets, rate } = seen;
  const often = last === undefined ? "" : rateText(perSecond(rate, last));
  const bars = last === undefined ? "" : sparkline(curve(rate, last, RATE_CELLS)).trim();
  return [
    line(
      span(`${number(messages - delivered)} published, ${number(delivered)} delivered`, "strong"),
      span(`, ${octetsText(octets)} of payload`),
      span(`   ${bars}`, "curve"),
      span(` ${often}`, "faint"),
      span(kept < messages ? `   ${number(kept)} of ${number(messages)} listed` : "", "faint"),
    ),
  ];
}

/** The latest first; the octets of the chosen one below. */
function messagesPage(
  title: string,
  head: readonly Line[],
  messages: readonly Message[],
  place: Place,
  reveal: boolean,
  size: Size,
): Page {
  const latest = messages.toReversed();
  const rows = latest.map((message): Row => messageRow(message, reveal));
  const chosen = latest[chosenOf(rows, place).at];
  if (chosen === undefined) return listPage(title, TABS, head, rows, "no message is kept", place, size);
  const { unit, conversation } = chosen;
  const room = size.rows - head.length - 1;
  const needed = Math.ceil(unit.kept / octetsPerRow(size.columns)) + 1;
  const below = Math.max(Math.min(needed, Math.floor(room * 0.5)), room - rows.length, 1);
  const { lines, unitOf, units, at, keys } = list(rows, place, room - below);
  return {
    title,
    tabs: TABS,
    units,
    at,
    keys,
    lines: [
      ...head,
      ...lines,
      heading(`PUBLISH  ${counted(unit.length, "octet")}, Enter names its fields`, size.columns),
      ...octetsLines(unit, explained(unit, conversation, reveal), undefined, below, size.columns),
    ],
    unitOf: [...head.map(() => undefined), ...unitOf],
    opens: { of: "unit", conversation, unit: keepUnit(unit) },
  };
}

function messageRow({ conversation, unit }: Message, reveal: boolean): Row {
  return {
    key: `${conversation.id} ${unit.number}`,
    line: () =>
      line(
        span(`${rfc3339(unit.at).slice(11, 23)} ${String(unit.frame).padStart(7)} `, "faint"),
        span(`${column(fromTo(conversation, unit, reveal), 30)}  `),
        span(messageText(unit, versionOf(conversation), reveal)),
      ),
  };
}

/** `sensor-a1 → broker`, `broker → application-1`; who is known by a long name is cut, and which way it went is not. */
function fromTo(conversation: Conversation, { direction, type }: Unit, reveal: boolean): string {
  const server = type.startsWith("mqttsn.") ? "gateway" : "broker";
  const name = shownUnless(reveal, textOfKey(clientOf(conversation)), 40);
  const client = cellWidth(name) > NAME_CELLS ? column(name, NAME_CELLS) : name;
  return direction === "client" ? `${client} → ${server}` : `${server} → ${client}`;
}

/** Publishers first, then who asked for it. */
function peopleRows(model: Model, topic: string, messages: readonly Message[], reveal: boolean): Row[] {
  const publishers = new Map<string, number>();
  for (const { conversation, unit } of messages)
    if (unit.direction === "client")
      publishers.set(clientOf(conversation), (publishers.get(clientOf(conversation)) ?? 0) + 1);
  const rows: Row[] = [];
  for (const [client, times] of publishers)
    rows.push(personRow("publishes", client, `${counted(times, "message")} of those listed`, reveal));
  for (const conversation of model.conversations)
    for (const subscription of conversation.mqtt?.subscriptions ?? []) {
      if (!matches(wireString(subscription.filter), topic)) continue;
      const asks = grantText(subscription, conversation, reveal);
      rows.push(personRow("asked for", clientOf(conversation), asks, reveal));
      if (rows.length === MOST) return rows;
    }
  return rows;
}

const personRow = (does: string, client: string, says: string, reveal: boolean): Row => ({
  key: `${does} ${client}`,
  line: () =>
    line(
      span(column(does, 11), "strong"),
      span(`${column(shownUnless(reveal, textOfKey(client), 60), 28)}  `),
      span(says, "faint"),
    ),
  opens: { of: "client", client },
});

/** Cells of a client's name beside what it sends or is sent. */
const NAME_CELLS = 20;
/** Cells of the curve of the last minute. */
const RATE_CELLS = 30;
const TABS = ["messages", "publishers and subscribers"];
/** More than anybody looks through. */
const MOST = 200;
