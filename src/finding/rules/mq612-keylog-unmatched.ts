/** MQ612: keys in the capture that do not fit what is in it. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ612",
  name: "keylog-unmatched",
  title: "The key log in the capture does not fit its TLS conversations",
  severity: "low",
  cwe: [],
  why: "Somebody put keys beside the packets so that TLS could be opened, and they are not those of these handshakes: what the conversations carry stays unknown to everybody who has the file.",
  fix: "Write the key log of the client or broker that is captured (SSLKEYLOGFILE), start it before the handshake, and put it in again (editcap --inject-secrets tls,FILE).",
  proof: "No line of the key log has the random of the ClientHello.",
  falseAlarm: "The capture is a part of a longer one, or only some of the clients write keys.",
  references: ["RFC 9850 §2", "draft-ietf-opsawg-pcapng §4.7"],
  wireshark: "tls.handshake.type == 1 and not tls.app_data",
  affects: "coverage",
  fires: "keys-of-others",
  quiet: ["keys-inside", "tls13", "tls12", "plaintext-password"],
  on: ["session.capture"],
  check: ({ coverage: { keyLog, tls } }) =>
    keyLog === undefined || (keyLog.fitted > 0 && keyLog.fitted >= tls)
      ? undefined
      : {
          field: "Secrets Data",
          shown: `keys of ${keyLog.sessions} session${keyLog.sessions === 1 ? "" : "s"}, for ${keyLog.fitted} of ${tls} TLS conversation${tls === 1 ? "" : "s"}`,
        },
});
