/** MQ411: a certificate made for something else. */
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ411",
  name: "wrong-eku-ku",
  title: "Certificate is not made for this use",
  severity: "medium",
  cwe: [295],
  why: "A client that verifies refuses it; a client that goes on takes the certificate of any device for the broker's.",
  fix: "Make it again with extendedKeyUsage = serverAuth (clientAuth for a device) and keyUsage = digitalSignature.",
  proof: "extendedKeyUsage or keyUsage of the certificate.",
  falseAlarm: "None known: a certificate that says nothing about its use is good for all.",
  references: ["RFC 5280 §4.2.1.3", "RFC 5280 §4.2.1.12"],
  wireshark: "x509ce.KeyPurposeIDs",
  affects: "weak",
  fires: "wrong-purpose",
  quiet: ["tls12", "mtls", "self-signed"],
  on: ["session.chain"],
  check: ({ tls, chain, direction }) => {
    const leaf = chain[0];
    if (leaf?.fields === undefined) return undefined;
    const subject = { subject: leaf.sha256, ofBroker: direction === "server" };
    if (direction === "server") {
      const defect = tls.trust.defects.find(({ kind }) => kind === "wrong-purpose");
      return defect && { field: chainField("server", 0, "extKeyUsage"), shown: defect.text, ...subject };
    }
    const usages = leaf.fields.extendedKeyUsage;
    return usages === undefined || usages.some(usage => FOR_CLIENTS.has(usage))
      ? undefined
      : { field: chainField("client", 0, "extKeyUsage"), shown: `made for ${usages.join(", ")}`, ...subject };
  },
});

const FOR_CLIENTS: ReadonlySet<string> = new Set(["clientAuth", "anyExtendedKeyUsage"]);
