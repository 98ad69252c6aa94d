/** What the dashboard remembers of a conversation, and what it lets go. */
import { describe, expect, test } from "vitest";
import {
  forget,
  keepUnit,
  LIMITS,
  newHistory,
  record,
  recorded,
  remember,
} from "../../src/dashboard/history.ts";
import type { FrameNumber } from "../../src/capture/frame.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import type { Publish } from "../../src/protocol/mqtt/packet.ts";
import type { EventOf } from "../../src/session/event.ts";
import type { Conversation } from "../../src/session/conversation.ts";
import { publish as octetsOfPublish } from "../protocol/mqtt/build.ts";
import { plain, seen } from "./scene.ts";

/** A PUBLISH of a conversation, as its event is. */
function publish(of: Conversation, frame: number, payload: string): EventOf<"mqtt.publish"> {
  const octets = octetsOfPublish("t", payload);
  const content = octets.subarray(octets.length - Buffer.byteLength(payload));
  const packet: Publish = {
    type: "publish",
    topic: "t",
    resolvedTopic: "t",
    qos: 0,
    retain: false,
    dup: false,
    payloadLength: content.length,
    payload: content,
  };
  const unit = { octets, start: 0, end: octets.length };
  return { ...seen(of, frame), type: "mqtt.publish", packet, guessed: false, unit };
}

describe("a history", () => {
  test("keeps the first and the latest units, and counts those between", () => {
    const history = newHistory();
    const conversation = plain(0, "192.0.2.7:50000");
    remember(history, conversation);
    for (let frame = 1; frame <= 500; frame++) record(history, publish(conversation, frame, String(frame)));
    const { units, passed, seen: all } = recorded(history, conversation);
    expect(all).toBe(500);
    expect(units.map(unit => unit.frame).slice(0, LIMITS.first)).toEqual(
      Array.from({ length: LIMITS.first }, (_, index) => index + 1),
    );
    expect(units.at(-1)).toMatchObject({ frame: 500, number: 500 });
    expect(units).toHaveLength(LIMITS.first + LIMITS.latest);
    expect(units.slice(LIMITS.first).map(unit => unit.frame)).toEqual(
      Array.from({ length: LIMITS.latest }, (_, index) => 501 - LIMITS.latest + index),
    );
    expect(passed).toEqual({ after: LIMITS.first - 1, units: 500 - LIMITS.first - LIMITS.latest });
  });

  test("copies octets, which are borrowed, and lets a unit be kept from being written anew", () => {
    const history = newHistory();
    const conversation = plain(0, "192.0.2.7:50000");
    remember(history, conversation);
    const event = publish(conversation, 1, "first");
    record(history, event);
    event.unit!.octets.fill(0);
    const [unit] = recorded(history, conversation).units;
    expect(Buffer.from(unit!.octets.subarray(0, unit!.kept)).toString()).toMatch(/first$/u);
    for (let frame = 2; frame < 200; frame++) record(history, publish(conversation, frame, "later"));
    const last = recorded(history, conversation).units.at(-1)!;
    const kept = keepUnit(last);
    for (let frame = 200; frame < 400; frame++) record(history, publish(conversation, frame, "latest"));
    expect(kept.frame).toBe(199);
    expect(Buffer.from(kept.octets).toString()).toMatch(/later$/u);
  });

  test("keeps the beginning of a long message, and says how long it was", () => {
    const history = newHistory();
    const conversation = plain(0, "192.0.2.7:50000");
    remember(history, conversation);
    record(history, publish(conversation, 1, "x".repeat(5_000)));
    expect(recorded(history, conversation).units[0]).toMatchObject({
      kept: LIMITS.messageOctets,
      length: 5_006,
      hidden: [],
    });
  });

  test("stays below its ceiling: the oldest conversation that is over loses its octets first", () => {
    const history = newHistory();
    const conversations: Conversation[] = [];
    const long = "x".repeat(LIMITS.messageOctets);
    for (let id = 0; id < 300; id++) {
      const conversation = plain(id, `192.0.2.7:${50_000 + id}`);
      conversations.push(conversation);
      remember(history, conversation);
      for (let frame = 1; frame <= 60; frame++) record(history, publish(conversation, frame, long));
      conversation.ended = id === 0 ? undefined : "fin";
      expect(history.octets).toBeLessThanOrEqual(LIMITS.octets + 100 * LIMITS.messageOctets);
    }
    expect(recorded(history, conversations[0]!).faded).toBe(false);
    expect(recorded(history, conversations[1]!)).toMatchObject({ faded: true });
    expect(recorded(history, conversations[1]!).units[0]).toMatchObject({ kept: 0, frame: 1 });
    expect(recorded(history, conversations[299]!).units[0]!.kept).toBe(LIMITS.messageOctets);
  });

  test("forgets with a conversation what it took", () => {
    const history = newHistory();
    const conversation = plain(0, "192.0.2.7:50000");
    remember(history, conversation);
    record(history, publish(conversation, 1, "x"));
    expect(history.octets).toBeGreaterThan(0);
    forget(history, conversation);
    expect(history.octets).toBe(0);
    record(history, publish(conversation, 2, "x"));
    expect(recorded(history, conversation).units).toEqual([]);
  });

  test("holds gaps and endings, which have no octets", () => {
    const history = newHistory();
    const conversation = plain(0, "192.0.2.7:50000");
    remember(history, conversation);
    const where = { ...seen(conversation, 4), at: 1 as Timestamp, frame: 4 as FrameNumber };
    record(history, { ...where, type: "stream.gap", octets: 1_460 });
    record(history, { ...where, type: "stream.end", how: "rst" });
    expect(recorded(history, conversation).units).toMatchObject([
      { type: "stream.gap", length: 1_460, kept: 0 },
      { type: "stream.end", note: "rst" },
    ]);
  });
});
