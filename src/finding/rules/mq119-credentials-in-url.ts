/** MQ119: a credential in a URL. */
import type { Timestamp } from "../../octets/time.ts";
import { defineRule } from "../rule.ts";
import { readJwt } from "../secrets/jwt.ts";
import type { SecretsFound } from "../secrets/found.ts";
import type { SecretMatch } from "../secrets/match.ts";
import { presignedEnd } from "../secrets/token.ts";
import { sightings, titled } from "./secrets.ts";

export const rule = defineRule({
  id: "MQ119",
  name: "credentials-in-url",
  title: "Credential in a URL sent without TLS",
  severity: "critical",
  also: { high: "the URL or its token had expired, by the time of the packet" },
  onThePath: true,
  cwe: [598, 319],
  why: "URLs are written down wherever they pass: in the logs of proxies and brokers, in histories, in messages that are forwarded. Here anyone on the path reads it as well.",
  fix: "Use wss:// and send the credential in the CONNECT packet or in a header; replace this one: it is known.",
  falseAlarm: "A token that is public by design, or one that works once.",
  references: ["RFC 3986 §7.5", "RFC 6750 §5.3", "RFC 6455 §10.6"],
  wireshark:
    'http.request.uri matches "(?i)token=|sig=|signature=|key=|auth=|eyJ" or mqtt.msg matches "://[^/@ ]*:[^/@ ]*@"',
  affects: "exposed",
  fires: "websocket-token",
  quiet: ["websocket", "harmless-lookalikes", "plaintext-password"],
  on: ["finding.secrets"],
  check: (found, { at }) => {
    if (!found.clear) return undefined;
    if (found.place === "upgrade-path")
      return sightings<"high" | "critical">(found, match => {
        const over = isOver(found, match, at);
        return {
          title: titled(match, over ? "in a URL, expired" : "in the URL of a WebSocket without TLS"),
          severity: over ? "high" : "critical",
          subject: found.field,
        };
      });
    return found.place === "payload" || found.place === "will"
      ? sightings(found, match =>
          match.kind === "url-password"
            ? { title: titled(match, "in a message sent without TLS") }
            : undefined,
        )
      : undefined;
  },
});

/** A presigned request or a token that says until when it is good. */
function isOver({ octets, event }: SecretsFound, { kind, start, end }: SecretMatch, at: Timestamp): boolean {
  const expires =
    kind === "jwt"
      ? readJwt(Buffer.from(octets.subarray(start, end)).toString("latin1"))?.expires
      : event.type === "websocket.upgrade"
        ? presignedEnd(event.path)
        : undefined;
  return expires !== undefined && expires * 1e6 <= at;
}
