/** The command line: commands and flags as people know them, each flag written once. */
import { Command, CommanderError, Option } from "commander";
import type { Rotation } from "../capture/sections.ts";
import type { Severity } from "../finding/finding.ts";
import type { PackName } from "../finding/policy/policy.ts";
import type { Timestamp } from "../octets/time.ts";
import type { Pin } from "../session/roots.ts";
import { EXAMPLES, NOTHING_GIVEN } from "./help.ts";
import { refuseSlip } from "./meant.ts";
import type { Pace } from "./pace.ts";
import { UsageError } from "./usage-error.ts";
import * as value from "./values.ts";
import type { Ports, ReportTarget, Spoken } from "./values.ts";

/** Flags of every command that judges a capture. */
export interface JudgingFlags {
  readonly ports: Ports;
  readonly decodeAs: ReadonlyMap<number, Spoken>;
  readonly ca: readonly string[];
  readonly systemRoots: boolean;
  readonly serverName?: string;
  readonly pin: readonly Pin[];
  readonly policy: PackName;
  readonly at?: Timestamp;
  readonly format?: string;
  readonly speed?: Pace;
  readonly report: readonly ReportTarget[];
  readonly reveal: boolean;
  readonly payloadLimit: number;
  readonly failOn: Severity | "never";
  readonly strict: boolean;
  readonly count?: number;
  readonly quiet: boolean;
  readonly color: boolean;
  readonly verbose: boolean;
}

export type CompareFlags = Omit<JudgingFlags, "speed" | "report" | "payloadLimit" | "count">;

/** What is judged may be written to files as well. */
export interface WritingFlags {
  readonly write?: string;
  readonly rotate?: Rotation;
  readonly keep?: number;
}

export interface LiveFlags extends JudgingFlags, WritingFlags {
  readonly filter?: string;
  readonly engine?: "cap" | "dumpcap" | "tcpdump";
  readonly buffer: number;
  readonly duration?: number;
}

export type DemoFlags = Pick<JudgingFlags, "color" | "reveal" | "format" | "speed">;

export type Request =
  | {
      readonly command: "audit";
      readonly captures: readonly string[];
      readonly flags: JudgingFlags & WritingFlags;
    }
  | { readonly command: "live"; readonly iface: string; readonly flags: LiveFlags }
  | {
      readonly command: "compare";
      readonly captures: readonly [before: string, after: string | undefined];
      readonly flags: CompareFlags;
    }
  | { readonly command: "demo"; readonly flags: DemoFlags }
  | {
      readonly command: "rules";
      readonly id: string | undefined;
      readonly flags: Pick<JudgingFlags, "color">;
    }
  | { readonly command: "interfaces" }
  /** Help or version was asked for: the text belongs on standard output. */
  | { readonly command: "print"; readonly text: string };

/** What the arguments ask for. Throws `UsageError` with one line where they ask for nothing that exists. */
export function parseArguments(args: readonly string[], version: string, columns: number): Request {
  let request: Request | undefined;
  let printed = "";
  const program = writing(reporting(new Command("mqtt-sniff")))
    .usage("[options] CAPTURE … | --iface NAME | COMMAND")
    .description("What does your MQTT traffic give away, and does your TLS really protect it?")
    .argument("[captures...]", "pcap or pcapng files, folders of them, or - for standard input")
    .option("-i, --iface <NAME>", "judge live traffic of an interface")
    .option("-r <FILE>", "the same as a capture argument", value.files("-r"))
    .option("-f, --filter <BPF>", "live: capture filter instead of the one made of --ports")
    .addOption(
      new Option("--engine <NAME>", "live: who captures: cap, dumpcap or tcpdump").choices([
        "cap",
        "dumpcap",
        "tcpdump",
      ]),
    )
    .option("--buffer <MIB>", "live: ring of the capture in MiB (64)", value.bufferSize, 64)
    .option("--duration <TIME>", "live: end after 90s, 5m or 2h", value.duration)
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help", "the same as --help")
    .addHelpText("after", EXAMPLES)
    .enablePositionalOptions()
    .action((captures: string[], flags: LiveFlags & { iface?: string; r?: string[] }) => {
      const [word] = captures;
      if (word !== undefined)
        refuseSlip(
          word,
          program.commands.map(command => command.name()),
        );
      request = auditOrLive(inOrder(args, captures, flags.r), flags);
    });
  writing(
    reporting(program.command("audit").description("judge stored captures (the same as naming them alone)")),
  )
    .argument("[captures...]", "files, folders, or -")
    .option("-r <FILE>", "the same as a capture argument", value.files("-r"))
    .action((captures: string[], flags: LiveFlags & { r?: string[] }) => {
      request = auditOrLive(inOrder(args, captures, flags.r), flags);
    });
  judging(
    program.command("compare").description("before and after: what TLS has hidden, and what still shows"),
  )
    .addOption(new Option("--format <FORMAT>", "text or json (text)").choices(["text", "json"]))
    .argument("<before>", "a capture, or one that holds both")
    .argument("[after]", "the same clients afterwards")
    .action((before: string, after: string | undefined, flags: CompareFlags) => {
      for (const capture of [before, after ?? before]) value.file("capture", capture);
      request = { command: "compare", captures: [before, after], flags };
    });
  program
    .command("demo")
    .description("the lesson on bundled captures: no privilege, no network needed")
    .addOption(
      new Option("--format <FORMAT>", "text or dashboard (dashboard on a terminal)").choices([
        "text",
        "dashboard",
      ]),
    )
    .option("--speed <N>", "dashboard: 1 as recorded, faster, or step", value.speed)
    .option("--reveal", "show secrets", false)
    .option("--no-color", "no colours")
    .action((flags: DemoFlags) => {
      request = { command: "demo", flags };
    });
  program
    .command("rules")
    .argument("[ID]", "one rule, explained")
    .description("the catalogue of findings; one rule explained")
    .option("--no-color", "no colours")
    .action((id: string | undefined, flags: JudgingFlags) => {
      request = { command: "rules", id, flags };
    });
  program
    .command("interfaces")
    .description("what can be captured from, and why not where it cannot")
    .action(() => {
      request = { command: "interfaces" };
    });
  program.hook("preSubcommand", (given, { name }) => {
    const early = given.options.find(o => given.getOptionValueSource(o.attributeName()) === "cli");
    if (early !== undefined) throw new UsageError(`${early.long ?? early.short}: give it behind ${name()}`);
  });
  for (const command of [program, ...program.commands])
    command
      .configureHelp({ optionDescription: o => o.description })
      .exitOverride()
      .configureOutput({
        writeOut: text => {
          printed += text;
        },
        writeErr: () => {},
        getOutHelpWidth: () => columns,
      })
      .allowExcessArguments(false);
  try {
    program.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { command: "print", text: printed };
    if (error.code === "commander.help")
      throw new UsageError("there is no command of that name (mqtt-sniff --help)");
    throw new UsageError(
      `${error.message.replace(/^error: /, "").replaceAll("\n", " ")} (mqtt-sniff --help)`,
    );
  }
  if (request === undefined) throw new UsageError("nothing to do (mqtt-sniff --help)");
  return request;
}

