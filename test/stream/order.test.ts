/** One direction: what is out of order, sent twice, missing or forged. */
import { describe, expect, test } from "vitest";
import { ACK, FIN, PSH, RST } from "../../src/packet/segment.ts";
import { watch } from "./build.ts";

/** Segments that change nothing, so that what was acknowledged has had its chance to show up. */
const chatter = (w: ReturnType<typeof watch>, count = 16): ReturnType<typeof watch> => {
  for (let i = 0; i < count; i++)
    w.push({ from: w.serverAt, to: w.clientAt, sequence: w.serverIsn + 1, flags: 0 });
  return w;
};

describe("out of order", () => {
  test("octets wait for those in front of them", () => {
    const w = watch().handshake().client(6, "c").client(3, "b..").client(0, "a..").end();
    expect(w.log()).toEqual(["client 0 a..", "client 3 b..", "client 6 c", "end capture-ended"]);
  });

  test("sequence numbers wrap", () => {
    const w = watch();
    w.clientIsn = 0xffff_fffd;
    w.handshake().client(4, "5678").client(0, "1234").client(8, "9").end();
    expect(w.text("client")).toBe("123456789");
  });

  test("what is held is a copy of what the buffer held", () => {
    expect(watch().handshake().client(4, "held").client(0, "now ").end().text("client")).toBe("now held");
  });

  test("one segment may close several holes around what is held", () => {
    const w = watch().handshake().client(2, "3").client(5, "67").client(0, "1234567890").end();
    expect(w.log()).toEqual([
      "client 0 12",
      "client 2 3",
      "client 3 45",
      "client 5 67",
      "client 7 890",
      "end capture-ended",
    ]);
  });

  test("a held segment is filled up with what is new of another", () => {
    const w = watch().handshake().client(4, "56").client(2, "3456789").client(1, "2345").client(0, "1").end();
    expect(w.text("client")).toBe("123456789");
    expect(w.log().filter(l => l.includes("overlap"))).toEqual([]);
  });

  test("an acknowledgment that is captured before its octets makes no gap", () => {
    const w = watch().handshake().server(0, "", { ack: 3 }).client(0, "abc").server(0, "", { ack: 6 });
    w.client(3, "def").end();
    expect(w.log()).toEqual(["client 0 abc", "client 3 def", "end capture-ended"]);
  });

  test("octets may follow the acknowledgment of those behind them", () => {
    const w = watch()
      .handshake()
      .client(3, "def")
      .server(0, "", { ack: 6 })
      .client(6, "ghi")
      .client(0, "abc")
      .end();
    expect(w.text("client")).toBe("abcdefghi");
    expect(w.opened[0]?.connection.gapOctets).toBe(0);
  });
});

describe("octets sent again", () => {
  test("are handed on once", () => {
    const w = watch()
      .handshake()
      .client(0, "abc")
      .client(0, "abc")
      .client(1, "bcdef")
      .client(0, "abcdef")
      .end();
    expect(w.log()).toEqual(["client 0 abc", "client 3 def", "end capture-ended"]);
  });

  test("and not the same are told, the first copy stays", () => {
    const w = watch().handshake().client(0, "abcdef").client(2, "cXeYgh").end();
    expect(w.log()).toEqual(["client 0 abcdef", "client 6 gh", "client overlap 3+3", "end capture-ended"]);
  });

  test("are told against every segment that carried some of them", () => {
    const w = watch().handshake().client(0, "ab").client(2, "cd").client(4, "ef").client(0, "aXcdeY").end();
    expect(w.log()).toContain("client overlap 1+5");
  });

  test("are told against what is held", () => {
    const w = watch().handshake().client(3, "def").client(2, "cdXfg").end();
    expect(w.log()).toContain("client overlap 4+1");
    expect(w.text("client")).toBe("cdefg");
  });

  test("are told against what is held when they close its hole", () => {
    const w = watch().handshake().client(3, "def").client(0, "abcdXf").end();
    expect(w.log()).toEqual(["client 0 abc", "client 3 def", "client overlap 4+1", "end capture-ended"]);
  });

  test("are told some segments later", () => {
    const w = watch().handshake();
    for (let i = 0; i < 60; i++) w.client(i * 2, "ab").server(i, "x");
    w.client(0, "aB").end();
    expect(w.log()).toContain("client overlap 1+1");
  });

  test("from before a midstream start are nothing that could be compared", () => {
    const w = watch().client(0, "abc").client(-6, "before").client(-6, "BEFOREabcdef").end();
    expect(w.log()).toEqual(["client 0 abc", "client 3 def", "end capture-ended"]);
  });
});

