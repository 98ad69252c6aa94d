/** A secret found in some octets: what it is, and which octets must not be shown. */

/** What kinds there are. `words` name one in a sentence; what is personal is no secret, and stays readable. */
export const KINDS = {
  jwt: { words: "JSON Web Token" },
  "azure-sas": { words: "shared access signature" },
  "aws-signature": { words: "AWS signature" },
  "aws-access-key": { words: "AWS access key id" },
  "github-token": { words: "GitHub token" },
  "slack-token": { words: "Slack token" },
  "google-api-key": { words: "Google API key" },
  "google-access-token": { words: "Google access token" },
  "private-key": { words: "private key" },
  password: { words: "password" },
  secret: { words: "secret" },
  token: { words: "token" },
  key: { words: "access key" },
  wifi: { words: "Wi-Fi password" },
  "url-password": { words: "URL with a password" },
  pan: { words: "payment card number" },
  email: { words: "e-mail address", personal: true },
  location: { words: "location", personal: true },
} as const satisfies Readonly<Record<string, { readonly words: string; readonly personal?: true }>>;

export type SecretKind = keyof typeof KINDS;

/** Octets `[start … end)` of what was looked at. */
export interface SecretMatch {
  readonly kind: SecretKind;
  readonly start: number;
  readonly end: number;
  /** The name that stood before it, as it was sent, cut: wire text. */
  readonly name?: string;
  /** Its name says so only beside a user or a network: `pass`, `pw`, `key`. */
  readonly beside?: boolean;
  /** It is inside base64, whose octets these are. */
  readonly encoded?: true;
  /** A private key that is itself encrypted with a passphrase. */
  readonly sealed?: true;
  /** Said by the format itself and not by a name: OwnTracks' `_type`. */
  readonly declared?: true;
}

export const NO_MATCHES: readonly SecretMatch[] = Object.freeze([]);

/** Whether views hide it. */
export const isHidden = (kind: SecretKind): boolean => !("personal" in KINDS[kind]);

/**
 * Matches in order, none inside another: where two overlap they become one of the more telling kind, over the octets of
 * both and with the name that one of them had.
 */
export function settled(matches: SecretMatch[]): readonly SecretMatch[] {
  if (matches.length < 2) return matches;
  matches.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: SecretMatch[] = [];
  for (const match of matches) {
    const before = kept.at(-1);
    if (before === undefined || match.start >= before.end) kept.push(match);
    else kept[kept.length - 1] = joined(before, match);
  }
  return kept;
}

function joined(a: SecretMatch, b: SecretMatch): SecretMatch {
  // What only a person is named by does not stretch what must be hidden.
  if (isHidden(a.kind) !== isHidden(b.kind)) return isHidden(a.kind) ? a : b;
  const better = RANK.indexOf(b.kind) < RANK.indexOf(a.kind) ? b : a;
  const name = better.name ?? a.name ?? b.name;
  return { ...better, ...(name !== undefined && { name }), start: a.start, end: Math.max(a.end, b.end) };
}

/** What a structure proves tells more than what a name says. */
const RANK: readonly SecretKind[] = [
  "private-key",
  "jwt",
  "azure-sas",
  "aws-signature",
  "aws-access-key",
  "github-token",
  "slack-token",
  "google-api-key",
  "google-access-token",
  "wifi",
  "url-password",
  "pan",
  "password",
  "secret",
  "key",
  "token",
  "email",
  "location",
];
