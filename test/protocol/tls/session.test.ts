import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { ProtocolEvent } from "../../../src/protocol/event.ts";
import { openTls, type TlsOptions } from "../../../src/protocol/tls/session.ts";
import type { Chunk, Direction, StreamItem } from "../../../src/stream/item.ts";
import { ascii, type ConnectionOptions, eventsOf, ofType, Talk } from "../build.ts";
import { makeCertificate, type MadeCertificate } from "../x509/certificates.ts";
import { type Recorded, record } from "./recorded.ts";

const CONNECT = ascii("as long as a CONNECT is, more or less");

let ec: MadeCertificate;
let rsa: MadeCertificate;
const recordings = new Map<string, Recorded>();

/** One recording of each kind of handshake, made by Node's own client and server. */
beforeAll(async () => {
  ec = await makeCertificate({ subject: "CN=broker.example" });
  rsa = await makeCertificate({ subject: "CN=device-7", key: "RSA-2048" });
  const own = { cert: ec.pem, key: ec.keyPem };
  const server12 = { ...own, maxVersion: "TLSv1.2" } as const;
  const client13 = { servername: "broker.example", ALPNProtocols: ["mqtt"] };
  const say = [CONNECT];
  const first13 = await record({ server: { ...own, ALPNProtocols: ["mqtt"] }, client: client13, say });
  recordings.set("tls13", first13);
  const first12 = await record({ server: server12, say });
  recordings.set("tls12", first12);
  // Tickets are sealed with the server's keys: both servers of a resumption must have the same.
  const ticketKeys = Buffer.alloc(48, 7);
  const sealed13 = { ...own, ticketKeys };
  const sealed12 = { ...server12, ticketKeys };
  const { session: session13 } = await record({ server: sealed13, say });
  const { session: session12 } = await record({ server: sealed12, say });
  recordings.set("resumed13", await record({ server: sealed13, client: { session: session13 }, say }));
  recordings.set("resumed12", await record({ server: sealed12, client: { session: session12 }, say }));
  const weak = { cert: rsa.pem, key: rsa.keyPem, minVersion: "TLSv1", maxVersion: "TLSv1" } as const;
  const all = "ALL:@SECLEVEL=0";
  const client10 = { minVersion: "TLSv1", ciphers: all } as const;
  recordings.set("tls10", await record({ server: { ...weak, ciphers: all }, client: client10, say }));
  const nulls = { ciphers: "eNULL:@SECLEVEL=0", maxVersion: "TLSv1.2" } as const;
  recordings.set(
    "null",
    await record({ server: { ...own, ...nulls }, client: nulls, say: [CONNECT, ascii("more")] }),
  );
  const anonymous = { ciphers: "aNULL:@SECLEVEL=0", maxVersion: "TLSv1.2" } as const;
  recordings.set(
    "anonymous",
    await record({ server: { ...anonymous, dhparam: "auto" as never }, client: anonymous, say }),
  );
  const shared = { psk: Buffer.alloc(16, 1), identity: "device-7" };
  recordings.set(
    "psk",
    await record({
      server: {
        ciphers: "PSK",
        maxVersion: "TLSv1.2",
        pskCallback: () => shared.psk,
        pskIdentityHint: "ask device",
      },
      client: {
        ciphers: "PSK",
        maxVersion: "TLSv1.2",
        checkServerIdentity: () => undefined,
        pskCallback: () => shared,
      },
      say,
    }),
  );
  const mutual = { requestCert: true, rejectUnauthorized: false };
  const device = { cert: rsa.pem, key: rsa.keyPem };
  recordings.set("mutual12", await record({ server: { ...server12, ...mutual }, client: device, say }));
  recordings.set("mutual12-none", await record({ server: { ...server12, ...mutual }, say }));
  recordings.set("mutual13", await record({ server: { ...own, ...mutual }, client: device, say }));
  recordings.set(
    "retry",
    await record({ server: { ...own, ecdhCurve: "P-384" }, client: { ecdhCurve: "X25519:P-384" }, say }),
  );
  recordings.set("refused12", await record({ server: server12, client: { rejectUnauthorized: true } }));
  recordings.set(
    "no-common-version",
    await record({ server: { ...own, minVersion: "TLSv1.3" }, client: { maxVersion: "TLSv1.2" } }),
  );
});