describe("keep-alives and probes", () => {
  test("the garbage octet of a keep-alive is no overlap", () => {
    const w = watch()
      .handshake()
      .client(0, "abc")
      .client(2, "\0", { flags: ACK })
      .client(2, "", { flags: ACK });
    expect(w.client(3, "d").end().log()).toEqual(["client 0 abc", "client 3 d", "end capture-ended"]);
  });

  test("the octet of a zero-window probe belongs to the stream", () => {
    const w = watch().handshake().client(0, "abc").client(3, "d", { flags: ACK }).client(3, "def").end();
    expect(w.log()).toEqual(["client 0 abc", "client 3 d", "client 4 ef", "end capture-ended"]);
  });

  test("a connection first seen with keep-alives begins behind their octet", () => {
    const w = watch().client(9, "\0", { flags: ACK }).server(0, "", { ack: 10, flags: ACK });
    w.client(9, "\0", { flags: ACK }).client(10, "abc", { ack: 0 }).end();
    expect(w.log()).toEqual(["client 0 abc", "end capture-ended"]);
  });

  test("a keep-alive without an octet makes no hole either", () => {
    const w = watch()
      .client(9, "", { flags: ACK })
      .server(0, "", { ack: 10, flags: ACK })
      .client(10, "abc")
      .end();
    expect(w.log()).toEqual(["client 0 abc", "end capture-ended"]);
  });
});

describe("a gap", () => {
  test("is told when the missing octets were acknowledged and others follow", () => {
    const w = watch().handshake().client(0, "abc").client(8, "ijk").server(0, "", { ack: 11 });
    expect(w.log()).toEqual(["client 0 abc"]);
    chatter(w);
    expect(w.log()).toEqual(["client 0 abc", "client gap 3+5", "client 8 ijk"]);
    expect(w.opened[0]?.connection.gapOctets).toBe(5);
  });

  test("names the frame on which the octets were given up", () => {
    const w = chatter(watch().handshake().client(0, "abc").client(8, "ijk").server(0, "", { ack: 11 }));
    const items = w.opened[0]?.items ?? [];
    expect(items.flatMap(i => (i.kind === "gap" || i.kind === "chunk" ? [i.arrival] : []))).toEqual([
      4, 22, 22,
    ]);
  });

  test("comes with time, too, when the connection goes silent", () => {
    const w = watch()
      .handshake()
      .client(0, "abc")
      .client(8, "ijk")
      .server(0, "", { ack: 11 })
      .wait(0.2)
      .tick();
    expect(w.log()).toHaveLength(1);
    expect(w.wait(0.2).tick().log()).toEqual(["client 0 abc", "client gap 3+5", "client 8 ijk"]);
  });

  test("comes with time to every connection that waits", () => {
    const w = watch();
    for (let port = 1; port < 200; port++) {
      w.clientAt = `192.0.2.7:${port}`;
      w.handshake().client(5, "x").server(0, "", { ack: 6 });
    }
    for (let i = 0; i < 6; i++) w.wait(0.2).tick();
    expect(w.opened).toHaveLength(199);
  });

  test("is told at once when octets follow an acknowledgment that is long past", () => {
    const w = chatter(watch().handshake().client(0, "abc").server(0, "", { ack: 8 })).client(8, "ijk");
    expect(w.log()).toEqual(["client 0 abc", "client gap 3+5", "client 8 ijk"]);
  });

  test("is not told while the missing octets are not acknowledged", () => {
    const w = chatter(watch().handshake().client(0, "abc").client(8, "ijk").server(0, "", { ack: 3 }), 100);
    for (let i = 0; i < 20; i++) w.wait(10).server(i, "x", { ack: 3 });
    expect(w.log().filter(l => l.startsWith("client"))).toEqual(["client 0 abc"]);
    expect(w.client(3, "defgh").text("client")).toBe("abcdefghijk");
  });

  test("leaves a hole further on that was acknowledged later its time", () => {
    const w = watch().handshake().client(2, "b").server(0, "", { ack: 3 });
    chatter(w, 10).client(5, "c").server(0, "", { ack: 6 });
    chatter(w, 5);
    expect(w.log()).toEqual(["client gap 0+2", "client 2 b"]);
    expect(chatter(w, 16).log()).toEqual(["client gap 0+2", "client 2 b", "client gap 3+2", "client 5 c"]);
  });

  test("at the end of a stream is told when the connection ends", () => {
    const w = watch().handshake().client(0, "abc").server(0, "ok", { ack: 9 }).end();
    expect(w.log()).toEqual(["client 0 abc", "server 0 ok", "client gap 3+6", "end capture-ended"]);
  });

  test("alone opens a connection: its octets were not captured", () => {
    const w = watch().handshake().server(0, "", { ack: 9 }).end();
    expect(w.log()).toEqual(["client gap 0+9", "end capture-ended"]);
  });

  test("is not made by one damaged acknowledgment", () => {
    const w = watch()
      .handshake()
      .client(0, "abc")
      .server(0, "a", { ack: 4000 })
      .server(1, "b", { ack: 3 })
      .end();
    expect(w.log()).toEqual(["client 0 abc", "server 0 a", "server 1 b", "end capture-ended"]);
  });

  test("is told for what the capture has not when it ends", () => {
    const w = watch().handshake().client(3, "d").client(6, "g").end();
    expect(w.log()).toEqual([
      "client gap 0+3",
      "client 3 d",
      "client gap 4+2",
      "client 6 g",
      "end capture-ended",
    ]);
  });

  test("is never told for what came before a midstream start", () => {
    const w = watch()
      .server(100, "", { ack: 50, flags: ACK })
      .client(90, "late", { ack: 100 })
      .server(100, "x", { ack: 94 });
    expect(w.end().log()).toEqual(["client 0 late", "server 0 x", "end capture-ended"]);
  });

  test("is told for octets that were lost after a midstream start", () => {
    const w = watch().client(0, "", { flags: ACK }).server(0, "", { ack: 0, flags: ACK }).client(6, "ghi");
    chatter(w.server(0, "", { ack: 9 }));
    expect(w.log()).toEqual(["client gap 0+6", "client 6 ghi"]);
  });
});

