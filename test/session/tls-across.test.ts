/** What several handshakes together say, and the honest things that look like it. */
import { describe, expect, test } from "vitest";
import type { Certificate } from "../../src/protocol/x509/certificate.ts";
import type { TlsConversation } from "../../src/session/conversation.ts";
import type { SessionEvent } from "../../src/session/event.ts";
import { newSeeing } from "../../src/session/flight.ts";
import { newTls } from "../../src/session/signs.ts";
import type { Talk } from "../../src/session/talk.ts";
import { tlsAcross } from "../../src/session/tls-across.ts";
import { tlsRun } from "../../src/session/tls-run.ts";
import { connection, type TestConnection } from "../protocol/build.ts";
import { clientHello, conversationOf, octets, seen, serverHello, TLS_1_2, TLS_1_3 } from "./handshakes.ts";

/** A memory, and what it told. */
function memory(run = tlsRun()) {
  const told: SessionEvent[] = [];
  const reached: string[] = [];
  const across = tlsAcross(
    run,
    event => told.push(event),
    limit => reached.push(limit),
  );
  return { across, told, reached, types: () => told.map(event => event.type) };
}

let port = 40_000;
const fresh = (server = "192.0.2.1", client = "192.0.2.7"): TestConnection => {
  const made = connection({ clientPort: port++, serverPort: 8883 });
  made.server = { ...made.server, address: server, text: `${server}:8883` };
  made.client = { ...made.client, address: client, text: `${client}:${made.client.port}` };
  return made;
};

function negotiated(
  client: number,
  server: number,
  seconds: number,
  on = fresh(),
  extensions: readonly { type: number; data: Uint8Array }[] = [],
): SessionEvent {
  const tls: TlsConversation = {
    ...newTls(),
    clientHello: clientHello({ random: octets(client) }),
    serverHello: serverHello({ random: octets(server), extensions: extensions as never }),
  };
  return {
    ...seen(seconds, on),
    type: "session.negotiated",
    conversation: conversationOf(tls, on),
    tls,
    seen: newSeeing(),
  };
}

const certificate = (
  more: Partial<NonNullable<Certificate["fields"]>> & { readonly sha256?: string } = {},
): Certificate => ({
  der: new Uint8Array(4) as never,
  sha256: more.sha256 ?? "aa",
  sha1: "bb",
  octets: 4,
  fields: {
    version: 3,
    subject: [{ type: "CN", value: "mqtt.example.com" }],
    issuer: [{ type: "CN", value: "Root" }],
    serialNumber: "01",
    notBefore: 0 as never,
    notAfter: 9e15 as never,
    subjectAltNames: [],
    publicKey: { algorithm: "RSA", bits: 2048, spkiSha256: "k1" },
    signatureAlgorithm: "sha256WithRSAEncryption",
    selfSigned: false,
    ...more,
  },
});

function chain(
  leaf: Certificate,
  on = fresh(),
  direction: "client" | "server" = "server",
  seconds = 1,
): SessionEvent {
  const tls = { ...newTls(), clientHello: clientHello(), chain: [leaf] };
  const conversation = conversationOf(tls, on);
  return { ...seen(seconds, on), direction, type: "session.chain", conversation, tls, chain: [leaf] };
}

const key = (spkiSha256: string) => ({ publicKey: { algorithm: "RSA", bits: 2048, spkiSha256 } });

/** No more of it than the memory looks at. */
const talkOf = (on: TestConnection, tls: TlsConversation = newTls()): Talk =>
  ({ conversation: conversationOf(tls, on), connection: on }) as Partial<Talk> as Talk;

describe("randoms", () => {
  test("that come again on another connection are told, each side by itself", () => {
    const { across, told, types } = memory();
    across.told(negotiated(1, 2, 1));
    across.told(negotiated(1, 3, 2));
    across.told(negotiated(4, 3, 3));
    expect(types()).toEqual(["session.same_random", "session.same_random"]);
    expect(told.map(event => event.type === "session.same_random" && event.of)).toEqual(["client", "server"]);
  });

  test("of a handshake that was captured twice are nobody's fault, and nothing else of it counts again", () => {
    const { across, types } = memory();
    const [one, copy] = [fresh(), fresh("198.51.100.1")];
    across.told(negotiated(1, 2, 1, one));
    across.told(negotiated(1, 2, 1, copy));
    across.told(chain(certificate(key("k9")), one));
    across.told(chain(certificate(key("k8")), copy));
    expect(types()).toEqual(["session.seen_twice"]);
  });

  test("of one connection may come again", () => {
    const { across, types } = memory();
    const on = fresh();
    across.told(negotiated(1, 2, 1, on));
    across.told(negotiated(1, 5, 2, on));
    expect(types()).toEqual([]);
  });

  test("with hardly any different octets are told at once", () => {
    const { across, told } = memory();
    const event = negotiated(1, 2, 1);
    if (event.type !== "session.negotiated") throw new Error("made otherwise");
    event.tls.clientHello = clientHello({ random: new Uint8Array(32) as never });
    across.told(event);
    expect(told).toMatchObject([{ type: "session.same_random", of: "client", poor: true }]);
  });
});