interface Reading extends ConnectionOptions {
  /** Octets of a chunk; absent: as they were sent. */
  readonly size?: number;
  readonly options?: TlsOptions;
  readonly drop?: (direction: Direction, index: number) => boolean;
}

function talkOf(name: string, reading: Reading = {}): Talk {
  const recorded = recordings.get(name);
  if (recorded === undefined) throw new Error(`nothing recorded under ${name}`);
  const talk = new Talk({ serverPort: 8883, ...reading });
  for (const [index, { direction, octets }] of recorded.flights.entries())
    if (reading.drop?.(direction, index) !== true) talk.send(direction, octets, reading.size);
  return talk.end("fin");
}

const read = (talk: Talk, options: TlsOptions = {}): ProtocolEvent[] =>
  eventsOf((connection, emit) => openTls(connection, "tcp", emit, options), talk);

const readAs = (name: string, reading: Reading = {}): ProtocolEvent[] =>
  read(talkOf(name, reading), reading.options);

/** Who said what, shortly: `server certificate`, `client record 22`. */
const told = (events: readonly ProtocolEvent[]): string[] =>
  events
    .filter(e => e.type.startsWith("tls."))
    .map(e => {
      const what = e.type.slice(4);
      if (e.type === "tls.record") return `${e.direction} ${what} ${e.shape.contentType}`;
      if (e.type === "tls.handshake") return `${e.direction} ${e.message.type}`;
      return `${e.direction} ${what}`;
    });

/** What must not depend on how TCP cut the octets. */
const substance = (events: readonly ProtocolEvent[]): unknown[] =>
  events.map(event => ({ ...event, at: 0, frame: 0, carriers: 0, connection: 0, unit: 0 }));

describe("a TLS 1.2 connection", () => {
  test("shows its whole handshake", () => {
    const events = readAs("tls12");
    expect(told(events)).toEqual([
      "client client_hello",
      "server server_hello",
      "server certificate",
      "server server_key_exchange",
      "server server_hello_done",
      "client client_key_exchange",
      "client change_cipher_spec",
      "client record 22",
      "server new_session_ticket",
      "server change_cipher_spec",
      "server record 22",
      "client record 23",
      "client established",
      "server record 23",
      "client record 21",
      "client alert",
      "server record 21",
      "server alert",
      "client closed",
    ]);
    expect(ofType(events, "tls.server_hello")[0]).toMatchObject({
      resumed: false,
      message: { version: 0x0303 },
    });
    expect(ofType(events, "tls.certificate")[0]?.chain[0]).toMatchObject({
      octets: ec.der.length,
      fields: { subject: [{ type: "CN", value: "broker.example" }], selfSigned: true },
    });
    expect(ofType(events, "tls.server_key_exchange")[0]?.message).toMatchObject({
      group: 0x001d,
      signatureAlgorithm: 0x0403,
    });
    expect(ofType(events, "tls.new_session_ticket")[0]?.message.lifetime).toBe(7200);
    expect(ofType(events, "tls.alert").every(alert => alert.encrypted)).toBe(true);
    // GCM adds an explicit nonce of 8 octets and a tag of 16.
    const octets = CONNECT.length + 24;
    expect(ofType(events, "tls.closed")[0]?.applicationData).toEqual({
      client: { records: 1, octets },
      server: { records: 1, octets },
    });
    expect(events.at(-1)).toMatchObject({ type: "stream.end", how: "fin" });
  });

  test("is resumed where the server echoes the session id, and shows no certificate then", () => {
    const events = readAs("resumed12");
    expect(ofType(events, "tls.server_hello")[0]?.resumed).toBe(true);
    expect(ofType(events, "tls.certificate")).toEqual([]);
    expect(ofType(events, "tls.established")).toHaveLength(1);
  });

  test("shows the certificates of both sides, and who signed with what", () => {
    const events = readAs("mutual12");
    const chains = ofType(events, "tls.certificate");
    expect(chains.map(e => [e.direction, e.chain.map(c => c.octets)])).toEqual([
      ["server", [ec.der.length]],
      ["client", [rsa.der.length]],
    ]);
    expect(ofType(events, "tls.certificate_request")[0]?.message.signatureAlgorithms).toContain(0x0403);
    const verify = ofType(events, "tls.handshake").find(e => e.message.type === "certificate_verify");
    expect(verify).toMatchObject({ direction: "client", message: { signatureAlgorithm: 0x0804 } });
  });

  test("tells an empty certificate list of a client that has none", () => {
    const chains = ofType(readAs("mutual12-none"), "tls.certificate");
    expect(chains.map(e => [e.direction, e.chain.length])).toEqual([
      ["server", 1],
      ["client", 0],
    ]);
  });

  test("is not established where the client leaves without data", () => {
    const events = readAs("refused12");
    expect(ofType(events, "tls.established")).toEqual([]);
    expect(ofType(events, "tls.closed")[0]?.applicationData.client).toEqual({ records: 0, octets: 0 });
  });

  test("with a pre-shared key shows hint and identity", () => {
    const events = readAs("psk");
    expect(ofType(events, "tls.server_key_exchange")[0]?.message.pskHint).toBe("ask device");
    expect(ofType(events, "tls.client_key_exchange")[0]?.message.pskIdentity).toBe("device-7");
    expect(ofType(events, "tls.server_hello")[0]?.resumed).toBe(false);
  });

  test("with anonymous Diffie-Hellman shows the size of the prime and no certificate", () => {
    const events = readAs("anonymous");
    const exchange = ofType(events, "tls.server_key_exchange")[0]?.message;
    expect((exchange?.bits ?? 0) >= 2048 || exchange?.group !== undefined).toBe(true);
    expect(exchange).not.toHaveProperty("signatureAlgorithm");
    expect(ofType(events, "tls.certificate")).toEqual([]);
  });
});

