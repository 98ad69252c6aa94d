/** Captures on disk. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as pathJoin } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { captureFrames, systemText } from "../../src/capture/file.ts";
import { block, enhancedPacket, interfaceDescription, pcap, sectionHeader } from "../build/capture.ts";
import { join, tcpFrame, text } from "../build/packets.ts";
import { collect, collectOctets, ofType } from "./collect.ts";

const FRAME = tcpFrame({ payload: text("hello") });

describe("captureFrames", () => {
  let folder = "";
  const file = async (name: string, octets: Uint8Array): Promise<string> => {
    const path = pathJoin(folder, name);
    await writeFile(path, octets);
    return path;
  };

  beforeAll(async () => {
    folder = await mkdtemp(pathJoin(tmpdir(), "captures-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("reads a file of several reads as it reads a stream", async () => {
    const large = tcpFrame({ payload: new Uint8Array(1400).fill(7) });
    const octets = pcap(Array.from({ length: 1000 }, () => large));
    expect(octets.length).toBeGreaterThan(1 << 20);
    const seen = await collect(captureFrames({ path: await file("large.pcap", octets) }));
    const streamed = await collectOctets(octets, 999_983);
    const positions = (frames: typeof seen.frames): readonly number[] => frames.map(frame => frame.position);
    expect(positions(seen.frames)).toEqual(positions(streamed.frames));
    expect(seen.frames.length).toBe(1000);
    for (const { position, octets: inFile } of seen.frames) {
      expect(
        Buffer.compare(inFile, large) +
          Buffer.compare(octets.subarray(position, position + large.length), large),
      ).toBe(0);
    }
  });

  test("reads a block that is larger than a read", async () => {
    const start = join(sectionHeader(), interfaceDescription());
    const octets = join(start, block(0x0bad, new Uint8Array(3 << 20)), enhancedPacket({ octets: FRAME }));
    const seen = await collect(captureFrames({ path: await file("large.pcapng", octets) }));
    expect(seen.frames).toMatchObject([{ position: octets.length - FRAME.length - 4 - padding(FRAME) }]);
  });

  test("tells gzip by content, whatever the name", async () => {
    const octets = pcap([FRAME]);
    const seen = await collect(captureFrames({ path: await file("named.txt", gzipSync(octets)) }));
    expect(seen).toEqual(await collectOctets(octets));
  });

  test("says why a file cannot be read, and throws nothing", async () => {
    const missing = await collect(captureFrames({ path: pathJoin(folder, "none.pcap") }));
    expect(missing.notices).toEqual([
      {
        type: "capture.malformed",
        position: 0,
        fault: {
          unit: "capture file",
          field: "open",
          offset: 0,
          reason: { kind: "forbidden", value: "ENOENT", clause: "no such file" },
        },
      },
      { type: "capture.closed", octets: 0 },
    ]);
    const aFolder = await collect(captureFrames({ path: folder }));
    expect(ofType(aFolder, "capture.malformed")[0]?.fault).toMatchObject({
      field: "read",
      reason: { value: "EISDIR" },
    });
  });
});

describe("systemText", () => {
  test("uses the words that people know, and else the system's own", () => {
    expect(systemText({ code: "EACCES" })).toBe("permission denied");
    expect(systemText(new Error("something else"))).toBe("something else");
    expect(systemText({})).toBe("cannot be read");
  });
});

const padding = (octets: Uint8Array): number => (4 - (octets.length % 4)) % 4;
