/** Every event as one JSON object on a line of its own; the last line is the verdict. `schema/events.schema.json`. */
import type { Notice } from "../capture/frame.ts";
import { rfc3339 } from "../octets/time.ts";
import type { LimitEvent, ProtocolEventOf } from "../protocol/event.ts";
import type { MqttVersion } from "../protocol/mqtt/packet.ts";
import { versionOfConnack } from "../protocol/mqtt/version.ts";
import type { SniffEvent } from "../session/event.ts";
import type { Connection } from "../stream/item.ts";
import { reportFault, withPem } from "../verdict/certificate.ts";
import type { Observation, Watcher } from "../verdict/observation.ts";
import type { Report, ReportFinding } from "../verdict/report.ts";
import { clock } from "./clock.ts";
import { eventFields } from "./event-fields.ts";
import { jsonText, quote } from "./json-text.ts";
import type { Fields } from "./mqtt-fields.ts";
import type { Finding } from "../finding/finding.ts";
import { base64, cutPayload, printableText } from "../octets/payload.ts";
import { hiddenOfMessage, hideText } from "../finding/secrets/hide.ts";
import { plain } from "./plain.ts";

export interface NdjsonOptions {
  /** Show secrets. */
  readonly reveal: boolean;
  /** Octets of each payload that are shown; Infinity for all. */
  readonly payloadLimit: number;
  /** Certificates as PEM too. */
  readonly verbose?: boolean;
  /** Several captures are judged: every line of an event says which it came from. */
  readonly several: boolean;
  /**
   * Live: findings are told as they are sighted, and again at the end where more came. Without it each is told once,
   * before the verdict, with its final count.
   */
  readonly describe?: (finding: Finding) => ReportFinding;
}

/** A watcher that gives `write` one line after the other, each with its line feed. */
export function ndjson(write: (line: string) => void, options: NdjsonOptions): Watcher {
  const captures: string[] = [];
  const versions = new WeakMap<Connection, MqttVersion>();
  const timeText = clock("Z");
  let current = 0;

  const captureMember = (index: number): string =>
    options.several && captures[index] !== undefined ? `,"capture":${captures[index]}` : "";

  /** `{` and the common fields, without the closing brace. */
  const seenHead = (event: SniffEvent): string =>
    `{"type":"${event.type}"${captureMember(event.connection.capture)},"time":"${timeText(event.at)}","frame":${event.frame}` +
    `${endsMembers(event.connection)},"from":"${event.direction}","transport":"${event.transport}"`;

  const writeFields = (head: string, fields: Fields): void => {
    const text = jsonText(plain(fields, options) ?? {});
    write(text === "{}" ? `${head}}\n` : `${head},${text.slice(1)}\n`);
  };

  function writeEvent(event: SniffEvent): void {
    // The frequent ones are written directly: a plain object for each costs more than the rest of its line.
    if (event.type === "mqtt.publish" && isUsual(event, options)) {
      write(seenHead(event) + publishMembers(event, options));
      return;
    }
    if (event.type === "mqtt.puback" && event.packet.code === undefined && !event.guessed) {
      write(`${seenHead(event)},"packetId":${event.packet.packetId}}\n`);
      return;
    }
    if (event.type === "mqtt.connect") versions.set(event.connection, event.packet.protocolVersion);
    const version =
      event.type === "mqtt.connack" ? (versions.get(event.connection) ?? versionOfConnack(event)) : undefined;
    const fields =
      event.type === "tls.certificate" && options.verbose === true
        ? { chain: event.chain.map(withPem) }
        : eventFields(event, version, options.payloadLimit);
    if (fields !== undefined) writeFields(seenHead(event), fields);
  }

  function writeLimit(limit: LimitEvent): void {
    const { connection } = limit;
    const head = `{"type":"${limit.type}"${captureMember(connection?.capture ?? current)},"time":"${timeText(limit.at)}","frame":${limit.frame}`;
    writeFields(connection === undefined ? head : head + endsMembers(connection), { limit: limit.limit });
  }

  function writeNotice(notice: Notice): void {
    const told = noticeFields(notice);
    if (told !== undefined) writeFields(`{"type":"${told[0]}"${captureMember(current)}`, told[1]);
  }

  const writeFinding = (finding: ReportFinding): void => writeFields('{"type":"finding"', { ...finding });

  function writeVerdict(report: Report): void {
    if (options.describe === undefined) for (const finding of report.findings) writeFinding(finding);
    writeFields('{"type":"verdict"', { ...report.verdict, coverage: report.coverage });
  }

  return {
    events: true,
    observe(observation: Observation): void {
      switch (observation.kind) {
        case "event":
          return writeEvent(observation.event);
        case "capture":
          current = observation.index;
          captures[observation.index] = quote(observation.path);
          return;
        case "limit":
          return writeLimit(observation.limit);
        case "notice":
          return writeNotice(observation.notice);
        case "verdict":
          return writeVerdict(observation.report);
        case "finding":
          if (options.describe !== undefined) writeFinding(options.describe(observation.finding));
          return;
        // The verdict says what was covered.
        case "covered":
          return;
        default:
          observation satisfies never;
      }
    },
  };
}

