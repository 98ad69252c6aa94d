import { describe, expect, test } from "vitest";
import type { ControlPacket } from "../../src/protocol/mqtt/packet.ts";
import { type Transaction, transactions } from "../../src/session/transactions.ts";
import type { Connection } from "../../src/stream/item.ts";
import { CONNECT, packetEvent, publish } from "../report/events.ts";
import { connection } from "../report/sample.ts";

/** What a row of packets becomes: types joined, in the order told. */
function gathered() {
  const told: string[] = [];
  const limits: string[] = [];
  const all: Transaction<number>[] = [];
  const stage = transactions<number>({
    transaction: transaction => {
      told.push([...transaction.parts.keys()].join(" "));
      all.push(transaction);
    },
    limit: (_, limit) => limits.push(limit),
  });
  let n = 0;
  const send = (packet: ControlPacket, from?: "server", line: Connection = LINE): void =>
    stage.packet(packetEvent(packet, { ...(from && { from }), connection: line, frame: ++n }), n);
  return { told, limits, all, stage, send };
}

const LINE = connection();
const ack = (
  type: "puback" | "pubrec" | "pubrel" | "pubcomp",
  packetId = 7,
  code?: number,
): ControlPacket => ({
  type,
  packetId,
  ...(code !== undefined && { code }),
});