describe("a TLS 1.0 connection", () => {
  test("has no signature algorithm, and its first data in two records", () => {
    const events = readAs("tls10");
    expect(ofType(events, "tls.server_hello")[0]?.message.version).toBe(0x0301);
    for (const { message } of ofType(events, "tls.server_key_exchange"))
      expect(message).not.toHaveProperty("signatureAlgorithm");
    expect(ofType(events, "tls.closed")[0]?.applicationData.client.records).toBe(2);
  });
});

describe("a TLS 1.3 connection", () => {
  test("shows hellos and the shapes of what follows", () => {
    const events = readAs("tls13");
    const names = told(events);
    expect(names.slice(0, 3)).toEqual([
      "client client_hello",
      "server server_hello",
      "server change_cipher_spec",
    ]);
    expect(names).not.toContain("server certificate");
    const hello = ofType(events, "tls.client_hello")[0]?.message;
    expect(hello).toMatchObject({ serverName: "broker.example", alpn: ["mqtt"] });
    expect(ofType(events, "tls.server_hello")[0]?.message).toMatchObject({
      version: 0x0304,
      cipherSuite: 0x1302,
    });
    const shapes = ofType(events, "tls.record");
    expect(shapes.every(e => e.shape.contentType === 23 && e.shape.protected)).toBe(true);
    // Finished: 4 + 48 + 1 + 16 octets with SHA-384.
    expect(shapes.find(e => e.direction === "client")?.shape.length).toBe(69);
  });

  test("is past its handshake at the client's first record after Finished that is longer than an alert", () => {
    const events = readAs("tls13");
    const established = ofType(events, "tls.established");
    expect(established).toHaveLength(1);
    const octets = CONNECT.length + 17;
    expect(established[0]).toMatchObject({
      direction: "client",
      applicationData: { client: { records: 1, octets }, server: { records: 0, octets: 0 } },
    });
    // Behind it: the data and a close_notify of 19 octets.
    expect(ofType(events, "tls.closed")[0]?.applicationData.client).toEqual({
      records: 2,
      octets: octets + 19,
    });
  });

  test("counts no certificate of the client as data", () => {
    const events = readAs("mutual13");
    expect(ofType(events, "tls.closed")[0]?.applicationData.client).toEqual({
      records: 2,
      octets: CONNECT.length + 17 + 19,
    });
  });

  test("is resumed where the server selects a ticket's key", () => {
    const events = readAs("resumed13");
    expect(ofType(events, "tls.server_hello")[0]).toMatchObject({
      resumed: true,
      message: { selectedPsk: 0 },
    });
    expect(ofType(events, "tls.client_hello")[0]?.message.pskAges?.[0]).toBeGreaterThan(0);
  });

  test("begins again after a HelloRetryRequest", () => {
    const events = readAs("retry");
    expect(told(events).slice(0, 6)).toEqual([
      "client client_hello",
      "server hello_retry_request",
      "server change_cipher_spec",
      "client change_cipher_spec",
      "client client_hello",
      "server server_hello",
    ]);
    expect(ofType(events, "tls.hello_retry_request")[0]?.message.group).toBe(0x0018);
    expect(ofType(events, "tls.established")).toHaveLength(1);
  });

  test("shows the alert that ends it before it began", () => {
    const alerts = ofType(readAs("no-common-version"), "tls.alert");
    expect(alerts[0]).toMatchObject({ direction: "server", encrypted: false, level: 2, description: 70 });
  });
});

