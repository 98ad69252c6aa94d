/** What happens to interfaces and to a capture under load: the built program on a cable between two network namespaces. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { captureFrames } from "../../src/capture/file.ts";
import { type Cable, cable, endAll, folder, notHere, type Run, start, until } from "./live-run.ts";

const skipped = notHere("ip", "mosquitto", "mosquitto_pub");

let line: Cable;
let place: ReturnType<typeof folder>;
const others: ChildProcess[] = [];

beforeAll(() => {
  if (skipped !== "") return;
  line = cable();
  place = folder();
  const config = join(place.path, "mosquitto.conf");
  writeFileSync(config, "listener 1883\nallow_anonymous true\n");
  others.push(other([...line.here, "mosquitto", "-c", config]));
});

afterEach(endAll);

afterAll(() => {
  for (const child of others) child.kill("SIGKILL");
  if (skipped !== "") return;
  line.remove();
  place.remove();
});

function other(command: readonly string[]): ChildProcess {
  const [program = "", ...args] = command;
  return spawn(program, args, { stdio: "ignore" });
}

/** One client of the other namespace logs in and publishes; tried until the broker answers. */
async function publish(host: string, topic: string): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt++) {
    const child = other([
      ...line.there,
      "mosquitto_pub",
      "-h",
      host,
      "-t",
      topic,
      "-m",
      "21.5",
      "-u",
      "u",
      "-P",
      "p",
    ]);
    const code = await new Promise(resolve => child.once("exit", resolve));
    if (code === 0) return;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error(`nothing can be published to ${host}`);
}

const listen = (...args: readonly string[]): Run =>
  start(["--iface", line.iface, "--format", "ndjson", ...args], { before: line.here });

const topicsOf = (run: Run): unknown[] =>
  run.lines().flatMap(({ type, topic }) => (type === "mqtt.publish" ? [topic] : []));

/** Publishes until it is seen: an engine has its socket, or has said that it goes on, a little before it captures. */
async function seesSoon(run: Run, host: string, topic: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await publish(host, topic);
    const seen = until(() => topicsOf(run).includes(topic), `a message on ${topic}; ${run.err()}`, 2_000);
    if (attempt === 10) await seen;
    if (await seen.catch(() => false)) return;
  }
}

const count = (run: Run, type: string): number => run.lines().filter(one => one.type === type).length;

async function end(run: Run): Promise<void> {
  run.child.kill("SIGINT");
  expect(await run.ended()).toMatchObject({ code: 130 });
  expect(run.lines().at(-1)?.type).toBe("verdict");
}

describe.each(["cap", "tcpdump", "dumpcap"] as const)("an interface that %s reads", engine => {
  const skipped = notHere("ip", "mosquitto", "mosquitto_pub", ...(engine === "cap" ? [] : [engine]));

  test.skipIf(skipped !== "")(
    `may go down, come up, be deleted and be made anew: the capture says so and goes on${skipped}`,
    async () => {
      const run = listen("--engine", engine);
      await run.engine();
      await seesSoon(run, line.address, "before");

      line.ip("link", "set", line.iface, "down");
      await until(() => count(run, "capture.lost") === 1, `a loss; ${run.err()}`);
      line.ip("link", "set", line.iface, "up");
      await until(() => count(run, "capture.resumed") === 1, `that it goes on; ${run.err()}`);
      await seesSoon(run, line.address, "after-down");

      line.ip("link", "delete", line.iface);
      await until(() => count(run, "capture.lost") === 2, `a second loss; ${run.err()}`);
      line.lay();
      await until(() => count(run, "capture.resumed") === 2, `that it goes on again; ${run.err()}`);
      await seesSoon(run, line.address, "after-deletion");
      await end(run);
      expect(run.err()).toMatch(/lost, .*went down/);
    },
  );
});

