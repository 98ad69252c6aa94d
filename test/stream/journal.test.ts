/** The ring of what was delivered lately. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Difference } from "../../src/stream/difference.ts";
import { Journal, UNRECORDED } from "../../src/stream/journal.ts";
import { LIMITS } from "../../src/stream/limits.ts";

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

const note = (journal: Journal, previous: number, offset: number, view: Uint8Array): number =>
  journal.note(previous, offset, view, 0, view.length);

/** Where `text`, sent again from `from`, differs: "from-to", or "". */
function said(journal: Journal, record: number, from: number, text: string): string {
  const difference = new Difference();
  journal.compare(record, from, from + text.length, octets(`..${text}`), 2, difference);
  return difference.found ? `${difference.from}-${difference.to}` : "";
}

describe("Journal", () => {
  test("knows what was noted, across segments", () => {
    const journal = new Journal(LIMITS);
    const one = note(journal, UNRECORDED, 0, octets("abc"));
    const two = note(journal, one, 3, octets("def"));
    expect([
      said(journal, two, 0, "abcdef"),
      said(journal, two, 1, "bXdXf"),
      said(journal, UNRECORDED, 0, "x"),
    ]).toEqual(["", "2-5", ""]);
  });

  test("keeps connections apart", () => {
    const journal = new Journal(LIMITS);
    const a = note(journal, UNRECORDED, 0, octets("aaa"));
    const b = note(journal, UNRECORDED, 0, octets("bbb"));
    expect([said(journal, a, 0, "aaa"), said(journal, b, 0, "aaa")]).toEqual(["", "0-3"]);
  });

  test("takes a gap for what it is", () => {
    const journal = new Journal(LIMITS);
    const record = note(journal, note(journal, UNRECORDED, 0, octets("abc")), 9, octets("jkl"));
    expect(said(journal, record, 0, "abXdefghijKl")).toBe("2-11");
  });

  test("forgets what the ring has overwritten, and never mistakes it", () => {
    const journal = new Journal({ ...LIMITS, journalOctets: 100, journalRecords: 8 });
    let record = note(journal, UNRECORDED, 0, octets("first"));
    for (let i = 0; i < 40; i++) record = note(journal, record, 5 + i * 30, octets("0123456789".repeat(3)));
    expect(said(journal, record, 0, "FIRST")).toBe("");
    expect(said(journal, record, 5 + 39 * 30, "X")).toBe(`${5 + 39 * 30}-${6 + 39 * 30}`);
  });

  test("grows as it is needed, and keeps what it had", () => {
    const journal = new Journal(LIMITS);
    const record = note(journal, UNRECORDED, 0, octets("first"));
    note(journal, record, 5, new Uint8Array(300_000));
    for (let i = 0; i < 5000; i++) note(journal, UNRECORDED, i, octets("x"));
    expect(said(journal, record, 0, "fiXst")).toBe("2-3");
  });

  test("passes over what is larger than itself", () => {
    const journal = new Journal({ ...LIMITS, journalOctets: 10 });
    const record = note(journal, UNRECORDED, 0, octets("abc"));
    expect(note(journal, record, 3, octets("0123456789X"))).toBe(record);
  });

  test("looks at so many records only", () => {
    const journal = new Journal({ ...LIMITS, journalSteps: 3 });
    let record = UNRECORDED;
    for (let i = 0; i < 10; i++) record = note(journal, record, i, octets("x"));
    expect([said(journal, record, 6, "y"), said(journal, record, 7, "y")]).toEqual(["", "7-8"]);
  });

  test("differs from a second copy exactly where it was changed, as long as it remembers", () => {
    const segments = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), {
      minLength: 1,
      maxLength: 400,
    });
    fc.assert(
      fc.property(segments, fc.nat(), fc.integer({ min: 1, max: 255 }), (pieces, at, flip) => {
        const journal = new Journal({ ...LIMITS, journalSteps: 1000 });
        const whole = Buffer.concat(pieces);
        let record = UNRECORDED;
        let offset = 0;
        for (const piece of pieces) {
          record = note(journal, record, offset, piece);
          offset += piece.length;
        }
        const place = at % whole.length;
        whole[place] = whole[place]! ^ flip;
        const difference = new Difference();
        journal.compare(record, 0, whole.length, whole, 0, difference);
        expect([difference.from, difference.to]).toEqual([place, place + 1]);
      }),
      { numRuns: 100 },
    );
  });
});
