/** ClientHello, from SSL 3.0 to TLS 1.3 and its drafts. */
import type { Decoded } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import { type Owned, own, type View } from "../../octets/view.ts";
import * as ext from "./extensions.ts";
import { ja3, ja3Text } from "./ja3.ts";
import { ja4 } from "./ja4.ts";
import { LIMITS } from "./limits.ts";
import type { ClientHello, Extension } from "./message.ts";
import type { Sslv2ClientHello } from "./sslv2.ts";

/** What a ClientHello says before fingerprints are taken of it. */
export type ClientHelloFields = Omit<ClientHello, "ja3" | "ja3Text" | "ja4">;

/** RFC 8446 §4.1.2, RFC 5246 §7.4.1.2, RFC 6101 §5.6.1.2. `body` is the message without its four octets of header. */
export function decodeClientHello(body: View): Decoded<ClientHello> {
  const r = new Reader("client_hello", body);
  const legacyVersion = r.u16("legacy_version");
  const random = own(r.take(32, "random"));
  const sessionId = own(readSessionId(r, "legacy_session_id"));
  const cipherSuites = readSuites(r);
  const compressionMethods = [...r.take(r.u8("legacy_compression_methods"), "legacy_compression_methods")];
  const extensions = ext.readExtensions(r);
  const decoded = r.end({ legacyVersion, random, sessionId, cipherSuites, compressionMethods, extensions });
  if (!decoded.ok) return decoded;
  const hello: ClientHelloFields = { type: "client_hello", ...decoded.value, ...fromExtensions(extensions) };
  return { ok: true, value: fingerprinted(hello) };
}

/**
 * A hello in the form of SSLv2 that asks for TLS (RFC 5246 §E.2): the challenge, right-justified, is the random. Cipher
 * specs of SSLv2 keep their three octets.
 */
export function fromSslv2(hello: Sslv2ClientHello): ClientHello {
  const random = new Uint8Array(32) as Owned;
  random.set(hello.challenge, 32 - hello.challenge.length);
  return fingerprinted({
    type: "client_hello",
    legacyVersion: hello.version,
    random,
    sessionId: hello.sessionId,
    cipherSuites: hello.cipherSpecs,
    compressionMethods: [0],
    extensions: [],
  });
}

/** Fingerprints are hashes of the whole hello: taken when some view asks for them, and most views never do. */
const fingerprinted = (hello: ClientHelloFields): ClientHello => ({
  ...hello,
  get ja3Text() {
    return ja3Text(hello);
  },
  get ja3() {
    return ja3(ja3Text(hello));
  },
  get ja4() {
    return ja4(hello);
  },
});

/** RFC 8446 §4.1.2: `opaque legacy_session_id<0..32>`. */
export function readSessionId(r: Reader, field: string): View {
  const length = r.u8(field);
  if (length > 32) r.tooLarge(field, length, 32);
  return r.take(length, field);
}

function readSuites(r: Reader): number[] {
  const length = r.u16("cipher_suites");
  if (length > 2 * LIMITS.hello) r.tooLarge("cipher_suites", length / 2, LIMITS.hello);
  const list = r.sub(length, "cipher_suites");
  const suites: number[] = [];
  while (list.left > 0) suites.push(list.u16("CipherSuite"));
  return suites;
}

function fromExtensions(list: readonly Extension[]): Partial<ClientHelloFields> {
  const psks = ext.extension(list, ext.PRE_SHARED_KEY, ext.decodeOfferedPsks);
  return present({
    serverName: ext.extension(list, ext.SERVER_NAME, ext.decodeServerName),
    alpn: ext.extension(list, ext.ALPN, ext.decodeProtocolNames),
    supportedVersions: ext.extension(list, ext.SUPPORTED_VERSIONS, ext.decodeSupportedVersions),
    groups: ext.extension(list, ext.SUPPORTED_GROUPS, ext.decodeCodes),
    pointFormats: ext.extension(list, ext.EC_POINT_FORMATS, ext.decodeSmallCodes),
    signatureAlgorithms: ext.extension(list, ext.SIGNATURE_ALGORITHMS, ext.decodeCodes),
    keyShares:
      ext.extension(list, ext.KEY_SHARE, ext.decodeKeyShares) ??
      ext.extension(list, ext.KEY_SHARE_DRAFT, ext.decodeKeyShares),
    pskModes: ext.extension(list, ext.PSK_KEY_EXCHANGE_MODES, ext.decodeSmallCodes),
    pskIdentities: psks?.identities,
    pskAges: psks?.ages,
  });
}

type Present<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** The fields that have a value: what was absent on the wire is absent here. */
export function present<Fields extends object>(fields: Fields): Present<Fields> {
  const kept: Partial<Fields> = {};
  for (const name in fields) if (fields[name] !== undefined) kept[name] = fields[name];
  return kept as Present<Fields>;
}
