/**
 * What secrets look like. Every pattern begins with fixed text behind a boundary, so that it is tried at few places, and
 * repeats nothing that repeats: the time is linear in what is looked at. `test/finding/secrets` holds all of them to it.
 * They are matched against latin1 text, in which an index is an octet.
 */
import type { SecretKind } from "./match.ts";

export interface TokenPattern {
  readonly kind: SecretKind;
  readonly pattern: RegExp;
}

/** Tokens whose issuer gave them a prefix, a length and an alphabet. */
export const TOKENS: readonly TokenPattern[] = [
  // AWS IAM, "Understanding unique ID prefixes": AKIA for long-term, ASIA for temporary access keys; base32.
  { kind: "aws-access-key", pattern: /(?<![A-Za-z0-9])A(?:KIA|SIA)[A-Z2-7]{16}(?![A-Za-z0-9])/g },
  // GitHub docs, "Token formats": personal, OAuth, user-to-server, server-to-server, refresh.
  { kind: "github-token", pattern: /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36,251}(?![A-Za-z0-9])/g },
  { kind: "github-token", pattern: /(?<!\w)github_pat_\w{22,244}(?!\w)/g },
  // Slack docs, "Token types": bot, user, app, refresh, configuration and legacy tokens.
  { kind: "slack-token", pattern: /(?<![A-Za-z0-9])xox[abceoprs]-[A-Za-z0-9-]{10,250}/g },
  // Stripe, GitLab, npm and Hugging Face name theirs in their documentation; of Stripe's, those that move money.
  { kind: "token", pattern: /(?<![A-Za-z0-9])[rs]k_live_[A-Za-z0-9]{16,248}/g },
  // What is random has capitals behind small letters or beside digits; `glpat-what-is-written-about-it` has none.
  {
    kind: "token",
    pattern: /(?<![\w-])glpat-(?=[\w-]{0,62}(?:[a-z][A-Z]|[A-Z]\d|\d[A-Z]))[\w-]{20,64}(?![\w-])/g,
  },
  { kind: "token", pattern: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g },
  { kind: "token", pattern: /(?<![A-Za-z0-9])hf_(?=[A-Za-z]{0,32}[a-z][A-Z])[A-Za-z]{34}(?![A-Za-z0-9])/g },
  { kind: "google-api-key", pattern: /(?<![\w-])AIza[\w-]{35}(?![\w-])/g },
  { kind: "google-access-token", pattern: /(?<![\w-])ya29\.[\w-]{20,2048}/g },
];

/** RFC 7515 §7.1 and RFC 7516 §7.1: three or five parts of base64url. The first one holds `eyJ`, where a token begins. */
export const JWT = /(?<![\w-])([\w-]{11,})\.[\w-]{2,}\.[\w-]*(?:\.[\w-]+\.[\w-]+)?/g;

/** Azure IoT Hub, "Control access with shared access signatures": parameters in any order. */
export const SHARED_ACCESS = /SharedAccessSignature[ +]{1,4}[\w%&=.~*!'()+:/-]{16,}/g;
/** The signature among its parameters. */
export const SHARED_ACCESS_SIGNATURE = /(?<![^ +&])sig=([^&\s]+)/;

/** RFC 7468 §10 and §11, and what OpenSSL, OpenSSH and GnuPG write: `RSA`, `EC`, `ENCRYPTED`, `OPENSSH`, `PGP`. */
export const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]{2,12} )?PRIVATE KEY(?: BLOCK)?-----/g;

/** RFC 3986 §3.2.1: a user and a password before the host. The second group is the password. */
export const URL_PASSWORD =
  /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,15}:\/\/([^\s"'<>/:@\\]{0,128}):([^\s"'<>/@\\]{1,128})@/g;

/** RFC 5321 §4.1.2, as people have them: no quoted names, no address literals. The second group is the domain. */
export const EMAIL = /(?<![\w.+%@-])([A-Za-z0-9][\w.+%-]{0,63})@([A-Za-z0-9][A-Za-z0-9.-]{2,254})/g;

/** Card numbers as they are printed: four by four, or four, six and five. */
export const GROUPED_CARD =
  /(?<![\w.-])(?:\d{4}-\d{4}-\d{4}-\d{4}|\d{4} \d{4} \d{4} \d{4}|\d{4}-\d{6}-\d{5}|\d{4} \d{6} \d{5})(?![\w.-])/g;

/** The password in a Wi-Fi code (WPA3 specification §7.1): `WIFI:T:WPA;S:name;P:password;;`. */
export const WIFI_CODE = /WIFI:[^\r\n]{0,256}/g;
export const WIFI_CODE_PASSWORD = /[:;]P:((?:[^;\\]|\\.)+)/;

/** RFC 4648 §4 and §5: text of both alphabets, padded or not. */
export const BASE64_RUN = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,}={0,2}/g;

/** RFC 4648 §8, with the prefix of C or without. */
export const HEX_RUN = /(?<![0-9A-Za-z])(?:0[xX])?((?:[0-9A-Fa-f]{2}){12,})(?![0-9A-Za-z])/g;

/** The same with a separator between the pairs, as tools print octets. */
export const HEX_PAIRS =
  /(?<![0-9A-Za-z])(?:(?:[0-9A-Fa-f]{2}:){11,}|(?:[0-9A-Fa-f]{2} ){11,}|(?:[0-9A-Fa-f]{2}-){11,})[0-9A-Fa-f]{2}(?![0-9A-Za-z])/g;

/** RFC 3986 §2.1 and what `encodeURIComponent` leaves as it is. */
export const PERCENT_RUN = /(?<![\w%.~!*'()+-])[\w%.~!*'()+-]{12,}/g;

/** Everything above, for the tests that hold it. */
export const PATTERNS: readonly RegExp[] = [
  ...TOKENS.map(token => token.pattern),
  JWT,
  SHARED_ACCESS,
  SHARED_ACCESS_SIGNATURE,
  PRIVATE_KEY,
  URL_PASSWORD,
  EMAIL,
  GROUPED_CARD,
  WIFI_CODE,
  WIFI_CODE_PASSWORD,
  BASE64_RUN,
  HEX_RUN,
  HEX_PAIRS,
  PERCENT_RUN,
];
