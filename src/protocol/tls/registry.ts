/** Names of TLS code points, from the reviewed tables in registry/; a table is read when its first name is asked for. */
import { type CodePoints, codePoints } from "../../octets/code-points.ts";
import { ALERTS } from "./registry/alerts.generated.ts";
import { CIPHER_SUITES } from "./registry/cipher-suites.generated.ts";
import { EXTENSIONS } from "./registry/extensions.generated.ts";
import { HANDSHAKE_TYPES } from "./registry/handshake-types.generated.ts";
import { SIGNATURE_SCHEMES } from "./registry/signature-schemes.generated.ts";
import { SUPPORTED_GROUPS } from "./registry/supported-groups.generated.ts";
import { VERSIONS } from "./registry/versions.generated.ts";

/** RFC 8701 §2: the sixteen values 0x0A0A, 0x1A1A … 0xFAFA, which mean nothing and must be ignored. */
export const isGrease = (id: number): boolean => id % 0x100 === Math.floor(id / 0x100) && id % 0x10 === 0xa;

export const cipherSuites: CodePoints = lazily("TLS Cipher Suites", CIPHER_SUITES, 2, grease);
export const supportedGroups: CodePoints = lazily("TLS Supported Groups", SUPPORTED_GROUPS, 2, grease);
export const signatureSchemes: CodePoints = lazily("TLS SignatureScheme", SIGNATURE_SCHEMES, 2, grease);
export const extensionTypes: CodePoints = lazily("TLS ExtensionType Values", EXTENSIONS, 2, grease);
/** `TLS 1.2`, `TLS 1.3 draft-23`; what no standard and no draft knows is hex: `0xFB1A`. */
export const protocolVersions: CodePoints = lazily("ProtocolVersion", VERSIONS, 2, draft);
export const alertDescriptions: CodePoints = lazily("TLS Alerts", ALERTS, 1);
export const handshakeTypes: CodePoints = lazily("TLS HandshakeType", HANDSHAKE_TYPES, 1);

/** A registry whose rows are parted when the first name is asked for, so that loading this module costs nothing. */
function lazily(
  registry: string,
  rows: string,
  width: 1 | 2,
  special?: (id: number) => string | undefined,
): CodePoints {
  let table: CodePoints | undefined;
  const read = (): CodePoints => (table ??= codePoints(registry, parted(rows), width, special));
  return {
    registry,
    find: id => read().find(id),
    nameOf: id => read().nameOf(id),
    of: id => read().of(id),
  };
}

/** The generator's rows: `1301 TLS_AES_128_GCM_SHA256`, one a line. */
const parted = (rows: string): (readonly [id: number, name: string])[] =>
  rows.split("\n").map(row => {
    const space = row.indexOf(" ");
    return [Number.parseInt(row.slice(0, space), 16), row.slice(space + 1)] as const;
  });

/** GREASE has no rows: every registry of two octets knows it by its form. */
function grease(id: number): string | undefined {
  return isGrease(id) ? "GREASE" : undefined;
}

/** Drafts of RFC 8446 numbered their versions 0x7F00 + n: 0x7F17 is "TLS 1.3 draft-23". */
function draft(id: number): string | undefined {
  const number = id - 0x7f00;
  return number > 0 && number <= LAST_DRAFT ? `TLS 1.3 draft-${number}` : grease(id);
}

/** draft-ietf-tls-tls13-28 became RFC 8446. */
const LAST_DRAFT = 28;
