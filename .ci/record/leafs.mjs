/** The certificates of the stories, one a row: keys, names, dates, extensions. */

import { rocaPrime, sharedPrime, weakRsa } from "./weak-keys.mjs";

/** The name that every sound broker certificate carries. Reserved for examples by RFC 2606 §3. */
export const SERVER_NAME = "mqtt.example.com";

/**
 * Validity is fixed, so that no verdict ever depends on the day of the recording: sound leafs are valid for ten years
 * from 2026, the expired one ended before that, and the one that ends soon says so of the day it was recorded on.
 */
const SOUND = { from: "260101000000Z", to: "351231235959Z" };
const AUTHORITY = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash"];

const root = organization => ({
  subject: `/O=${organization}/CN=${organization} Root CA`,
  extensions: AUTHORITY,
  from: "250101000000Z",
  to: "401231235959Z",
});

/** A broker's certificate; what `more` says differs from a sound one. */
function leaf({ names = [`DNS:${SERVER_NAME}`], usage, purpose, ca = "FALSE", extra = [], ...more } = {}) {
  const issuer = "issuer" in more ? more.issuer : "root";
  return {
    subject: `/O=Example Fleet/CN=${names.find(name => name.startsWith("DNS:"))?.slice(4) ?? SERVER_NAME}`,
    extensions: [
      `basicConstraints=critical,CA:${ca}`,
      `keyUsage=critical,${usage ?? "digitalSignature,keyEncipherment"}`,
      `extendedKeyUsage=${purpose ?? "serverAuth"}`,
      ...(names.length > 0 ? [`subjectAltName=${names.join(",")}`] : []),
      "subjectKeyIdentifier=hash",
      ...(issuer === undefined ? [] : ["authorityKeyIdentifier=keyid"]),
      ...extra,
    ],
    ...SOUND,
    ...more,
    issuer,
  };
}

/** The test key of RFC 9500 §2.1, printed there for all to use: the one private key that may stand in a file. */
const RFC_9500_RSA_2048 = `-----BEGIN RSA PRIVATE KEY-----
MIIEowIBAAKCAQEAsPnoGUOnrpiSqt4XynxA+HRP7S+BSObI6qJ7fQAVSPtRkqso
tWxQYLEYzNEx5ZSHTGypibVsJylvCfuToDTfMul8b/CZjP2Ob0LdpYrNH6l5hvFE
89FU1nZQF15oVLOpUgA7wGiHuEVawrGfey92UE68mOyUVXGweJIVDdxqdMoPvNNU
l86BU02vlBiESxOuox+dWmuVV7vfYZ79Toh/LUK43YvJh+rhv4nKuF7iHjVjBd9s
B6iDjj70HFldzOQ9r8SRI+9NirupPTkF5AKNe6kUhKJ1luB7S27ZkvB3tSTT3P59
3VVJvnzOjaA1z6Cz+4+eRvcysqhrRgFlwI9TEwIDAQABAoIBAEEYiyDP29vCzx/+
dS3LqnI5BjUuJhXUnc6AWX/PCgVAO+8A+gZRgvct7PtZb0sM6P9ZcLrweomlGezI
FrL0/6xQaa8bBr/ve/a8155OgcjFo6fZEw3Dz7ra5fbSiPmu4/b/kvrg+Br1l77J
aun6uUAs1f5B9wW+vbR7tzbT/mxaUeDiBzKpe15GwcvbJtdIVMa2YErtRjc1/5B2
BGVXyvlJv0SIlcIEMsHgnAFOp1ZgQ08aDzvilLq8XVMOahAhP1O2A3X8hKdXPyrx
IVWE9bS9ptTo+eF6eNl+d7htpKGEZHUxinoQpWEBTv+iOoHsVunkEJ3vjLP3lyI/
fY0NQ1ECgYEA3RBXAjgvIys2gfU3keImF8e/TprLge1I2vbWmV2j6rZCg5r/AS0u
pii5CvJ5/T5vfJPNgPBy8B/yRDs+6PJO1GmnlhOkG9JAIPkv0RBZvR0PMBtbp6nT
Y3yo1lwamBVBfY6rc0sLTzosZh2aGoLzrHNMQFMGaauORzBFpY5lU50CgYEAzPHl
u5DI6Xgep1vr8QvCUuEesCOgJg8Yh1UqVoY/SmQh6MYAv1I9bLGwrb3WW/7kqIoD
fj0aQV5buVZI2loMomtU9KY5SFIsPV+JuUpy7/+VE01ZQM5FdY8wiYCQiVZYju9X
Wz5LxMNoz+gT7pwlLCsC4N+R8aoBk404aF1gum8CgYAJ7VTq7Zj4TFV7Soa/T1eE
k9y8a+kdoYk3BASpCHJ29M5R2KEA7YV9wrBklHTz8VzSTFTbKHEQ5W5csAhoL5Fo
qoHzFFi3Qx7MHESQb9qHyolHEMNx6QdsHUn7rlEnaTTyrXh3ifQtD6C0yTmFXUIS
CW9wKApOrnyKJ9nI0HcuZQKBgQCMtoV6e9VGX4AEfpuHvAAnMYQFgeBiYTkBKltQ
XwozhH63uMMomUmtSG87Sz1TmrXadjAhy8gsG6I0pWaN7QgBuFnzQ/HOkwTm+qKw
AsrZt4zeXNwsH7QXHEJCFnCmqw9QzEoZTrNtHJHpNboBuVnYcoueZEJrP8OnUG3r
UjmopwKBgAqB2KYYMUqAOvYcBnEfLDmyZv9BTVNHbR2lKkMYqv5LlvDaBxVfilE0
2riO4p6BaAdvzXjKeRrGNEKoHNBpOSfYCOM16NjL8hIZB1CaV3WbT5oY+jp7Mzd5
7d56RZOE+ERK2uz/7JX9VSsM/LbH9pJibd4e8mikDS9ntciqOH/3
-----END RSA PRIVATE KEY-----
`;

