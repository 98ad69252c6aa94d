/** Formats told by content. */
import { describe, expect, test } from "vitest";
import { isGzip, recognizeCapture } from "../../src/capture/format.ts";
import { faultText } from "../../src/octets/decode.ts";
import { pcap, pcapng } from "../build/capture.ts";
import { octets, text } from "../build/packets.ts";

const fault = (head: Uint8Array): string => {
  const recognized = recognizeCapture(head, 0, head.length);
  return recognized.state === "malformed" ? faultText(recognized.fault) : recognized.state;
};

describe("recognizeCapture", () => {
  test("knows pcap when its header is whole and pcapng by its first block", () => {
    expect(recognizeCapture(pcap([]), 0, 24)).toMatchObject({ state: "ok", length: 24 });
    expect(recognizeCapture(pcap([]), 0, 23)).toEqual({ state: "need-more", atLeast: 24 });
    expect(recognizeCapture(pcapng([]), 0, 4)).toMatchObject({ state: "ok", length: 0 });
    expect(recognizeCapture(pcapng([]), 0, 3)).toEqual({ state: "need-more", atLeast: 4 });
  });

  test.each([
    ["1f8b0800", "gzip within gzip"],
    ["28b52ffd", "zstd"],
    ["04224d18", "lz4"],
    ["fd377a58", "xz"],
    ["425a6839", "bzip2"],
    ["504b0304", "zip"],
    ["736e6f6f", "snoop"],
    ["474d4255", "Network Monitor"],
    ["a1b234cd", "Mesquita's pcap"],
    ["00000000", "0x00000000"],
  ])("says what %s is instead of a capture", (hex, name) => {
    expect(fault(octets(hex))).toContain(name);
    expect(fault(octets(hex))).toContain("not a pcap or pcapng file");
  });

  test("is not misled by text", () => {
    expect(fault(text("GET / HTTP/1.1"))).toBe(
      "capture file.magic number at 0: 0x47455420 is not allowed (not a pcap or pcapng file)",
    );
  });
});

describe("isGzip", () => {
  test("needs two octets", () => {
    expect(isGzip(octets("1f8b"), 0, 2)).toBe(true);
    expect(isGzip(octets("1f8b"), 0, 1)).toBe(false);
    expect(isGzip(octets("1f8c"), 0, 2)).toBe(false);
  });
});
