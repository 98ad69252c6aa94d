/** Ceilings of the X.509 stage, each with its reason. */
export const LIMITS = {
  /** A certificate with a thousand names has 40 KiB. */
  octets: 65_536,
  /** Nesting of ASN.1 elements: a certificate needs ten. */
  depth: 32,
  /** ASN.1 elements: a certificate has a hundred or two. */
  nodes: 4_000,
  /** subjectAltNames kept; all are counted. */
  altNames: 100,
  /** Names of directories among them that are read: each costs a parse of its own. */
  directoryNames: 8,
  /** ASN.1 elements and octets of one name: the library needs 20 µs an attribute, and a name has five or ten. */
  nameNodes: 512,
  nameOctets: 8_192,
  directoryNodes: 128,
  /** Octets of a serial number that are shown: RFC 5280 §4.1.2.2 allows 20. */
  serialOctets: 64,
  /** Octets of an object identifier that are read; known ones have up to 12. */
  oidOctets: 64,
  /** Octets of an RSA exponent that are written in decimal: the digits cost the square of the length. */
  exponentOctets: 64,
  /** Purposes kept of extendedKeyUsage. */
  purposes: 64,
  /** Places of CRLs, of OCSP responders and of the issuer that are kept, and octets of each: there are one or two. */
  places: 8,
  placeOctets: 512,
  /** Certificates remembered, and the octets of all of them: a fleet's brokers show a few over and over. */
  remembered: 4_096,
  rememberedOctets: 8 * 1_048_576,
} as const;
