/** Who a program that was started as root becomes. What it may do then is tested with the built program. */
import { describe, expect, test } from "vitest";
import { identityOf, rightsOf } from "../../src/capture/privileges.ts";

const root = process.getuid?.() === 0;
const skipped = root ? "" : " (skipped: needs root)";

describe("the user to become", () => {
  test.skipIf(!root)(`is who called sudo, by his name where the system knows it${skipped}`, () => {
    const env = { SUDO_UID: "1", SUDO_GID: "7", SUDO_USER: "somebody" };
    expect(identityOf(env)).toEqual({ uid: 1, gid: 7, name: "daemon", caller: true });
    const unknown = { SUDO_UID: "54321", SUDO_GID: "54321", SUDO_USER: "alice@example.org" };
    expect(identityOf(unknown)).toMatchObject({ uid: 54_321, name: "alice@example.org", caller: true });
  });

  test.skipIf(!root)(`is nobody where root called sudo, nobody did, or nonsense is said${skipped}`, () => {
    for (const SUDO_UID of [undefined, "", "0", "-1", "1e3", "4294967295", "0x1"])
      expect(identityOf({ SUDO_UID, SUDO_GID: "1" })).toMatchObject({ name: "nobody", caller: false });
    expect(identityOf({ SUDO_UID: "1" })).toMatchObject({ name: "nobody", caller: false });
  });

  test.skipIf(!root)(`has no name that a program could take for an option${skipped}`, () => {
    const env = { SUDO_UID: "54321", SUDO_GID: "54321", SUDO_USER: "-w/etc/passwd" };
    expect(identityOf(env)).toMatchObject({ uid: 54_321, name: "nobody" });
  });

  test.skipIf(root)("is nobody else where there is nothing to give up", () => {
    expect(identityOf({ SUDO_UID: "1", SUDO_GID: "1" })).toBeUndefined();
  });
});

describe("the rights of a process", () => {
  test.skipIf(process.platform !== "linux")("are read of all its threads", () => {
    expect(rightsOf(process.pid)).toBe(root ? "root" : "none");
  });

  test("are not made up for a process that is not there", () => {
    expect(rightsOf(2 ** 30)).toBeUndefined();
  });
});
