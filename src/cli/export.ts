/** The dashboard's `e`: the report as it stands, in words and as JSON, in the current folder. */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { printable } from "../octets/text.ts";
import { DOCUMENTS } from "../report/formats.ts";
import type { Report } from "../verdict/report.ts";
import { openTarget } from "./target.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Writes both whole or not at all, readable by their owner alone, under names that no packet has a say in and that
 * nothing has yet. Says in one line where they are, or why they are not. Secrets only where `--reveal` was given, not
 * because the screen shows them for a moment.
 */
export function exportReport(report: Report, reveal: boolean, folder = process.cwd()): string {
  const name = freeName(folder);
  if (name === undefined) return `the report was not written: ${MOST} of them are in this folder already`;
  let failure: string | undefined;
  for (const [format, extension] of FORMATS) {
    const file = join(folder, `${name}.${extension}`);
    try {
      const target = openTarget(file, line => (failure ??= line));
      target.write(DOCUMENTS.get(format)!(report, { reveal, colour: false, width: 100, unicode: true }));
      if (!target.commit()) break;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      failure ??= error.message;
      break;
    }
  }
  if (failure !== undefined) return `the report was not written: ${failure.replace(/^--report /, "")}`;
  const extensions = FORMATS.map(([, extension]) => extension).join(" and .");
  return `report written: ${printable(join(folder, name))}.${extensions}${reveal ? "" : ", secrets hidden"}`;
}

function freeName(folder: string): string | undefined {
  for (let number = 1; number <= MOST; number++) {
    const name = `mqtt-sniff-report${number === 1 ? "" : `-${number}`}`;
    if (FORMATS.every(([, extension]) => !exists(join(folder, `${name}.${extension}`)))) return name;
  }
  return undefined;
}

/** Of a folder that cannot be looked into nothing is known: opening a file there says why. */
function exists(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

const FORMATS = [
  ["text", "txt"],
  ["json", "json"],
] as const;

/** Enough for a lesson; a key that is held down fills no disk. */
const MOST = 99;
