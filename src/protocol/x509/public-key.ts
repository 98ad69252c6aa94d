/** SubjectPublicKeyInfo (RFC 5280 §4.1.2.7): which algorithm, how strong, on which curve. */
import { createHash } from "node:crypto";
import { Reader } from "../../octets/reader.ts";
import type { View } from "../../octets/view.ts";
import type { PublicKey } from "./certificate.ts";
import { bitLength, type Element, element, expect, oidText, Tag, unsigned } from "./der.ts";
import { LIMITS } from "./limits.ts";
import { curveBits, oidName } from "./oids.ts";

/** A SubjectPublicKeyInfo without a certificate around it (RFC 7250); what does not decode is left out. */
export const parsePublicKey = (spki: View): PublicKey =>
  decodePublicKey(new Reader("subjectPublicKeyInfo", spki), spki);

/** `r` stands before the element, of which `spki` is a view. What of a key does not decode is left out; `r` has the fault. */
export function decodePublicKey(r: Reader, spki: View): PublicKey {
  const spkiSha256 = createHash("sha256").update(spki).digest("hex");
  const info = expect(r, "subjectPublicKeyInfo", Tag.sequence, CLAUSE).content;
  const identifier = expect(info, "algorithm", Tag.sequence, CLAUSE).content;
  const oid = oidText(expect(identifier, "algorithm", Tag.oid, CLAUSE).content.rest());
  const parameters = identifier.left > 0 ? element(identifier, "parameters") : undefined;
  const key = expect(info, "subjectPublicKey", Tag.bitString, CLAUSE).content;
  key.u8("subjectPublicKey");
  return { algorithm: oidName(oid), ...strength(oid, parameters, key), spkiSha256 };
}

type Strength = Partial<Pick<PublicKey, "bits" | "curve" | "exponent">>;

function strength(oid: string, parameters: Element | undefined, key: Reader): Strength {
  switch (oid) {
    case "1.2.840.113549.1.1.1":
    case "1.2.840.113549.1.1.10":
      return rsa(key);
    case "1.2.840.10045.2.1":
      return ellipticCurve(parameters, key);
    case "1.2.840.10040.4.1":
      return dsa(parameters);
    case "1.3.101.110":
    case "1.3.101.112":
      return { bits: 256 };
    case "1.3.101.111":
      return { bits: 448 };
    case "1.3.101.113":
      return { bits: 456 };
    default:
      return {};
  }
}

/** RFC 3279 §2.3.1: modulus and exponent. */
function rsa(key: Reader): Strength {
  const sequence = expect(key, "RSAPublicKey", Tag.sequence, "RFC 3279 §2.3.1").content;
  const modulus = expect(sequence, "modulus", Tag.integer, "RFC 3279 §2.3.1").content.rest();
  const exponent = unsigned(
    expect(sequence, "publicExponent", Tag.integer, "RFC 3279 §2.3.1").content.rest(),
  );
  if (key.fault !== undefined) return {};
  return {
    bits: bitLength(modulus),
    ...(exponent.length <= LIMITS.exponentOctets && { exponent: decimal(exponent) }),
  };
}

/** RFC 5480 §2.1.1: a named curve. An explicit one shows its size by the point: 04 and two coordinates, or 02/03 and one. */
function ellipticCurve(parameters: Element | undefined, key: Reader): Strength {
  if (parameters?.tag === Tag.oid) {
    const oid = oidText(parameters.content.rest());
    const bits = curveBits(oid);
    return { curve: oidName(oid), ...(bits !== undefined && { bits }) };
  }
  const form = key.u8("point");
  const coordinates = form === 4 ? 2 : 1;
  return key.left > 0 ? { bits: (key.left / coordinates) * 8 } : {};
}

/** RFC 3279 §2.3.2: p, q and g, of which p is the size. */
function dsa(parameters: Element | undefined): Strength {
  if (parameters?.tag !== Tag.sequence) return {};
  const prime = expect(parameters.content, "p", Tag.integer, "RFC 3279 §2.3.2").content.rest();
  return prime.length === 0 ? {} : { bits: bitLength(prime) };
}

const decimal = (octets: View): string =>
  octets.reduce((number, octet) => number * 0x100n + BigInt(octet), 0n).toString();

const CLAUSE = "RFC 5280 §4.1.2.7";
