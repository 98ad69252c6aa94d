/** What an event line says of each TLS message, beside the common fields: numbers of registries with their names. */
import type { CodePoint } from "../octets/code-points.ts";
import type { ProtocolEvent } from "../protocol/event.ts";
import type { ClientHello, HelloRetryRequest, ServerHello } from "../protocol/tls/message.ts";
import {
  alertDescriptions,
  cipherSuites,
  extensionTypes,
  protocolVersions,
  signatureSchemes,
  supportedGroups,
} from "../protocol/tls/registry.ts";
import { reportCertificate, reportFault, reportPublicKey } from "../verdict/certificate.ts";
import type { Fields } from "./mqtt-fields.ts";

export type TlsEvent = Extract<ProtocolEvent, { readonly type: `tls.${string}` | "x509.malformed" }>;

/** undefined for events that only other stages need. */
export function tlsFields(event: TlsEvent): Fields | undefined {
  switch (event.type) {
    case "tls.client_hello":
      return clientHelloFields(event.message);
    case "tls.server_hello":
      return serverHelloFields(event.message, event.resumed);
    case "tls.hello_retry_request":
      return serverHelloFields(event.message, undefined);
    case "tls.certificate":
      return {
        chain: event.chain.map(reportCertificate),
        rawPublicKey: event.rawPublicKey && reportPublicKey(event.rawPublicKey),
      };
    case "tls.server_key_exchange": {
      const { group, bits, signatureAlgorithm } = event.message;
      return {
        group: named(supportedGroups, group),
        bits,
        signatureAlgorithm: named(signatureSchemes, signatureAlgorithm),
      };
    }
    case "tls.client_key_exchange":
      return { pskIdentity: event.message.pskIdentity };
    case "tls.new_session_ticket":
      return { lifetime: event.message.lifetime };
    case "tls.alert":
      return event.encrypted
        ? { encrypted: true }
        : { level: alertLevel(event.level), description: alertDescriptions.of(event.description) };
    case "tls.established":
    case "tls.closed":
      return { applicationData: event.applicationData };
    case "tls.sslv2_hello":
      return { version: protocolVersions.of(event.version), cipherSpecs: event.cipherSpecs };
    case "tls.malformed":
      return { fault: reportFault(event.fault) };
    case "x509.malformed":
      return { sha256: event.sha256, fault: reportFault(event.fault) };
    case "tls.certificate_request":
    case "tls.change_cipher_spec":
      return {};
    case "tls.handshake":
    case "tls.record":
      return undefined;
    default:
      return event satisfies never;
  }
}

const clientHelloFields = (hello: ClientHello): Fields => ({
  legacyVersion: protocolVersions.of(hello.legacyVersion),
  supportedVersions: hello.supportedVersions?.map(protocolVersions.of),
  cipherSuites: hello.cipherSuites.map(cipherSuites.of),
  extensions: hello.extensions.map(extension => extensionTypes.of(extension.type)),
  serverName: hello.serverName,
  alpn: hello.alpn,
  groups: hello.groups?.map(supportedGroups.of),
  keyShares: hello.keyShares?.map(supportedGroups.of),
  signatureAlgorithms: hello.signatureAlgorithms?.map(signatureSchemes.of),
  ja3: hello.ja3,
  ja4: hello.ja4,
});

const serverHelloFields = (hello: ServerHello | HelloRetryRequest, resumed: boolean | undefined): Fields => ({
  version: protocolVersions.of(hello.version),
  cipherSuite: cipherSuites.of(hello.cipherSuite),
  extensions: hello.extensions.map(extension => extensionTypes.of(extension.type)),
  compressionMethod: hello.compressionMethod === 0 ? undefined : hello.compressionMethod,
  alpn: hello.alpn,
  group: named(supportedGroups, hello.group),
  resumed,
  ja3s: hello.ja3s,
});

/** RFC 8446 §6: AlertLevel. */
export const alertLevel = (level: number): CodePoint => ({
  id: level,
  name:
    level === 1
      ? "warning"
      : level === 2
        ? "fatal"
        : `0x${level.toString(16).toUpperCase().padStart(2, "0")}`,
});

const named = (registry: { of(id: number): CodePoint }, id: number | undefined): CodePoint | undefined =>
  id === undefined ? undefined : registry.of(id);
