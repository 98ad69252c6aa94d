/** The ring between the thread that captures and the one that writes. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { outbox, outboxMemory, receive, sender } from "../../src/capture/outbox.ts";

const header = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 0xff, 0xaa, 0xbb);
const body = (n: number): Uint8Array => new Uint8Array(n % 97).fill(n & 0xff);

/** Everything that the other side is given. */
function drained(memory: SharedArrayBuffer, most = Number.POSITIVE_INFINITY): Buffer {
  const pieces: Buffer[] = [];
  receive(outbox(memory), octets => {
    const some = octets.subarray(0, Math.min(octets.length, most));
    pieces.push(Buffer.from(some));
    return some.length;
  });
  return Buffer.concat(pieces);
}

describe("an outbox", () => {
  test("hands over what was put in, in order, however little is taken at a time", () => {
    for (const most of [1, 7, 4096]) {
      const memory = outboxMemory(4096);
      const out = sender(outbox(memory));
      const put: Uint8Array[] = [];
      for (let n = 0; n < 40; n++) {
        expect(out.put(header(n), body(n), body(n).length)).toBe(true);
        put.push(header(n), body(n));
      }
      expect(out.pending).toBe(Buffer.concat(put).length);
      out.end();
      expect(drained(memory, most)).toEqual(Buffer.concat(put));
    }
  });

  test("takes a record whole or not at all, and never more than it has room for", () => {
    const memory = outboxMemory(100);
    const out = sender(outbox(memory));
    expect(out.put(header(1), new Uint8Array(96), 96)).toBe(false);
    expect(out.put(header(1), new Uint8Array(60), 60)).toBe(true);
    expect(out.put(header(2), new Uint8Array(60), 60)).toBe(false);
    expect(out.put(header(3), new Uint8Array(20), 20)).toBe(true);
    out.end();
    expect(drained(memory)).toHaveLength(64 + 24);
  });

  test("keeps every octet between two threads, around its end and again", async () => {
    const memory = outboxMemory(5000);
    const built = JSON.stringify(new URL("../../build/capture/outbox.js", import.meta.url).href);
    const program = `
      const { parentPort, workerData } = require("node:worker_threads");
      const hash = require("node:crypto").createHash("sha256");
      import(${built}).then(({ outbox, receive }) => {
        let octets = 0;
        receive(outbox(workerData), some => { hash.update(some); octets += some.length; return some.length; });
        parentPort.postMessage({ octets, sha256: hash.digest("hex") });
      });`;
    const worker = new Worker(program, { eval: true, workerData: memory });
    const answer = once(worker, "message");
    const out = sender(outbox(memory));
    const { createHash } = await import("node:crypto");
    const hash = createHash("sha256");
    let octets = 0;
    let full = 0;
    for (let n = 0; n < 50_000; n++) {
      while (!out.put(header(n), body(n), body(n).length)) {
        full++;
        out.send();
        await new Promise(resolve => setTimeout(resolve, 1));
      }
      hash.update(header(n)).update(body(n));
      octets += 4 + body(n).length;
      if (out.pending > 500) out.send();
    }
    out.end();
    expect((await answer)[0]).toEqual({ octets, sha256: hash.digest("hex") });
    expect(full).toBeGreaterThan(0);
    expect(octets).toBeGreaterThan(100 * 5000);
  });
});
