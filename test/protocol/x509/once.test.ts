/** A certificate is parsed once, however many connections carry it. */
import { X509Certificate } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openTls } from "../../../src/protocol/tls/session.ts";
import type { Certificate } from "../../../src/protocol/x509/certificate.ts";
import { LIMITS } from "../../../src/protocol/x509/limits.ts";
import { eventsOf, ofType, Talk } from "../build.ts";
import * as build from "../tls/build.ts";
import { makeCertificate } from "./certificates.ts";

const CONNECTIONS = 1_000;

/** The chains that so many handshakes of TLS 1.2 show, with the certificates that `chainOf` gives each. */
function shown(chainOf: (connection: number) => readonly Uint8Array[], connections: number): Certificate[][] {
  return Array.from({ length: connections }, (_, at) => {
    const list = build.vector24(...chainOf(at).map(der => build.vector24(der)));
    const talk = new Talk({ serverPort: 8883 })
      .client(build.handshakeRecord(1, build.clientHello()))
      .server(build.handshakeRecord(2, build.serverHello()))
      .server(build.handshakeRecord(11, list));
    const events = eventsOf((connection, emit) => openTls(connection, "tcp", emit, {}), talk);
    return ofType(events, "tls.certificate").flatMap(event => [event.chain as Certificate[]]);
  }).flat();
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a certificate", () => {
  test("that a thousand connections carry is parsed and verified once", async () => {
    const { der } = await makeCertificate({ subject: "CN=broker.example" });
    const verify = vi.spyOn(X509Certificate.prototype, "verify");
    const chains = shown(() => [der], CONNECTIONS);
    expect(chains).toHaveLength(CONNECTIONS);
    expect(chains[0]![0]!.fields).toMatchObject({ selfSigned: true });
    expect(new Set(chains.map(([leaf]) => leaf)).size).toBe(1);
    // What verifies a self-signed certificate is the last and dearest step of its parsing.
    expect(verify).toHaveBeenCalledTimes(1);
  });

  test("that differs in an octet is another one", async () => {
    const { der } = await makeCertificate({ subject: "CN=broker.example" });
    const other = der.slice();
    other[other.length - 1]! ^= 1;
    const verify = vi.spyOn(X509Certificate.prototype, "verify");
    const chains = shown(at => [at % 2 === 0 ? der : other], 20);
    expect(new Set(chains.map(([leaf]) => leaf)).size).toBe(2);
    expect(chains.slice(0, 2).map(([leaf]) => leaf!.fields?.selfSigned)).toEqual([true, false]);
    expect(verify).toHaveBeenCalledTimes(2);
  });

  test("is forgotten when so many others came after it that memory would grow", async () => {
    const { der } = await makeCertificate({ subject: "CN=broker.example" });
    const [[before]] = shown(() => [der], 1) as [[Certificate]];
    // No certificates: each is a fault, and remembered as well.
    const others = Array.from({ length: LIMITS.remembered }, (_, at) => build.u32(at));
    for (let at = 0; at < others.length; at += 500) shown(() => others.slice(at, at + 16), 1);
    expect((shown(() => [der], 1) as [[Certificate]])[0][0]).toBe(before);
    shown(at => others.slice(16 * at, 16 * at + 16), Math.ceil(others.length / 16));
    expect((shown(() => [der], 1) as [[Certificate]])[0][0]).not.toBe(before);
  });
});