describe("transactions", () => {
  test("a CONNECT and its CONNACK are one", () => {
    const { told, all, send } = gathered();
    send(CONNECT);
    expect(told).toEqual([]);
    send({ type: "connack", sessionPresent: false, code: 0 }, "server");
    expect(told).toEqual(["connect connack"]);
    expect(all[0]).toMatchObject({ id: 0, opener: "client", frame: 2 });
    expect([...all[0]!.parts.values()]).toEqual([1, 2]);
  });

  test("QoS 0 stands alone, QoS 1 waits for its PUBACK, QoS 2 for its PUBCOMP", () => {
    const { told, send } = gathered();
    const { packetId: _, ...unnumbered } = publish({ qos: 0 });
    send(unnumbered);
    send(publish());
    send(ack("puback"), "server");
    send(publish({ qos: 2 }));
    send(ack("pubrec"), "server");
    send(ack("pubrel"));
    send(ack("pubcomp"), "server");
    expect(told).toEqual(["publish", "publish puback", "publish pubrec pubrel pubcomp"]);
  });

  test("a PUBREC that refuses ends it", () => {
    const { told, send } = gathered();
    send(publish({ qos: 2 }));
    send(ack("pubrec", 7, 0x87), "server");
    expect(told).toEqual(["publish pubrec"]);
  });

  test("both sides number their packets by themselves", () => {
    const { told, all, send } = gathered();
    send(publish());
    send(publish(), "server");
    send(ack("puback"));
    send(ack("puback"), "server");
    expect(told).toEqual(["publish puback", "publish puback"]);
    expect(all.map(transaction => transaction.opener)).toEqual(["server", "client"]);
  });

  test("a SUBSCRIBE and an UNSUBSCRIBE are answered by identifier", () => {
    const { told, send } = gathered();
    send({ type: "subscribe", packetId: 1, subscriptions: [] });
    send({ type: "unsubscribe", packetId: 2, filters: [] });
    send({ type: "unsuback", packetId: 2, codes: [] }, "server");
    send({ type: "suback", packetId: 1, codes: [] }, "server");
    expect(told).toEqual(["unsubscribe unsuback", "subscribe suback"]);
  });

  test("an answer without its question stands alone, once none can come", () => {
    const { told, stage, send } = gathered();
    send(ack("puback"), "server");
    send(ack("pubrel"));
    send({ type: "connack", sessionPresent: false, code: 0 }, "server");
    expect(told).toEqual([]);
    stage.close(LINE);
    expect(told).toEqual(["puback", "pubrel", "connack"]);
  });

  test("of answers without questions only some wait", () => {
    const { told, stage, send } = gathered();
    for (let packetId = 1; packetId <= 40; packetId++) send(ack("puback", packetId), "server");
    expect(told).toHaveLength(8);
    stage.end();
    expect(told).toHaveLength(40);
  });

  test("an answer that was read first belongs to its question all the same", () => {
    const { told, all, send } = gathered();
    send({ type: "connack", sessionPresent: false, code: 0 }, "server");
    send(CONNECT);
    send(ack("pubrec"), "server");
    send(ack("pubcomp"), "server");
    send(publish({ qos: 2 }));
    send({ type: "suback", packetId: 7, codes: [0] }, "server");
    send({ type: "subscribe", packetId: 7, subscriptions: [] });
    expect(told).toEqual(["connect connack", "publish pubrec pubcomp", "subscribe suback"]);
    expect(all.map(transaction => transaction.opener)).toEqual(["client", "client", "client"]);
  });

  test("in a connection of which something is missing only to a question that lies before it", () => {
    const midstream: Connection = { ...LINE, midstream: true };
    const { told, stage, send } = gathered();
    send({ type: "suback", packetId: 7, codes: [0] }, "server", midstream);
    send({ type: "subscribe", packetId: 7, subscriptions: [] }, undefined, midstream);
    stage.end();
    expect(told).toEqual(["subscribe", "suback"]);
  });

  test("a SUBACK answers no PUBLISH of the same identifier", () => {
    const { told, stage, send } = gathered();
    send(publish());
    send({ type: "suback", packetId: 7, codes: [0] }, "server");
    send(ack("puback"), "server");
    stage.end();
    expect(told).toEqual(["publish puback", "suback"]);
  });

  test("an identifier that is used again while it waits has an answer for each", () => {
    const { told, stage, send } = gathered();
    for (let n = 0; n < 12; n++) send({ type: "subscribe", packetId: 7, subscriptions: [] });
    expect(told).toHaveLength(4);
    for (let n = 0; n < 8; n++) send({ type: "suback", packetId: 7, codes: [] }, "server");
    stage.end();
    expect(told.filter(types => types === "subscribe suback")).toHaveLength(8);
  });

  test("a PUBLISH that is sent again begins anew, a repeated answer does not", () => {
    const { told, send } = gathered();
    send(publish({ qos: 2 }));
    send(publish({ qos: 2, dup: true }));
    send(ack("pubrec"), "server");
    send(ack("pubrec"), "server");
    send(ack("pubrel"));
    send(ack("pubcomp"), "server");
    expect(told).toEqual(["publish", "publish pubrec pubrel pubcomp"]);
  });

  test("pings, DISCONNECT and AUTH stand alone", () => {
    const { told, send } = gathered();
    send({ type: "pingreq" });
    send({ type: "pingresp" }, "server");
    send({ type: "auth", code: 0x18 });
    send({ type: "disconnect" });
    expect(told).toEqual(["pingreq", "pingresp", "auth", "disconnect"]);
  });

  test("what waits is told when its connection is over, and at the end", () => {
    const { told, stage, send } = gathered();
    const other = connection();
    send(publish());
    send(CONNECT, undefined, other);
    stage.close(LINE);
    expect(told).toEqual(["publish"]);
    stage.end();
    expect(told).toEqual(["publish", "connect"]);
  });

  test("a connection that leaves everything open is held to a ceiling, the oldest first", () => {
    const { told, limits, all, send } = gathered();
    for (let packetId = 1; packetId <= 1_030; packetId++) send(publish({ packetId }));
    expect(told).toHaveLength(6);
    expect(limits).toEqual(Array.from({ length: 6 }, () => "transactions of a connection"));
    expect(all.map(transaction => transaction.id)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("over all connections nothing is lost at the ceiling: what cannot wait is told at once", () => {
    const { told, limits, stage, send } = gathered();
    for (let n = 0; n < 65; n++) {
      const line = connection();
      for (let packetId = 1; packetId <= 1_024; packetId++) send(publish({ packetId }), undefined, line);
    }
    expect(limits).toHaveLength(65 * 1_024 - 65_536);
    expect(told).toHaveLength(limits.length);
    stage.end();
    expect(told).toHaveLength(65 * 1_024);
  });
});
