/** `mqtt-sniff demo`: the lesson, on captures that come with the program. */
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { captureFrames } from "../capture/file.ts";
import { audit } from "../pipeline.ts";
import { compareText } from "../report/compare-text.ts";
import { wrap } from "../octets/lines.ts";
import { textReport } from "../report/text.ts";
import { compare } from "../verdict/compare.ts";
import type { Report } from "../verdict/report.ts";
import type { JudgingFlags } from "./arguments.ts";
import { auditOptions } from "./judging.ts";
import { type Screen, screenOf } from "./screen.ts";
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
export async function runDemo(flags: Pick<JudgingFlags, "color" | "reveal">, world: World): Promise<number> {
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
  world.out.write(
    "\nYour own: mqtt-sniff capture.pcapng    live: sudo mqtt-sniff --iface wlan0    mqtt-sniff --help\n",
  );
  await world.out.drained();
  return 0;
}

function heading(title: string, { colour, width, unicode }: Screen): string {
  const shown = colour ? styleText("bold", title, { validateStream: false }) : title;
  return `${shown}\n${(unicode ? "─" : "-").repeat(width)}\n`;
}

async function judged(story: string): Promise<Report> {
  const folder = new URL(`../../fixtures/captures/${story}/`, import.meta.url);
  const run = audit(
    auditOptions({
      ports: DEFAULT_PORTS,
      decodeAs: new Map(),
      ca: [],
      systemRoots: true,
      pin: [],
      policy: "bcp195",
      report: [],
      reveal: false,
      payloadLimit: 1024,
      failOn: "high",
      strict: false,
      quiet: true,
      color: false,
      verbose: false,
    }),
  );
  await run.add(story, captureFrames({ path: fileURLToPath(new URL("capture.pcapng", folder)) }));
  const report = run.finish();
  if (report.conversations.length === 0) throw new Error(`the bundled capture ${story} cannot be read`);
  return report;
}
