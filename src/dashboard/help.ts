/** The help: every key, made of the table that obeys them, and what the five words mean. */
import { wrap } from "../octets/lines.ts";
import type { Exposure } from "../verdict/report.ts";
import { KEYS } from "./keys.ts";
import { column, type Line, line, type Size, span, type Style } from "./line.ts";
import { heading } from "./panels/panel.ts";
import { shownKey } from "./status.ts";

/** Side by side where the screen is low and wide enough for two columns. */
export function help({ columns, rows }: Size): Line[] {
  const keys = KEYS.map(({ keys, does }) => [keys.map(shownKey).join(" "), does] as const);
  const width = Math.max(...keys.map(([name]) => name.length)) + 3;
  const twice = keys.length + WORDS.length + OTHER_WORDS.length + 2 > rows && columns >= 2 * (width + 24);
  const half = Math.ceil(keys.length / 2);
  const cells = Math.floor(columns / 2);
  const entry = ([name, does]: readonly [string, string], room: number): Line[] =>
    wrap(does, Math.max(room - width - 1, 10)).map((row, index) =>
      line(span(column(index === 0 ? ` ${name}` : "", width), "strong"), span(row)),
    );
  const table = twice
    ? beside(
        keys.slice(0, half).flatMap(one => entry(one, cells)),
        keys.slice(half).flatMap(one => entry(one, cells)),
        cells,
      )
    : keys.flatMap(one => entry(one, columns));
  return [
    ...table,
    line(span(column(" mouse", width), "strong"), span("selects; a second press opens; the wheel scrolls")),
    heading("Words", columns),
    ...WORDS.flatMap(([exposure, text]) => explained(exposure.toUpperCase(), exposure, text, columns)),
    ...OTHER_WORDS.flatMap(([word, text]) => explained(word, "strong", text, columns)),
  ];
}

const explained = (word: string, style: Style, text: string, columns: number): Line[] =>
  wrap(text, Math.max(columns - 17, 20)).map((row, index) =>
    line(span(column(index === 0 ? ` ${word}` : "", 16), style), span(row)),
  );

function beside(left: readonly Line[], right: readonly Line[], cells: number): Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
    const text = (left[row] ?? []).map(one => one.text).join("");
    return [...(left[row] ?? []), span(" ".repeat(Math.max(cells - text.length, 0))), ...(right[row] ?? [])];
  });
}

/** The five exposures, from the worst on but for the last two, in the words of the report. */
const WORDS: readonly (readonly [Exposure, string])[] = [
  ["exposed", "application data can be read by anyone on the path"],
  ["interceptable", "encrypted, but an active attacker gets in"],
  ["weak", "encrypted, outdated or weak parameters"],
  ["unknown", "too little was seen to say"],
  ["protected", "encrypted and sound, as far as it shows"],
];

/** What else the screen says in a word or two. */
const OTHER_WORDS: readonly (readonly [word: string, text: string])[] = [
  ["so far", "the verdict may still change: the capture goes on"],
  ["FAIL", "the verdict: there is a finding as bad as --fail-on, or worse"],
  ["WARN, PASS", "the verdict: nothing that bad, or nothing to complain of"],
  ["INCONCLUSIVE", "the verdict: too little was seen to judge"],
  ["incomplete", "part of the traffic was not seen: this holds for the rest"],
  ["12↑ 24↓", "messages on a topic: published by clients, delivered by the broker"],
  ["drops", "packets that came and that the capture had no time for"],
  ["gaps", "octets of a connection that never came by here"],
  ["not drawn", "messages judged, but replaced by newer ones before a drawing"],
];
