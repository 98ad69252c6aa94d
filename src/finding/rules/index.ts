/** The catalogue: every rule once, in the order of the ids. */
import type { Rule } from "../rule.ts";
import { rule as mq101 } from "./mq101-cleartext-password.ts";
import { rule as mq102 } from "./mq102-cleartext-username.ts";
import { rule as mq103 } from "./mq103-cleartext-bearer-token.ts";
import { rule as mq104 } from "./mq104-token-too-long-lived.ts";
import { rule as mq105 } from "./mq105-token-alg-none.ts";
import { rule as mq106 } from "./mq106-enhanced-auth-cleartext.ts";
import { rule as mq107 } from "./mq107-default-password.ts";
import { rule as mq108 } from "./mq108-weak-password.ts";
import { rule as mq109 } from "./mq109-password-equals-identity.ts";
import { rule as mq110 } from "./mq110-credential-shared.ts";
import { rule as mq111 } from "./mq111-credential-reused-after-tls.ts";
import { rule as mq112 } from "./mq112-secret-in-payload.ts";
import { rule as mq113 } from "./mq113-private-key-in-payload.ts";
import { rule as mq114 } from "./mq114-secret-in-topic.ts";
import { rule as mq115 } from "./mq115-secret-in-will.ts";
import { rule as mq116 } from "./mq116-secret-in-user-property.ts";
import { rule as mq117 } from "./mq117-secret-in-clientid.ts";
import { rule as mq118 } from "./mq118-personal-data.ts";
import { rule as mq119 } from "./mq119-credentials-in-url.ts";
import { rule as mq120 } from "./mq120-wifi-credentials.ts";
import { rule as mq121 } from "./mq121-credentials-in-upgrade.ts";
import { rule as mq201 } from "./mq201-plaintext-mqtt.ts";
import { rule as mq202 } from "./mq202-anonymous-accepted.ts";
import { rule as mq203 } from "./mq203-wildcard-granted.ts";
import { rule as mq204 } from "./mq204-sys-topic-readable.ts";
import { rule as mq205 } from "./mq205-broker-version-disclosed.ts";
import { rule as mq206 } from "./mq206-auth-bruteforce.ts";
import { rule as mq207 } from "./mq207-auth-failure-loop.ts";
import { rule as mq208 } from "./mq208-topic-scanning.ts";
import { rule as mq209 } from "./mq209-clientid-takeover.ts";
import { rule as mq210 } from "./mq210-predictable-clientid.ts";
import { rule as mq211 } from "./mq211-unauthenticated-command.ts";
import { rule as mq212 } from "./mq212-firmware-over-plaintext.ts";
import { rule as mq213 } from "./mq213-insecure-url-in-payload.ts";
import { rule as mq214 } from "./mq214-retained-secret.ts";
import { rule as mq215 } from "./mq215-persistent-session-anonymous.ts";
import { rule as mq216 } from "./mq216-plaintext-on-tls-port.ts";
import { rule as mq217 } from "./mq217-tls-failed-then-plaintext.ts";
import { rule as mq218 } from "./mq218-websocket-plaintext.ts";
import { rule as mq219 } from "./mq219-mqttsn-plaintext.ts";
import { rule as mq220 } from "./mq220-obsolete-mqtt-3-1.ts";
import { rule as mq221 } from "./mq221-protocol-violation.ts";
import { rule as mq222 } from "./mq222-invalid-text.ts";
import { rule as mq223 } from "./mq223-resource-abuse.ts";
import { rule as mq224 } from "./mq224-idle-connections.ts";
import { rule as mq225 } from "./mq225-keepalive-disabled.ts";
import { rule as mq226 } from "./mq226-nonstandard-port.ts";
import { rule as mq301 } from "./mq301-ssl-v2-v3.ts";
import { rule as mq302 } from "./mq302-tls-1-0.ts";
import { rule as mq303 } from "./mq303-tls-1-1.ts";
import { rule as mq304 } from "./mq304-client-max-below-1-2.ts";
import { rule as mq305 } from "./mq305-tls13-not-used.ts";
import { rule as mq306 } from "./mq306-downgrade-sentinel.ts";
import { rule as mq307 } from "./mq307-fallback-scsv-or-dance.ts";
import { rule as mq308 } from "./mq308-null-cipher.ts";
import { rule as mq309 } from "./mq309-anonymous-kx.ts";
import { rule as mq310 } from "./mq310-export-cipher.ts";
import { rule as mq311 } from "./mq311-rc4.ts";
import { rule as mq312 } from "./mq312-des-3des-64bit.ts";
import { rule as mq313 } from "./mq313-cbc-mac-then-encrypt.ts";
import { rule as mq314 } from "./mq314-rsa-key-exchange.ts";
import { rule as mq315 } from "./mq315-ffdhe-key-exchange.ts";
import { rule as mq316 } from "./mq316-static-ecdh.ts";
import { rule as mq317 } from "./mq317-small-or-known-dh.ts";
import { rule as mq318 } from "./mq318-weak-curve.ts";
import { rule as mq319 } from "./mq319-sha1-md5-handshake-sig.ts";
import { rule as mq320 } from "./mq320-compression.ts";
import { rule as mq321 } from "./mq321-no-extended-master-secret.ts";
import { rule as mq322 } from "./mq322-no-secure-renegotiation.ts";
import { rule as mq323 } from "./mq323-early-data.ts";
import { rule as mq324 } from "./mq324-psk-without-dhe.ts";
import { rule as mq325 } from "./mq325-ticket-lifetime.ts";
import { rule as mq326 } from "./mq326-heartbleed-probe.ts";
import { rule as mq327 } from "./mq327-no-sni.ts";
import { rule as mq328 } from "./mq328-sni-is-ip.ts";
import { rule as mq329 } from "./mq329-client-offers-weak.ts";
import { rule as mq330 } from "./mq330-truncated-tag.ts";
import { rule as mq331 } from "./mq331-random-reuse.ts";
import { rule as mq332 } from "./mq332-ephemeral-key-reuse.ts";
import { rule as mq333 } from "./mq333-handshake-failed.ts";
import { rule as mq334 } from "./mq334-no-client-certificate.ts";
import { rule as mq335 } from "./mq335-tls-on-plaintext-port.ts";
import { rule as mq336 } from "./mq336-pq-hybrid.ts";
import { rule as mq337 } from "./mq337-outside-policy.ts";
import { rule as mq401 } from "./mq401-expired.ts";
import { rule as mq402 } from "./mq402-not-yet-valid.ts";
import { rule as mq403 } from "./mq403-expires-soon.ts";
import { rule as mq404 } from "./mq404-self-signed-leaf.ts";
import { rule as mq405 } from "./mq405-untrusted-chain.ts";
import { rule as mq406 } from "./mq406-name-mismatch.ts";
import { rule as mq407 } from "./mq407-no-san.ts";
import { rule as mq408 } from "./mq408-weak-key.ts";
import { rule as mq409 } from "./mq409-weak-signature.ts";
import { rule as mq410 } from "./mq410-ca-as-leaf.ts";
import { rule as mq411 } from "./mq411-wrong-eku-ku.ts";
import { rule as mq412 } from "./mq412-validity-too-long.ts";
import { rule as mq413 } from "./mq413-incomplete-chain.ts";
import { rule as mq414 } from "./mq414-chain-order-or-extra.ts";
import { rule as mq415 } from "./mq415-known-public-key.ts";
import { rule as mq416 } from "./mq416-shared-server-key.ts";
import { rule as mq417 } from "./mq417-weak-exponent.ts";
import { rule as mq418 } from "./mq418-rsa-shared-factor.ts";
import { rule as mq419 } from "./mq419-roca.ts";
import { rule as mq420 } from "./mq420-serial-poor.ts";
import { rule as mq421 } from "./mq421-x509-v1.ts";
import { rule as mq422 } from "./mq422-client-cert-cleartext.ts";
import { rule as mq423 } from "./mq423-client-cert-shared.ts";
import { rule as mq424 } from "./mq424-no-revocation-info.ts";
import { rule as mq425 } from "./mq425-overbroad-wildcard.ts";
import { rule as mq501 } from "./mq501-accepts-bad-cert.ts";
import { rule as mq502 } from "./mq502-rejects-bad-cert.ts";
import { rule as mq503 } from "./mq503-silent-reject.ts";
import { rule as mq504 } from "./mq504-inconsistent-verification.ts";
import { rule as mq505 } from "./mq505-broker-identity-changed.ts";
import { rule as mq506 } from "./mq506-client-cert-before-check.ts";
import { rule as mq507 } from "./mq507-mtls-not-enforced.ts";
import { rule as mq508 } from "./mq508-mtls-required-missing.ts";
import { rule as mq509 } from "./mq509-verification-unknown.ts";
import { rule as mq510 } from "./mq510-insecure-then-secure.ts";
import { rule as mq511 } from "./mq511-handshake-storm.ts";
import { rule as mq512 } from "./mq512-legacy-stack.ts";
import { rule as mq601 } from "./mq601-nothing-analysed.ts";
import { rule as mq602 } from "./mq602-truncated-packets.ts";
import { rule as mq603 } from "./mq603-tcp-gap.ts";
import { rule as mq604 } from "./mq604-midstream.ts";
import { rule as mq605 } from "./mq605-one-sided.ts";
import { rule as mq606 } from "./mq606-clock-implausible.ts";
import { rule as mq607 } from "./mq607-drops.ts";
import { rule as mq608 } from "./mq608-unsupported-link.ts";
import { rule as mq609 } from "./mq609-duplicates.ts";
import { rule as mq610 } from "./mq610-overlap-conflict.ts";
import { rule as mq611 } from "./mq611-checksum-offload.ts";
import { rule as mq612 } from "./mq612-keylog-unmatched.ts";
import { rule as mq613 } from "./mq613-wifi-encrypted.ts";
import { rule as mq614 } from "./mq614-limit-reached.ts";
import { rule as mq615 } from "./mq615-undecodable-bytes.ts";

