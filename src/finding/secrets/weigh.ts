/** A value weighed by the name before it: whether it is a secret, of which kind, and where in it the secret begins. */
import type { SecretKind } from "./match.ts";
import type { Family, Word } from "./names.ts";
import { isCard } from "./personal.ts";
import { isSecretValue, type Value } from "./values.ts";

export interface Weighed {
  readonly kind: SecretKind;
  /** Offset in the value: behind the scheme of an Authorization header. */
  readonly from: number;
}

/** `text` is latin1; `value` says how it stood there. Undefined where it is no secret. */
export function weigh(
  word: Word,
  text: string,
  { form, prose }: Pick<Value, "form" | "prose">,
): Weighed | undefined {
  const kind = kindOf(word);
  if (kind === undefined) return undefined;
  if (kind === "pan") return isCard(text) ? { kind, from: 0 } : undefined;
  const isHeader = word.family === "authorization";
  const from = isHeader ? (SCHEME.exec(text)?.[0].length ?? 0) : 0;
  // `auth` alone names a method as often as a credential.
  if (isHeader && word.text === "auth" && (from === 0 || SENTENCE.test(text.slice(from)))) return undefined;
  return isSecretValue(word, text.slice(from), form, prose) ? { kind, from } : undefined;
}

/** What a value behind such a word would be; a latitude is none. */
export const kindOf = (word: Word): SecretKind | undefined =>
  word.text === "sig" ? "azure-sas" : KIND_OF[word.family];

/** `auth: token expired, trying again`: RFC 9110 §11.2 has no space in what stands behind these schemes. */
const SENTENCE = /^[a-z]+[,.;:]?\s+[a-z]/;

/** RFC 9110 §11.4: the scheme is no secret. */
const SCHEME = /^(?:Basic|Bearer|Digest|Token)\s+/i;

const KIND_OF: Readonly<Record<Family, SecretKind | undefined>> = {
  password: "password",
  secret: "secret",
  token: "token",
  key: "key",
  authorization: "token",
  signature: "aws-signature",
  card: "pan",
  latitude: undefined,
  longitude: undefined,
  type: undefined,
  wifi: undefined,
  network: undefined,
  handle: undefined,
  companion: "password",
};
