/** The octets that an event hands to its watchers: those that its carriers name in the capture. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { SniffEvent } from "../../src/session/event.ts";
import { fileOf } from "../story.ts";
import { watchEvents } from "../watched.ts";

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString("hex");

/** The octets of a capture that carried an event. */
const carried = (capture: Buffer, event: SniffEvent): string =>
  event.carriers.map(({ position, length }) => hex(capture.subarray(position, position + length))).join("");

const unitOf = ({ unit }: SniffEvent): string =>
  unit === undefined ? "" : hex(unit.octets.subarray(unit.start, unit.end));

describe("the unit of an event", () => {
  test.each([
    ["plaintext-password", "mqtt."],
    ["mqtt5", "mqtt."],
    ["odd-text", "mqtt."],
    ["protocol-violation", "mqtt."],
    ["mqtt-sn", "mqttsn."],
    ["websocket", "websocket.upgrade"],
    ["tls12", "tls.alert"],
    ["mtls", "tls.change_cipher_spec"],
  ])("is what the capture holds in %s: %s", async (story, types) => {
    const capture = readFileSync(fileOf(story, "capture.pcapng"));
    let compared = 0;
    await watchEvents(story, event => {
      if (!event.type.startsWith(types) || event.unit === undefined) return;
      expect(carried(capture, event).slice(0, unitOf(event).length)).toBe(unitOf(event));
      if (event.type.startsWith("mqtt"))
        expect(event.unit.end - event.unit.start).toBe(event.to - event.from);
      compared++;
    });
    expect(compared).toBeGreaterThan(0);
  });

  test.each(["tls12", "mtls", "tls13", "malformed-hello"])(
    "is a handshake message with its header in %s, whatever records it lies in",
    async story => {
      const capture = readFileSync(fileOf(story, "capture.pcapng"));
      let compared = 0;
      await watchEvents(story, event => {
        if (!/^tls\.(client_hello|server_hello|certificate|handshake)$/u.test(event.type)) return;
        const unit = unitOf(event);
        expect(Number.parseInt(unit.slice(2, 8), 16)).toBe(unit.length / 2 - 4);
        expect(carried(capture, event)).toContain(unit.slice(0, 200));
        compared++;
      });
      expect(compared).toBeGreaterThan(1);
    },
  );

  test("of a packet in pieces is the whole packet, as it was before WebSocket masked it", async () => {
    const pieces: string[] = [];
    await watchEvents("websocket", event => {
      if (event.type === "mqtt.connect" && event.carriers.length > 1) pieces.push(unitOf(event));
    });
    expect(pieces).toHaveLength(1);
    expect(pieces[0]).toMatch(/^103200044d515454/u);
    expect(pieces[0]).toHaveLength(2 * 52);
  });

  test("is absent where an event is of no unit", async () => {
    const without = new Set<string>();
    await watchEvents("plaintext-password", event => {
      if (event.unit === undefined) without.add(event.type);
    });
    expect(without).toContain("stream.end");
    expect([...without].filter(type => type.startsWith("mqtt."))).toEqual([]);
  });
});