/** Captures named with `-r` and without, in the order in which they were named. */
function inOrder(
  args: readonly string[],
  given: readonly string[],
  flagged: readonly string[] = [],
): readonly string[] {
  const isFlag = (at: number): boolean => args[at - 1] === "-r";
  const placeOf = (path: string, flag: boolean): number =>
    args.findIndex((arg, at) =>
      flag ? (arg === path && isFlag(at)) || arg === `-r${path}` : arg === path && !isFlag(at),
    );
  return [
    ...flagged.map(path => ({ path, at: placeOf(path, true) })),
    ...given.map(path => ({ path, at: placeOf(path, false) })),
  ]
    .sort((one, other) => one.at - other.at)
    .map(({ path }) => path);
}

function auditOrLive(captures: readonly string[], flags: LiveFlags & { iface?: string }): Request {
  if (flags.iface !== undefined) {
    if (captures.length > 0)
      throw new UsageError("--iface and stored captures exclude one another: give one of them");
    if (flags.speed !== undefined)
      throw new UsageError("--speed is for stored captures: live traffic has its own pace");
    return { command: "live", iface: flags.iface, flags };
  }
  if (captures.length === 0) throw new UsageError(NOTHING_GIVEN);
  for (const capture of captures) value.file("capture", capture);
  if (flags.duration !== undefined || flags.engine !== undefined || flags.filter !== undefined)
    throw new UsageError("--duration, --engine and --filter are for live capture: give --iface");
  return { command: "audit", captures, flags };
}

function judging(command: Command): Command {
  return command
    .option(
      "--ports <LIST>",
      "TCP ports judged as MQTT or MQTT over TLS, or all (1883,8883,8884)",
      value.ports,
      value.DEFAULT_PORTS,
    )
    .option(
      "--decode-as <PORT=PROTOCOL>",
      "force mqtt, tls or ws on a port (repeatable)",
      value.decodeAs,
      new Map(),
    )
    .option(
      "--ca <FILE>",
      "root that the brokers' certificates must lead to (repeatable)",
      value.files("--ca"),
      [],
    )
    .option("--no-system-roots", "trust the --ca roots alone")
    .option("--server-name <HOST>", "name the certificate must carry where no SNI was sent", value.serverName)
    .option(
      "--pin <[HOST=]PIN>",
      "certificate or key that must be seen, sha256:HEX (repeatable)",
      value.pin,
      [],
    )
    .option(
      "--policy <PACK>",
      "yardstick for TLS: bcp195, nist or mozilla-intermediate (bcp195)",
      value.policy,
      "bcp195",
    )
    .option("--at <TIME>", "time at which validity is judged (the packet's own)", value.time)
    .option("--reveal", "show secrets; without it none leaves the process", false)
    .option(
      "--fail-on <SEVERITY>",
      "exit code 1 from critical, high, medium, low or info on; or never (high)",
      value.failOn,
      "high",
    )
    .option("--strict", "whatever limited the view counts as could not judge", false)
    .option("--quiet", "no progress and no warnings", false)
    .option("--no-color", "no colours (NO_COLOR and FORCE_COLOR are honoured)")
    .option("--verbose", "each TLS handshake step by step; on standard error what is read", false);
}

/** What `compare` has no use for: it writes one document, of whole captures, without events. */
function reporting(command: Command): Command {
  return judging(command)
    .option(
      "--format <FORMAT>",
      "text, json, ndjson, eve or dashboard (text; live: dashboard on a terminal, else ndjson)",
    )
    .option(
      "--speed <N>",
      "dashboard: pace of a stored capture, 1 as recorded, or step (as fast as can be)",
      value.speed,
    )
    .option("--report <FORMAT=FILE>", "a further output of the same run (repeatable)", value.reportTo, [])
    .option(
      "--payload-limit <N>",
      "octets of payload in event output, or all (1024)",
      value.payloadLimit,
      1024,
    )
    .option("-c, --count <N>", "stop after N packets", value.packetCount);
}

function writing(command: Command): Command {
  return command
    .option("-w, --write <FILE>", "write what is judged as pcapng", text => value.file("-w", text))
    .option("--rotate <SIZE|TIME>", "-w: a file for each 100MB, 10MiB, 60s, 5m …", value.rotation)
    .option("--keep <N>", "-w: of these files the latest N", value.filesKept);
}
