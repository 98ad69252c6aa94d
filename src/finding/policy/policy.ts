/** A yardstick for TLS: what a pack accepts, and how bad it thinks what the rules find. */
import type { RuleId, Severity } from "../finding.ts";

export const PACKS = ["bcp195", "nist", "mozilla-intermediate"] as const;
export type PackName = (typeof PACKS)[number];

/** Closed lists, by the names of the registries: what is not in them is outside the policy. */
export interface Accepted {
  readonly versions: ReadonlySet<number>;
  readonly suites: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  /** `RSA`, or a curve for ECDSA: `P-256`. */
  readonly keys: ReadonlySet<string>;
  /** How certificates are signed. */
  readonly signatures: ReadonlySet<string>;
  readonly rsaBits: number;
  readonly dhBits: number;
}

export interface Policy {
  readonly name: PackName;
  /** The document that it stands for. */
  readonly title: string;
  /** Absent where the pack names what is forbidden and not what is allowed: then the catalogue's rules are all. */
  readonly accepts?: Accepted;
  /** Where the pack thinks otherwise than the catalogue. */
  readonly severities: ReadonlyMap<RuleId, Severity>;
}
