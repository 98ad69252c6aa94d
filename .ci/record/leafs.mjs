/** The certificates of the stories, one a row: keys, names, dates, extensions. */

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
};
