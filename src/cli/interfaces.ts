/** `mqtt-sniff interfaces`: what can be captured from, and why not where it cannot. */
import { listInterfaces } from "../capture/interfaces.ts";
import { printable } from "../octets/text.ts";
import { asRoot } from "./invocation.ts";
import type { World } from "./world.ts";

/** Prints them; the exit code. */
export async function runInterfaces(world: World): Promise<number> {
  const { out } = world;
  const { interfaces, rights, engines } = await listInterfaces(iface => asRoot(world, ["--iface", iface]));
  const rows = interfaces.map(({ name, state, noCarrier, link, addresses }) => [
    printable(name),
    state === "up" && noCarrier ? "up, no carrier" : state,
    link,
    addresses.join("  "),
  ]);
  for (const line of table([HEADINGS, ...rows])) out.write(`${line}\n`);
  const wireless = interfaces
    .filter(({ medium }) => medium === "wireless")
    .map(({ name }) => printable(name));
  if (wireless.length > 0)
    out.write(`\n${wireless.join(", ")}: over Wi-Fi this machine sees its own traffic alone\n`);
  out.write(`\n${rights.allowed ? "You may capture" : "You may not capture"}: ${rights.reason}\n`);
  if (rights.command !== undefined) out.write(`  ${printable(rights.command, 1_000)}\n`);
  for (const { name, reason } of engines) {
    const mayBeUsed = rights.allowed && (rights.only ?? name) === name;
    const present = mayBeUsed ? "ready" : "installed, and without the rights that it needs";
    out.write(`engine ${name.padEnd(9)}${reason ?? present}\n`);
  }
  return 0;
}

const HEADINGS = ["name", "state", "link type", "addresses"];

/** Columns as wide as what is in them; nothing is padded at a line's end. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column]! + 2))
      .join("")
      .trimEnd(),
  );
}
