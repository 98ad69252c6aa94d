import { describe, expect, test } from "vitest";
import { LIMITS } from "../../../src/protocol/limits.ts";
import { recognizeMqtt } from "../../../src/protocol/mqtt/recognize.ts";
import {
  readText,
  textTrouble,
  topicFilterTrouble,
  topicNameTrouble,
} from "../../../src/protocol/mqtt/text.ts";
import { internTopic, isTopic, topicTable } from "../../../src/protocol/mqtt/topics.ts";
import { hex } from "../build.ts";
import { CONNECTS } from "./build.ts";

const octetsOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

describe("internTopic", () => {
  test("gives a topic seen before as the same object", () => {
    const table = topicTable();
    const octets = octetsOf("xxiot/sensor/temp");
    const topic = internTopic(table, octets, 2, octets.length);
    expect(topic.text).toBe("iot/sensor/temp");
    expect(internTopic(table, octetsOf("iot/sensor/temp"), 0, 15)).toBe(topic);
  });

  test("keeps octets of its own", () => {
    const table = topicTable();
    const octets = octetsOf("a/b");
    internTopic(table, octets, 0, 3);
    octets.fill(0);
    expect(internTopic(table, octetsOf("a/b"), 0, 3).text).toBe("a/b");
  });

  test("never mistakes one topic for another, however many there are", () => {
    const table = topicTable();
    for (let round = 0; round < 2; round++)
      for (let i = 0; i < 3 * LIMITS.internedTopics; i++) {
        const octets = octetsOf(`t/${i}`);
        expect(internTopic(table, octets, 0, octets.length).text).toBe(`t/${i}`);
      }
    expect(table.slots).toHaveLength(LIMITS.internedTopics);
  });

  test("does not keep long topics and the empty one", () => {
    const table = topicTable();
    const octets = octetsOf("x".repeat(300));
    expect(internTopic(table, octets, 0, 300)).not.toBe(internTopic(table, octets, 0, 300));
    const empty = internTopic(table, octets, 0, 0);
    expect([empty.text, empty.sound, isTopic(empty, octets, 0, 0)]).toEqual(["", true, false]);
  });

  test("says what is sound", () => {
    const table = topicTable();
    for (const [text, sound] of [
      ["a/b", true],
      ["a/+", false],
      ["#", false],
      ["a\0", false],
    ] as const)
      expect(internTopic(table, octetsOf(text), 0, text.length).sound).toBe(sound);
    expect(internTopic(table, hex("61ff"), 0, 2)).toMatchObject({ sound: false, text: hex("61ff") });
  });
});

describe("texts", () => {
  test("are strings where they are UTF-8, and octets where they are not", () => {
    expect(readText(octetsOf("xgrößex"), 1, 8)).toBe("größe");
    expect(readText(hex("61 c0 62"), 0, 3)).toEqual(hex("61c062"));
    expect(readText(hex("eda080"), 0, 3)).toEqual(hex("eda080"));
    const long = octetsOf("é".repeat(300));
    expect(readText(long, 0, long.length)).toBe("é".repeat(300));
  });

  test("have troubles by version, which never repeat the text", () => {
    expect(textTrouble("a\0secret", true)).toEqual({ value: "U+0000", clause: "MQTT-1.5.4-2" });
    expect(textTrouble("a\0secret", false)).toEqual({ value: "U+0000", clause: "MQTT-1.5.3-2" });
    expect(topicNameTrouble("a/#", true)).toEqual({ value: "wildcard", clause: "MQTT-3.3.2-2" });
    expect(topicNameTrouble("", true)).toBeUndefined();
  });

  test.each(["#", "+", "a/#", "+/a/+", "/", "a//b", "$SYS/#", "+/+", "a\n/+"])(
    "%j is a Topic Filter",
    filter => {
      expect(topicFilterTrouble(filter, true)).toBeUndefined();
    },
  );

  test.each(["", "a#", "#/a", "a/#/b", "a+", "+a", "a/b+/c", "##", "++"])("%j is none", filter => {
    expect(topicFilterTrouble(filter, true)).toBeDefined();
  });
});

describe("recognizeMqtt", () => {
  test("knows the CONNECT of every version, and is unsure until it has seen the name", () => {
    for (const octets of Object.values(CONNECTS)) {
      const enough = 2 + 2 + octets[3]!;
      for (let length = 0; length < enough; length++)
        expect(recognizeMqtt(octets.subarray(0, length))).toBe("unsure");
      expect(recognizeMqtt(octets.subarray(0, enough))).toBe("yes");
    }
  });

  test("is told nothing by anything else", () => {
    for (const octets of [
      "00",
      "20 02 0000",
      "10 00",
      "10 06 0004 4d515454",
      "20 0d 0004 4d515454 04",
      "10 0d 0004 4d515455 04",
      "10 0d 0005",
    ])
      expect(recognizeMqtt(hex(octets))).toBe("no");
  });

  test("knows one with flags or a level that the standard forbids", () => {
    for (const octets of [
      "11 0d 0004 4d515454 04 02",
      "10 0d 0004 4d515454 06",
      "10 0f 0006 4d5149736470 09",
    ])
      expect(recognizeMqtt(hex(octets))).toBe("yes");
  });
});
