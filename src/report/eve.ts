/** Suricata EVE records, one JSON object a line: mqtt, tls, alert, anomaly, flow and, last, stats. */
import { createHash } from "node:crypto";
import type { FrameNumber, Notice } from "../capture/frame.ts";
import type { Finding } from "../finding/finding.ts";
import type { Fault } from "../octets/decode.ts";
import type { Timestamp } from "../octets/time.ts";
import type { LimitEvent } from "../protocol/event.ts";
import type { Conversation } from "../session/conversation.ts";
import type { SniffEvent } from "../session/event.ts";
import { type Transaction, transactions } from "../session/transactions.ts";
import { type Connection, type Direction, opposite } from "../stream/item.ts";
import type { Observation, Watcher } from "../verdict/observation.ts";
import type { Report, ReportFinding } from "../verdict/report.ts";
import { clock } from "./clock.ts";
import { alertOf, type Ends, endsOf, flowOf, reportedEnds, statsOf } from "./eve-records.ts";
import { type EveMqttOptions, eveMqtt } from "./eve-mqtt.ts";
import { eveTls } from "./eve-tls.ts";
import { jsonText, quote } from "./json-text.ts";
import type { Plain } from "./plain.ts";

export interface EveOptions extends EveMqttOptions {
  /** Several captures are judged: records name theirs. */
  readonly several: boolean;
  /** Live: alerts are written as findings are sighted first. Without it they are written at the end, with final counts. */
  readonly describe?: (finding: Finding) => ReportFinding;
}

