/** Ceilings of the finding stage, each with its reason. */
export const LIMITS = {
  /** Examples kept for one finding; further ones are counted. */
  evidence: 10,
  /** Pieces of the capture named for one example: a password in segments of one octet has as many. */
  ranges: 8,
  /** Findings told apart; beyond, a rule's further ones are counted in its last one. */
  findings: 100_000,
  /** From here on a value is long, and so many octets of long ones are shown: all others are, 256 MB at worst. */
  longText: 2_048,
  shownOctets: 8 * 1_048_576,
  /** Secrets listed as exposed: more than anybody reads, 4 MB. */
  secrets: 10_000,
  /** Ports on which TLS was seen: there are no more. */
  ports: 65_536,
} as const;
