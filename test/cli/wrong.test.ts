/** Whatever is asked for wrongly: one line that says what, where and what was wanted, the right code, nothing else lost. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onPath } from "../../src/capture/engine.ts";
import { fileOf, sniffed } from "../story.ts";

let place: string;
const at = (name: string): string => join(place, name);

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "mqtt-sniff-wrong-"));
  chmodSync(place, 0o755);
  copyFileSync(fileOf("plaintext-password", "capture.pcapng"), at("ok.pcapng"));
  copyFileSync(at("ok.pcapng"), at("unreadable.pcapng"));
  chmodSync(at("unreadable.pcapng"), 0);
  writeFileSync(
    at("garbage"),
    new Uint8Array(3000).map((_, n) => (n * 167) % 251),
  );
  writeFileSync(at("empty"), "");
  mkdirSync(at("folder"));
  mkdirSync(at("closed"), { mode: 0o555 });
  mkdirSync(at("open"));
});
afterAll(() => {
  chmodSync(at("closed"), 0o755);
  rmSync(place, { recursive: true });
});

const LINE = /^mqtt-sniff: [^\n]+\n$/;

/** Flags, values that they do not take, and what is said to have been wanted. */
const VALUES: readonly (readonly [flag: string, values: readonly string[], wanted: RegExp])[] = [
  ["--ports", ["", " ", "0", "70000", "1883,", "mqtt", "-1", "all,1"], /ports from 1 to 65535/],
  ["--decode-as", ["", "1883", "1883=foo", "=mqtt", "0=mqtt"], /PORT=mqtt|from 1 to 65535/],
  ["--ca", [""], /name of a file/],
  ["--pin", ["", "sha256:00", "md5:00", "x=sha256:zz"], /64 hexadecimal digits/],
  ["--server-name", ["", "a b", "http://x", "*.example.com", "-x"], /host name or an address/],
  ["--policy", ["", "pci"], /bcp195, nist or mozilla-intermediate/],
  ["--at", ["", "now", "2026", "2026-13-01", "2026-02-30"], /a time such as/],
  ["--format", ["", "TEXT", "xml"], /there are text, json, ndjson, eve, dashboard/],
  ["--report", ["", "json", "json=", "=x"], /FORMAT=FILE/],
  ["--report", ["xml=x", "dashboard=x"], /there are text, json, ndjson, eve\n/],
  ["--payload-limit", ["", "-1", "1.5", "x"], /a number of octets, or all/],
  ["--fail-on", ["", "HIGH", "severe"], /critical, high, medium, low, info or never/],
  ["-c", ["", "0", "-1", "1e3", "x"], /a number of packets/],
  ["-w", [""], /name of a file/],
  ["--rotate", ["", "1", "1kB", "0s", "10M"], /such as 100MB/],
  ["--keep", ["", "0", "x"], /a number of files/],
  ["-r", [""], /name of a file/],
  ["--buffer", ["", "0", "9999", "x"], /MiB/],
  ["--duration", ["", "0", "x", "1d", "600h"], /a time such as/],
  ["--engine", ["", "pcap"], /cap, dumpcap, tcpdump/],
  ["--speed", ["", "0", "x"], /a number .*, or step/],
  [
    "-f",
    onPath("tcpdump") ? ["tcp prt", "host", "port nope", "tcp port 99999"] : [],
    /capture filter "[^"]+" is not understood: .*pcap-filter\(7\)/,
  ],
  ["-i", ["", "-h", "no/such", "nope"], /no such interface; there are .*\bany\b/],
];

