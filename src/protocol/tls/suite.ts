/** What the name of a cipher suite says about the messages and records that follow it. */
import { cipherSuites } from "./registry.ts";

/** How the keys of TLS 1.2 and earlier are agreed upon (RFC 5246 §7.4.3, RFC 8422, RFC 4279, RFC 5489). */
export interface KeyExchange {
  /** `DHE` and `ECDHE` stand for anonymous Diffie-Hellman too; `none`: by pre-shared key alone. */
  readonly method: "RSA" | "DH" | "DHE" | "ECDH" | "ECDHE" | "none";
  readonly psk: boolean;
  /** The server signs its ephemeral key. */
  readonly signed: boolean;
  readonly export: boolean;
}

/** undefined where the suite is unknown, of TLS 1.3, or of an exchange that is not read (SRP, Kerberos, GOST …). */
export function keyExchange(suite: number): KeyExchange | undefined {
  const exchange = /^(?:TLS|SSL)_(.+)_WITH_/.exec(cipherSuites.find(suite) ?? "")?.[1];
  if (exchange === undefined) return undefined;
  const words = exchange.split("_");
  const psk = words.includes("PSK");
  const anonymous = words.includes("anon");
  const method = methodOf(words, anonymous, psk);
  if (method === undefined) return undefined;
  const signed = (method === "DHE" || method === "ECDHE") && !psk && !anonymous;
  return { method, psk, signed, export: /EXPORT/.test(exchange) };
}

/**
 * Octets of the MAC that ends a record of a suite without encryption; undefined where the suite encrypts.
 * RFC 5246 §6.2.3.1; RFC 9150 §5 for the two integrity-only suites of TLS 1.3.
 */
export function nullMac(suite: number): number | undefined {
  if (suite === SHA256_ONLY) return 32;
  if (suite === SHA384_ONLY) return 48;
  const mac = /_WITH_NULL_([A-Z0-9]+)$/.exec(cipherSuites.find(suite) ?? "")?.[1];
  return mac === undefined ? undefined : MACS.get(mac);
}

/** Octets of the hash that Finished carries in TLS 1.3 (RFC 8446 §4.4.4), by the suite's name. */
export function finishedHash(suite: number): number {
  const name = cipherSuites.find(suite) ?? "";
  if (name.endsWith("SHA384")) return 48;
  return name.endsWith("SHA512") ? 64 : 32;
}

/** Octets that the AEAD of a TLS 1.3 suite adds: the tag, of 8 octets for CCM_8 (RFC 6655 §6.1). */
export const tagLength = (suite: number): number =>
  nullMac(suite) ?? (/_CCM_8(?:_|$)/.test(cipherSuites.find(suite) ?? "") ? 8 : 16);

function methodOf(
  words: readonly string[],
  anonymous: boolean,
  psk: boolean,
): KeyExchange["method"] | undefined {
  if (words.includes("ECDHE")) return "ECDHE";
  if (words.includes("DHE")) return "DHE";
  if (words.includes("ECDH")) return anonymous ? "ECDHE" : "ECDH";
  if (words.includes("DH")) return anonymous ? "DHE" : "DH";
  if (words[0] === "RSA") return "RSA";
  return psk ? "none" : undefined;
}

const SHA256_ONLY = 0xc0b4;
const SHA384_ONLY = 0xc0b5;

/** Octets of the HMAC, by the last word of the suite's name; `NULL` is TLS_NULL_WITH_NULL_NULL. */
const MACS: ReadonlyMap<string, number> = new Map([
  ["NULL", 0],
  ["MD5", 16],
  ["SHA", 20],
  ["SHA256", 32],
  ["SHA384", 48],
  ["GOSTR3411", 32],
]);
