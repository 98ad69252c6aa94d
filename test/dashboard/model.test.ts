/** What observations become, and that the model stays small. */
import { describe, expect, test } from "vitest";
import type { FrameNumber } from "../../src/capture/frame.ts";
import { LIMITS } from "../../src/dashboard/limits.ts";
import { exposureSoFar, fold } from "../../src/dashboard/model.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { emptyCoverage } from "../../src/session/coverage.ts";
import {
  emptyModel,
  finding,
  login,
  modelOf,
  notice,
  opened,
  plain,
  publish,
  scene,
  seen,
  START,
  tls,
  verdict,
} from "./scene.ts";

describe("the model", () => {
  test("counts what passed", () => {
    const model = modelOf(scene());
    expect(model).toMatchObject({ engine: "cap", frames: 1204, dropped: "unknown", gaps: 0, messages: 13 });
    expect(model.counts.conversations).toBe(4);
    expect(model.severities).toEqual({ critical: 1, high: 1, medium: 0, low: 0, info: 0 });
  });

  test("takes drops for unknown until an engine counts them", () => {
    const model = emptyModel();
    expect(model.dropped).toBeUndefined();
    fold(model, notice({ type: "capture.opened", format: "live", engine: "tcpdump" }));
    expect(model.dropped).toBe("unknown");
    fold(model, notice({ type: "capture.drops", dropped: 7 }));
    expect(model.dropped).toBe(7);
  });

  test("counts frames over several captures", () => {
    const device = plain(0, "192.0.2.7:50000");
    const model = modelOf([
      { kind: "capture", index: 0, path: "a.pcap" },
      publish(device, 5, "t", "1"),
      { kind: "covered", covered: { type: "session.capture", coverage: { ...emptyCoverage(), frames: 9 } } },
      { kind: "capture", index: 1, path: "b.pcap" },
      publish(device, 3, "t", "1"),
    ]);
    expect(model.frames).toBe(12);
    expect(model.name).toBe("b.pcap");
  });

  test("copies the payload, which is only borrowed", () => {
    const device = plain(0, "192.0.2.7:50000");
    const payload = Uint8Array.of(1, 2, 3);
    const model = modelOf([publish(device, 1, "t", payload)]);
    payload.fill(9);
    const { payload: kept, kept: length } = model.topics.get("t")!;
    expect([...kept.subarray(0, length)]).toEqual([1, 2, 3]);
  });

  test("keeps of a topic the number of messages and the last payload", () => {
    const device = plain(0, "192.0.2.7:50000");
    const model = modelOf([publish(device, 1, "t", "twenty"), publish(device, 2, "t", "21")]);
    const topic = model.topics.get("t")!;
    expect(topic).toMatchObject({ messages: 2, octets: 8, length: 2, kept: 2 });
  });

  test("shows as readable only what was readable on the path", () => {
    const sealed = plain(0, "192.0.2.7:50000", "192.0.2.1:8883", "tls");
    const model = modelOf([
      opened(sealed),
      login(sealed, 1, { clientId: "a", username: "u", password: "p" }),
      publish(sealed, 2, "secret/topic", "1"),
    ]);
    expect(model.logins.size).toBe(0);
    expect(model.topics.size).toBe(0);
    expect(model.messages).toBe(1);
  });

  test("takes the same login again for the same, and another password for another", () => {
    const device = plain(0, "192.0.2.7:50000");
    const known = { clientId: "a", username: "u", password: "p" };
    const model = modelOf([
      login(device, 1, known),
      login(device, 2, { ...known, accepted: true }),
      login(device, 3, { ...known, password: "q" }),
      login(device, 4, { clientId: "au", username: "", password: "p" }),
    ]);
    expect([...model.logins.values()].map(one => [one.times, one.accepted])).toEqual([
      [2, true],
      [1, undefined],
      [1, undefined],
    ]);
  });

  test("says of a capture that was cut where it ends", () => {
    const reason = { kind: "short", needed: 16, left: 3 } as const;
    const fault = { unit: "Packet Record", field: "header", offset: 0, reason };
    const model = modelOf([notice({ type: "capture.malformed", position: 1234, fault })]);
    expect(model.trouble).toContain("unreadable from octet 1234 on");
  });

  test("says that a ceiling was reached", () => {
    const limit = {
      type: "stream.limit",
      limit: "connections",
      at: START as Timestamp,
      frame: 1 as FrameNumber,
    } as const;
    expect(modelOf([{ kind: "limit", limit }]).trouble).toContain("connections");
  });

  test("takes a finding that is told twice for one", () => {
    const once = finding("MQ101", "high", "title");
    expect(modelOf([once, once]).severities.high).toBe(1);
  });

  test("stays within its ceilings, and counts what lies beyond", () => {
    const model = emptyModel();
    for (let id = 0; id < 3000; id++) {
      const device = plain(id, `192.0.2.7:${id}`);
      fold(model, opened(device));
      fold(model, login(device, 1, { clientId: `client ${id}` }));
      fold(model, publish(device, 2, `topic/${id}`, "1"));
      fold(model, finding("MQ201", "info", `title ${id}`));
    }
    expect(model.conversations.size).toBe(LIMITS.conversations);
    expect(model.topics.size).toBe(LIMITS.topics);
    expect(model.logins.size).toBe(LIMITS.logins);
    expect(model.findings.size).toBe(LIMITS.findings);
    expect(model.counts).toEqual({
      conversations: 3000,
      topicMessagesBeyond: 3000 - LIMITS.topics,
      loginsBeyond: 3000 - LIMITS.logins,
    });
    expect(model.severities.info).toBe(3000);
  });

  test("lets conversations go that are over before those that last", () => {
    const model = emptyModel();
    const lasting = plain(0, "192.0.2.7:1");
    const over = plain(1, "192.0.2.7:2");
    over.ended = "fin";
    for (const one of [lasting, over]) fold(model, opened(one));
    for (let id = 2; id <= LIMITS.conversations; id++) fold(model, opened(plain(id, `192.0.2.7:${id}`)));
    expect(model.conversations.has(lasting)).toBe(true);
    expect(model.conversations.has(over)).toBe(false);
  });
});

