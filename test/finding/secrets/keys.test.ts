import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { derKey, pemKeys } from "../../../src/finding/secrets/keys.ts";
import type { SecretMatch } from "../../../src/finding/secrets/match.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 });
const ec = generateKeyPairSync("ec", { namedCurve: "secp384r1" });
const ed = generateKeyPairSync("ed25519");
const sealing = { cipher: "aes-256-cbc", passphrase: "top" } as const;

const inPem = (text: string): SecretMatch[] => {
  const found: SecretMatch[] = [];
  pemKeys(text, found);
  return found;
};

describe("private keys in DER", () => {
  test.each([
    ["RSA, PKCS#8", rsa.privateKey.export({ type: "pkcs8", format: "der" })],
    ["RSA, PKCS#1", rsa.privateKey.export({ type: "pkcs1", format: "der" })],
    ["EC, PKCS#8", ec.privateKey.export({ type: "pkcs8", format: "der" })],
    ["EC, SEC1", ec.privateKey.export({ type: "sec1", format: "der" })],
    ["Ed25519, PKCS#8", ed.privateKey.export({ type: "pkcs8", format: "der" })],
  ])("%s", (_, der) => {
    expect(derKey(der, 0, der.length)).toBe("key");
    for (const length of [0, 1, 2, 10, der.length - 1]) expect(derKey(der, 0, length)).toBeUndefined();
    expect(derKey(Buffer.concat([der, Buffer.of(0)]), 0, der.length + 1)).toBeUndefined();
    expect(derKey(Buffer.concat([Buffer.of(1, 2), der]), 2, der.length + 2)).toBe("key");
  });

  test("encrypted with a passphrase", () => {
    const der = ec.privateKey.export({ type: "pkcs8", format: "der", ...sealing });
    expect(derKey(der, 0, der.length)).toBe("sealed");
  });

  test.each([
    ["RSA, SubjectPublicKeyInfo", rsa.publicKey.export({ type: "spki", format: "der" })],
    ["RSA, PKCS#1", rsa.publicKey.export({ type: "pkcs1", format: "der" })],
    ["EC, SubjectPublicKeyInfo", ec.publicKey.export({ type: "spki", format: "der" })],
    ["an empty SEQUENCE", Buffer.of(0x30, 0)],
    ["digits", Buffer.from("0123456789012345678901234567890123456789")],
  ])("public keys and other octets are none: %s", (_, der) => {
    expect(derKey(der, 0, der.length)).toBeUndefined();
  });
});

describe("private keys in PEM", () => {
  test.each([
    rsa.privateKey.export({ type: "pkcs8", format: "pem" }),
    rsa.privateKey.export({ type: "pkcs1", format: "pem" }),
    ec.privateKey.export({ type: "sec1", format: "pem" }),
  ])("reach from their first line to their last", pem => {
    const text = `before\n${pem as string}after`;
    expect(inPem(text)).toEqual([
      { kind: "private-key", start: 7, end: 7 + (pem as string).trimEnd().length },
    ]);
    expect(createPrivateKey(text.slice(7, 7 + (pem as string).length)).type).toBe("private");
  });

  test("that are encrypted are told apart", () => {
    expect(
      inPem(ec.privateKey.export({ type: "pkcs8", format: "pem", ...sealing }) as string)[0]?.sealed,
    ).toBe(true);
    expect(
      inPem("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n-----END RSA PRIVATE KEY-----")[0]
        ?.sealed,
    ).toBe(true);
  });

  test("of OpenSSH and GnuPG count, and so do several", () => {
    const text = ["OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"]
      .map(name => `-----BEGIN ${name}-----\nx\n-----END ${name}-----`)
      .join("\n");
    expect(inPem(text).length).toBe(2);
  });

  test("with escaped line feeds, as in JSON, count", () => {
    const text = JSON.stringify({ key: ec.privateKey.export({ type: "pkcs8", format: "pem" }) });
    expect(inPem(text)).toMatchObject([{ kind: "private-key", start: 8 }]);
  });
});