describe("a wrong value", () => {
  test("is tried of every flag that takes one", async () => {
    const { output } = await sniffed(["--help"]);
    const flags = [...output.matchAll(/^ {2}(-.)?(?:, )?(--[a-z-]+)? [<[]/gm)];
    expect(flags.length).toBeGreaterThan(20);
    for (const [, short, long] of flags)
      expect(VALUES.map(([flag]) => flag)).toEqual(
        expect.arrayContaining([VALUES.some(([flag]) => flag === short) ? short : long]),
      );
  });

  test.each(VALUES.flatMap(([flag, values, wanted]) => values.map(value => [flag, value, wanted] as const)))(
    "%s %j is one line that says what was wanted",
    async (flag, value, wanted) => {
      const input = ["-i", "-r"].includes(flag) ? [] : flag === "-f" ? ["-i", "lo"] : [at("ok.pcapng")];
      const ran = await sniffed([flag, value, ...input]);
      expect(ran).toMatchObject({ exitCode: 2, output: "" });
      expect(ran.complaints).toMatch(LINE);
      expect(ran.complaints).toMatch(wanted);
    },
  );
});

test("help for a command that there is not says so", async () => {
  expect(await sniffed(["help", "nope"])).toEqual({
    exitCode: 2,
    output: "",
    complaints: "mqtt-sniff: there is no command of that name (mqtt-sniff --help)\n",
  });
});

test("an interface that is given as a capture is answered with how to give it", async () => {
  const [name = ""] = Object.keys(networkInterfaces());
  for (const word of [name, "any"]) {
    const ran = await sniffed([word]);
    expect(ran).toMatchObject({ exitCode: 2, output: "" });
    expect(ran.complaints).toBe(
      `mqtt-sniff: ${word}: no such file, but an interface: give it as --iface ${word}\n`,
    );
  }
});

describe("a capture that cannot be judged", () => {
  test.each([
    ["nope", "no such file"],
    ["ok.pcapng/x", "a part of the path is not a folder"],
    ["folder", "no capture file in this folder"],
    ["empty", "the file is empty"],
    ["garbage", "not a pcap or pcapng file"],
  ])("as %s is one line, code 3, and costs nothing of the others", async (name, why) => {
    const alone = await sniffed([at(name)]);
    expect(alone).toMatchObject({ exitCode: 3, complaints: `mqtt-sniff: ${at(name)}: ${why}\n` });
    expect(alone.output).toMatch(/^UNKNOWN/);
    const beside = await sniffed([at(name), at("ok.pcapng")]);
    expect(beside.exitCode).toBe(1);
    expect(beside.output).toMatch(/^EXPOSED/);
  });
});

describe("an output that cannot be written", () => {
  test.each([
    ["folder", "is a folder"],
    ["no/r.json", "no such folder"],
    ["ok.pcapng", "is a capture that is to be read"],
  ])("as %s costs that report alone, code 2", async (name, why) => {
    const other = at("other.json");
    const args = ["--report", `json=${at(name)}`, "--report", `json=${other}`, at("ok.pcapng")];
    const ran = await sniffed(args);
    expect(ran).toMatchObject({ exitCode: 2, complaints: `mqtt-sniff: --report ${at(name)}: ${why}\n` });
    expect(ran.output).toMatch(/^EXPOSED/);
    expect(JSON.parse(readFileSync(other, "utf8"))).toHaveProperty("verdict");
    rmSync(other);
    expect(readdirSync(place).filter(one => one.startsWith("."))).toEqual([]);
  });

  test.each(["text", "json", "ndjson", "eve"])(
    "as a full disk, in %s, is one line and code 2",
    async format => {
      if (!existsSync("/dev/full")) return;
      const ran = await sniffed(["--report", `${format}=/dev/full`, at("ok.pcapng")]);
      expect(ran.exitCode).toBe(2);
      expect(ran.complaints).toBe("mqtt-sniff: --report /dev/full: no space left on the disk\n");
    },
  );
});

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** The built program under a shell; as somebody without rights where this is root. */
function shell(script: string): { code: number | null; out: string; err: string } {
  const asNobody = process.getuid?.() === 0 ? ["--reuid", "65534", "--regid", "65534", "--clear-groups"] : [];
  const command = asNobody.length > 0 ? ["setpriv", ...asNobody, "sh"] : ["sh"];
  const ran = spawnSync(command[0]!, [...command.slice(1), "-c", script, process.execPath, MAIN], {
    cwd: place,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "" },
  });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

describe("without the right", () => {
  test.each([
    ["to read a capture", '"$0" "$1" unreadable.pcapng', 3, "unreadable.pcapng: permission denied"],
    [
      "to read a root",
      '"$0" "$1" --ca unreadable.pcapng ok.pcapng',
      2,
      "--ca unreadable.pcapng: permission denied",
    ],
    [
      "to write a report",
      '"$0" "$1" --report json=closed/x ok.pcapng',
      2,
      "--report closed/x: permission denied",
    ],
    ["to write a capture", '"$0" "$1" -w closed/x ok.pcapng', 2, "-w closed/x: permission denied"],
  ])("%s is one line that says so", (_, script, code, line) => {
    const ran = shell(script);
    expect([ran.code, ran.err]).toEqual([code, `mqtt-sniff: ${line}\n`]);
  });
});

describe("standard output", () => {
  const commands = [
    ...["text", "json", "ndjson", "eve"].map(format => `--format ${format} ok.pcapng`),
    "compare ok.pcapng ok.pcapng",
    "demo --format text",
    "rules",
    "interfaces",
    "--help",
  ];

  test.each(commands)("on a full disk is one line and code 2, for %s", args => {
    if (!existsSync("/dev/full")) return;
    const { code, err } = shell(`"$0" "$1" ${args} >/dev/full`);
    expect([code, err]).toEqual([2, "mqtt-sniff: standard output: no space left on the disk\n"]);
  });

  test.each(commands)("that nobody reads on ends it quietly, for %s", args => {
    const { err } = shell(`"$0" "$1" ${args} | head -c 1 >/dev/null`);
    expect(err).toBe("");
  });

  test("that nobody reads costs nothing of a report", () => {
    const stories = fileURLToPath(new URL("../../fixtures/captures", import.meta.url));
    chmodSync(at("open"), 0o777);
    const args = `--quiet --format ndjson --report json=open/r.json ${stories}`;
    shell(`"$0" "$1" ${args} | head -n 1 >/dev/null; test -s open/r.json`);
    const { captures } = JSON.parse(readFileSync(at("open/r.json"), "utf8")) as { captures: unknown[] };
    expect(captures.length).toBeGreaterThan(readdirSync(stories).length / 2);
  });

  test("and standard error may both be closed", () => {
    expect(shell('"$0" "$1" nope >&- 2>&-').code).toBe(3);
    expect(shell('"$0" "$1" --no-such-flag 2>&-').code).toBe(2);
  });
});
