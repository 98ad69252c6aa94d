/** Reading in chunks: what a capture says never depends on how its octets arrived, nor on where it was cut. */
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { captureFrames } from "../../src/capture/file.ts";
import {
  decryptionSecrets,
  enhancedPacket,
  pcap,
  pcapng,
  sectionHeader,
  interfaceDescription,
} from "../build/capture.ts";
import { join, tcpFrame, text } from "../build/packets.ts";
import { collect, collectOctets, ofType, streamOf } from "./collect.ts";

const FRAMES = [1, 2, 3, 4, 5].map(n => tcpFrame({ payload: text("x".repeat(n * n)), sequence: n }));

const CAPTURES: readonly (readonly [name: string, octets: Uint8Array])[] = [
  ["pcap", pcap(FRAMES)],
  ["pcap of Kuznetzov", pcap(FRAMES, { modified: true, bigEndian: true })],
  ["pcapng", pcapng(FRAMES)],
  [
    "pcapng with secrets",
    join(
      pcapng(FRAMES.slice(0, 2)),
      decryptionSecrets(text("secret")),
      enhancedPacket({ octets: FRAMES[0]! }),
    ),
  ],
];

describe.each(CAPTURES)("a %s stream", (_name, octets) => {
  test("says the same whatever the chunks it arrives in", async () => {
    const whole = await collectOctets(octets);
    expect(whole.frames.length).toBeGreaterThan(0);
    for (const size of [1, 2, 3, 7, 16, 61, 100, 1000])
      expect(await collectOctets(octets, size)).toEqual(whole);
    const zipped = gzipSync(octets);
    for (const size of [1, 3, 40, zipped.length]) expect(await collectOctets(zipped, size)).toEqual(whole);
  });

  test("cut anywhere gives a prefix of its frames, and at most one notice that says where", async () => {
    const whole = await collectOctets(octets);
    for (let length = 0; length < octets.length; length++) {
      const cut = await collectOctets(octets.subarray(0, length));
      expect(cut.frames).toEqual(whole.frames.slice(0, cut.frames.length));
      const malformed = ofType(cut, "capture.malformed");
      expect(malformed.length).toBeLessThanOrEqual(1);
      expect(cut.notices.at(-1)).toEqual({ type: "capture.closed", octets: length });
      for (const { position, fault } of malformed) {
        expect(position).toBeLessThanOrEqual(length);
        expect(fault.reason).toMatchObject({ kind: "short" });
      }
      // A cut between two units cannot be seen; anywhere else it must be.
      const next = whole.frames[cut.frames.length];
      if (malformed.length === 0 && next !== undefined)
        expect(next.position - length).toBeGreaterThanOrEqual(12);
    }
  });

  test("with any octet changed ends by itself, and nothing is thrown", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: octets.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const changed = octets.slice();
          changed[at] = changed[at]! ^ flip;
          const seen = await collectOctets(changed);
          expect(seen.order.at(-1)).toBe("capture.closed");
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("random octets", () => {
  test("behind any magic number end by themselves, and nothing is thrown", async () => {
    const heads = [
      pcap([]),
      pcap([], { modified: true, bigEndian: true }),
      join(sectionHeader(), interfaceDescription()),
      new Uint8Array(0),
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 400 }), async (head, tail) => {
        const seen = await collectOctets(join(head, tail));
        expect(seen.order.at(-1)).toBe("capture.closed");
        expect(ofType(seen, "capture.malformed").length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a stream that is no capture", () => {
  test("is told at offset 0 when it is empty or too short to say", async () => {
    const empty = await collectOctets(new Uint8Array(0));
    expect(empty.notices).toEqual([
      {
        type: "capture.malformed",
        position: 0,
        fault: {
          unit: "capture file",
          field: "file header",
          offset: 0,
          reason: { kind: "short", needed: 4, left: 0 },
        },
        cut: true,
      },
      { type: "capture.closed", octets: 0 },
    ]);
    const header = await collectOctets(pcap([]).subarray(0, 10));
    expect(ofType(header, "capture.malformed")[0]?.fault.reason).toEqual({
      kind: "short",
      needed: 24,
      left: 10,
    });
  });

  test("is told at offset 0 when it is something else", async () => {
    const seen = await collectOctets(text("<html><body>not found</body></html>"));
    expect(ofType(seen, "capture.malformed")).toMatchObject([
      { position: 0, fault: { field: "magic number", reason: { clause: "not a pcap or pcapng file" } } },
    ]);
    expect(seen.order).toEqual(["capture.malformed", "capture.closed"]);
  });
});

describe("a gzip file", () => {
  test("of several members is one capture", async () => {
    const octets = pcap(FRAMES);
    const zipped = join(gzipSync(octets.subarray(0, 100)), gzipSync(octets.subarray(100)));
    expect(await collectOctets(zipped)).toEqual(await collectOctets(octets));
  });

  test("cut anywhere gives frames up to there and says that it was cut", async () => {
    // Octets that do not shrink, so that a cut in the file is a cut in the capture.
    const frames = Array.from({ length: 40 }, (_, n) =>
      tcpFrame({ payload: Uint8Array.from({ length: 999 }, (_, i) => (i * i * (n + 7)) >> 3) }),
    );
    const octets = pcap(frames);
    const zipped = gzipSync(octets);
    const cut = await collectOctets(zipped.subarray(0, zipped.length - 2000));
    expect(cut.frames.length).toBeGreaterThan(0);
    expect(cut.frames.length).toBeLessThan(40);
    expect(ofType(cut, "capture.malformed")[0]).toMatchObject({
      fault: { unit: "gzip file", reason: { kind: "short" } },
    });
    expect(ofType(cut, "capture.malformed")[0]?.position).toBeGreaterThanOrEqual(cut.frames.at(-1)!.position);
    expect(cut.order.at(-1)).toBe("capture.closed");
  });

  test("with a wrong checksum is told, with the frames before it", async () => {
    const zipped = gzipSync(pcap(Array.from({ length: 2000 }, () => FRAMES[0]!)));
    zipped[zipped.length - 6] = zipped[zipped.length - 6]! ^ 1;
    const seen = await collectOctets(zipped);
    expect(seen.frames.length).toBeGreaterThan(1000);
    expect(ofType(seen, "capture.malformed")[0]?.fault).toMatchObject({
      unit: "gzip file",
      reason: { kind: "forbidden", clause: "RFC 1952" },
    });
  });

  test("within gzip is refused", async () => {
    const seen = await collectOctets(gzipSync(gzipSync(pcap(FRAMES))));
    expect(ofType(seen, "capture.malformed")).toMatchObject([
      { position: 0, fault: { reason: { kind: "forbidden", value: "gzip within gzip" } } },
    ]);
  });

  test("that grows more than two hundred times behind its first 64 MiB is given up", async () => {
    const record = pcap([new Uint8Array(262_144)]).subarray(24);
    const many = new Uint8Array(record.length * 280);
    for (let at = 0; at < many.length; at += record.length) many.set(record, at);
    const bomb = gzipSync(join(pcap([]), many), { level: 9 });
    expect(bomb.length * 200).toBeLessThan(many.length);
    let frames = 0;
    const faults: unknown[] = [];
    for await (const batch of captureFrames(streamOf(bomb, bomb.length))) {
      frames += batch.frames.length;
      for (const notice of batch.notices) if (notice.type === "capture.malformed") faults.push(notice.fault);
    }
    expect(frames).toBeGreaterThan(200);
    expect(frames).toBeLessThan(280);
    expect(faults).toMatchObject([{ unit: "gzip file", reason: { kind: "too-large" } }]);
  });
});

describe("a stream", () => {
  test("that fails is told with what the system said", async () => {
    const file = pcap(FRAMES);
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield file.subarray(0, 200);
      throw Object.assign(new Error("read failed"), { code: "EIO" });
    };
    const seen = await collect(captureFrames({ stream: failing() }));
    expect(seen.frames.length).toBeGreaterThan(0);
    expect(ofType(seen, "capture.malformed")).toMatchObject([
      { position: 200, fault: { field: "read", reason: { value: "EIO" } } },
    ]);
  });

  test("is closed when nobody reads it to its end", async () => {
    let closed = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        yield pcap(FRAMES);
        for (;;) yield pcap(FRAMES).subarray(24);
      } finally {
        closed = true;
      }
    };
    for await (const batch of captureFrames({ stream: endless() })) if (batch.frames.length > 0) break;
    expect(closed).toBe(true);
  });

  test("gives plain octets, whose slices are copies", async () => {
    for await (const batch of captureFrames(streamOf(pcap(FRAMES), 1000))) {
      for (const frame of batch.frames)
        expect(Object.getPrototypeOf(frame.octets)).toBe(Uint8Array.prototype);
    }
  });

  test("holds no more memory for a claimed length than for what was read", async () => {
    const claims = pcap([FRAMES[0]!]);
    const block = join(sectionHeader(), interfaceDescription(), [6, 0, 0, 0, 0, 0, 0xff, 0]);
    for (const octets of [claims.subarray(0, 60), block]) {
      let size = 0;
      for await (const batch of captureFrames(streamOf(octets, 8))) {
        for (const frame of batch.frames) size = Math.max(size, frame.octets.length);
      }
      expect(size).toBeLessThanOrEqual(1 << 20);
    }
  });
});
