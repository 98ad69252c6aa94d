/** A terminal for the dashboard's tests: what blessed writes, drawn by a terminal emulator. */
import { PassThrough } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import xterm from "@xterm/headless";
import { type Dashboard, dashboard, type DashboardOptions } from "../../src/dashboard/dashboard.ts";
import type { Observation } from "../../src/verdict/observation.ts";

/** A keyboard and a screen: what is written is drawn by the emulator, and kept. */
export class Desk {
  readonly input: PassThrough & { isRaw?: boolean; setRawMode?: (raw: boolean) => void };
  readonly output: PassThrough & { columns?: number; rows?: number; isTTY?: boolean };
  readonly emulator: InstanceType<typeof xterm.Terminal>;
  written = "";

  constructor(columns: number, rows: number) {
    this.input = new PassThrough();
    this.input.isRaw = false;
    this.input.setRawMode = raw => {
      this.input.isRaw = raw;
    };
    this.output = new PassThrough();
    this.emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    Object.assign(this.output, { isTTY: true, columns, rows });
    this.output.on("data", (octets: Buffer) => {
      this.written += octets.toString("utf8");
      this.emulator.write(octets);
    });
  }

  resize(columns: number, rows: number): void {
    Object.assign(this.output, { columns, rows });
    this.emulator.resize(columns, rows);
    this.output.emit("resize");
  }

  /** The rows on the screen, once the emulator has drawn everything that was written. */
  async rows(): Promise<string[]> {
    await new Promise<void>(drawn => this.emulator.write("", drawn));
    const { active } = this.emulator.buffer;
    return Array.from(
      { length: this.emulator.rows },
      (_, y) => active.getLine(y)?.translateToString(true) ?? "",
    );
  }

  /** Waits until the screen shows it. */
  async shows(text: string): Promise<string[]> {
    for (let waited = 0; ; waited += 20) {
      const rows = await this.rows();
      if (rows.join("\n").includes(text)) return rows;
      if (waited > 10_000) throw new Error(`"${text}" is not on the screen:\n${rows.join("\n")}`);
      await wait(20);
    }
  }
}

export function openOn(desk: Desk, options: Partial<DashboardOptions> = {}): Dashboard {
  const { input, output } = desk;
  return dashboard({
    title: "wlan0",
    reveal: false,
    colour: true,
    unicode: true,
    terminal: "xterm",
    input,
    output,
    ...options,
  });
}

export function watch(screen: Dashboard, observations: readonly Observation[]): void {
  for (const observation of observations) screen.observe(observation);
}
