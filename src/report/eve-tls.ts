/** A handshake as Suricata's EVE records spell it: the record's `tls` object. */
import { base64 } from "../octets/payload.ts";
import { type WireText, wireString } from "../octets/text.ts";
import { rfc3339, type Timestamp } from "../octets/time.ts";
import type { ClientHello, ServerHello } from "../protocol/tls/message.ts";
import { isGrease, protocolVersions } from "../protocol/tls/registry.ts";
import type { Certificate, DistinguishedName } from "../protocol/x509/certificate.ts";
import type { TlsConversation } from "../session/conversation.ts";
import { altNameValue } from "../verdict/certificate.ts";
import { shownText } from "./eve-mqtt.ts";
import type { Plain } from "./plain.ts";

/** What was seen of a handshake; undefined where neither hello was. */
export function eveTls(tls: TlsConversation, reveal: boolean): Plain | undefined {
  const shown = (text: WireText): string => shownText(text, { reveal });
  const { clientHello, serverHello } = tls;
  if (clientHello === undefined && serverHello === undefined) return undefined;
  return {
    ...certificateMembers(tls.chain),
    session_resumed: tls.resumed ? true : undefined,
    sni: clientHello?.serverName === undefined ? undefined : shown(clientHello.serverName),
    version: serverHello === undefined ? undefined : versionText(serverHello.version),
    client_alpns: clientHello?.alpn?.map(shown),
    server_alpns: serverHello?.alpn === undefined ? undefined : [shown(serverHello.alpn)],
    ja3: clientHello === undefined ? undefined : { hash: clientHello.ja3, string: clientHello.ja3Text },
    ja3s: serverHello === undefined ? undefined : { hash: serverHello.ja3s, string: serverHello.ja3sText },
    ja4: clientHello?.ja4,
    client_handshake: clientHello === undefined ? undefined : clientHandshake(clientHello),
    server_handshake: serverHello === undefined ? undefined : serverHandshake(serverHello),
    client: tls.clientChain.length === 0 ? undefined : certificateMembers(tls.clientChain),
  };
}

/** Of the first certificate, and the octets of all. */
function certificateMembers(chain: readonly Certificate[]): { readonly [name: string]: Plain | undefined } {
  const [leaf] = chain;
  if (leaf === undefined) return {};
  const { fields } = leaf;
  return {
    subject: fields === undefined ? undefined : distinguishedName(fields.subject),
    issuerdn: fields === undefined ? undefined : distinguishedName(fields.issuer),
    serial: fields === undefined ? undefined : pairs(fields.serialNumber).toUpperCase(),
    fingerprint: pairs(leaf.sha1),
    notbefore: fields === undefined ? undefined : dateText(fields.notBefore),
    notafter: fields === undefined ? undefined : dateText(fields.notAfter),
    subjectaltname: fields?.subjectAltNames.length ? fields.subjectAltNames.map(altNameValue) : undefined,
    certificate: base64(leaf.der),
    chain: chain.map(certificate => base64(certificate.der)),
  };
}

const clientHandshake = (hello: ClientHello): Plain => ({
  version: versionText(highest(hello.supportedVersions) ?? hello.legacyVersion),
  ciphers: filled(hello.cipherSuites),
  exts: filled(hello.extensions.map(extension => extension.type)),
  sig_algs: filled(hello.signatureAlgorithms),
});

const serverHandshake = (hello: ServerHello): Plain => ({
  version: versionText(hello.version),
  cipher: hello.cipherSuite,
  exts: filled(hello.extensions.map(extension => extension.type)),
});

const highest = (versions: readonly number[] | undefined): number | undefined => {
  const known = versions?.filter(version => !isGrease(version)) ?? [];
  return known.length === 0 ? undefined : Math.max(...known);
};

/** The schema allows no empty lists. */
const filled = (numbers: readonly number[] | undefined): readonly number[] | undefined =>
  numbers !== undefined && numbers.length > 0 ? numbers : undefined;

/** `SSLv3`, `TLSv1`, and the standard's names from TLS 1.1 on. */
const versionText = (version: number): string =>
  OLD_VERSIONS.get(version) ?? protocolVersions.nameOf(version);

/** The address attribute of PKCS #9 has a short name of its own there. */
const distinguishedName = (name: DistinguishedName): string =>
  name.map(({ type, value }) => `${MAIL.has(type) ? "Email" : type}=${wireString(value)}`).join(", ");

/** `0097e6` as `00:97:e6`. */
const pairs = (hex: string): string => hex.match(/../g)?.join(":") ?? "";

/** Without zone; years that the schema's four digits cannot say are left out. */
function dateText(at: Timestamp): string | undefined {
  const text = rfc3339(at).slice(0, 19);
  return /^[12]\d{3}-/.test(text) ? text : undefined;
}

const OLD_VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0002, "SSLv2"],
  [0x0300, "SSLv3"],
  [0x0301, "TLSv1"],
]);

const MAIL: ReadonlySet<string> = new Set(["emailAddress", "E", "1.2.840.113549.1.9.1"]);
