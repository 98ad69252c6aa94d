/** MQ325: session tickets that live too long. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ325",
  name: "ticket-lifetime",
  title: "Session tickets live longer than a week",
  severity: "low",
  cwe: [613],
  why: "As long as a ticket is good, one key on the broker opens what was protected with it: long lives undo forward secrecy.",
  fix: "Let tickets live for a day, a week at most, and change the key that seals them.",
  proof: "The lifetime in the NewSessionTicket, which TLS 1.2 sends in clear.",
  falseAlarm: "The hint is what clients are told; the broker may refuse tickets earlier.",
  references: ["RFC 5077 §3.3", "RFC 8446 §4.6.1", "RFC 9325 §3.4"],
  wireshark: "tls.handshake.session_ticket_lifetime_hint > 604800",
  fires: "ticket-lifetime",
  quiet: ["tls12", "tls13"],
  on: ["tls.new_session_ticket"],
  check: ({ message: { lifetime } }) =>
    lifetime > WEEK
      ? {
          field: "new_session_ticket.ticket_lifetime_hint",
          shown: `${Math.round(lifetime / DAY)} days`,
          ofBroker: true,
        }
      : undefined,
});

const DAY = 86_400;
const WEEK = 7 * DAY;
