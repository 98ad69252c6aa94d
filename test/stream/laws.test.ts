/** What holds for every stream, however its segments were cut, repeated, reordered, lost or made up. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ACK, FIN, PSH, SYN } from "../../src/packet/segment.ts";
import type { Direction } from "../../src/stream/item.ts";
import { segment, type SegmentFields, type Watch, watch } from "./build.ts";

/** A step of the sender's: octets `from … to` of its stream, and how far the peer's next acknowledgment may go. */
interface Step {
  readonly from: number;
  readonly to: number;
}

/** The stream cut into segments, some of them sent again, or pieces that lie across several. */
function stepsOf(
  length: number,
  cuts: readonly number[],
  again: readonly (readonly [number, number, number])[],
): Step[] {
  const borders = [...new Set([0, length, ...cuts.map(cut => cut % (length + 1))])].sort((a, b) => a - b);
  const steps: Step[] = borders.slice(1).map((to, i) => ({ from: borders[i]!, to }));
  for (const [when, from, size] of again) {
    // What is sent again was sent before.
    const at = 1 + (when % steps.length);
    const sent = Math.max(...steps.slice(0, at).map(step => step.to));
    const start = from % sent;
    steps.splice(at, 0, { from: start, to: Math.min(sent, start + 1 + (size % 300)) });
  }
  return steps;
}

/** A capture that holds frames at most `window` places away from where they were sent. */
function shuffled<Item>(items: readonly Item[], jitter: readonly number[], window: number): Item[] {
  return items
    .map((item, i) => ({ item, key: i + ((jitter[i % Math.max(1, jitter.length)] ?? 0) % (window + 1)), i }))
    .sort((a, b) => a.key - b.key || a.i - b.i)
    .map(({ item }) => item);
}

/** What a direction was handed on: offsets must follow each other, octets and gaps as one array. */
function delivered(w: Watch, direction: Direction, n = 0): (number | undefined)[] {
  const all: (number | undefined)[] = [];
  for (const item of w.opened[n]?.items ?? []) {
    if ((item.kind !== "chunk" && item.kind !== "gap") || item.direction !== direction) continue;
    expect(item.offset).toBe(all.length);
    expect(item.length).toBeGreaterThan(0);
    if (item.kind === "chunk") all.push(...item.octets);
    else all.push(...Array.from({ length: item.length }, () => undefined));
  }
  return all;
}

const isn = fc.oneof(fc.integer({ min: 2 ** 32 - 2000, max: 2 ** 32 - 1 }), fc.nat(2 ** 32 - 1));
const stream = fc.uint8Array({ minLength: 1, maxLength: 1500 });
const cuts = fc.array(fc.nat(), { maxLength: 40 });
const again = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 20 });
const jitter = fc.array(fc.nat(), { maxLength: 60 });

