/** MQ405: a chain that leads to none of the roots that the user named. */
import type { EventOf } from "../../session/event.ts";
import { defineRule, type Sighting } from "../rule.ts";
import { chainField, RAW_KEY } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ405",
  name: "untrusted-chain",
  title: "Broker's certificate leads to none of the roots given",
  severity: "high",
  also: { info: "no roots were given to judge by, or a client said that it has none for the chain" },
  cwe: [296],
  why: "This is not the certificate authority that the clients ought to trust: another broker, a wrong installation, or somebody in between.",
  fix: "Install a certificate that the given authority signed, with the intermediates it needs.",
  proof:
    "No signature leads from the certificate over those sent with it to a root that was given; or the client says so: unknown_ca.",
  copy: {
    broker: ["openssl verify -CAfile ca.crt -untrusted chain.pem server.crt"],
    client: ["mosquitto_sub --cafile ca.crt -h mqtt.example.com -p 8883 -t '#'"],
  },
  falseAlarm: "The root that was given (--ca) is not the one that these clients trust.",
  references: ["RFC 5280 §6.1"],
  wireshark: "tls.handshake.type == 11",
  fires: "unknown-ca",
  quiet: ["tls12", "self-signed", "expired", "incomplete-chain"],
  on: ["session.chain", "session.broken_off"],
  check: event => {
    if (event.type === "session.broken_off") return saidSo(event);
    const { tls, chain, direction } = event;
    const shown = chain[0]?.sha256 ?? tls.rawPublicKey?.spkiSha256;
    if (direction !== "server" || shown === undefined) return undefined;
    const field = chain.length === 0 ? RAW_KEY : chainField("server", 0, "issuer");
    const { status, defects } = tls.trust;
    if (status === "not-judged")
      return { field, severity: "info", title: "Certificates were not judged: give --ca", ofCapture: true };
    const why = defects.find(defect => defect.kind === "untrusted");
    if (status !== "untrusted" || why === undefined) return undefined;
    const about = { field, shown: why.text, subject: shown, ofBroker: true };
    return PLAIN.has(why.text) ? about : { ...about, title: titleOf(chain.length === 0, why.text) };
  },
});

const titleOf = (keyAlone: boolean, why: string): string =>
  keyAlone ? `Broker's key is ${why}` : `Broker's certificate has no path that counts: ${why}`;

/**
 * RFC 8446 §6.2: the client found no root of its own for the chain. Whether it ought to have one nobody but its owner
 * knows, so that this is a remark; where the roots given say that the chain is at fault, it was told before.
 */
function saidSo({ broken, tls }: EventOf<"session.broken_off">): Sighting<"info"> | undefined {
  if (broken.by !== "client" || broken.alert !== UNKNOWN_CA) return undefined;
  const { status } = tls.trust;
  if (status === "untrusted" || status === "self-signed" || tls.chain[0]?.fields?.selfSigned === true)
    return undefined;
  return {
    field: "alert.description",
    shown: "unknown_ca",
    severity: "info",
    title: "Client has no root that vouches for the broker's certificate, and left",
  };
}

const UNKNOWN_CA = 48;

/** What the title says already. */
const PLAIN: ReadonlySet<string> = new Set(["leads to none of the roots given"]);
