/** MQ413: a broker that keeps an intermediate to itself. */
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ413",
  name: "incomplete-chain",
  title: "An intermediate certificate was not sent",
  severity: "low",
  cwe: [296],
  why: "Clients that do not happen to have it refuse the broker, and people switch verification off.",
  fix: "Put the intermediate behind the broker's certificate in the file that the broker sends (mosquitto: certfile).",
  proof: "The last certificate that was sent names an issuer that was not, and no root signed it.",
  copy: {
    broker: [
      "cat server.crt intermediate.crt > chain.pem",
      "mosquitto.conf: certfile /etc/mosquitto/chain.pem",
    ],
  },
  falseAlarm: "The clients have it in store.",
  references: ["RFC 8446 §4.4.2", "RFC 5246 §7.4.2"],
  wireshark: "tls.handshake.type == 11",
  fires: "incomplete-chain",
  quiet: ["tls12", "unknown-ca", "self-signed", "chain"],
  on: ["session.chain"],
  check: ({ tls, chain, direction }) => {
    const leaf = chain[0];
    const defect = tls.trust.defects.find(({ kind }) => kind === "incomplete");
    if (direction !== "server" || leaf === undefined || defect === undefined) return undefined;
    return {
      field: chainField("server", 0, "issuer"),
      shown: defect.text,
      subject: leaf.sha256,
      ofBroker: true,
      // What the certificate says of its issuer is a hint; the intermediate itself, seen elsewhere, is proof.
      confidence: defect.text.endsWith("elsewhere") ? "certain" : "firm",
    };
  },
});