describe("a one-sided view", () => {
  test("gives a hole up after some retransmission timeouts", () => {
    const w = watch().client(0, "abc").client(6, "ghi").wait(2).client(9, "j");
    expect(w.log()).toEqual(["client 0 abc"]);
    expect(w.wait(4).client(10, "k").log().slice(1)).toEqual([
      "client gap 3+3",
      "client 6 ghi",
      "client 9 j",
      "client 10 k",
    ]);
  });

  test("gives up a hole before a FIN as well", () => {
    const w = watch()
      .client(0, "abc")
      .client(6, "", { flags: ACK | FIN })
      .wait(6)
      .client(6, "", { flags: ACK | FIN });
    expect(w.log()).toEqual(["client 0 abc", "client gap 3+3", "client fin"]);
  });

  test("that turns out to have two sides waits for acknowledgments again", () => {
    const w = watch().client(0, "abc").client(6, "ghi").server(0, "", { ack: 3 }).wait(20).client(9, "j");
    expect(w.log()).toEqual(["client 0 abc"]);
    expect(w.client(3, "def").text("client")).toBe("abcdefghij");
  });
});

describe("octets that the snap length cut off", () => {
  test("are a gap when acknowledged, and not no data", () => {
    const w = watch()
      .handshake()
      .client(0, "abc", { missing: 97 })
      .client(100, "def")
      .server(0, "", { ack: 103 });
    expect(chatter(w).log()).toEqual(["client 0 abc", "client gap 3+97", "client 100 def"]);
  });

  test("may be filled by a retransmission", () => {
    const w = watch().handshake().client(0, "abc", { missing: 3 }).client(6, "g").client(3, "def").end();
    expect(w.text("client")).toBe("abcdefg");
  });

  test("at the end are a gap without an acknowledgment", () => {
    const w = watch().handshake().client(0, "abc", { missing: 97 }).end();
    expect(w.log()).toEqual(["client 0 abc", "client gap 3+97", "end capture-ended"]);
  });

  test("before a FIN are a gap before the end", () => {
    const w = watch()
      .handshake()
      .client(0, "abc", { missing: 7, flags: ACK | FIN })
      .server(0, "", { ack: 11 });
    expect(chatter(w).log()).toEqual(["client 0 abc", "client gap 3+7", "client fin"]);
  });

  test("of segments that lost all octets are told as they are acknowledged", () => {
    const w = watch().handshake();
    for (let i = 0; i < 40; i++)
      w.client(i * 1000, "", { missing: 1000 }).server(0, "", { ack: i * 1000 + 1000 });
    const gaps = w.end().opened[0]?.items.filter(i => i.kind === "gap") ?? [];
    expect(gaps.reduce((sum, gap) => sum + gap.length, 0)).toBe(40_000);
    expect(gaps.length).toBeGreaterThan(1);
    expect(gaps.length).toBeLessThan(10);
  });

  test("of a direction that is not seen at all are told before sequence numbers come round again", () => {
    const w = watch().handshake();
    for (let i = 1; i <= 600; i++) w.server(0, "", { ack: i * 10_000_000 });
    w.end();
    expect(w.opened[0]?.connection.gapOctets).toBe(6_000_000_000);
  });
});

