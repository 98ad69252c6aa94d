/** TLS versions and suites as the rules name them. */
import { cipherSuites, protocolVersions } from "../../protocol/tls/registry.ts";

/** RFC 6101, RFC 2246, RFC 4346, RFC 5246: ProtocolVersion. */
export const SSL_3_0 = 0x0300;
export const TLS_1_0 = 0x0301;
export const TLS_1_1 = 0x0302;
export const TLS_1_2 = 0x0303;

export const versionName = (version: number): string => protocolVersions.nameOf(version);
export const suiteName = (suite: number): string => cipherSuites.nameOf(suite);
