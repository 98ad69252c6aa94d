/** What costs a reader of MQTT time or memory, if it lets it: every claim, count and cut that peers have fallen over. */
import { describe, expect, test } from "vitest";
import { mqttProtocol } from "../../../src/protocol/mqtt/session.ts";
import type { ProtocolEvent } from "../../../src/protocol/event.ts";
import { connection, feed, hex, join, ofType, Talk } from "../build.ts";
import { CONNECTS, control, faultsOf, mqttEvents, packetsOf, publish, varint } from "./build.ts";

const twoOctets = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);

/** Processor time of the best of several runs: what else the machine does is not measured. */
function milliseconds(run: () => void): number {
  const times = Array.from({ length: 4 }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

/** Twice the input must not take four times as long. */
function expectLinear(input: (size: number) => Talk, size: number): void {
  const talks = [input(size), input(2 * size)] as const;
  mqttEvents(talks[0]);
  const [once, twice] = talks.map(talk => milliseconds(() => mqttEvents(talk)));
  expect(twice! / once!).toBeLessThan(3);
}

const repeated = (octets: Uint8Array, times: number): Uint8Array =>
  new Uint8Array(Buffer.alloc(octets.length * times, octets));

/** A SUBSCRIBE of so many filters. */
const subscribe = (filters: number): Uint8Array =>
  control(0x82, "0001", repeated(hex("0001 61 00"), filters));

/** A PUBLISH of 5.0 with so many user properties, and a payload of two octets. */
function withProperties(count: number): Uint8Array {
  const list = repeated(hex("26 0001 61 0001 62"), count);
  return control(0x30, "0001 74", varint(list.length), list, "7879");
}

const login = (): Talk => new Talk().client(CONNECTS["3.1.1"]);

describe("time grows with the octets, and not faster", () => {
  test("of a message in segments of one octet", () => {
    expectLinear(size => login().client(publish("t", "x".repeat(size)), 1), 30_000);
  });

  test("of messages left open at QoS 2, one for each Packet Identifier", () => {
    const open = (from: number, to: number): Uint8Array =>
      join(
        ...Array.from({ length: to - from }, (_, at) => control(0x34, "0001 74", twoOctets(from + at), "78")),
      );
    const all = mqttEvents(login().client(open(1, 65_536), 1_448));
    expect(ofType(all, "mqtt.publish")).toHaveLength(65_535);
    expect(faultsOf(all)).toEqual([]);
    expectLinear(size => login().client(open(1, size), 1_448), 30_000);
  });

  test("of user properties and of subscriptions", () => {
    expectLinear(size => new Talk().client(CONNECTS["5.0"]).client(withProperties(size), 1_448), 9_000);
    expectLinear(size => login().client(subscribe(size), 1_448), 50_000);
  });
});

describe("what is said of too much", () => {
  test("32,000 user properties are passed over, and the payload behind them is read", () => {
    const events = mqttEvents(new Talk().client(CONNECTS["5.0"]).client(withProperties(32_000)));
    expect(ofType(events, "mqtt.publish")[0]?.packet).toMatchObject({ topic: "t", payloadLength: 2 });
    expect(faultsOf(events)).toEqual(["PUBLISH.Properties: too-large"]);
  });

  test("of 200,000 subscriptions the first are kept and all are counted", () => {
    const events = mqttEvents(login().client(subscribe(200_000), 65_000));
    expect(ofType(events, "mqtt.subscribe")[0]?.packet.subscriptions).toHaveLength(8_192);
    expect(ofType(events, "mqtt.malformed")[0]?.fault.reason).toMatchObject({
      kind: "too-large",
      size: 200_000,
    });
  });

  test("topics of 65,535 octets are told whole", () => {
    const topic = "a/".repeat(32_767) + "b";
    const events = mqttEvents(login().client(join(publish(topic, "1"), publish(topic, "2")), 1_448));
    expect(ofType(events, "mqtt.publish").map(event => event.packet.topic)).toEqual([topic, topic]);
  });

  test("a message of two MiB is told whole, ends where it says, and what follows is read", () => {
    const large = control(0x30, "0001 74", new Uint8Array(2 * 1_048_576));
    const events = mqttEvents(login().client(join(large, publish("next", "1"), hex("e000")), 1_448));
    expect(packetsOf(events).map(packet => packet.type)).toEqual([
      "connect",
      "publish",
      "publish",
      "disconnect",
    ]);
    expect(ofType(events, "mqtt.publish").map(event => event.packet.payloadLength)).toEqual([
      2 * 1_048_576,
      1,
    ]);
    expect(ofType(events, "mqtt.publish")[0]!.packet.payload).toHaveLength(2 * 1_048_576);
  });
});

describe("claims", () => {
  test("of 268,435,455 octets on ten thousand connections take the memory of what came", () => {
    const mqtt = mqttProtocol();
    const events: ProtocolEvent[] = [];
    const stages = Array.from({ length: 10_000 }, () => {
      const made = connection();
      return { made, stage: mqtt.open(made, "tcp", event => events.push(event)) };
    });
    const before = process.memoryUsage().arrayBuffers;
    const opening = join(CONNECTS["3.1.1"], hex("30 ff ff ff 7f 0001 74"));
    const { items } = new Talk().client(opening).client("78").client("78");
    for (const { made, stage } of stages) {
      const own = items.map(item => ({ ...item, connection: made }));
      feed(stage, own);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1_048_576);
    expect(ofType(events, "mqtt.connect")).toHaveLength(10_000);
    expect(ofType(events, "mqtt.limit")).toEqual([]);
  });
});

describe("a packet cut at any octet", () => {
  test("is none until it is whole, and leaves nothing behind that was not sent", () => {
    const will = hex("10 1d 0004 4d515454 04 e6 003c 0001 63 0001 77 0002 6869 0001 75 0004 70617373");
    const session = join(
      will,
      publish("a/b", "hello"),
      control(0x82, "0001", "0001 23 00", "0003 612f62 01"),
    );
    const ends = [will.length, will.length + publish("a/b", "hello").length, session.length];
    for (let length = 1; length < session.length; length++) {
      const told = mqttEvents(new Talk().client(session.subarray(0, length)).end("capture-ended"));
      expect(packetsOf(told)).toHaveLength(ends.filter(end => end <= length).length);
      expect(faultsOf(told)).toEqual([]);
    }
  });

  test("tells of a CONNECT what is there of it as a whole, and what it announces", () => {
    const connect = hex("10 1d 0004 4d515454 04 e6 003c 0001 63 0001 77 0002 6869 0001 75 0004 70617373");
    const told = (length: number) =>
      ofType(
        mqttEvents(new Talk().client(connect.subarray(0, length)).end("capture-ended")),
        "mqtt.torn",
      ).map(event => event.connect);
    expect(told(9)).toEqual([]);
    expect(told(10)).toMatchObject([{ clientId: "", torn: { username: true, password: true } }]);
    expect(told(20)).toMatchObject([
      { clientId: "c", keepAlive: 60, torn: { username: true, password: true } },
    ]);
    expect(told(connect.length - 1)).toMatchObject([
      { clientId: "c", username: "u", torn: { username: false, password: true } },
    ]);
    expect(told(connect.length)).toEqual([]);
    const five = hex("10 30 0004 4d515454 05 c2 003c 05 11 00000e10 0001 63 0001 75 0004 7061");
    const gap = mqttEvents(new Talk().client(five).gap("client", 24).client(publish("a/b", "1")));
    expect(ofType(gap, "mqtt.torn")).toMatchObject([
      { doubt: "place", unit: undefined, connect: { protocolVersion: "5.0", clientId: "c", username: "u" } },
    ]);
  });
});
