/** Connections found by their addresses, in the order of their last move. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FrameNumber } from "../../src/capture/frame.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { NO_HARDWARE } from "../../src/packet/hardware.ts";
import { TcpConnection } from "../../src/stream/connection.ts";
import { ConnectionTable } from "../../src/stream/connection-table.ts";
import { NONE } from "../../src/stream/row.ts";
import type { StreamId } from "../../src/stream/item.ts";
import { segment } from "./build.ts";

const tuple = (port: number): ReturnType<typeof segment> =>
  port % 2 === 0
    ? segment({ from: `[2001:db8::7]:${port}`, to: "[2001:db8::1]:1883" })
    : segment({ from: `192.0.2.7:${port}`, to: "192.0.2.1:1883" });

const find = (table: ConnectionTable, port: number, hash: number): TcpConnection | undefined => {
  const row = table.find(tuple(port), hash);
  return row === NONE ? undefined : table.at(row);
};

const connection = (port: number, hash: number): TcpConnection =>
  new TcpConnection({
    id: port as StreamId,
    capture: 0,
    addresses: tuple(port),
    reversed: false,
    hash,
    initiatorIsClient: true,
    hardware: [NO_HARDWARE, NO_HARDWARE],
    roles: "port",
    midstream: true,
    first: 0 as Timestamp,
    firstFrame: 1 as FrameNumber,
  });

describe("ConnectionTable", () => {
  test("does what a map with an order does", () => {
    const step = fc.record({
      does: fc.constantFrom("add", "remove", "move"),
      port: fc.integer({ min: 0, max: 12 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), steps => {
        const table = new ConnectionTable();
        const map = new Map<number, TcpConnection>();
        let tick = 0;
        for (const { does, port } of steps) {
          const found = find(table, port, port % 3);
          expect(found).toBe(map.get(port));
          const next = does === "add" && found === undefined ? connection(port, port % 3) : found;
          if (next === undefined) continue;
          map.delete(port);
          if (does === "remove") table.remove(next);
          else map.set(port, next);
          if (does === "add" && found === undefined) table.add(next, ++tick);
          else if (does !== "remove") table.move(next, ++tick);
          expect(table.oldest).toBe(map.values().next().value);
          expect(table.size).toBe(map.size);
        }
        expect(table.all().map(c => c.id)).toEqual([...map.keys()].sort((a, b) => a - b));
      }),
    );
  });

  test("grows without losing a connection", () => {
    const table = new ConnectionTable();
    for (let port = 0; port < 6000; port++) table.add(connection(port, Math.imul(port, 0x9e37_79b1)), 0);
    for (let port = 0; port < 6000; port++)
      expect(find(table, port, Math.imul(port, 0x9e37_79b1))?.id).toBe(port);
  });
});
