/** `mqtt-sniff interfaces`: what can be captured from, and why not where it cannot. */
import { listInterfaces } from "../capture/interfaces.ts";
import { printable } from "../octets/text.ts";
import type { World } from "./world.ts";

/** Prints them; the exit code. */
export async function runInterfaces({ out }: World): Promise<number> {
  const { interfaces, rights, engines } = await listInterfaces();
  for (const { name, state, addresses } of interfaces)
    out.write(`${printable(name).padEnd(16)}${state.padEnd(9)}${addresses.join("  ")}\n`);
  out.write(`\n${rights.allowed ? "You may capture" : "You may not capture"}: ${rights.reason}\n`);
  if (rights.command !== undefined) out.write(`  ${rights.command}\n`);
  for (const { name, reason } of engines) out.write(`engine ${name.padEnd(9)}${reason ?? "ready"}\n`);
  return 0;
}
