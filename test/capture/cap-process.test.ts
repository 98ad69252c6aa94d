/** The capture process by itself: what it writes, and that its memory stays its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createSocket } from "node:dgram";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { framePcapHeader, pcapFramer } from "../../src/capture/pcap.ts";
import type { Batch } from "../../src/capture/framer.ts";
import { captureRights, listInterfaces } from "../../src/capture/interfaces.ts";

const PROCESS = fileURLToPath(new URL("../../dist/capture/cap-process.js", import.meta.url));
const PORT = 18_841;

const rights = captureRights();
const { engines } = await listInterfaces();
const cap = engines.find(one => one.name === "cap")!;
const skipped = !rights.allowed
  ? ` (skipped: ${rights.reason})`
  : cap.available
    ? ""
    : ` (skipped: cap ${cap.reason})`;

describe("the capture process", () => {
  test.skipIf(skipped !== "")(
    `keeps its receive buffer while garbage is collected under traffic${skipped}`,
    async () => {
      // A collected buffer is written to all the same, and the heap is corrupt within a second.
      const collect =
        "data:text/javascript,setInterval(()=>{globalThis.gc();Buffer.alloc(65535)},20).unref()";
      const child = spawn(
        process.execPath,
        ["--expose-gc", "--import", collect, PROCESS, "lo", "8", `udp port ${PORT}`],
        { stdio: ["pipe", "pipe", "pipe"] },
      );
      let octets = Buffer.alloc(0);
      let err = "";
      child.stdout.on("data", (chunk: Buffer) => {
        octets = Buffer.concat([octets, chunk]);
      });
      child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
      const ended = once(child, "close");
      const socket = createSocket("udp4");
      let sent = 0;
      const timer = setInterval(() => {
        for (let i = 0; octets.length > 0 && i < 50; i++) socket.send(`number ${sent++}.`, PORT, "127.0.0.1");
      }, 5);
      const end = performance.now() + 20_000;
      while (octets.length < 200_000 && performance.now() < end)
        await new Promise(resolve => setTimeout(resolve, 20));
      clearInterval(timer);
      socket.close();
      child.stdin.end();
      expect(await ended).toEqual([0, null]);
      expect(err).not.toMatch(/malloc|corrupt|Assertion/);

      const header = framePcapHeader(octets, 0, octets.length);
      if (header.state !== "ok") throw new Error("no pcap header");
      const framer = pcapFramer(header.unit);
      const batch: Batch = { frames: [], notices: [] };
      framer.take(batch, octets, header.length, octets.length, 0);
      expect(framer.take(batch, octets, header.length, octets.length, 0)).toBe(octets.length);
      const numbers = batch.frames.map(({ start, end }) =>
        Number(/number (\d+)\./.exec(octets.subarray(start, end).toString("latin1"))?.[1]),
      );
      expect(numbers.length).toBeGreaterThan(1500);
      // Loopback shows each datagram twice in their order, or once: none is another's leftover.
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(numbers.every(number => number < sent)).toBe(true);
    },
  );
});
