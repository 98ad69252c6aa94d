/** What `--verbose` adds to a conversation under TLS. */
import { describe, expect, test } from "vitest";
import { cellWidth } from "../../src/octets/text.ts";
import { textReport } from "../../src/report/text.ts";
import { judge, parseReport } from "../story.ts";

async function shown(story: string, width: number, unicode = true): Promise<string> {
  const report = parseReport(await judge(story, "--verbose", "--format", "json", "--reveal"));
  const conversations = report.conversations.filter(({ tls }) => tls !== undefined);
  // A report that was read again has no secrets of its own: what TLS shows is what is looked at.
  const exposed = { credentials: [], topics: [], secrets: [], clients: [] };
  return textReport({ ...report, conversations, exposed }, { reveal: false, colour: false, width, unicode });
}

describe("a TLS conversation, step by step", () => {
  test("says at 80 columns what each step changed", async () => {
    const text = await shown("tls12", 80);
    expect(text).toMatch(/step by step +from 2026-11-20T10:07:53\.406698Z/);
    expect(text).toMatch(/0\.0 {2}→ TCP handshake +1 {2}TCP established/);
    expect(text).toMatch(/← Certificate +923 +6 {2}TLS certificate shown/);
    expect(text).toMatch(/→ application data +151 {2}10–14 {2}MQTT hidden/);
    expect(text).toMatch(/still seen +addresses: 127\.0\.0\.1 → 127\.0\.0\.1:8883/);
    expect(text).toMatch(/hidden +user names, passwords/);
  });

  test("has a column for each layer where there is room", async () => {
    const text = await shown("tls13", 110);
    expect(text).toMatch(/octets +frame {2}TCP +TLS +MQTT/);
    expect(text).toMatch(/← encrypted Certificate … +1,316 +6 {2}established {2}certificate hidden/);
    expect(text).toMatch(/established {2}ready +hidden/);
  });

  test.each(["tls12", "tls13", "mtls13", "resumed", "null-cipher", "early-data"])(
    "is no wider than its page, and ASCII where that is asked for: %s",
    async story => {
      for (const width of [60, 80, 100, 120])
        for (const line of (await shown(story, width)).split("\n"))
          expect(cellWidth(line), line).toBeLessThanOrEqual(width);
      expect(await shown(story, 80, false)).toMatch(/^[\n -~]*$/);
    },
  );
});
