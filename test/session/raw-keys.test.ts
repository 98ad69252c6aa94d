/** A key in the place of certificates (RFC 7250), held against the pins. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { captureFrames } from "../../src/capture/file.ts";
import { audit } from "../../src/pipeline.ts";
import type { Pin } from "../../src/session/roots.ts";
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
