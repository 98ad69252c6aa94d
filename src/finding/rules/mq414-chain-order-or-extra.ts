/** MQ414: certificates in an order that not every client sorts out. */
import type { CertificateFields } from "../../protocol/x509/certificate.ts";
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ414",
  name: "chain-order-or-extra",
  title: "Chain is not in order",
  severity: "info",
  cwe: [],
  why: "Each certificate ought to certify the one before it. Large TLS libraries sort it out; small ones on devices fail.",
  fix: "Send the broker's certificate, then its issuer's, and so on; leave the root out, clients have it.",
  proof: "The order of the certificates in the message: each must have signed the one before it.",
  falseAlarm: "All clients are known to sort chains.",
  references: ["RFC 8446 §4.4.2", "RFC 5246 §7.4.2"],
  wireshark: "tls.handshake.type == 11",
  fires: "chain-disorder",
  quiet: ["tls12", "chain", "self-signed"],
  on: ["session.chain"],
  check: ({ chain, direction }) => {
    const leaf = chain[0];
    if (direction !== "server" || leaf === undefined || chain.length < 2) return undefined;
    const links = chain.map(({ fields }) => fields);
    if (links.some(fields => fields === undefined)) return undefined;
    const wrong = links.findIndex((fields, index) => index > 0 && !certifies(fields, links[index - 1]));
    const about = { subject: leaf.sha256, ofBroker: true };
    if (wrong > 0)
      return {
        ...about,
        field: chainField("server", wrong, "subject"),
        shown: `does not certify number ${wrong - 1}`,
      };
    const root = links.findIndex((fields, index) => index > 0 && fields?.selfSigned === true);
    return root > 0
      ? {
          ...about,
          field: chainField("server", root, "subject"),
          title: "Chain holds its root, which clients have",
        }
      : undefined;
  },
});

const certifies = (issuer: CertificateFields | undefined, fields: CertificateFields | undefined): boolean =>
  JSON.stringify(issuer?.subject) === JSON.stringify(fields?.issuer);
