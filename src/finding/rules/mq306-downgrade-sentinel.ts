/** MQ306: the broker marked its hello as talked down, and the client went on. */
import { hex } from "../../octets/text.ts";
import { defineRule } from "../rule.ts";
import { offers, TLS_1_2, TLS_1_3 } from "./versions.ts";

export const rule = defineRule({
  id: "MQ306",
  name: "downgrade-sentinel",
  title: "Handshake was talked down to an older version",
  severity: "high",
  cwe: [757],
  why: "The last octets of the broker's random say that it could do better; the client offered better too. Somebody between them changed the offer, and the client did not notice.",
  fix: "Find what sits between client and broker and rewrites ClientHellos; update the client's TLS library, which must refuse this.",
  proof:
    "ServerHello.random ends in DOWNGRD and 01 or 00, the ClientHello offered the newer version, and the client went on.",
  falseAlarm: "By chance a random ends so once in 2^64 handshakes.",
  references: ["RFC 8446 §4.1.3"],
  wireshark:
    "tls.handshake.type == 2 and (tls.handshake.random[24:8] == 44:4f:57:4e:47:52:44:01 or tls.handshake.random[24:8] == 44:4f:57:4e:47:52:44:00)",
  affects: "weak",
  fires: "downgrade-sentinel",
  quiet: ["tls12", "tls13", "tls10", "tls13-not-used"],
  on: ["session.keyed"],
  check: ({ seen, tls: { clientHello, serverHello } }) => {
    if (clientHello === undefined || serverHello === undefined) return undefined;
    const end = hex(serverHello.random.subarray(24));
    const better = end === BELOW_1_3 ? TLS_1_3 : end === BELOW_1_2 ? TLS_1_2 : undefined;
    return better !== undefined && serverHello.version < better && offers(clientHello, better)
      ? { field: "server_hello.random", shown: end, seen: seen.serverHello }
      : undefined;
  },
});

/** RFC 8446 §4.1.3: `DOWNGRD` and 01 from a server that knows TLS 1.3, and 00 from one that knows TLS 1.2. */
const BELOW_1_3 = "444f574e47524401";
const BELOW_1_2 = "444f574e47524400";