export const RULES: readonly Rule[] = [
  mq101,
  mq102,
  mq103,
  mq104,
  mq105,
  mq106,
  mq107,
  mq108,
  mq109,
  mq110,
  mq111,
  mq112,
  mq113,
  mq114,
  mq115,
  mq116,
  mq117,
  mq118,
  mq119,
  mq120,
  mq121,
  mq201,
  mq202,
  mq203,
  mq204,
  mq205,
  mq206,
  mq207,
  mq208,
  mq209,
  mq210,
  mq211,
  mq212,
  mq213,
  mq214,
  mq215,
  mq216,
  mq217,
  mq218,
  mq219,
  mq220,
  mq221,
  mq222,
  mq223,
  mq224,
  mq225,
  mq226,
  mq301,
  mq302,
  mq303,
  mq304,
  mq305,
  mq306,
  mq307,
  mq308,
  mq309,
  mq310,
  mq311,
  mq312,
  mq313,
  mq314,
  mq315,
  mq316,
  mq317,
  mq318,
  mq319,
  mq320,
  mq321,
  mq322,
  mq323,
  mq324,
  mq325,
  mq326,
  mq327,
  mq328,
  mq329,
  mq330,
  mq331,
  mq332,
  mq333,
  mq334,
  mq335,
  mq336,
  mq337,
  mq401,
  mq402,
  mq403,
  mq404,
  mq405,
  mq406,
  mq407,
  mq408,
  mq409,
  mq410,
  mq411,
  mq412,
  mq413,
  mq414,
  mq415,
  mq416,
  mq417,
  mq418,
  mq419,
  mq420,
  mq421,
  mq422,
  mq423,
  mq424,
  mq425,
  mq501,
  mq502,
  mq503,
  mq504,
  mq505,
  mq506,
  mq507,
  mq508,
  mq509,
  mq510,
  mq511,
  mq512,
  mq601,
  mq602,
  mq603,
  mq604,
  mq605,
  mq606,
  mq607,
  mq608,
  mq609,
  mq610,
  mq611,
  mq612,
  mq613,
  mq614,
  mq615,
];
