/** A capture that comes in by standard input while it is taken, as from `ssh gateway tcpdump -U -w -`. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { fileURLToPath } from "node:url";
import { Aedes } from "aedes";
import mqtt from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { onPath } from "../../src/capture/engine.ts";
import { captureRights } from "../../src/capture/interfaces.ts";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const story = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/captures/${name}/capture.pcapng`, import.meta.url));
const { allowed, reason } = captureRights();
const skipped = !allowed
  ? ` (skipped: ${reason})`
  : onPath("tcpdump")
    ? ""
    : " (skipped: tcpdump is not installed)";

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

interface Judge {
  readonly input: NodeJS.WritableStream;
  /** Resolves with the first line of a type; never once the judge has ended without one. */
  line(type: string): Promise<Record<string, unknown>>;
  readonly code: Promise<number | null>;
  readonly types: string[];
}

function judge(...args: readonly string[]): Judge {
  const child = spawn(process.execPath, [MAIN, ...args, "--format", "ndjson", "-"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  started.push(child);
  const lines: Record<string, unknown>[] = [];
  let rest = "";
  let wake = (): void => undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const whole = (rest + text).split("\n");
    rest = whole.pop()!;
    lines.push(...whole.map(one => JSON.parse(one) as Record<string, unknown>));
    wake();
  });
  child.stdin.on("error", () => undefined);
  return {
    input: child.stdin,
    async line(type) {
      for (;;) {
        const found = lines.find(one => one["type"] === type);
        if (found !== undefined) return found;
        await new Promise<void>(resolve => (wake = resolve));
      }
    },
    code: once(child, "close").then(([code]) => code as number | null),
    get types() {
      return lines.map(one => String(one["type"]));
    },
  };
}

describe("a stream on standard input", () => {
  test("is judged as it comes, findings too, and by verdict at its end", async () => {
    const { input, line, code, types } = judge();
    input.write(story("plaintext-password"));
    expect(await line("mqtt.connect")).toMatchObject({ username: "device_fleet" });
    expect(await line("finding")).toMatchObject({ rule: expect.stringMatching(/^MQ/) });
    expect(types).not.toContain("verdict");
    input.end();
    expect(await code).toBe(1);
    expect(await line("verdict")).toMatchObject({ exposure: "exposed" });
  });

  test("may stall in the middle of a packet, and go on", async () => {
    const { input, line, code } = judge();
    const capture = story("plaintext-password");
    const middle = Math.floor(capture.length / 2) + 1;
    input.write(capture.subarray(0, middle));
    await line("mqtt.connect");
    await new Promise(resolve => setTimeout(resolve, 300));
    input.end(capture.subarray(middle));
    expect(await line("verdict")).toMatchObject({ outcome: "fail", exposure: "exposed" });
    expect(await code).toBe(1);
  });

  test("that breaks off in the middle of a packet is judged up to there, and said to be cut", async () => {
    const { input, line, code } = judge("--fail-on", "never");
    const capture = story("plaintext-password");
    input.end(capture.subarray(0, capture.length - 150));
    expect(await line("capture.malformed")).toMatchObject({ fault: { reason: { kind: "short" } } });
    expect(await line("verdict")).toMatchObject({ complete: false });
    expect(await code).toBe(3);
  });
});

describe("tcpdump -U -w - on the loopback interface", () => {
  let broker: Aedes;
  let server: Server;
  let port = 0;
  beforeAll(async () => {
    broker = await Aedes.createBroker();
    server = createServer(broker.handle).listen(0, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    await new Promise<void>(done => broker.close(done));
    server.close();
  });

  test.skipIf(skipped !== "")(
    `is judged live, and to its end when it is ended${skipped}`,
    async () => {
      const tcpdump = spawn("tcpdump", ["-i", "lo", "-U", "-w", "-", `tcp port ${port}`], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      started.push(tcpdump);
      const { input, line, code, types } = judge("--ports", String(port));
      tcpdump.stdout.pipe(input);
      await new Promise<void>(resolve =>
        tcpdump.stderr.on("data", (text: Buffer) => text.includes("listening on") && resolve()),
      );
      const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
        clientId: "piped",
        username: "fleet",
        password: "opensesame",
      });
      expect(await line("mqtt.connect")).toMatchObject({ clientId: "piped", username: "fleet" });
      expect(await line("finding")).toBeDefined();
      await client.publishAsync("a/b", "c");
      expect(await line("mqtt.publish")).toMatchObject({ topic: "a/b" });
      expect(types).not.toContain("verdict");
      await client.endAsync();
      tcpdump.kill("SIGINT");
      expect(await line("verdict")).toMatchObject({ exposure: "exposed" });
      expect(await code).toBe(1);
    },
    30_000,
  );
});
