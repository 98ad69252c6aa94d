/** How connections begin, and how addresses are used again. */
import { describe, expect, test } from "vitest";
import { ACK, FIN, PSH, RST, SYN } from "../../src/packet/segment.ts";
import { watch } from "./build.ts";

describe("a handshake", () => {
  test("makes no connection before its SYN is answered", () => {
    const w = watch().syn().syn().client(0, "", { flags: ACK }).end();
    expect(w.stage.counters).toMatchObject({ connections: 1, opened: 0, ignored: 0 });
  });

  test("counts the SYNs that were sent again", () => {
    const w = watch().syn().syn().syn().synAck().synAck().client(0).client(0, "x");
    const { connection } = w.opened[0]!;
    expect(connection.segments).toEqual({ client: 5, server: 2 });
    expect([connection.firstFrame, connection.first]).toEqual([1, connection.last - 6000]);
  });

  test("captured twice is one connection", () => {
    const w = watch().syn().syn().synAck().synAck().client(0).client(0).client(0, "x").client(0, "x").end();
    expect(w.log()).toEqual(["client 0 x", "end capture-ended"]);
    expect(w.stage.counters).toMatchObject({ connections: 1, ignored: 0 });
  });

  test("whose SYN-ACK was not captured is one all the same", () => {
    const w = watch()
      .syn()
      .client(0, "", { flags: ACK })
      .client(0, "hello")
      .server(0, "hi", { ack: 5 })
      .end();
    expect(w.log()).toEqual(["client 0 hello", "server 0 hi", "end capture-ended"]);
    expect(w.opened[0]?.connection).toMatchObject({ roles: "handshake", midstream: false });
  });

  test("is one in whatever order it was captured", () => {
    const steps = [
      (w: ReturnType<typeof watch>) => w.syn(),
      (w: ReturnType<typeof watch>) => w.synAck(),
      (w: ReturnType<typeof watch>) => w.client(0, "", { flags: ACK }),
    ];
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const order of orders) {
      const w = watch();
      for (const step of order) steps[step]!(w);
      w.client(0, "hello").server(0, "hi", { ack: 5 }).end();
      expect([order, w.log(), w.stage.counters.connections, w.opened[0]?.connection.roles]).toEqual([
        order,
        ["client 0 hello", "server 0 hi", "end capture-ended"],
        1,
        "handshake",
      ]);
    }
  });

  test("says where octets were lost from the start", () => {
    const w = watch().handshake().client(3, "def").server(0, "", { ack: 6 }).end();
    expect(w.log()).toEqual(["client gap 0+3", "client 3 def", "end capture-ended"]);
  });

  test("may be begun by both sides", () => {
    const w = watch().syn().server(-1, "", { flags: SYN, ack: -1 });
    w.client(-1, "", { flags: SYN | ACK })
      .server(-1, "", { flags: SYN | ACK })
      .server(0, "hi")
      .client(0, "hello", { ack: 2 });
    expect(w.end().log()).toEqual(["server 0 hi", "client 0 hello", "end capture-ended"]);
    expect(w.opened[0]?.connection.client.text).toBe(w.clientAt);
  });

  test("may be split in four", () => {
    const w = watch().syn().server(-1, "", { flags: ACK }).server(-1, "", { flags: SYN, ack: -1 });
    w.client(0, "", { flags: ACK }).client(0, "hello").server(0, "hi", { ack: 5 }).end();
    expect(w.log()).toEqual(["client 0 hello", "server 0 hi", "end capture-ended"]);
    expect(w.stage.counters).toMatchObject({ connections: 1 });
  });

  test("may carry octets on its SYN (RFC 7413)", () => {
    const w = watch().syn("early").synAck("", 5).client(5, "more").server(0, "hi", { ack: 9 }).end();
    expect(w.log()).toEqual(["client 0 early", "client 5 more", "server 0 hi", "end capture-ended"]);
  });

  test("may carry octets on its SYN-ACK", () => {
    const w = watch().syn("early").synAck("quick", 5).client(5, "", { ack: 5 }).server(5, "hi").end();
    expect(w.log()).toEqual(["client 0 early", "server 0 quick", "server 5 hi", "end capture-ended"]);
  });

  test("octets of a SYN that were not accepted come again", () => {
    const w = watch().syn("early").synAck().client(0, "early and late").end();
    expect(w.log()).toEqual(["client 0 early", "client 5  and late", "end capture-ended"]);
  });

  test("octets of a SYN may come behind its SYN-ACK", () => {
    const w = watch().synAck("", 5).syn("early").client(5, "more").end();
    expect(w.log()).toEqual(["client 0 early", "client 5 more", "end capture-ended"]);
  });

  test("octets on a SYN that is sent again make the connection", () => {
    expect(watch().syn().syn("early").end().log()).toEqual(["client 0 early", "end capture-ended"]);
  });

  test("with two different SYN-ACKs goes by the one that was acknowledged", () => {
    const w = watch().syn();
    w.push({
      from: w.serverAt,
      to: w.clientAt,
      sequence: 99,
      acknowledgment: w.clientIsn + 1,
      flags: SYN | ACK,
    });
    w.synAck().client(0, "hello").server(0, "hi", { ack: 5 }).end();
    expect(w.log()).toEqual(["client 0 hello", "server 0 hi", "end capture-ended"]);
  });

  test("is not completed by what acknowledges no SYN of it", () => {
    const w = watch()
      .syn()
      .server(0, "forged", { ack: -1 })
      .server(0, "forged", { flags: PSH })
      .synAck()
      .client(0, "x")
      .end();
    expect(w.log()).toEqual(["client 0 x", "end capture-ended"]);
    expect(w.stage.counters.ignored).toBe(2);
  });
});

