/** MQ415: a key whose secret half everybody can have. */
import { defineRule } from "../rule.ts";
import { chainField, each, RAW_KEY, rawKey } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ415",
  name: "known-public-key",
  title: "Certificate with a published private key",
  severity: "critical",
  cwe: [321, 1392],
  why: "The private key was published as an example: anybody can be this broker, and reads what he records of sessions without forward secrecy.",
  fix: "Make a key of your own (openssl genpkey) and a certificate for it; do not start from example files.",
  proof: "The SHA-256 of the certificate's key is in the list of keys that everybody has.",
  falseAlarm: "A test that is meant to be one.",
  references: ["RFC 9500 §2", "ETSI EN 303 645 5.4-1", "OWASP IoT 2018 I1"],
  wireshark: "tls.handshake.type == 11",
  affects: "weak",
  fires: "known-key",
  quiet: ["tls12", "weak-key", "self-signed"],
  on: ["session.chain"],
  check: event => {
    const { chain, direction } = event;
    const raw = rawKey(event)?.spkiSha256;
    const owner = KNOWN.get(raw ?? "");
    if (raw !== undefined && owner !== undefined)
      return {
        field: RAW_KEY,
        shown: `the key of ${owner}`,
        title: "Raw public key with a published private key",
        subject: raw,
        ofBroker: true,
      };
    return each(chain, ({ fields, sha256 }, index) => {
      const origin = KNOWN.get(fields?.publicKey.spkiSha256 ?? "");
      return origin === undefined
        ? undefined
        : {
            field: chainField(direction, index, "subjectPublicKeyInfo"),
            shown: `the key of ${origin}`,
            subject: sha256,
            ofBroker: direction === "server",
          };
    });
  },
});

/** SHA-256 of SubjectPublicKeyInfo, and where the private half is printed. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ["9a9e5b0f404f4e2d4386e38b04ac91e535946dc2a7f8d84a31404b476e5c35e1", "RFC 9500 §2.1 (RSA-1024)"],
  ["8fb6bad671cfe698393c453357da61b56d757ab8c0f3fb9c87f2849e63131878", "RFC 9500 §2.1 (RSA-2048)"],
  ["96465ea5dc9bb2da7b351d808a7196e5761f2412a5040131c68d719aaba28fb9", "RFC 9500 §2.1 (RSA-4096)"],
  ["b2b04340cfaee616ec9c2c62d261b208e54bb197498df52e8cadede23ac0ba5e", "RFC 9500 §2.3 (P-256)"],
  ["c4c10105a0be0ed4dd3354428dc38a9bfee64da141ce16e75c94eda272f9dd3a", "RFC 9500 §2.3 (P-384)"],
  ["acb1b8327fef995e2458fdf5e3c33b2dc0749feabd6a894cb9bda9d70ac06c24", "RFC 9500 §2.3 (P-521)"],
  ["5f17bfb9b78388ed06566dd68bdc8bf8b488edb6cc1a057d684d05414462a946", "EMQX up to 4, etc/certs/key.pem"],
  ["912c548620a21d9ecc7bc87a3addb9550d30214dd9ed947b3a8e2449e203eecf", "EMQX 5, apps/emqx/etc/certs/key.pem"],
  ["3cd547869948edef9fca9d9fd36715efeb6e03efd68e5b75b51383676898d03e", "mosquitto, test/ssl/server.key"],
  ["7dfc6696cf2d1f24cbe36a3f496ee1c06c721185414b1dd3c409596804c11cce", "Eclipse Paho, test/ssl/server.key"],
  ["7d4aa65a044c786c116560ce12f6bb261a3752fba6b981ab51e1d4e99fc460be", "VerneMQ, test/ssl/server.key"],
]);
