/** DTLS: told from other datagrams, and said to be what nobody here reads. */
import { describe, expect, test } from "vitest";
import { isDtls } from "../../../src/protocol/tls/recognize.ts";
import { captureFrames } from "../../../src/capture/file.ts";
import { audit } from "../../../src/pipeline.ts";
import { pcap } from "../../build/capture.ts";
import { JUDGING } from "../../build/judging.ts";
import { udpFrame } from "../../build/packets.ts";
import { hex, join } from "../build.ts";
import * as build from "./build.ts";

/** Type, version, epoch 0, sequence number 0, length. */
const record = (type: number, fragment: Uint8Array, version = 0xfefd): Uint8Array =>
  join(build.u8(type), build.u16(version), hex("0000 000000000000"), build.vector16(fragment));

const is = (octets: Uint8Array): boolean => isDtls(join(hex("ff"), octets), 1, 1 + octets.length);
const HELLO = record(22, build.opaque(120));

describe("a datagram of DTLS", () => {
  test("begins with a record of version 1.0 or 1.2 that fits into it", () => {
    for (const type of [20, 21, 22, 23]) expect(is(record(type, build.opaque(60)))).toBe(true);
    expect(is(record(22, build.opaque(60), 0xfeff))).toBe(true);
    expect(is(join(HELLO, HELLO))).toBe(true);
  });

  test("is not what is cut, is of TLS, or begins otherwise", () => {
    for (let length = 0; length < HELLO.length; length++) expect(is(HELLO.subarray(0, length))).toBe(false);
    expect(is(build.record(22, build.opaque(120)))).toBe(false);
    expect(is(record(99, build.opaque(60)))).toBe(false);
    expect(is(record(22, new Uint8Array(0)))).toBe(false);
  });

  test("on a port that is judged is counted as not decoded, and a capture of it is not called clean", async () => {
    const on = (port: number) => udpFrame({ to: `192.0.2.1:${port}`, payload: HELLO });
    const run = audit(JUDGING);
    async function* octets(): AsyncGenerator<Uint8Array> {
      yield pcap([on(8883), on(8883), on(3478)]);
    }
    await run.add("dtls", captureFrames({ stream: octets() }));
    const { coverage, verdict } = run.finish();
    expect(coverage.undecodedFrames).toEqual({ DTLS: 2 });
    expect(verdict.outcome).toBe("inconclusive");
    expect(verdict.notSeen).toContain("2 frames not decoded: DTLS");
  });
});
