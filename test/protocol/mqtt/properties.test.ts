import { describe, expect, test } from "vitest";
import { CONNACK, CONNECT, PUBLISH, SUBSCRIBE } from "../../../src/protocol/mqtt/frame.ts";
import {
  PROPERTIES,
  findProperty,
  propertyObject,
  readProperties,
  WILL,
} from "../../../src/protocol/mqtt/properties.ts";
import { hex, join } from "../build.ts";

const clauses = (octets: string, place: number): string[] =>
  readProperties(hex(octets), place, 0).faults.map(({ field, reason }) =>
    reason.kind === "forbidden" ? `${field}: ${reason.clause}` : `${field}: ${reason.kind}`,
  );

describe("the table of properties", () => {
  test("has the 27 properties of the standard, each with a name of its own", () => {
    const rows = [...PROPERTIES.values()];
    expect(rows).toHaveLength(27);
    expect(new Set(rows.map(row => row.name)).size).toBe(27);
    expect(rows.every(row => row.in.length > 0)).toBe(true);
  });

  test("names them for EVE with underscores", () => {
    expect([0x21, 0x24, 0x29, 0x26].map(id => PROPERTIES.get(id)?.eve)).toEqual([
      "receive_maximum",
      "maximum_qos",
      "subscription_identifier_available",
      "user_property",
    ]);
  });
});

describe("readProperties", () => {
  test("reads every kind of value in the order sent", () => {
    const octets = hex(`
      01 01                # Payload Format Indicator
      02 ffffffff          # Message Expiry Interval
      03 0002 c3a9         # Content Type
      09 0003 00ff80       # Correlation Data
      0b ffffff7f          # Subscription Identifier
      23 000a              # Topic Alias
      26 0001 61 0001 62   # User Property`);
    expect(readProperties(octets, PUBLISH, 0)).toEqual({
      faults: [],
      properties: [
        { id: 0x01, value: 1 },
        { id: 0x02, value: 0xffff_ffff },
        { id: 0x03, value: "é" },
        { id: 0x09, value: hex("00ff80") },
        { id: 0x0b, value: 268_435_455 },
        { id: 0x23, value: 10 },
        { id: 0x26, value: ["a", "b"] },
      ],
    });
  });

  test("what follows an unknown identifier cannot be read", () => {
    const { properties, faults } = readProperties(hex("21 000a 05 00 21 000b"), CONNECT, 7);
    expect(properties).toEqual([{ id: 0x21, value: 10 }]);
    expect(faults).toEqual([
      {
        unit: "CONNECT",
        field: "Property Identifier",
        offset: 10,
        reason: { kind: "forbidden", value: 5, clause: "MQTT 5.0 §2.2.2.2" },
      },
    ]);
  });

  test("a value that is cut ends the list, and its property is not given", () => {
    const { properties, faults } = readProperties(hex("21 000a 21 00"), CONNECT, 0);
    expect(properties).toHaveLength(1);
    expect(faults).toMatchObject([
      { field: "receiveMaximum", reason: { kind: "short", needed: 2, left: 1 } },
    ]);
  });

  test("a property in the wrong packet is given and refused", () => {
    const { properties } = readProperties(hex("23 0001"), CONNECT, 0);
    expect(properties).toHaveLength(1);
    expect(clauses("23 0001", CONNECT)).toEqual(["Property Identifier: MQTT 5.0 §2.2.2.2"]);
    expect(clauses("18 00000001", WILL)).toEqual([]);
    expect(clauses("18 00000001", CONNECT)).toEqual(["Property Identifier: MQTT 5.0 §2.2.2.2"]);
  });

  test("a property may come once, unless it is a User Property or a PUBLISH's Subscription Identifier", () => {
    expect(clauses("21 0001 21 0002", CONNECT)).toEqual(["receiveMaximum: MQTT 5.0 §3.1.2.11"]);
    expect(clauses("26 0001 61 0000 26 0001 61 0000", CONNECT)).toEqual([]);
    expect(clauses("0b 01 0b 02", PUBLISH)).toEqual([]);
    expect(clauses("0b 01 0b 02", SUBSCRIBE)).toEqual(["subscriptionIdentifier: MQTT 5.0 §3.8.2.1"]);
  });

  test("values that the standard excludes are refused with their clause", () => {
    expect(clauses("23 0000", PUBLISH)).toEqual(["topicAlias: MQTT-3.3.2-8"]);
    expect(clauses("0b 00", PUBLISH)).toEqual(["subscriptionIdentifier: MQTT 5.0 §3.3.2.3"]);
    expect(clauses("21 0000", CONNECT)).toEqual(["receiveMaximum: MQTT 5.0 §3.1.2.11"]);
    expect(clauses("24 02", CONNACK)).toEqual(["maximumQoS: MQTT 5.0 §3.2.2.3"]);
    expect(clauses("01 02", WILL)).toEqual(["payloadFormatIndicator: MQTT 5.0 §3.1.3.2"]);
    expect(clauses("08 0003 612f23", PUBLISH)).toEqual(["responseTopic: MQTT-3.3.2-14"]);
    expect(clauses("0b ffffffff 7f", PUBLISH)).toEqual(["subscriptionIdentifier: MQTT 5.0 §1.5.5"]);
  });

  test("ill-formed UTF-8 is kept as octets and refused, in names and values alike", () => {
    const { properties } = readProperties(hex("26 0001 61 0001 ff"), CONNECT, 0);
    expect(properties).toEqual([{ id: 0x26, value: ["a", hex("ff")] }]);
    expect(clauses("26 0001 61 0001 ff", CONNECT)).toEqual(["userProperties: MQTT-1.5.4-1"]);
    expect(clauses("26 0002 6100 0000", CONNECT)).toEqual(["userProperties: MQTT-1.5.4-2"]);
    expect(clauses("03 0001 ff", PUBLISH)).toEqual(["contentType: MQTT-1.5.4-1"]);
  });

  test("256 properties are kept, the rest is counted", () => {
    const one = hex("26 0001 61 0001 62");
    const { properties, faults } = readProperties(
      join(...Array.from({ length: 300 }, () => one)),
      CONNECT,
      0,
    );
    expect(properties).toHaveLength(256);
    expect(faults).toMatchObject([
      { field: "Properties", reason: { kind: "too-large", size: 300, limit: 256 } },
    ]);
  });

  test("a list of faults is told to eight and no further", () => {
    const octets = join(...Array.from({ length: 50 }, () => hex("21 0000")));
    expect(readProperties(octets, CONNECT, 0).faults).toHaveLength(8);
  });
});

