/** What Linux says of a network interface beside its addresses (sysfs-class-net); nothing elsewhere. */
import { existsSync, readFileSync } from "node:fs";

/** Of which kind an interface is: what one may hope to see on it. */
export type Medium = "loopback" | "wired" | "wireless" | "monitor" | "point-to-point" | "cooked" | "unknown";

export interface Device {
  readonly medium: Medium;
  /** In words: how its frames will arrive. */
  readonly link: string;
  /** `02:00:5e:10:00:01`; absent where it has none. */
  readonly hardwareAddress?: string;
  /** No cable, no access point. */
  readonly noCarrier: boolean;
}

/** The interface's facts; `any` is libpcap's own and arrives in its own link type. */
export function deviceOf(name: string): Device {
  if (name === "any") return { medium: "cooked", link: "Linux cooked", noCarrier: false };
  const type = read(name, "type");
  const row = type === undefined ? undefined : LINKS.get(Number(type));
  const wireless = existsSync(`${NET}/${name}/phy80211`) || existsSync(`${NET}/${name}/wireless`);
  const medium = row?.medium === "wired" && wireless ? "wireless" : (row?.medium ?? "unknown");
  const address = read(name, "address");
  const link = row?.link ?? (type === undefined ? "" : `ARPHRD ${type}`);
  return {
    medium,
    link: medium === "wireless" ? `${link}, Wi-Fi` : link,
    ...(address !== undefined && HARDWARE.test(address) && { hardwareAddress: address }),
    noCarrier: read(name, "carrier") === "0",
  };
}

const NET = "/sys/class/net";

/** A down interface has no carrier to read: the system answers with an error. */
function read(name: string, what: string): string | undefined {
  try {
    return readFileSync(`${NET}/${name}/${what}`, "latin1").trim();
  } catch {
    return undefined;
  }
}

const HARDWARE = /^(?!00:00:00:00:00:00)[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;

/** include/uapi/linux/if_arp.h, and what libpcap makes of each. */
const LINKS: ReadonlyMap<number, { readonly medium: Medium; readonly link: string }> = new Map([
  [1, { medium: "wired", link: "Ethernet" }],
  [512, { medium: "point-to-point", link: "PPP, cooked" }],
  [768, { medium: "point-to-point", link: "raw IP" }],
  [769, { medium: "point-to-point", link: "raw IP" }],
  [772, { medium: "loopback", link: "Ethernet, loopback" }],
  [776, { medium: "point-to-point", link: "raw IP" }],
  [778, { medium: "point-to-point", link: "raw IP" }],
  [801, { medium: "monitor", link: "802.11, monitor mode" }],
  [802, { medium: "monitor", link: "802.11 with Prism header, monitor mode" }],
  [803, { medium: "monitor", link: "802.11 with radiotap, monitor mode" }],
  [804, { medium: "unknown", link: "802.15.4" }],
  [823, { medium: "point-to-point", link: "raw IP" }],
  [65_534, { medium: "point-to-point", link: "raw IP" }],
]);
