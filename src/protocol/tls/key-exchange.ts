/** ServerKeyExchange and ClientKeyExchange of TLS 1.2 and earlier: what is agreed upon, never the secret. */
import type { Decoded } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import { wireText } from "../../octets/text.ts";
import { own, type View } from "../../octets/view.ts";
import type { ClientKeyExchange, ServerKeyExchange } from "./message.ts";
import { keyExchange } from "./suite.ts";
import { TLS_1_2 } from "./version.ts";

/**
 * RFC 5246 §7.4.3, RFC 8422 §5.4, RFC 4279 §2, RFC 5489 §2. The layout follows from `suite`: for one that is not
 * known the message says nothing more than that it was there.
 */
export function decodeServerKeyExchange(
  body: View,
  suite: number,
  version: number,
): Decoded<ServerKeyExchange> {
  const r = new Reader("server_key_exchange", body);
  const exchange = keyExchange(suite);
  if (exchange === undefined) return r.soFar({ type: "server_key_exchange" });
  const pskHint = exchange.psk
    ? { pskHint: wireText(r.take(r.u16("psk_identity_hint"), "psk_identity_hint")) }
    : {};
  const parameters = readParameters(r, exchange.method, exchange.export);
  if (parameters === undefined) return r.soFar({ type: "server_key_exchange", ...pskHint });
  if (parameters.group !== undefined && parameters.publicKey === undefined)
    return r.soFar({ type: "server_key_exchange", ...pskHint, ...parameters });
  const signed = exchange.signed || exchange.method === "RSA";
  const algorithm =
    signed && version >= TLS_1_2 ? { signatureAlgorithm: r.u16("SignatureAndHashAlgorithm") } : {};
  if (signed) r.take(r.u16("signature"), "signature");
  return r.end({ type: "server_key_exchange", ...pskHint, ...parameters, ...algorithm });
}

/** RFC 5246 §7.4.7, RFC 8422 §5.7, RFC 4279 §2: the PSK identity, and the client's half of an ephemeral exchange. */
export function decodeClientKeyExchange(body: View, suite: number): Decoded<ClientKeyExchange> {
  const r = new Reader("client_key_exchange", body);
  const exchange = keyExchange(suite);
  if (exchange === undefined) return r.soFar({ type: "client_key_exchange" });
  const identity = exchange.psk
    ? { pskIdentity: wireText(r.take(r.u16("psk_identity"), "psk_identity")) }
    : {};
  // RFC 5246 §7.4.7.2: with a certificate that holds the static key the message is empty.
  const share = r.left === 0 ? undefined : shareLength(exchange.method, r);
  const publicKey = share === undefined ? {} : { publicKey: own(r.take(share, "public")) };
  return r.soFar({ type: "client_key_exchange", ...identity, ...publicKey });
}

type Parameters = Pick<ServerKeyExchange, "group" | "bits" | "prime" | "publicKey">;

function readParameters(r: Reader, method: string, exportable: boolean): Parameters | undefined {
  switch (method) {
    case "ECDHE":
      return readCurve(r);
    case "DHE": {
      const prime = own(withoutZeros(r.take(r.u16("dh_p"), "dh_p")));
      r.take(r.u16("dh_g"), "dh_g");
      const publicKey = own(r.take(r.u16("dh_Ys"), "dh_Ys"));
      return { bits: bitLength(prime), prime, publicKey };
    }
    case "RSA": {
      if (!exportable) return undefined;
      const modulus = withoutZeros(r.take(r.u16("rsa_modulus"), "rsa_modulus"));
      r.take(r.u16("rsa_exponent"), "rsa_exponent");
      return { bits: bitLength(modulus) };
    }
    default:
      return undefined;
  }
}

/** RFC 8422 §5.4: a named curve and a point; explicit curves (RFC 4492) are named by their pseudo group and left. */
function readCurve(r: Reader): Parameters {
  const type = r.u8("curve_type");
  if (type === EXPLICIT_PRIME) return { group: 0xff01 };
  if (type === EXPLICIT_CHAR2) return { group: 0xff02 };
  if (type !== NAMED_CURVE) r.reject("curve_type", type, "RFC 8422 §5.4");
  const group = r.u16("namedcurve");
  return { group, publicKey: own(r.take(r.u8("public"), "public")) };
}

function shareLength(method: string, r: Reader): number | undefined {
  if (method === "ECDHE" || method === "ECDH") return r.u8("ecdh_Yc");
  return method === "DHE" || method === "DH" ? r.u16("dh_Yc") : undefined;
}

function withoutZeros(octets: View): View {
  let zeros = 0;
  while (zeros < octets.length && octets[zeros] === 0) zeros += 1;
  return octets.subarray(zeros);
}

const bitLength = (octets: View): number =>
  octets.length === 0 ? 0 : octets.length * 8 - (Math.clz32(octets[0]!) - 24);

const EXPLICIT_PRIME = 1;
const EXPLICIT_CHAR2 = 2;
const NAMED_CURVE = 3;
