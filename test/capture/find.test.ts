/** Files and folders as a user names them. */
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findCaptures } from "../../src/capture/find.ts";
import { pcap, pcapng } from "../build/capture.ts";
import { text } from "../build/packets.ts";

describe("findCaptures", () => {
  let folder = "";
  const at = (...names: string[]): string => join(folder, ...names);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "find-"));
    await mkdir(at("deep", "er"), { recursive: true });
    await Promise.all([
      writeFile(at("b.txt"), pcap([])),
      writeFile(at("a.pcapng"), pcapng([])),
      writeFile(at("c.pcap"), text("this is no capture")),
      writeFile(at("empty.pcap"), ""),
      writeFile(at("deep", "d.gz"), gzipSync(pcap([]))),
      writeFile(at("deep", "e.gz"), gzipSync(text("no capture either"))),
      writeFile(at("deep", "er", "f"), pcap([])),
    ]);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("searches folders by content, in the order of names", async () => {
    expect(await findCaptures([folder])).toEqual({
      captures: [at("a.pcapng"), at("b.txt"), at("deep", "d.gz"), at("deep", "er", "f")],
      unreadable: [],
    });
  });

  test("keeps a file that was named, whatever it holds", async () => {
    expect(await findCaptures([at("c.pcap"), "-"])).toMatchObject({
      captures: [at("c.pcap"), "-"],
      unreadable: [],
    });
  });

  test("names each capture once, whatever path leads to it", async () => {
    await symlink(at("b.txt"), at("link"));
    await symlink(folder, at("deep", "circle"));
    const found = await findCaptures([
      at("b.txt"),
      at("link"),
      at("deep", "..", "b.txt"),
      "-",
      folder,
      folder,
      "-",
    ]);
    expect(found.captures).toEqual([
      at("b.txt"),
      "-",
      at("a.pcapng"),
      at("deep", "d.gz"),
      at("deep", "er", "f"),
    ]);
    expect(found.unreadable).toEqual([]);
  });

  test("says in one line what cannot be used", async () => {
    await symlink(at("nowhere"), at("deep", "dangling"));
    await symlink(at("round"), at("round"));
    await mkdir(at("bare"));
    const found = await findCaptures([
      at("none"),
      at("b.txt", "inside"),
      at("round"),
      at("bare"),
      at("deep"),
    ]);
    expect(found.captures).toEqual([at("deep", "d.gz"), at("deep", "er", "f")]);
    expect(found.unreadable.map(one => `${one.path}: ${one.text}`)).toEqual([
      `${at("none")}: no such file`,
      `${at("b.txt", "inside")}: a part of the path is not a folder`,
      `${at("round")}: too many symbolic links`,
      `${at("bare")}: no capture file in this folder`,
      `${at("deep", "dangling")}: no such file`,
    ]);
  });

  test("looks at no more entries than its ceiling, and says so", async () => {
    const found = await findCaptures([folder], { depth: 32, entries: 2 });
    expect(found.captures).toEqual([at("a.pcapng"), at("b.txt")]);
    expect(found.unreadable.map(one => `${one.path}: ${one.text}`)).toEqual([
      `${folder}: more than 2 files; the rest is not read`,
    ]);
  });

  test("goes no deeper than its ceiling", async () => {
    const found = await findCaptures([folder], { depth: 0, entries: 100 });
    expect(found.captures).toEqual([at("a.pcapng"), at("b.txt")]);
  });

  test.skipIf(process.getuid?.() === 0)(
    "says that a file may not be read before anything is judged",
    async () => {
      await chmod(at("b.txt"), 0);
      expect((await findCaptures([at("b.txt")])).unreadable[0]?.text).toContain("permission denied");
    },
  );
});
