/**
 * Passwords that products ship with or that their documentation shows, and those that everybody tries first. The list is
 * short on purpose: a guess that is merely likely is the affair of MQ108.
 */

/** With any user name: what guides and images of brokers and boards come with, and the head of every list of guesses. */
export const ANY_USER: ReadonlySet<string> = new Set(
  "admin administrator root password passwd 123456 12345678 123456789 1234 12345 changeme default guest public private test user mosquitto mqtt emqx hivemq rabbitmq raspberry homeassistant".split(
    " ",
  ),
);

/** User name and password, from the documentation of the product named. */
export const PAIRS: ReadonlySet<string> = new Set([
  "DVES_USER\0DVES_PASS", // Tasmota
  "artemis\0artemis", // Apache ActiveMQ Artemis
  "karaf\0karaf",
  "system\0manager", // Apache ActiveMQ
  "openhabian\0openhabian",
  "ubnt\0ubnt",
]);

/** Whether a broker or device has this password from the factory, or from the first page of its guide. */
export const isDefaultPassword = (username: string | undefined, password: string): boolean =>
  password.length <= LONGEST &&
  (ANY_USER.has(password.toLowerCase()) || PAIRS.has(`${username ?? ""}\0${password}`));

/** Of those above. */
const LONGEST = 14;

/** Each of them, as the rule's filter names them. */
export const DEFAULT_PASSWORDS: readonly string[] = [
  ...ANY_USER,
  ...new Set([...PAIRS].map(pair => pair.slice(pair.indexOf("\0") + 1))),
];
