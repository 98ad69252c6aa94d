/** MQ405: a chain that leads to none of the roots that the user named. */
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ405",
  name: "untrusted-chain",
  title: "Broker's certificate leads to none of the roots given",
  severity: "high",
  cwe: [296],
  why: "This is not the certificate authority that the clients ought to trust: another broker, a wrong installation, or somebody in between.",
  fix: "Install a certificate that the given authority signed, with the intermediates it needs.",
  falseAlarm: "The root that was given (--ca) is not the one that these clients trust.",
  references: ["RFC 5280 §6.1"],
  wireshark: "tls.handshake.type == 11",
  fires: "unknown-ca",
  quiet: ["tls12", "self-signed", "expired", "incomplete-chain"],
  on: ["session.chain"],
  check: ({ tls, chain, direction }) => {
    const leaf = chain[0];
    if (direction !== "server" || leaf === undefined) return undefined;
    const field = chainField("server", 0, "issuer");
    const { status, defects } = tls.trust;
    if (status === "not-judged")
      return { field, severity: "info", title: "Certificates were not judged: give --ca", ofCapture: true };
    const why = defects.find(defect => defect.kind === "untrusted");
    if (status !== "untrusted" || why === undefined) return undefined;
    const about = { field, shown: why.text, subject: leaf.sha256, ofBroker: true };
    return PLAIN.has(why.text)
      ? about
      : { ...about, title: `Broker's certificate has no path that counts: ${why.text}` };
  },
});

/** What the title says already. */
const PLAIN: ReadonlySet<string> = new Set(["leads to none of the roots given"]);
