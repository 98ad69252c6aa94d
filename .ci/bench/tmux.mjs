/** A terminal to run the program in, and to look at: tmux, on a socket of its own. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

export class Tmux {
  static #started = 0;
  #socket = `mqtt-sniff-bench-${process.pid}-${Tmux.#started++}`;
  #columns;
  #rows;

  constructor(columns, rows) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** Starts a command in the terminal; it stays when the command has ended. */
  run(command) {
    const size = ["-x", String(this.#columns), "-y", String(this.#rows)];
    const start = ["new-session", "-d", ...size, ...command, ";", "set", "remain-on-exit", "on"];
    this.#tmux("-f", "/dev/null", ...start);
  }

  keys(...names) {
    this.#tmux("send-keys", ...names);
  }

  /** What is on the screen; `escapes` with colours, and with the blanks at the end of rows. */
  screen(escapes = false) {
    return this.#tmux("capture-pane", "-p", ...(escapes ? ["-e", "-N"] : []));
  }

  /** The screen as soon as it shows a text. Rejects where it does not within `millis`. */
  async shows(text, millis = 30_000) {
    for (const begun = performance.now(); ; await wait(5)) {
      const screen = this.screen();
      if (screen.includes(text)) return screen;
      if (performance.now() - begun > millis) throw new Error(`"${text}" is not on the screen:\n${screen}`);
    }
  }

  /** Processor seconds of the command so far (proc(5): utime and stime, in hundredths). */
  cpuSeconds() {
    const pid = this.#tmux("list-panes", "-F", "#{pane_pid}").trim();
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  end() {
    try {
      this.#tmux("kill-server");
    } catch {
      // It has ended already.
    }
  }

  #tmux(...args) {
    return execFileSync("tmux", ["-L", this.#socket, ...args], { encoding: "utf8" });
  }
}
