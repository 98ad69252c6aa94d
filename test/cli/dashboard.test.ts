/** The built program on a terminal, from its start to the shell that is left: in tmux, on stored captures and live. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const story = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/captures/${name}/capture.pcapng`, import.meta.url));

const hasTmux = spawnSync("tmux", ["-V"]).status === 0;
const isRoot = process.getuid?.() === 0;

/** A shell in a terminal, with a folder of its own. */
class Shell {
  #socket = "";
  #started = 0;
  readonly folder = mkdtempSync(join(tmpdir(), "mqtt-sniff-screen-"));

  /** A new shell; how its terminal is set is kept in the file `before`. */
  async start(columns: number, rows: number): Promise<void> {
    this.#socket = `mqtt-sniff-test-${process.pid}-${this.#started++}`;
    const size = ["-x", String(columns), "-y", String(rows)];
    const shell = [
      "env",
      "-i",
      `PATH=${process.env["PATH"]}`,
      "PS1=shell> ",
      "LANG=C.UTF-8",
      "HOME=/nonexistent",
    ];
    const command = [...shell, "TERM=screen-256color", "bash", "--norc", "--noprofile"];
    this.#tmux("-f", "/dev/null", "new-session", "-d", ...size, "-c", this.folder, ...command);
    this.#tmux("set", "-g", "escape-time", "0");
    this.run("stty -g > before; echo rea''dy");
    await this.shows("ready");
  }

  type(text: string): void {
    this.#tmux("send-keys", "-l", text);
  }

  key(...names: readonly string[]): void {
    this.#tmux("send-keys", ...names);
  }

  run(command: string): void {
    this.type(command);
    this.key("Enter");
  }

  screen(): string {
    return this.#tmux("capture-pane", "-p");
  }

  /** The screen once it shows a text; fails with the screen where it does not. */
  async shows(text: string): Promise<string> {
    for (let waited = 0; ; waited += 50) {
      const screen = this.screen();
      if (screen.includes(text)) return screen;
      if (waited > 40_000) throw new Error(`"${text}" is not on the screen:\n${screen}`);
      await wait(50);
    }
  }

  /** Whether the program has the other screen of the terminal. */
  isOnOtherScreen(): boolean {
    return this.#tmux("display", "-p", "#{alternate_on}").trim() === "1";
  }

