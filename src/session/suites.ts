/** What the name of a cipher suite says about it; suites that no registry knows say nothing. */
import { cipherSuites } from "../protocol/tls/registry.ts";

/** No encryption: NULL suites, and the integrity-only suites of TLS 1.3 (RFC 9150). */
export const isNull = (suite: number): boolean =>
  /_NULL_|_NULL$/.test(nameOf(suite)) || suite === 0xc0b4 || suite === 0xc0b5;

/** Nobody shows who he is: DH_anon and ECDH_anon. A pre-shared key is not anonymous. */
export const isAnonymous = (suite: number): boolean => /_anon_/i.test(nameOf(suite));

/** The key exchange is RSA encryption: TLS_RSA_* and TLS_RSA_PSK_*. */
export const isRsaKeyExchange = (suite: number): boolean => /^(?:TLS|SSL)_RSA_/.test(nameOf(suite));

export const isExport = (suite: number): boolean => /_EXPORT/.test(nameOf(suite));

const nameOf = (suite: number): string => cipherSuites.find(suite) ?? "";
