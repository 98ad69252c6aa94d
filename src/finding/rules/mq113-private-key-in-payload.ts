/** MQ113: a private key in a message. */
import { defineRule } from "../rule.ts";
import { sightings } from "./secrets.ts";

export const rule = defineRule({
  id: "MQ113",
  name: "private-key-in-payload",
  title: "Private key in a message sent without TLS",
  severity: "critical",
  also: { high: "a passphrase protects the key" },
  onThePath: true,
  cwe: [522, 319],
  why: "Who has the private key is the device, or the broker, for as long as its certificate is trusted; TLS with it protects nothing.",
  fix: "Make keys where they are used and never send them; revoke the certificate of this one and make a new pair.",
  falseAlarm: "A key made for a test that nothing trusts.",
  references: ["RFC 5958 §2", "RFC 7468 §10", "ETSI EN 303 645 5.4"],
  wireshark:
    'mqtt.msg contains "PRIVATE KEY" or mqtt.msg contains 06:07:2a:86:48:ce:3d:02:01 or mqtt.msg contains 06:09:2a:86:48:86:f7:0d:01:01:01',
  affects: "exposed",
  fires: "private-key",
  quiet: ["harmless-lookalikes", "secret-in-payload", "plaintext-password"],
  on: ["finding.secrets"],
  check: found =>
    !IN.has(found.place) || !found.clear
      ? undefined
      : sightings<"high">(found, ({ kind, sealed }) =>
          kind !== "private-key"
            ? undefined
            : sealed === true
              ? {
                  severity: "high",
                  title: "Private key, protected by a passphrase, in a message sent without TLS",
                }
              : {},
        ),
});

const IN: ReadonlySet<string> = new Set(["payload", "will", "user-property"]);