/** Addresses are made of digits, letters, dots, colons and brackets: they need no escape. */
const endsMembers = (connection: Connection): string =>
  `,"stream":${connection.id},"client":"${connection.client.text}","server":"${connection.server.text}"`;

/** Nothing about it is rare: no properties, no doubts, no secret. */
const isUsual = ({ packet, guessed }: ProtocolEventOf<"mqtt.publish">, { reveal }: NdjsonOptions): boolean =>
  packet.properties === undefined && !guessed && (reveal || hiddenOfMessage(packet).length === 0);

/** The members of the usual PUBLISH and the end of its line, the same as `eventFields` and `plain` would make. */
function publishMembers({ packet }: ProtocolEventOf<"mqtt.publish">, options: NdjsonOptions): string {
  const { resolvedTopic: topic } = packet;
  const shown = cutPayload(packet.payload, options.payloadLimit);
  const text = printableText(shown);
  return (
    `,"topic":${typeof topic === "string" ? quote(options.reveal ? topic : hideText(topic)) : jsonText(plain(topic, options) ?? null)},"qos":${packet.qos}` +
    `,"retain":${packet.retain},"dup":${packet.dup}${packet.packetId === undefined ? "" : `,"packetId":${packet.packetId}`}` +
    `,"payloadLength":${packet.payloadLength}` +
    `,"payload":${text === undefined ? `{"base64":"${base64(shown)}"}` : `{"text":${quote(text)}}`}` +
    `,"payloadTruncated":${shown.length < packet.payloadLength}}\n`
  );
}

/** The line's type and fields; undefined for notices that only other stages need. */
function noticeFields(notice: Notice): readonly [type: string, fields: Fields] | undefined {
  switch (notice.type) {
    case "capture.malformed":
      return ["capture.malformed", { fault: reportFault(notice.fault), position: notice.position }];
    case "capture.undecoded":
      return ["capture.undecoded", { kind: notice.kind, frames: notice.frames }];
    case "capture.stats": {
      const { at, frames, octets, dropped, estimatedLoss } = notice;
      return ["capture.stats", { time: rfc3339(at), frames, octets, dropped, estimatedLoss }];
    }
    case "capture.advice":
      return ["capture.advice", { time: rfc3339(notice.at), about: notice.about, text: notice.text }];
    case "capture.lost":
      return ["capture.lost", { engine: notice.engine, text: notice.text }];
    case "capture.resumed": {
      const { at, engine, missed, text } = notice;
      return ["capture.resumed", { time: rfc3339(at), engine, missedMicroseconds: missed, text }];
    }
    default:
      return undefined;
  }
}
