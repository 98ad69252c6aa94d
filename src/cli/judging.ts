/** From flags to what an audit is judged by. */
import tls from "node:tls";
import { RULES } from "../finding/rules/index.ts";
import type { AuditOptions } from "../pipeline.ts";
import type { CompareFlags } from "./arguments.ts";
import { readRoots } from "./roots.ts";
import { VERSION } from "./version.ts";

/** What the flags say, with roots and policy read. Throws `UsageError` where a file cannot be. */
export function auditOptions(flags: CompareFlags): AuditOptions {
  const roots = readRoots(flags.ca);
  return {
    tool: { name: "mqtt-sniff", version: VERSION },
    rules: RULES,
    ports: flags.ports,
    decodeAs: flags.decodeAs,
    roots,
    rootsText: rootsText(roots.length, flags.systemRoots),
    systemRoots: flags.systemRoots,
    serverName: flags.serverName,
    pins: flags.pin,
    at: flags.at,
    failOn: flags.failOn,
    strict: flags.strict,
    policy: flags.policy,
    verbose: flags.verbose,
  };
}

function rootsText(given: number, system: boolean): string {
  const mozilla = system ? `${tls.rootCertificates.length} of Mozilla, as Node ships them` : undefined;
  const own = given > 0 ? `${given} given with --ca` : undefined;
  return [own, mozilla].filter(text => text !== undefined).join(", ") || "none";
}