describe("exposureSoFar", () => {
  const sound = tls(0, "192.0.2.7:1", { version: 0x0304, cipherSuite: 0x1301 });

  test("is unknown before anything was seen", () => {
    expect(exposureSoFar(emptyModel())).toBe("unknown");
  });

  test("is that of the worst conversation", () => {
    const outdated = tls(1, "192.0.2.8:1", { version: 0x0301, cipherSuite: 0xc013, rules: ["MQ302"] });
    const careless = tls(2, "192.0.2.9:1", { version: 0x0303, cipherSuite: 0xc02f, rules: ["MQ501"] });
    const readable = plain(3, "192.0.2.10:1");
    const model = emptyModel();
    const steps = [sound, outdated, careless, readable].map(one => {
      fold(model, opened(one));
      return exposureSoFar(model);
    });
    expect(steps).toEqual(["protected", "weak", "interceptable", "exposed"]);
  });

  test("does not flicker while a handshake goes on, and counts one that never ended well", () => {
    const shaking = tls(1, "192.0.2.8:1", { version: 0x0304, cipherSuite: 0x1301, established: false });
    const model = modelOf([opened(sound), opened(shaking)]);
    expect(exposureSoFar(model)).toBe("protected");
    shaking.ended = "rst";
    expect(exposureSoFar(model)).toBe("unknown");
  });

  test("remembers conversations that are no longer kept", () => {
    const readable = plain(0, "192.0.2.7:1");
    readable.ended = "fin";
    const model = modelOf([opened(readable)]);
    for (let id = 1; id <= LIMITS.conversations; id++)
      fold(model, opened(tls(id, `192.0.2.8:${id}`, { version: 0x0304, cipherSuite: 0x1301 })));
    expect(model.conversations.has(readable)).toBe(false);
    expect(exposureSoFar(model)).toBe("exposed");
  });

  test("is the verdict's once it is there", () => {
    const model = modelOf([opened(sound)]);
    fold(model, verdict({ outcome: "warn", exposure: "weak", complete: true, because: [], notSeen: [] }));
    expect(exposureSoFar(model)).toBe("weak");
  });

  test("gaps are counted as they come", () => {
    const device = plain(0, "192.0.2.7:1");
    const gap = { ...seen(device, 4), type: "stream.gap", octets: 100 } as const;
    expect(modelOf([{ kind: "event", event: gap }]).gaps).toBe(1);
  });
});