  /** The modes of the terminal that a program may leave behind: mouse, cursor, keypad. */
  modes(): string {
    return this.#tmux(
      "display",
      "-p",
      "#{mouse_any_flag} #{cursor_flag} #{keypad_cursor_flag} #{alternate_on}",
    ).trim();
  }

  /** The program that runs in the shell. */
  child(): number {
    const shell = this.#tmux("list-panes", "-F", "#{pane_pid}").trim();
    return Number(readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8").trim().split(" ").at(-1));
  }

  end(): void {
    spawnSync("tmux", ["-L", this.#socket, "kill-server"]);
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-L", this.#socket, ...args], { encoding: "utf8" });
  }
}

const suite = hasTmux ? describe : describe.skip;

suite(`the dashboard in a terminal${hasTmux ? "" : " (skipped: tmux is not installed)"}`, () => {
  const shell = new Shell();
  const node = `${process.execPath} ${MAIN}`;

  beforeAll(() => expect(existsSync(MAIN)).toBe(true));
  afterEach(() => shell.end());
  afterAll(() => rmSync(shell.folder, { recursive: true, force: true }));

  /** The shell again, as it was: its prompt, echo, and nothing of the program's modes. */
  async function isRestored(): Promise<void> {
    await shell.shows("left with");
    expect(shell.modes()).toBe("0 1 0 0");
    shell.run("stty -g | cmp - before && echo as bef''ore");
    await shell.shows("as before");
  }

  test("shows a stored capture until q, opens what is selected, and leaves the report behind", async () => {
    await shell.start(120, 40);
    shell.run(`${node} --format dashboard ${story("plaintext-password")}; echo le''ft with $?`);
    await shell.shows("q close");
    const screen = await shell.shows("MQ101");
    expect(screen).toContain("BEFORE  anyone on the path reads");
    expect(screen).toContain("FAIL");
    expect(screen).not.toContain("MqttP@ss");
    expect(shell.isOnOtherScreen()).toBe(true);
    shell.key("BTab", "Enter");
    await shell.shows("Wireshark");
    shell.key("Escape");
    await shell.shows("BEFORE");
    shell.key("e");
    await shell.shows("report written");
    shell.key("q");
    await isRestored();
    expect(shell.screen()).not.toContain("█");
    const files = readdirSync(shell.folder)
      .filter(file => file !== "before")
      .sort();
    expect(files).toEqual(["mqtt-sniff-report.json", "mqtt-sniff-report.txt"]);
    for (const file of files) expect(statSync(join(shell.folder, file)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(shell.folder, files[1]!), "utf8")).toContain("EXPOSED");
  });

  test("ends with the verdict's code, and prints the report", async () => {
    await shell.start(100, 50);
    shell.run(`${node} --format dashboard ${story("plaintext-password")} >/dev/tty; echo le''ft with $?`);
    await shell.shows("q close");
    shell.key("q");
    await shell.shows("left with 1");
  });

  test("reads a capture from standard input and keys from the terminal, step by step", async () => {
    await shell.start(80, 24);
    shell.run(
      `cat ${story("plaintext-password")} | ${node} --format dashboard --speed step -; echo le''ft with $?`,
    );
    await shell.shows("next packet");
    expect(shell.screen()).toContain("so far");
    for (let steps = 0; steps < 200 && !shell.screen().includes("q close"); steps++) {
      shell.key("Space");
      await wait(20);
    }
    await shell.shows("q close");
    shell.key("q");
    await isRestored();
  });

  test("gives the terminal back when it breaks, in one line, and writes the report all the same", async () => {
    await shell.start(160, 24);
    const breaks = `process.once("SIGUSR2", () => { throw new Error("bro" + "ken"); })`;
    const program = `${process.execPath} --import 'data:text/javascript,${breaks}' ${MAIN}`;
    for (const command of [
      `--format dashboard --report json=broken.json ${story("plaintext-password")}`,
      "demo",
    ]) {
      shell.run(`clear; ${program} ${command} >/dev/tty; echo le''ft with $?`);
      await shell.shows("q close");
      process.kill(shell.child(), "SIGUSR2");
      const screen = await shell.shows("left with");
      expect(screen).toContain("left with 2");
      expect(screen).toContain("mqtt-sniff: internal error: broken (");
      expect(screen).not.toMatch(/^ +at /m);
      expect(shell.modes()).toBe("0 1 0 0");
    }
    expect(readFileSync(join(shell.folder, "broken.json"), "utf8")).toContain('"verdict"');
  });

  test("shows the demo on a terminal", async () => {
    await shell.start(120, 40);
    shell.run(`${node} demo; echo le''ft with $?`);
    await shell.shows("q close");
    expect(shell.screen()).toContain("INTERCEPTABLE");
    shell.key("q");
    await shell.shows("left with 0");
  });

  test.each([
    ["SIGTERM", "left with 143"],
    ["SIGINT", "left with 130"],
    ["SIGHUP", "left with 1"],
  ])("gives the terminal back on %s", async (signal, left) => {
    await shell.start(80, 24);
    shell.run(`${node} --format dashboard ${story("plaintext-password")}; echo le''ft with $?`);
    await shell.shows("q close");
    process.kill(shell.child(), signal);
    await shell.shows(left);
    await isRestored();
  });

  test("gives the terminal back for Ctrl-Z, and takes it again for fg", async () => {
    await shell.start(80, 24);
    shell.run(`${node} --format dashboard ${story("plaintext-password")}; echo le''ft with $?`);
    await shell.shows("q close");
    shell.key("C-z");
    await shell.shows("Stopped");
    expect(shell.modes()).toBe("0 1 0 0");
    shell.run("fg");
    await shell.shows("q close");
    expect(shell.isOnOtherScreen()).toBe(true);
    shell.key("q");
    await wait(100);
    shell.run("echo le''ft with $?");
    await isRestored();
  });

  test.skipIf(!isRoot)(
    `shows what goes over loopback as it comes${isRoot ? "" : " (skipped: needs root)"}`,
    async () => {
      const sockets: Socket[] = [];
      const server = createServer(socket => {
        sockets.push(socket);
        socket.on("error", () => undefined);
        socket.once("data", () => socket.write(Uint8Array.of(0x20, 2, 0, 0)));
      });
      await new Promise<void>(listening => server.listen(0, "127.0.0.1", listening));
      const { port } = server.address() as { port: number };
      try {
        await shell.start(120, 40);
        shell.run(`${node} --iface lo --ports ${port}; echo le''ft with $?`);
        await shell.shows("no MQTT and no TLS seen so far");
        await wait(1500);
        const client = connect(port, "127.0.0.1");
        sockets.push(client);
        client.write(
          Buffer.from("\u0010\u0012\u0000\u0004MQTT\u0004\u0002\u0000<\u0000\u0006cl-001", "latin1"),
        );
        await shell.shows("cl-001");
        client.write(Buffer.from("0\u000b\u0000\u0003a/b12.5 C", "latin1"));
        const screen = await shell.shows("12.5 C");
        expect(screen).toContain("anyone on the path reads");
        shell.key("q");
        await isRestored();
      } finally {
        for (const socket of sockets) socket.destroy();
        server.close();
      }
    },
  );
  test.skipIf(!isRoot)(
    `gives the terminal back though the program is killed outright${isRoot ? "" : " (skipped: needs root)"}`,
    async () => {
      await shell.start(100, 30);
      shell.run(`${node} --iface lo --ports 1; echo le''ft with $?`);
      await shell.shows("no MQTT and no TLS seen so far");
      await wait(1500);
      process.kill(shell.child(), "SIGKILL");
      for (let waited = 0; shell.isOnOtherScreen() && waited < 10_000; waited += 50) await wait(50);
      // What the shell said meanwhile was on the other screen.
      shell.run("echo le''ft with $?");
      await isRestored();
    },
  );
});

describe("without a terminal", () => {
  test.each([[["--format", "dashboard", story("plaintext-password")]], [["demo", "--format", "dashboard"]]])(
    "%j is wrong usage",
    args => {
      const ran = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
      expect(ran.status).toBe(2);
      expect(ran.stderr).toMatch(
        /^mqtt-sniff: --format dashboard needs a terminal on standard output; text prints [^\n]*\n$/,
      );
      expect(ran.stdout).toBe("");
    },
  );

  test("a pace without the dashboard is wrong usage, and so is one that is none", () => {
    for (const [speed, why] of [
      ["2", "--speed is for --format dashboard"],
      ["fast", "--speed"],
      ["0", "--speed"],
    ] as const) {
      const args = [MAIN, "--speed", speed, story("plaintext-password")];
      const ran = spawnSync(process.execPath, args, { encoding: "utf8" });
      expect(ran.status).toBe(2);
      expect(ran.stderr).toContain(why);
    }
    const live = spawnSync(process.execPath, [MAIN, "--iface", "lo", "--speed", "2"], { encoding: "utf8" });
    expect(live).toMatchObject({ status: 2, stdout: "" });
    expect(live.stderr).toBe("mqtt-sniff: --speed is for stored captures: live traffic has its own pace\n");
  });
});