describe("addresses used again", () => {
  test("after both FINs are another connection", () => {
    const w = watch()
      .handshake()
      .client(0, "one", { flags: ACK | FIN })
      .server(0, "", { ack: 4, flags: ACK | FIN });
    w.clientIsn = 77;
    w.serverIsn = 88;
    w.handshake().client(0, "two").end();
    expect([w.log(), w.log(1)]).toEqual([
      ["client 0 one", "client fin", "server fin", "end fin"],
      ["client 0 two", "end capture-ended"],
    ]);
  });

  test("after both FINs even with the same sequence numbers", () => {
    const w = watch();
    for (let i = 0; i < 3; i++) {
      w.handshake()
        .client(0, "x", { flags: ACK | FIN })
        .server(0, "", { ack: 2, flags: ACK | FIN });
    }
    expect(w.opened.map(o => o.connection.id)).toEqual([0, 1, 2]);
  });

  test("after an RST are another connection", () => {
    const w = watch()
      .handshake()
      .client(0, "one")
      .server(0, "", { ack: 3, flags: RST | ACK });
    w.clientIsn += 1_000_000;
    w.handshake().client(0, "two").end();
    expect(w.log(1)).toEqual(["client 0 two", "end capture-ended"]);
  });

  test("after a refused SYN are another connection when the SYN is", () => {
    const w = watch()
      .syn()
      .server(0, "", { flags: RST | ACK });
    w.clientIsn += 1000;
    w.handshake().client(0, "x").end();
    expect(w.opened[0]?.connection).toMatchObject({ id: 1, frames: 4 });
  });

  test("without any end are another connection as soon as the SYN is answered", () => {
    const w = watch().handshake().client(0, "one");
    w.clientIsn += 1_000_000;
    w.serverIsn += 1_000_000;
    w.syn().syn();
    expect(w.log()).toEqual(["client 0 one"]);
    w.synAck().client(0, "two").server(0, "hi", { ack: 3 }).end();
    expect(w.log()).toEqual(["client 0 one", "end idle"]);
    expect(w.log(1)).toEqual(["client 0 two", "server 0 hi", "end capture-ended"]);
    expect(w.stage.counters.connections).toBe(2);
  });

  test("without any end are another connection where only the client is seen", () => {
    const w = watch().handshake().client(0, "one");
    w.clientIsn += 1_000_000;
    w.syn().client(0, "", { flags: ACK }).client(0, "two").end();
    expect([w.log(), w.log(1)]).toEqual([
      ["client 0 one", "end idle"],
      ["client 0 two", "end capture-ended"],
    ]);
  });

  test("are not by a SYN that nobody answers: the connection goes on", () => {
    const w = watch().handshake().client(0, "one");
    w.push({ sequence: 123_456, flags: SYN }).push({ sequence: 654_321, flags: SYN });
    w.client(3, "two").server(0, "hi", { ack: 6 }).client(6, "", { ack: 2 }).end();
    expect(w.log()).toEqual(["client 0 one", "client 3 two", "server 0 hi", "end capture-ended"]);
    expect(w.stage.counters).toMatchObject({ connections: 3, ignored: 0 });
  });

  test("a forged SYN is forgotten at the ceiling of half-open connections", () => {
    const w = watch({ limits: { halfOpen: 1 } })
      .handshake()
      .client(0, "one");
    w.push({ sequence: 123_456, flags: SYN }).push({ from: "192.0.2.9:9", flags: SYN });
    w.server(0, "hi", { ack: 3 }).client(3, "two").end();
    expect(w.log()).toEqual(["client 0 one", "server 0 hi", "client 3 two", "end capture-ended"]);
  });

  test("where only the server is seen, its SYN-ACK after its FIN begins the next connection", () => {
    const w = watch()
      .synAck()
      .server(0, "one", { flags: ACK | FIN });
    w.serverIsn += 1000;
    w.clientIsn += 1000;
    w.synAck().server(0, "two").end();
    expect(w.log(1)).toEqual(["server 0 two", "end capture-ended"]);
  });

  test("where only the server is seen, its SYN-ACK far from everything begins the next connection", () => {
    const w = watch().synAck().server(0, "one");
    w.serverIsn += 100_000_000;
    w.clientIsn += 100_000_000;
    w.synAck().server(0, "two").end();
    expect([w.log(), w.log(1)]).toEqual([
      ["server 0 one", "end idle"],
      ["server 0 two", "end capture-ended"],
    ]);
  });

  test("a SYN-ACK that could answer the old connection is ignored", () => {
    const w = watch().handshake().client(0, "one");
    w.push({
      from: w.serverAt,
      to: w.clientAt,
      sequence: 5,
      acknowledgment: w.clientIsn + 4,
      flags: SYN | ACK,
    });
    w.server(0, "hi", { ack: 3 }).end();
    expect(w.log()).toEqual(["client 0 one", "server 0 hi", "end capture-ended"]);
    expect(w.stage.counters.ignored).toBe(1);
  });

  test("a half-open connection is forgotten when it has been idle", () => {
    const w = watch().syn();
    for (let i = 0; i < 4; i++) w.wait(100).tick();
    w.syn().synAck().client(0, "x");
    expect(w.opened[0]?.connection).toMatchObject({ id: 1, frames: 3 });
  });
});

