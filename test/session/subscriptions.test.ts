/** What the broker granted, where a Packet Identifier is used more than once. */
import { describe, expect, test } from "vitest";
import { type Line, Scene } from "../finding/scene.ts";

const ask = (line: Line, topic: string, qos: 0 | 1 = 0): Line =>
  line.send("client", { cmd: "subscribe", messageId: 1, subscriptions: [{ topic, qos }] });
const answer = (line: Line, code: number): Line =>
  line.send("server", { cmd: "suback", messageId: 1, granted: [code] });

async function granted(scene: Scene): Promise<unknown> {
  const [conversation] = (await scene.report()).conversations;
  return conversation?.mqtt?.subscriptions.map(({ filter, granted: code }) => [filter, code]);
}

describe("an identifier that is used again", () => {
  test("while its answer is on the way has its answers in the order of the questions", async () => {
    const scene = new Scene();
    const line = scene.open("192.0.2.7:40000").login();
    ask(line, "#");
    ask(line, "iot/led");
    answer(line, 0x80);
    answer(line, 0);
    expect(await granted(scene)).toEqual([
      ["#", 0x80],
      ["iot/led", 0],
    ]);
  });

  test("much later had no answer before: the broker answers the newer question", async () => {
    const scene = new Scene();
    const line = scene.open("192.0.2.7:40000").login();
    ask(line, "#");
    scene.wait(30);
    ask(line, "iot/led");
    answer(line, 0);
    expect(await granted(scene)).toEqual([
      ["#", undefined],
      ["iot/led", 0],
    ]);
    expect(await scene.findings("MQ203")).toEqual([]);
  });

  test("has lost its first answer where octets of the broker are missing, which is no more than likely", async () => {
    const scene = new Scene();
    const line = scene.open("192.0.2.7:40000").login();
    ask(line, "iot/led");
    line.lose("server", 5);
    ask(line, "#");
    answer(line, 0);
    expect(await granted(scene)).toEqual([
      ["iot/led", undefined],
      ["#", 0],
    ]);
    expect(await scene.findings("MQ203")).toMatchObject([{ confidence: "tentative" }]);
  });

  test("for the same filters is the same question, sent again", async () => {
    const scene = new Scene();
    const line = scene.open("192.0.2.7:40000").login();
    ask(line, "iot/led");
    scene.wait(20);
    ask(line, "iot/led");
    answer(line, 0);
    expect(await granted(scene)).toEqual([["iot/led", 0]]);
  });
});
