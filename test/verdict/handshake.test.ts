/** What the json report says of a handshake beside version and suite. */
import { describe, expect, test } from "vitest";
import { reportOf } from "../story.ts";

async function agreedIn(story: string) {
  const { conversations } = await reportOf(story);
  const { extendedMasterSecret, encryptThenMac, ocspStaple } = conversations.find(c => c.tls)!.tls!;
  return { extendedMasterSecret, encryptThenMac, ocspStaple };
}

describe("the report of a handshake", () => {
  test.each([
    ["tls12", { extendedMasterSecret: true, encryptThenMac: false, ocspStaple: false }],
    ["no-extended-master-secret", { extendedMasterSecret: false }],
    ["encrypt-then-mac", { encryptThenMac: true }],
    ["cbc-mac-then-encrypt", { encryptThenMac: false }],
    ["stapled", { ocspStaple: true }],
  ])("says what was agreed and stapled in %s", async (story, expected) => {
    expect(await agreedIn(story)).toMatchObject(expected);
  });

  test("says nothing of what TLS 1.3 has no choice of, or hides", async () => {
    expect(await agreedIn("tls13")).toEqual({
      extendedMasterSecret: undefined,
      encryptThenMac: undefined,
      ocspStaple: undefined,
    });
  });

  test("says nothing of a staple where a resumed session shows no certificate", async () => {
    const { conversations } = await reportOf("resumed");
    const resumed = conversations.flatMap(c => (c.tls?.resumed ? [c.tls] : []));
    expect(resumed.length).toBeGreaterThan(0);
    for (const tls of resumed) expect(tls).not.toHaveProperty("ocspStaple");
  });
});
