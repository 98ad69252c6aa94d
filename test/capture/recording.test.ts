/** What `-w` writes, read back by this program and by Wireshark's. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { captureFrames } from "../../src/capture/file.ts";
import { CaptureError } from "../../src/capture/capture-error.ts";
import type { Frame, FrameBatch, FrameNumber, Notice, Source } from "../../src/capture/frame.ts";
import { openRecording, type RecordingOptions } from "../../src/capture/recording.ts";
import { onPath } from "../../src/capture/engine.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { pcap, pcapng, START } from "../build/capture.ts";
import { type Collected, collect, ofType, streamOf } from "./collect.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mqtt-sniff-recording-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const STORIES = fileURLToPath(new URL("../../fixtures/captures/", import.meta.url));
const BUILT = new URL("../../build/capture/recording.js", import.meta.url).href;
const stories = readdirSync(STORIES)
  .map(name => `${STORIES}${name}/capture.pcapng`)
  .filter(existsSync);

/** Writes a source to files in a folder of its own, and gives their paths in order. */
async function record(
  sources: readonly Source[],
  options: Partial<RecordingOptions> = {},
): Promise<{ files: string[]; complaints: string[]; written: boolean; passed: Collected[] }> {
  const place = mkdtempSync(join(folder, "files-"));
  const complaints: string[] = [];
  const recording = openRecording({
    file: join(place, "out.pcapng"),
    tool: "mqtt-sniff test",
    inputs: [],
    complain: line => complaints.push(line),
    ...options,
  });
  const passed: Collected[] = [];
  for (const source of sources) passed.push(await collect(recording.through(source)));
  const written = await recording.finish();
  const files = readdirSync(place)
    .sort()
    .map(name => join(place, name));
  return { files, complaints, written, passed };
}

const read = (path: string): Promise<Collected> => collect(captureFrames({ path }));
const octetsOf = (octets: Uint8Array): Source => captureFrames(streamOf(octets, octets.length));

/** Frames without their places in the file. */
const placeless = (collected: Collected): unknown[] =>
  collected.frames.map(({ at, nanos, linkType, originalLength, octets }) => ({
    at,
    nanos,
    linkType,
    originalLength,
    octets,
  }));

/** Frames of one size, a second apart. */
const frames = (count: number, size = 100): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => new Uint8Array(size).fill(index));

const counts = (path: string): { packets: number } & Record<string, string | number> => {
  const { stdout, stderr, status } = spawnSync("capinfos", ["-M", path], { encoding: "utf8" });
  expect(stderr + status).toBe("0");
  const fields = Object.fromEntries(
    stdout
      .split("\n")
      .map(line => line.split(/:\s+| = /).map(part => part.trim()))
      .filter(parts => parts.length === 2),
  ) as Record<string, string>;
  return { ...fields, packets: Number(fields["Number of packets"]) };
};

const noCapinfos = onPath("capinfos") ? "" : " (skipped: capinfos is not installed)";
const noTshark = onPath("tshark") ? "" : " (skipped: tshark is not installed)";

