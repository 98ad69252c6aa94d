/** MQ406: a certificate for another name. */
import { wireString } from "../../octets/text.ts";
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ406",
  name: "name-mismatch",
  title: "Certificate is for another name",
  severity: "high",
  cwe: [297],
  why: "A client that checks the name refuses this broker; a client that does not takes the certificate of any host that the same authority signed.",
  fix: "Put the name that clients connect to into the certificate's subjectAltName.",
  proof: "server_name in the ClientHello (or --server-name), and the subjectAltName of the certificate.",
  copy: {
    broker: [
      "openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=mqtt.example.com -addext subjectAltName=DNS:mqtt.example.com",
    ],
    client: [
      "mosquitto_sub --cafile ca.crt -h mqtt.example.com -p 8883 -t '#'   # by the name, not the address",
    ],
  },
  falseAlarm:
    "The name in the ClientHello (or --server-name) is not the one that the client checks, or it pins the certificate.",
  references: ["RFC 9525 §6"],
  wireshark: "tls.handshake.extensions_server_name or x509ce.dNSName",
  affects: "weak",
  fires: "wrong-host",
  quiet: ["tls12", "self-signed", "expired"],
  on: ["session.chain"],
  check: ({ tls, chain, direction }) => {
    const leaf = chain[0];
    if (direction !== "server" || leaf === undefined) return undefined;
    if (!tls.trust.defects.some(defect => defect.kind === "name-mismatch")) return undefined;
    const name = tls.clientHello?.serverName;
    return {
      field: chainField("server", 0, "subjectAltName"),
      ...(name !== undefined && { shown: name }),
      subject: `${leaf.sha256} ${name === undefined ? "" : wireString(name)}`,
      ofBroker: true,
    };
  },
});
