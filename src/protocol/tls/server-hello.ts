/** ServerHello and HelloRetryRequest, from SSL 3.0 to TLS 1.3 and its drafts. */
import type { Decoded } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import { NO_OCTETS, own, type View } from "../../octets/view.ts";
import { present, readSessionId } from "./client-hello.ts";
import * as ext from "./extensions.ts";
import { ja3, ja3sText } from "./ja3.ts";
import type { HelloRetryRequest, ServerHello } from "./message.ts";
import { isEarlyDraft, retryNamesSuite } from "./version.ts";

/**
 * RFC 8446 §4.1.3, RFC 5246 §7.4.1.3; early drafts of TLS 1.3 by their own layout. `body` is the message without
 * its four octets of header. The fixed random of §4.1.3 makes it a HelloRetryRequest.
 */
export function decodeServerHello(body: View): Decoded<ServerHello | HelloRetryRequest> {
  const r = new Reader("server_hello", body);
  const legacyVersion = r.u16("legacy_version");
  const early = isEarlyDraft(legacyVersion);
  const random = own(r.take(32, "random"));
  const sessionId = early ? NO_OCTETS : own(readSessionId(r, "legacy_session_id_echo"));
  const cipherSuite = r.u16("cipher_suite");
  const compressionMethod = early ? 0 : r.u8("legacy_compression_method");
  const extensions = ext.readExtensions(r);
  const fields = { legacyVersion, random, sessionId, cipherSuite, compressionMethod, extensions };
  const hello = completed(fields);
  return r.end(
    isRetry(random) ? { type: "hello_retry_request", ...hello } : { type: "server_hello", ...hello },
  );
}

/** HelloRetryRequest as a message of its own: draft-ietf-tls-tls13-16 §4.1.4 to draft-21, handshake type 6. */
export function decodeHelloRetryRequest(body: View): Decoded<HelloRetryRequest> {
  const r = new Reader("hello_retry_request", body);
  const legacyVersion = r.u16("server_version");
  const cipherSuite = retryNamesSuite(legacyVersion) ? r.u16("cipher_suite") : 0;
  const extensions = ext.readExtensions(r);
  const none = { random: NO_OCTETS, sessionId: NO_OCTETS, compressionMethod: 0 };
  return r.end({
    type: "hello_retry_request",
    ...completed({ legacyVersion, cipherSuite, extensions, ...none }),
  });
}

type Wire = Pick<
  ServerHello,
  "legacyVersion" | "random" | "sessionId" | "cipherSuite" | "compressionMethod" | "extensions"
>;

function completed(wire: Wire): Omit<ServerHello, "type"> {
  const { extensions } = wire;
  const text = ja3sText(wire.legacyVersion, wire.cipherSuite, extensions);
  return {
    ...wire,
    version: ext.extension(extensions, ext.SUPPORTED_VERSIONS, ext.decodeCode) ?? wire.legacyVersion,
    ...present({
      alpn: ext.extension(extensions, ext.ALPN, ext.decodeProtocolNames)?.[0],
      group:
        ext.extension(extensions, ext.KEY_SHARE, ext.decodeServerShare) ??
        ext.extension(extensions, ext.KEY_SHARE_DRAFT, ext.decodeServerShare),
      selectedPsk: ext.extension(extensions, ext.PRE_SHARED_KEY, ext.decodeCode),
    }),
    ja3s: ja3(text),
    ja3sText: text,
  };
}

const isRetry = (random: View): boolean =>
  random.length === 32 && RETRY_RANDOM.every((o, i) => o === random[i]);

/** RFC 8446 §4.1.3: SHA-256 of "HelloRetryRequest". */
const RETRY_RANDOM = Buffer.from("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c", "hex");
