/** MQ608: frames of a link type that is not known here. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ608",
  name: "unsupported-link",
  title: "Frames of a link type that is not decoded",
  severity: "low",
  cwe: [],
  why: "Nothing is known about what these frames carried.",
  fix: "Capture on an Ethernet, Wi-Fi, loopback or `any` interface, or convert the capture.",
  falseAlarm: "An interface that carries no IP was captured along with the right one.",
  references: ["IANA: PCAP LINKTYPE values"],
  wireshark: "not eth and not sll and not null and not raw",
  affects: "coverage",
  fires: "unsupported-link",
  quiet: ["plaintext-password", "tls12", "nothing"],
  on: ["session.capture"],
  check: ({ coverage: { undecodedFrames } }) => {
    const kinds = [...undecodedFrames].filter(([kind]) => kind.startsWith("link type "));
    if (kinds.length === 0) return undefined;
    return { field: "LinkType", shown: kinds.map(([kind, frames]) => `${frames} of ${kind}`).join(", ") };
  },
});
