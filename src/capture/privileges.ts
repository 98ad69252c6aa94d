/** Who a program that was started as root becomes, how it becomes that for good, and what a process may still do. */
import { readdirSync, readFileSync } from "node:fs";

/** The user that everything but the supervisor runs as. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** As tcpdump wants to be told. */
  readonly name: string;
  /** It called sudo, so what is written belongs to it; `nobody` owns nothing. */
  readonly caller: boolean;
}

/** sudo(8) says who called it in SUDO_UID and SUDO_GID; else `nobody`. undefined where there is nothing to give up. */
export function identityOf(env: Readonly<Record<string, string | undefined>>): Identity | undefined {
  if (process.getuid?.() !== 0 && process.geteuid?.() !== 0) return undefined;
  const users = readUsers();
  const uid = idOf(env["SUDO_UID"]);
  const gid = idOf(env["SUDO_GID"]);
  if (uid !== undefined && gid !== undefined) {
    const user = env["SUDO_USER"] ?? "";
    const name = users.find(one => one.uid === uid)?.name ?? (NAME.test(user) ? user : NOBODY.name);
    return { uid, gid, name, caller: true };
  }
  return users.find(one => one.name === NOBODY.name) ?? NOBODY;
}

/**
 * Becomes `identity` in every thread and makes sure that there is no way back. Throws where that is not certain: nothing
 * may then be done with a stranger's octets.
 */
export function dropPrivileges({ uid, gid }: Pick<Identity, "uid" | "gid">): void {
  process.setgroups!([]);
  process.setgid!(gid);
  process.setuid!(uid);
  if (canBecome(0)) throw new Error("root could be regained");
  const { root, capabilities } = rightsHeld("self");
  if (root || capabilities.length > 0) throw new Error("a thread kept rights");
}

/**
 * Runs `act` with the permissions of `identity` alone, so that the system decides what it may write and to whom the
 * file belongs. Supplementary groups are given up for good.
 */
export function actingAs<T>({ uid, gid }: Pick<Identity, "uid" | "gid">, act: () => T): T {
  process.setgroups!([]);
  process.setegid!(gid);
  process.seteuid!(uid);
  try {
    return act();
  } finally {
    process.seteuid!(0);
    process.setegid!(0);
  }
}

/** What the threads of a process may do, in words: `none`, `root`, `CAP_NET_RAW` …; undefined where it does not show. */
export function rightsOf(pid: number): string | undefined {
  try {
    const { known, root, capabilities } = rightsHeld(String(pid));
    if (!known) return undefined;
    return root ? "root" : capabilities.join(", ") || "none";
  } catch {
    return undefined;
  }
}

interface Rights {
  /** The system says what a process may do (proc(5)). */
  readonly known: boolean;
  readonly root: boolean;
  readonly capabilities: readonly string[];
}

/** proc(5): the user ids and capability sets of each thread. A thread that ends meanwhile holds nothing. */
function rightsHeld(pid: string): Rights {
  const held = new Set<string>();
  let known = false;
  let root = false;
  for (const thread of threadsOf(pid)) {
    let status: string;
    try {
      status = readFileSync(`/proc/${pid}/task/${thread}/status`, "latin1");
    } catch {
      continue;
    }
    known = true;
    root ||= /^Uid:.*\t0(?:\t|$)/m.test(status);
    for (const [, mask] of status.matchAll(/^Cap(?:Prm|Eff|Amb):\s*([0-9a-f]{1,16})$/gm))
      for (const name of capabilitiesIn(BigInt(`0x${mask}`))) held.add(name);
  }
  return { known, root, capabilities: [...held] };
}

function threadsOf(pid: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function* capabilitiesIn(mask: bigint): Iterable<string> {
  for (let bit = 0; mask >> BigInt(bit) > 0n; bit++)
    if ((mask >> BigInt(bit)) % 2n === 1n) yield CAPABILITIES.get(bit) ?? `capability ${bit}`;
}

/** capabilities(7): those that capturing needs; others have their numbers. */
const CAPABILITIES: ReadonlyMap<number, string> = new Map([
  [12, "CAP_NET_ADMIN"],
  [13, "CAP_NET_RAW"],
]);

function canBecome(uid: number): boolean {
  for (const attempt of [process.setuid!, process.seteuid!]) {
    try {
      attempt(uid);
      return true;
    } catch {
      // As it must be.
    }
  }
  return process.getuid!() === uid || process.geteuid!() === uid;
}

/** passwd(5); users of a directory service are not in it. */
function readUsers(): Identity[] {
  try {
    return readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map(line => line.split(":"))
      .filter(fields => fields.length >= 4)
      .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid), caller: false }));
  } catch {
    return [];
  }
}

/** A user id other than root's. */
function idOf(text: string | undefined): number | undefined {
  const id = /^\d{1,10}$/.test(text ?? "") ? Number(text) : 0;
  return id > 0 && id < 0xffff_ffff ? id : undefined;
}

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}\$?$/;

/** Where no such user is known. */
const NOBODY: Identity = { uid: 65_534, gid: 65_534, name: "nobody", caller: false };
