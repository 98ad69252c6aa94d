/** MQ611: checksums that the network card filled in behind the capture. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ611",
  name: "checksum-offload",
  title: "Captured on a machine that sends, before its network card filled the checksums in",
  severity: "info",
  cwe: [],
  why: "Its segments look damaged and are not: this program believes them, and a tool that checks sums would throw them away and see one direction. It also says where the capture was made, and that segments may be longer than any that went over the wire.",
  fix: "Nothing, as long as checksums are ignored (Suricata: -k none). For true ones switch offloading off (ethtool -K eth0 tx off) or capture on another machine.",
  proof:
    "A SYN between two machines whose checksum is the sum of the pseudo-header alone: what a kernel leaves to a network card.",
  falseAlarm: "Containers and virtual machines of one host: no card ever fills them in.",
  references: ["RFC 9293 §3.1", "RFC 1624 §3"],
  wireshark: "tcp.flags.syn == 1 and tcp.checksum",
  fires: "checksum-offload",
  quiet: ["plaintext-password", "tls12", "overlap", "seen-twice"],
  on: ["session.capture"],
  check: ({ coverage: { unfilled } }) =>
    unfilled === undefined
      ? undefined
      : {
          field: "tcp.checksum",
          shown: `not filled in: ${unfilled.segments} SYN${unfilled.segments === 1 ? "" : "s"}, the first from ${unfilled.source}`,
          place: { frame: unfilled.frame, octets: { offset: unfilled.position, length: 2 } },
        },
});
