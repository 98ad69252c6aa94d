/** MQ103: a token that lets its bearer in crosses the network in clear. */
import { printable, Secret, type WireText } from "../../octets/text.ts";
import { rfc3339, type Timestamp } from "../../octets/time.ts";
import type { Property } from "../../protocol/mqtt/packet.ts";
import { AUTHENTICATION_DATA, findProperty } from "../../protocol/mqtt/properties.ts";
import { isSealed } from "../../session/readable.ts";
import { defineRule, type Sighting } from "../rule.ts";
import { readToken, type Token } from "../secrets/token.ts";
import { titled } from "./secrets.ts";

export const rule = defineRule({
  id: "MQ103",
  name: "cleartext-bearer-token",
  title: "Bearer token sent without TLS",
  severity: "high",
  also: { critical: "the token was still good, by the time of the packet" },
  onThePath: true,
  cwe: [319, 522],
  why: "Whoever reads the token is its bearer until it expires: it needs no other proof. Its claims tell who issued it and for what.",
  fix: "Offer MQTT over TLS (port 8883), close the plain listener, and revoke the token: it is known.",
  falseAlarm:
    "The path is protected outside the capture (VPN, IPsec), or the token is bound to a key that only the client has.",
  references: ["RFC 6750 §5.2", "RFC 7519 §4.1.4", "MQTT 5.0 §5.4.5"],
  wireshark: "mqtt.passwd or mqtt.username or mqtt.msgtype == 15",
  affects: "exposed",
  fires: "token-password",
  quiet: ["plaintext-password", "anonymous", "tls12"],
  on: ["session.login", "mqtt.auth"],
  check: (event, { at }) => {
    if (isSealed(event.transport)) return undefined;
    if (event.type === "mqtt.auth") return inData("AUTH", event.packet.properties, at);
    const { username, password, connect } = event.login;
    return [
      ...sighting("CONNECT.Password", password?.reveal(), at),
      ...sighting("CONNECT.User Name", username, at),
      ...inData("CONNECT", connect.properties, at),
    ];
  },
});

type Said = Sighting<"high" | "critical">;

function inData(unit: string, properties: readonly Property[] | undefined, at: Timestamp): readonly Said[] {
  const data = findProperty(properties, AUTHENTICATION_DATA);
  return data instanceof Uint8Array ? sighting(`${unit}.Authentication Data`, data as WireText, at) : [];
}

function sighting(field: string, text: WireText | undefined, at: Timestamp): readonly Said[] {
  const token = text === undefined ? undefined : readToken(text);
  if (text === undefined || token === undefined) return [];
  const secret = new Secret(text);
  const over = token.expires !== undefined && token.expires * 1e6 <= at;
  const title = titled(token, `sent without TLS${issued(token)}${until(token, over)}`);
  return [{ field, shown: secret, secret, severity: over ? "high" : "critical", title }];
}

const issued = ({ issuer }: Token): string =>
  issuer === undefined ? "" : `, issued by ${printable(issuer, 80)}`;

function until({ expires, endless }: Token, over: boolean): string {
  if (expires === undefined) return endless ? ", without an end" : "";
  return `, ${over ? "expired" : "valid until"} ${rfc3339((expires * 1e6) as Timestamp).slice(0, 19)}Z`;
}
