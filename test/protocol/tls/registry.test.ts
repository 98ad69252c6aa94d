import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  alertDescriptions,
  cipherSuites,
  extensionTypes,
  handshakeTypes,
  isGrease,
  protocolVersions,
  signatureSchemes,
  supportedGroups,
} from "../../../src/protocol/tls/registry.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = `${root}/src/protocol/tls/registry`;

describe("the TLS registries", () => {
  test("are generated from the text files as these stand", () => {
    expect(() =>
      execFileSync(process.execPath, [".ci/generate-registry.mjs", "--check"], { cwd: root }),
    ).not.toThrow();
  });

  test("give every row of the text files back by its number", () => {
    const tables = {
      "alerts.txt": alertDescriptions,
      "cipher-suites.txt": cipherSuites,
      "extensions.txt": extensionTypes,
      "handshake-types.txt": handshakeTypes,
      "signature-schemes.txt": signatureSchemes,
      "supported-groups.txt": supportedGroups,
      "versions.txt": protocolVersions,
    };
    expect(
      readdirSync(folder)
        .filter(name => name.endsWith(".txt"))
        .sort(),
    ).toEqual(Object.keys(tables));
    for (const [file, table] of Object.entries(tables)) {
      const rows = readFileSync(`${folder}/${file}`, "utf8")
        .split("\n")
        .filter(line => line.startsWith("0x"));
      expect(rows.length).toBeGreaterThan(5);
      for (const row of rows)
        expect(table.nameOf(Number.parseInt(row, 16))).toBe(row.slice(row.indexOf(" ") + 1));
    }
  });

  test("keep unknown numbers as hex in the registry's width", () => {
    expect(cipherSuites.of(0xd004)).toEqual({ id: 0xd004, name: "0xD004" });
    expect(alertDescriptions.nameOf(0xfe)).toBe("0xFE");
    expect(supportedGroups.find(0x7777)).toBeUndefined();
  });

  test("name all sixteen GREASE values, and nothing else, GREASE", () => {
    const values: number[] = [];
    for (let id = 0; id < 0x1_0000; id++) if (isGrease(id)) values.push(id);
    expect(values).toHaveLength(16);
    expect(values[0]).toBe(0x0a0a);
    expect(values[15]).toBe(0xfafa);
    for (const table of [cipherSuites, extensionTypes, supportedGroups, signatureSchemes, protocolVersions])
      for (const id of values) expect(table.nameOf(id)).toBe("GREASE");
  });

  test("know versions from SSL 2.0 to the drafts of TLS 1.3", () => {
    expect([0x0002, 0x0300, 0x0301, 0x0302, 0x0303, 0x0304].map(protocolVersions.nameOf)).toEqual([
      "SSL 2.0",
      "SSL 3.0",
      "TLS 1.0",
      "TLS 1.1",
      "TLS 1.2",
      "TLS 1.3",
    ]);
    expect(protocolVersions.of(0x7f17)).toEqual({ id: 32_535, name: "TLS 1.3 draft-23" });
    expect(protocolVersions.nameOf(0x7f1d)).toBe("0x7F1D");
    expect(protocolVersions.of(0xfb1a)).toEqual({ id: 64_282, name: "0xFB1A" });
  });

  test("name the hash and signature pairs of TLS 1.2", () => {
    expect([0x0101, 0x0201, 0x0402, 0x0303].map(signatureSchemes.nameOf)).toEqual([
      "rsa_pkcs1_md5",
      "rsa_pkcs1_sha1",
      "dsa_sha256",
      "ecdsa_sha224",
    ]);
  });
});
