/** The report as one JSON document: `schema/report.schema.json` says what is in it. */
import type { Comparison } from "../verdict/compare.ts";
import type { Report } from "../verdict/report.ts";
import { jsonText } from "./json-text.ts";
import { plain, type PlainOptions } from "./plain.ts";

/** The whole document with its last line feed; secrets only with `reveal`. */
export const jsonReport = (report: Report, options: PlainOptions): string =>
  `${jsonText(plain(report, options) ?? null, 2)}\n`;

/** The comparison, with both reports in it. */
export const compareJson = (comparison: Comparison, options: PlainOptions): string =>
  `${jsonText(plain(comparison, options) ?? null, 2)}\n`;
