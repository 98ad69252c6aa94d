/** The screen as text, at the sizes that it promises to work at. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KEYS } from "../../src/dashboard/keys.ts";
import { blockWord, type Shape } from "../../src/dashboard/letters.ts";
import type { Size } from "../../src/dashboard/line.ts";
import { fold, type Model } from "../../src/dashboard/model.ts";
import { type State, startState } from "../../src/dashboard/state.ts";
import { shownKey } from "../../src/dashboard/status.ts";
import { view } from "../../src/dashboard/view.ts";
import { own } from "../../src/octets/view.ts";
import { cellWidth } from "../../src/octets/text.ts";
import type { Observation } from "../../src/verdict/observation.ts";
import type { Exposure } from "../../src/verdict/report.ts";
import {
  emptyModel,
  finding,
  hostileScene,
  login,
  modelOf,
  notice,
  opened,
  PASSWORD,
  plain,
  pressed,
  publish,
  scene,
  tls,
  verdict,
} from "./scene.ts";

const SIZES: readonly Size[] = [
  { columns: 80, rows: 24 },
  { columns: 100, rows: 30 },
  { columns: 60, rows: 20 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
];

const masked = startState(false);

const rows = (model: Model, size: Size, state: State = masked): string[] =>
  view(model, state, size).lines.map(line => line.map(span => span.text).join(""));

const text = (model: Model, size: Size, state?: State): string =>
  rows(model, size, state)
    .map(row => row.trimEnd())
    .join("\n");

/** Which word the first rows hold, in whatever letters. */
function wordOf(band: readonly string[]): Exposure | undefined {
  const words = ["exposed", "interceptable", "weak", "unknown", "protected"] as const;
  return words.find(word =>
    SHAPES.some(shape => {
      const { rows: letters } = blockWord(word, shape);
      return letters.length === band.length && letters.every((row, at) => band[at]!.startsWith(` ${row}`));
    }),
  );
}

const SHAPES: readonly Shape[] = (["wide", "narrow"] as const).flatMap(font =>
  ([1, 2, 3] as const).flatMap(across => ([1, 2, 3] as const).map(down => ({ font, across, down }))),
);

/** The same found of so many devices. */
const fleetOf = (devices: number): Observation[] =>
  Array.from({ length: devices }, (_, at) =>
    finding("MQ101", "critical", "Password sent without TLS, accepted by the broker", 1, `dev${at + 1}`),
  );

const octets = (text: string) => own(new TextEncoder().encode(text));

const WIDE: Size = { columns: 120, rows: 40 };

