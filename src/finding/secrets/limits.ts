/** Ceilings of the search for secrets, each with its reason. */
export const LIMITS = {
  /** Octets of a payload in which secrets are looked for: what carries them is smaller; images and firmware are not. */
  octets: 65_536,
  /** Secrets of one field that a rule shows; there is one finding for all of them. */
  shown: 8,
  /** Octets of a message in which names behind their length are looked for: settings are smaller, and noise is not. */
  packed: 4_096,
  /** Octets of a name that are looked at before a value, and that are kept of it. */
  name: 48,
  /** Octets of a token's header or claims: tokens travel in one packet, and are read as JSON. */
  claims: 16_384,
  /** Web tokens of one field whose header is read; what looks like one beyond these is taken for one. */
  webTokens: 64,
  /** Octets of a coordinate or a type: more is none. */
  short: 40,
} as const;