describe("shares", () => {
  const share = (fill: number) => [{ type: 0x0033, data: Uint8Array.of(0, 0x1d, 0, 32, ...octets(fill)) }];

  test("that come again minutes later are told", () => {
    const { across, told } = memory();
    across.told(negotiated(1, 2, 0, fresh(), share(50)));
    across.told(negotiated(3, 4, 300, fresh(), share(50)));
    expect(told).toMatchObject([{ type: "session.same_share", of: "server", seconds: 300 }]);
  });

  test("that come again in the same moment, or are others, are not", () => {
    const { across, told } = memory();
    across.told(negotiated(1, 2, 0, fresh(), share(50)));
    across.told(negotiated(3, 4, 2, fresh(), share(50)));
    across.told(negotiated(5, 6, 300, fresh(), share(51)));
    expect(told).toEqual([]);
  });

  test("of ServerKeyExchange count as well", () => {
    const { across, types } = memory();
    const exchange = (seconds: number) => {
      const on = fresh();
      const message = { type: "server_key_exchange", group: 0x17, publicKey: octets(60, 65) } as const;
      across.follow(talkOf(on), {
        ...seen(seconds, on),
        direction: "server",
        type: "tls.server_key_exchange",
        message,
      });
    };
    exchange(0);
    exchange(120);
    expect(types()).toEqual(["session.same_share"]);
  });
});

describe("keys of brokers", () => {
  test("on three addresses are told, on two they may be a pair", () => {
    const { across, told } = memory();
    for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.2"])
      across.told(chain(certificate(), fresh(address)));
    expect(told).toEqual([]);
    across.told(chain(certificate(), fresh("192.0.2.3")));
    expect(told).toMatchObject([
      { type: "session.shared_key", brokers: ["192.0.2.1", "192.0.2.2", "192.0.2.3"] },
    ]);
  });

  test("from another issuer in the same place are told; a renewal and a second kind are not", () => {
    const { across, types } = memory();
    const other = { issuer: [{ type: "CN", value: "Other" }] };
    across.told(chain(certificate(key("k1"))));
    across.told(chain(certificate({ ...key("k2"), serialNumber: "02" })));
    across.told(chain(certificate({ ...other, publicKey: { algorithm: "ECDSA", spkiSha256: "k3" } })));
    expect(types()).toEqual([]);
    across.told(
      chain(
        certificate({ ...other, publicKey: { algorithm: "ECDSA", spkiSha256: "k4" }, serialNumber: "03" }),
      ),
    );
    expect(types()).toEqual([]);
    across.told(
      chain(certificate({ publicKey: { algorithm: "ECDSA", spkiSha256: "k5" }, serialNumber: "04" })),
    );
    expect(types()).toEqual(["session.broker_changed"]);
  });

  test("after the old certificate was over are not", () => {
    const { across, types } = memory();
    across.told(chain(certificate({ notAfter: 5_000_000 as never }), fresh(), "server", 1));
    across.told(
      chain(certificate({ ...key("k2"), issuer: [{ type: "CN", value: "Other" }] }), fresh(), "server", 9),
    );
    expect(types()).toEqual([]);
  });
});

describe("serial numbers", () => {
  test("of one issuer on two certificates are told; of roots, or of the same certificate, they are not", () => {
    const { across, types } = memory();
    across.told(chain(certificate({ sha256: "aa" })));
    across.told(chain(certificate({ sha256: "aa" })));
    across.told(chain(certificate({ sha256: "bb", issuer: [{ type: "CN", value: "Other" }], ...key("k1") })));
    across.told(chain(certificate({ sha256: "cc", selfSigned: true })));
    expect(types()).toEqual([]);
    across.told(chain(certificate({ sha256: "dd" })));
    expect(types()).toEqual(["session.same_serial"]);
  });
});