describe("a stream", () => {
  test("is handed on as it was sent, however it was cut, repeated and reordered", () => {
    fc.assert(
      fc.property(
        isn,
        isn,
        stream,
        cuts,
        again,
        jitter,
        (clientIsn, serverIsn, octets, cut, repeated, places) => {
          const w = watch();
          Object.assign(w, { clientIsn, serverIsn });
          w.handshake();
          let sent = 0;
          // Both segments and their acknowledgments are captured out of order.
          const frames = stepsOf(octets.length, cut, repeated).flatMap(step => {
            sent = Math.max(sent, step.to);
            const ack = sent;
            return [
              () => w.client(step.from, octets.subarray(step.from, step.to)),
              () => w.server(0, "", { ack, flags: ACK }),
            ];
          });
          for (const push of shuffled(frames, places, 6)) push();
          w.end();
          expect(delivered(w, "client")).toEqual([...octets]);
          expect(w.opened[0]?.items.filter(i => i.kind === "gap" || i.kind === "overlap")).toEqual([]);
          expect(w.stage.counters).toMatchObject({ connections: 1, opened: 1, ignored: 0 });
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("is handed on as it was sent in any order at all while nobody acknowledges", () => {
    fc.assert(
      fc.property(isn, stream, cuts, again, jitter, (clientIsn, octets, cut, repeated, places) => {
        const w = watch();
        w.clientIsn = clientIsn;
        w.syn();
        const steps = stepsOf(octets.length, cut, repeated);
        for (const { from, to } of shuffled(steps, places, steps.length))
          w.client(from, octets.subarray(from, to));
        w.end();
        expect(delivered(w, "client")).toEqual([...octets]);
        expect(w.limits).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test("of both directions is two streams", () => {
    fc.assert(
      fc.property(stream, stream, cuts, cuts, jitter, (client, server, clientCuts, serverCuts, places) => {
        const w = watch().handshake();
        const frames = [
          ...stepsOf(client.length, clientCuts, []).map(
            s => () => w.client(s.from, client.subarray(s.from, s.to)),
          ),
          ...stepsOf(server.length, serverCuts, []).map(
            s => () => w.server(s.from, server.subarray(s.from, s.to)),
          ),
        ];
        for (const push of shuffled(frames, places, frames.length)) push();
        w.end();
        expect(delivered(w, "client")).toEqual([...client]);
        expect(delivered(w, "server")).toEqual([...server]);
      }),
      { numRuns: 1000 },
    );
  });

  test("has gaps exactly where segments were lost, and everything else", () => {
    const lost = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(isn, stream, cuts, lost, fc.boolean(), (clientIsn, octets, cut, isLost, acknowledged) => {
        const w = watch();
        w.clientIsn = clientIsn;
        w.handshake();
        const expected: (number | undefined)[] = [...octets];
        stepsOf(octets.length, cut, []).forEach(({ from, to }, i) => {
          if (isLost[i % isLost.length] === true) expected.fill(undefined, from, to);
          else w.client(from, octets.subarray(from, to));
          if (acknowledged) w.server(0, "", { ack: to, flags: ACK });
        });
        w.client(octets.length, "", { flags: ACK | FIN }).end();
        expect(delivered(w, "client")).toEqual(expected);
        expect(w.opened[0]?.connection.gapOctets ?? 0).toBe(
          expected.filter(octet => octet === undefined).length,
        );
      }),
      { numRuns: 2000 },
    );
  });

  test("has gaps exactly where the snap length cut segments, and everything else", () => {
    fc.assert(
      fc.property(stream, cuts, fc.nat(60), (octets, cut, snap) => {
        const w = watch().handshake();
        const expected: (number | undefined)[] = [...octets];
        for (const { from, to } of stepsOf(octets.length, cut, [])) {
          const kept = Math.min(to, from + snap);
          expected.fill(undefined, kept, to);
          w.client(from, octets.subarray(from, kept), { missing: to - kept }).server(0, "", { ack: to });
        }
        w.end();
        expect(delivered(w, "client")).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test("from the middle is whole from its first segment on", () => {
    fc.assert(
      fc.property(isn, stream, cuts, fc.nat(), (clientIsn, octets, cut, from) => {
        const w = watch();
        w.clientIsn = clientIsn;
        const steps = stepsOf(octets.length, cut, []);
        const seen = steps.slice(from % steps.length);
        // One octet without PSH could be a keep-alive.
        for (const step of seen)
          w.client(step.from, octets.subarray(step.from, step.to), { flags: ACK | PSH });
        w.end();
        expect(delivered(w, "client")).toEqual([...octets.subarray(seen[0]!.from)]);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Few addresses and few numbers, so that made-up segments meet each other. */
const anything: fc.Arbitrary<SegmentFields & { readonly pause: number }> = fc.record({
  from: fc.constantFrom("192.0.2.7:1", "192.0.2.7:2", "192.0.2.1:1883"),
  to: fc.constantFrom("192.0.2.1:1883", "192.0.2.7:1", "192.0.2.7:2"),
  sequence: fc.oneof(
    fc.integer({ min: -20, max: 40 }),
    fc.constantFrom(2 ** 30, 2 ** 31, -(2 ** 30), 20_000_000),
    fc.integer(),
  ),
  acknowledgment: fc.oneof(fc.integer({ min: -20, max: 60 }), fc.integer()),
  flags: fc.oneof(fc.constantFrom(SYN, SYN | ACK, ACK, ACK | PSH, ACK | FIN, 4), fc.nat(255)),
  data: fc.oneof(fc.constant(""), fc.string({ maxLength: 12 })),
  missing: fc.oneof(fc.constant(0), fc.nat(20), fc.nat(65_535)),
  pause: fc.oneof(
    fc.constant(0),
    fc.integer({ min: -1000, max: 200 }),
    fc.integer({ min: -(2 ** 53), max: 2 ** 53 }),
  ),
});

describe("made-up segments", () => {
  test("throw nothing, keep every direction consecutive, and end every connection once", () => {
    const limits = fc.constantFrom(
      {},
      { connections: 2, halfOpen: 1, ended: 1, bufferedOctets: 20, bufferedPieces: 3, heldOctets: 500 },
    );
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 120 }), limits, (segments, lowered) => {
        const w = watch({ limits: lowered });
        for (const { pause, ...fields } of segments) w.wait(pause).push(fields);
        w.end();
        w.opened.forEach((opened, n) => {
          for (const direction of ["client", "server"] as const) consecutive(w, direction, n);
          expect(opened.ended).toBe(1);
          expect(opened.items.filter(i => i.kind === "end")).toHaveLength(1);
          expect(opened.items.at(-1)?.kind).toBe("end");
          const { octets, gapOctets, frames } = opened.connection;
          const sum = (kind: "chunk" | "gap"): number =>
            opened.items.reduce((total, i) => total + (i.kind === kind ? i.length : 0), 0);
          expect([octets.client + octets.server, gapOctets]).toEqual([sum("chunk"), sum("gap")]);
          expect(frames).toBeLessThanOrEqual(segments.length);
        });
        const ids = w.opened.map(o => o.connection.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(Math.max(-1, ...ids)).toBeLessThan(w.stage.counters.connections);
        expect(w.stage.counters.opened).toBe(ids.length);
      }),
      { numRuns: 3000 },
    );
  });

  test("leave nothing held behind: thousands of broken connections never reach the ceiling of all", () => {
    const w = watch({ limits: { heldOctets: 5000 } });
    for (let i = 0; i < 3000; i++) {
      w.clientAt = `192.0.2.7:${i}`;
      w.handshake().client(3, "held").client(9, "held too");
      if (i % 3 === 0) w.client(0, "123").client(7, "89");
      if (i % 3 === 1) w.server(0, "", { flags: 4 });
      if (i % 3 === 2) w.client(2, "", { flags: ACK | FIN }).client(0, "12");
    }
    expect(w.limits).toEqual([]);
  });
});

describe("a flood", () => {
  test("of a million SYNs keeps the rows at their ceiling and opens nothing", () => {
    const w = watch();
    const syn = { ...segment({ flags: SYN }) };
    for (let i = 0; i < 1_000_000; i++) {
      w.stage.segment(
        Object.assign(syn, { source3: Math.imul(i, 0x9e37_79b1), sourcePort: i & 0xffff, sequence: i }),
      );
    }
    expect(w.stage.counters).toEqual({
      connections: 1_000_000,
      opened: 0,
      halfOpenDropped: 1_000_000 - 65_536,
      evicted: 0,
      ignored: 0,
      acknowledgedOctets: 0,
      missedOctets: 0,
    });
    expect(w.limits).toHaveLength(1);
  });

  test("of acknowledgments and of RSTs from nowhere makes no connection objects either", () => {
    const w = watch({ limits: { connections: 0 } });
    for (let i = 0; i < 10_000; i++)
      w.push({ from: `192.0.${i >> 8}.${i & 0xff}:9`, flags: i % 2 === 0 ? ACK : 4 });
    expect(w.stage.counters).toMatchObject({ connections: 10_000, evicted: 0, opened: 0 });
  });
});

/** Offsets follow each other; gaps may be long, so that they are not written out. */
function consecutive(w: Watch, direction: Direction, n: number): void {
  let offset = 0;
  for (const item of w.opened[n]?.items ?? []) {
    if ((item.kind !== "chunk" && item.kind !== "gap") || item.direction !== direction) continue;
    expect(item.offset).toBe(offset);
    offset += item.length;
  }
}
