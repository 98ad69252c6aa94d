/** What rules about secrets have in common: a sighting for each secret of a field, and how it is named. */
import { Secret, wireText } from "../../octets/text.ts";
import type { Severity } from "../finding.ts";
import type { Sighting } from "../rule.ts";
import type { SecretsFound } from "../secrets/found.ts";
import { LIMITS } from "../secrets/limits.ts";
import { isHidden, KINDS, type SecretKind, type SecretMatch } from "../secrets/match.ts";

/** One sighting for each secret of which `say` says something; the first few, since a field is one finding. */
export function sightings<Level extends Severity = never>(
  found: SecretsFound,
  say: (match: SecretMatch) => Partial<Sighting<Level>> | undefined,
): readonly Sighting<Level>[] {
  const seen: Sighting<Level>[] = [];
  for (const match of found.secrets) {
    const said = say(match);
    if (said === undefined) continue;
    const secret = new Secret(wireText(found.octets.subarray(match.start, match.end)));
    const { offset, topic } = found;
    seen.push({
      field: found.field,
      shown: secret,
      secret,
      ...(topic !== undefined && { subject: topic }),
      ...(offset !== undefined && { range: [offset + match.start, offset + match.end] as const }),
      ...said,
    });
    if (seen.length === LIMITS.shown) break;
  }
  return seen;
}

/** Secrets without a rule of their own: no private key, no Wi-Fi password, no URL, nothing personal. */
export const isPlainSecret = (kind: SecretKind): boolean => isHidden(kind) && !OWN_RULE.has(kind);

/** `JSON Web Token`, with a capital: the beginning of a title. */
export function titled({ kind }: Pick<SecretMatch, "kind">, rest: string): string {
  const { words } = KINDS[kind];
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} ${rest}`;
}

/** What a structure proves is certain; what a name says, or what had to be decoded, is firm; beside a user, tentative. */
export function surely({ name, encoded, kind, beside }: SecretMatch): NonNullable<Sighting["confidence"]> {
  if (beside === true) return "tentative";
  return encoded === true || (name !== undefined && NAMED.has(kind)) ? "firm" : "certain";
}

const OWN_RULE: ReadonlySet<SecretKind> = new Set<SecretKind>(["private-key", "wifi", "url-password", "pan"]);
const NAMED: ReadonlySet<SecretKind> = new Set<SecretKind>(["password", "secret", "token", "key"]);