describe("a client certificate", () => {
  test("from two addresses at once is told, one after the other is not", () => {
    const { across, told, types } = memory();
    const [one, two, three] = [
      fresh(undefined, "192.0.2.7"),
      fresh(undefined, "192.0.2.8"),
      fresh(undefined, "192.0.2.9"),
    ];
    across.told(chain(certificate(), one, "client"));
    across.closed(talkOf(one));
    across.told(chain(certificate(), two, "client"));
    expect(types()).toEqual([]);
    across.told(chain(certificate(), three, "client"));
    expect(told).toMatchObject([{ type: "session.shared_client_key", other: "192.0.2.8" }]);
  });
});

describe("a client that tries again", () => {
  const hello = (
    across: ReturnType<typeof memory>["across"],
    version: number,
    seconds: number,
    on = fresh(),
  ) => {
    const message = clientHello({ supportedVersions: [version] });
    const tls = { ...newTls(), clientHello: message };
    across.follow(talkOf(on, tls), { ...seen(seconds, on), type: "tls.client_hello", message });
    return { tls, on };
  };
  const fail = (across: ReturnType<typeof memory>["across"], version: number, seconds: number) => {
    const { tls, on } = hello(across, version, seconds);
    const broken = { by: "server", unanswered: true } as const;
    across.told({
      ...seen(seconds, on),
      type: "session.broken_off",
      conversation: conversationOf(tls, on),
      tls,
      broken,
    });
  };

  test("with less than before is told", () => {
    const { across, told } = memory();
    fail(across, TLS_1_3, 1);
    hello(across, TLS_1_2, 2);
    expect(told).toMatchObject([{ type: "session.falling_version", failed: TLS_1_3, offered: TLS_1_2 }]);
  });

  test("with the same, with more, much later, or elsewhere is not", () => {
    const { across, types } = memory();
    fail(across, TLS_1_2, 1);
    hello(across, TLS_1_2, 2);
    fail(across, TLS_1_2, 3);
    hello(across, TLS_1_3, 4);
    fail(across, TLS_1_3, 5);
    hello(across, TLS_1_2, 60);
    fail(across, TLS_1_3, 61);
    hello(across, TLS_1_2, 62, fresh("192.0.2.99"));
    expect(types()).toEqual([]);
  });

  test("and fails more than twenty times within a minute is told once for each burst", () => {
    const { across, types } = memory();
    for (let times = 0; times < 20; times += 1) fail(across, TLS_1_2, times);
    expect(types()).toEqual([]);
    fail(across, TLS_1_2, 20);
    expect(types()).toEqual(["session.handshake_storm"]);
  });

  test("and fails once in a while is not", () => {
    const { across, types } = memory();
    for (let times = 0; times < 60; times += 1) fail(across, TLS_1_2, times * 10);
    expect(types()).toEqual([]);
  });
});

describe("verification", () => {
  const verified = (
    answer: "yes" | "no",
    ja4: string,
    confidence: "firm" | "tentative" = "firm",
    capture = 0,
  ): SessionEvent => {
    const on = { ...fresh(), capture } as TestConnection;
    const tls: TlsConversation = {
      ...newTls(),
      clientHello: clientHello({ ja4 }),
      clientVerifies: { answer, confidence, text: "", frames: [] },
    };
    return { ...seen(1, on), type: "session.verification", conversation: conversationOf(tls, on), tls };
  };

  test("here and not there by the same stack at the same address is told once", () => {
    const { across, types } = memory();
    across.told(verified("yes", "a"));
    across.told(verified("no", "b"));
    across.told(verified("no", "a", "tentative"));
    expect(types()).toEqual([]);
    across.told(verified("no", "a"));
    across.told(verified("no", "a"));
    expect(types()).toEqual(["session.inconsistent"]);
  });

  test("in a later capture, and not before, is told", () => {
    const run = tlsRun();
    const before = memory(run);
    before.across.told(verified("no", "a", "firm", 0));
    const after = memory(run);
    after.across.told(verified("yes", "a", "firm", 1));
    after.across.told(verified("yes", "a", "firm", 1));
    expect([before.types(), after.types()]).toEqual([[], ["session.mended"]]);
  });
});

describe("a memory", () => {
  test("forgets the oldest at its ceiling, and says so", () => {
    const { across, reached } = memory();
    for (let n = 0; n < 10_050; n += 1) across.told(chain(certificate(key(`key ${n}`)), fresh()));
    expect(new Set(reached)).toContain("keys of brokers");
  });
});