describe("a midstream start", () => {
  test("begins with the first octets seen of each side", () => {
    const w = watch().client(500, "abc").server(900, "xyz", { ack: 503 }).end();
    expect(w.log()).toEqual(["client 0 abc", "server 0 xyz", "end capture-ended"]);
    expect(w.opened[0]?.connection).toMatchObject({ midstream: true, roles: "port" });
  });

  test("with an acknowledgment is no object before octets or the other side are seen", () => {
    const w = watch().client(5, "", { flags: ACK }).client(5, "", { flags: ACK }).client(5, "abc").end();
    expect(w.log()).toEqual(["client 0 abc", "end capture-ended"]);
    expect(w.opened[0]?.connection).toMatchObject({ midstream: true, frames: 3, firstFrame: 1 });
  });

  test("with an acknowledgment of the server knows the client by its port", () => {
    const w = watch()
      .server(5, "", { flags: ACK, ack: 3 })
      .client(3, "abc", { ack: 5 })
      .server(5, "hi", { ack: 6 });
    expect(w.opened[0]?.connection.client.text).toBe(w.clientAt);
    expect(w.log()).toEqual(["client 0 abc", "server 0 hi"]);
  });

  test("with a FIN ends like any other", () => {
    const w = watch()
      .client(5, "bye", { flags: ACK | FIN })
      .server(7, "", { flags: ACK | FIN, ack: 9 })
      .end();
    expect(w.log()).toEqual(["client 0 bye", "client fin", "server fin", "end fin"]);
  });

  test("without a server's port takes the sender of the first segment for the client", () => {
    const w = watch().push({ from: "192.0.2.1:40001", to: "192.0.2.7:40000", flags: ACK });
    w.push({ from: "192.0.2.7:40000", to: "192.0.2.1:40001", data: "x" });
    expect(w.opened[0]?.connection).toMatchObject({ roles: "first-segment", client: { port: 40001 } });
  });

  test("a SYN of the other side behind a first acknowledgment says who is client", () => {
    const w = watch().server(0, "", { flags: ACK }).syn().synAck().client(0, "x");
    expect(w.opened[0]?.connection).toMatchObject({
      id: 0,
      roles: "handshake",
      client: { text: w.clientAt },
    });
  });

  test("a SYN-ACK of the same side behind a first acknowledgment does, too", () => {
    const w = watch().server(0, "", { flags: ACK }).synAck().client(0, "x");
    expect(w.opened[0]?.connection).toMatchObject({
      id: 0,
      roles: "handshake",
      client: { text: w.clientAt },
    });
  });
});

