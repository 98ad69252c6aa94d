/** A page of text for a terminal: rows no wider than it, colour that never carries meaning alone, nothing that acts. */
import { styleText } from "node:util";
import type { Severity } from "../finding/finding.ts";
import { cellWidth, printable, Secret, type WireText } from "../octets/text.ts";
import type { Exposure } from "../verdict/report.ts";
import { hideMessage, hideWire } from "../finding/secrets/hide.ts";
import { cutCells, pad, wrap } from "../octets/lines.ts";

export interface PageOptions {
  readonly reveal: boolean;
  readonly colour: boolean;
  /** Cells of a row; less than 40 is taken for 40. */
  readonly width: number;
  /** false: ASCII only, for terminals that show nothing else. */
  readonly unicode?: boolean;
}

export type Style = Exposure | Severity | "title" | "faint";

/** Symbols that a page uses, in its character set. */
export interface Marks {
  readonly to: string;
  readonly by: string;
  readonly more: string;
  readonly times: string;
  readonly dot: string;
  readonly open: string;
  readonly close: string;
  readonly none: string;
}

export interface Page {
  readonly width: number;
  readonly marks: Marks;
  readonly reveal: boolean;
  paint(style: Style, text: string): string;
  /** Text off the wire, made safe, and without the secrets in it unless they may be shown. */
  safe(text: WireText): string;
  /** The text of a payload, made safe, without the secrets that are in it or that its topic says it is. */
  message(topic: WireText, text: string): string;
  /** A secret: its text where it may be shown, else its length. */
  secret(secret: Secret): string;
  /** `one · two`, each dot on the line of what it follows. */
  dotted(parts: readonly (string | undefined)[]): string;
}

export function page(options: PageOptions): Page {
  const unicode = options.unicode !== false;
  const marks = unicode ? UNICODE : ASCII;
  const mark = (characters: number): string =>
    `${marks.open}${characters}${GLUE}character${characters === 1 ? "" : "s"}${marks.close}`;
  const safe = (text: WireText): string => {
    const hidden = options.reveal ? text : hideWire(text, mark);
    if (hidden instanceof Secret) return mark(hidden.length);
    const shown = printable(hidden);
    return unicode
      ? shown
      : shown.replaceAll(UNICODE.more, marks.more).replaceAll(GLUE, " ").replace(BEYOND_ASCII, escaped);
  };
  return {
    width: Math.max(40, options.width),
    marks,
    reveal: options.reveal,
    paint: (style, text) =>
      options.colour && text !== "" ? styleText(STYLES[style], text, { validateStream: false }) : text,
    safe,
    message: (topic, text) => {
      if (options.reveal) return safe(text);
      const hidden = hideMessage(
        { resolvedTopic: topic, payload: Buffer.from(text) },
        Number.POSITIVE_INFINITY,
        mark,
      );
      return "text" in hidden ? safe(hidden.text) : mark(text.length);
    },
    secret: secret =>
      options.reveal ? safe(secret.reveal()) : `${marks.open}${lengthOf(secret)}${marks.close}`,
    dotted: parts => parts.filter(part => part !== undefined && part !== "").join(`${GLUE}${marks.dot} `),
  };
}

/** Characters where it is text, octets where it is not. */
function lengthOf(secret: Secret): string {
  const value = secret.reveal();
  const n = typeof value === "string" ? [...value].length : value.length;
  return `${n}${GLUE}${typeof value === "string" ? "character" : "octet"}${n === 1 ? "" : "s"}`;
}

/** A space at which no line is broken; `unglued` makes an ordinary one of it once lines are made. */
export const GLUE = "\u00a0";
export const unglued = (text: string): string => text.replaceAll(GLUE, " ");

const escaped = (character: string): string => `\\u{${character.codePointAt(0)!.toString(16)}}`;

/** `label` in front of text that is wrapped beside it, from column `indent` on. */
export function hang(page: Page, label: string, indent: number, text: string, style?: Style): string[] {
  return wrap(text, page.width - indent).map((line, i) => {
    const shown = style === undefined ? line : page.paint(style, line);
    return (i === 0 ? pad(label, indent) : " ".repeat(indent)) + shown;
  });
}

export interface Column {
  readonly head: string;
  readonly align?: "right";
  /** Is cut before others are where the row is too wide. */
  readonly shrinks?: true;
}

/** Rows under their heads, two cells apart, indented by two; columns that shrink are cut until the row fits. */
export function table(
  page: Page,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string[] {
  const widths = columns.map((column, i) =>
    Math.max(cellWidth(column.head), ...rows.map(row => cellWidth(row[i] ?? ""))),
  );
  shrink(widths, columns, page.width - INDENT - GAP * (columns.length - 1));
  const line = (cells: readonly string[]): string => {
    const shown = columns.map((column, i) => {
      const text = cutCells(cells[i] ?? "", widths[i]!, page.marks.more);
      return column.align === "right"
        ? " ".repeat(widths[i]! - cellWidth(text)) + text
        : pad(text, widths[i]!);
    });
    return (" ".repeat(INDENT) + shown.join(" ".repeat(GAP))).trimEnd();
  };
  return [page.paint("faint", line(columns.map(column => column.head))), ...rows.map(line)];
}

/** Takes cells from the widest column that may shrink, then from any, until the row fits. */
function shrink(widths: number[], columns: readonly Column[], room: number): void {
  let over = widths.reduce((sum, width) => sum + width, 0) - room;
  for (const all of [false, true]) {
    while (over > 0) {
      let widest = -1;
      for (const [i, column] of columns.entries())
        if ((all || column.shrinks) && widths[i]! > LEAST && (widest < 0 || widths[i]! > widths[widest]!))
          widest = i;
      if (widest < 0) break;
      widths[widest]!--;
      over--;
    }
  }
}

const INDENT = 2;
const GAP = 2;
/** Cells under which a column says nothing any more. */
const LEAST = 4;

const UNICODE: Marks = {
  to: "→",
  by: "←",
  more: "…",
  times: "×",
  dot: "·",
  open: "‹",
  close: "›",
  none: "–",
};
const ASCII: Marks = {
  to: "->",
  by: "<-",
  more: "...",
  times: "x",
  dot: "-",
  open: "<",
  close: ">",
  none: "-",
};
const BEYOND_ASCII = /[^ -~]/gu;

type Format = ("bold" | "dim" | "red" | "yellow" | "green" | "cyan" | "magenta")[];

const STYLES: Readonly<Record<Style, Format>> = {
  exposed: ["bold", "red"],
  interceptable: ["bold", "magenta"],
  weak: ["bold", "yellow"],
  unknown: ["bold", "cyan"],
  protected: ["bold", "green"],
  critical: ["bold", "red"],
  high: ["red"],
  medium: ["yellow"],
  low: ["cyan"],
  info: ["dim"],
  title: ["bold"],
  faint: ["dim"],
};
