/** What the supervisor does with files, and with no others. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keeper } from "../../src/capture/entrusted.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mqtt-sniff-entrusted-"));
  mkdirSync(join(folder, "own"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): { path: string; inode: number } {
  const path = join(folder, name);
  writeFileSync(path, text);
  return { path, inode: statSync(path).ino };
}

describe("a file that is entrusted", () => {
  test("is moved to its name once, and removed where it never was", () => {
    const [whole, other] = [file("own/.a", "whole"), file("own/.b", "half")];
    const files = keeper({
      moves: [
        { ...whole, name: "a.json" },
        { ...other, name: "b.json" },
      ],
      made: [],
    });
    files.move(0);
    files.move(0);
    files.move(7);
    expect(readFileSync(join(folder, "own/a.json"), "utf8")).toBe("whole");
    files.end();
    expect(readdirSync(join(folder, "own"))).toEqual(["a.json"]);
  });

  test("stays where it was made for this run and holds something, and goes where it is empty", () => {
    const [empty, full] = [file("own/empty", ""), file("own/full", "frames")];
    keeper({ moves: [], made: [empty, full] }).end();
    expect(readdirSync(join(folder, "own"))).toEqual(["full"]);
  });

  test("is left alone where somebody has put another in its place", () => {
    const [moved, made] = [file("own/.a", "mine"), file("own/b", "")];
    const files = keeper({ moves: [{ ...moved, name: "a.json" }], made: [made] });
    for (const name of ["own/.a", "own/b"]) {
      file("another", "");
      renameSync(join(folder, "another"), join(folder, name));
    }
    expect(() => files.move(0)).toThrow(/gone/);
    files.end();
    expect(readdirSync(join(folder, "own")).sort()).toEqual([".a", "b"]);
  });

  test.skipIf(process.platform !== "linux")(
    "is moved in its folder, whatever somebody makes of the path to it (skipped unless Linux)",
    () => {
      const files = keeper({ moves: [{ ...file("own/.a", "mine"), name: "a.json" }], made: [] });
      renameSync(join(folder, "own"), join(folder, "elsewhere"));
      mkdirSync(join(folder, "theirs"));
      symlinkSync(join(folder, "theirs"), join(folder, "own"));
      files.move(0);
      expect(readdirSync(join(folder, "theirs"))).toEqual([]);
      expect(readdirSync(join(folder, "elsewhere"))).toEqual(["a.json"]);
    },
  );
});
