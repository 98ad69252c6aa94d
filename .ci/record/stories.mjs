/** All stories in the order in which they are recorded; one made from another comes after it. */
import { ACROSS } from "./stories-across.mjs";
import { AUTHENTICATION } from "./stories-authentication.mjs";
import { CAPTURING } from "./stories-capturing.mjs";
import { CERTIFICATES } from "./stories-certificates.mjs";
import { MISUSE } from "./stories-misuse.mjs";
import { PARAMETERS } from "./stories-parameters.mjs";
import { PLAIN } from "./stories-plain.mjs";
import { SECRETS } from "./stories-secrets.mjs";
import { TLS } from "./stories-tls.mjs";

/**
 * A row: `name` (the folder), `shows` (in words), `port` (all that is recorded, unless `filter` says more), `brokers` and `clients` in the order in which
 * they start, `ca` (the certificate to judge it by), `flags` (further flags to judge it with), or `from` and `edit` for a story made out of another's recording.
 */
export const STORIES = [
  ...PLAIN,
  ...MISUSE,
  ...TLS,
  ...PARAMETERS,
  ...AUTHENTICATION,
  ...CERTIFICATES,
  ...ACROSS,
  ...CAPTURING,
  ...SECRETS,
];