describe("a capture on a cable", () => {
  test.skipIf(skipped !== "")(`sees IPv4 and IPv6${skipped}`, async () => {
    const run = listen();
    await run.engine();
    await seesSoon(run, line.address, "four");
    await seesSoon(run, line.address6, "six");
    await end(run);
  });

  test.skipIf(skipped !== "")(
    `sees what carries a VLAN tag, which the kernel takes off${skipped}`,
    async () => {
      const run = listen();
      await run.engine();
      const tagged: string[] = [];
      for await (const { frames } of captureFrames({ path: STORY }))
        for (const { octets, start, end } of frames)
          tagged.push(
            Buffer.concat([
              octets.subarray(start, start + 12),
              VLAN_7,
              octets.subarray(start + 12, end),
            ]).toString("hex"),
          );
      expect(tagged.length).toBeGreaterThan(5);
      send(tagged);
      const connect = await run.line("mqtt.connect");
      expect(connect).toHaveProperty("password");
      await end(run);
    },
  );

  test.skipIf(skipped !== "")(`sees all interfaces by the name any${skipped}`, async () => {
    const run = start(["--iface", "any", "--format", "ndjson"], { before: line.here });
    await run.engine();
    await seesSoon(run, line.address, "everywhere");
    await end(run);
  });

  test.skipIf(skipped !== "")(
    `judges a connection on beyond what was missed while the engine was dead${skipped}`,
    async () => {
      const run = listen();
      const first = await run.engine();
      const client = spawn(
        line.there[0]!,
        [...line.there.slice(1), "mosquitto_pub", "-h", line.address, "-t", "numbered", "-l"],
        { stdio: ["pipe", "ignore", "ignore"] },
      );
      others.push(client);
      let sent = 0;
      const timer = setInterval(() => client.stdin.write(`message ${++sent}\n`), 20);
      const numbers = (): number[] =>
        run
          .lines()
          .filter(({ type }) => type === "mqtt.publish")
          .map(({ payload }) => Number(/\d+/.exec((payload as { text: string }).text)?.[0]));
      try {
        await until(() => numbers().length > 5, `messages; ${run.err()}`);
        process.kill(first, "SIGKILL");
        await run.line("capture.resumed");
        const before = numbers().length;
        await until(() => numbers().length > before + 5, "messages after the interruption");
      } finally {
        clearInterval(timer);
        client.kill();
      }
      const seen = numbers();
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
      expect(seen.length).toBeLessThan(seen.at(-1)! - seen[0]! + 1);
      await run.line("stream.gap");
      await end(run);
    },
  );
});

/** A capture of one login, on Ethernet. */
const STORY = fileURLToPath(
  new URL("../../fixtures/captures/plaintext-password/capture.pcapng", import.meta.url),
);

/** IEEE 802.1Q: VLAN 7. */
const VLAN_7 = Buffer.from("81000007", "hex");

