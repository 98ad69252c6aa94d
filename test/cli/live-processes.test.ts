/** Who may do what while the built program captures, and what is left when one of its processes dies. */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { rightsOf } from "../../src/capture/privileges.ts";
import {
  endAll,
  folder,
  hasPacketSocket,
  childrenOf,
  isGone,
  isRoot,
  notHere,
  PROGRAM,
  pause,
  start,
  threadsOf,
  until,
} from "./live-run.ts";

/** As sudo(8) says it; Debian's user `daemon`, whom tcpdump finds by his name. */
const CALLER = { uid: 1, gid: 1 };
const SUDO = { SUDO_UID: "1", SUDO_GID: "1", SUDO_USER: "daemon" };

afterEach(endAll);

const LIVE = ["--iface", "lo", "--ports", "1", "--format", "ndjson"] as const;

describe.each(["cap", "tcpdump", "dumpcap"] as const)("a capture with %s", engine => {
  const skipped = notHere(...(engine === "cap" ? [] : [engine, "setpriv"]));
  let story: Awaited<ReturnType<typeof tell>>;

  /** One run: the interface is opened, the engine killed, the capture goes on, and is ended. */
  async function tell() {
    const place = folder();
    try {
      const file = join(place.path, "report.json");
      const run = start([...LIVE, "--engine", engine, "--report", `json=${file}`]);
      const supervisor = await run.supervisor();
      const pid = await until(() => childrenOf(supervisor).find(hasPacketSocket), "an open interface");
      const opened = performance.now();
      await until(() => rightsOf(pid) === "none", "an engine without rights", 10_000);
      const millis = performance.now() - opened;
      await run.line("capture.stats");
      const threads = [pid, run.pid].map(threadsOf);
      const root = { supervisor: isRoot(supervisor), opens: hasPacketSocket(supervisor) };
      process.kill(pid, "SIGKILL");
      await run.line("capture.resumed");
      const other = await run.engine(pid);
      await pause(1100);
      run.child.kill("SIGTERM");
      const { code } = await run.ended();
      const report = JSON.parse(readFileSync(file, "utf8")) as Report;
      return { millis, threads, root, code, report, lines: run.lines(), err: run.err(), gone: isGone(other) };
    } finally {
      place.remove();
    }
  }

  beforeAll(async () => {
    if (skipped === "") story = await tell();
  });

  test.skipIf(skipped !== "")(
    `leaves the engine without root and without capabilities half a second after it opened${skipped}`,
    () => {
      expect(story.millis).toBeLessThan(500);
      for (const threads of story.threads) {
        expect(threads.length).toBeGreaterThan(0);
        for (const status of threads) {
          expect(status).toMatch(/^CapEff:\s*0+$/m);
          expect(status).toMatch(/^CapPrm:\s*0+$/m);
          expect(status).not.toMatch(/^Uid:.*\t0(?:\t|$)/m);
          expect(status).not.toMatch(/^Gid:.*\t0(?:\t|$)/m);
          expect(status).not.toMatch(/^Groups:.*\b0\b/m);
        }
      }
    },
  );

  test.skipIf(skipped !== "")(`keeps root in the supervisor, which has no interface open${skipped}`, () => {
    expect(story.root).toEqual({ supervisor: true, opens: false });
  });

  test.skipIf(skipped !== "")(`goes on when the engine is killed, and says so${skipped}`, () => {
    const lost = `capture on lo lost, ${engine} was ended by SIGKILL; what came before is judged`;
    const resumed = /capture on lo goes on after \d\.\d s; what passed in between was not seen/;
    const texts = story.lines.filter(({ type }) => /lost|resumed/.test(type)).map(({ text }) => text);
    expect(texts).toEqual([lost, expect.stringMatching(resumed)]);
    expect(story.err.split("\n")).toEqual([
      `mqtt-sniff: ${lost}`,
      expect.stringMatching(resumed) as string,
      "",
    ]);
    expect(story.report.coverage.interruptions).toBe(1);
    expect(story.report.verdict.complete).toBe(false);
    expect(story.report.verdict.notSeen.join("\n")).toMatch(
      /^what passed during 1 interruption of the capture, \d\.\d s in all$/m,
    );
  });

  test.skipIf(skipped !== "")(`is named in the report with what it can tell${skipped}`, () => {
    const timestamps = engine === "cap" ? "user-space receive time" : "kernel";
    expect(story.report.captures).toMatchObject([{ engine, timestamps, rights: "none" }]);
    const { kernelDrops } = story.report.coverage;
    if (engine === "cap") expect(kernelDrops).toBe("unknown");
    // The engine that was killed has not told how much it dropped.
    else expect([0, "unknown"]).toContain(kernelDrops);
  });

  test.skipIf(skipped !== "")(`ends by SIGTERM with code 143, a report and no process left${skipped}`, () => {
    expect(story.code).toBe(143);
    expect(story.lines.at(-1)?.type).toBe("verdict");
    expect(story.gone).toBe(true);
  });

  test.skipIf(skipped !== "")(`ends as a whole when the judging process is killed${skipped}`, async () => {
    const run = start([...LIVE, "--engine", engine]);
    const [supervisor, pid] = [await run.supervisor(), await run.engine()];
    run.child.kill("SIGKILL");
    await until(() => isGone(supervisor) && isGone(pid), "their end");
  });

  test.skipIf(skipped !== "")(
    `ends with them also when judging process and supervisor are killed at once, without a packet${skipped}`,
    async () => {
      const run = start([...LIVE, "--engine", engine]);
      const [supervisor, pid] = [await run.supervisor(), await run.engine()];
      // Whatever the supervisor has started: what watches over an engine must not stay either.
      const others = childrenOf(supervisor);
      run.child.kill("SIGKILL");
      process.kill(supervisor, "SIGKILL");
      await until(() => isGone(pid) && others.every(isGone), "the engine's end");
    },
  );

  test.skipIf(skipped !== "")(`ends with a report when the supervisor is killed${skipped}`, async () => {
    const run = start([...LIVE, "--engine", engine], { env: SUDO });
    const [supervisor, pid] = [await run.supervisor(), await run.engine()];
    await run.line("capture.stats");
    process.kill(supervisor, "SIGKILL");
    expect(await run.ended()).toMatchObject({ code: 3 });
    expect(run.err()).toBe(
      `mqtt-sniff: capture on lo lost, ${engine} lost its supervisor, which was ended by SIGKILL; what came before is judged\n`,
    );
    expect(run.lines().at(-1)?.type).toBe("verdict");
    await until(() => isGone(pid), "the engine's end");
  });
});

