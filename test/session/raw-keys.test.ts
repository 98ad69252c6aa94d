/** A key in the place of certificates (RFC 7250), held against the pins. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { captureFrames } from "../../src/capture/file.ts";
import { audit } from "../../src/pipeline.ts";
import type { Pin } from "../../src/session/roots.ts";
import { rule as knownKey } from "../../src/finding/rules/mq415-known-public-key.ts";
import { rule as weakKey } from "../../src/finding/rules/mq408-weak-key.ts";
import type { PublicKey } from "../../src/protocol/x509/certificate.ts";
import { newTls } from "../../src/session/signs.ts";
import { JUDGING } from "../build/judging.ts";

const CAPTURE = fileURLToPath(
  new URL("../../fixtures/regressions/tls/raw-public-key/capture.pcap", import.meta.url),
);

async function judged(...pins: readonly Pin[]) {
  const run = audit({ ...JUDGING, pins });
  await run.add("raw-public-key", captureFrames({ path: CAPTURE }));
  const { conversations, findings } = run.finish();
  const tls = conversations[0]!.tls!;
  return { tls, rules: findings.map(({ rule, severity, title }) => `${rule} ${severity}: ${title}`) };
}

const KEY = (await judged()).tls.rawPublicKey!.sha256;
const OTHER = "00".repeat(32);

describe("a raw public key", () => {
  test("that is pinned is trusted, and accepting it proves nothing", async () => {
    const { tls, rules } = await judged({ sha256: OTHER }, { sha256: KEY });
    expect(tls.trust).toEqual({ status: "trusted", reasons: [] });
    expect(tls).toMatchObject({
      clientVerifies: "unknown",
      clientVerifiesBecause: { text: "the key is good: accepting it proves nothing" },
    });
    expect(rules.filter(rule => !rule.includes(" info: "))).toEqual([]);
  });

  test("that is not the one pinned is found, and so is the client that sends data to it", async () => {
    const { tls, rules } = await judged({ sha256: OTHER });
    expect(tls.trust).toEqual({ status: "untrusted", reasons: ["not the one that was pinned"] });
    expect(tls.clientVerifies).toBe("no");
    expect(rules).toContain("MQ405 high: Broker's key is not the one that was pinned");
    expect(rules.some(rule => rule.startsWith("MQ501 high"))).toBe(true);
  });

  test("is held against the pins of its broker alone", async () => {
    const other = { host: "other.example.com", sha256: OTHER };
    expect((await judged(other)).tls.trust.status).toBe("unknown");
    expect((await judged(other, { host: "localhost", sha256: KEY })).tls.trust.status).toBe("trusted");
    expect((await judged({ host: "127.0.0.1", sha256: OTHER })).tls.trust.status).toBe("untrusted");
  });
});

describe("a raw public key that is weak, or that everybody has", () => {
  const shown = (rawPublicKey: PublicKey) =>
    ({ type: "session.chain", direction: "server", chain: [], tls: { ...newTls(), rawPublicKey } }) as never;
  const key = (bits: number, spkiSha256 = OTHER): PublicKey => ({ algorithm: "RSA", bits, spkiSha256 });

  test("is found like one in a certificate", () => {
    const field = "certificate.ASN1_subjectPublicKeyInfo";
    const at = {} as never;
    expect(weakKey.check(shown(key(1024)), at)).toMatchObject({
      field,
      severity: "critical",
      shown: "RSA 1024 bits",
    });
    expect(weakKey.check(shown(key(1536)), at)).toMatchObject({ severity: "high", subject: OTHER });
    expect(weakKey.check(shown(key(2048)), at)).toEqual([]);
    const published = "8fb6bad671cfe698393c453357da61b56d757ab8c0f3fb9c87f2849e63131878";
    expect(knownKey.check(shown(key(2048, published)), at)).toMatchObject({
      field,
      shown: "the key of RFC 9500 §2.1 (RSA-2048)",
    });
    expect(knownKey.check(shown(key(2048)), at)).toEqual([]);
  });
});
