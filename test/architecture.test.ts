/** The folders are the way of the data: an import may point upstream, never down and never sideways. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

/** design: each row may import from itself and from the rows above it. */
const ROWS: readonly (readonly string[])[] = [
  ["octets"],
  ["capture"],
  ["packet"],
  ["stream"],
  ["protocol"],
  ["session"],
  ["finding"],
  ["verdict"],
  ["report", "dashboard"],
  ["pipeline.ts"],
  ["lab"],
  ["cli"],
  ["main.ts", "index.ts"],
];

/** Packages that one file alone may touch, by the folder or file that may. */
const SEAMS: readonly (readonly [name: string, place: string])[] = [
  ["blessed", "dashboard/terminal.ts"],
  ["cap", "capture/"],
  ["mqtt-packet", "protocol/mqtt/"],
  ["@peculiar/asn1-schema", "protocol/x509/"],
  ["@peculiar/asn1-x509", "protocol/x509/"],
  ["commander", "cli/"],
  ["cli-progress", "cli/"],
  ["aedes", "lab/"],
  ["mqtt", "lab/"],
];

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(f => f.endsWith(".ts"));
const imports = files.flatMap(file =>
  [...readFileSync(join(SRC, file), "utf8").matchAll(/(?:from|import|require)\s*\(?\s*"([^"]+)"/g)].map(
    match => ({
      file,
      target: match[1] ?? "",
    }),
  ),
);

const rankOf = (path: string): number => {
  const top = path.split("/")[0] ?? "";
  return ROWS.findIndex(row => row.includes(top));
};

describe("the architecture", () => {
  test("has files to look at, and imports in them", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(100);
  });

  test("knows every folder and file at the top of src", () => {
    expect(files.filter(file => rankOf(file) < 0)).toEqual([]);
  });

  test("imports never point downstream or sideways", () => {
    const wrong = imports.flatMap(({ file, target }) => {
      if (!target.startsWith(".")) return [];
      const path = relative(SRC, resolve(SRC, dirname(file), target));
      if (path.startsWith("..")) return [];
      const same = file.split("/")[0] === path.split("/")[0];
      return same || rankOf(path) < rankOf(file) ? [] : [`${file} imports ${path}`];
    });
    expect(wrong).toEqual([]);
  });

  test("packages with a seam are touched behind it alone", () => {
    const wrong = imports.flatMap(({ file, target }) => {
      const seam = SEAMS.find(([name]) => target === name || target.startsWith(`${name}/`));
      return seam === undefined || file.startsWith(seam[1]) ? [] : [`${file} imports ${target}`];
    });
    expect(wrong).toEqual([]);
  });

  test("no folder is named for a kind of thing", () => {
    const kinds = /(?:^|\/)(?:utils?|helpers?|common|types|lib|core|shared)(?:\/|\.ts$)/;
    expect(files.filter(file => kinds.test(file))).toEqual([]);
  });

  test("every file says in its first line what it is for", () => {
    const silent = files.filter(file => {
      const lines = readFileSync(join(SRC, file), "utf8").split("\n");
      return !(lines[0]?.startsWith("#!") ? lines[1] : lines[0])?.startsWith("/**");
    });
    expect(silent).toEqual([]);
  });

  test("a file has at most 300 lines, generated tables apart", () => {
    const long = files.filter(
      file =>
        !file.endsWith(".generated.ts") &&
        readFileSync(join(SRC, file), "utf8").trimEnd().split("\n").length > 300,
    );
    expect(long).toEqual([]);
  });

  test("the clock and chance are asked for outside of judging alone", () => {
    const allowed = /^(?:cli\/|main\.ts|capture\/|dashboard\/|lab\/)/;
    const wrong = files.filter(
      file =>
        !allowed.test(file) &&
        /\bDate\.now\(|\bMath\.random\(|\bnew Date\(\)/.test(readFileSync(join(SRC, file), "utf8")),
    );
    expect(wrong).toEqual([]);
  });
});
