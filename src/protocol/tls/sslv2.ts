/** SSLv2 hellos (draft-hickman-netscape-ssl-00 §2.5, RFC 5246 §E.2): recognised, and not followed further. */
import type { Decoded } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import { type Owned, own, type View } from "../../octets/view.ts";
import { LIMITS } from "./limits.ts";

export interface Sslv2Hello {
  readonly version: number;
  /** Three octets each; those below 0x010000 are cipher suites of TLS. */
  readonly cipherSpecs: readonly number[];
}

/** What a client's says beside: RFC 5246 §E.2 makes a session id and a random of it. */
export interface Sslv2ClientHello extends Sslv2Hello {
  readonly sessionId: Owned;
  readonly challenge: Owned;
}

/** What a server's says beside: the octets of its certificate. */
export interface Sslv2ServerHello extends Sslv2Hello {
  readonly certificate: Owned;
}

/** Octets of the longest hello that is believed: the length field alone would allow 32 KiB. */
export const LONGEST_HELLO = 4_096;

/** CLIENT-HELLO without the two octets of record header. A client may send it and still get an answer in TLS. */
export function decodeSslv2ClientHello(body: View): Decoded<Sslv2ClientHello> {
  const r = new Reader("CLIENT-HELLO", body);
  if (r.u8("MSG-CLIENT-HELLO") !== CLIENT_HELLO) r.reject("MSG-CLIENT-HELLO", body[0] ?? 0, CLAUSE);
  const version = r.u16("CLIENT-VERSION");
  const specs = r.u16("CIPHER-SPECS-LENGTH");
  const session = r.u16("SESSION-ID-LENGTH");
  const challenge = r.u16("CHALLENGE-LENGTH");
  if (version !== SSL_2_0 && (version < 0x0300 || version > 0x0304))
    r.reject("CLIENT-VERSION", version, CLAUSE);
  if (session !== 0 && session !== 16) r.reject("SESSION-ID-LENGTH", session, CLAUSE);
  if (challenge < 16 || challenge > 32) r.reject("CHALLENGE-LENGTH", challenge, CLAUSE);
  const cipherSpecs = readSpecs(r, specs);
  const sessionId = own(r.take(session, "SESSION-ID-DATA"));
  return r.end({ version, cipherSpecs, sessionId, challenge: own(r.take(challenge, "CHALLENGE-DATA")) });
}

/** SERVER-HELLO without its record header: proof that SSLv2 is spoken. */
export function decodeSslv2ServerHello(body: View): Decoded<Sslv2ServerHello> {
  const r = new Reader("SERVER-HELLO", body);
  if (r.u8("MSG-SERVER-HELLO") !== SERVER_HELLO) r.reject("MSG-SERVER-HELLO", body[0] ?? 0, CLAUSE);
  r.u8("SESSION-ID-HIT");
  r.u8("CERTIFICATE-TYPE");
  const version = r.u16("SERVER-VERSION");
  if (version !== SSL_2_0) r.reject("SERVER-VERSION", version, CLAUSE);
  const octets = r.u16("CERTIFICATE-LENGTH");
  const specs = r.u16("CIPHER-SPECS-LENGTH");
  const connection = r.u16("CONNECTION-ID-LENGTH");
  const certificate = own(r.take(octets, "CERTIFICATE-DATA"));
  const cipherSpecs = readSpecs(r, specs);
  r.take(connection, "CONNECTION-ID-DATA");
  return r.end({ version, cipherSpecs, certificate });
}

function readSpecs(r: Reader, length: number): number[] {
  if (length > 3 * LIMITS.hello) r.tooLarge("CIPHER-SPECS-LENGTH", length / 3, LIMITS.hello);
  const list = r.sub(length, "CIPHER-SPECS-DATA");
  const specs: number[] = [];
  while (list.left > 0) specs.push(list.u24("CIPHER-SPEC"));
  return specs;
}

const CLIENT_HELLO = 1;
const SERVER_HELLO = 4;
const SSL_2_0 = 0x0002;
const CLAUSE = "draft-hickman-netscape-ssl-00 §2.5";