/** Puts frames on the cable from its other end, as they are. */
function send(frames: readonly string[]): void {
  const script = `
    const { Cap } = require("cap");
    const cap = new Cap();
    const into = Buffer.alloc(65535);
    cap.open(${JSON.stringify(line.otherIface)}, "", 1048576, into);
    for (const frame of ${JSON.stringify(frames)}) {
      const octets = Buffer.from(frame, "hex");
      cap.send(octets, octets.length);
    }
    process.exit();
  `;
  const [program = "", ...args] = line.there;
  execFileSync(program, [...args, process.execPath, "-e", script], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/**
 * Writes MQTT to a listener of its own on the loopback interface, as fast as it can: so many PUBLISHes of so many octets,
 * and no more. It ends by itself.
 */
function flood(
  port: number,
  octets: number,
  messages: number,
  host = "127.0.0.1",
  before: readonly string[] = [],
): ChildProcess {
  const script = `
    const { connect, createServer } = require("node:net");
    const publish = Buffer.alloc(${octets}, 0x61);
    const body = ${octets} - 5;
    publish.set([0x30, (body & 0x7f) | 0x80, (body >> 7 & 0x7f) | 0x80, (body >> 14 & 0x7f) | 0x80, body >> 21, 0, 5]);
    const connection = Buffer.from("100d00044d5154540402003c0001" + "61", "hex");
    const server = createServer(socket => {
      socket.once("data", () => socket.write(Buffer.from("20020000", "hex"))).resume();
      socket.on("error", () => {});
    });
    server.listen(${port}, "${host}", () => {
      const socket = connect(${port}, "${host}");
      socket.setNoDelay(true);
      socket.write(connection);
      socket.once("data", () => {
        let left = ${messages};
        const more = () => {
          for (let i = 0; i < 40 && left > 0; i++) {
            left--;
            if (!socket.write(publish) && left > 0) return;
          }
          if (left > 0) setImmediate(more);
          else socket.end();
        };
        socket.on("drain", more);
        socket.on("close", () => process.exit());
        more();
      });
    });
  `;
  const child = other([...before, process.execPath, "-e", script]);
  others.push(child);
  return child;
}

describe("a capture under load", () => {
  test.skipIf(skipped !== "").each(["SIGINT", "SIGTERM"] as const)(
    `ends within two seconds of %s with its report written${skipped}`,
    async signal => {
      const file = join(place.path, `${signal}.json`);
      const port = signal === "SIGINT" ? 18_831 : 18_832;
      const run = start(
        ["--iface", "lo", "--ports", String(port), "--report", `json=${file}`, "--format", "text"],
        // The two seconds are this program's, and not those of whatever else runs beside the tests.
        { before: ["nice", "-n", "-10"] },
      );
      await run.engine();
      const sender = flood(port, 64, 10_000_000);
      await new Promise(resolve => setTimeout(resolve, 2000));
      run.child.kill(signal);
      const { code, millis } = await run.ended();
      sender.kill("SIGKILL");
      expect(code).toBe(signal === "SIGINT" ? 130 : 143);
      expect(millis).toBeLessThan(2000);
      const report = JSON.parse(readFileSync(file, "utf8")) as Report;
      expect(report.conversations[0]!.mqtt.publishes.client).toBeGreaterThan(1000);
    },
  );

  // With `gso_max_size` an IPv6 packet is longer than its header can say (BIG TCP); where the system has no such thing,
  // it is as long as that of IPv4.
  test.skipIf(skipped !== "").each([
    ["127.0.0.1", 18_833],
    ["::1", 18_834],
  ] as const)(
    `says how many octets lay beyond the snap length of cap, to %s, and judges on${skipped}`,
    async (host, port) => {
      const file = join(place.path, `bulk-${port}.json`);
      try {
        line.ip("link", "set", "lo", "gso_max_size", "180000", "gro_max_size", "180000");
      } catch {
        // An older system.
      }
      const run = start(
        [
          ...["--iface", "lo", "--ports", String(port), "--engine", "cap", "--buffer", "256"],
          ...["--report", `json=${file}`, "--format", "ndjson", "--payload-limit", "1"],
        ],
        { before: line.here },
      );
      await run.engine();
      const sender = flood(port, 2_000_000, 10, host, line.here);
      await new Promise(resolve => sender.once("exit", resolve));
      await until(() => {
        const stats = run.lines().filter(({ type }) => type === "capture.stats");
        const [before, last] = stats.slice(-2).map(({ frames }) => Number(frames));
        return last !== undefined && last > 200 && before === last;
      }, "the last frame");
      await end(run);
      const { coverage, conversations } = JSON.parse(readFileSync(file, "utf8")) as Report;
      expect(coverage.truncatedFrames).toBeGreaterThan(100);
      expect(coverage.gapOctets).toBeGreaterThan(100);
      // What the sender's retransmissions made good is no gap; every octet is either judged or told.
      expect(conversations[0]!.octets.client + coverage.gapOctets).toBe(15 + 10 * 2_000_000);
    },
  );
});

interface Report {
  readonly conversations: readonly {
    readonly octets: { readonly client: number };
    readonly mqtt: { readonly publishes: { readonly client: number } };
  }[];
  readonly coverage: { readonly truncatedFrames: number; readonly gapOctets: number };
}
