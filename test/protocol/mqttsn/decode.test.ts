import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeMessage, isFramed } from "../../../src/protocol/mqttsn/decode.ts";
import { MESSAGE_TYPES, type SnMessage } from "../../../src/protocol/mqttsn/message.ts";
import { hex, join } from "../build.ts";
import { CONNECT, sn } from "./build.ts";

const framed = (octets: Uint8Array): boolean => isFramed(octets, 0, octets.length);

function decoded(octets: Uint8Array): SnMessage | string {
  const result = decodeMessage(octets, 0, octets.length);
  if (result.ok) return result.value;
  const { unit, field, reason } = result.fault;
  return `${unit}.${field} ${reason.kind}`;
}

describe("the frame of a datagram", () => {
  test("is a Length that is the datagram's, and a MsgType", () => {
    expect(framed(CONNECT)).toBe(true);
    expect(framed(hex("02 18"))).toBe(true);
    expect(framed(hex("03 18"))).toBe(false);
    expect(framed(hex("02 03"))).toBe(false);
    expect(framed(hex("02 fe"))).toBe(false);
    expect(framed(hex("00 00"))).toBe(false);
    expect(framed(new Uint8Array(0))).toBe(false);
  });

  test("has three octets of Length where one is not enough (§5.2.1)", () => {
    const long = sn("publish", "00 0001 0000", `~${"x".repeat(300)}`);
    expect(long.subarray(0, 4)).toEqual(hex("01 01 35 0c"));
    expect(framed(long)).toBe(true);
    expect(decoded(long)).toMatchObject({ type: "publish", payload: { length: 300 } });
  });

  test("is that of no proper prefix, and of nothing with an octet more", () => {
    for (const message of [CONNECT, sn("publish", "20 0001 0002", "~25.3"), sn("pingreq")]) {
      for (let length = 0; length < message.length; length++)
        expect(framed(message.subarray(0, length))).toBe(false);
      expect(framed(join(message, hex("00")))).toBe(false);
    }
  });
});

describe("a message", () => {
  test.each<readonly [Uint8Array, SnMessage]>([
    [sn("advertise", "01 0384"), { type: "advertise", gatewayId: 1, duration: 900 }],
    [sn("searchgw", "01"), { type: "searchgw", radius: 1 }],
    [CONNECT, { type: "connect", will: false, cleanSession: true, duration: 60, clientId: "sensor-a1" }],
    [sn("connack", "03"), { type: "connack", code: 3 }],
    [sn("willtopicreq"), { type: "willtopicreq" }],
    [sn("willtopic", "30", "~iot/status"), { type: "willtopic", qos: 1, retain: true, topic: "iot/status" }],
    [sn("willtopic"), { type: "willtopic", qos: 0, retain: false, topic: "" }],
    [
      sn("register", "0000 0001", "~iot/temp"),
      { type: "register", topicId: 0, messageId: 1, topic: "iot/temp" },
    ],
    [sn("regack", "0001 0001 00"), { type: "regack", topicId: 1, messageId: 1, code: 0 }],
    [sn("puback", "0001 0002 02"), { type: "puback", topicId: 1, messageId: 2, code: 2 }],
    [sn("pubrel", "0003"), { type: "pubrel", messageId: 3 }],
    [
      sn("subscribe", "20 0004", "~iot/#"),
      { type: "subscribe", qos: 1, messageId: 4, topic: { kind: "name", name: "iot/#" } },
    ],
    [
      sn("subscribe", "01 0004 0007"),
      { type: "subscribe", qos: 0, messageId: 4, topic: { kind: "predefined", id: 7 } },
    ],
    [
      sn("unsubscribe", "02 0005", "~t1"),
      { type: "unsubscribe", qos: 0, messageId: 5, topic: { kind: "short", name: "t1" } },
    ],
    [sn("suback", "40 0002 0004 00"), { type: "suback", qos: 2, topicId: 2, messageId: 4, code: 0 }],
    [sn("pingreq", "~sensor-a1"), { type: "pingreq", clientId: "sensor-a1" }],
    [sn("pingresp"), { type: "pingresp" }],
    [sn("disconnect", "012c"), { type: "disconnect", duration: 300 }],
  ])("%j is read", (octets, message) => {
    expect(decoded(octets)).toEqual(message);
  });

  test("a PUBLISH has flags, a topic of three kinds, and QoS -1 (§5.3.4)", () => {
    expect(decoded(sn("publish", "b0 0102 0003", "~x"))).toMatchObject({
      dup: true,
      qos: 1,
      retain: true,
      topic: { kind: "normal", id: 0x0102 },
      messageId: 3,
    });
    expect(decoded(sn("publish", "61 0007 0000"))).toMatchObject({
      qos: -1,
      topic: { kind: "predefined", id: 7 },
    });
    expect(decoded(sn("publish", "02", "~t1", "0000"))).toMatchObject({
      topic: { kind: "short", name: "t1" },
    });
  });

  test("what is short, long or reserved is a fault with its field", () => {
    expect(decoded(sn("connack"))).toBe("CONNACK.ReturnCode short");
    expect(decoded(sn("connack", "00 00"))).toBe("CONNACK.end trailing");
    expect(decoded(sn("connect", "04 02 003c", "~a"))).toBe("CONNECT.ProtocolId forbidden");
    expect(decoded(sn("connect", "80 01 003c", "~a"))).toBe("CONNECT.Flags forbidden");
    expect(decoded(sn("publish", "03 0001 0000"))).toBe("PUBLISH.TopicIdType forbidden");
    expect(decoded(sn("disconnect", "01"))).toBe("DISCONNECT.Duration short");
  });

  test("no octets throw, and what is read has a type of its own", () => {
    const numbers = fc.constantFrom(...Object.values(MESSAGE_TYPES));
    fc.assert(
      fc.property(numbers, fc.uint8Array({ maxLength: 40 }), (type, body) => {
        const octets = join(Uint8Array.of(body.length + 2, type), body);
        expect(isFramed(octets, 0, octets.length)).toBe(octets[0] !== 1);
        const result = decodeMessage(octets, 0, octets.length);
        if (result.ok) expect(MESSAGE_TYPES[result.value.type]).toBe(type);
        else expect(result.fault.offset).toBeLessThanOrEqual(octets.length);
      }),
    );
  });
});
