/** Clients behind a proxy that says who they are: each is told and remembered by its own address. */
import { describe, expect, test } from "vitest";
import { BROKER, type Line, Scene } from "./scene.ts";

const PROXY = "203.0.113.80";

/** A connection of the proxy for a client at `source`, told in version 1 of the PROXY protocol. */
function forward(scene: Scene, port: number, source: string): Line {
  const family = source.includes(":") ? "TCP6" : "TCP4";
  const to = family === "TCP6" ? "2001:db8::1" : "192.0.2.1";
  const header = Buffer.from(`PROXY ${family} ${source} ${to} ${port} 1883\r\n`);
  return scene.open(`${PROXY}:${port}`).send("client", header);
}

const bad = (password: string) => ({ username: "device", password: Buffer.from(password) });

describe("clients behind a proxy", () => {
  test("that are refused once each are nobody who guesses (MQ206)", async () => {
    const scene = new Scene();
    for (const at of [1, 2, 3, 4, 5, 6])
      forward(scene, 40_000 + at, `198.51.100.${at}`)
        .login(bad(`Pw-${at}`), 5)
        .fin("server");
    expect(await scene.findings("MQ206")).toEqual([]);
  });

  test("one of whom guesses is told by its own address (MQ206)", async () => {
    const scene = new Scene();
    for (const at of [1, 2, 3, 4, 5])
      forward(scene, 40_000 + at, "2001:db8::7")
        .login({ ...bad(`Pw-${at}`), clientId: "" }, 5)
        .fin("server");
    expect(await scene.findings("MQ206")).toMatchObject([
      { subject: { client: "2001:db8::7", broker: BROKER } },
    ]);
  });

  test("take an identifier over from another address (MQ209)", async () => {
    const scene = new Scene();
    const older = forward(scene, 40_001, "198.51.100.7").login();
    forward(scene, 40_002, "198.51.100.9").login();
    older.publish("iot/temp");
    const [found] = await scene.findings("MQ209");
    expect(found).toMatchObject({ confidence: "firm" });
    expect(found?.title).toContain("by a client at another address");
  });

  test("without an identifier are told apart by their addresses", async () => {
    const scene = new Scene();
    for (const at of [1, 2, 3]) forward(scene, 40_000 + at, `198.51.100.${at}`).login({ clientId: "" });
    const subjects = (await scene.findings("MQ201")).map(found => found.subject.client);
    expect(subjects).toEqual(["198.51.100.1", "198.51.100.2", "198.51.100.3"]);
  });
});
