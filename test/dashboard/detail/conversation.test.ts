/** A conversation in detail: its ladder, its packets, their octets. */
import { describe, expect, test } from "vitest";
import { cellWidth } from "../../../src/octets/text.ts";
import { chosen, conversationOf, modelOf, page, text, textOf, unitsOf } from "./pages.ts";

describe("a conversation without TLS", () => {
  test("lists its packets with direction, frame and what they say", async () => {
    const model = await modelOf("plaintext-password");
    const conversation = conversationOf(model);
    const shown = text(model, { of: "conversation", conversation });
    expect(shown).toMatch(/EXPOSED {3}MQTT 3\.1\.1/u);
    expect(shown).toMatch(
      /4 → CONNECT +sensor-a1, user device_fleet, password ‹13 characters›, keep alive 60 s/u,
    );
    expect(shown).toMatch(/6 ← CONNACK +Connection Accepted/u);
    expect(shown).toMatch(/→ PUBLISH +iot\/sensor\/temp {2}25\.3/u);
    expect(shown).toMatch(/→ PUBLISH +iot\/sensor\/humidity {2}QoS 1 #\d+ {2}62\.4/u);
  });

  test("shows the octets of the packet that is chosen, its password masked in hex and in text", async () => {
    const model = await modelOf("plaintext-password");
    const conversation = conversationOf(model);
    const shown = text(model, { of: "conversation", conversation });
    expect(shown).toContain("64 65 76 69 63 65 5f");
    expect(shown).toContain("66 6c 65 65 74 00 0d ·· ·· ··");
    const revealed = text(model, { of: "conversation", conversation }, { reveal: true });
    expect(revealed).not.toContain("··");
  });

  test("goes on to the fields of a packet, and from there through each of them", async () => {
    const model = await modelOf("plaintext-password");
    const conversation = conversationOf(model);
    const { opens } = page(model, { of: "conversation", conversation });
    expect(opens).toMatchObject({ of: "unit", unit: { type: "mqtt.connect" } });
    const fields = page(model, opens!, { at: 12 });
    expect(fields.units).toBe(13);
    expect(chosen(fields)[0]).toMatch(/^Password +‹13 characters›/u);
    expect(fields.lines.map(textOf)).toContain("octets 39–51: ‹13 characters›");
    const all = fields.lines.map(textOf).join("\n");
    expect(all).toMatch(/Connect Flags +User Name, Password, Clean Start/u);
    expect(all).toMatch(/Protocol Version +4, MQTT 3\.1\.1/u);
    expect(all).toContain("0d[·· ·· ·· ·· ·· ·· ·· ·· ··]");
  });

  test("says what it is about, and leads there", async () => {
    const model = await modelOf("plaintext-password");
    const about = { of: "conversation", conversation: conversationOf(model) } as const;
    const opened = [0, 1, 3, 5].map(at => page(model, about, { tab: 1, at }).opens);
    expect(opened).toMatchObject([
      { of: "client", client: "sensor-a1" },
      { of: "broker", broker: "127.0.0.1:1883" },
      { of: "topic", topic: "iot/sensor/temp" },
      { of: "finding" },
    ]);
  });
});

describe("a conversation under TLS", () => {
  test("shows its ladder with the states of TCP, TLS and MQTT after each step", async () => {
    const model = await modelOf("tls12");
    const shown = text(model, { of: "conversation", conversation: conversationOf(model) });
    expect(shown).toMatch(/→ ClientHello +208 B {2}established +offered +none/u);
    expect(shown).toMatch(/← Certificate +923 B {2}established +certificate shown +none/u);
    expect(shown).toMatch(/application data .* ready +hidden/u);
  });

  test("names beside each step the frame that it began in, so that frames and times go up together", async () => {
    const model = await modelOf("expired");
    const shown = text(model, { of: "conversation", conversation: conversationOf(model) });
    const steps = [...shown.matchAll(/^ *(\d+\.\d{6}) +(\d+) [→←] /gmu)];
    expect(steps.length).toBeGreaterThan(10);
    for (const column of [1, 2]) {
      const numbers = steps.map(step => Number(step[column]));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  });

  test("has the octets of each message that could be read, the name asked for among them", async () => {
    const model = await modelOf("tls12");
    const about = { of: "conversation", conversation: conversationOf(model) } as const;
    const { opens, units } = page(model, about, { at: 1 });
    expect(units).toBeGreaterThan(10);
    expect(opens).toMatchObject({ of: "unit", unit: { type: "tls.client_hello" } });
    const fields = text(model, opens!, { columns: 200, rows: 150 });
    expect(fields).toMatch(/msg_type +1, client_hello/u);
    expect(fields).toMatch(/CipherSuite +0xc02c, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384/u);
    expect(fields).toMatch(/HostName +mqtt\.example\.com/u);
    expect(fields).toMatch(/extension_type +0, server_name/u);
  });

  test("names the parts of a certificate in its octets", async () => {
    const model = await modelOf("tls12");
    const conversation = conversationOf(model);
    const unit = unitsOf(model, conversation).find(one => one.type === "tls.certificate")!;
    const fields = text(model, { of: "unit", conversation, unit }, { columns: 200, rows: 80 });
    expect(fields).toMatch(/issuer +O=Example Fleet, CN=Example Fleet Root CA/u);
    expect(fields).toMatch(/validity +2026-01-01 to 2035-12-31/u);
    expect(fields).toMatch(/subjectPublicKeyInfo +RSA 2048 bits/u);
  });

  test("says what still shows and what is hidden", async () => {
    const model = await modelOf("tls12");
    const shown = text(model, { of: "conversation", conversation: conversationOf(model) }, { tab: 2 });
    expect(shown).toMatch(/still shows +addresses: 127\.0\.0\.1 → 127\.0\.0\.1:8883/u);
    expect(shown).toMatch(/server name \(SNI\): mqtt\.example\.com/u);
    expect(shown).toMatch(/is hidden +user names\n +passwords/u);
  });
});

describe("detail views", () => {
  const stories = [
    "plaintext-password",
    "mqtt5",
    "odd-text",
    "tls12",
    "tls13",
    "mtls",
    "mqtt-sn",
    "websocket",
    "gap",
  ];

  test.each(stories)("fit their room at any width and row in %s, and come to an end", async story => {
    const model = await modelOf(story);
    let drawn = 0;
    for (const conversation of model.conversations) {
      const subjects = [
        { of: "conversation", conversation } as const,
        { of: "broker", broker: conversation.connection.server.text } as const,
        { of: "client", client: conversation.connection.client.address } as const,
        ...[...model.topics.keys()].map(topic => ({ of: "topic", topic }) as const),
        ...[...model.findings].map(finding => ({ of: "finding", finding }) as const),
        ...unitsOf(model, conversation).map(unit => ({ of: "unit", conversation, unit }) as const),
      ];
      for (const subject of subjects)
        for (const size of [
          { columns: 60, rows: 17 },
          { columns: 80, rows: 21 },
          { columns: 200, rows: 47 },
        ]) {
          const { tabs, units } = page(model, subject, size);
          for (let tab = 0; tab < Math.max(tabs?.length ?? 0, 1); tab++)
            for (const at of [0, Math.floor(units / 2), 10_000]) {
              const { lines, unitOf, units: all } = page(model, subject, { ...size, tab, at });
              expect(lines.length).toBeLessThanOrEqual(size.rows);
              for (const unit of unitOf ?? []) if (unit !== undefined) expect(unit).toBeLessThan(all);
              drawn++;
            }
        }
    }
    expect(drawn).toBeGreaterThan(20);
  });

  test("let nothing of a hostile text reach the screen but what the sanitiser makes of it", async () => {
    const model = await modelOf("odd-text");
    for (const conversation of model.conversations)
      for (const unit of unitsOf(model, conversation))
        for (const line of page(model, { of: "unit", conversation, unit }, { reveal: true }).lines) {
          const shown = textOf(line);
          expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
          expect(cellWidth(shown)).toBeLessThan(1_000);
        }
  });
});

describe("a conversation of MQTT-SN", () => {
  test("lists its messages with what they carry, and names their fields", async () => {
    const model = await modelOf("mqtt-sn");
    const conversation = conversationOf(model);
    expect(text(model, { of: "conversation", conversation })).toMatch(/→ PUBLISH +\S+ {2}\d/u);
    const unit = unitsOf(model, conversation).find(one => one.type === "mqttsn.publish")!;
    const fields = text(model, { of: "unit", conversation, unit });
    expect(fields).toMatch(/MsgType +12, PUBLISH/u);
    expect(fields).toMatch(/^Data +\d/mu);
  });
});