describe("the screen", () => {
  test.each(SIZES)("is as expected at $columns × $rows", async size => {
    const screen = `screens/${size.columns}x${size.rows}.txt`;
    await expect(`${text(modelOf(scene()), size)}\n`).toMatchFileSnapshot(screen);
  });

  test.each(SIZES)("is as expected without UTF-8 at $columns × $rows", async size => {
    const lines = view(modelOf(scene()), masked, size, false).lines.map(line =>
      line
        .map(span => span.text)
        .join("")
        .trimEnd(),
    );
    expect(lines.join("\n")).toMatch(/^[\n -~]*$/);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(
      `screens/${size.columns}x${size.rows}.ascii.txt`,
    );
  });

  test("fills exactly the cells of any size, whatever is known", () => {
    const size = fc.record({
      columns: fc.integer({ min: 0, max: 220 }),
      rows: fc.integer({ min: 0, max: 60 }),
    });
    const state = fc.constantFrom(
      masked,
      startState(true),
      pressed(emptyModel(), ["?"]),
      pressed(emptyModel(), ["q"]),
    );
    const model = fc.constantFrom(emptyModel(), modelOf(scene()));
    fc.assert(
      fc.property(model, size, state, (known, size, state) => {
        const lines = rows(known, size, state);
        expect(lines).toHaveLength(size.rows);
        for (const line of lines) expect(cellWidth(line)).toBe(size.columns);
      }),
      { numRuns: 300 },
    );
  });

  test("below 60 × 20 it says the verdict and how much room it needs", () => {
    const lines = rows(modelOf(scene()), { columns: 50, rows: 12 });
    expect(lines[0]).toContain("E X P O S E D");
    expect(lines[1]).toContain("60×20 needed, this is 50×12");
  });

  test("is calm before anything was seen", () => {
    const [first, ...rest] = rows(emptyModel(), WIDE);
    expect(first).toContain("no MQTT and no TLS seen so far");
    expect(rest.join("\n")).toContain("nothing readable so far");
    expect(rest.join("\n")).toContain("no TLS so far");
  });

  test("begins with the verdict's word, and says when it is the last one", () => {
    const model = modelOf(scene());
    fold(
      model,
      verdict({ outcome: "fail", exposure: "exposed", complete: false, because: [0], notSeen: [] }),
    );
    const band = rows(model, WIDE).slice(0, 5);
    expect(wordOf(band)).toBe("exposed");
    expect(band[4]).toMatch(/ FAIL, incomplete $/);
  });

  test.each(SIZES)("says its word in letters of several rows at $columns × $rows", size => {
    for (const exposure of ["exposed", "interceptable", "weak", "unknown", "protected"] as const) {
      const model = emptyModel();
      fold(model, verdict({ outcome: "warn", exposure, complete: true, because: [], notSeen: [] }));
      const drawn = rows(model, size);
      const height = size.rows >= 50 ? 8 : size.rows >= 30 ? 5 : 3;
      expect(wordOf(drawn.slice(0, height))).toBe(exposure);
    }
  });

  test("gives the rows of its letters to a page that is open on a low screen, and says its word in one", () => {
    const low = { columns: 80, rows: 24 };
    const open = rows(modelOf(scene()), low, pressed(modelOf(scene()), ["S-tab", "enter"], masked, low));
    expect(open[0]).toContain("E X P O S E D");
    expect(open[1]).toContain("━ MQ");
    expect(open.at(-1)).toContain("Esc back");
  });

  test.each(SIZES)("says first how to take back what is turned on at $columns × $rows", size => {
    const model = modelOf(scene());
    const last = (...keys: string[]) => rows(model, size, pressed(model, keys, masked, size)).at(-1)!;
    expect(last()).toMatch(/^ Tab panel .* r reveal .* e export .* q quit/u);
    expect(last("r")).toMatch(/^ r hide .* q quit/u);
    expect(last("r")).not.toContain("r reveal");
    expect(last("p")).toMatch(/^ p go on .* q quit/u);
    expect(last("p")).not.toContain("p pause");
    expect(last("r", "p")).toMatch(/^ r hide {2}p go on .* q quit/u);
    if (size.columns < 80) return;
    expect(last("r")).toContain("e export");
    expect(last("p")).toContain("e export");
  });

  test.each(SIZES)(
    "has two rows for each list at the least at $columns × $rows, whatever is in focus",
    size => {
      const model = modelOf([...scene(), ...fleetOf(24)]);
      for (const keys of [[], ["tab"], ["tab", "tab", "tab"], ["S-tab", "S-tab"], ["S-tab"]]) {
        const drawn = rows(model, size, pressed(model, keys, masked, size));
        expect(drawn.filter(row => /^\d+ +192\.0\.2\.\d+:/u.test(row)).length).toBeGreaterThan(1);
        expect(drawn.filter(row => /^(?:CRITICAL|HIGH) /u.test(row)).length).toBeGreaterThan(1);
      }
    },
  );

  test("gives the rows that BEFORE and AFTER leave empty to the lists below", () => {
    const many = Array.from({ length: 24 }, (_, at) => opened(plain(at, `192.0.2.7:${50000 + at}`)));
    const drawn = rows(modelOf(many), WIDE);
    expect(drawn.filter(row => row.includes("192.0.2.7:")).length).toBeGreaterThan(17);
  });

  test("says which rows of a list are drawn, and how many are above", () => {
    const low = { columns: 80, rows: 24 };
    const model = modelOf([
      ...Array.from({ length: 24 }, (_, at) => opened(plain(at, `192.0.2.7:${50000 + at}`))),
      ...Array.from({ length: 30 }, (_, at) => publish(plain(99, "192.0.2.7:5"), at, `t/${at}`, "x")),
    ]);
    expect(text(model, low)).toMatch(/Conversations 24 .* rows 1–\d+ of 24 ─/u);
    expect(text(model, low, pressed(model, ["S-tab", "S-tab", "end"], masked, low))).toMatch(
      /Conversations 24 .* rows \d\d?–24 of 24 ━/u,
    );
    expect(text(model, low, pressed(model, ["tab", "tab", "end"], masked, low))).toMatch(/^… \d+ above/mu);
  });

  test("says findings of one rule in one row, with whom they are about", () => {
    const model = modelOf(fleetOf(24));
    expect(text(model, WIDE)).toMatch(/^CRITICAL MQ101 {2}24 × +Password sent .* dev1, dev2, … 22 more/mu);
    expect(text(model, WIDE).match(/MQ101/gu)).toHaveLength(1);
    const page = text(model, WIDE, pressed(model, ["S-tab", "enter"]));
    expect(page).toMatch(/^Also +dev2, dev3, .*dev9/mu);
    const found = pressed(model, ["S-tab", "/", "d", "e", "v", "1", "7", "enter"]);
    expect(text(model, WIDE, found)).toMatch(/^CRITICAL MQ101 {2}1 × .* dev17 → 192/mu);
  });

  test("says them so whatever their titles, with the title of the worst", () => {
    const model = modelOf([
      finding("MQ101", "medium", "Password sent without TLS", 2, "dev1"),
      finding("MQ101", "critical", "Password sent without TLS, accepted by the broker", 1, "dev2"),
    ]);
    expect(text(model, WIDE)).toMatch(/^CRITICAL MQ101 {2}3 × +Password sent .* the broker +dev2, dev1$/mu);
    expect(text(model, WIDE).match(/MQ101/gu)).toHaveLength(1);
  });

  test("has the last wills of several clients on one topic each in a row, with whose it is", () => {
    const [one, other] = [plain(0, "192.0.2.7:50000"), plain(1, "192.0.2.8:50001")];
    for (const [conversation, payload] of [
      [one, "bye"],
      [other, "gone"],
    ] as const)
      conversation.mqtt!.wills.push({ topic: "lwt", payload: octets(payload), qos: 0, retain: false });
    for (const size of SIZES.slice(0, 2))
      expect(text(modelOf([opened(one), opened(other)]), size)).toMatch(
        /^will lwt {2}of 192\.0\.2\.7 {2}bye .*\n(?:.*\n)?will lwt {2}of 192\.0\.2\.8 {2}gone/mu,
      );
  });

  test("counts apart what is published on a topic and what is delivered", () => {
    const device = plain(0, "192.0.2.7:50000");
    const delivered = publish(device, 4, "t", "1");
    Object.assign((delivered as { event: object }).event, { direction: "server" });
    const model = modelOf([opened(device), publish(device, 3, "t", "1"), delivered, delivered]);
    expect(text(model, WIDE)).toMatch(/^t +1↑ 2↓ /mu);
  });

  test("names the capture that a frame is of, where there are several", () => {
    const found = finding("MQ101", "critical", "Password sent without TLS") as { finding: object };
    Object.assign(found.finding, { evidence: [{ capture: 1, frame: 12, field: "CONNECT.Password" }] });
    const captures = ["/site/monday.pcap", "/site/tuesday.pcap"].map(
      (path, index): Observation => ({ kind: "capture", index, path }),
    );
    const several = modelOf([...captures, found as Observation]);
    expect(text(several, { columns: 160, rows: 40 })).toMatch(/MQ101 .* frame 12 of tuesday\.pcap$/mu);
    expect(text(several, WIDE, pressed(several, ["S-tab", "enter"]))).toMatch(
      /^Proof +frame 12 of tuesday\.pcap, /mu,
    );
    const single = modelOf([captures[0]!, found as Observation]);
    expect(text(single, { columns: 160, rows: 40 })).toMatch(/MQ101 .* frame 12$/mu);
  });

  test("says nothing of what there is none of", () => {
    const quiet = modelOf([opened(plain(0, "192.0.2.7:50000"))]);
    expect(text(quiet, WIDE)).not.toMatch(/ 0 topics/u);
  });

  test("explains in the help what it says in a word", () => {
    const drawn = text(emptyModel(), { columns: 120, rows: 60 }, pressed(emptyModel(), ["?"]));
    for (const word of ["FAIL", "incomplete", "not drawn"])
      expect(drawn).toMatch(new RegExp(`^ ${word} +\\S`, "mu"));
  });

  test("without UTF-8 writes arrows and cuts in ASCII, in as many cells", () => {
    const model = modelOf([...scene(), ...fleetOf(24)]);
    for (const size of SIZES) {
      const drawn = view(model, masked, size, false).lines.map(line => line.map(span => span.text).join(""));
      for (const row of drawn) expect(row).toHaveLength(size.columns);
      if (size.columns >= 80) expect(drawn.join("\n")).toContain("broker.lab <- Lab Root");
      if (size.columns >= 120) expect(drawn.join("\n")).toContain("sensor-a1, dev1, ... 23 more");
      expect(drawn.join("\n")).not.toMatch(/^\. \d/mu);
    }
  });

  test("says of a sound setup that it is protected", () => {
    const sound = modelOf([opened(tls(0, "192.0.2.7:50000", { version: 0x0304, cipherSuite: 0x1301 }))]);
    expect(wordOf(rows(sound, WIDE).slice(0, 5))).toBe("protected");
    expect(rows(sound, WIDE)[0]).toContain("encrypted, and sound as far as it shows");
  });

  test("says what to do about the worst that was found", () => {
    const band = rows(modelOf(scene()), { columns: 200, rows: 60 }).slice(0, 8).join("\n");
    expect(band).toContain("What to do: Offer MQTT over TLS (port 8883)");
  });

  test("shows no secret until it is asked to, and hides it again", () => {
    const model = modelOf(scene());
    for (const size of SIZES) expect(text(model, size)).not.toContain(PASSWORD);
    expect(text(model, WIDE)).toContain("‹13 characters›");
    const revealed = pressed(model, ["r"]);
    expect(text(model, WIDE, revealed)).toContain(PASSWORD);
    expect(text(model, WIDE, revealed)).toContain("secrets shown");
    expect(text(model, WIDE, pressed(model, ["r"], revealed))).not.toContain(PASSWORD);
  });

  test("hides the secrets in payloads as it hides passwords, and nothing else of them", () => {
    const device = plain(0, "192.0.2.7:50000");
    const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
    const payloads = ['{"password":"hunter2"}', token, '{"t":21.5,"unit":"C"}'];
    const model = modelOf([
      opened(device),
      ...payloads.map((payload, index) => publish(device, 2 + index, `topic/${index}`, payload)),
    ]);
    expect(text(model, WIDE)).not.toContain("hunter2");
    expect(text(model, WIDE)).not.toContain(token.slice(0, 12));
    expect(text(model, WIDE)).toContain('{"password":"‹7 chara');
    expect(text(model, WIDE)).toContain('{"t":21.5,"unit":"C"}');
    expect(text(model, WIDE, startState(true))).toContain("hunter2");
  });

  test("shows the start of a long payload without half of a character", () => {
    const device = plain(0, "192.0.2.7:50000");
    const payload = "ä ".repeat(30);
    const model = modelOf([
      opened(device),
      publish(device, 2, "t", payload),
      publish(device, 3, "b", Uint8Array.of(0, 1)),
    ]);
    expect(text(model, WIDE)).toMatch(/ä ä ä…/);
    expect(text(model, WIDE)).not.toContain("\ufffd");
    expect(text(model, WIDE)).toContain("‹2 octets, not text›");
  });

  test("says how many it could not show", () => {
    const many = Array.from({ length: 40 }, (_, id) => plain(id, `192.0.2.${id}:50000`));
    const model = modelOf(
      many.flatMap(one => [opened(one), login(one, 2, { clientId: `c${one.id}`, username: "u" })]),
    );
    expect(text(model, SIZES[0]!)).toMatch(/… \d+ more/);
    expect(text(model, SIZES[0]!)).toContain("Conversations 40");
  });

  test("puts a lost capture where the counts were", () => {
    const model = modelOf(scene());
    fold(
      model,
      notice({
        type: "capture.lost",
        engine: "cap",
        text: "capture on wlan0 lost, cap was ended by SIGABRT",
      }),
    );
    expect(rows(model, WIDE).at(-2)).toContain("capture on wlan0 lost");
  });

  test("says that it is ending once it was asked to", () => {
    expect(rows(modelOf(scene()), WIDE, pressed(emptyModel(), ["q"])).at(-2)).toContain("ending");
  });

  test.each(SIZES)("lists every key in the help, which scrolls at $columns × $rows", size => {
    const seen = new Set<string>();
    let state = pressed(emptyModel(), ["?"], masked, size);
    for (let line = 0; line < 60; line++) {
      for (const row of rows(emptyModel(), size, state)) seen.add(row);
      state = pressed(emptyModel(), ["down"], state, size);
    }
    const help = [...seen].join("\n").replace(/\s+/g, " ");
    for (const { keys, does } of KEYS) {
      expect(help).toContain(shownKey(keys[0]));
      for (const word of does.split(" ")) expect(help).toContain(word);
    }
    expect(help).toContain("INTERCEPTABLE");
    expect(text(emptyModel(), size, pressed(emptyModel(), ["escape"], state, size))).toContain("BEFORE");
  });
});

