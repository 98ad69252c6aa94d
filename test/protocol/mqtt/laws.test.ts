/** What holds for every conversation, however it was cut, and for octets that are none. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ProtocolEvent } from "../../../src/protocol/event.ts";
import { join, Talk } from "../build.ts";
import { conversation, type Conversation, mqttEvents, runs, sentBy } from "./build.ts";

/** What an event says, without the frames that carried it: they differ with the cuts. */
function said(events: readonly ProtocolEvent[]): unknown[] {
  return events.map(event => {
    const { connection: _, carriers, frame: __, at: ___, unit: ____, ...rest } = event;
    const octets = carriers.reduce((sum, carrier) => sum + carrier.length, 0);
    return { ...rest, covered: octets >= event.to - event.from };
  });
}

/** The conversation with both sides' octets cut anywhere, the client's first. */
const cutAt = (talked: Conversation, client: readonly number[], server: readonly number[]): Talk =>
  new Talk()
    .cut("client", sentBy(talked, "client"), client)
    .cut("server", sentBy(talked, "server"), server)
    .end("fin");

/** Equal, compared fast; a difference is shown well. */
function same(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

const whole = (talked: Conversation): unknown[] => said(mqttEvents(cutAt(talked, [], [])));

const every = Array.from({ length: 5000 }, (_, i) => i);

describe("law: events do not depend on how TCP cut the stream", () => {
  test("one octet at a time, and cut at random, gives the same events as one piece", () => {
    const cuts = fc.array(fc.nat(2000), { maxLength: 30 });
    fc.assert(
      fc.property(conversation, cuts, cuts, (talked, client, server) => {
        const expected = whole(talked);
        expect(expected.length).toBeGreaterThan(talked.turns.length);
        same(said(mqttEvents(cutAt(talked, client, server))), expected);
        same(said(mqttEvents(cutAt(talked, every, every))), expected);
      }),
      { numRuns: runs(800) },
    );
  });

  test("every cut into two pieces gives the same events as one piece", () => {
    fc.assert(
      fc.property(conversation, talked => {
        const expected = whole(talked);
        for (let cut = 1; cut < sentBy(talked, "client").length; cut++)
          same(said(mqttEvents(cutAt(talked, [cut], []))), expected);
      }),
      { numRuns: Math.ceil(runs(20) / 10) },
    );
  });

  test("a conversation with faults gives the same faults", () => {
    const change = fc.tuple(fc.nat(1000), fc.nat(255));
    const cuts = fc.array(fc.nat(1000), { maxLength: 20 });
    fc.assert(
      fc.property(
        conversation,
        fc.array(change, { minLength: 1, maxLength: 4 }),
        cuts,
        (talked, changes, places) => {
          const octets = Uint8Array.from(sentBy(talked, "client"));
          for (const [at, value] of changes) octets[at % octets.length] = value;
          const mutated = { ...talked, turns: [{ from: "client", octets } as const] };
          const one = mqttEvents(cutAt(mutated, [], []));
          // Once packets are lost, where segments begin is evidence, and so may be what is found.
          const lost = one.findIndex(
            event => event.type === "mqtt.malformed" && event.fault.unit === "Control Packet",
          );
          const end = lost < 0 ? one.length : lost + 1;
          const many = mqttEvents(cutAt(mutated, places, []));
          same(said(many).slice(0, end), said(one).slice(0, end));
        },
      ),
      { numRuns: runs(800) },
    );
  });
});

describe("law: a conversation is read as it was written", () => {
  test("one event for each packet, of its type, from its sender, at its place", () => {
    fc.assert(
      fc.property(conversation, talked => {
        const talk = new Talk();
        for (const { from, octets } of talked.turns) talk.send(from, octets);
        const events = mqttEvents(talk);
        expect(events).toHaveLength(talked.turns.length);
        const offsets = { client: 0, server: 0 };
        for (const [index, { from, octets }] of talked.turns.entries()) {
          const event = events[index]!;
          expect(event).toMatchObject({ direction: from, frame: index + 1, guessed: false });
          expect([event.from, event.to]).toEqual([offsets[from], offsets[from] + octets.length]);
          offsets[from] += octets.length;
        }
      }),
      { numRuns: runs(300) },
    );
  });

  test("with any one packet missing, no packet is told that was not sent", () => {
    fc.assert(
      fc.property(conversation, fc.nat(100), (talked, which) => {
        const index = which % talked.turns.length;
        const complete = new Talk();
        const torn = new Talk();
        for (const [at, { from, octets }] of talked.turns.entries()) {
          complete.send(from, octets);
          if (at === index) torn.gap(from, octets.length);
          else torn.send(from, octets);
        }
        const sent = mqttEvents(complete).map(
          event => `${event.type} ${event.direction} ${event.from} ${event.to}`,
        );
        const told = mqttEvents(torn.end());
        for (const event of told)
          if ("packet" in event)
            expect(sent).toContain(`${event.type} ${event.direction} ${event.from} ${event.to}`);
        expect(told.filter(event => event.type === "stream.gap")).toHaveLength(1);
      }),
      { numRuns: runs(500) },
    );
  });
});

describe("law: no octets throw", () => {
  const item = fc.record({
    kind: fc.constantFrom("chunk", "chunk", "chunk", "gap", "close"),
    direction: fc.constantFrom("client", "server"),
    octets: fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      conversation.map(talked => join(...talked.turns.map(turn => turn.octets)).subarray(0, 200)),
    ),
  });

  test("random items, torn conversations and any mixture of both are events", () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 12 }), fc.boolean(), (script, midstream) => {
        const talk = new Talk({ midstream, roles: midstream ? "first-segment" : "handshake" });
        for (const { kind, direction, octets } of script) {
          const side = direction === "client" ? "client" : "server";
          if (kind === "chunk") talk.send(side, octets, 7);
          else if (kind === "gap") talk.gap(side, octets.length + 1);
          else talk.close(side, "fin");
        }
        const events = mqttEvents(talk.end("fin"));
        expect(events.at(-1)).toMatchObject({ type: "stream.end" });
        expect(events.filter(event => event.type === "mqtt.malformed").length).toBeLessThanOrEqual(32);
        for (const event of events) expect(event.to).toBeGreaterThanOrEqual(event.from);
      }),
      { numRuns: runs(1000) },
    );
  });

  test("Object.prototype is what it was", () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
