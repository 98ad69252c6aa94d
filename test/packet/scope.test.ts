/** How far addresses reach. */
import { describe, expect, test } from "vitest";
import { scopeOf } from "../../src/packet/scope.ts";

describe("the scope of an address", () => {
  test.each(["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"])("%s is loopback", address => {
    expect(scopeOf(address)).toBe("loopback");
  });

  test.each([
    ...[
      "9.9.9.9",
      "100.63.255.255",
      "100.128.0.1",
      "172.15.0.1",
      "172.32.0.1",
      "192.0.3.1",
      "223.255.255.254",
    ],
    ...["2606:4700::1111", "2001:4860:4860::8888", "3ffe::1", "::ffff:9.9.9.9", "64:ff9b::909:909"],
  ])("%s is reached from everywhere", address => {
    expect(scopeOf(address)).toBe("global");
  });

  test.each([
    ...["0.0.0.0", "10.1.2.3", "100.64.0.1", "169.254.1.1", "172.16.0.1", "172.31.255.255", "192.0.0.8"],
    ...["192.0.2.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9"],
    ...["224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"],
    ...["::", "fe80::1", "fd00::1", "fec0::1", "ff02::1", "2001:db8::7", "2001::1", "2002:c000:204::1"],
    ...["3fff::1", "::ffff:192.168.1.1", "64:ff9b::a01:203", "100::1"],
  ])("%s is not", address => {
    expect(scopeOf(address)).toBe("local");
  });
});
