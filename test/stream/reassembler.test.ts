/** Connections from their first segment to their last. */
import { describe, expect, test } from "vitest";
import type { FrameNumber } from "../../src/capture/frame.ts";
import { ACK, FIN, PSH, RST, SYN } from "../../src/packet/segment.ts";
import { CLIENT, SERVER, segment, watch } from "./build.ts";

describe("streams", () => {
  test("hands on both directions in order, then the ends", () => {
    const w = watch().handshake();
    w.client(0, "CONNECT")
      .server(0, "CONNACK", { ack: 7 })
      .client(7, "", { ack: 7, flags: ACK | FIN });
    w.server(7, "", { ack: 8, flags: ACK | FIN })
      .client(8, "", { ack: 8, flags: ACK })
      .end();
    expect(w.log()).toEqual(["client 0 CONNECT", "server 0 CONNACK", "client fin", "server fin", "end fin"]);
    expect(w.opened[0]?.ended).toBe(1);
    expect(w.ends).toBe(1);
  });

  test("names the frame and the place in the capture of every chunk", () => {
    const w = watch().handshake().client(0, "one").client(6, "three").client(3, "two").end();
    const chunks = w.opened[0]?.items.flatMap(i => (i.kind === "chunk" ? [i] : [])) ?? [];
    expect(chunks.map(c => [c.text, c.frame, c.arrival, c.position])).toEqual([
      ["one", 4, 4, 4000],
      ["two", 6, 6, 6000],
      ["three", 5, 6, 5000],
    ]);
  });

  test("says -1 where the place in the capture cannot be named", () => {
    const w = watch()
      .handshake()
      .client(4, "live", { position: -1 })
      .client(0, "one ", { position: -1 })
      .end();
    expect(w.opened[0]?.items.flatMap(i => (i.kind === "chunk" ? [i.position] : []))).toEqual([-1, -1]);
  });

  test("the time of a chunk is that of its arrival in order", () => {
    const w = watch().handshake().client(3, "two").wait(1).client(0, "one").end();
    const times = w.opened[0]?.items.flatMap(i => (i.kind === "chunk" ? [i.at] : []));
    expect(new Set(times).size).toBe(1);
  });

  test("opens no connection without octets, but counts it", () => {
    const w = watch()
      .handshake()
      .client(0, "", { flags: ACK | FIN })
      .server(0, "", { flags: ACK | FIN, ack: 1 });
    w.client(1, "", { flags: ACK, ack: 1 }).end();
    expect(w.opened).toEqual([]);
    expect(w.stage.counters).toMatchObject({ connections: 1, opened: 0, ignored: 0 });
  });

  test("tells a FIN from before the first octets once there are some", () => {
    const w = watch()
      .handshake()
      .client(0, "", { flags: ACK | FIN })
      .server(0, "late", { ack: 1 })
      .end();
    expect(w.log()).toEqual(["client fin", "server 0 late", "end capture-ended"]);
  });

  test("numbers connections in the order of their first frames, opened or not", () => {
    const w = watch();
    w.push({ from: "192.0.2.7:1", flags: SYN }).push({ from: "192.0.2.7:2", data: "b" });
    w.push({ from: "192.0.2.7:3", flags: RST }).push({ from: "192.0.2.7:4", flags: ACK });
    w.push({ from: "192.0.2.7:1", sequence: 1, data: "a" }).push({ from: "192.0.2.7:5", data: "e" }).end();
    expect(w.opened.map(o => [o.connection.id, o.connection.client.port])).toEqual([
      [1, 2],
      [0, 1],
      [4, 5],
    ]);
    expect(w.stage.counters.connections).toBe(5);
  });

  test("keeps IPv6 connections apart by every word of their addresses", () => {
    const w = watch();
    const hosts = [
      "2001:db8::1",
      "2001:db9::1",
      "2001:db8:1::1",
      "2001:db8::1:0:0:1",
      "2001:db8::2",
      "::ffff:c000:207",
    ];
    for (const host of hosts) w.push({ from: `[${host}]:49152`, to: "[2001:db8::9]:1883", data: host });
    for (const host of hosts) w.push({ from: "[2001:db8::9]:1883", to: `[${host}]:49152`, data: "back" });
    w.end();
    expect(w.opened.map(o => o.connection.client.address)).toEqual([
      ...hosts.slice(0, -1),
      "::ffff:192.0.2.7",
    ]);
    expect(w.log(3)).toEqual([`client 0 ${hosts[3]}`, "server 0 back", "end capture-ended"]);
    expect(w.opened[4]?.connection.client.text).toBe("[2001:db8::2]:49152");
  });

  test("does not take an IPv4 address for the IPv6 address that maps to the same word", () => {
    const w = watch().push({ data: "four" });
    w.push({ from: "[::c000:207]:49152", to: "[::c000:201]:1883", sequence: 4, data: "six" }).end();
    expect(w.opened).toHaveLength(2);
  });

  test("a host may speak to itself on one port", () => {
    const w = watch()
      .push({ from: SERVER, to: SERVER, flags: SYN })
      .push({ from: SERVER, to: SERVER, sequence: 1, data: "x" });
    expect(w.end().log()).toEqual(["client 0 x", "end capture-ended"]);
  });

  test("counts frames, segments and octets of each side while the connection lasts", () => {
    const w = watch().handshake().client(0, "hello").server(0, "hi", { ack: 5 });
    const { connection } = w.opened[0]!;
    expect(connection.octets).toEqual({ client: 5, server: 2 });
    expect(connection.segments).toEqual({ client: 3, server: 2 });
    expect([connection.frames, connection.firstFrame, connection.capture]).toEqual([5, 1, 0]);
    expect(connection.last - connection.first).toBe(4000);
  });

  test("gives connections the number of their capture", () => {
    expect(watch({ capture: 3 }).handshake().client(0, "x").opened[0]?.connection.capture).toBe(3);
  });

  test("connections that are open at the end end in the order of their numbers", () => {
    const w = watch();
    const order: number[] = [];
    for (let port = 1; port < 6; port++) w.push({ from: `192.0.2.7:${port}`, data: "x" });
    for (const { items, connection } of w.opened) {
      items.push = () => order.push(connection.id);
    }
    w.end();
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  test("passes datagrams and notices on", () => {
    const w = watch();
    const { frame } = segment({ frame: 9 });
    w.stage.datagram({ ...segment({}), frame });
    w.stage.notice({ type: "capture.closed", octets: 7 });
    expect(w.datagrams).toHaveLength(1);
    expect(w.notices).toEqual([{ type: "capture.closed", octets: 7 }]);
  });

  test("hands a tick on after it has moved the clock", () => {
    const w = watch().wait(3).tick();
    expect(w.notices.map(n => n.type)).toEqual(["capture.tick"]);
  });
});

describe("a FIN", () => {
  test("is told where the stream reaches it, however early it came", () => {
    const w = watch()
      .handshake()
      .client(5, "", { flags: ACK | FIN })
      .client(0, "hello")
      .end();
    expect(w.log()).toEqual(["client 0 hello", "client fin", "end capture-ended"]);
  });

  test("comes with octets of its own segment", () => {
    const w = watch()
      .handshake()
      .client(0, "bye", { flags: ACK | PSH | FIN })
      .end();
    expect(w.log()).toEqual(["client 0 bye", "client fin", "end capture-ended"]);
  });

  test("is the last of its direction: octets behind it are ignored", () => {
    const w = watch()
      .handshake()
      .client(0, "bye", { flags: ACK | FIN })
      .client(4, "forged")
      .client(3, "forged")
      .end();
    expect(w.text("client")).toBe("bye");
    expect(w.stage.counters.ignored).toBe(2);
  });

  test("cuts what was held behind it, and what reaches over it", () => {
    const w = watch()
      .handshake()
      .client(8, "behind")
      .client(4, "over it")
      .client(0, "12345", { missing: 1, flags: ACK | FIN });
    w.client(5, "6").end();
    expect(w.log().slice(1)).toEqual([
      "client 0 1234",
      "client 4 ov",
      "client overlap 4+1",
      "client fin",
      "end capture-ended",
    ]);
  });

  test("counts where it was first said", () => {
    const w = watch()
      .handshake()
      .client(9, "", { flags: ACK | FIN })
      .client(4, "", { flags: ACK | FIN });
    w.client(0, "123456789").end();
    expect(w.log()).toEqual(["client 0 123456789", "client fin", "end capture-ended"]);
  });

  test("before octets that were handed on is ignored", () => {
    const w = watch()
      .handshake()
      .client(0, "123456")
      .client(2, "3", { flags: ACK | FIN })
      .client(6, "7")
      .end();
    expect(w.text("client")).toBe("1234567");
    expect(w.stage.counters.ignored).toBe(1);
  });

  test("that is sent again is nothing new", () => {
    const w = watch()
      .handshake()
      .client(0, "bye", { flags: ACK | FIN })
      .client(0, "bye", { flags: ACK | FIN });
    w.client(3, "", { flags: ACK | FIN })
      .server(0, "ok", { ack: 4, flags: ACK | FIN })
      .end();
    expect(w.log()).toEqual(["client 0 bye", "client fin", "server 0 ok", "server fin", "end fin"]);
    expect(w.stage.counters.ignored).toBe(0);
  });

  test("acknowledged with one octet more than were seen is no gap", () => {
    const w = watch()
      .handshake()
      .client(0, "bye")
      .server(0, "ok", { ack: 4, flags: ACK | FIN })
      .end();
    expect(w.log()).toEqual(["client 0 bye", "server 0 ok", "server fin", "end capture-ended"]);
  });

  test("behind a hole that was acknowledged is told after the gap", () => {
    const w = watch()
      .handshake()
      .client(0, "a")
      .client(5, "", { flags: ACK | FIN })
      .server(0, "x", { ack: 6 });
    w.wait(1).server(1, "y", { ack: 6 }).end();
    expect(w.log()).toEqual([
      "client 0 a",
      "server 0 x",
      "server 1 y",
      "client gap 1+4",
      "client fin",
      "end capture-ended",
    ]);
  });
});

describe("the end of a connection", () => {
  test("is by FIN when the last hole before a FIN is given up at the end of the capture", () => {
    const w = watch()
      .handshake()
      .client(0, "a", { flags: ACK | FIN })
      .server(3, "d", { flags: ACK | FIN })
      .end();
    expect(w.log()).toEqual([
      "client 0 a",
      "client fin",
      "server gap 0+3",
      "server 3 d",
      "server fin",
      "end fin",
    ]);
  });

  test("absorbs what straggles in after both FINs", () => {
    const w = watch()
      .handshake()
      .client(0, "a", { flags: ACK | FIN })
      .server(0, "b", { ack: 2, flags: ACK | FIN });
    w.client(2, "", { ack: 2, flags: ACK })
      .client(0, "a", { flags: ACK | FIN })
      .server(0, "b", { ack: 2, flags: ACK | FIN });
    w.synAck().client(2, "", { ack: 2, flags: RST }).end();
    expect(w.log().at(-1)).toBe("end fin");
    expect(w.stage.counters).toMatchObject({ connections: 1, ignored: 0 });
  });

  test("counts octets behind it, and ignores them", () => {
    const w = watch()
      .handshake()
      .client(0, "a", { flags: ACK | FIN })
      .server(0, "b", { ack: 2, flags: ACK | FIN });
    w.client(2, "forged").end();
    expect(w.opened).toHaveLength(1);
    expect(w.stage.counters).toMatchObject({ connections: 1, ignored: 1 });
  });

  test("is forgotten when the connection has been idle", () => {
    const w = watch()
      .handshake()
      .client(0, "a", { flags: ACK | FIN })
      .server(0, "b", { ack: 2, flags: ACK | FIN });
    for (let i = 0; i < 4; i++) w.wait(100).tick();
    w.client(2, "much later").end();
    expect(w.stage.counters.connections).toBe(2);
    expect(w.log(1)).toEqual(["client 0 much later", "end capture-ended"]);
  });

  test("is made room for when too many are remembered", () => {
    const w = watch({ limits: { ended: 2 } });
    for (let port = 1; port < 5; port++) w.push({ from: `192.0.2.7:${port}`, flags: RST });
    w.push({ from: "192.0.2.7:4", flags: RST }).push({ from: "192.0.2.7:1", flags: RST });
    expect(w.stage.counters.connections).toBe(5);
  });
});

describe("an RST", () => {
  test("ends the connection, and its payload is not part of the stream", () => {
    const w = watch()
      .handshake()
      .client(0, "a")
      .server(0, "reason", { ack: 1, flags: RST | ACK })
      .end();
    expect(w.log()).toEqual(["client 0 a", "server rst", "end rst"]);
  });

  test("hands on what is held first, holes as gaps", () => {
    const w = watch().handshake().client(2, "c").client(4, "e").server(0, "", { flags: RST, ack: 0 }).end();
    expect(w.log()).toEqual([
      "client gap 0+2",
      "client 2 c",
      "client gap 3+1",
      "client 4 e",
      "server rst",
      "end rst",
    ]);
  });

  test("captured before octets that were sent before it waits for them", () => {
    const w = watch().handshake().client(0, "a").client(3, "", { flags: RST }).client(1, "bc").end();
    expect(w.log()).toEqual(["client 0 a", "client 1 bc", "client rst", "end rst"]);
    expect(w.opened[0]!.items.map(item => item.arrival)).toEqual([4, 6, 5, 6]);
  });

  test("waits for octets of the other side that it acknowledges, and for a FIN", () => {
    const w = watch()
      .handshake()
      .client(0, "a", { ack: 0 })
      .server(0, "", { ack: 4, flags: RST | ACK })
      .client(1, "bc")
      .client(3, "", { flags: FIN | ACK })
      .end();
    expect(w.log()).toEqual(["client 0 a", "client 1 bc", "client fin", "server rst", "end rst"]);
  });

  test("waits no longer than late frames do", () => {
    const early = () => watch().handshake().client(0, "a").client(3, "", { flags: RST });
    const ended = ["client 0 a", "client rst", "end rst"];
    expect(early().log()).toEqual(["client 0 a"]);
    expect(early().wait(1).tick().log()).toEqual(ended);
    const w = early();
    for (let i = 0; i < 16; i++) w.server(0, "", { ack: 1 });
    expect(w.log()).toEqual(ended);
    expect(early().wait(1).tick().client(1, "bc").end().opened).toHaveLength(1);
  });

  test("is told where octets behind it are of the next connection", () => {
    const w = watch().handshake().client(0, "a").client(3, "", { flags: RST }).client(9, "new").end();
    expect(w.log()).toEqual(["client 0 a", "client rst", "end rst"]);
    expect(w.log(1)).toEqual(["client 0 new", "end capture-ended"]);
  });

  test("waits for a ceiling of connections at a time", () => {
    const w = watch({ limits: { resets: 1 } });
    for (const clientAt of ["192.0.2.7:1", "192.0.2.7:2"]) {
      w.clientAt = clientAt;
      w.handshake().client(0, "a").client(3, "", { flags: RST });
    }
    expect([w.log(0), w.log(1)]).toEqual([["client 0 a"], ["client 0 a", "client rst", "end rst"]]);
  });

  test("outside the window is ignored", () => {
    const w = watch().handshake().client(0, "a").server(0, "b", { ack: 1 }).client(1, "", { ack: 1 });
    w.server(20_000_000, "", { flags: RST }).server(-20, "", { flags: RST }).server(1, "c").end();
    expect(w.text("server")).toBe("bc");
    expect(w.stage.counters.ignored).toBe(2);
  });

  test("may repeat the last acknowledgment, though more was sent since", () => {
    const w = watch()
      .handshake()
      .client(0, "abcdef")
      .server(0, "", { ack: 3 })
      .client(3, "", { flags: RST })
      .end();
    expect(w.log()).toEqual(["client 0 abcdef", "client rst", "end rst"]);
  });

  test("from a side that was never seen counts", () => {
    const w = watch().client(0, "a").server(99, "", { flags: RST }).end();
    expect(w.log()).toEqual(["client 0 a", "server rst", "end rst"]);
  });

  test("is followed by stragglers of the other side that make no connection", () => {
    const w = watch().handshake().client(0, "a").server(0, "", { ack: 1, flags: RST }).client(1, "in flight");
    w.client(0, "a").server(0, "", { flags: RST }).end();
    expect(w.stage.counters).toMatchObject({ connections: 1, ignored: 1 });
  });

  test("was forged when its sender goes on: the octets are not lost", () => {
    const w = watch().handshake().client(0, "a").client(1, "", { flags: RST }).client(1, "CONNECT").end();
    expect(w.log(1)).toEqual(["client 0 CONNECT", "end capture-ended"]);
    expect(w.opened[1]?.connection.midstream).toBe(true);
  });

  test("refuses a SYN without making a connection", () => {
    const w = watch()
      .syn()
      .server(0, "", { flags: RST | ACK })
      .syn()
      .server(0, "", { flags: RST | ACK })
      .end();
    expect(w.stage.counters).toMatchObject({ connections: 1, opened: 0, ignored: 0 });
  });

  test("that answers no SYN of the connection is ignored", () => {
    const w = watch()
      .syn()
      .server(0, "", { flags: RST | ACK, ack: 20_000_000 })
      .server(0, "", { flags: RST });
    w.push({ sequence: w.clientIsn - 5, flags: RST })
      .synAck()
      .client(0, "x")
      .end();
    expect(w.log()).toEqual(["client 0 x", "end capture-ended"]);
    expect(w.stage.counters.ignored).toBe(3);
  });
});

describe("who is client", () => {
  test("the side that sent the SYN, whatever the ports", () => {
    const w = watch();
    w.clientAt = SERVER;
    w.serverAt = CLIENT;
    w.handshake().server(0, "x");
    const { connection } = w.opened[0]!;
    expect([connection.roles, connection.client.text, connection.server.text]).toEqual([
      "handshake",
      SERVER,
      CLIENT,
    ]);
  });

  test("the side that a SYN-ACK was sent to", () => {
    const w = watch().synAck().client(0, "x");
    const { connection } = w.opened[0]!;
    expect([connection.roles, connection.client.text, connection.midstream]).toEqual([
      "handshake",
      CLIENT,
      false,
    ]);
  });

  test("without a handshake the side whose peer has a server's port", () => {
    const w = watch().server(0, "x");
    const { connection } = w.opened[0]!;
    expect([connection.roles, connection.client.text, connection.midstream]).toEqual(["port", CLIENT, true]);
  });

  test("server ports may be others", () => {
    const w = watch({ serverPorts: new Set([49152]) }).client(0, "x");
    expect(w.opened[0]?.connection.server.text).toBe(CLIENT);
  });

  test("a protocol may say that it is the other way round, for items, endpoints and counters", () => {
    const w = watch().push({ from: "192.0.2.1:40000", to: "192.0.2.7:50000", data: "CONNACK" });
    const { connection } = w.opened[0]!;
    expect([connection.roles, connection.client.port]).toEqual(["first-segment", 40000]);
    connection.swapRoles();
    w.push({ from: "192.0.2.7:50000", to: "192.0.2.1:40000", data: "PUBLISH!" }).end();
    expect([connection.roles, connection.client.port, connection.server.port]).toEqual([
      "content",
      50000,
      40000,
    ]);
    expect(connection.octets).toEqual({ client: 8, server: 7 });
    expect(connection.segments).toEqual({ client: 1, server: 1 });
    expect(w.log()).toEqual(["client 0 CONNACK", "client 0 PUBLISH!", "end capture-ended"]);
  });

  test("roles swapped within the call of the first item hold for the second of the same segment", () => {
    const directions: string[] = [];
    const w = watch();
    const sink = w.opened;
    sink.push = opened => {
      opened.items.push = item => {
        directions.push(item.kind === "chunk" ? item.direction : item.kind);
        if (directions.length === 1) item.connection.swapRoles();
        return 0;
      };
      return Array.prototype.push.call(sink, opened);
    };
    w.syn().synAck().client(4, "later").client(0, "1234").end();
    expect(directions).toEqual(["client", "server", "end"]);
  });

  test("endpoints are made once", () => {
    const { connection } = watch().handshake().client(0, "x").opened[0]!;
    expect(connection.client).toBe(connection.client);
    expect(connection.server).toEqual({ family: 4, address: "192.0.2.1", port: 1883, text: SERVER });
    expect(connection.firstFrame).toBe(1 as FrameNumber);
  });
});
