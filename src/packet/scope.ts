/** How far an address reaches, by IANA's registries of special-purpose addresses (RFC 6890). */
import { BlockList } from "node:net";

export type Scope = "loopback" | "global" | "local";

/**
 * `address` as `addressText` writes it. `global`: forwarded between networks that have nothing to do with one another;
 * `local`: private, link-local, shared, multicast, for documentation or for tests. An address that holds an IPv4
 * address (mapped, NAT64) reaches as far as that.
 */
export function scopeOf(address: string): Scope {
  const inner = address.includes(":") ? (EMBEDDED.exec(address)?.[1] ?? nat64(address)) : address;
  if (inner !== undefined) return scopeOfIpv4(wordOf(inner));
  if (address === "::1") return "loopback";
  return UNICAST.check(address, "ipv6") && !SPECIAL.check(address, "ipv6") ? "global" : "local";
}

/** Without `BlockList`, which makes two objects of an address: a fleet has thousands. */
function scopeOfIpv4(address: number): Scope {
  if (address >>> 24 === LOOPBACK) return "loopback";
  return SPECIAL_IPV4.some(({ network, mask }) => (address & mask) === network) ? "local" : "global";
}

/** Dotted decimal as the 32-bit integer that it is. */
function wordOf(dotted: string): number {
  let word = 0;
  let octet = 0;
  for (let i = 0; i < dotted.length; i++) {
    const digit = dotted.charCodeAt(i) - ZERO;
    if (digit >= 0) octet = octet * 10 + digit;
    else {
      word = (word << 8) | octet;
      octet = 0;
    }
  }
  return (word << 8) | octet;
}

/** RFC 6052 §2.1: `64:ff9b::c633:6407` and `64:ff9b::198.51.100.7` are one. */
function nat64(address: string): string | undefined {
  const groups = /^64:ff9b::([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address)?.slice(1);
  return groups
    ?.map(group => Number.parseInt(group, 16))
    .flatMap(group => [group >> 8, group & 0xff])
    .join(".");
}

/** RFC 4291 §2.5.5.2. */
const EMBEDDED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

const ZERO = 0x30;
/** The first octet. */
const LOOPBACK = 127;

const ipv6 = (...subnets: readonly string[]): BlockList => {
  const blocks = new BlockList();
  for (const subnet of subnets) {
    const [network = "", prefix] = subnet.split("/");
    blocks.addSubnet(network, Number(prefix), "ipv6");
  }
  return blocks;
};

/** RFC 4291 §2.4: what IANA gives out; all else of IPv6 goes nowhere. */
const UNICAST = ipv6("2000::/3");

/** The rows that are not globally reachable; 6to4 (RFC 7526) goes nowhere any more. */
const SPECIAL = ipv6("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

/** The rows that are not globally reachable, and multicast. */
const SPECIAL_IPV4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ...["192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"],
  ...["203.0.113.0/24", "224.0.0.0/3"],
].map(subnet => {
  const [network = "", prefix] = subnet.split("/");
  return { network: wordOf(network), mask: -1 << (32 - Number(prefix)) };
});
