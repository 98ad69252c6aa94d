/** Live capture on the loopback interface, with the built capture process. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Aedes } from "aedes";
import mqtt from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CaptureError } from "../../src/capture/capture-error.ts";
import type { EngineName } from "../../src/capture/engine.ts";
import type { Notice } from "../../src/capture/frame.ts";
import { captureRights, listInterfaces } from "../../src/capture/interfaces.ts";
import { liveCapture, type LiveOptions } from "../../src/capture/live.ts";

const capProcess = new URL("../../dist/capture/cap-process.js", import.meta.url);
const supervisor = new URL("../../dist/capture/supervisor.js", import.meta.url);
const { engines } = await listInterfaces();
const rights = captureRights();

/** Why an engine cannot be tried here, for the test's name. */
function notHere(engine: EngineName): string {
  if (!rights.allowed) return ` (skipped: ${rights.reason})`;
  const state = engines.find(one => one.name === engine)!;
  return state.available ? "" : ` (skipped: ${engine} ${state.reason})`;
}

const skipped = notHere("cap");

let broker: Aedes;
let server: Server;
let port = 0;

beforeAll(async () => {
  broker = await Aedes.createBroker();
  server = createServer(broker.handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  await new Promise<void>(done => broker.close(done));
  server.close();
});

interface Seen {
  readonly notices: Notice[];
  readonly octets: Buffer[];
  readonly positions: Set<number>;
}

/** Captures until what was seen is enough; `act` is called when the capture is open. */
async function capture(
  options: Partial<LiveOptions>,
  act: (stop: () => void) => Promise<void>,
  enough: (seen: Seen) => boolean = () => false,
): Promise<Seen> {
  const controller = new AbortController();
  const seen: Seen = { notices: [], octets: [], positions: new Set() };
  const stop = (): void => controller.abort();
  let acting: Promise<void> | undefined;
  const live = liveCapture({
    iface: "lo",
    ports: [port],
    bufferMib: 8,
    capProcess,
    supervisor,
    signal: controller.signal,
    ...options,
  });
  for await (const batch of live.frames()) {
    for (const frame of batch.frames) {
      seen.octets.push(Buffer.from(frame.octets.subarray(frame.start, frame.end)));
      seen.positions.add(frame.position);
    }
    seen.notices.push(...batch.notices);
    if (enough(seen)) stop();
    acting ??= act(stop);
  }
  await acting;
  return seen;
}

const passwordSeen = (seen: Seen): boolean => seen.octets.some(octets => octets.includes("opensesame"));

async function login(): Promise<void> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: "live-sensor",
    username: "fleet",
    password: "opensesame",
  });
  await client.endAsync();
}

const errorOf = async (options: Partial<LiveOptions>): Promise<unknown> =>
  capture(options, async stop => stop()).then(
    () => undefined,
    (error: unknown) => error,
  );

const types = (notices: readonly Notice[]): string[] => notices.map(notice => notice.type);

describe("the capture process", () => {
  test("was built before the tests", () => {
    expect(existsSync(capProcess)).toBe(true);
    expect(existsSync(supervisor)).toBe(true);
  });
});

describe.each(["cap", "tcpdump", "dumpcap"] as const)("live capture with %s", engine => {
  const skipped = notHere(engine);

  test.skipIf(skipped !== "")(
    `shows the octets of a CONNECT on the loopback interface${skipped}`,
    async () => {
      const { notices, octets, positions } = await capture({ engine }, login, passwordSeen);
      const connect = octets.find(frame => frame.includes("opensesame"))!;
      expect(connect.includes("live-sensor")).toBe(true);
      expect(connect.subarray(connect.indexOf("MQTT") - 4)[0]).toBe(0x10);
      expect([...positions]).toEqual([-1]);
      expect(notices[0]).toMatchObject({ type: "capture.opened", format: "live", engine });
      expect(notices[1]).toMatchObject({ type: "capture.interface", linkType: 1, name: "lo" });
      expect(notices.at(-1)?.type).toBe("capture.closed");
      expect(types(notices)).not.toContain("capture.lost");
    },
  );

  test.skipIf(skipped !== "")(`names an interface that does not exist in one line${skipped}`, async () => {
    const error = await errorOf({ engine, iface: "nosuch0" });
    expect(error).toBeInstanceOf(CaptureError);
    expect((error as Error).message).toMatch(
      /^cannot capture on nosuch0: no such interface; there are .*\blo\b/,
    );
    expect((error as Error).message).not.toContain("\n");
  });

  test.skipIf(skipped !== "")(
    `refuses a filter that libpcap does not understand in one line${skipped}`,
    async () => {
      const error = await errorOf({ engine, filter: "tcp prt 1883" });
      expect(error).toBeInstanceOf(CaptureError);
      expect((error as Error).message).toMatch(
        /^capture filter "tcp prt 1883" is not understood: .*syntax error/,
      );
      expect((error as Error).message).not.toContain("\n");
    },
  );
});

