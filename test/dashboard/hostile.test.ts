/** What comes off the wire cannot do anything to the terminal: every octet that reaches it is held to a list of our own. */
import { afterEach, describe, expect, test } from "vitest";
import type { Dashboard } from "../../src/dashboard/dashboard.ts";
import { view } from "../../src/dashboard/view.ts";
import { Desk, openOn, watch } from "./desk.ts";
import { hostileScene, modelOf, pressed } from "./scene.ts";

const code = (...points: number[]): string => String.fromCodePoint(...points);
const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => code(from + at));

const ESC = code(0x1b);
const ST = `${ESC}\\`;

/** Each class of characters that a terminal may obey or hide. */
const CHARACTERS: readonly (readonly [name: string, characters: readonly string[]])[] = [
  ["C0 and DEL", [...range(0x00, 0x1f), code(0x7f)]],
  ["C1", range(0x80, 0x9f)],
  ["bidi", [code(0x061c), ...range(0x200e, 0x200f), ...range(0x202a, 0x202e), ...range(0x2066, 0x2069)]],
  [
    "zero width",
    [...range(0x200b, 0x200d), code(0x2060), code(0xfeff), code(0x00ad), code(0x034f), code(0x180e)],
  ],
  ["separators", [code(0x2028), code(0x2029)]],
  ["tag characters", range(0xe0000, 0xe007f)],
  ["lone surrogates", ["\ud800", "\udbff", "\udc00", "\udfff"]],
];

/** ECMA-48, the DEC and xterm sequences (ctlseqs), and what terminals made of OSC; also cut off before their end. */
const FAMILIES: readonly string[] = [
  ...[
    "7",
    "8",
    "=",
    ">",
    "c",
    "D",
    "E",
    "H",
    "M",
    "N",
    "O",
    "Z",
    "n",
    "o",
    "|",
    "}",
    "~",
    "#8",
    "(0",
    ")0",
    "%G",
  ],
  ...[
    "[31m",
    "[2J",
    "[1;1H",
    "[?1049l",
    "[?25l",
    "[?1000h",
    "[6n",
    "[c",
    "[>c",
    "[21t",
    "[3;1H",
    "[5i",
    "[!p",
  ],
  ...['[1"q', "[2 q", "[4h", "[5S", "[1;5r", "[10X", "[s", "[u"],
  ...[`]0;t${code(7)}`, `]2;t${ST}`, `]4;1;red${ST}`, `]8;;http://x${ST}`, `]9;x${ST}`, `]10;?${ST}`],
  ...[`]52;c;aGk=${code(7)}`, `]104${ST}`, `]133;A${ST}`, `]777;notify;a;b${ST}`, `]1337;File=:${code(7)}`],
  ...[
    `P$q m${ST}`,
    `P+q544e${ST}`,
    `Pq#0~${ST}`,
    `_app${ST}`,
    `^pm${ST}`,
    `Xsos${ST}`,
    "]0;unterminated",
    "Pq",
    "[",
  ],
].map(rest => `${ESC}${rest}`);

/** Everything that the dashboard may say to a terminal beside characters: what, and its numbers. */
const OURS = new RegExp(
  [
    "\\[[\\d;]*m", // SGR
    "\\[\\d+;\\d+H", // CUP
    "\\[\\d*C", // CUF
    "\\[\\d*K", // EL
    "\\[H",
    "\\[2?J",
    "\\[\\d+;\\d+r", // DECSTBM
    "\\[\\?(?:1|7|12|25|1000|1006|1049)(?:;\\d+)?[hl]", // DECSET
    "\\[2[23];0;0t", // XTWINOPS: the title is put aside and taken back, and never set
    "[78=>]", // DECSC, DECRC, DECKPAM, DECKPNM
    "\\([B0]",
    "\\)0",
  ]
    .map(one => `${ESC}${one}`)
    .join("|"),
  "g",
);

/** Whatever else would act: controls, and characters that are not seen. U+FE0F stands behind emoji alone. */
const ACTS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u034f\u180e]/gu;

const SIZE = { columns: 200, rows: 50 };
const SCREENS: readonly (readonly string[])[] = [
  [],
  ["r"],
  ...(["logins", "topics", "tls", "conversations", "findings"] as const).map((_, panel) => [
    ...Array.from({ length: panel + 1 }, () => "tab"),
    "enter",
  ]),
  ["/", "a", "b"],
];

let running: Dashboard | undefined;
afterEach(() => running?.close());

describe("hostile text", () => {
  test("is of every class, and of forty families of sequences at least", () => {
    expect(CHARACTERS.flatMap(([, all]) => all).length).toBeGreaterThan(200);
    expect(new Set(FAMILIES).size).toBeGreaterThanOrEqual(40);
  });

  test.each([...CHARACTERS, ["escape sequences", FAMILIES] as const])(
    "is on no screen as it came: %s",
    (_, hostile) => {
      for (const text of hostile) {
        const model = modelOf(hostileScene(`a${text}b`));
        for (const keys of SCREENS) {
          const { lines } = view(model, pressed(model, keys), SIZE);
          expect(lines.flatMap(line => line.flatMap(span => span.text.match(ACTS) ?? []))).toEqual([]);
        }
      }
    },
  );

  test.each([...CHARACTERS, ["escape sequences", FAMILIES] as const])(
    "reaches the terminal in no octet: %s",
    async (_, hostile) => {
      const desk = new Desk(SIZE.columns, SIZE.rows);
      const titles: string[] = [];
      desk.emulator.onTitleChange(title => titles.push(title));
      running = openOn(desk, { reveal: true });
      for (const text of hostile) watch(running, hostileScene(`{bold}${text}{/bold}`));
      await desk.shows("{bold}");
      for (const key of ["\t", "\r", "\u001b[B"]) {
        desk.input.write(key);
        await desk.rows();
      }
      running.close();
      await desk.rows();
      expect(desk.written.length).toBeGreaterThan(1000);
      expect(desk.written.replace(OURS, "").match(ACTS) ?? []).toEqual([]);
      expect(titles).toEqual([]);
    },
  );
});
