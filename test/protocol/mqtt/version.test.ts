import { describe, expect, test } from "vitest";
import { fixedHeader, readFixedHeader } from "../../../src/protocol/mqtt/frame.ts";
import { leaning } from "../../../src/protocol/mqtt/version.ts";
import { hex } from "../build.ts";
import { CONNECTS } from "./build.ts";

/** "5.0", "3.1.1" or "either". */
function leans(octets: Uint8Array, kept = octets.length): string {
  const header = fixedHeader();
  readFixedHeader(octets, 0, octets.length, header);
  const votes = leaning(header, octets, 0, kept);
  return votes > 0 ? "5.0" : votes < 0 ? "3.1.1" : "either";
}

describe("what a packet says of the version", () => {
  test.each([
    ["a PUBLISH with a payload of text", "30 06 0001 61 323134", "3.1.1"],
    ["a PUBLISH without a payload", "30 03 0001 61", "3.1.1"],
    ["a PUBLISH with an empty property list", "30 05 0001 61 00 78", "5.0"],
    ["a PUBLISH with a property", "30 08 0001 61 03 23 0001 78", "5.0"],
    ["a PUBLISH with something like a property of another packet", "30 08 0001 61 03 21 0001 78", "3.1.1"],
    ["a PUBLISH with a length that does not end", "30 07 0001 61 ffffffff", "3.1.1"],
    ["a PUBACK of two octets", "40 02 0001", "either"],
    ["a PUBACK with a code", "40 03 0001 10", "5.0"],
    ["a CONNACK of two octets", "20 02 0000", "3.1.1"],
    ["a CONNACK with a property list", "20 03 0000 00", "5.0"],
    ["a SUBSCRIBE of 3.1.1", "82 06 0001 0001 61 01", "3.1.1"],
    ["a SUBSCRIBE of 5.0", "82 07 0001 00 0001 61 01", "5.0"],
    ["a SUBACK of one code", "90 03 0001 01", "3.1.1"],
    ["a SUBACK that refuses as 5.0 does", "90 04 0001 00 87", "5.0"],
    ["a SUBACK that could be both", "90 04 0001 00 01", "either"],
    ["an UNSUBSCRIBE of 3.1.1", "a2 05 0001 0001 61", "3.1.1"],
    ["an UNSUBACK of 3.1.1", "b0 02 0001", "3.1.1"],
    ["an UNSUBACK of 5.0", "b0 04 0001 00 00", "5.0"],
    ["a DISCONNECT with a code", "e001 8e", "5.0"],
    ["a DISCONNECT without", "e000", "either"],
    ["an AUTH", "f000", "5.0"],
    ["a ping", "c000", "either"],
    ["a CONNECT, which says it itself", Buffer.from(CONNECTS["5.0"]).toString("hex"), "either"],
  ])("%s", (_, octets, version) => {
    expect(leans(hex(octets))).toBe(version);
  });

  test("a packet that is not there as a whole says nothing, unless it is a PUBLISH", () => {
    expect(leans(hex("90 04 0001 00 87"), 4)).toBe("either");
    expect(leans(hex("30 06 0001 61 323134"), 3)).toBe("either");
    expect(leans(hex("30 60 0001 61 00 3233"), 8)).toBe("5.0");
  });
});
