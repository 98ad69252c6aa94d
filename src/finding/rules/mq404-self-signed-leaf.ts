/** MQ404: the broker vouches for itself. */
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ404",
  name: "self-signed-leaf",
  title: "Broker's certificate is self-signed",
  severity: "medium",
  also: { info: "it was given with --ca or --pin" },
  cwe: [295, 296],
  why: "Nobody but the broker says that this is the broker. It protects only clients that know this very certificate; the others must switch verification off.",
  fix: "Make a private certificate authority (three openssl commands), sign the broker's certificate with it, and give clients its root.",
  proof: "Issuer and subject are the same, and the certificate's own key verifies its signature.",
  copy: {
    broker: [
      "openssl req -x509 -newkey rsa:3072 -nodes -keyout ca.key -out ca.crt -days 3650 -subj '/CN=Fleet CA'",
      "openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=mqtt.example.com -addext subjectAltName=DNS:mqtt.example.com",
      "openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -copy_extensions copy -days 365 -out server.crt",
    ],
    client: ["mosquitto_sub --cafile ca.crt -h mqtt.example.com -p 8883 -t '#'"],
  },
  falseAlarm: "The clients pin this certificate: give it with --ca, and it counts as trusted.",
  references: ["RFC 5280 §6.1", "RFC 9325 §7.1"],
  wireshark: "tls.handshake.type == 11",
  fires: "self-signed",
  quiet: ["tls12", "expired"],
  on: ["session.chain"],
  check: ({ tls, chain, direction }) => {
    const leaf = chain[0];
    if (direction !== "server" || leaf?.fields?.selfSigned !== true) return undefined;
    const pinned = tls.trust.status === "trusted";
    return {
      field: chainField("server", 0, "issuer"),
      shown: leaf.sha256,
      subject: leaf.sha256,
      ofBroker: true,
      ...(pinned && { severity: "info", title: "Broker's certificate is self-signed, and given as trusted" }),
    };
  },
});
