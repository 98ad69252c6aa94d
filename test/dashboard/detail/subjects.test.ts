/** Clients, brokers, topics and findings in detail. */
import { describe, expect, test } from "vitest";
import { conversationOf, modelOf, page, text } from "./pages.ts";

describe("a client", () => {
  test("has its connections, logins, topics and findings", async () => {
    const model = await modelOf("shared-credential");
    const client = { of: "client", client: "sensor-a1" } as const;
    expect(text(model, client)).toMatch(/127\.0\.0\.1:1883 +EXPOSED +MQTT 3\.1\.1 +login accepted/u);
    expect(page(model, client).opens).toMatchObject({ of: "conversation" });
    const about = text(model, client, { tab: 1 });
    expect(about).toMatch(/logins +sensor-a1, user device_fleet, password ‹13 characters›, accepted/u);
    expect(about).toMatch(/topics +iot\/sensor\/temp/u);
    expect(about).toContain("MQ101");
  });

  test("has the state of its connections whole in the narrowest rows", async () => {
    const model = await modelOf("shared-credential");
    const client = { of: "client", client: "sensor-a1" } as const;
    for (const columns of [60, 80, 100])
      expect(text(model, client, { columns })).toMatch(/EXPOSED .*accepted +(?:shut|reset|open|idle)$/mu);
  });

  test("is known by its address too, and says when nothing of it is kept", async () => {
    const model = await modelOf("tls12");
    expect(text(model, { of: "client", client: "127.0.0.1" })).toContain("1 connection");
    expect(text(model, { of: "client", client: "nobody" })).toContain("none of its connections");
  });
});

describe("a broker", () => {
  test("shows its certificates as a tree, who vouches above whom", async () => {
    const model = await modelOf("chain");
    const broker = { of: "broker", broker: conversationOf(model).connection.server.text } as const;
    const rows = text(model, broker).split("\n");
    const root = rows.findIndex(row => row.startsWith("Example Fleet Root CA  a root given here, not sent"));
    expect(root).toBeGreaterThan(0);
    expect(rows[root + 1]).toMatch(/^└─ Example Fleet Issuing CA {2}until \d{4}-\d\d-\d\d {2}RSA 2048 bits/u);
    expect(rows[root + 2]).toMatch(/^ {3}└─ mqtt\.example\.com {2}until/u);
    expect(text(model, broker, { at: 1 })).toMatch(/names +DNS:mqtt\.example\.com/u);
  });

  test("says what speaks against its certificate", async () => {
    const model = await modelOf("expired");
    const shown = text(
      model,
      { of: "broker", broker: conversationOf(model).connection.server.text },
      { at: 1 },
    );
    expect(shown).toMatch(/mqtt\.example\.com .* expired/u);
    expect(shown).toMatch(/verified by the client: yes 0 {2}no 1/u);
    const clients = text(
      model,
      { of: "broker", broker: conversationOf(model).connection.server.text },
      { tab: 1 },
    );
    expect(clients).toMatch(/INTERCEPTABLE +TLS 1\.2 +verifies no/u);
  });

  test("without TLS may be anybody", async () => {
    const model = await modelOf("plaintext-password");
    const shown = text(model, { of: "broker", broker: "127.0.0.1:1883" });
    expect(shown).toContain("no certificate: anyone may pretend to be it");
    expect(text(model, { of: "broker", broker: "127.0.0.1:1883" }, { tab: 2 })).toContain(
      "MQTT 3.1.1, in clear  1 ×",
    );
  });
});

describe("a topic", () => {
  test("has its messages with their octets, its publishers and who asked for it", async () => {
    const model = await modelOf("wildcard");
    const topic = { of: "topic", topic: "iot/sensor/temp" } as const;
    const shown = text(model, topic);
    expect(shown).toContain("1 published, 1 delivered");
    expect(shown).toMatch(/sensor-a1 → broker +QoS 1 #1 {2}25\.3/u);
    expect(shown).toMatch(/broker → watcher +.*25\.3/u);
    expect(shown).toContain("69 6f 74 2f");
    expect(page(model, topic).opens).toMatchObject({ of: "unit", unit: { type: "mqtt.publish" } });
    const people = text(model, topic, { tab: 1 });
    expect(people).toMatch(/publishes +sensor-a1 +1 message of those listed/u);
    expect(people).toMatch(/asked for +watcher +# {2}QoS 1/u);
  });

  test("masks what its payload gives away, in hex too", async () => {
    const model = await modelOf("secret-in-payload");
    for (const topic of model.topics.keys()) {
      const shown = text(model, { of: "topic", topic });
      if (!shown.includes("characters›")) continue;
      expect(shown).toContain("·· ··");
      return;
    }
    throw new Error("nothing was hidden");
  });
});

describe("a finding", () => {
  test("is explained as the catalogue explains it, with frame and octets, and leads to the packet that proves it", async () => {
    const model = await modelOf("plaintext-password");
    const finding = [...model.findings].find(one => one.rule === "MQ101")!;
    const shown = text(model, { of: "finding", finding }, { columns: 100 });
    for (const name of ["Why", "Proof", "Mend it", "False alarm", "Standard", "Wireshark"])
      expect(shown).toMatch(new RegExp(`^${name} `, "mu"));
    expect(shown).toMatch(
      /Proof +frame 4, octets \d+–\d+ of the file, conversation #0,\s+CONNECT\.Password {2}‹/u,
    );
    expect(shown).toContain("mqtt.passwd");
    expect(page(model, { of: "finding", finding }).opens).toMatchObject({
      of: "unit",
      unit: { type: "mqtt.connect", frame: 4 },
    });
  });
});