interface Report {
  readonly captures: readonly object[];
  readonly coverage: { readonly kernelDrops: unknown; readonly interruptions: number };
  readonly verdict: { readonly complete: boolean; readonly notSeen: readonly string[] };
}

const skipped = notHere("unshare", "mount");

describe("the judging process", () => {
  test.skipIf(skipped !== "")(`becomes who called sudo, and cannot become root again${skipped}`, () => {
    const module = new URL("../../build/capture/privileges.js", import.meta.url);
    const script = `
      import { readFileSync } from "node:fs";
      import cap from "cap";
      import { dropPrivileges, identityOf } from ${JSON.stringify(module.href)};
      dropPrivileges(identityOf(process.env));
      const buffer = Buffer.alloc(65535);
      const attempts = {
        root: () => process.setuid(0),
        group: () => process.setgid(0),
        groups: () => process.setgroups([0]),
        shadow: () => readFileSync("/etc/shadow"),
        interface: () => new cap.Cap().open("lo", "", 1048576, buffer),
      };
      const failed = Object.entries(attempts).map(([name, act]) => {
        try { act(); return name + " worked"; } catch { return name; }
      });
      console.log(JSON.stringify({ uid: process.getuid(), gid: process.getgid(), groups: process.getgroups(), failed }));
      process.kill(process.pid, "SIGKILL");
    `;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      env: { ...process.env, ...SUDO },
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      encoding: "utf8",
    });
    expect(JSON.parse(stdout)).toEqual({
      ...CALLER,
      groups: [CALLER.gid],
      failed: ["root", "group", "groups", "shadow", "interface"],
    });
  });

  test.skipIf(skipped !== "")(
    `has reports moved where root alone may write, whole, and nothing left of one that is not${skipped}`,
    async () => {
      const place = folder();
      try {
        const file = join(place.path, "r.ndjson");
        writeFileSync(file, "old");
        const run = start([...LIVE, "--report", `ndjson=${file}`]);
        await run.engine();
        expect(readdirSync(place.path)).toHaveLength(2);
        expect(readFileSync(file, "utf8")).toBe("old");
        run.child.kill("SIGTERM");
        expect(await run.ended()).toMatchObject({ code: 143 });
        expect(readdirSync(place.path)).toEqual(["r.ndjson"]);
        expect(readFileSync(file, "utf8")).toContain('"type":"verdict"');
        const { uid, mode } = statSync(file);
        expect([uid, mode & 0o777]).toEqual([0, 0o600]);

        const other = start([...LIVE, "--report", `ndjson=${file}`]);
        await other.engine();
        other.child.kill("SIGKILL");
        await until(() => readdirSync(place.path).length === 1, "what was begun to be removed");
        expect(readFileSync(file, "utf8")).toContain('"type":"verdict"');
      } finally {
        place.remove();
      }
    },
  );

  test.skipIf(skipped !== "")(
    `says where a report is that nobody is left to move to its name${skipped}`,
    async () => {
      const place = folder();
      try {
        const file = join(place.path, "r.json");
        const run = start([...LIVE, "--report", `json=${file}`]);
        const supervisor = await run.supervisor();
        await run.engine();
        process.kill(supervisor, "SIGKILL");
        expect(await run.ended()).toMatchObject({ code: 2 });
        const [, part = ""] =
          /r\.json: who had the rights for it is gone; it is in (\S+)\n/.exec(run.err()) ?? [];
        expect(JSON.parse(readFileSync(part, "utf8"))).toHaveProperty("verdict");
      } finally {
        place.remove();
      }
    },
  );

  test.skipIf(skipped !== "")(`leaves no empty file of -w where no engine opens${skipped}`, async () => {
    const place = folder();
    try {
      for (const env of [{}, SUDO]) {
        const run = start([...LIVE, "--engine", "tcpdump", "-w", join(place.path, "out.pcapng")], {
          env: { ...env, PATH: "/nonexistent" },
        });
        expect(await run.ended()).toMatchObject({ code: 2 });
        expect(run.err()).toMatch(/^mqtt-sniff: cannot capture on lo: tcpdump not available here; [^\n]+\n$/);
        expect(readdirSync(place.path)).toEqual([]);
      }
    } finally {
      place.remove();
    }
  });

  test.skipIf(skipped !== "")(`writes reports that belong to who called sudo${skipped}`, async () => {
    const place = folder();
    try {
      chmodSync(place.path, 0o755);
      const own = join(place.path, "own");
      mkdirSync(own);
      chownSync(own, CALLER.uid, CALLER.gid);
      const files = [join(own, "a.json"), join(place.path, "b.json")];
      const run = start([...LIVE, ...files.flatMap(file => ["--report", `json=${file}`])], { env: SUDO });
      await run.engine();
      run.child.kill("SIGTERM");
      expect(await run.ended()).toMatchObject({ code: 143 });
      expect(run.err()).toBe("");
      for (const file of files) {
        const { uid, gid, mode } = statSync(file);
        expect({ uid, gid, mode: mode & 0o777 }).toEqual({ ...CALLER, mode: 0o600 });
        expect(JSON.parse(readFileSync(file, "utf8"))).toHaveProperty("verdict");
      }
      expect(readdirSync(own)).toEqual(["a.json"]);
      expect(readdirSync(place.path)).toEqual(["b.json", "own"]);
    } finally {
      place.remove();
    }
  });

  test.skipIf(skipped !== "")(`says before it captures what it cannot write${skipped}`, async () => {
    const run = start([...LIVE, "--report", "json=/nosuch/report.json"], { env: SUDO });
    await until(() => run.err().includes("\n"), "a line on standard error");
    expect(run.err()).toBe("mqtt-sniff: --report /nosuch/report.json: no such folder\n");
    await run.engine();
    run.child.kill("SIGTERM");
    expect(await run.ended()).toMatchObject({ code: 143 });
  });

  test.skipIf(skipped !== "")(`needs nothing of a program that only root can read${skipped}`, async () => {
    const place = folder();
    try {
      const root = fileURLToPath(new URL("../..", import.meta.url));
      const script = 'mkdir "$1/program" && mount --bind "$2" "$1/program" && shift 2 && exec "$@"';
      const run = start(["--iface", "lo", "--ports", "1", "--format", "text", "--duration", "1s"], {
        before: ["unshare", "-m", "sh", "-c", script, "sh", place.path, root],
        program: join(place.path, "program", "dist", "main.js"),
      });
      expect(await run.ended()).toMatchObject({ code: 3 });
      expect(run.err()).toBe("");
    } finally {
      place.remove();
    }
  });
});

