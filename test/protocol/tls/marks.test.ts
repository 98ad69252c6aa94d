/** Which octets of a handshake message or a record are which field. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Mark } from "../../../src/octets/reader.ts";
import { markHandshake, markRecord, markSslv2 } from "../../../src/protocol/tls/marks.ts";
import { watchEvents } from "../../watched.ts";
import { hex } from "../build.ts";

/** The marks that hold no others. */
const leaves = (marks: readonly Mark[]): Mark[] =>
  marks.filter(
    (mark, index) =>
      mark.to > mark.from &&
      !marks.slice(index + 1).some(other => other.from < mark.to && other.to > mark.from),
  );

/** Every handshake message of a story, with its marks. */
async function marksOf(story: string): Promise<{ type: string; octets: Uint8Array; marks: Mark[] }[]> {
  const messages: { type: string; octets: Uint8Array; marks: Mark[] }[] = [];
  const settled = { version: undefined as number | undefined, cipherSuite: undefined as number | undefined };
  await watchEvents(story, event => {
    if (event.type === "tls.server_hello") {
      settled.version = event.message.version;
      settled.cipherSuite = event.message.cipherSuite;
    }
    if (event.unit === undefined || !/^tls\.(client_|server_|cert|hand|new)/u.test(event.type)) return;
    const octets = event.unit.octets.slice(event.unit.start, event.unit.end);
    messages.push({ type: event.type, octets, marks: markHandshake(octets, settled) });
  });
  return messages;
}

describe("the marks of a handshake message", () => {
  test.each([["tls12"], ["mtls"], ["tls13"], ["dhe"], ["hello-retry"], ["psk"], ["resumed"]])(
    "cover its octets in order, without overlap, in %s",
    async story => {
      const messages = await marksOf(story);
      expect(messages.length).toBeGreaterThan(1);
      for (const { type, octets, marks } of messages) {
        let at = 0;
        for (const { from, to } of leaves(marks)) {
          expect(from, type).toBeGreaterThanOrEqual(at);
          at = to;
        }
        expect(at, type).toBeLessThanOrEqual(octets.length);
        if (type === "tls.client_hello" || type === "tls.server_hello") expect(at).toBe(octets.length);
      }
    },
  );

  test("look into extensions: the name that a client asks for is found in its octets", async () => {
    const [hello] = await marksOf("tls12");
    const names = hello!.marks.filter(mark => mark.field === "HostName" && mark.as === "octets");
    expect(names).toHaveLength(1);
    const { from, to } = names[0]!;
    expect(Buffer.from(hello!.octets.subarray(from, to)).toString()).toMatch(/^[a-z.]+$/u);
    expect(hello!.marks.some(mark => mark.field === "CipherSuite")).toBe(true);
  });

  test("look into certificates: issuer, validity and subject are found in theirs", async () => {
    const messages = await marksOf("tls12");
    const { marks, octets } = messages.find(({ type }) => type === "tls.certificate")!;
    const fields = marks.map(mark => mark.field);
    expect(fields).toEqual(expect.arrayContaining(["issuer", "validity", "subject", "subjectPublicKeyInfo"]));
    for (const mark of marks.filter(one => one.field === "issuer" || one.field === "subject"))
      expect(octets[mark.from]).toBe(0x30);
  });

  test("end where it cannot be read, and never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(24), (octets, type) => {
        if (octets.length > 0) octets[0] = type;
        for (const { from, to } of markHandshake(octets, { version: 0x0303, cipherSuite: 0xc02f })) {
          expect(from).toBeLessThanOrEqual(to);
          expect(to).toBeLessThanOrEqual(octets.length);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

test("the marks of a hello of SSLv2 name its cipher specs", () => {
  const hello = hex(`01 0301 0006 0000 0010 010080 00002f ${"aa".repeat(16)}`);
  const specs = markSslv2(hello, "client").filter(mark => mark.field === "CIPHER-SPEC");
  expect(specs.map(({ from, to }) => [from, to])).toEqual([
    [9, 12],
    [12, 15],
  ]);
});

describe("the marks of a record", () => {
  const fields = (text: string): string[] => markRecord(hex(text)).map(mark => mark.field);

  test("name its header, and both octets of an alert", () => {
    const header = ["type", "legacy_record_version", "length"];
    expect(fields("15 0303 0002 02 2a")).toEqual([...header, "level", "description"]);
    expect(fields("14 0303 0001 01")).toEqual([...header, "change_cipher_spec"]);
    expect(fields("17 0303 0040")).toEqual(header);
    expect(fields("15 0303 001a 0000")).toEqual([...header, "level", "description"]);
    expect(fields("15 03")).toEqual([]);
  });
});
