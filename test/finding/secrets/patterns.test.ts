import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { findSecrets } from "../../../src/finding/secrets/find.ts";
import { PATTERNS } from "../../../src/finding/secrets/patterns.ts";

const FOLDER = fileURLToPath(new URL("../../../src/finding/secrets/", import.meta.url));

/** Every regular expression literal of the folder, by the file that holds it. */
const literals = readdirSync(FOLDER).flatMap(file => {
  const source = readFileSync(`${FOLDER}${file}`, "utf8")
    .replaceAll(/\/\*\*[\s\S]*?\*\//g, "")
    .replaceAll(/^\s*\/\/.*$/gm, "");
  return [
    ...source.matchAll(/(?<=[=(,:?!&|]\s*|^\s+)\/((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+)\/[dgimsuy]*/gm),
  ].map(match => [`${file} /${match[1]}/`, match[1]!] as const);
});

/** A pattern without its classes and escapes: what is left of its structure. */
const bones = (source: string): string => source.replaceAll(/\\./g, "x").replaceAll(/\[[^\]]*\]/g, "x");

describe("the patterns of secrets", () => {
  test("are all there", () => {
    expect(PATTERNS.length).toBeGreaterThanOrEqual(15);
    expect(literals.length).toBeGreaterThanOrEqual(PATTERNS.length);
    for (const { source } of PATTERNS) expect(literals.map(([, literal]) => literal)).toContain(source);
  });

  test.each(literals)("repeat nothing that repeats: %s", (_, source) => {
    const repeated = /\((?:\?:)?([^()]*)\)(?:[*+]|\{\d+,)/g;
    for (const [, inside = ""] of bones(source).matchAll(repeated)) expect(inside).not.toMatch(/[*+]|\{\d*,/);
    // Groups inside of groups that repeat.
    expect(bones(source)).not.toMatch(/\([^()]*\([^()]*\)[^()]*\)(?:[*+]|\{\d+,)/);
  });

  test.each(literals)("do not look back at what they matched: %s", (_, source) => {
    expect(source).not.toMatch(/(?<!\\)\\[1-9]|\\k</);
  });

  test.each(PATTERNS.filter(pattern => pattern.global).map(pattern => [pattern.source]))(
    "begin at few places: %s",
    source => {
      // Fixed text, or a boundary that only one place of a run has.
      expect(source).toMatch(/^(?:\(\?<!\[?[^)]+\)|[A-Za-z-]{4,})/);
    },
  );
});

describe("the time of the search", () => {
  const SIZE = 65_536;
  const filled = (text: string): Uint8Array =>
    Buffer.from(text.repeat(Math.ceil(SIZE / text.length)).slice(0, SIZE));

  // Backtracking that grows with the square of the length would take minutes here, and the test its limit.
  test.each([
    "a",
    "Aa0",
    "eyJ",
    "eyJaaaaaaaa.",
    "eyJaaaaaaaa.aa. ",
    "a@",
    "a@a.",
    "a.",
    "-",
    "-----BEGIN PRIVATE KEY-----",
    "ghp_",
    "AKIA",
    "SharedAccessSignature ",
    "SharedAccessSignature ++++",
    "password=",
    '"password":"',
    "pwd=/",
    "auth=",
    "auth: Basic ",
    "token=",
    "tokens:[",
    "[tokens:",
    "lat=",
    "_type=",
    "WIFI:",
    "a://a:",
    "4111 ",
    "\\",
    '\\":',
    "QUJDREVGR0hJSktMTU5PUFFSU1RV ",
    ":",
    ":    ",
    "=",
    "1 2 3 4 ",
    "password=${",
    'password:\\"',
    "ssid:key:",
    "{",
    "[",
    '"',
    "'",
    "password>",
    "</password>",
    "</password></password",
    "]]></password>",
    "<![CDATA[",
    "70617373",
    "7061737 ",
    "0x70",
  ])("is no square of the length: %s", text => {
    expect(findSecrets(filled(text)).length).toBeGreaterThanOrEqual(0);
  });
});
