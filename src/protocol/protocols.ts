/** The protocol stage: every connection gets the session that reads what it speaks. */
import type { Notice } from "../capture/frame.ts";
import type { Stage } from "../octets/stage.ts";
import type { Timestamp } from "../octets/time.ts";
import type { Datagram } from "../packet/segment.ts";
import type { Connection, StreamItem, StreamSink } from "../stream/item.ts";
import type { Decision } from "./detect.ts";
import type { LimitEvent, ProtocolEvent, ProtocolName, Seen, Transport } from "./event.ts";
import { associations } from "./mqttsn/associations.ts";
import { type Mqtt, mqttProtocol } from "./mqtt/session.ts";
import { opening, type OpeningHost, type WaitingRoom } from "./opening.ts";
import { late } from "./late.ts";
import type { Emit } from "./protocol.ts";
import type { Skimming } from "./skimming.ts";
import { openTls, type TlsOptions } from "./tls/session.ts";
import { openWebSocket } from "./websocket/session.ts";

/** What a connection may be said to speak (`--decode-as`). */
export type Spoken = "mqtt" | "tls" | "ws";

/** What the protocol stage is given. */
export interface ProtocolSink {
  event(event: ProtocolEvent): void;
  /** Where it does not want each event. */
  readonly skimming?: Skimming | undefined;
  /** A connection is over on which nobody said anything. */
  silent?(connection: Connection, at: Timestamp): void;
  limit(limit: LimitEvent): void;
  datagram(datagram: Datagram): void;
  notice(notice: Notice): void;
  end(): void;
}

export interface ProtocolOptions {
  /** Index of the capture in the run (0). */
  readonly capture?: number;
  /** Protocols by TCP port, whatever the octets say. */
  readonly decodeAs: ReadonlyMap<number, Spoken>;
  /** TCP ports on which MQTT and TLS are expected: there, packets are believed without their CONNECT. */
  readonly ports: ReadonlySet<number> | "all";
}

/** The stage that reads connections. Sessions of one run share what is costly; nothing is kept between runs. */
export function protocols(sink: ProtocolSink, options: ProtocolOptions): StreamSink {
  const emit: Emit = event => sink.event(event);
  const context: Context = { mqtt: mqttProtocol({ skimming: sink.skimming }), room: { octets: 0 }, options };
  const host = hostOf(context, "tcp", emit);
  const sensors = associations(options.capture ?? 0, emit, limit => sink.limit(limit));
  return {
    open: connection => opening(connection, host),
    skim: context.mqtt.skim,
    silent: (connection, at) => sink.silent?.(connection, at),
    datagram(datagram): void {
      sensors.datagram(datagram);
      sink.datagram(datagram);
    },
    limit: limit => sink.limit({ type: "stream.limit", ...limit }),
    notice: notice => sink.notice(notice),
    end(): void {
      sensors.end();
      sink.end();
    },
  };
}

interface Context {
  readonly mqtt: Mqtt;
  readonly room: WaitingRoom;
  readonly options: ProtocolOptions;
}

/** How connections are opened, or what TLS carries: then gaps and endings are TLS's to tell. */
function hostOf(context: Context, transport: Transport, emit: Emit): OpeningHost {
  const { options, room } = context;
  const inside = transport !== "tcp";
  const spoken = (connection: Connection): Spoken | undefined =>
    inside ? undefined : spokenOn(options.decodeAs, connection);
  return {
    ports: options.ports,
    inside,
    room,
    forced(connection) {
      const name = spoken(connection);
      return name === undefined ? undefined : NAMES[name];
    },
    open(connection, { protocol, like, begun }, item) {
      const tell = (at: StreamItem, name: ProtocolName | undefined, looks?: Decision["like"]): void =>
        emit({ type: "stream.protocol", ...seenOn(at, connection, transport), protocol: name, like: looks });
      const open = (name: Exclude<Decision["protocol"], "unknown">, at: StreamItem): Stage<StreamItem> => {
        if (!inside) tell(at, name);
        const forced = spoken(connection) === "ws";
        return sessionOf(context, name, connection, transport, emit, { forced, begun: begun === true });
      };
      if (protocol !== "unknown") return open(protocol, item);
      return inside
        ? NOTHING
        : late(connection, like, { open, unread: (at, looks) => tell(at, undefined, looks) });
    },
    proxy(connection, header, [from, to], chunks) {
      const last = chunks.at(-1);
      if (last === undefined) return;
      const carriers = chunks.map(({ frame, position, offset, length: octets }) => ({
        frame,
        position,
        offset,
        length: Math.min(octets, to - offset),
      }));
      const where = { ...seenOn(last, connection, transport), from, to, carriers };
      emit({ type: "proxy.header", ...where, ...header });
    },
  };
}

function sessionOf(
  context: Context,
  protocol: Exclude<Decision["protocol"], "unknown">,
  connection: Connection,
  transport: Transport,
  emit: Emit,
  webSocket: { readonly forced: boolean; readonly begun: boolean },
): Stage<StreamItem> {
  const { mqtt } = context;
  const inside = transport !== "tcp";
  switch (protocol) {
    case "mqtt":
      return mqtt.open(connection, transport, emit, { inside });
    case "websocket":
      return openWebSocket(connection, transport, emit, { mqtt, inside, ...webSocket });
    case "tls":
      return openTls(connection, transport, emit, tlsOptions(context));
    default:
      return protocol satisfies never;
  }
}

const tlsOptions = (context: Context): TlsOptions => ({
  inner: (carried, over, tell) => opening(carried, hostOf(context, over, tell)),
});

function spokenOn(decodeAs: ReadonlyMap<number, Spoken>, { server, client }: Connection): Spoken | undefined {
  return decodeAs.size === 0 ? undefined : (decodeAs.get(server.port) ?? decodeAs.get(client.port));
}

const seenOn = (item: StreamItem, connection: Connection, transport: Transport): Seen => ({
  at: item.at,
  frame: item.arrival,
  connection,
  direction: item.kind === "end" ? "client" : item.direction,
  transport,
  from: 0,
  to: 0,
  carriers: [],
});

const NAMES = { mqtt: "mqtt", tls: "tls", ws: "websocket" } as const;

/** What TLS carries and nobody knows costs nothing more. */
const NOTHING: Stage<StreamItem> = { push: () => undefined, end: () => undefined };
