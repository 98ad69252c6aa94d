/** TCP checksums that were captured before the network card had filled them in. */
import { describe, expect, test } from "vitest";
import { SYN, ACK } from "../../src/packet/segment.ts";
import { addressOctets, checksum, tcpFrame, u16, u32 } from "../build/packets.ts";
import { decoded } from "./decoded.ts";

const OPTIONS = Uint8Array.of(2, 4, 5, 0xb4, 1, 3, 3, 7, 4, 2, 0, 0);
const FOUR = { from: "192.0.2.7:49152", to: "192.0.2.1:1883" };
const SIX = { from: "[2001:db8::7]:49152", to: "[2001:db8::1]:1883" };

/** The frame as it leaves a kernel that trusts its card: with the sum of the pseudo-header, not complemented. */
function unfilled(
  ends: { readonly from: string; readonly to: string },
  flags = SYN,
  payload = new Uint8Array(0),
): Uint8Array {
  const frame = tcpFrame({ ...ends, flags, options: OPTIONS, payload });
  const [source, destination] = [hostOf(ends.from), hostOf(ends.to)];
  const length = 20 + OPTIONS.length + payload.length;
  const sum = 0xffff - checksum(source, destination, u32(length), [0, 0, 0, 6]);
  frame.set(u16(sum), frame.length - length + 16);
  return frame;
}

const hostOf = (endpoint: string): Uint8Array =>
  addressOctets(endpoint.slice(0, endpoint.lastIndexOf(":")).replace(/[[\]]/g, ""));

const unfilledIn = (...frames: readonly Uint8Array[]) => decoded(frames).counters.unfilled;

describe("checksums", () => {
  test.each([
    ["IPv4", FOUR, 50, "192.0.2.7"],
    ["IPv6", SIX, 70, "2001:db8::7"],
  ])("that are left to the card are counted in %s, and the first one is named", (_, ends, at, source) => {
    const filled = tcpFrame({ ...ends, flags: SYN });
    const seen = unfilledIn(filled, unfilled(ends), unfilled(ends, SYN | ACK));
    expect(seen).toEqual({ segments: 2, frame: 2, position: 2000 + at, source });
  });

  test("are looked at in the segments that open a connection alone", () => {
    expect(unfilledIn(unfilled(FOUR, ACK))).toMatchObject({ segments: 0 });
  });

  test("of a SYN with an odd number of octets in it are summed to its end (RFC 7413)", () => {
    const payload = Uint8Array.of(1, 2, 3);
    expect(unfilledIn(unfilled(FOUR, SYN, payload))).toMatchObject({ segments: 1 });
    expect(unfilledIn(tcpFrame({ ...FOUR, flags: SYN, payload }))).toMatchObject({ segments: 0 });
  });

  test("that are wrong in another way are none of a card's", () => {
    const frame = unfilled(FOUR);
    frame[50]! ^= 1;
    expect(unfilledIn(frame)).toMatchObject({ segments: 0 });
  });

  test("of a host that speaks to itself are filled in by nobody", () => {
    const loopback = { from: "127.0.0.1:49152", to: "127.0.0.2:1883" };
    const own = { from: "[2001:db8::7]:49152", to: "[2001:db8::7]:1883" };
    expect(unfilledIn(unfilled(loopback), unfilled(own))).toMatchObject({ segments: 0 });
  });

  test("of a frame that was cut cannot be summed", () => {
    const octets = unfilled(FOUR, SYN, Uint8Array.of(1, 2, 3, 4));
    const cut = { octets: octets.subarray(0, -2), originalLength: octets.length };
    expect(decoded([cut]).counters.unfilled).toMatchObject({ segments: 0 });
  });
});
