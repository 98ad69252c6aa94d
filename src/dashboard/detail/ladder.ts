/** The ladder of a TLS connection: each step, who took it, and how far TCP, TLS and MQTT had come after it. */
import type { Conversation } from "../../session/conversation.ts";
import { ladder, type Rung } from "../../session/ladder.ts";
import type { EventType } from "../../session/event.ts";
import type { Unit } from "../history.ts";
import { column, type Line, line, span, type Style } from "../line.ts";
import { octetsText } from "../panels/panel.ts";
import type { Row } from "./page.ts";
import { messageName } from "./summary.ts";

/** A row that may stand for a unit of which there are octets. */
export interface LadderRow extends Row {
  readonly unit?: Unit | undefined;
}

/** One row a step; the states stand beside it where there is room for them. */
export function ladderRows(conversation: Conversation, units: readonly Unit[], columns: number): LadderRow[] {
  const rungs = ladder(conversation);
  const { first } = conversation.connection;
  const taken = new Set<Unit>();
  const widths = widthsOf(columns);
  return rungs.map((rung, index) => {
    const unit = unitOf(rung, units, taken);
    if (unit !== undefined) taken.add(unit);
    return {
      key: `${rung.first} ${rung.name}`,
      unit,
      line: () => rungLine(rung, rungs[index - 1], first, widths),
    };
  });
}

/** What the columns are. */
export function ladderHeading(columns: number): Line {
  const { name, size, states } = widthsOf(columns);
  const start = `${"seconds".padStart(TIME)} ${"frame".padStart(FRAME)}   ${column("step", name)}`;
  const after = states ? `${column("TCP", STATE.tcp)}${column("TLS", STATE.tls)}MQTT` : "TLS after it";
  return line(span(`${start}${size ? "octets".padStart(SIZE) : ""}  ${after}`, "faint"));
}

interface Widths {
  readonly name: number;
  readonly size: boolean;
  /** The three states, or the one of TLS alone. */
  readonly states: boolean;
}

/** Narrow screens show the step and what it means for TLS. */
function widthsOf(columns: number): Widths {
  const size = columns >= 76;
  const states = columns >= 104;
  const others =
    TIME + 1 + FRAME + 3 + (size ? SIZE : 0) + 2 + (states ? STATE.tcp + STATE.tls + STATE.mqtt : STATE.tls);
  return { name: Math.max(Math.min(columns - others, 30), 12), size, states };
}

function rungLine(rung: Rung, before: Rung | undefined, first: number, { name, size, states }: Widths): Line {
  const { tcp, tls, mqtt, from, octets, at } = rung;
  return line(
    span(
      `${((at - first) / 1_000_000).toFixed(6).padStart(TIME)} ${String(rung.first).padStart(FRAME)} `,
      "faint",
    ),
    span(from === "client" ? "→ " : "← ", "frame"),
    span(column(rung.name, name), "strong"),
    size ? span(octets === 0 ? " ".repeat(SIZE) : octetsText(octets).padStart(SIZE), "faint") : undefined,
    span("  "),
    states ? span(column(tcp, STATE.tcp), tcp === before?.tcp ? "faint" : "plain") : undefined,
    span(states ? column(tls, STATE.tls) : tls, styleOf(tls, tls === before?.tls)),
    states ? span(mqtt, mqtt === before?.mqtt ? "faint" : "plain") : undefined,
  );
}

/** What is new stands out, and what went wrong. */
function styleOf(tls: Rung["tls"], same: boolean): Style {
  if (tls === "refused" || tls === "failed") return "interceptable";
  if (same) return "faint";
  return tls === "ready" ? "protected" : "plain";
}

/** The unit that a step is: of its kind, from its side, in its frames. */
function unitOf(rung: Rung, units: readonly Unit[], taken: ReadonlySet<Unit>): Unit | undefined {
  const candidates = units.filter(
    unit =>
      !taken.has(unit) &&
      unit.direction === rung.from &&
      unit.frame >= rung.first &&
      unit.frame <= rung.frame &&
      unit.fault === undefined,
  );
  return candidates.find(unit => isNamed(unit, rung.name));
}

function isNamed({ type, octets, kept }: Unit, name: string): boolean {
  if (type.startsWith("mqtt.")) return type === `mqtt.${name.toLowerCase()}`;
  const events = EVENTS.get(name);
  if (events !== undefined) return events.includes(type);
  if (type === "tls.record")
    return name.startsWith("encrypted") || name.includes("data") || name === "renegotiation";
  return kept > 0 && type.startsWith("tls.") && name.startsWith(messageName(octets[0]!));
}

/** Steps whose unit is no handshake message, or one of another name. */
const EVENTS: ReadonlyMap<string, readonly EventType[]> = new Map<string, readonly EventType[]>([
  ["Alert", ["tls.alert"]],
  ["encrypted Alert", ["tls.alert", "tls.record"]],
  ["HelloRetryRequest", ["tls.hello_retry_request"]],
  ["SSLv2 CLIENT-HELLO", ["tls.sslv2_hello"]],
  ["SSLv2 SERVER-HELLO", ["tls.sslv2_hello"]],
  ["FIN", []],
  ["RST", []],
  ["TCP handshake", []],
]);

const TIME = 10;
const FRAME = 6;
const SIZE = 8;
const STATE = { tcp: 13, tls: 20, mqtt: 10 } as const;
