/** What of a Control Packet's octets is hidden. */
import { describe, expect, test } from "vitest";
import { explainPacket } from "../../../src/dashboard/detail/packet.ts";
import { hexRows } from "../../../src/dashboard/detail/hex.ts";
import type { Unit } from "../../../src/dashboard/history.ts";
import type { FrameNumber } from "../../../src/capture/frame.ts";
import type { Timestamp } from "../../../src/octets/time.ts";
import type { EventType } from "../../../src/session/event.ts";
import { control, write } from "../../protocol/mqtt/build.ts";
import { textOf } from "./pages.ts";

const unitOf = (octets: Uint8Array, type: EventType = "mqtt.connect"): Unit => ({
  number: 1,
  type,
  at: 0 as Timestamp,
  frame: 1 as FrameNumber,
  direction: "client",
  transport: "tcp",
  length: octets.length,
  kept: octets.length,
  octets,
  topic: undefined,
  hidden: undefined,
  fault: undefined,
  note: undefined,
});

/** The octets as they are shown, those that are hidden as dots. */
function shown(octets: Uint8Array, version: "3.1.1" | "5.0" = "3.1.1", type?: EventType): string {
  const { hidden } = explainPacket(unitOf(octets, type), version, false);
  return hexRows(octets, 0, 1_000, 16, { hidden })
    .map(row => textOf(row).slice(56))
    .join("");
}

const CONNECT = write({
  cmd: "connect",
  protocolId: "MQTT",
  protocolVersion: 4,
  clientId: "sensor",
  clean: true,
  username: "me",
  password: Buffer.from("tr0ub4dor"),
});

describe("the octets of a Control Packet", () => {
  test("hide the password, with its length to be seen", () => {
    expect(shown(CONNECT)).toMatch(/sensor\.\.me\.\.·{9}$/u);
    expect(explainPacket(unitOf(CONNECT), "3.1.1", true).hidden).toEqual([]);
  });

  test("hide whatever could not be read: a CONNECT that is cut anywhere gives nothing of it away", () => {
    for (let length = 2; length < CONNECT.length; length++)
      expect(shown(CONNECT.subarray(0, length))).not.toMatch(/tr0|0ub|b4d|dor/u);
    expect(shown(CONNECT.subarray(0, CONNECT.length - 2))).toMatch(/·{7}$/u);
  });

  test("hide a password behind a length that is a lie, and octets behind the fields", () => {
    const lie = CONNECT.slice();
    lie[CONNECT.length - 10] = 0xff;
    expect(shown(lie, "3.1.1", "mqtt.malformed")).not.toContain("tr0");
    const noFlag = CONNECT.slice();
    noFlag[9] = 0x82;
    expect(shown(noFlag, "3.1.1", "mqtt.malformed")).not.toContain("tr0");
  });

  test("hide the value of a user property whose name says what it is, not the name", () => {
    const publish = control(
      0x30,
      "0001 74 15 26 0008",
      Buffer.from("password"),
      "0008",
      Buffer.from("hunter22"),
      Buffer.from("25.3"),
    );
    const octets = shown(publish, "5.0", "mqtt.publish");
    expect(octets).toMatch(/password\.\.·{8}25\.3$/u);
  });

  test("hide authentication data, and leave what nobody needs to hide", () => {
    const auth = control(0xf0, "18 15 15 0005", Buffer.from("PLAIN"), "16 000a", Buffer.from("\0me\0hunter"));
    expect(shown(auth, "5.0", "mqtt.auth")).toMatch(/PLAIN\.\.\.·{10}$/u);
    const publish = write({ cmd: "publish", topic: "t", payload: "25.3", qos: 0, dup: false, retain: false });
    expect(explainPacket(unitOf(publish, "mqtt.publish"), "3.1.1", false).hidden).toEqual([]);
  });
});