/** `YYMMDDhhmmssZ`, so many days from the day of the recording. */
const daysFromNow = days =>
  `${new Date(Date.now() + days * 86_400_000)
    .toISOString()
    .replaceAll(/[-:T]/g, "")
    .slice(2, 14)}Z`;

export const CERTIFICATES = {
  root: root("Example Fleet"),
  "other-root": root("Other Fleet"),
  good: leaf(),
  expired: leaf({ from: "240101000000Z", to: "251231235959Z" }),
  "wrong-host": leaf({ names: ["DNS:broker.example.org"] }),
  weak: leaf({ key: "rsa:1024" }),
  "self-signed": leaf({ issuer: undefined }),
  "no-san": leaf({ names: [] }),
  stranger: leaf({ issuer: "other-root" }),
  device: leaf({ names: [], purpose: "clientAuth", subject: "/O=Example Fleet/CN=sensor-a1" }),
  "by-address": leaf({ names: ["IP:127.0.0.1"] }),
  "not-yet": leaf({ from: "300101000000Z", to: "391231235959Z" }),
  "expires-soon": leaf({ from: daysFromNow(-70), to: daysFromNow(20) }),
  "short-lived": leaf({ from: daysFromNow(-2), to: daysFromNow(5) }),
  sha1: leaf({ hash: "sha1" }),
  authority: leaf({ ca: "TRUE", usage: "digitalSignature,keyEncipherment,keyCertSign" }),
  "for-clients": leaf({ purpose: "clientAuth" }),
  "long-lived": leaf({ from: "260101000000Z", to: "491231235959Z" }),
  sub: {
    ...root("Example Fleet"),
    subject: "/O=Example Fleet/CN=Example Fleet Issuing CA",
    extensions: [...AUTHORITY, "authorityKeyIdentifier=keyid"],
    issuer: "root",
  },
  "below-sub": leaf({
    issuer: "sub",
    extra: ["authorityInfoAccess=caIssuers;URI:http://pki.example.com/issuing.der"],
  }),
  "known-key": leaf({ key: RFC_9500_RSA_2048 }),
  "exponent-3": leaf({ key: "rsa:2048:3" }),
  "version-1": { subject: `/O=Example Fleet/CN=${SERVER_NAME}`, extensions: [], issuer: "root", ...SOUND },
  "wide-wildcard": leaf({ names: ["DNS:*.com", `DNS:${SERVER_NAME}`] }),
  wildcard: leaf({ names: ["DNS:*.example.com"] }),
  revocable: leaf({
    extra: [
      "authorityInfoAccess=OCSP;URI:http://ocsp.example.com",
      "crlDistributionPoints=URI:http://crl.example.com/fleet.crl",
    ],
  }),
  "three-addresses": leaf({ names: ["IP:127.0.0.1", "IP:127.0.0.2", "IP:127.0.0.3"] }),
  "factor-a": leaf({ key: () => weakRsa(sharedPrime()) }),
  "factor-b": leaf({ key: () => weakRsa(sharedPrime()), subject: "/O=Example Fleet/CN=second.example.com" }),
  roca: leaf({ key: () => weakRsa(rocaPrime(), rocaPrime()) }),
  "serial-a": leaf({ serial: "0A" }),
  "serial-b": leaf({ serial: "0A", subject: "/O=Example Fleet/CN=second.example.com" }),
  "must-staple": leaf({ extra: ["tlsfeature=status_request"] }),
};
