/** The built program as a user or a script meets it: commands, exit codes, edges. */
import { spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cellWidth } from "../../src/octets/text.ts";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const story = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/captures/${name}/capture.pcapng`, import.meta.url));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const ENV = { PATH: process.env["PATH"] ?? "" };

function sniff(args: readonly string[], input?: Uint8Array): Ran {
  const ran = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: "utf8",
    env: ENV,
    ...(input !== undefined && { input }),
    maxBuffer: 1 << 28,
  });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

let folder: string;
beforeAll(() => {
  expect(existsSync(MAIN), "npm run build comes first").toBe(true);
  folder = mkdtempSync(join(tmpdir(), "mqtt-sniff-program-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("compare", () => {
  test.each(["--speed", "--payload-limit", "--report", "--count"])(
    "neither offers nor takes %s, of which it would make nothing",
    flag => {
      expect(sniff(["compare", "--help"]).out).not.toContain(flag);
      const { code, err } = sniff(["compare", flag, "1", story("tls13"), story("tls13")]);
      expect(code).toBe(2);
      expect(err).toContain(`unknown option '${flag}'`);
    },
  );

  test("offers the formats that it writes", () => {
    expect(sniff(["compare", "--help"]).out).toMatch(/--format <FORMAT> +text or json/);
    const { code, err } = sniff(["compare", "--format", "eve", story("tls13"), story("tls13")]);
    expect(code).toBe(2);
    expect(err).toContain("text, json");
  });

  test.each([
    ["before", ["/nonexistent.pcap", story("tls13")]],
    ["after", [story("plaintext-password"), "/nonexistent.pcap"]],
  ])("says why the capture %s cannot be read, in its report and on standard error", (which, captures) => {
    const { code, out, err } = sniff(["compare", "--format", "json", ...captures]);
    expect(code).toBe(3);
    expect(err).toBe("mqtt-sniff: /nonexistent.pcap: no such file\n");
    const { verdict } = JSON.parse(out) as { verdict: { reasons: string[] } };
    expect(verdict.reasons).toContain(
      `The capture ${which} could not be read: /nonexistent.pcap: no such file.`,
    );
  });
});

describe("compare of one capture", () => {
  test.each([
    ["plaintext-password", "holds no TLS"],
    ["tls13", "nothing that was said in clear before its TLS"],
    ["nothing", "no MQTT and no TLS"],
    ["cut", "could not be read to its end"],
  ])("says what %s does not hold, once", (name, said) => {
    const { code, out } = sniff(["compare", "--format", "json", story(name)]);
    const { verdict } = JSON.parse(out) as { verdict: { outcome: string; reasons: string[] } };
    expect(verdict.outcome).toBe("INCONCLUSIVE");
    expect(verdict.reasons.filter(reason => reason.includes(said))).toHaveLength(1);
    expect(verdict.reasons).toHaveLength(1);
    expect(code).toBe(3);
  });
});

describe("exit codes", () => {
  test.each([
    [1, "a leaked password", [story("plaintext-password")]],
    [0, "the same where findings never fail", ["--fail-on", "never", story("plaintext-password")]],
    [0, "sound TLS", [story("tls13")]],
    [3, "sound TLS under --strict, since it could not be opened", ["--strict", story("tls13")]],
    [3, "a capture without MQTT and TLS", [story("nothing")]],
    [3, "a file that is not there", ["/nonexistent.pcap"]],
    [3, "a file that is no capture", [MAIN]],
    [1, "a cut file with a leaked password", [story("cut")]],
    [
      1,
      "a leaked password beside a file that is not there",
      ["/nonexistent.pcap", story("plaintext-password")],
    ],
    [
      0,
      "a move to TLS that hides all",
      ["compare", story("before-after-before"), story("before-after-after")],
    ],
    [1, "a move to TLS without verification", ["compare", story("before-after-before"), story("expired")]],
    [3, "a comparison with nothing", ["compare", story("before-after-before"), story("nothing")]],
    [2, "a comparison in a format that there is not", ["compare", "--format", "eve", story("tls13")]],
    [2, "a flag before the command that it is for", ["--fail-on", "never", "audit", story("tls13")]],
    [0, "captures named by -r", ["audit", "-r", story("tls13")]],
    [2, "a day that there is not", ["--at", "2026-02-30T00:00:00Z", story("tls13")]],
    [2, "a time without its zone", ["--at", "2026-02-20T00:00", story("tls13")]],
    [2, "an unknown flag", ["--no-such-flag"]],
    [2, "nothing at all", []],
    [2, "a wrong value", ["--ports", "mqtt", story("tls13")]],
    [2, "an interface and a capture", ["--iface", "lo", story("tls13")]],
    [2, "the dashboard without a terminal", ["--format", "dashboard", "--iface", "lo"]],
    [2, "a root that is no certificate", ["--ca", MAIN, story("tls13")]],
  ])("%i for %s", (code, _, args) => {
    const ran = sniff(args);
    expect(ran.code).toBe(code);
    expect(ran.err).not.toMatch(/^\s+at /m);
  });

  test("the code is the same whatever the format", () => {
    for (const format of ["text", "json", "ndjson", "eve"])
      expect(sniff(["--format", format, story("plaintext-password")]).code).toBe(1);
  });

  test("a cut file is judged to its cut, and the report says that it is not complete", () => {
    const report = JSON.parse(sniff(["--format", "json", story("cut")]).out);
    expect(report.verdict).toMatchObject({ outcome: "fail", complete: false });
    expect(report.captures[0].fault.offset).toBeGreaterThan(0);
  });
});

describe("--at", () => {
  test("judges certificates at that time, and clients at the time of their packets", () => {
    const ca = fileURLToPath(new URL("../../fixtures/captures/tls12/ca.pem", import.meta.url));
    const { findings } = JSON.parse(
      sniff(["--format", "json", "--ca", ca, "--at", "2060-01-01", story("tls12")]).out,
    );
    const rules = findings.map((f: { rule: string }) => f.rule);
    expect(rules).toContain("MQ401");
    expect(rules).not.toContain("MQ501");
  });
});

describe("what is asked of it wrongly", () => {
  test("is answered in one line on standard error, and nothing on standard output", () => {
    for (const args of [
      ["--format", "nope", "x"],
      ["--at", "soon", "x"],
      ["rules", "MQ999"],
    ]) {
      const ran = sniff(args);
      expect(ran.out).toBe("");
      expect(ran.err.trimEnd().split("\n")).toHaveLength(1);
      expect(ran.err).toMatch(/^mqtt-sniff: /);
    }
  });

  test("without arguments is answered with three examples", () => {
    const { err } = sniff([]);
    expect(err.match(/^ {2}(?:sudo )?mqtt-sniff (?!--help)/gm)).toHaveLength(3);
  });

  test.each(["interface", "demos", "rule", "comapre"])("is a slip of a command: %s", word => {
    const { code, out, err } = sniff([word]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^mqtt-sniff: \S+: no such command and no such file; did you mean [a-z]+\?\n$/);
  });

  test("is answered with the formats that there are, of a report with those of files", () => {
    const known = "text, json, ndjson, eve";
    expect(sniff(["--format", "xml", story("tls13")]).err).toContain(`there are ${known}, dashboard\n`);
    expect(sniff(["--report", "dashboard=x", story("tls13")]).err).toContain(`there are ${known}\n`);
  });

  test("cannot act on the terminal", () => {
    expect(sniff(["\u001b]0;title\u0007"]).err).not.toContain("\u001b");
  });
});

describe("captures", () => {
  test("come from standard input too", () => {
    const ran = sniff(["--format", "json", "-"], readFileSync(story("plaintext-password")));
    expect(JSON.parse(ran.out).verdict.exposure).toBe("exposed");
  });

  test("named twice, by -r, and found in a folder are each read once", () => {
    const inside = join(folder, "captures", "deep");
    mkdirSync(inside, { recursive: true });
    copyFileSync(story("tls13"), join(inside, "one.bin"));
    writeFileSync(join(inside, "two.gz"), gzipSync(readFileSync(story("anonymous"))));
    writeFileSync(join(inside, "notes.txt"), "not a capture");
    const args = [
      "--format",
      "json",
      "-r",
      join(inside, "one.bin"),
      join(folder, "captures"),
      join(inside, "one.bin"),
    ];
    const report = JSON.parse(sniff(args).out);
    expect(report.captures.map((c: { path: string }) => c.path)).toEqual([
      join(inside, "one.bin"),
      join(inside, "two.gz"),
    ]);
    for (const { capture } of report.conversations) expect([0, 1]).toContain(capture);
  });

  test("end with the packets that -c asks for", () => {
    expect(
      JSON.parse(sniff(["--format", "json", "-c", "5", story("plaintext-password")]).out).coverage.frames,
    ).toBe(5);
  });

  test("of which -c leaves some are judged in part, which is said and counts with --strict", () => {
    const { verdict } = JSON.parse(sniff(["--format", "json", "-c", "5", story("plaintext-password")]).out);
    expect(verdict).toMatchObject({
      complete: false,
      notSeen: expect.arrayContaining(["what follows the packets that -c asked for"]),
    });
    const all = JSON.parse(sniff(["--format", "json", "-c", "1000", story("plaintext-password")]).out);
    expect(all.verdict).toMatchObject({ complete: true, notSeen: [] });
    expect(sniff(["-c", "8", "--strict", "--fail-on", "never", story("plaintext-password")]).code).toBe(3);
  });

  test("are read in the order in which they are named, with -r or without", () => {
    const named = ["mqtt5", "anonymous", "tls13"].map(story) as [string, string, string];
    const args = ["--format", "json", named[0], "-r", named[1], named[2]];
    const report = JSON.parse(sniff(args).out);
    expect(report.captures.map((c: { path: string }) => c.path)).toEqual(named);
  });

  test("keep evidence pointing at their own file when another cannot be read", () => {
    const report = JSON.parse(
      sniff(["--format", "json", "/nonexistent.pcap", story("plaintext-password")]).out,
    );
    const [finding] = report.findings;
    expect(report.captures[finding.evidence[0].capture].path).toBe(story("plaintext-password"));
  });
});

describe("reports", () => {
  test("go to several files in one run, whole and for their owner alone", () => {
    const [json, lines] = [join(folder, "r.json"), join(folder, "r.ndjson")];
    const ran = sniff([
      "--report",
      `json=${json}`,
      "--report",
      `ndjson=${lines}`,
      story("plaintext-password"),
    ]);
    expect(ran.out).toMatch(/^EXPOSED/);
    expect(JSON.parse(readFileSync(json, "utf8")).verdict.outcome).toBe("fail");
    expect(JSON.parse(readFileSync(lines, "utf8").trimEnd().split("\n").at(-1)!).type).toBe("verdict");
    expect(statSync(json).mode & 0o777).toBe(0o600);
  });

  test("to a place that cannot be written cost that report alone, and the code says so", () => {
    const other = join(folder, "other.ndjson");
    const ran = sniff([
      "--report",
      `json=${join(folder, "no", "r.json")}`,
      "--report",
      `ndjson=${other}`,
      story("tls13"),
    ]);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/^mqtt-sniff: --report .*: no such folder$/m);
    expect(ran.out).toMatch(/^PROTECTED/);
    expect(readFileSync(other, "utf8")).toContain('"verdict"');
  });

  test("leave nothing behind when the run cannot begin", () => {
    const empty = mkdtempSync(join(folder, "empty-"));
    expect(sniff(["--iface", "no-such-interface", "--report", `json=${join(empty, "r.json")}`]).code).toBe(2);
    expect(readdirSync(empty)).toEqual([]);
  });

  test.skipIf(!existsSync("/dev/full"))("to a full disk cost that report alone", () => {
    const json = join(folder, "other.json");
    const ran = spawnSync(
      "sh",
      [
        "-c",
        `exec "$0" "$1" --report json="$2" "$3" > /dev/full`,
        process.execPath,
        MAIN,
        json,
        story("tls13"),
      ],
      {
        encoding: "utf8",
        env: ENV,
      },
    );
    expect([ran.status, ran.stderr.trimEnd().split("\n").length]).toEqual([2, 1]);
    expect(ran.stderr).toMatch(/^mqtt-sniff: standard output: /);
    expect(JSON.parse(readFileSync(json, "utf8")).schemaVersion).toBe(1);
  });
});

describe("-w", () => {
  test("writes what is judged: the copy has the same verdict, from a file and from standard input", () => {
    const judged = (args: readonly string[], input?: Uint8Array): unknown => {
      const { verdict, findings, conversations } = JSON.parse(
        sniff(["--format", "json", ...args], input).out,
      );
      const rules = findings.map(({ rule, count, severity }: Record<string, unknown>) => [
        rule,
        count,
        severity,
      ]);
      return { verdict, rules, conversations };
    };
    for (const name of ["plaintext-password", "tls13", "gap"]) {
      const copy = join(folder, "copy.pcapng");
      const original = judged(["-w", copy, story(name)]);
      expect(judged([copy])).toEqual(original);
      const piped = join(folder, "piped.pcapng");
      judged(["-w", piped, "-"], readFileSync(story(name)));
      expect(readFileSync(piped)).toEqual(readFileSync(copy));
    }
  });

  test("makes files of a size, the latest of which are kept, that are judged as one folder", () => {
    const place = join(folder, "ring");
    mkdirSync(place);
    const args = ["--rotate", "4kB", "--keep", "2", "-w", join(place, "out.pcapng")];
    expect(sniff([...args, story("plaintext-password"), story("tls12"), story("tls13")]).code).toBe(1);
    const files = readdirSync(place).sort();
    expect(files).toHaveLength(2);
    for (const file of files) expect(statSync(join(place, file)).size).toBeLessThanOrEqual(4000);
    const { captures } = JSON.parse(sniff(["--format", "json", place]).out);
    expect(captures.map((one: { fault?: object }) => one.fault)).toEqual([undefined, undefined]);
  });

  test.each([
    ["the capture that is read", ["-w", "IN", "IN"], /is a capture that is to be read/],
    ["the file of a report", ["-w", "OUT", "--report", "json=OUT", "IN"], /is the file of a --report too/],
    ["standard output", ["-w", "-", "IN"], /standard output carries the report/],
    ["files to rotate without a name", ["--rotate", "10MB", "IN"], /give -w FILE/],
    ["files to keep that are not rotated", ["-w", "OUT", "--keep", "3", "IN"], /give --rotate/],
    ["a size that is none", ["-w", "OUT", "--rotate", "10M", "IN"], /such as 100MB, 10MiB, 60s or 5m/],
  ] as const)("refuses %s in one line, before anything is read", (_, args, line) => {
    const input = join(folder, "in.pcapng");
    copyFileSync(story("tls13"), input);
    const names = new Map([
      ["IN", input],
      ["OUT", join(folder, "out.pcapng")],
    ]);
    const ran = sniff(args.map(arg => names.get(arg) ?? arg.replace("OUT", join(folder, "out.pcapng"))));
    expect([ran.code, ran.out]).toEqual([2, ""]);
    expect(ran.err.trimEnd().split("\n")).toHaveLength(1);
    expect(ran.err).toMatch(line);
    expect(readFileSync(input)).toEqual(readFileSync(story("tls13")));
  });

  test.skipIf(!existsSync("/dev/full"))("to a full disk is said, and judging goes on", () => {
    const ran = sniff(["-w", "/dev/full", story("plaintext-password")]);
    expect(ran.code).toBe(2);
    expect(ran.out).toMatch(/^EXPOSED/);
    expect(ran.err).toMatch(/^mqtt-sniff: -w \/dev\/full: no space left on the disk; .*\n$/);
  });
});

describe("a capture that ends too early", () => {
  test("is told by the packet in which it ends, from standard input too, and its octets in json", () => {
    const whole = readFileSync(story("tls13"));
    const { err } = sniff(["-"], whole.subarray(0, -10));
    expect(err).toMatch(
      /^mqtt-sniff: standard input: octet \d+: it ends (?:inside|behind) packet \d+; judged up to there\n$/,
    );
    const { captures } = JSON.parse(sniff(["--format", "json", "-"], whole.subarray(0, -10)).out);
    expect(captures[0]).toMatchObject({ path: "-", fault: { cause: { reason: { kind: "short" } } } });
  });

  test("is told as empty where nothing is in it", () => {
    const file = join(folder, "empty.pcap");
    writeFileSync(file, "");
    expect(sniff([file]).err).toBe(`mqtt-sniff: ${file}: the file is empty\n`);
    expect(sniff(["-"], new Uint8Array(0)).err).toBe("mqtt-sniff: standard input: it is empty\n");
  });
});

describe("standard output", () => {
  test("that is closed early ends the program quietly", () => {
    const ran = spawnSync(
      "sh",
      [
        "-c",
        `"$0" "$1" --format ndjson "$2" | head -n 1`,
        process.execPath,
        MAIN,
        story("plaintext-password"),
      ],
      {
        encoding: "utf8",
        env: ENV,
      },
    );
    expect(ran.stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(ran.stderr).toBe("");
  });

  test("has no colours unless it is a terminal or they are forced", () => {
    expect(sniff([story("tls13")]).out).not.toContain("\u001b[");
    const forced = spawnSync(process.execPath, [MAIN, story("tls13")], {
      encoding: "utf8",
      env: { ...ENV, FORCE_COLOR: "1" },
    });
    expect(forced.stdout).toContain("\u001b[");
    const never = spawnSync(process.execPath, [MAIN, story("tls13")], {
      encoding: "utf8",
      env: { ...ENV, FORCE_COLOR: "1", NO_COLOR: "1" },
    });
    expect(never.stdout).not.toContain("\u001b[");
  });
});

describe("signals", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s ends with what was judged until then, and code %i", async (signal, code) => {
    const child = spawn(process.execPath, [MAIN, "--format", "ndjson", "-"], { env: ENV });
    const lines: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => lines.push(...text.split("\n")));
    const ended = new Promise<number | null>(resolve => child.on("close", resolve));
    // Standard input stays open: the capture is not over, somebody ends it.
    child.stdin.write(readFileSync(story("plaintext-password")));
    while (!lines.some(line => line.includes('"mqtt.connect"')))
      await new Promise(resolve => setTimeout(resolve, 20));
    child.kill(signal);
    expect(await ended).toBe(code);
    const last = JSON.parse(lines.findLast(line => line !== "")!);
    expect(last).toMatchObject({ type: "verdict", exposure: "exposed" });
  });

  test("end it also where somebody holds standard output open and reads nothing, and its files are written", async () => {
    const stories = fileURLToPath(new URL("../../fixtures/captures", import.meta.url));
    const report = join(folder, "unread.json");
    const args = ["--format", "ndjson", "--report", `json=${report}`, stories];
    const child = spawn(process.execPath, [MAIN, ...args], { env: ENV, stdio: ["ignore", "pipe", "ignore"] });
    const ended = new Promise<number | null>(resolve => child.on("exit", resolve));
    // What this end holds unread, and what the pipe holds, is less than there is to say.
    while (child.stdout.readableLength === 0) await new Promise(resolve => setTimeout(resolve, 20));
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    child.stdout.destroy();
    expect(JSON.parse(readFileSync(report, "utf8"))).toHaveProperty("verdict");
  });
});

describe("secrets", () => {
  test("leave the process in no format unless they are asked for", () => {
    for (const format of ["text", "json", "ndjson", "eve"]) {
      const ran = sniff(["--format", format, "--verbose", story("plaintext-password")]);
      expect(ran.out + ran.err).not.toContain("MqttP@ss2024!");
      expect(sniff(["--format", format, "--reveal", story("plaintext-password")]).out).toContain(
        "MqttP@ss2024!",
      );
    }
  });
});

describe("commands", () => {
  test("the file behind them can be run, as a link to it needs", () => {
    expect(statSync(MAIN).mode & 0o111).toBe(0o111);
  });

  test("--help shows every command, --version the version", () => {
    const { out, code } = sniff(["--help"]);
    for (const command of ["audit", "compare", "demo", "rules", "interfaces"]) expect(out).toContain(command);
    expect(code).toBe(0);
    for (const line of out.split("\n")) expect(cellWidth(line)).toBeLessThanOrEqual(80);
    expect(sniff(["--version"]).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("audit is the same as naming the captures alone", () => {
    expect(sniff(["audit", story("tls13")])).toEqual(sniff([story("tls13")]));
  });

  test("demo tells the lesson in three acts and ends well", () => {
    const { out, code } = sniff(["demo"]);
    expect(code).toBe(0);
    for (const word of ["EXPOSED", "INTERCEPTABLE", "PROTECTED"]) expect(out).toContain(word);
  });

  test("demo, as npm runs it, ends with commands that work as they are printed, in rows of 80 cells", () => {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    const ran = spawnSync(process.execPath, ["dist/main.js", "demo"], {
      cwd: root,
      encoding: "utf8",
      env: ENV,
    });
    for (const line of ran.stdout.split("\n")) expect(cellWidth(line)).toBeLessThanOrEqual(80);
    const rows = ran.stdout
      .slice(ran.stdout.lastIndexOf("\nNext\n") + 6)
      .trimEnd()
      .split("\n");
    const commands = new Map(rows.map(row => [row.slice(2, 25).trimEnd(), row.slice(25)]));
    expect([...commands.keys()]).toEqual([
      ...["a finding, explained", "a capture of your own", "live traffic", "everything else"],
    ]);
    for (const what of ["a finding, explained", "everything else"]) {
      const shell = spawnSync("sh", ["-c", commands.get(what)!], { cwd: root, encoding: "utf8", env: ENV });
      expect([shell.status, shell.stderr]).toEqual([0, ""]);
    }
    const own = commands.get("a capture of your own")!.replace("capture.pcapng", story("plaintext-password"));
    expect(spawnSync("sh", ["-c", own], { cwd: root, encoding: "utf8", env: ENV }).stdout).toMatch(
      /^EXPOSED/,
    );
    expect(commands.get("live traffic")).toMatch(/^sudo .* --iface \S+$/);
  });

  test("rules lists the catalogue, and explains one rule by its id or its name", () => {
    expect(sniff(["rules"]).out.split("\n").length).toBeGreaterThan(20);
    const explained = sniff(["rules", "mq501"]).out;
    for (const part of ["Why", "Mend it", "False alarm", "Standard", "Wireshark"])
      expect(explained).toContain(part);
    expect(sniff(["rules", "accepts-bad-cert"]).out).toBe(explained);
  });

  test("interfaces names the loopback interface and says whether one may capture", () => {
    const { out, code } = sniff(["interfaces"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^lo /m);
    expect(out).toMatch(/You may (?:not )?capture/);
  });
});