describe("live capture", () => {
  test.skipIf(skipped !== "")(
    `ticks by its own clock while nothing is captured, drops unknown${skipped}`,
    async () => {
      const began = Date.now() * 1000;
      const twice = ({ notices }: Seen): boolean =>
        types(notices).filter(type => type === "capture.tick").length === 2;
      const { notices } = await capture({ filter: "tcp port 9" }, async () => undefined, twice);
      const ticks = notices.filter(notice => notice.type === "capture.tick");
      expect(ticks[0]!.at).toBeGreaterThan(began);
      expect(ticks[1]!.at).toBeGreaterThan(ticks[0]!.at);
      const stats = notices.filter(notice => notice.type === "capture.stats");
      expect(stats).toHaveLength(3);
      for (const one of stats) expect(one).toMatchObject({ frames: 0, octets: 0, dropped: "unknown" });
    },
  );

  test.skipIf(skipped !== "")(
    `hands on what came while a tick was taken, and not only with the next${skipped}`,
    async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const live = liveCapture({ iface: "lo", ports: [port], bufferMib: 8, capProcess, supervisor, signal });
      const after: string[] = [];
      let held = false;
      // Without it, what came while one tick was taken is handed on behind the next: every other time.
      const enough = (): boolean => after.slice(-2).join() === "frames,frames" || after.length === 8;
      for await (const { frames, notices } of live.frames()) {
        const isTick = types(notices).includes("capture.tick");
        if (held && (isTick || frames.length > 0)) after.push(isTick ? "tick" : "frames");
        held = isTick;
        if (enough()) controller.abort();
        else if (isTick) {
          await login();
          await wait(200);
        }
      }
      expect(after.slice(-2)).toEqual(["frames", "frames"]);
    },
  );

  test.skipIf(skipped !== "")(`works on interfaces whose link type has no VLAN tags${skipped}`, async () => {
    const { notices } = await capture({ iface: "any" }, login, passwordSeen);
    expect(notices[1]).toMatchObject({ type: "capture.interface", linkType: 113 });
  });

  test.skipIf(skipped !== "")(
    `ends behind so many frames with what it counts of them${skipped}`,
    async () => {
      const { notices, octets } = await capture({ count: 5 }, login);
      expect(octets).toHaveLength(5);
      const length = octets.reduce((sum, frame) => sum + frame.length, 0);
      expect(notices.at(-1)).toEqual({ type: "capture.closed", octets: length });
      expect(notices.at(-2)).toMatchObject({ type: "capture.stats", frames: 5, octets: length });
      expect(types(notices)).not.toContain("capture.lost");
    },
  );

  test.skipIf(skipped !== "")(`ends at once where it was ended before it began${skipped}`, async () => {
    const { notices, octets } = await capture({ signal: AbortSignal.abort() }, async () => undefined);
    expect(octets).toEqual([]);
    expect(notices.at(-1)?.type).toBe("capture.closed");
    expect(types(notices)).not.toContain("capture.lost");
  });

  test("takes neither an option nor a remote device for an interface", async () => {
    for (const iface of ["-w", "", "rpcap://192.0.2.1/eth0", "a b", "../x"]) {
      expect(await errorOf({ iface })).toBeInstanceOf(CaptureError);
    }
  });

  test("says what to install where an engine is missing", async () => {
    const missing = new URL("file:///nosuch/cap-process.js");
    const path = process.env["PATH"];
    process.env["PATH"] = "/nosuch";
    try {
      const error = (await errorOf({ capProcess: missing })) as Error;
      expect(error).toBeInstanceOf(CaptureError);
      expect(error.message).toContain("libpcap-dev");
      expect(error.message).toContain("| mqtt-sniff -");
      expect(error.message).not.toContain("\n");
    } finally {
      process.env["PATH"] = path;
    }
  });
});
