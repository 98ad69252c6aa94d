/** Who reads an interface: `cap` in a process of its own, `tcpdump` or `dumpcap`. Each hands over pcap on a pipe. */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Identity } from "./privileges.ts";
import type { Command } from "./supervised.ts";

export const ENGINES = ["cap", "tcpdump", "dumpcap"] as const;
export type EngineName = (typeof ENGINES)[number];

export interface EngineOptions {
  readonly iface: string;
  /** The kernel's ring. */
  readonly bufferMib: number;
  /** pcap-filter(7); "" lets everything through. */
  readonly filter: string;
  /** Who the engine becomes once it has opened the interface; undefined where nothing can be given up. */
  readonly identity: Identity | undefined;
  /** The built capture process, where it is not beside this module. */
  readonly capProcess?: URL;
}

interface Row {
  readonly command: (options: EngineOptions) => Command;
  /** Whose clock stamps the frames. */
  readonly timestamps: string;
}

/** Engines behind one seam: how each is called, ended and asked. */
export const ENGINE_ROWS: Readonly<Record<EngineName, Row>> = {
  cap: {
    timestamps: "user-space receive time",
    command: ({ iface, bufferMib, filter, identity, capProcess }) => ({
      program: process.execPath,
      arguments: [
        fileURLToPath(capProcess ?? new URL("../capture/cap-process.js", import.meta.url)),
        iface,
        String(bufferMib),
        filter,
        ...(identity === undefined ? [] : [String(identity.uid), String(identity.gid)]),
      ],
    }),
  },
  tcpdump: {
    timestamps: "kernel",
    command: ({ iface, bufferMib, filter, identity }) => ({
      program: "tcpdump",
      arguments: [
        ...["-i", iface, "-s", "0", "-U", "-B", String(bufferMib * 1024), "-w", "-"],
        ...(identity === undefined ? [] : ["-Z", identity.name]),
        ...(filter === "" ? [] : ["--", filter]),
      ],
      stop: "SIGINT",
      // tcpdump(1): prints its counts and goes on.
      count: "SIGUSR1",
    }),
  },
  dumpcap: {
    timestamps: "kernel",
    command: ({ iface, bufferMib, filter, identity }) => {
      const own = [
        ...["-i", iface, "-s", "0", "-P", "-q", "-B", String(bufferMib), "-w", "-"],
        ...(filter === "" ? [] : ["-f", filter]),
      ];
      const stop = "SIGINT";
      if (identity === undefined || process.platform !== "linux") {
        return { program: "dumpcap", arguments: own, stop };
      }
      // Started by root it would stay root: it is started as the other user, with what it needs and no more.
      return { program: "setpriv", arguments: [...onlyCapturing(identity, "dumpcap"), ...own], stop };
    },
  },
};

/** setpriv(1): `program` as another user who may open interfaces, and whose children may not do more. */
function onlyCapturing({ uid, gid }: Identity, program: string): string[] {
  const path = pathOf(program);
  const group = path === undefined ? undefined : groupThatRuns(path);
  return [
    ...["--reuid", String(uid), "--regid", String(gid)],
    ...(group === undefined ? ["--clear-groups"] : ["--groups", String(group)]),
    ...["--inh-caps", "-all,+net_raw", "--ambient-caps", "-all,+net_raw"],
    // Without CAP_NET_ADMIN in it the system refuses to run a dumpcap that carries both as file capabilities.
    ...["--bounding-set", "-all,+net_raw,+net_admin", "--", path ?? program],
  ];
}

/** The one group that may run a program which is not everybody's, as Debian's `wireshark`. */
function groupThatRuns(path: string): number | undefined {
  const { mode, gid } = statSync(path);
  return (mode & constants.S_IXOTH) === 0 ? gid : undefined;
}

/** Whether an engine's program can be run by this user. `cap` is known only when it is loaded. */
export const onPath = (program: string): boolean => pathOf(program) !== undefined;

function pathOf(program: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders
    .map(folder => join(folder, program))
    .find(path => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** The last count of tcpdump ("3 packets dropped by kernel") or dumpcap ("received/dropped on interface 'lo': 9/3"). */
export function dropsOf(complaint: string): number | "unknown" {
  const tcpdump = [...complaint.matchAll(/(\d{1,15}) packets? dropped by kernel/g)].at(-1);
  const dumpcap = /received\/dropped on interface [^\n]*: \d{1,15}\/(\d{1,15})/.exec(complaint);
  const count = tcpdump?.[1] ?? dumpcap?.[1];
  return count === undefined ? "unknown" : Number(count);
}
