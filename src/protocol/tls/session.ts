/** One TLS connection: stream items become handshake messages, alerts, the shapes of what is protected, and counts. */
import type { Stage } from "../../octets/stage.ts";
import type { View } from "../../octets/view.ts";
import type { Connection, Direction, End, StreamItem } from "../../stream/item.ts";
import type { Seen, Transport } from "../event.ts";
import { passItem } from "../passing.ts";
import type { Emit, Protocol } from "../protocol.ts";
import type { Certificate } from "../x509/certificate.ts";
import { parsePublicKey } from "../x509/public-key.ts";
import { parseCertificate, unparsedCertificate } from "../x509/parse.ts";
import { fromSslv2 } from "./client-hello.ts";
import { decodeHandshake } from "./decode.ts";
import {
  exchange,
  type Exchange,
  seen,
  settleClientHello,
  settleRetry,
  settleServerHello,
  tellFault,
} from "./exchange.ts";
import { type Inner, inner, type OpenInner } from "./inner.ts";
import { LIMITS } from "./limits.ts";
import type { CertificateMessage, HandshakeMessage } from "./message.ts";
import { recognizeTls } from "./recognize.ts";
import { Side, type SideSink } from "./side.ts";
import { decodeSslv2ClientHello, decodeSslv2ServerHello } from "./sslv2.ts";

export interface TlsOptions {
  /** Opens the session that reads application data where the suite does not encrypt it. */
  readonly inner?: OpenInner;
}

export const tls: Protocol = {
  name: "tls",
  recognize: recognizeTls,
  open: (connection, transport, emit) => openTls(connection, transport, emit, {}),
};

/**
 * Opens one connection's session. `transport` is what carries the records. Each unit is told on the item that
 * completed it; octets are looked at no further than the headers of records whose content is hidden.
 */
export function openTls(
  connection: Connection,
  transport: Transport,
  emit: Emit,
  options: TlsOptions,
): Stage<StreamItem> {
  const state = exchange(connection, transport, emit);
  let inside: Inner | undefined;

  const sink: SideSink = {
    message: (side, { type, octets, body }, from, to) => {
      const unit = { octets, start: 0, end: octets.length };
      const decoded = decodeHandshake(type, body, state, {
        rawPublicKey: state.rawPublicKeys[side.direction],
      });
      if (!decoded.ok) tellFault(state, decoded.fault, seen(state, side, from, to, unit));
      else tellMessage(state, side, decoded.value, { from, to, unit }, rightRoles);
    },
    sslv2: (side, fragment, from, to) => {
      if (!tellSslv2(state, side, fragment, from, to)) side.stop();
      else if (side === sides.server) stop();
    },
    content: (side, content, octets, from) => {
      if (options.inner === undefined) return;
      inside ??= inner(options.inner, connection, emit);
      if (content === undefined) inside.gap(side, octets);
      else inside.data(side, content, from);
    },
  };
  const sides: Record<Direction, Side> = {
    client: new Side("client", state, sink, connection.midstream),
    server: new Side("server", state, sink, connection.midstream),
  };

  const stop = (): void => {
    sides.client.stop();
    sides.server.stop();
  };

  /** Who sends a ClientHello is the client, unless TCP's own handshake says otherwise. */
  function rightRoles(side: Side, direction: Direction): void {
    if (side.direction === direction || connection.roles === "handshake" || connection.roles === "content")
      return;
    connection.swapRoles();
    const { client, server } = sides;
    sides.client = server;
    sides.server = client;
    sides.client.direction = "client";
    sides.server.direction = "server";
  }

  const close = (end: End): void => {
    const { at, arrival: frame } = end;
    const applicationData = state.progress.counts();
    const where = {
      at,
      frame,
      connection,
      direction: "client",
      transport,
      from: 0,
      to: 0,
      carriers: [],
    } as const;
    emit({ type: "tls.closed", ...where, applicationData, goodbyes: state.progress.goodbyes() });
    inside?.pass(end);
    passItem(end, transport, emit);
  };

  return {
    push(item) {
      switch (item.kind) {
        case "chunk":
          return sides[item.direction].push(item);
        case "gap":
          passItem(item, transport, emit);
          return sides[item.direction].gap(item);
        case "close":
          inside?.pass(item);
          return passItem(item, transport, emit);
        case "overlap":
          return passItem(item, transport, emit);
        case "end":
          return close(item);
        default:
          return item satisfies never;
      }
    },
    end() {},
  };
}

