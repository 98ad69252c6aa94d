/** `mqtt-sniff demo`: the lesson, on captures that come with the program. */
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { captureFrames } from "../capture/file.ts";
import { type AuditOptions, audit } from "../pipeline.ts";
import { compareText } from "../report/compare-text.ts";
import { likelyInterface } from "../capture/interfaces.ts";
import { wrap } from "../octets/lines.ts";
import { printable } from "../octets/text.ts";
import { textReport } from "../report/text.ts";
import { compare } from "../verdict/compare.ts";
import type { Report } from "../verdict/report.ts";
import type { DemoFlags } from "./arguments.ts";
import { until } from "./audit.ts";
import { canShow, checkTerminal, openDashboard } from "./dash.ts";
import { asRoot } from "./invocation.ts";
import { auditOptions } from "./judging.ts";
import { paced } from "./pace.ts";
import { type Screen, screenOf } from "./screen.ts";
import { UsageError } from "./usage-error.ts";
import { DEFAULT_PORTS } from "./values.ts";
import type { World } from "./world.ts";

interface Act {
  readonly title: string;
  /** What to look at. */
  readonly words: string;
  readonly story: string;
}

/** Before; encrypted but not verified; encrypted and verified. The second act is the one that people miss. */
const ACTS: readonly Act[] = [
  {
    title: "Before: MQTT on port 1883",
    words: "A sensor logs in and publishes. This is what anyone between it and the broker reads.",
    story: "before-after-before",
  },
  {
    title: "After, done badly: TLS, and the client does not verify",
    words:
      "The eavesdropper reads nothing. But the broker's certificate has expired and the client sends its password all the same: whoever answers in the broker's place is given it.",
    story: "expired",
  },
  {
    title: "After, done well: TLS 1.3, and the client verifies",
    words: "The same sensor. Addresses, names and sizes still show; what it says does not.",
    story: "before-after-after",
  },
];

/** Always 0: it is a lesson, and its captures are meant to fail. */
export async function runDemo(flags: DemoFlags, world: World): Promise<number> {
  if (flags.format === "dashboard") checkTerminal(world, "text prints the lesson");
  if (flags.format === "dashboard" || (flags.format === undefined && canShow(world)))
    return onScreen(flags, world);
  if (flags.speed !== undefined) throw new UsageError("--speed is for --format dashboard");
  const screen = screenOf(flags, world);
  const sheet = { reveal: flags.reveal, ...screen, width: Math.min(110, screen.width) };
  const reports: Report[] = [];
  for (const [index, act] of ACTS.entries()) {
    const report = await judged(act.story);
    reports.push(report);
    world.out.write(heading(`${index + 1}  ${act.title}`, sheet));
    world.out.write(`${wrap(act.words, sheet.width).join("\n")}\n\n`);
    world.out.write(`${textReport(report, sheet)}\n`);
  }
  const [before, , after] = reports as [Report, Report, Report];
  world.out.write(heading("Before and after", sheet));
  const comparison = compare(before, after, { strict: false, filters: [] });
  world.out.write(compareText(comparison, sheet));
  world.out.write(`\n${next(world)}`);
  await world.out.drained();
  return 0;
}

function heading(title: string, { colour, width, unicode }: Screen): string {
  const shown = colour ? styleText("bold", title, { validateStream: false }) : title;
  return `${shown}\n${(unicode ? "─" : "-").repeat(width)}\n`;
}

/** The three captures on one screen, until the user leaves it. */
async function onScreen(flags: DemoFlags, world: World): Promise<number> {
  let signal: "SIGINT" | "SIGTERM" | undefined;
  const signalled = new Promise<void>(resolve => {
    world.onSignal(name => {
      signal = name;
      resolve();
    });
  });
  const screen = await openDashboard("demo", flags, world, () => run.report());
  const run = audit(optionsOf(), [screen]);
  const ended = Promise.race([signalled, screen.done.then(() => undefined)]);
  try {
    for (const { story, title } of ACTS)
      await run.add(
        title,
        until(paced(captureFrames({ path: fileOf(story) }), flags.speed, screen, world.now), ended),
      );
    run.finish();
    await ended;
  } finally {
    screen.close();
  }
  world.out.write(next(world, { "the same in words": `${world.program} demo --format text` }));
  await world.out.drained();
  return signal === undefined ? 0 : signal === "SIGINT" ? 130 : 143;
}

const fileOf = (story: string): string =>
  fileURLToPath(new URL(`../../fixtures/captures/${story}/capture.pcapng`, import.meta.url));

const optionsOf = (): AuditOptions =>
  auditOptions({
    ports: DEFAULT_PORTS,
    decodeAs: new Map(),
    ca: [],
    systemRoots: true,
    pin: [],
    policy: "bcp195",
    reveal: false,
    failOn: "high",
    strict: false,
    quiet: true,
    color: false,
    verbose: false,
  });

async function judged(story: string): Promise<Report> {
  const run = audit(optionsOf());
  await run.add(story, captureFrames({ path: fileOf(story) }));
  const report = run.finish();
  if (report.conversations.length === 0) throw new Error(`the bundled capture ${story} cannot be read`);
  return report;
}

/** Where to go from here: commands that work as they are printed, but for the name of a capture. */
function next(world: World, first: Readonly<Record<string, string>> = {}): string {
  const commands = {
    ...first,
    "a finding, explained": `${world.program} rules MQ501`,
    "a capture of your own": `${world.program} capture.pcapng`,
    "live traffic": asRoot(world, ["--iface", likelyInterface() ?? "lo"]),
    "everything else": `${world.program} --help`,
  };
  const rows = Object.entries(commands).map(
    ([what, command]) => `  ${what.padEnd(23)}${printable(command)}\n`,
  );
  return `Next\n${rows.join("")}`;
}
