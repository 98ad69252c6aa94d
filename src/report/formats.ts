/** The formats by name: documents are made of the report, streams of everything that passes. A new one is a row. */
import type { Report } from "../verdict/report.ts";
import type { Watcher } from "../verdict/observation.ts";
import { type EveOptions, eve } from "./eve.ts";
import { jsonReport } from "./json.ts";
import { type NdjsonOptions, ndjson } from "./ndjson.ts";
import type { PageOptions } from "./page.ts";
import { textReport } from "./text.ts";

export type DocumentOptions = PageOptions;
export type StreamOptions = NdjsonOptions & EveOptions;

/** The whole document, with its last line feed. */
export type DocumentFormat = (report: Report, options: DocumentOptions) => string;
/** `write` is given one line after the other, each with its line feed. */
export type StreamFormat = (write: (line: string) => void, options: StreamOptions) => Watcher;

export const DOCUMENTS: ReadonlyMap<string, DocumentFormat> = new Map([
  ["text", textReport],
  ["json", jsonReport],
]);

export const STREAMS: ReadonlyMap<string, StreamFormat> = new Map([
  ["ndjson", ndjson],
  ["eve", eve],
]);