describe("live capture without rights", () => {
  const skipped = notHere("setpriv");

  const asNobody = (...args: readonly string[]) => {
    const nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set", "-all"];
    return spawnSync("setpriv", [...nobody, process.execPath, PROGRAM, ...args], { encoding: "utf8" });
  };

  test.skipIf(skipped !== "")(`ends with code 2 and the whole command that helps${skipped}`, () => {
    const { status, stderr, stdout } = asNobody("--iface", "lo", "--engine", "cap", "-f", "tcp port 1");
    expect(stderr).toMatch(
      /^mqtt-sniff: cannot capture on lo: .*; run it with: sudo .*main\.js --iface lo --engine cap -f 'tcp port 1'\n$/,
    );
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  test.skipIf(skipped !== "")(`calls no engine ready that the user may not use${skipped}`, () => {
    const { stdout } = asNobody("interfaces");
    expect(stdout).toContain("You may not capture");
    expect(stdout).toMatch(/^engine cap {6}installed, and without the rights that it needs$/m);
    expect(stdout).not.toContain("ready");
  });

  test.skipIf(skipped !== "")(
    `works for a user with CAP_NET_RAW alone, and says who keeps it${skipped}`,
    async () => {
      const raw = ["--inh-caps", "-all,+net_raw", "--ambient-caps", "-all,+net_raw"];
      const run = start([...LIVE, "--duration", "2s", "--format", "json"], {
        before: ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", ...raw],
      });
      const report = await new Promise<string>(resolve => {
        let text = "";
        run.child.stdout!.on("data", (more: string) => (text += more));
        run.child.once("close", () => resolve(text));
      });
      expect(JSON.parse(report)).toMatchObject({ captures: [{ engine: "cap", rights: "CAP_NET_RAW" }] });
    },
  );
});