/** A watcher that gives `write` one record after the other, each with its line feed. */
export function eve(write: (line: string) => void, options: EveOptions): Watcher {
  const captures: string[] = [];
  const told = new Map<Connection, Told>();
  const open = new Map<number, Connection>();
  /** Flow ids of conversations that have a finding; bounded as findings and their evidence are. */
  const alerted = new Map<number, number>();
  const flowIds = new WeakMap<Connection, number>();
  const timeText = clock("+0000");
  const sent = { mqtt: 0, tls: 0 };
  let current = 0;
  let latest = 0 as Timestamp;

  const gathered = transactions<string>({ transaction: writeTransaction, limit: writeUnanswered });

  const captureMember = (index: number): string =>
    options.several && captures[index] !== undefined ? `,"pcap_filename":${captures[index]}` : "";

  function flowId(connection: Connection): number {
    let id = flowIds.get(connection);
    if (id === undefined) flowIds.set(connection, (id = flowIdOf(connection)));
    return id;
  }

  /** `{` and what every record of a connection begins with. `from` is the side that the record calls its source. */
  function head(
    type: string,
    connection: Connection,
    from: Direction,
    at: Timestamp,
    frame: FrameNumber | undefined,
  ): string {
    const [source, destination] = [connection[from], connection[opposite(from)]];
    return (
      `{"timestamp":"${timeText(at)}","flow_id":${flowId(connection)}${captureMember(connection.capture)}` +
      `${frame === undefined ? "" : `,"pcap_cnt":${frame}`},"event_type":"${type}","src_ip":"${source.address}","src_port":${source.port}` +
      `,"dest_ip":"${destination.address}","dest_port":${destination.port},"ip_v":${source.family},"proto":"${connection.over === "udp" ? "UDP" : "TCP"}"`
    );
  }

  const bareHead = (type: string): string =>
    `{"timestamp":"${timeText(latest)}"${captureMember(current)},"event_type":"${type}"`;

  function writeTransaction(done: Transaction<string>): void {
    sent.mqtt++;
    const parts = [...done.parts].map(([type, text]) => `"${type}":${text}`);
    const from = head("mqtt", done.connection, done.opener, done.at, done.frame);
    write(`${from},"app_proto":"mqtt","tx_id":${done.id},"mqtt":{${parts.join(",")}}}\n`);
  }

  function writeUnanswered(given: Transaction<string>, limit: string): void {
    const seen: Seen = { ...given, direction: given.opener };
    writeAnomaly(seen, {
      type: "applayer",
      event: `too_many_${slug(limit)}`,
      layer: "proto_parser",
      app_proto: "mqtt",
    });
  }

  const writeAnomaly = (seen: Seen, anomaly: Plain): void =>
    write(
      `${head("anomaly", seen.connection, seen.direction, seen.at, seen.frame)},"anomaly":${jsonText(anomaly)}}\n`,
    );

  const writeBareAnomaly = (anomaly: Plain): void =>
    write(`${bareHead("anomaly")},"anomaly":${jsonText(anomaly)}}\n`);

  const writeFault = (seen: Seen, fault: Fault, protocol: string): void =>
    writeAnomaly(seen, {
      type: "applayer",
      event: faultSlug(fault),
      layer: "proto_parser",
      app_proto: protocol,
    });

  function writeTls(known: Told, event: Seen): void {
    const { tls } = known.conversation;
    const record = tls === undefined || known.tls ? undefined : eveTls(tls, options.reveal);
    if (record === undefined) return;
    known.tls = true;
    sent.tls++;
    write(
      `${head("tls", event.connection, "client", event.at, event.frame)},"app_proto":"tls","tls":${jsonText(record)}}\n`,
    );
  }

  function writeClosed(conversation: Conversation, event: Seen): void {
    const { connection } = event;
    gathered.close(connection);
    const known = told.get(connection);
    if (known !== undefined) writeTls(known, event);
    told.delete(connection);
    open.delete(conversation.id);
    const flow = flowOf(conversation, timeText, alerted.has(conversation.id));
    write(
      `${head("flow", connection, "client", event.at, undefined)},"app_proto":"${conversation.protocol}","flow":${jsonText(flow)}}\n`,
    );
  }

  function writeEvent(event: SniffEvent): void {
    if (event.at > latest) latest = event.at;
    switch (event.type) {
      case "session.opened":
        told.set(event.connection, { conversation: event.conversation, tls: false });
        open.set(event.conversation.id, event.connection);
        return;
      case "session.closed":
        return writeClosed(event.conversation, event);
      case "tls.established": {
        const known = told.get(event.connection);
        if (known !== undefined) writeTls(known, event);
        return;
      }
      case "mqtt.malformed":
        return writeFault(event, event.fault, "mqtt");
      case "tls.malformed":
      case "x509.malformed":
        return writeFault(event, event.fault, "tls");
      case "stream.gap":
        return writeAnomaly(event, { type: "stream", event: "stream.reassembly_seq_gap" });
      case "stream.overlap":
        return writeAnomaly(event, { type: "stream", event: "stream.reassembly_overlap_different_data" });
      case "mqtt.limit":
        return writeAnomaly(event, {
          type: "applayer",
          event: `limit_${slug(event.limit)}`,
          app_proto: "mqtt",
        });
      default:
        if (!("packet" in event)) return;
        const text = eveMqtt(event.packet, options);
        if (text !== undefined) gathered.packet(event, text);
    }
  }

  function writeNotice(notice: Notice): void {
    if (notice.type === "capture.malformed")
      writeBareAnomaly({ type: "decode", event: faultSlug(notice.fault) });
  }

  function sighted(finding: Finding): void {
    for (const { conversation } of finding.evidence) {
      const connection = conversation === undefined ? undefined : open.get(conversation);
      if (conversation !== undefined && connection !== undefined)
        alerted.set(conversation, flowId(connection));
    }
    // Told again at the end where more came: an alert is one a finding.
    if (options.describe === undefined || finding.count > 1) return;
    const at = finding.evidence[0]?.conversation;
    const connection = at === undefined ? undefined : open.get(at);
    writeAlert(
      options.describe(finding),
      connection && endsOf(connection.client, connection.server, connection.over === "udp"),
    );
  }

  /** `ends`: what its record says of the conversation, where there is one. */
  function writeAlert(finding: ReportFinding, ends: Ends | undefined): void {
    const [first] = finding.evidence;
    const flow = first?.conversation === undefined ? undefined : alerted.get(first.conversation);
    const time = finding.first?.replace("Z", "+0000") ?? timeText(latest);
    const members = {
      flow_id: flow,
      pcap_cnt: first?.frame,
      event_type: "alert",
      ...ends,
      alert: alertOf(finding),
    };
    write(`{"timestamp":"${time}"${captureMember(first?.capture ?? 0)},${jsonText(members).slice(1)}\n`);
  }

  function writeLimit({ connection, at, frame, limit }: LimitEvent): void {
    const anomaly = { type: "stream", event: `limit_${slug(limit)}` };
    if (connection === undefined) writeBareAnomaly(anomaly);
    else writeAnomaly({ connection, at, frame, direction: "client" }, anomaly);
  }

  function writeVerdict(report: Report): void {
    gathered.end();
    if (options.describe === undefined)
      for (const finding of report.findings) writeAlert(finding, reportedEnds(finding, report));
    write(`${bareHead("stats")},"stats":${jsonText(statsOf(report, sent))}}\n`);
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
        case "notice":
          return writeNotice(observation.notice);
        case "limit":
          return writeLimit(observation.limit);
        case "finding":
          return sighted(observation.finding);
        case "verdict":
          return writeVerdict(observation.report);
        case "covered":
          return;
        default:
          observation satisfies never;
      }
    },
  };
}

type Seen = Pick<SniffEvent, "at" | "frame" | "connection" | "direction">;

interface Told {
  readonly conversation: Conversation;
  /** Its handshake's record is written. */
  tls: boolean;
}

/** The same number for the same connection of the same capture, however often it is judged; below 2^53. */
function flowIdOf({ client, server, first, id }: Connection): number {
  const digest = createHash("sha256").update(`${client.text} ${server.text} ${first} ${id}`).digest("hex");
  return Number.parseInt(digest.slice(0, FLOW_ID_DIGITS), 16);
}

/** Names as Suricata's events have them. */
const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");

const faultSlug = ({ unit, field, reason }: Fault): string => slug(`${unit} ${field} ${reason.kind}`);

/** 48 bits, as an integer that every reader of JSON holds exactly. */
const FLOW_ID_DIGITS = 12;
