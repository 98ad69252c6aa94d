/** Host names against the names in a certificate (RFC 9525): subjectAltName only, never the common name. */
import { isIP } from "node:net";
import type { SubjectAltName } from "../protocol/x509/certificate.ts";

/** The names that a host name can be held against; a certificate without any is MQ407 and not a mismatch. */
export const presentedNames = (names: readonly SubjectAltName[]): readonly SubjectAltName[] =>
  names.filter(name => name.kind === "dns" || name.kind === "ip");

/**
 * Does one of `names` stand for `reference` (RFC 9525 §6.3)? A reference that is an IP literal is held against
 * iPAddress entries only; a wildcard stands for exactly one leftmost label, and for a whole one.
 */
export function matchesName(reference: string, names: readonly SubjectAltName[]): boolean {
  const literal = reference.replace(/^\[(.*)\]$/, "$1");
  if (isIP(literal) !== 0) return names.some(name => name.kind === "ip" && sameAddress(name.value, literal));
  const wanted = normal(reference);
  return names.some(name => name.kind === "dns" && standsFor(normal(name.value), wanted));
}

function standsFor(presented: string, wanted: string): boolean {
  if (presented === wanted) return true;
  if (!presented.startsWith("*.")) return false;
  const dot = wanted.indexOf(".");
  return dot > 0 && wanted.slice(dot) === presented.slice(1) && presented.indexOf(".", 2) > 0;
}

/** IPv6 may be written in many ways: the URL parser knows the one of RFC 5952. */
function sameAddress(a: string, b: string): boolean {
  if (a === b) return true;
  return isIP(a) === 6 && isIP(b) === 6 && new URL(`http://[${a}]/`).host === new URL(`http://[${b}]/`).host;
}

const normal = (name: string): string => name.toLowerCase().replace(/\.$/, "");