describe("a written capture", () => {
  test("holds the frames of every story as they were", async () => {
    expect(stories.length).toBeGreaterThan(20);
    for (const path of stories) {
      const { files, written, passed } = await record([captureFrames({ path })]);
      const original = await read(path);
      const copy = await read(files[0]!);
      expect(written).toBe(true);
      expect(placeless(copy), path).toEqual(placeless(original));
      expect(passed[0]!.order, path).toEqual(original.order);
      expect(ofType(copy, "capture.malformed"), path).toEqual([]);
      expect(ofType(copy, "capture.secrets"), path).toEqual(ofType(original, "capture.secrets"));
      expect(ofType(copy, "capture.drops").at(-1)?.dropped ?? 0, path).toBe(
        ofType(original, "capture.drops").at(-1)?.dropped ?? 0,
      );
    }
  });

  test("keeps nanoseconds where there are some, and microseconds where there are none", async () => {
    const at = START + 123_456;
    const source = pcap(
      [
        { octets: new Uint8Array(60), at, nanos: 789 },
        { octets: new Uint8Array(61), at, nanos: 0 },
      ],
      { nanoseconds: true },
    );
    const nanoseconds = await record([octetsOf(source)]);
    expect((await read(nanoseconds.files[0]!)).frames).toMatchObject([
      { at, nanos: 789 },
      { at, nanos: 0 },
    ]);
    const again = await record([captureFrames({ path: nanoseconds.files[0]! })]);
    expect((await read(again.files[0]!)).frames).toMatchObject([
      { at, nanos: 789 },
      { at, nanos: 0 },
    ]);
    const micros = await record([octetsOf(pcapng([{ octets: new Uint8Array(60), at }]))]);
    const [frame] = (await read(micros.files[0]!)).frames;
    expect([frame!.at, frame!.nanos]).toEqual([at, undefined]);
  });

  test("keeps how long a cut frame was, its interface's name and filter, and what was dropped", async () => {
    const frame = { octets: new Uint8Array(64).fill(7), originalLength: 1500 };
    const { files } = await record([live([frame], { dropped: 42 })]);
    const copy = await read(files[0]!);
    expect(copy.frames[0]).toMatchObject({ originalLength: 1500, octets: frame.octets });
    expect(ofType(copy, "capture.interface")).toEqual([
      { type: "capture.interface", linkType: 1, snapLength: 65_535, name: "eth9", filter: "tcp port 1883" },
    ]);
    expect(ofType(copy, "capture.drops")).toEqual([{ type: "capture.drops", received: 1, dropped: 42 }]);
  });

  test("says nothing of drops where the engine cannot count them", async () => {
    const { files } = await record([live([{ octets: new Uint8Array(64) }], { dropped: "unknown" })]);
    expect(ofType(await read(files[0]!), "capture.drops")).toEqual([]);
  });

  test("has an interface for each link type, and a section for each capture", async () => {
    const sources = [pcap(frames(2), { linkType: 1 }), pcap(frames(3), { linkType: 101 })].map(octetsOf);
    const { files } = await record(sources);
    const copy = await read(files[0]!);
    expect(copy.frames.map(({ linkType }) => linkType)).toEqual([1, 1, 101, 101, 101]);
    expect(ofType(copy, "capture.interface").map(({ linkType }) => linkType)).toEqual([1, 101]);
  });

  test("is a capture even where nothing was captured", async () => {
    const copy = await read((await record([live([], { dropped: 0 })])).files[0]!);
    expect(ofType(copy, "capture.interface")).toHaveLength(1);
    expect(ofType(copy, "capture.malformed")).toEqual([]);
  });

  test("takes frames larger than a buffer has left, in order", async () => {
    const sizes = [262_144, 262_144, 262_144, 262_000, 60, 262_144];
    const { files } = await record([
      octetsOf(pcap(sizes.map(size => new Uint8Array(size).fill(size % 251)))),
    ]);
    expect((await read(files[0]!)).frames.map(({ octets }) => [octets.length, octets[5]])).toEqual(
      sizes.map(size => [size, size % 251]),
    );
  });

  test.skipIf(noCapinfos !== "")(`is what capinfos takes for one${noCapinfos}`, async () => {
    const frame = { octets: new Uint8Array(64).fill(7), originalLength: 1500 };
    const { files } = await record([live([frame, frame, frame], { dropped: 3 })]);
    expect(counts(files[0]!)).toMatchObject({
      packets: 3,
      "Capture application": "mqtt-sniff test",
      Name: "eth9",
      "Capture length": "65535",
      "Filter string": "tcp port 1883",
      "Number of stat entries": "1",
    });
  });

  test.skipIf(noTshark !== "")(`says the same to tshark as the original${noTshark}`, async () => {
    const path = `${STORIES}plaintext-password/capture.pcapng`;
    const { files } = await record([captureFrames({ path })]);
    const fields = ["frame.time_epoch", "frame.len", "tcp.seq_raw", "mqtt.msgtype", "mqtt.passwd"];
    const shown = (file: string): string => {
      const args = ["-r", file, "-T", "fields", ...fields.flatMap(field => ["-e", field])];
      return spawnSync("tshark", args, { encoding: "utf8" }).stdout;
    };
    expect(shown(files[0]!)).toContain("MqttP@ss2024!");
    expect(shown(files[0]!)).toBe(shown(path));
  });
});

