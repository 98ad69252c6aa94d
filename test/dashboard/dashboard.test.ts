/** The dashboard on a terminal: what blessed writes, drawn by a terminal emulator. */
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { Dashboard, DashboardOptions } from "../../src/dashboard/dashboard.ts";
import { startState } from "../../src/dashboard/state.ts";
import { view } from "../../src/dashboard/view.ts";
import type { Observation } from "../../src/verdict/observation.ts";
import { Desk, openOn, watch } from "./desk.ts";
import { modelOf, opened, PASSWORD, plain, publish, scene } from "./scene.ts";

const ESCAPE = String.fromCodePoint(0x1b);

let running: Dashboard | undefined;

afterEach(() => running?.close());

/** The dashboard on a desk; closed when the test is over. */
const open = (desk: Desk, options: Partial<DashboardOptions> = {}): Dashboard =>
  (running = openOn(desk, options));

const expected = (observations: readonly Observation[], columns: number, rows: number): string[] =>
  view(modelOf(observations), startState(false), { columns, rows }).lines.map(line =>
    line
      .map(span => span.text)
      .join("")
      .trimEnd(),
  );

describe("the dashboard", () => {
  const sizes = [
    [80, 24],
    [60, 20],
    [100, 30],
    [120, 40],
    [200, 60],
  ] as const;

  test.each(sizes)("draws its view cell for cell at %i × %i", async (columns, rows) => {
    const desk = new Desk(columns, rows);
    watch(open(desk), scene());
    await desk.shows("anyone on the path");
    expect((await desk.rows()).map(row => row.trimEnd())).toEqual(expected(scene(), columns, rows));
  });

  test.each(
    ["none", "linux", "xterm-16color", "xterm-256color", "xterm-direct"].flatMap(terminal =>
      sizes.filter(([columns]) => columns >= 80).map(([columns, rows]) => [terminal, columns, rows] as const),
    ),
  )(
    "draws the same in the colours of %s at %i × %i, wide characters too",
    async (terminal, columns, rows) => {
      const device = plain(9, "192.0.2.11:50000");
      const all = [...scene(), opened(device), publish(device, 2, "工厂/温度", "二十五度")];
      const desk = new Desk(columns, rows);
      const colour = terminal !== "none";
      watch(open(desk, { colour, ...(colour && { terminal }) }), all);
      await desk.shows("工厂/");
      expect((await desk.rows()).map(row => row.trimEnd())).toEqual(expected(all, columns, rows));
      // Of the terminal's colours those that stand for the verdict are there, and none where none is wanted.
      const ofBand = terminal === "none" ? 0 : /256|direct/.test(terminal) ? 160 : 1;
      const cell = desk.emulator.buffer.active.getLine(1)?.getCell(1);
      const inked = cell === undefined ? -1 : cell.isBgDefault() ? cell.getFgColor() : cell.getBgColor();
      expect(terminal === "none" ? [cell?.isFgDefault(), cell?.isBgDefault()] : inked).toEqual(
        terminal === "none" ? [true, true] : ofBand,
      );
    },
  );

  test("draws wide characters without shifting the frame", async () => {
    const device = plain(0, "192.0.2.7:50000");
    const observations = [
      opened(device),
      publish(device, 2, "工厂/温度", "二十五度"),
      publish(device, 3, "a😀é", "x"),
      publish(device, 4, "b⚠\ufe0fc", "👍🏽👩\u200d💻🇩🇪#\ufe0f\u20e3"),
    ];
    const desk = new Desk(80, 24);
    watch(open(desk), observations);
    const rows = await desk.shows("工厂/温度");
    expect(rows.join("\n")).toContain("a😀");
    expect(rows.join("\n")).toContain("b⚠\ufe0f c");
    const frame = Array.from({ length: 7 }, (_, y) =>
      desk.emulator.buffer.active
        .getLine(4 + y)
        ?.getCell(39)
        ?.getChars(),
    );
    expect(frame).toEqual(Array.from({ length: 7 }, () => "│"));
  });

  test("follows the size of the terminal", async () => {
    const desk = new Desk(80, 24);
    watch(open(desk), scene());
    await desk.shows("anyone on the path");
    desk.resize(120, 40);
    await desk.shows("What to do");
    expect((await desk.rows()).map(row => row.trimEnd())).toEqual(expected(scene(), 120, 40));
    desk.resize(40, 10);
    await desk.shows("60×20 needed, this is 40×10");
  });

  test("shows and hides secrets with r, and the help with ?", async () => {
    const desk = new Desk(80, 24);
    watch(open(desk), scene());
    await desk.shows("‹13 characters›");
    expect(desk.written).not.toContain(PASSWORD);
    desk.input.write("r");
    await desk.shows(PASSWORD);
    desk.input.write("r");
    await desk.shows("‹13 characters›");
    desk.input.write("?");
    await desk.shows("Shift-Tab");
  });

  test.each(["q", "\x03"])("is done when asked to with %j, and stays until it is closed", async key => {
    const desk = new Desk(80, 24);
    const screen = open(desk);
    watch(screen, scene());
    await desk.shows("anyone on the path");
    desk.input.write(key);
    expect(await screen.done).toBe("asked");
    await desk.shows("ending");
    expect(desk.input.isRaw).toBe(true);
    screen.close();
    expect(desk.input.isRaw).toBe(false);
  });

  test("asked twice it leaves the screen at once", async () => {
    const desk = new Desk(80, 24);
    const screen = open(desk);
    await desk.shows("no MQTT and no TLS");
    desk.input.write("q");
    await desk.shows("ending");
    desk.input.write("q");
    await screen.done;
    while (desk.input.isRaw === true) await wait(20);
    await desk.rows();
    expect(desk.emulator.buffer.active.type).toBe("normal");
  });

  test("leaves the terminal as it was: screen, cursor, keyboard", async () => {
    const desk = new Desk(80, 24);
    const listeners = process.listenerCount("exit");
    desk.output.write("my shell\r\n");
    const screen = open(desk);
    watch(screen, scene());
    await desk.shows("anyone on the path");
    expect(desk.emulator.buffer.active.type).toBe("alternate");
    expect(desk.input.isRaw).toBe(true);
    screen.close();
    screen.close();
    expect((await desk.rows())[0]).toBe("my shell");
    expect(desk.emulator.buffer.active.type).toBe("normal");
    expect(desk.written.lastIndexOf(`${ESCAPE}[?25h`)).toBeGreaterThan(
      desk.written.lastIndexOf(`${ESCAPE}[?25l`),
    );
    expect(desk.input.isRaw).toBe(false);
    expect(process.listenerCount("exit")).toBe(listeners);
    const before = desk.written;
    watch(screen, scene());
    await wait(150);
    expect(desk.written).toBe(before);
  });

  test("leaves the terminal as it was when something is thrown that nobody catches", async () => {
    const desk = new Desk(80, 24);
    const known = process.listeners("uncaughtException");
    const screen = open(desk);
    const end = screen.done.catch((error: unknown) => error);
    await desk.shows("no MQTT and no TLS");
    const own = process.listeners("uncaughtException").filter(one => !known.includes(one));
    for (const one of own) one(new Error("a bug"), "uncaughtException");
    expect(await end).toEqual(new Error("a bug"));
    await desk.rows();
    expect(desk.emulator.buffer.active.type).toBe("normal");
    expect(desk.input.isRaw).toBe(false);
    expect(process.listeners("uncaughtException")).toEqual(known);
  });

  test("stands still while it is paused, and counts on", async () => {
    const device = plain(0, "192.0.2.7:50000");
    const desk = new Desk(80, 24);
    const screen = open(desk);
    watch(screen, [opened(device), publish(device, 2, "a/first", "1")]);
    await desk.shows("a/first");
    desk.input.write("p");
    await desk.shows("PAUSED");
    watch(screen, [publish(device, 3, "b/second", "2")]);
    desk.input.write("\t");
    await wait(250);
    expect((await desk.rows()).join("\n")).not.toContain("b/second");
    desk.input.write("p");
    await desk.shows("b/second");
  });

  test("shows only rows that hold what is typed, and never feels for what is hidden", async () => {
    const desk = new Desk(120, 40);
    watch(open(desk), scene());
    await desk.shows("iot/sensor/temp");
    desk.input.write("/");
    await desk.shows("Enter keeps it");
    desk.input.write("humid");
    await desk.shows("humid▏");
    let rows = (await desk.rows()).join("\n");
    expect(rows).toContain("iot/sensor/humidity");
    expect(rows).not.toContain("iot/sensor/temp");
    desk.input.write(`\u0015${PASSWORD.slice(0, 7)}`);
    await desk.shows(`/${PASSWORD.slice(0, 7)}`);
    rows = (await desk.rows()).join("\n");
    expect(rows).not.toContain("device_fleet");
    desk.input.write(ESCAPE);
    await desk.shows("iot/sensor/temp");
  });

  test("sorts conversations with s, and the other way round with S", async () => {
    const desk = new Desk(120, 40);
    watch(open(desk), scene());
    await desk.shows("last ▾");
    desk.input.write("s");
    await desk.shows("# ▾");
    const first = async (): Promise<string> =>
      (await desk.rows()).find((_, row, all) => all[row - 1]?.startsWith("#"))!;
    expect(await first()).toMatch(/^0 /);
    desk.input.write("S");
    await desk.shows("# ▴");
    expect(await first()).toMatch(/^3 /);
  });

  test("opens with the second press of the mouse, and closes with Esc", async () => {
    const desk = new Desk(120, 40);
    watch(open(desk), scene());
    const rows = await desk.shows("MQ501  1 ×");
    const y = rows.findIndex(row => row.includes("MQ501  1 ×")) + 1;
    const press = `${ESCAPE}[<0;12;${y}M${ESCAPE}[<0;12;${y}m`;
    desk.input.write(press + press);
    await desk.shows("Wireshark");
    desk.input.write(ESCAPE);
    await desk.shows("BEFORE");
  });

  test("says where the report was written to", async () => {
    const desk = new Desk(80, 24);
    open(desk, { exportReport: () => "report written: /tmp/x.txt" });
    await desk.shows("no MQTT and no TLS");
    desk.input.write("e");
    await desk.shows("report written: /tmp/x.txt");
  });

  test.each([
    ["xterm-256color", /\[(?:\d+;)*48;5;160(?:;\d+)*m/],
    ["xterm", /\[(?:\d+;)*41(?:;\d+)*m/],
    ["screen-256color", /\[(?:\d+;)*48;5;160(?:;\d+)*m/],
    ["linux", /\[(?:\d+;)*41(?:;\d+)*m/],
  ])("paints the verdict with what a %s has", async (terminal, band) => {
    const desk = new Desk(80, 24);
    watch(open(desk, { terminal }), scene());
    await desk.shows("anyone on the path");
    expect(desk.written).toMatch(band);
  });

  test("writes nothing but ASCII to a terminal without UTF-8", async () => {
    const device = plain(0, "192.0.2.7:50000");
    const desk = new Desk(80, 24);
    watch(open(desk, { unicode: false }), [...scene(), opened(device), publish(device, 99, "工厂/😀", "é")]);
    await desk.shows("BEFORE");
    expect(Buffer.byteLength(desk.written)).toBe(desk.written.length);
    expect(/[^ -~\p{Cc}]/u.test(desk.written)).toBe(false);
  });

  test("closed before the terminal was ready it takes nothing over", async () => {
    const desk = new Desk(80, 24);
    const screen = open(desk);
    screen.close();
    expect(await screen.done).toBe("closed");
    await wait(50);
    expect(desk.emulator.buffer.active.type).toBe("normal");
    expect(desk.input.isRaw).toBe(false);
  });

  test("is closed when the terminal goes away", async () => {
    const desk = new Desk(80, 24);
    const screen = open(desk);
    await desk.shows("no MQTT and no TLS");
    desk.output.emit("error", new Error("EIO"));
    expect(await screen.done).toBe("closed");
  });

  test("writes no colour where none is wanted", async () => {
    const desk = new Desk(80, 24);
    watch(open(desk, { colour: false }), scene());
    await desk.shows("anyone on the path");
    // SGR 30 to 49 and 90 to 107 are colours; bold and inverse may stay.
    const colours = new RegExp(`${ESCAPE}\\[(?:[\\d;]*;)?(?:3\\d|4\\d|9\\d|10[0-7])(?:;[\\d;]*)?m`);
    expect(desk.written).not.toMatch(colours);
  });

  test("writes nothing of a packet that a terminal would obey", async () => {
    const device = plain(0, "192.0.2.7:50000");
    const topic = `${ESCAPE}]0;owned${ESCAPE}\\${ESCAPE}[5m{bold}{red-fg}${String.fromCodePoint(0x9b)}31m`;
    const desk = new Desk(200, 50);
    const titles: string[] = [];
    desk.emulator.onTitleChange(title => titles.push(title));
    watch(open(desk, { reveal: true }), [opened(device), publish(device, 2, topic, topic)]);
    await desk.shows("{bold}{red-fg}");
    expect(desk.written).not.toContain(`]0;owned${ESCAPE}`);
    expect(desk.written).not.toContain(`${ESCAPE}[5m`);
    expect(desk.written).not.toContain(String.fromCodePoint(0x9b));
    expect(titles).toEqual([]);
  });

  test("draws ten times a second at most, however much is seen", async () => {
    const device = plain(0, "192.0.2.7:50000");
    const desk = new Desk(80, 24);
    const screen = open(desk);
    await desk.shows("no MQTT and no TLS");
    let draws = 0;
    desk.output.on("data", () => draws++);
    const begins = performance.now();
    let seen = 0;
    for (; performance.now() < begins + 500; seen++) {
      screen.observe(publish(device, seen + 1, `topic/${seen}`, "1"));
      if (seen % 100 === 0) await wait(0);
    }
    expect(seen).toBeGreaterThan(100);
    expect(draws).toBeLessThanOrEqual((performance.now() - begins) / 100 + 2);
  });
});