describe("hostile texts", () => {
  const code = (...points: number[]): string => String.fromCodePoint(...points);
  const HOSTILE = [
    `${code(0x1b)}[31mred${code(0x1b)}[2J`,
    `${code(0x1b)}]52;c;aGk=${code(7)}`,
    `${code(0x9b)}31m${code(0x9d)}0;title${code(0x9c)}`,
    `a${code(0x202e)}b${code(0x2066)}c`,
    `z${code(0x200b)}w${code(0xfeff)}j`,
    `tag${code(0xe0041)}${code(0xe007f)}`,
    "{bold}{red-fg}x{/}",
    `line${code(10)}feed${code(13)}return${code(9)}tab`,
    `e${code(0x301)} ${code(0x1f600)} ${code(0x26a1)}`,
    code(0xd800),
  ];

  /** What must never reach a terminal, and what would shift a row. */
  const HARMFUL =
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]|(?!\ufe0f)\p{M}|(?!\p{Emoji})[\u{10000}-\u{10ffff}]/u;

  function everywhere(hostile: string): Model {
    const model = modelOf(hostileScene(hostile));
    model.name = hostile;
    model.engine = hostile;
    return model;
  }

  test.each(HOSTILE)("are never drawn raw (%#)", hostile => {
    for (const size of SIZES) {
      for (const state of [masked, startState(true)]) {
        for (const row of rows(everywhere(hostile), size, state)) {
          expect(row).not.toMatch(HARMFUL);
          expect(cellWidth(row)).toBe(size.columns);
        }
      }
    }
  });

  test("are never drawn raw, whatever they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), hostile => {
        for (const row of rows(everywhere(hostile), WIDE, startState(true))) {
          expect(row).not.toMatch(HARMFUL);
          expect(cellWidth(row)).toBe(WIDE.columns);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("a word in braces stays a word in braces", () => {
    expect(text(everywhere("{bold}x{/bold}"), WIDE)).toContain("{bold}x{/bold}");
  });

  test("Chinese, Japanese and Korean stay readable and keep the columns", () => {
    const device = plain(0, "192.0.2.7:50000");
    const model = modelOf([opened(device), publish(device, 2, "工厂/温度/センサー/온도", "二十五")]);
    const row = rows(model, WIDE).find(one => one.includes("工厂"))!;
    expect(row).toContain("センサー/온도");
    expect(cellWidth(row)).toBe(WIDE.columns);
    expect(cellWidth(row.slice(0, row.indexOf("│")))).toBe(59);
  });
});
