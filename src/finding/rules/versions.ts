/** TLS versions, suites and extensions as the rules name them, and what rules about a chosen suite have in common. */
import type { ClientHello, ServerHello } from "../../protocol/tls/message.ts";
import { cipherSuites, protocolVersions, supportedGroups } from "../../protocol/tls/registry.ts";
import type { TlsConversation } from "../../session/conversation.ts";
import type { Sighting } from "../rule.ts";

/** RFC 6101, RFC 2246, RFC 4346, RFC 5246, RFC 8446: ProtocolVersion. */
export const SSL_3_0 = 0x0300;
export const TLS_1_0 = 0x0301;
export const TLS_1_1 = 0x0302;
export const TLS_1_2 = 0x0303;
export const TLS_1_3 = 0x0304;

/** RFC 7366, RFC 7627, RFC 5746: ExtensionType values. */
export const ENCRYPT_THEN_MAC = 22;
export const EXTENDED_MASTER_SECRET = 23;
export const RENEGOTIATION_INFO = 0xff01;

export const versionName = (version: number): string => protocolVersions.nameOf(version);
export const suiteName = (suite: number): string => cipherSuites.nameOf(suite);
export const groupName = (group: number): string => supportedGroups.nameOf(group);

export const hasExtension = (hello: ClientHello | ServerHello, type: number): boolean =>
  hello.extensions.some(extension => extension.type === type);

/** The versions that a client would have agreed to, as far as they are versions of TLS. */
export const offers = (hello: ClientHello, version: number): boolean =>
  hello.supportedVersions?.includes(version) ?? hello.legacyVersion >= version;

/** A finding about the suite that the broker chose, where `matches` says so. */
export function chosenSuite(
  { serverHello }: TlsConversation,
  matches: (suite: number) => boolean,
): Sighting | undefined {
  if (serverHello === undefined || !matches(serverHello.cipherSuite)) return undefined;
  return { field: "server_hello.cipher_suite", shown: suiteName(serverHello.cipherSuite), ofBroker: true };
}