describe("a rotated capture", () => {
  test("has files that are each whole, none larger than was asked, and loses nothing between them", async () => {
    const { files, written } = await record([octetsOf(pcap(frames(500, 1000)))], {
      rotate: { octets: 50_000 },
    });
    expect(written).toBe(true);
    expect(files.length).toBeGreaterThan(10);
    const all = await Promise.all(files.map(read));
    for (const [index, file] of files.entries()) {
      expect(statSync(file).size).toBeLessThanOrEqual(50_000);
      expect(ofType(all[index]!, "capture.malformed")).toEqual([]);
    }
    expect(all.flatMap(placeless)).toEqual(placeless(await collect(octetsOf(pcap(frames(500, 1000))))));
    const names = files.map((_, index) => `out-${String(index + 1).padStart(5, "0")}.pcapng`);
    expect(files.map(file => basename(file))).toEqual(names);
  });

  test("begins a file for each span of capture time", async () => {
    const { files } = await record([octetsOf(pcap(frames(30)))], { rotate: { micros: 10_000_000 } });
    const all = await Promise.all(files.map(read));
    expect(all.map(({ frames }) => frames.length)).toEqual([10, 10, 10]);
  });

  test("keeps the latest files alone, and leaves those of other runs", async () => {
    const place = mkdtempSync(join(folder, "kept-"));
    const earlier = join(place, "out-00007.pcapng");
    writeFileSync(earlier, "somebody's");
    const recording = openRecording({
      file: join(place, "out.pcapng"),
      tool: "test",
      inputs: [],
      rotate: { micros: 1_000_000 },
      keep: 3,
      complain: line => expect.unreachable(line),
    });
    await collect(recording.through(octetsOf(pcap(frames(10)))));
    expect(await recording.finish()).toBe(true);
    expect(readdirSync(place).sort()).toEqual(
      ["00007", "00015", "00016", "00017"].map(n => `out-${n}.pcapng`),
    );
    expect(readFileSync(earlier, "utf8")).toBe("somebody's");
  });

  test("says in each file what was dropped while it was written", async () => {
    const frame = (second: number): { octets: Uint8Array; at: number } => ({
      octets: new Uint8Array(64),
      at: START + second * 1_000_000,
    });
    const source = (async function* (): Source {
      yield opened();
      yield { frames: [frameOf(frame(0), 1)], notices: [stats(0, 5)] };
      yield { frames: [frameOf(frame(20), 2)], notices: [stats(20, 12)] };
      yield { frames: [], notices: [{ type: "capture.closed", octets: 0 }] };
    })();
    const { files } = await record([source], { rotate: { micros: 10_000_000 } });
    const drops = await Promise.all(
      files.map(async file => ofType(await read(file), "capture.drops")[0]?.dropped),
    );
    expect(drops).toEqual([5, 7]);
  });

  test.skipIf(noCapinfos !== "")(`is valid to capinfos, file by file${noCapinfos}`, async () => {
    const { files } = await record([octetsOf(pcap(frames(100)))], { rotate: { octets: 4000 } });
    expect(files.map(file => counts(file).packets).reduce((sum, one) => sum + one)).toBe(100);
  });
});

