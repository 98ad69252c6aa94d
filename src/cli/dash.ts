/** The dashboard as commands open it. */
import type { Dashboard } from "../dashboard/dashboard.ts";
import type { Report } from "../verdict/report.ts";
import { exportReport } from "./export.ts";
import { colourOf, screenOf } from "./screen.ts";
import { UsageError } from "./usage-error.ts";
import type { World } from "./world.ts";

/** Throws `UsageError` where there is no terminal to draw on. */
export function checkTerminal({ out, env }: World, instead: string): void {
  if (!out.isTerminal)
    throw new UsageError(`--format dashboard needs a terminal on standard output; ${instead}`);
  if (env["TERM"] === "dumb")
    throw new UsageError(
      `--format dashboard needs a terminal that can place its cursor, TERM is dumb; ${instead}`,
    );
}

/** Whether the dashboard is what a terminal gets when no format is asked for. */
export const canShow = ({ out, env }: World): boolean => out.isTerminal && env["TERM"] !== "dumb";

/**
 * The screen, once the terminal was taken over and all files that it takes have been read; `report` makes the report as
 * it stands. Rejects where the terminal cannot be used.
 */
export async function openDashboard(
  title: string,
  flags: { readonly reveal: boolean; readonly color: boolean },
  world: World,
  report: () => Report,
): Promise<Dashboard> {
  const { dashboard } = await import("../dashboard/dashboard.ts");
  const screen = dashboard({
    title,
    reveal: flags.reveal,
    colour: colourOf(flags, world),
    unicode: screenOf(flags, world).unicode,
    exportReport: () => exportReport(report(), flags.reveal),
  });
  await screen.opened;
  return screen;
}
