/** What README and docs say to type: every command works as it is printed, and every flag is there. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { EXAMPLES, NOTHING_GIVEN } from "../../src/cli/help.ts";
import { fileOf, sniffed } from "../story.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DOCUMENTS = ["README.md", ...readdirSync(join(ROOT, "docs")).map(name => `docs/${name}`)].filter(
  name => name.endsWith(".md") && name !== "docs/changelog.md",
);
const textOf = (name: string): string => readFileSync(join(ROOT, name), "utf8");

/** Lines of shell blocks, and of the program's own help, that call the program; what stands behind them is no part. */
const COMMANDS: readonly string[] = [
  ...DOCUMENTS.flatMap(name => [...textOf(name).matchAll(/^```(?:sh)?\n([\s\S]*?)^```$/gm)]).flatMap(
    ([, block = ""]) => block.split("\n"),
  ),
  ...[EXAMPLES, NOTHING_GIVEN].flatMap(text =>
    text.split("\n").map(line => line.trim().replace(/ {2,}\S.*/, "")),
  ),
]
  .map(line => line.replace(/ +# .*/, "").trim())
  .filter(line => /(?:^|\| |sudo )mqtt-sniff\b/.test(line));

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "mqtt-sniff-documents-"));
  for (const [name, story] of [
    ["capture", "tls12"],
    ["before", "before-after-before"],
    ["after", "before-after-after"],
  ] as const)
    for (const extension of ["pcap", "pcapng"])
      copyFileSync(fileOf(story, "capture.pcapng"), join(place, `${name}.${extension}`));
  copyFileSync(fileOf("tls12", "ca.pem"), join(place, "root.pem"));
  mkdirSync(join(place, "captures"));
  copyFileSync(fileOf("gap", "capture.pcapng"), join(place, "captures", "one.pcapng"));
  mkdirSync(join(place, "bin"));
  symlinkSync(join(ROOT, "dist", "main.js"), join(place, "bin", "mqtt-sniff"));
});
afterAll(() => rmSync(place, { recursive: true }));

describe("a command that a document prints", () => {
  test("is found: there are many", () => {
    expect(COMMANDS.length).toBeGreaterThan(12);
  });

  const run = COMMANDS.filter(command => !/sudo|dashboard/.test(command));
  test.each(run)("works: %s", command => {
    const here = command
      .replace(/^ssh \S+ tcpdump -U -w - port 1883 \|/, "cat before.pcapng |")
      .replace(/ \| jq .*/, " >/dev/null");
    const ran = spawnSync("sh", ["-c", here], {
      cwd: place,
      encoding: "utf8",
      env: { PATH: [join(place, "bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter) },
    });
    expect(ran.stderr).toBe("");
    expect([0, 1]).toContain(ran.status);
  });

  test.each(COMMANDS.filter(command => !run.includes(command)))("is understood: %s", command => {
    const args = command
      .replace(/^sudo /, "")
      .split(" ")
      .slice(1);
    expect(parseArguments(args, "0", 80).command).toMatch(/^(?:live|audit)$/);
  });
});

test("every flag that a document names is one of the program's", async () => {
  const commands = ["", "audit", "compare", "demo", "rules", "interfaces"];
  const help = await Promise.all(commands.map(name => sniffed([...(name === "" ? [] : [name]), "--help"])));
  const known = new Set(
    help.flatMap(({ output }) => [...output.matchAll(/--[a-z][a-z-]+/g)].map(([flag]) => flag)),
  );
  expect(known.size).toBeGreaterThan(25);
  for (const name of DOCUMENTS)
    for (const [quoted] of textOf(name).matchAll(/`[^`\n]+`/g))
      if (!/npm |npx |vitest|setpriv|git |openssl|curl|mosquitto/.test(quoted))
        for (const [flag] of quoted.matchAll(/(?<![\w-])--[a-z][a-z-]+/g))
          expect(known, `${flag} in ${name}`).toContain(flag);
});

test("every file that a document leads to is there", () => {
  for (const name of DOCUMENTS)
    for (const [, target = ""] of textOf(name).matchAll(/\]\(([^)#\s]+)[^)]*\)/g))
      if (!/^https?:/.test(target))
        expect(existsSync(join(ROOT, dirname(name), target)), `${target} in ${name}`).toBe(true);
});
