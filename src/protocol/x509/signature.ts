/** The name of a signature algorithm (RFC 5280 §4.1.1.2), with the hash where only its parameters tell it. */
import type { Reader } from "../../octets/reader.ts";
import { element, expect, oidText, Tag } from "./der.ts";
import { oidName } from "./oids.ts";

/** `r` stands before an AlgorithmIdentifier. `RSASSA-PSS-SHA256` for RSASSA-PSS, else the name of the identifier. */
export function readSignatureAlgorithm(r: Reader): string {
  const identifier = expect(r, "signatureAlgorithm", Tag.sequence, CLAUSE).content;
  const oid = oidText(expect(identifier, "algorithm", Tag.oid, CLAUSE).content.rest());
  return oid === RSASSA_PSS ? `RSASSA-PSS-${pssHash(identifier)}` : oidName(oid);
}

/** RFC 4055 §3.1: the hash is the first parameter, and SHA-1 where it is left out. */
function pssHash(identifier: Reader): string {
  if (identifier.left === 0) return "SHA1";
  const parameters = expect(identifier, "parameters", Tag.sequence, "RFC 4055 §3.1").content;
  if (parameters.left === 0) return "SHA1";
  const first = element(parameters, "hashAlgorithm");
  if (first.tag !== 0xa0) return "SHA1";
  const hash = expect(first.content, "hashAlgorithm", Tag.sequence, "RFC 4055 §3.1").content;
  return oidName(oidText(expect(hash, "algorithm", Tag.oid, "RFC 4055 §3.1").content.rest()));
}

const RSASSA_PSS = "1.2.840.113549.1.1.10";
const CLAUSE = "RFC 5280 §4.1.1.2";
