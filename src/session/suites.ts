/** What the name of a cipher suite says about it; suites that no registry knows say nothing. */
import { cipherSuites } from "../protocol/tls/registry.ts";

/** No encryption: NULL suites, and the integrity-only suites of TLS 1.3 (RFC 9150). */
export const isNull = (suite: number): boolean =>
  /_NULL_|_NULL$/.test(nameOf(suite)) || suite === 0xc0b4 || suite === 0xc0b5;

/** Nobody shows who he is: DH_anon and ECDH_anon. A pre-shared key is not anonymous. */
export const isAnonymous = (suite: number): boolean => /_anon_/i.test(nameOf(suite));

/** The key exchange is RSA encryption: TLS_RSA_* and TLS_RSA_PSK_*. */
export const isRsaKeyExchange = (suite: number): boolean => /^(?:TLS|SSL)_RSA_/.test(nameOf(suite));

/** Key lengths of the 1990s' export rules: 40 or 56 bits, and RSA or Diffie-Hellman of 512 or 1024. */
export const isExport = (suite: number): boolean => /_EXPORT/.test(nameOf(suite));

/** RFC 7465. */
export const isRc4 = (suite: number): boolean => /_RC4_/.test(nameOf(suite));

/** DES with a key of 56 or 40 bits. */
export const isDes = (suite: number): boolean => /_DES(?:40)?_CBC/.test(nameOf(suite));

/** A block of 64 bits, whatever the key: 3DES, IDEA, RC2, DES, GOST 28147-89. */
export const hasSmallBlock = (suite: number): boolean =>
  /_3DES_|_IDEA_|_RC2_|_WITH_28147_|_MAGMA_/.test(nameOf(suite)) || isDes(suite);

/** A block cipher in CBC mode, whose MAC is reckoned before encryption unless RFC 7366 was agreed on. */
export const isCbc = (suite: number): boolean => /_CBC(?:_|$)/.test(nameOf(suite));

/** Diffie-Hellman over a finite field up to TLS 1.2, ephemeral or static; anonymous exchanges have a name of their own. */
export const isFiniteField = (suite: number): boolean => /^TLS_DHE?_(?!anon)/.test(nameOf(suite));

/** The broker's key of elliptic-curve Diffie-Hellman is the one in its certificate. */
export const isStaticEcdh = (suite: number): boolean => /^TLS_ECDH_(?!anon)/.test(nameOf(suite));

/** The pre-shared key alone makes the session's key (RFC 4279 §2, RFC 5487, RFC 6655). */
export const isPlainPsk = (suite: number): boolean => nameOf(suite).startsWith("TLS_PSK_WITH_");

/** Any suite up to TLS 1.2 in which a pre-shared key takes part: the broker may have no certificate. */
export const usesPsk = (suite: number): boolean => /_PSK_/.test(nameOf(suite));

/** A tag of 8 octets instead of 16 (RFC 6655 §6.1). */
export const hasShortTag = (suite: number): boolean => /_CCM_8(?:_|$)/.test(nameOf(suite));

/** What no sound stack offers, even unused: nothing hidden, nobody shown, or keys that are broken. */
export const isBroken = (suite: number): boolean =>
  isNull(suite) || isAnonymous(suite) || isExport(suite) || isRc4(suite) || isDes(suite);

const nameOf = (suite: number): string => cipherSuites.find(suite) ?? "";
