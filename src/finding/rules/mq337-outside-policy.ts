/** MQ337: a choice that the policy asked for does not list. */
import type { PublicKey } from "../../protocol/x509/certificate.ts";
import type { Accepted } from "../policy/policy.ts";
import { defineRule, type Sighting } from "../rule.ts";
import { chainField, each } from "./certificates.ts";
import { groupName, suiteName, TLS_1_2, versionName } from "./versions.ts";

export const rule = defineRule({
  id: "MQ337",
  name: "outside-policy",
  title: "Outside the policy",
  severity: "medium",
  cwe: [],
  why: "The policy that was asked for (--policy) lists what may be used, and this is not in it. It need not be weak.",
  fix: "Configure the broker by the policy's list, or judge by the default one.",
  proof: "What the ServerHello chose, or the certificate shows, held against the table of the policy.",
  falseAlarm: "The policy does not apply to these devices.",
  references: ["NIST SP 800-52r2 §3.3", "Mozilla Server Side TLS 5.7"],
  wireshark: "tls.handshake.type in {2, 11, 12}",
  fires: "outside-nist",
  quiet: ["tls12", "tls13", "within-nist"],
  on: ["session.negotiated", "tls.server_key_exchange", "session.chain"],
  check: (event, { policy: { accepts, title } }) => {
    if (accepts === undefined) return undefined;
    const outside = (field: string, shown: string): Sighting => ({
      field,
      shown,
      subject: shown,
      ofBroker: true,
      title: `Not in the list of ${title}: ${shown}`,
    });
    if (event.type === "session.chain") {
      if (event.direction === "client") return undefined;
      return each(event.chain, ({ fields }, index) => {
        if (fields === undefined || (index > 0 && fields.selfSigned)) return undefined;
        const { publicKey, signatureAlgorithm, selfSigned } = fields;
        if (!acceptsKey(accepts, publicKey))
          return outside(chainField("server", index, "subjectPublicKeyInfo"), keyText(publicKey));
        return selfSigned || accepts.signatures.has(signatureAlgorithm)
          ? undefined
          : outside(chainField("server", index, "signatureAlgorithm"), signatureAlgorithm);
      });
    }
    if (event.type === "tls.server_key_exchange") {
      const { group, bits, prime } = event.message;
      if (group !== undefined && !accepts.groups.has(groupName(group)))
        return outside("server_key_exchange.namedcurve", groupName(group));
      return prime !== undefined && bits !== undefined && bits < accepts.dhBits
        ? outside("server_key_exchange.dh_p", `DH of ${bits} bits`)
        : undefined;
    }
    const { serverHello } = event.tls;
    if (serverHello === undefined) return undefined;
    const { version, cipherSuite, group } = serverHello;
    // Older versions have rules of their own.
    if (version >= TLS_1_2 && !accepts.versions.has(version))
      return outside("server_hello.version", versionName(version));
    const found: Sighting[] = [];
    if (!accepts.suites.has(suiteName(cipherSuite)))
      found.push(outside("server_hello.cipher_suite", suiteName(cipherSuite)));
    if (group !== undefined && !accepts.groups.has(groupName(group)))
      found.push(outside("server_hello.key_share", groupName(group)));
    return found;
  },
});

function acceptsKey({ keys, rsaBits }: Accepted, { algorithm, bits, curve }: PublicKey): boolean {
  if (!keys.has(curve ?? algorithm)) return false;
  return !algorithm.startsWith("RSA") || bits === undefined || bits >= rsaBits;
}

const keyText = ({ algorithm, bits, curve }: PublicKey): string =>
  curve === undefined ? `${algorithm} ${bits ?? ""}`.trim() : `${algorithm} on ${curve}`;