describe("a suite without encryption", () => {
  interface Inside {
    readonly items: StreamItem[];
    readonly options: TlsOptions;
    readonly ends: () => number;
  }

  function listening(): Inside {
    const items: StreamItem[] = [];
    let ended = 0;
    const options: TlsOptions = {
      inner: (_connection, transport) => {
        expect(transport).toBe("tls");
        return {
          push: item =>
            items.push(item.kind === "chunk" ? { ...item, octets: Uint8Array.from(item.octets) } : item),
          end: () => {
            ended += 1;
          },
        };
      },
    };
    return { items, options, ends: () => ended };
  }

  const chunks = (items: readonly StreamItem[], direction: Direction): Chunk[] =>
    items.filter((item): item is Chunk => item.kind === "chunk" && item.direction === direction);
  const spoken = (items: readonly StreamItem[], direction: Direction): string =>
    Buffer.concat(chunks(items, direction).map(c => c.octets)).toString();

  test("shows Finished and alerts, and hands application data on without its MAC", () => {
    const { items, options, ends } = listening();
    const events = readAs("null", { options });
    expect(ofType(events, "tls.handshake").filter(e => e.message.type === "finished")).toHaveLength(2);
    expect(ofType(events, "tls.alert")).toMatchObject([
      { encrypted: false, level: 1, description: 0 },
      { encrypted: false, level: 1, description: 0 },
    ]);
    for (const direction of ["client", "server"] as const)
      expect(spoken(items, direction)).toBe(`${Buffer.from(CONNECT).toString()}more`);
    expect(ends()).toBe(1);
    expect(ofType(events, "tls.record").every(e => !e.shape.protected)).toBe(true);
  });

  test("names where in the capture each piece lay, in offsets of its own", () => {
    for (const size of [undefined, 7]) {
      const { items, options } = listening();
      const talk = talkOf("null", size === undefined ? {} : { size });
      read(talk, options);
      let offset = 0;
      for (const piece of chunks(items, "client")) {
        expect(piece.offset).toBe(offset);
        offset += piece.length;
        const outer = talk.items.find(
          (item): item is Chunk =>
            item.kind === "chunk" && item.direction === "client" && item.frame === piece.frame,
        )!;
        const at = piece.position - outer.position;
        expect(Buffer.from(outer.octets.subarray(at, at + piece.length))).toEqual(Buffer.from(piece.octets));
        expect(piece.arrival).toBeGreaterThanOrEqual(piece.frame);
      }
      expect(offset).toBe(CONNECT.length + 4);
    }
  });

  test("hands a gap inside application data on", () => {
    const { items, options } = listening();
    const talk = new Talk({ serverPort: 8883 });
    const flights = recordings.get("null")!.flights;
    const last = flights.findLastIndex(f => f.direction === "client" && f.octets[0] === 23);
    for (const [index, { direction, octets }] of flights.entries()) {
      if (index !== last) talk.send(direction, octets);
      else talk.send(direction, octets.subarray(0, 6)).gap(direction, 2).send(direction, octets.subarray(8));
    }
    read(talk.end(), options);
    expect(items.some(item => item.kind === "gap" && item.direction === "client" && item.length === 4)).toBe(
      true,
    );
    expect(spoken(items, "client")).toBe(Buffer.from(CONNECT).toString());
  });

  test("is only told by its shapes where nobody listens", () => {
    const events = readAs("null");
    expect(ofType(events, "tls.closed")[0]?.applicationData.client.records).toBe(2);
  });
});

