/** `mqtt-sniff rules [ID]`: the catalogue of findings, and one rule explained. */
import { styleText } from "node:util";
import { RULES } from "../finding/rules/index.ts";
import type { Rule } from "../finding/rule.ts";
import { severityRange, severityWords } from "../finding/severities.ts";
import { wrap } from "../octets/lines.ts";
import { printable } from "../octets/text.ts";
import { colourOf } from "./screen.ts";
import { UsageError } from "./usage-error.ts";
import type { World } from "./world.ts";

/** Prints the list, or one rule by id or name; the exit code. Throws `UsageError` for a rule that there is not. */
export function runRules(id: string | undefined, flags: { readonly color: boolean }, world: World): number {
  const colour = colourOf(flags, world);
  if (id === undefined) {
    world.out.write(RULES.map(row).join(""));
    return 0;
  }
  const rule = RULES.find(r => r.id === id.toUpperCase() || r.name === id.toLowerCase());
  if (rule === undefined) throw new UsageError(`no rule ${printable(id)}: mqtt-sniff rules lists them`);
  world.out.write(explained(rule, colour, Math.min(100, Math.max(60, world.out.columns ?? 80))));
  return 0;
}

const row = (rule: Rule): string =>
  `${rule.id}  ${severityRange(rule).padEnd(RANGE_WIDTH)}  ${rule.name.padEnd(24)}  ${rule.title}\n`;

function explained(rule: Rule, colour: boolean, width: number): string {
  const bold = (text: string): string => (colour ? styleText("bold", text, { validateStream: false }) : text);
  const part = (name: string, text: string): string =>
    wrap(text, width - NAME_WIDTH)
      .map((line, i) => `${i === 0 ? bold(name.padEnd(NAME_WIDTH)) : " ".repeat(NAME_WIDTH)}${line}\n`)
      .join("");
  // To be copied: never broken.
  const lines = (name: string, copied: readonly string[] = []): string[] =>
    copied.map((line, i) => `${(i === 0 ? name : "").padEnd(NAME_WIDTH)}${line}\n`);
  const severity = severityWords(rule);
  const cwe = rule.cwe.map(number => `CWE-${number}`);
  return [
    `${bold(`${rule.id} ${rule.name}`)}   ${severityRange(rule)}\n${rule.title}\n\n`,
    part("Why", rule.why),
    ...(rule.proof === undefined ? [] : [part("Proof", rule.proof)]),
    ...(severity === undefined ? [] : [part("Severity", `${severity}.`)]),
    part("Mend it", rule.fix),
    ...lines("  broker", rule.copy?.broker),
    ...lines("  client", rule.copy?.client),
    part("False alarm", rule.falseAlarm),
    part("Standard", [...rule.references, ...cwe].join(" · ")),
    ...lines("Wireshark", [rule.wireshark]),
  ].join("");
}

const NAME_WIDTH = 13;
/** Of `medium-critical`. */
const RANGE_WIDTH = 15;
