/** Tokens that let somebody in: what they say of themselves without their key. */
import { type WireText, wireOctets, wireString } from "../../octets/text.ts";
import { findSecrets } from "./find.ts";
import { readJwt } from "./jwt.ts";
import type { SecretKind } from "./match.ts";

export interface Token {
  readonly kind: SecretKind;
  /** A JSON Web Token's `alg`. */
  readonly algorithm?: string;
  readonly issuer?: string;
  /** Seconds since 1970. */
  readonly issuedAt?: number;
  readonly expires?: number;
  /** It says in no way when it ends, although its format could. */
  readonly endless: boolean;
}

/** The token in a password, a user name or authentication data; undefined where there is none. */
export function readToken(text: WireText): Token | undefined {
  // Most passwords end here.
  if (text.length < SHORTEST) return undefined;
  const octets = wireOctets(text);
  const found = findSecrets(octets).find(({ kind }) => TOKEN_KINDS.has(kind));
  if (found === undefined) return undefined;
  const { kind } = found;
  const whole = wireString(text);
  if (kind === "jwt") {
    const jwt = readJwt(Buffer.from(octets.subarray(found.start, found.end)).toString("latin1"));
    if (jwt === undefined) return { kind, endless: false };
    const { encrypted, ...says } = jwt;
    return { kind, ...says, endless: !encrypted && jwt.expires === undefined };
  }
  const expires =
    kind === "azure-sas"
      ? sharedAccessEnd(whole)
      : kind === "aws-signature"
        ? presignedEnd(whole)
        : undefined;
  return { kind, ...(expires !== undefined && { expires }), endless: false };
}

/** When what a query presigned ends (AWS Signature Version 4, "Authenticating requests: using query parameters"). */
export function presignedEnd(query: string): number | undefined {
  const date = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/i.exec(query);
  const seconds = /[?&]X-Amz-Expires=(\d{1,9})(?!\d)/i.exec(query);
  if (date === null || seconds === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = date.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 + Number(seconds[1]);
}

/** `se`, the time after which a shared access signature is refused, in seconds. */
const sharedAccessEnd = (text: string): number | undefined => {
  const end = /[ &]se=(\d{1,12})(?!\d)/.exec(text)?.[1];
  return end === undefined ? undefined : Number(end);
};

/** The shortest of them is a Slack token; those that say anything are longer. */
const SHORTEST = 15;

/** What brokers take in the place of a password. */
const TOKEN_KINDS: ReadonlySet<SecretKind> = new Set<SecretKind>([
  "jwt",
  "azure-sas",
  "aws-signature",
  "github-token",
  "slack-token",
  "google-access-token",
]);
