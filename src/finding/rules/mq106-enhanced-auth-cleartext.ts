/** MQ106: an authentication exchange of MQTT 5 crosses the network in clear. */
import { Secret, wireString, type WireText } from "../../octets/text.ts";
import { AUTHENTICATION_DATA, findProperty } from "../../protocol/mqtt/properties.ts";
import { isSealed } from "../../session/readable.ts";
import type { Property } from "../../protocol/mqtt/packet.ts";
import type { EventOf } from "../../session/event.ts";
import { defineRule, type Sighting } from "../rule.ts";

export const rule = defineRule({
  id: "MQ106",
  name: "enhanced-auth-cleartext",
  title: "Enhanced authentication without TLS",
  severity: "medium",
  also: { critical: "the method is PLAIN: what is sent is the password" },
  onThePath: true,
  cwe: [522],
  why: "PLAIN sends the password as it is. SCRAM and its kin do not, but whoever reads the exchange can try passwords against it at home, as many as they like.",
  fix: "Offer MQTT over TLS (port 8883); with PLAIN, replace the password: it is known.",
  falseAlarm:
    "The path is protected outside the capture, or the method is one of the vendor's own that withstands readers: its name proves nothing.",
  references: ["MQTT 5.0 §4.12", "RFC 4616 §4", "RFC 5802 §9"],
  wireshark: "mqtt.property_id == 0x15",
  affects: "exposed",
  fires: "enhanced-auth",
  quiet: ["mqtt5", "plaintext-password", "tls12"],
  on: ["session.login", "mqtt.auth"],
  check: event => {
    if (isSealed(event.transport)) return undefined;
    if (event.type === "mqtt.auth") return laterPassword(event);
    const { authenticationMethod: method, connect } = event.login;
    if (method === undefined) return undefined;
    const name = wireString(method);
    const proof = { field: "CONNECT.Authentication Method", shown: method, subject: name };
    if (PASSWORD_GUESS.test(name))
      return { ...proof, title: `${SAID.exec(name)?.[0] ?? ""} authentication without TLS` };
    if (name.toUpperCase() !== "PLAIN") return { ...proof, confidence: "tentative" };
    return (
      passwordIn("CONNECT", connect.properties, name) ?? {
        ...proof,
        severity: "critical",
        title: "PLAIN authentication without TLS",
      }
    );
  },
});

type Said = Sighting<"critical">;

/** RFC 4616 §2: where the CONNECT had no initial response, the password comes in the AUTH that answers the broker's. */
function laterPassword({ packet, direction }: EventOf<"mqtt.auth">): Said | undefined {
  const method = findProperty(packet.properties, AUTHENTICATION_METHOD);
  const name = typeof method === "string" ? method : "";
  return direction === "client" && name.toUpperCase() === "PLAIN"
    ? passwordIn("AUTH", packet.properties, name)
    : undefined;
}

function passwordIn(
  unit: string,
  properties: readonly Property[] | undefined,
  name: string,
): Said | undefined {
  const data = findProperty(properties, AUTHENTICATION_DATA);
  if (!(data instanceof Uint8Array) || data.length === 0) return undefined;
  const secret = new Secret(data as WireText);
  const title = "Password sent by PLAIN authentication without TLS";
  const proof = { field: `${unit}.Authentication Data`, shown: secret, secret };
  return { ...proof, subject: name, severity: "critical", title };
}

/** MQTT 5.0 §2.2.2.2. */
const AUTHENTICATION_METHOD = 0x15;

/** RFC 5802, RFC 7677, RFC 6331, RFC 2195: the exchange depends on a password that somebody may guess. */
const PASSWORD_GUESS = /^(?:SCRAM-|DIGEST-MD5$|CRAM-MD5$)/i;
const SAID = /^(?:SCRAM|DIGEST-MD5|CRAM-MD5)/i;