describe("a file that is written to", () => {
  const opening =
    (file: string, more: Partial<RecordingOptions> = {}): (() => unknown) =>
    () =>
      openRecording({ file, tool: "test", inputs: [], complain: () => undefined, ...more });

  test("is readable by its owner alone", async () => {
    expect(statSync((await record([octetsOf(pcap(frames(1)))])).files[0]!).mode & 0o777).toBe(0o600);
  });

  test("is hidden from others where it was there, and keeps what it held until something is captured", async () => {
    const file = join(folder, "old.pcapng");
    writeFileSync(file, "old".repeat(1000), { mode: 0o644 });
    opening(file)();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toBe("old".repeat(1000));
    await record([octetsOf(pcap(frames(2)))], { file });
    expect((await read(file)).frames).toHaveLength(2);
    expect(readFileSync(file, "latin1")).not.toContain("old");
  });

  test("is never one that is read, by whatever name", () => {
    const input = join(folder, "input.pcap");
    const content = pcap(frames(3));
    writeFileSync(input, content);
    linkSync(input, join(folder, "same.pcap"));
    for (const file of [input, join(folder, "same.pcap")]) {
      expect(opening(file, { inputs: [input] })).toThrow(/^-w .*: is a capture that is to be read$/);
      expect(readFileSync(input)).toEqual(Buffer.from(content));
    }
  });

  test("is neither a folder, nor behind a link, nor in a folder that is not there", () => {
    const target = join(folder, "target");
    writeFileSync(target, "kept");
    symlinkSync(target, join(folder, "link"));
    symlinkSync(join(folder, "nothing"), join(folder, "dangling"));
    expect(opening(folder)).toThrow(/: is a folder$/);
    expect(opening(join(folder, "link"))).toThrow(/: is a symbolic link$/);
    expect(opening(join(folder, "dangling"))).toThrow(/: is a symbolic link$/);
    expect(opening(join(folder, "no", "out"))).toThrow(/: no such folder$/);
    expect(opening(join(folder, "no", "out"), { rotate: { octets: 4000 } })).toThrow(CaptureError);
    expect(readFileSync(target, "utf8")).toBe("kept");
  });

  test.skipIf(process.getuid?.() !== 0)(
    "belongs to the one it is opened for, and what belongs to others is left alone (skipped unless root)",
    () => {
      const owner = { uid: 12_345, gid: 12_346, name: "somebody" };
      const mine = join(folder, "mine.pcapng");
      opening(mine, { owner })();
      expect(statSync(mine)).toMatchObject({ uid: 12_345, gid: 12_346 });
      const others = join(folder, "others.pcapng");
      writeFileSync(others, "root's");
      expect(opening(others, { owner })).toThrow(/belongs to somebody else$/);
      expect(readFileSync(others, "utf8")).toBe("root's");
    },
  );

  test.skipIf(!existsSync("/dev/full"))("on a full disk costs the file alone, and is said once", async () => {
    const { complaints, written, passed } = await record([octetsOf(pcap(frames(4000, 1000)))], {
      file: "/dev/full",
    });
    expect(written).toBe(false);
    expect(complaints).toEqual([
      "-w /dev/full: no space left on the disk; what follows is judged, but not written",
    ]);
    expect(passed[0]!.frames).toHaveLength(4000);
  });

  test("in a folder that goes away between two files is said once, and what was written stays whole", async () => {
    const place = mkdtempSync(join(folder, "gone-"));
    const complaints: string[] = [];
    const recording = openRecording({
      file: join(place, "out.pcapng"),
      tool: "test",
      inputs: [],
      rotate: { micros: 5_000_000 },
      complain: line => complaints.push(line),
    });
    const source = (async function* (): Source {
      let seen = 0;
      for await (const batch of octetsOf(pcap(frames(20)))) {
        for (const frame of batch.frames) {
          if (++seen === 4) rmSync(place, { recursive: true });
          yield { frames: [frame], notices: [] };
        }
        yield { frames: [], notices: batch.notices };
      }
    })();
    const passed = await collect(recording.through(source));
    expect(await recording.finish()).toBe(false);
    expect(complaints).toHaveLength(1);
    expect(passed.frames).toHaveLength(20);
  });

  test("is not left empty where nothing was captured into it, unless it was there before", async () => {
    const place = mkdtempSync(join(folder, "empty-"));
    const old = join(place, "old.pcapng");
    writeFileSync(old, "");
    for (const [file, rotate] of [
      [old, undefined],
      [join(place, "new.pcapng"), undefined],
      [join(place, "ring.pcapng"), { octets: 4000 }],
    ] as const) {
      const begun = openRecording({ file, tool: "test", inputs: [], rotate, complain: () => undefined });
      begun.abandon();
      begun.abandon();
    }
    expect(readdirSync(place)).toEqual(["old.pcapng"]);
  });

  test.skipIf(process.getuid?.() !== 0)(
    "in a ring belongs to who makes the others, and none is made where he may not (skipped unless root)",
    () => {
      const place = mkdtempSync("/tmp/mqtt-sniff-ring-");
      const owner = { uid: 65_534, gid: 65_534, name: "nobody" };
      // Supplementary groups are given up for good: not in this process.
      const run = (): string => {
        const script = `
          const { openRecording } = await import(${JSON.stringify(BUILT)});
          const options = ${JSON.stringify({ file: join(place, "out.pcapng"), tool: "test", inputs: [], rotate: { octets: 4000 }, owner })};
          try { openRecording({ ...options, complain() {} }); } catch (error) { process.stdout.write(error.name + error.message); }`;
        const args = ["--input-type=module", "-e", script];
        const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
        expect(stderr).toBe("");
        return stdout;
      };
      try {
        expect(run()).toMatch(/^CaptureError-w .*: permission denied for the user nobody, who .*: chown /);
        expect(readdirSync(place)).toEqual([]);
        chmodSync(place, 0o1777);
        expect(run()).toBe("");
        expect(statSync(join(place, "out-00001.pcapng"))).toMatchObject({ uid: 65_534, gid: 65_534 });
      } finally {
        rmSync(place, { recursive: true });
      }
    },
  );
});

interface LiveFrame {
  readonly octets: Uint8Array;
  readonly originalLength?: number;
  readonly at?: number;
}

const opened = (): FrameBatch => ({
  frames: [],
  notices: [
    { type: "capture.opened", format: "live", engine: "tcpdump", timestamps: "kernel" },
    { type: "capture.interface", linkType: 1, snapLength: 65_535, name: "eth9", filter: "tcp port 1883" },
  ],
});

const stats = (second: number, dropped: number | "unknown"): Notice => ({
  type: "capture.stats",
  at: (START + second * 1_000_000) as Timestamp,
  frames: 0,
  octets: 0,
  dropped,
});

const frameOf = ({ octets, originalLength, at = START }: LiveFrame, number: number): Frame => ({
  number: number as FrameNumber,
  at: at as Timestamp,
  position: -1,
  linkType: 1,
  originalLength: originalLength ?? octets.length,
  octets,
  start: 0,
  end: octets.length,
});

/** What a live source hands on. */
async function* live(all: readonly LiveFrame[], { dropped }: { dropped: number | "unknown" }): Source {
  yield opened();
  yield { frames: all.map((frame, index) => frameOf(frame, index + 1)), notices: [stats(1, dropped)] };
  yield { frames: [], notices: [{ type: "capture.closed", octets: 0 }] };
}