describe("a segment far outside the window", () => {
  test("is ignored", () => {
    const w = watch()
      .handshake()
      .client(0, "abc")
      .client(2 ** 30, "forged")
      .client(-(2 ** 30), "forged")
      .client(3, "d");
    expect(w.end().log()).toEqual(["client 0 abc", "client 3 d", "end capture-ended"]);
    expect(w.stage.counters.ignored).toBe(2);
  });

  test("is believed when many continue it: then the capture has lost so much", () => {
    const w = watch().handshake().client(0, "abc");
    const far = 100_000_000;
    for (let i = 0; i < 9; i++) w.client(far + i, "x");
    w.end();
    expect(w.log()).toEqual([
      "client 0 abc",
      `client gap 3+${far + 7 - 3}`,
      `client ${far + 7} x`,
      `client ${far + 8} x`,
      "end capture-ended",
    ]);
  });

  test("is the next connection's when many continue it from behind", () => {
    const w = watch().handshake().client(0, "abc");
    for (let i = 0; i < 9; i++) w.client(i - 100_000_000, "x");
    w.end();
    expect(w.log()).toEqual(["client 0 abc", "end idle"]);
    expect(w.log(1)).toEqual(["client 0 x", "client 1 x", "end capture-ended"]);
    expect(w.opened[1]?.connection).toMatchObject({ id: 1, midstream: true });
  });

  test("changes nothing while others are in the window", () => {
    const w = watch().handshake();
    for (let i = 0; i < 50; i++) w.client(i, "x").client(2 ** 30 + i, "forged");
    expect(w.end().text("client")).toBe("x".repeat(50));
    expect(w.stage.counters).toMatchObject({ connections: 1, ignored: 50 });
  });

  test("does not count behind a FIN", () => {
    const w = watch()
      .handshake()
      .client(3, "", { flags: ACK | FIN });
    for (let i = 0; i < 20; i++) w.client(2 ** 30 + i, "forged");
    expect(w.client(0, "abc").end().log()).toEqual(["client 0 abc", "client fin", "end capture-ended"]);
  });

  test("acknowledged or not makes no gap", () => {
    const w = watch()
      .handshake()
      .client(0, "abc")
      .server(0, "x", { ack: 2 ** 30 })
      .client(3, "d")
      .server(1, "y", { ack: 4 });
    expect(w.end().log()).toEqual([
      "client 0 abc",
      "server 0 x",
      "client 3 d",
      "server 1 y",
      "end capture-ended",
    ]);
  });
});

describe("the ceilings of what is held", () => {
  test("octets of one direction: the hole is given up and told", () => {
    const w = watch({ limits: { bufferedOctets: 100 } }).handshake();
    for (let i = 1; i < 12; i++) w.client(i * 10, "0123456789");
    expect(w.log()[0]).toBe("client gap 0+10");
    expect(w.limits).toMatchObject([{ limit: "buffered-octets", frame: 14, connection: { id: 0 } }]);
  });

  test("pieces of one direction: holes are given up until half of them are left", () => {
    const w = watch({ limits: { bufferedPieces: 10 } }).handshake();
    for (let i = 1; i < 12; i++) w.client(i * 10, "x");
    expect(w.log().filter(l => l.includes("gap"))).toHaveLength(6);
    expect(w.limits).toHaveLength(1);
    w.end();
    expect(w.text("client")).toBe("x".repeat(11));
  });

  test("octets of all connections: those that wait longest give up first", () => {
    const w = watch({ limits: { heldOctets: 10_000, pieceOctets: 0 } });
    for (let port = 1; port < 12; port++) {
      w.clientAt = `192.0.2.7:${port}`;
      w.handshake().client(5, "x".repeat(1000));
    }
    expect(w.opened.map(o => o.connection.client.port)).toEqual([1, 2, 3]);
    expect(w.limits).toMatchObject([{ limit: "buffered-octets" }]);
    expect(w.end().opened).toHaveLength(11);
  });

  test("a connection that ends by giving up is over", () => {
    const w = watch({ limits: { heldOctets: 1000, pieceOctets: 0 } }).handshake();
    w.server(0, "", { flags: ACK | FIN })
      .client(5, "x".repeat(600))
      .client(605, "", { flags: ACK | FIN });
    w.clientAt = "192.0.2.8:1";
    w.handshake().client(5, "y".repeat(600));
    expect(w.log().at(-1)).toBe("end fin");
  });

  test("descending segments of one octet take bounded room, and lose nothing that was in it", () => {
    const w = watch().handshake();
    for (let i = 20_000; i > 0; i--) w.client(i, "x");
    w.client(0, "x").end();
    const given = w.opened[0]!.connection.gapOctets;
    expect(w.text("client")).toBe("x".repeat(20_001 - given));
    expect(w.limits.length).toBeLessThan(10);
  });
});

describe("an end by RST or silence", () => {
  test("hands on both directions first", () => {
    const w = watch()
      .handshake()
      .client(1, "b")
      .server(1, "z")
      .client(2, "", { flags: RST | PSH })
      .end();
    expect(w.log()).toEqual([
      "client gap 0+1",
      "client 1 b",
      "server gap 0+1",
      "server 1 z",
      "client rst",
      "end rst",
    ]);
  });
});
