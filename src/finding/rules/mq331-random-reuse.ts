/** MQ331: randoms that are none. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ331",
  name: "random-reuse",
  title: "A random came twice",
  severity: "high",
  cwe: [330, 323],
  why: "Every key of a session is made from both randoms. A generator that repeats itself makes keys that can be guessed, also those of certificates.",
  fix: "Seed the device's generator from hardware before TLS starts, and make its keys anew afterwards.",
  proof: "Two handshakes with one random, or a random with hardly any different octets.",
  falseAlarm: "A recording that was played again; one that was captured twice is told apart (MQ609).",
  references: ["RFC 8446 §C.1", "RFC 5246 §D.1"],
  wireshark: "tls.handshake.random",
  affects: "weak",
  fires: "same-random",
  quiet: ["tls12", "resumed", "seen-twice", "early-data", "hello-retry"],
  on: ["session.same_random"],
  check: ({ of, poor }) => ({
    field: of === "client" ? "client_hello.random" : "server_hello.random",
    ofBroker: of === "server",
    subject: of,
    ...(poor && { title: "A random has hardly any different octets" }),
  }),
});
