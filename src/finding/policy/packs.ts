/** The packs that `--policy` chooses from, each a table. */
import type { PackName, Policy } from "./policy.ts";

const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;

/** RFC 9325, RFC 8996 and RFC 10015: what the catalogue was written by. */
const bcp195: Policy = { name: "bcp195", title: "BCP 195", severities: new Map() };

const FOR_TLS_1_3 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"];
const gcm = (exchange: string): string[] => [
  `${exchange}_WITH_AES_128_GCM_SHA256`,
  `${exchange}_WITH_AES_256_GCM_SHA384`,
];
const chacha = (exchange: string): string => `${exchange}_WITH_CHACHA20_POLY1305_SHA256`;
const ccm = (exchange: string): string[] =>
  ["128_CCM", "256_CCM", "128_CCM_8", "256_CCM_8"].map(mode => `${exchange}_WITH_AES_${mode}`);
const cbc = (exchange: string, long: string): string[] => [
  `${exchange}_WITH_AES_128_CBC_SHA256`,
  `${exchange}_WITH_AES_256_CBC_${long}`,
  `${exchange}_WITH_AES_128_CBC_SHA`,
  `${exchange}_WITH_AES_256_CBC_SHA`,
];

const SHA2 = ["SHA256", "SHA384", "SHA512"];

/**
 * NIST SP 800-52r2: §3.1 versions, §3.3.1 suites, §3.4.2.3 groups, §3.2.1 certificates; ML-KEM and its hybrids since
 * FIPS 203 and SP 800-227. ChaCha20 and X25519 are not among NIST's approved algorithms.
 */
const nist: Policy = {
  name: "nist",
  title: "NIST SP 800-52r2",
  accepts: {
    versions: new Set([TLS_1_2, TLS_1_3]),
    suites: new Set([
      ...FOR_TLS_1_3,
      "TLS_AES_128_CCM_SHA256",
      "TLS_AES_128_CCM_8_SHA256",
      ...gcm("TLS_ECDHE_ECDSA"),
      ...ccm("TLS_ECDHE_ECDSA"),
      ...cbc("TLS_ECDHE_ECDSA", "SHA384"),
      ...gcm("TLS_ECDHE_RSA"),
      ...cbc("TLS_ECDHE_RSA", "SHA384"),
      ...gcm("TLS_DHE_RSA"),
      ...ccm("TLS_DHE_RSA"),
      ...cbc("TLS_DHE_RSA", "SHA256"),
      ...gcm("TLS_DHE_DSS"),
      ...cbc("TLS_DHE_DSS", "SHA256"),
    ]),
    groups: new Set([
      ...[
        "secp256r1",
        "secp384r1",
        "secp521r1",
        "ffdhe2048",
        "ffdhe3072",
        "ffdhe4096",
        "ffdhe6144",
        "ffdhe8192",
      ],
      ...["SecP256r1MLKEM768", "SecP384r1MLKEM1024", "X25519MLKEM768", "MLKEM512", "MLKEM768", "MLKEM1024"],
    ]),
    keys: new Set(["RSA", "RSA-PSS", "P-256", "P-384", "P-521", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"]),
    signatures: new Set([
      ...SHA2.flatMap(hash => [
        `${hash.toLowerCase()}WithRSAEncryption`,
        `ecdsa-with-${hash}`,
        `RSASSA-PSS-${hash}`,
      ]),
      ...["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"],
    ]),
    rsaBits: 2048,
    dhBits: 2048,
  },
  severities: new Map([
    // §3.1: servers shall support TLS 1.3 since January 2024.
    ["MQ305", "medium"],
    // §3.3.1.1: DHE is among the approved exchanges, RSA key transport is not (SP 800-131Ar2 §6).
    ["MQ315", "low"],
    // §3.4.1.6: the extended master secret shall be supported.
    ["MQ321", "medium"],
  ]),
};

/** Mozilla's server side TLS guidelines 5.7, intermediate. */
const mozillaIntermediate: Policy = {
  name: "mozilla-intermediate",
  title: "Mozilla TLS 5.7, intermediate",
  accepts: {
    versions: new Set([TLS_1_2, TLS_1_3]),
    suites: new Set([
      ...FOR_TLS_1_3,
      "TLS_CHACHA20_POLY1305_SHA256",
      ...["TLS_ECDHE_ECDSA", "TLS_ECDHE_RSA", "TLS_DHE_RSA"].flatMap(exchange => [
        ...gcm(exchange),
        chacha(exchange),
      ]),
    ]),
    groups: new Set(["x25519", "secp256r1", "secp384r1"]),
    keys: new Set(["RSA", "P-256", "P-384"]),
    signatures: new Set(["sha256WithRSAEncryption", ...SHA2.map(hash => `ecdsa-with-${hash}`)]),
    rsaBits: 2048,
    dhBits: 2048,
  },
  severities: new Map([
    // DHE with GCM or ChaCha20 is in its list.
    ["MQ315", "low"],
    // `ocsp_staple`: true.
    ["MQ424", "low"],
  ]),
};

/** By the name that `--policy` takes. */
export const POLICIES: Readonly<Record<PackName, Policy>> = {
  bcp195,
  nist,
  "mozilla-intermediate": mozillaIntermediate,
};