describe("what is read of a recorded connection", () => {
  test("never depends on how TCP cut the octets", () => {
    expect(recordings.size).toBeGreaterThan(10);
    for (const name of recordings.keys()) {
      const whole = substance(readAs(name));
      for (const size of [1, 2, 5, 37, 1448])
        expect(substance(readAs(name, { size })), `${name} by ${size}`).toEqual(whole);
    }
  });

  test("is told on the frame that completed it, with the pieces that carried it", () => {
    for (const name of ["tls12", "tls13", "retry"])
      for (const size of [3, 100]) {
        const talk = talkOf(name, { size });
        const events = read(talk).filter(e => e.type.startsWith("tls.") && e.to > e.from);
        expect(events.length).toBeGreaterThan(5);
        for (const event of events) {
          const { carriers, from, to } = event;
          const last = carriers.at(-1)!;
          expect(carriers[0]!.offset).toBe(from);
          expect(last.offset + last.length).toBe(to);
          expect(last.frame).toBe(event.frame);
          expect(carriers.length).toBeLessThanOrEqual(65);
          for (const carrier of carriers) {
            const chunk = talk.items.find(
              (i): i is Chunk => i.kind === "chunk" && i.frame === carrier.frame,
            )!;
            expect(carrier.position - chunk.position).toBe(carrier.offset - chunk.offset);
          }
        }
      }
  });

  test("is the same under roles that TCP did not show, whoever was taken for the client", () => {
    const right = talkOf("tls12", { roles: "port" });
    const wrong = new Talk({ roles: "first-segment", serverPort: 8883 });
    for (const { direction, octets } of recordings.get("tls12")!.flights) {
      const taken = wrong.connection.swaps === 1 ? direction : direction === "client" ? "server" : "client";
      wrong.send(taken, octets);
    }
    const events: ProtocolEvent[] = [];
    const session = openTls(wrong.connection, "tcp", e => events.push(e), {});
    for (const item of wrong.items) {
      // The stream stage gives items the right direction once roles were swapped.
      const swapped = wrong.connection.swaps === 1 && "direction" in item;
      session.push(
        swapped ? { ...item, direction: item.direction === "client" ? "server" : "client" } : item,
      );
    }
    session.push(new Talk().end("fin").items[0]!);
    expect(wrong.connection.swaps).toBe(1);
    expect(told(events)).toEqual(told(read(right)));
  });

  test("of one side alone is the handshake of that side, and nothing is past it", () => {
    for (const name of ["tls12", "tls13"])
      for (const kept of ["client", "server"] as const) {
        const events = readAs(name, { drop: direction => direction !== kept });
        const whole = readAs(name).filter(e => e.direction === kept && e.type === "tls.change_cipher_spec");
        expect(ofType(events, "tls.change_cipher_spec")).toHaveLength(whole.length);
        if (name === "tls12") expect(ofType(events, "tls.established")).toEqual([]);
        expect(ofType(events, "tls.malformed")).toEqual([]);
      }
  });

  test("never throws and stays bounded when its octets are changed", () => {
    const names = [...recordings.keys()];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(fc.tuple(fc.nat(9), fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (name, changes) => {
          const talk = new Talk({ serverPort: 8883 });
          for (const [index, { direction, octets }] of recordings.get(name)!.flights.entries()) {
            const changed = Uint8Array.from(octets);
            for (const [flight, at, octet] of changes)
              if (flight === index && changed.length > 0) changed[at % changed.length] = octet;
            talk.send(direction, changed);
          }
          const events = read(talk.end());
          expect(events.length).toBeLessThan(400);
          expect(events.at(-2)?.type).toBe("tls.closed");
        },
      ),
      { numRuns: 300 },
    );
  });
});
