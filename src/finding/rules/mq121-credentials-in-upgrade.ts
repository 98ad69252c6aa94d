/** MQ121: a credential in the headers of a WebSocket's opening handshake. */
import { defineRule } from "../rule.ts";
import { sightings } from "./secrets.ts";

export const rule = defineRule({
  id: "MQ121",
  name: "credentials-in-upgrade",
  title: "Credential in a WebSocket upgrade without TLS",
  severity: "high",
  onThePath: true,
  cwe: [319, 522],
  why: "The header that opens the WebSocket proves who the client is, and anyone on the path can send it as well. Basic is the password itself, and a cookie is the session.",
  fix: "Use wss:// and close the plain WebSocket listener; replace the credential: it is known.",
  falseAlarm: "A token that is public by design, or a cookie that only counts visits.",
  references: ["RFC 6455 §10.5", "RFC 9110 §11.6.2", "RFC 6265 §8.3"],
  wireshark: "http.authorization or http.cookie",
  affects: "exposed",
  fires: "websocket-token",
  quiet: ["websocket", "plaintext-password", "anonymous"],
  on: ["finding.secrets"],
  check: found => {
    if (found.place !== "upgrade-header" || !found.clear) return undefined;
    const header = found.field.slice(found.field.indexOf(".") + 1);
    const isCookie = header === "cookie";
    return sightings(found, () => ({
      title: `${HEADERS.get(header) ?? "Token"} in a WebSocket upgrade without TLS`,
      subject: header,
      // A cookie may say who somebody is, or which language they read.
      ...(isCookie &&
        !OF_A_SESSION.test(Buffer.from(found.octets).toString("latin1")) && {
          confidence: "tentative" as const,
        }),
    }));
  },
});

const HEADERS: ReadonlyMap<string, string> = new Map([
  ["authorization", "Authorization header"],
  ["proxy-authorization", "Authorization header"],
  ["cookie", "Cookie"],
]);

/** Names that servers give to what a session is known by. */
const OF_A_SESSION = /(?:^|;\s*)[^=;]{0,64}(?:sess|sid|token|auth|jwt)[^=;]{0,64}=/i;
