/** Certificates for the recorded stories, made by the openssl command line in a folder that is thrown away. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The name that every sound broker certificate carries. Reserved for examples by RFC 2606 §3. */
export const SERVER_NAME = "mqtt.example.com";

/**
 * One leaf a row. Validity is fixed, so that no verdict ever depends on the day of the recording:
 * sound leafs are valid for ten years from 2026, the expired one ended before that.
 */
const LEAFS = {
  good: { bits: 2048, issuer: "root", names: [SERVER_NAME], ...validity("260101", "351231") },
  expired: { bits: 2048, issuer: "root", names: [SERVER_NAME], ...validity("240101", "251231") },
  "wrong-host": {
    bits: 2048,
    issuer: "root",
    names: ["broker.example.org"],
    ...validity("260101", "351231"),
  },
  weak: { bits: 1024, issuer: "root", names: [SERVER_NAME], ...validity("260101", "351231") },
  "self-signed": { bits: 2048, issuer: undefined, names: [SERVER_NAME], ...validity("260101", "351231") },
  "no-san": { bits: 2048, issuer: "root", names: [], ...validity("260101", "351231") },
  stranger: { bits: 2048, issuer: "other-root", names: [SERVER_NAME], ...validity("260101", "351231") },
};

/** Makes both roots and all leafs; returns where their PEM files lie. */
export function makeCertificates(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "ca.cnf"), CONFIGURATION);
  for (const root of ["root", "other-root"]) {
    newKey(folder, root, 2048);
    sign(folder, root, {
      subject:
        root === "root"
          ? "/O=Example Fleet/CN=Example Fleet Root CA"
          : "/O=Other Fleet/CN=Other Fleet Root CA",
      extensions:
        "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash",
      ...validity("250101", "401231"),
    });
  }
  for (const [name, leaf] of Object.entries(LEAFS)) {
    newKey(folder, name, leaf.bits);
    sign(folder, name, {
      ...leaf,
      subject: `/O=Example Fleet/CN=${leaf.names[0] ?? SERVER_NAME}`,
      extensions: leafExtensions(leaf),
    });
  }
  return {
    key: name => join(folder, `${name}.key`),
    certificate: name => join(folder, `${name}.pem`),
    pem: name => readFileSync(join(folder, `${name}.pem`)),
  };
}

function newKey(folder, name, bits) {
  openssl(
    folder,
    "genpkey",
    "-algorithm",
    "RSA",
    "-pkeyopt",
    `rsa_keygen_bits:${bits}`,
    "-out",
    `${name}.key`,
  );
}

/** `openssl ca` and not `openssl x509`: only the former takes both dates in OpenSSL 3.0. */
function sign(folder, name, { subject, extensions, from, to, issuer }) {
  writeFileSync(join(folder, `${name}.ext`), `${extensions}\n`);
  writeFileSync(join(folder, "index.txt"), "");
  openssl(
    folder,
    "req",
    "-new",
    "-key",
    `${name}.key`,
    "-subj",
    subject,
    "-out",
    `${name}.csr`,
    "-config",
    "ca.cnf",
  );
  const by =
    issuer === undefined
      ? ["-selfsign", "-keyfile", `${name}.key`]
      : ["-cert", `${issuer}.pem`, "-keyfile", `${issuer}.key`];
  openssl(
    folder,
    "ca",
    "-batch",
    "-notext",
    "-config",
    "ca.cnf",
    "-md",
    "sha256",
    "-startdate",
    from,
    "-enddate",
    to,
    "-extfile",
    `${name}.ext`,
    ...by,
    "-in",
    `${name}.csr`,
    "-out",
    `${name}.pem`,
  );
}

function leafExtensions(leaf) {
  return [
    "basicConstraints=critical,CA:FALSE",
    "keyUsage=critical,digitalSignature,keyEncipherment",
    "extendedKeyUsage=serverAuth",
    ...leaf.names.map(name => `subjectAltName=DNS:${name}`),
    "subjectKeyIdentifier=hash",
    ...(leaf.issuer === undefined ? [] : ["authorityKeyIdentifier=keyid"]),
  ].join("\n");
}

function openssl(folder, ...args) {
  execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}

/** Days as YYMMDD, from the first second of one to the last second of the other. */
function validity(from, to) {
  return { from: `${from}000000Z`, to: `${to}235959Z` };
}

const CONFIGURATION = `
[ca]
default_ca = ours
[ours]
database = index.txt
serial = serial
rand_serial = yes
new_certs_dir = .
policy = any
default_md = sha256
unique_subject = no
[any]
organizationName = optional
commonName = supplied
[req]
distinguished_name = name
[name]
`;