describe("propertyObject", () => {
  test("names by the standard, lists user properties, and keeps what was sent twice", () => {
    const { properties } = readProperties(
      hex("0b 01 26 0001 61 0001 62 0b 02 26 0001 61 0001 63 23 0005"),
      PUBLISH,
      0,
    );
    expect(propertyObject(properties)).toEqual({
      subscriptionIdentifier: [1, 2],
      userProperties: [
        ["a", "b"],
        ["a", "c"],
      ],
      topicAlias: 5,
    });
  });

  test("a user property called __proto__ is a pair like any other", () => {
    const { properties } = readProperties(hex("26 0009 5f5f70726f746f5f5f 0001 78"), PUBLISH, 0);
    const object = propertyObject(properties);
    expect(object).toEqual({ userProperties: [["__proto__", "x"]] });
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  });

  test("leaves out identifiers that nobody knows", () => {
    expect(propertyObject([{ id: 0x7f, value: 1 }])).toEqual({});
  });
});

describe("findProperty", () => {
  test("gives the first value of a property, or none", () => {
    const { properties } = readProperties(hex("0b 01 0b 02"), PUBLISH, 0);
    expect(findProperty(properties, 0x0b)).toBe(1);
    expect(findProperty(properties, 0x23)).toBeUndefined();
    expect(findProperty(undefined, 0x23)).toBeUndefined();
  });
});
