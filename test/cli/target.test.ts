/** Files that reports go to. */
import { execFileSync } from "node:child_process";
import {
  chownSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTarget } from "../../src/cli/target.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mqtt-sniff-target-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a target", () => {
  test("exists under its name only once it is complete, and for its owner alone", () => {
    const file = join(folder, "report.json");
    const target = openTarget(file, () => {});
    target.write("{");
    expect(readdirSync(folder)).not.toContain("report.json");
    target.write("}\n");
    expect(target.commit()).toBe(true);
    expect(readFileSync(file, "utf8")).toBe("{}\n");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["report.json"]);
  });

  test("leaves the old file as it was when it is abandoned", () => {
    const file = join(folder, "report.json");
    writeFileSync(file, "old");
    const target = openTarget(file, () => {});
    target.write("new");
    target.abandon();
    expect(readFileSync(file, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["report.json"]);
  });

  test("replaces a symbolic link instead of following it", () => {
    const elsewhere = join(folder, "elsewhere");
    writeFileSync(elsewhere, "untouched");
    symlinkSync(elsewhere, join(folder, "report.json"));
    const target = openTarget(join(folder, "report.json"), () => {});
    target.write("mine");
    target.commit();
    expect(readFileSync(elsewhere, "utf8")).toBe("untouched");
    expect(readFileSync(join(folder, "report.json"), "utf8")).toBe("mine");
  });

  test("that is a link to a pipe is written as it is, and the link stays", () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    symlinkSync(pipe, join(folder, "report.json"));
    const target = openTarget(join(folder, "report.json"), () => {});
    target.write("mine");
    expect(target.commit()).toBe(true);
    const got = Buffer.alloc(8);
    expect(got.subarray(0, readSync(reader, got)).toString()).toBe("mine");
    closeSync(reader);
    expect(lstatSync(join(folder, "report.json")).isSymbolicLink()).toBe(true);
  });

  test("in a folder that is not there is wrong usage, in one line", () => {
    expect(() => openTarget(join(folder, "no", "report.json"), () => {})).toThrow(
      /^--report .*: no such folder$/,
    );
  });

  test("whose name no file can have is wrong usage, in one line", () => {
    expect(() => openTarget(join(folder, "a".repeat(300)), () => {})).toThrow(/^--report [^\n]*$/);
    symlinkSync("loop", join(folder, "loop"));
    expect(() => openTarget(join(folder, "loop", "report.json"), () => {})).toThrow(
      /^--report .*: is a symbolic link$/,
    );
  });

  test("that is a capture to be read is refused, whatever it is called", () => {
    const capture = join(folder, "capture.pcap");
    writeFileSync(capture, "octets");
    symlinkSync(capture, join(folder, "link"));
    expect(() => openTarget(join(folder, "link"), () => {}, [capture])).toThrow(/is a capture/);
    expect(readFileSync(capture, "utf8")).toBe("octets");
  });

  test.skipIf(process.getuid?.() !== 0)(
    "that belongs to somebody else is neither written nor given away (skipped unless root)",
    () => {
      const caller = { uid: 12_345, gid: 12_346, name: "caller", caller: true };
      const nobody = { uid: 65_534, gid: 65_534, name: "nobody", caller: false };
      const file = join(folder, "report.json");
      writeFileSync(file, "root's");
      expect(() => openTarget(file, () => {}, [], caller)).toThrow(/belongs to somebody else$/);
      chownSync(file, 23_456, 23_456);
      for (const heir of [caller, nobody])
        expect(() => openTarget(file, () => {}, [], heir)).toThrow(/belongs to somebody else$/);
      expect(readFileSync(file, "utf8")).toBe("root's");
      expect(statSync(file).uid).toBe(23_456);
      chownSync(file, caller.uid, caller.gid);
      const target = openTarget(file, () => {}, [], caller);
      target.write("his");
      expect(target.commit()).toBe(true);
      expect(readFileSync(file, "utf8")).toBe("his");
    },
  );

  test("that is a device is written and stays one", () => {
    const target = openTarget("/dev/null", () => {});
    target.write("gone");
    expect(target.commit()).toBe(true);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test("that is a folder is wrong usage", () => {
    expect(() => openTarget(folder, () => {})).toThrow(/is a folder$/);
  });

  test("that cannot be moved to its name is told, and leaves nothing behind", () => {
    const lines: string[] = [];
    const file = join(folder, "report.json");
    const target = openTarget(file, line => lines.push(line));
    // rename(2) puts no file in the place of a folder.
    mkdirSync(file);
    expect(target.commit()).toBe(false);
    expect(lines).toEqual([expect.stringMatching(/^--report .*: is a folder$/)]);
    expect(readdirSync(folder)).toEqual(["report.json"]);
  });
});
