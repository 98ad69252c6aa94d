/** MQ210: Client Identifiers that somebody else can tell beforehand. */
import { wireString } from "../../octets/text.ts";
import type { Conversation } from "../../session/conversation.ts";
import { isCloudBroker } from "../../session/brokers.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ210",
  name: "predictable-clientid",
  title: "Client Identifier can be guessed",
  severity: "low",
  cwe: [340],
  why: "Who can tell a device's identifier can take its place at the broker: a hardware address is on the label and in every frame, a serial number has neighbours, a counter has a next value.",
  fix: "Use random identifiers, or bind each to its credential so that nobody else may use it.",
  falseAlarm:
    "The broker lets an identifier be used with its own credential only, as AWS IoT does with thing names.",
  references: ["MQTT 5.0 §3.1.3.1", "MQTT 5.0 §5.4.2"],
  wireshark: "mqtt.clientid",
  fires: "careless",
  quiet: ["plaintext-password", "anonymous", "tls12"],
  on: ["session.login", "session.numbered_clients"],
  check(event) {
    if (isBound(event.conversation)) return undefined;
    if (event.type === "session.numbered_clients") {
      const { beginning, example } = event;
      const title = "Client Identifiers are numbered one after the other";
      return {
        field: "CONNECT.Client Identifier",
        shown: example,
        subject: beginning,
        ofBroker: true,
        title,
        confidence: "firm",
      };
    }
    const id = wireString(event.login.clientId);
    const kind = hardwareAddress(id) ?? serialNumber(id);
    if (kind === undefined) return undefined;
    const { title, confidence } = kind;
    return { field: "CONNECT.Client Identifier", shown: event.login.clientId, title, confidence };
  },
});

/** Thing names are tied to certificates by policy. */
const isBound = ({ tls }: Conversation): boolean => {
  const name = tls?.clientHello?.serverName;
  return name !== undefined && isCloudBroker(wireString(name));
};

type Kind = { readonly title: string; readonly confidence: "firm" | "tentative" } | undefined;

/** With separators it is one; twelve digits alone are one where their first octet says "unicast, from a maker". */
function hardwareAddress(id: string): Kind {
  const title = "Client Identifier is a hardware address";
  if (SEPARATED_MAC.test(id)) return { title, confidence: "firm" };
  const bare = BARE_MAC.exec(id)?.[1];
  if (bare === undefined || /^\d+$/.test(bare) || Number.parseInt(bare.slice(0, 2), 16) % 4 !== 0)
    return undefined;
  return { title, confidence: "tentative" };
}

const serialNumber = (id: string): Kind =>
  SERIAL.test(id) ? { title: "Client Identifier is a serial number", confidence: "tentative" } : undefined;

const SEPARATED_MAC = /(?:^|[^0-9a-f])[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}(?:$|[^0-9a-f])/i;
const BARE_MAC = /(?:^|[^0-9a-z])([0-9a-f]{12})$/i;
const SERIAL = /^(?:s\/?n[-_:.]?)?\d{6,16}$|^(?:sn|serial)[-_:.]?[0-9a-z]{6,16}$/i;
