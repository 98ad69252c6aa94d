/** The first twenty thousand generated sessions; `npm run fuzz` goes on to a million. */
import { describe, expect, test } from "vitest";
import { PACKET_NAMES } from "../../src/protocol/mqtt/frame.ts";
import { checkSession } from "./invariance.ts";
import { sessionOf } from "./mqtt-sessions.ts";

const SESSIONS = 20_000;

describe("law: what is said of a session does not depend on how TCP cut it", () => {
  test("whole, octet by octet, at random and in every two pieces: the same events", {
    timeout: 300_000,
  }, () => {
    for (let seed = 0; seed < SESSIONS; seed++) checkSession(seed);
  });

  test("the sessions hold every type of Control Packet in all three versions, sound and spoiled", () => {
    const types = new Set<string>();
    for (let seed = 0; seed < 2_000; seed++) {
      const { version, packets, sound } = sessionOf(seed);
      for (const { type } of packets)
        types.add(`${version} ${sound ? "sound" : "spoiled"} ${PACKET_NAMES[type]}`);
    }
    expect(types.size).toBe(2 * (14 + 14 + 15));
  });
});
