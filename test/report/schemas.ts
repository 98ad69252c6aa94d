/** The published schemas, compiled once for all tests of this folder. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

const read = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../schema/${name}`, import.meta.url), "utf8")) as object;

const ajv = new Ajv({ allErrors: false, strict: true });
ajv.addSchema(read("report.schema.json"));
ajv.addSchema(read("events.schema.json"));

/** What is wrong with a report or a line; empty where nothing is. */
export function complaints(schema: "report" | "events", value: unknown): string {
  const validate = ajv.getSchema(`${schema}.schema.json`);
  if (validate === undefined) throw new Error(`no schema ${schema}`);
  if (validate(value) === true) return "";
  // The alternatives of a line are told apart by their type: complaints of the others say nothing.
  const type = (value as { readonly type?: unknown } | null)?.type;
  const own = (validate.errors ?? []).filter(error => !error.instancePath.endsWith("type"));
  return `${String(type)}: ${ajv.errorsText(own)}`;
}