describe("the ceilings of connections", () => {
  test("a flood of SYNs makes rows only, bounded, and is told once", () => {
    const w = watch({ limits: { halfOpen: 1000 } });
    for (let i = 0; i < 20_000; i++) {
      w.push({
        from: `198.51.${i >> 8}.${i & 0xff}:${1024 + (i % 60_000)}`,
        flags: SYN,
        sequence: i,
        at: w.at,
      });
    }
    expect(w.limits).toMatchObject([{ limit: "half-open", frame: 1001 }]);
    expect(w.stage.counters).toMatchObject({ connections: 20_000, opened: 0, halfOpenDropped: 19_000 });
  });

  test("SYNs that nobody would answer any more make room without a word", () => {
    const w = watch({ limits: { halfOpen: 10 } });
    for (let i = 0; i < 30; i++) w.wait(1).push({ from: `192.0.2.9:${i}`, flags: SYN });
    expect(w.limits).toEqual([]);
    expect(w.stage.counters.halfOpenDropped).toBe(20);
  });

  test("a second flood is told again", () => {
    const w = watch({ limits: { halfOpen: 8 } });
    const flood = (from: number): void => {
      for (let i = from; i < from + 10; i++) w.push({ from: `192.0.2.9:${i}`, flags: SYN });
    };
    flood(0);
    for (let i = 2; i < 10; i++) w.push({ from: `192.0.2.9:${i}`, sequence: 1, data: "answered" });
    flood(100);
    expect(w.limits.map(l => l.limit)).toEqual(["half-open", "half-open"]);
  });

  test("the connection that was idle longest is evicted, and it is said which", () => {
    const w = watch({ limits: { connections: 3 } });
    for (let port = 1; port < 5; port++) w.push({ from: `192.0.2.7:${port}`, data: "x" });
    expect(w.log()).toEqual(["client 0 x", "end evicted"]);
    expect(w.limits).toMatchObject([{ limit: "connections", connection: { id: 0 } }]);
    expect(w.stage.counters.evicted).toBe(1);
  });

  test("connections without octets are evicted with one word for all", () => {
    const w = watch({ limits: { connections: 3 } });
    for (let port = 1; port < 9; port++) {
      w.clientAt = `192.0.2.7:${port}`;
      w.handshake();
    }
    expect(w.limits).toMatchObject([{ limit: "connections" }]);
    expect(w.stage.counters).toMatchObject({ evicted: 5, opened: 0 });
  });

  test("what was used lately is not evicted", () => {
    const w = watch({ limits: { connections: 2 } });
    w.push({ from: "192.0.2.7:1", data: "a" }).push({ from: "192.0.2.7:2", data: "b" }).wait(60);
    w.push({ from: "192.0.2.7:1", sequence: 1, data: "a" }).push({ from: "192.0.2.7:3", data: "c" }).end();
    expect(w.log(1)).toEqual(["client 0 b", "end evicted"]);
  });
});

describe("idle connections", () => {
  test("end by the clock of other frames", () => {
    const w = watch().handshake().client(0, "x");
    for (let i = 0; i < 4; i++) w.wait(100).push({ from: `192.0.2.9:${i}`, data: "y" });
    expect(w.log()).toEqual(["client 0 x", "end idle"]);
  });

  test("end by ticks", () => {
    const w = watch().handshake().client(0, "x");
    for (let i = 0; i < 299; i++) w.wait(1).tick();
    expect(w.log()).toEqual(["client 0 x"]);
    expect(w.wait(1.1).tick().log()).toEqual(["client 0 x", "end idle"]);
  });

  test("are not those that say something now and then", () => {
    const w = watch().handshake();
    for (let i = 0; i < 50; i++) w.wait(140).client(i, "x");
    expect(w.opened).toHaveLength(1);
  });

  test("come back as midstream connections", () => {
    const w = watch().handshake().client(0, "x");
    for (let i = 0; i < 4; i++) w.wait(100).tick();
    w.client(1, "y").end();
    expect(w.log(1)).toEqual(["client 0 y", "end capture-ended"]);
    expect(w.opened[1]?.connection).toMatchObject({ id: 1, midstream: true });
  });

  test("are not made by one wrong timestamp", () => {
    const w = watch().handshake().client(0, "x");
    w.push({ from: "192.0.2.9:1", data: "y", at: w.at * 2 })
      .client(1, "y")
      .push({ from: "192.0.2.9:2", data: "y", at: 0 });
    w.client(2, "z").end();
    expect(w.log()).toEqual(["client 0 x", "client 1 y", "client 2 z", "end capture-ended"]);
  });

  test("the clock goes on after a wrong timestamp", () => {
    const w = watch().handshake().client(0, "x");
    w.push({ from: "192.0.2.9:1", data: "y", at: w.at * 2 });
    for (let i = 0; i < 310; i++) w.wait(1).tick();
    expect(w.log()).toEqual(["client 0 x", "end idle"]);
  });
});