/** Takes what a message settles for those after it, and tells it. */
function tellMessage(
  state: Exchange,
  side: Side,
  message: HandshakeMessage,
  { from, to, unit }: Pick<Seen, "from" | "to" | "unit">,
  rightRoles: (side: Side, direction: Direction) => void,
): void {
  if (message.type === "client_hello") rightRoles(side, "client");
  if (message.type === "server_hello") rightRoles(side, "server");
  const where = seen(state, side, from, to, unit);
  const { emit } = state;
  switch (message.type) {
    case "client_hello":
      settleClientHello(state, message);
      return emit({ type: "tls.client_hello", ...where, message });
    case "server_hello":
      return emit({ type: "tls.server_hello", ...where, message, ...settleServerHello(state, message) });
    case "hello_retry_request":
      settleRetry(state, message);
      return emit({ type: "tls.hello_retry_request", ...where, message });
    case "certificate": {
      const chain = parsed(message);
      const rawPublicKey = message.rawPublicKey && parsePublicKey(message.rawPublicKey);
      emit({ type: "tls.certificate", ...where, chain, ...(rawPublicKey !== undefined && { rawPublicKey }) });
      for (const { fault, sha256 } of chain.slice(0, LIMITS.parsedCertificates))
        if (fault !== undefined) emit({ type: "x509.malformed", ...where, fault, sha256 });
      if (message.omitted !== undefined) tellFault(state, tooManyCertificates(message.omitted), where);
      return;
    }
    case "certificate_request":
      return emit({ type: "tls.certificate_request", ...where, message });
    case "server_key_exchange":
      return emit({ type: "tls.server_key_exchange", ...where, message });
    case "client_key_exchange":
      return emit({ type: "tls.client_key_exchange", ...where, message });
    case "new_session_ticket":
      return emit({ type: "tls.new_session_ticket", ...where, message });
    default:
      if (message.type === "finished") state.progress.finished(side.direction);
      return emit({ type: "tls.handshake", ...where, message });
  }
}

/** Certificates beyond the ceiling have their hash and the reason why they were not looked into. */
const parsed = (message: CertificateMessage): Certificate[] =>
  message.certificates.map((der, index) =>
    index < LIMITS.parsedCertificates ? parseCertificate(der) : unparsedCertificate(der, tooDeep(index)),
  );

const tooDeep = (index: number) =>
  ({
    unit: "certificate",
    field: "certificate_list",
    offset: 0,
    reason: { kind: "too-large", size: index + 1, limit: LIMITS.parsedCertificates },
  }) as const;

const tooManyCertificates = (omitted: number) =>
  ({
    unit: "certificate",
    field: "certificate_list",
    offset: 0,
    reason: {
      kind: "too-large",
      size: LIMITS.listedCertificates + omitted,
      limit: LIMITS.listedCertificates,
    },
  }) as const;

/** False where the record is no hello of SSLv2. A client's that asks for TLS is a ClientHello like any other. */
function tellSslv2(state: Exchange, side: Side, fragment: View, from: number, to: number): boolean {
  const where = seen(state, side, from, to);
  const { emit } = state;
  if (side.direction === "client") {
    const decoded = decodeSslv2ClientHello(fragment);
    if (!decoded.ok) tellFault(state, decoded.fault, where);
    else if (decoded.value.version >= SSL_3_0) {
      const message = fromSslv2(decoded.value);
      settleClientHello(state, message);
      emit({ type: "tls.client_hello", ...where, message });
    } else {
      const { version, cipherSpecs } = decoded.value;
      emit({ type: "tls.sslv2_hello", ...where, version, cipherSpecs });
    }
    return decoded.ok;
  }
  const decoded = decodeSslv2ServerHello(fragment);
  if (!decoded.ok) {
    tellFault(state, decoded.fault, where);
    return false;
  }
  const { version, cipherSpecs, certificate } = decoded.value;
  emit({ type: "tls.sslv2_hello", ...where, version, cipherSpecs });
  if (certificate.length > 0)
    emit({ type: "tls.certificate", ...where, chain: [parseCertificate(certificate)] });
  return true;
}

const SSL_3_0 = 0x0300;
