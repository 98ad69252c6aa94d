/** What can be captured from on this machine, and why not where it cannot. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { type Device, deviceOf } from "./device.ts";
import { ENGINES, onPath, type EngineName } from "./engine.ts";

interface Interface extends Pick<Device, "medium" | "link" | "noCarrier"> {
  readonly name: string;
  readonly description?: string;
  /** As the system writes them, without prefix lengths. */
  readonly addresses: readonly string[];
  /** Administratively up: only such an interface can be opened. */
  readonly state: "up" | "down" | "unknown";
  readonly loopback: boolean;
}

/** Whether this user may open an interface; the command is the one that helps where it is not so. */
export interface CaptureRights {
  readonly allowed: boolean;
  readonly reason: string;
  readonly command?: string;
  /** The one engine that may, where the others may not. */
  readonly only?: EngineName;
}

interface EngineState {
  readonly name: EngineName;
  readonly available: boolean;
  /** Where it is not: what is missing. */
  readonly reason?: string;
}

export interface InterfaceList {
  readonly interfaces: readonly Interface[];
  readonly rights: CaptureRights;
  readonly engines: readonly EngineState[];
}

/**
 * Interfaces of this machine with their addresses and state, the engines that are installed, and this user's rights.
 * `asRoot` makes the command that helps where they do not suffice.
 */
export async function listInterfaces(asRoot = commandAsRoot): Promise<InterfaceList> {
  const cap = await loadCap();
  const engines = ENGINES.map((name): EngineState => {
    const reason = name === "cap" ? cap.reason : onPath(name) ? undefined : "not on PATH";
    return reason === undefined ? { name, available: true } : { name, available: false, reason };
  });
  const interfaces = merge(cap.devices);
  return { interfaces, rights: rightsBy(engines, likely(interfaces), asRoot), engines };
}

/** The one that somebody without a name in mind most likely means. */
export const likelyInterface = (): string | undefined => likely(merge([]));

const likely = (interfaces: readonly Interface[]): string | undefined =>
  interfaces.find(one => one.state === "up" && !one.loopback && one.addresses.length > 0)?.name;

/** Names that an engine would know, for a message about one that it does not. */
export function interfaceNames(): string[] {
  const names = merge([]).map(one => one.name);
  return existsSync(NET) ? [...names, "any"] : names;
}

/** Linux: the interface's index while it is up; 0 where it is down or gone. undefined where that does not show. */
export function indexOf(name: string): number | undefined {
  if (name === "any" || !existsSync(NET)) return undefined;
  return (flagsOf(name) ?? 0) % 2 === 1 ? Number(read(`${NET}/${name}/ifindex`) ?? 0) : 0;
}

/** Where this user may not, dumpcap may be allowed to for him: that is how Wireshark is installed. */
function rightsBy(
  engines: readonly EngineState[],
  iface: string | undefined,
  asRoot: (iface: string) => string,
): CaptureRights {
  const rights = captureRights(asRoot(iface ?? "NAME"));
  const dumpcap = engines.some(({ name, available }) => name === "dumpcap" && available);
  if (rights.allowed || !dumpcap || iface === undefined) return rights;
  const opened = spawnSync("dumpcap", ["-L", "-i", iface], { stdio: "ignore", timeout: 5000 });
  return opened.status === 0
    ? { allowed: true, reason: "dumpcap has the rights, and runs for you", only: "dumpcap" }
    : rights;
}

const commandAsRoot = (iface: string): string => `sudo mqtt-sniff --iface ${iface}`;

/** Linux: root, or CAP_NET_RAW (capabilities(7)); elsewhere root. `asRoot` is the command that root would have to give. */
export function captureRights(asRoot = commandAsRoot("NAME")): CaptureRights {
  const root = process.getuid?.() === 0;
  const raw = hasNetRaw();
  if (raw === true) return { allowed: true, reason: root ? "running as root" : "running with CAP_NET_RAW" };
  if (root && raw === undefined) return { allowed: true, reason: "running as root" };
  if (root) {
    return {
      allowed: false,
      reason: "root, but without CAP_NET_RAW, as in a container",
      command: "docker run --network=host --cap-add=NET_RAW …",
    };
  }
  return {
    allowed: false,
    reason: "capturing needs root or CAP_NET_RAW, and this user has neither",
    command: asRoot,
  };
}

interface CapDevice {
  readonly name: string;
  readonly description?: string;
  readonly addresses: readonly { readonly addr?: string }[];
}

async function loadCap(): Promise<{ devices: readonly CapDevice[]; reason?: string }> {
  try {
    return { devices: (await import("cap")).default.deviceList() };
  } catch (error) {
    const line = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    return { devices: [], reason: `not built or not loadable (${line})` };
  }
}

/** The system's interfaces and those of libpcap, each once; of libpcap's own inventions only `any`. */
function merge(devices: readonly CapDevice[]): Interface[] {
  const system = networkInterfaces();
  const linux = existsSync(NET);
  const names = new Set(linux ? readdirSync(NET).filter(isInterface) : Object.keys(system));
  for (const { name } of devices) if (!linux || name === "any") names.add(name);
  return [...names].map(name => {
    const device = devices.find(one => one.name === name);
    const own = (system[name] ?? []).map(one => one.address);
    const known = (device?.addresses ?? []).flatMap(({ addr }) => (addr === undefined ? [] : [addr]));
    const flags = flagsOf(name);
    const { medium, link, noCarrier } = deviceOf(name);
    return {
      name,
      ...(device?.description === undefined ? {} : { description: device.description }),
      medium,
      link,
      noCarrier,
      addresses: [...new Set([...own, ...known])],
      state: flags === undefined ? (own.length > 0 ? "up" : "unknown") : flags % 2 === 1 ? "up" : "down",
      loopback:
        flags === undefined
          ? (system[name] ?? []).some(one => one.internal)
          : Math.floor(flags / 8) % 2 === 1,
    };
  });
}

/** Linux: one folder for each interface. */
const NET = "/sys/class/net";

/** `bonding_masters` is a file of the same folder. */
const isInterface = (name: string): boolean => existsSync(`${NET}/${name}/flags`);

/** netdevice(7): IFF_UP is 0x1, IFF_LOOPBACK 0x8. */
function flagsOf(name: string): number | undefined {
  const flags = Number(read(`${NET}/${name}/flags`));
  return Number.isInteger(flags) && flags > 0 ? flags : undefined;
}

/** Bit 13 of the effective capabilities; undefined where the system does not say. */
function hasNetRaw(): boolean | undefined {
  const mask = /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(read("/proc/self/status") ?? "")?.[1];
  return mask === undefined ? undefined : Math.floor(Number.parseInt(mask.slice(-8), 16) / 2 ** 13) % 2 === 1;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1").trim();
  } catch {
    return undefined;
  }
}
