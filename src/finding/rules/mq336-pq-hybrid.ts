/** MQ336: a key exchange that a quantum computer does not open later. */
import { defineRule } from "../rule.ts";
import { groupName } from "./versions.ts";

export const rule = defineRule({
  id: "MQ336",
  name: "pq-hybrid",
  title: "Key exchange is post-quantum",
  severity: "info",
  cwe: [],
  why: "What is recorded today stays closed even if a quantum computer should break elliptic curves one day.",
  fix: "Nothing to mend.",
  proof: "The group that both agreed on.",
  falseAlarm: "None known: the group is the one that the broker chose.",
  references: ["RFC 8446 §4.2.7", "IANA: TLS Supported Groups 0x11EC"],
  wireshark: "tls.handshake.type == 2 and tls.handshake.extensions_key_share_group == 0x11ec",
  fires: "pq-hybrid",
  quiet: ["tls12", "tls13"],
  on: ["session.negotiated"],
  check: ({ tls: { serverHello } }) =>
    serverHello?.group !== undefined && /ML-?KEM|Kyber/i.test(groupName(serverHello.group))
      ? { field: "server_hello.key_share", shown: groupName(serverHello.group), ofCapture: true }
      : undefined,
});
