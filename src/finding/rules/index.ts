/** The catalogue: every rule once, in the order of the ids. */
import type { Rule } from "../rule.ts";
import { rule as mq101 } from "./mq101-cleartext-password.ts";
import { rule as mq102 } from "./mq102-cleartext-username.ts";
import { rule as mq201 } from "./mq201-plaintext-mqtt.ts";
import { rule as mq202 } from "./mq202-anonymous-accepted.ts";
import { rule as mq203 } from "./mq203-wildcard-granted.ts";
import { rule as mq216 } from "./mq216-plaintext-on-tls-port.ts";
import { rule as mq218 } from "./mq218-websocket-plaintext.ts";
import { rule as mq221 } from "./mq221-protocol-violation.ts";
import { rule as mq301 } from "./mq301-ssl-v2-v3.ts";
import { rule as mq302 } from "./mq302-tls-1-0.ts";
import { rule as mq303 } from "./mq303-tls-1-1.ts";
import { rule as mq308 } from "./mq308-null-cipher.ts";
import { rule as mq309 } from "./mq309-anonymous-kx.ts";
import { rule as mq314 } from "./mq314-rsa-key-exchange.ts";
import { rule as mq401 } from "./mq401-expired.ts";
import { rule as mq404 } from "./mq404-self-signed-leaf.ts";
import { rule as mq405 } from "./mq405-untrusted-chain.ts";
import { rule as mq406 } from "./mq406-name-mismatch.ts";
import { rule as mq407 } from "./mq407-no-san.ts";
import { rule as mq408 } from "./mq408-weak-key.ts";
import { rule as mq501 } from "./mq501-accepts-bad-cert.ts";
import { rule as mq502 } from "./mq502-rejects-bad-cert.ts";
import { rule as mq601 } from "./mq601-nothing-analysed.ts";
import { rule as mq603 } from "./mq603-tcp-gap.ts";

export const RULES: readonly Rule[] = [
  mq101,
  mq102,
  mq201,
  mq202,
  mq203,
  mq216,
  mq218,
  mq221,
  mq301,
  mq302,
  mq303,
  mq308,
  mq309,
  mq314,
  mq401,
  mq404,
  mq405,
  mq406,
  mq407,
  mq408,
  mq501,
  mq502,
  mq601,
  mq603,
];
