/** What the machine has to capture from. */
import { networkInterfaces } from "node:os";
import { describe, expect, test } from "vitest";
import { captureRights, interfaceNames, listInterfaces } from "../../src/capture/interfaces.ts";

describe("listInterfaces", () => {
  test("lists every interface that the system lists, once, with its addresses", async () => {
    const { interfaces } = await listInterfaces();
    const names = interfaces.map(one => one.name);
    expect(new Set(names).size).toBe(names.length);
    const system = Object.entries(networkInterfaces());
    expect(system.length).toBeGreaterThan(0);
    for (const [name, addresses] of system) {
      const listed = interfaces.find(one => one.name === name);
      expect(listed?.state).toBe("up");
      expect(listed?.addresses).toEqual(expect.arrayContaining(addresses!.map(one => one.address)));
    }
  });

  test("knows the loopback interface from the others", async () => {
    const { interfaces } = await listInterfaces();
    const loopback = Object.entries(networkInterfaces()).find(([, addresses]) => addresses?.[0]?.internal);
    for (const one of interfaces) expect(one.loopback).toBe(one.name === loopback?.[0]);
  });

  test("says of each engine whether it can be used, and why not", async () => {
    const { engines } = await listInterfaces();
    expect(engines.map(one => one.name)).toEqual(["cap", "tcpdump", "dumpcap"]);
    for (const { available, reason } of engines) expect(available).toBe(reason === undefined);
  });
});

describe("captureRights", () => {
  test("gives the command that helps exactly where capturing is not allowed", () => {
    const { allowed, command, reason } = captureRights("sudo mqtt-sniff --iface wlan0");
    expect(reason).not.toBe("");
    expect(command === undefined).toBe(allowed);
  });
});

describe("interfaceNames", () => {
  test("names what could have been meant", () => {
    expect(interfaceNames()).toEqual(expect.arrayContaining(Object.keys(networkInterfaces())));
    if (process.platform === "linux") expect(interfaceNames()).toContain("any");
  });
});
