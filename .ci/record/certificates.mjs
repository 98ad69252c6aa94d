/** Certificates for the recorded stories, made by the openssl command line in a folder that is thrown away. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CERTIFICATES, SERVER_NAME } from "./leafs.mjs";

export { SERVER_NAME };

/**
 * Certificates and keys by their name in leafs.mjs, made when first asked for; each is a PEM file. Several names joined
 * by `+` are one file with one certificate after the other.
 */
export function makeCertificates(folder) {
  mkdirSync(folder, { recursive: true });
  const made = new Set();
  const make = name => {
    if (made.has(name)) return;
    made.add(name);
    const row = CERTIFICATES[name];
    if (row === undefined) throw new Error(`no such certificate: ${name}`);
    if (row.issuer !== undefined) make(row.issuer);
    newKey(folder, name, row, make);
    sign(folder, name, row);
  };
  const certificate = names => {
    const parts = names.split("+");
    for (const name of parts) make(name);
    const file = join(folder, `${names}.pem`);
    if (parts.length > 1 && !existsSync(file))
      writeFileSync(file, parts.map(name => readFileSync(join(folder, `${name}.pem`), "utf8")).join(""));
    return file;
  };
  const key = name => {
    make(name);
    return join(folder, `${name}.key`);
  };
  return { key, certificate, pem: names => readFileSync(certificate(names)) };
}

/** `key` of a row: `rsa:2048`, `rsa:2048:3` with the exponent, `ec:P-256`, `ed25519`, a PEM, or the name of another's. */
function newKey(folder, name, { key = "rsa:2048", same }, make) {
  const file = join(folder, `${name}.key`);
  if (same !== undefined) {
    make(same);
    return writeFileSync(file, readFileSync(join(folder, `${same}.key`)));
  }
  if (typeof key === "function") return writeFileSync(file, key());
  if (key.startsWith("-----BEGIN")) return writeFileSync(file, key);
  const [kind, size, exponent] = key.split(":");
  const options = {
    rsa: [
      "-algorithm",
      "RSA",
      "-pkeyopt",
      `rsa_keygen_bits:${size}`,
      ...(exponent ? ["-pkeyopt", `rsa_keygen_pubexp:${exponent}`] : []),
    ],
    ec: ["-algorithm", "EC", "-pkeyopt", `ec_paramgen_curve:${size}`],
    ed25519: ["-algorithm", "ED25519"],
  }[kind];
  openssl(folder, "genpkey", ...options, "-out", `${name}.key`);
}

/** `openssl ca` and not `openssl x509`: only the former takes both dates in OpenSSL 3.0. */
function sign(folder, name, row) {
  const { subject, from, to, issuer, hash = "sha256", serial } = row;
  writeFileSync(join(folder, `${name}.ext`), `${row.extensions.join("\n")}\n`);
  writeFileSync(join(folder, "index.txt"), "");
  writeFileSync(join(folder, "serial"), `${serial ?? ""}\n`);
  writeFileSync(
    join(folder, "ca.cnf"),
    CONFIGURATION.replace("SERIAL", serial === undefined ? "rand_serial = yes" : ""),
  );
  const request = ["-new", "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`];
  openssl(folder, "req", ...request, "-config", "ca.cnf");
  const by =
    issuer === undefined
      ? ["-selfsign", "-keyfile", `${name}.key`]
      : ["-cert", `${issuer}.pem`, "-keyfile", `${issuer}.key`];
  // Without a file of extensions it becomes a certificate of version 1.
  const extensions = row.extensions.length === 0 ? [] : ["-extfile", `${name}.ext`];
  const dates = ["-startdate", from, "-enddate", to];
  const files = ["-in", `${name}.csr`, "-out", `${name}.pem`];
  openssl(
    folder,
    "ca",
    "-batch",
    "-notext",
    "-config",
    "ca.cnf",
    "-md",
    hash,
    ...dates,
    ...extensions,
    ...by,
    ...files,
  );
}

function openssl(folder, ...args) {
  execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}

const CONFIGURATION = `
[ca]
default_ca = ours
[ours]
database = index.txt
serial = serial
SERIAL
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
