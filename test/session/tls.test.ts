/** What the messages of one connection say together, where a single one does not say it. */
import { describe, expect, test } from "vitest";
import { openTls } from "../../src/protocol/tls/session.ts";
import type { Conversation } from "../../src/session/conversation.ts";
import { newConversation, newTalk } from "../../src/session/talk.ts";
import { followTls } from "../../src/session/tls.ts";
import { trustStore } from "../../src/session/trust.ts";
import { eventsOf, join, Talk } from "../protocol/build.ts";
import * as build from "../protocol/tls/build.ts";
import { rawCertificate } from "../protocol/x509/certificates.ts";

const JUDGING = {
  trust: trustStore({ roots: [], systemRoots: false }),
  at: undefined,
  serverName: undefined,
};
const CHANGE = build.record(20, build.u8(1));
const FINISHED = build.record(22, build.opaque(40));
const DATA = build.record(23, build.opaque(40));
const TICKET: build.Extension = [35, build.opaque(160)];
const CHAIN = build.handshakeRecord(11, build.vector24(build.vector24(rawCertificate())));
const DONE = build.handshakeRecord(14, new Uint8Array(0));
const NULL_SHA256 = 0x003b;

const hello = (parts: build.HelloParts = {}): Uint8Array =>
  build.handshakeRecord(1, build.clientHello(parts));
const answer = (parts: build.ServerHelloParts = {}): Uint8Array =>
  build.handshakeRecord(2, build.serverHello(parts));

function followed(talk: Talk): Conversation {
  const { connection } = talk;
  const conversation = newConversation(0, connection, "tcp", "tls");
  const talked = newTalk(conversation, true);
  for (const event of eventsOf((on, emit) => openTls(on, "tcp", emit, {}), talk.end("fin")))
    if (event.type.startsWith("tls.")) followTls(talked, event as never, JUDGING, () => {});
  return conversation;
}

const talking = (): Talk => new Talk({ serverPort: 8883 });

describe("a session of TLS 1.2 resumed by a ticket, without a session id (RFC 5077 §3.4)", () => {
  const resumed = (...server: readonly Uint8Array[]): boolean =>
    followed(
      talking()
        .client(hello({ extensions: [TICKET] }))
        .server(join(answer(), ...server, CHANGE, FINISHED))
        .client(join(CHANGE, FINISHED, DATA)),
    ).tls!.resumed;

  test("shows in the flight that leaves the certificate out", () => {
    expect(resumed()).toBe(true);
    expect(resumed(build.handshakeRecord(4, join(build.u32(7_200), build.vector16(build.opaque(9)))))).toBe(
      true,
    );
  });

  test("is none where the flight is a full one, though its certificate does not decode", () => {
    expect(resumed(CHAIN, DONE)).toBe(false);
    expect(resumed(build.handshakeRecord(11, build.opaque(3)), DONE)).toBe(false);
  });

  test("is none without a ticket, of a suite without certificates, or where octets are missing", () => {
    const full = (talk: Talk): boolean => followed(talk).tls!.resumed;
    const empty = hello({ extensions: [build.empty(35)] });
    expect(
      full(
        talking()
          .client(empty)
          .server(join(answer(), CHANGE, FINISHED)),
      ),
    ).toBe(false);
    const anonymous = hello({ suites: [0xc019], extensions: [TICKET] });
    expect(
      full(
        talking()
          .client(anonymous)
          .server(join(answer({ suite: 0xc019 }), CHANGE, FINISHED)),
      ),
    ).toBe(false);
  });
});

describe("a second ClientHello", () => {
  test("behind the first handshake is a renegotiation, and changes nothing of what was agreed", () => {
    const first = hello({
      suites: [NULL_SHA256],
      extensions: [build.serverName(new TextEncoder().encode("one"))],
    });
    const again = build.message(1, build.clientHello({ suites: [0x0005] }));
    const mac = build.opaque(32);
    const { tls } = followed(
      talking()
        .client(first)
        .server(join(answer({ suite: NULL_SHA256 }), CHAIN, DONE))
        .client(join(CHANGE, build.record(22, join(build.message(20, build.opaque(12)), mac))))
        .client(build.record(22, join(again, mac))),
    );
    expect(tls).toMatchObject({ renegotiated: true, clientHello: { serverName: "one" } });
  });

  test("that answers a HelloRetryRequest is the one that counts, and none behind it is", () => {
    const version = build.selectedVersion(0x0304);
    const retry = answer({ random: build.RETRY_RANDOM, suite: 0x1301, extensions: [version] });
    const named = (name: string): Uint8Array =>
      hello({
        suites: [0x1301],
        extensions: [build.supportedVersions(0x0304), build.serverName(new TextEncoder().encode(name))],
      });
    const { tls } = followed(
      talking()
        .client(named("first"))
        .server(retry)
        .client(named("second"))
        .server(answer({ suite: 0x1301, extensions: [version] })),
    );
    expect(tls).toMatchObject({
      helloRetryRequest: true,
      renegotiated: false,
      clientHello: { serverName: "second" },
    });
  });
});
