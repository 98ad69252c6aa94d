/**
 * Writes docs/rules.md from the rules themselves (`--check`: only compares, and fails where it differs).
 * Run after a build: the catalogue is read from what was built.
 */
import { readFileSync, writeFileSync } from "node:fs";

const { RULES, severityRange, severityWords } = await import("../dist/index.js");
const file = new URL("../docs/rules.md", import.meta.url);

const head = `# The catalogue of findings

Made from the rules by \`npm run generate\`; \`mqtt-sniff rules ID\` prints one of them. Severity is the harm if it is
true, confidence the strength of the evidence: what is tentative never fails a run by itself.

| Rule | Severity | What it says |
| --- | --- | --- |
${RULES.map(rule => `| [${rule.id} ${rule.name}](#${rule.id.toLowerCase()}) | ${severityRange(rule)} | ${rule.title} |`).join("\n")}
`;

const copied = (who, lines = []) =>
  lines.length === 0 ? "" : `  On the ${who}:\n\n${lines.map(line => `      ${line}\n`).join("")}\n`;

const severity = rule => {
  const words = severityWords(rule);
  return words === undefined ? "" : `- **Severity**: ${words}.\n`;
};

const section = rule => `
## ${rule.id}

**${rule.name}** · ${severityRange(rule)}${rule.affects === undefined ? "" : ` · makes a conversation or a verdict: ${rule.affects}`}

${rule.title}.

- **Why**: ${rule.why}
${rule.proof === undefined ? "" : `- **Proof**: ${rule.proof}\n`}${severity(rule)}- **Mend it**: ${rule.fix}
${copied("broker", rule.copy?.broker)}${copied("client", rule.copy?.client)}- **False alarm**: ${rule.falseAlarm}
- **Standard**: ${[...rule.references, ...rule.cwe.map(n => `CWE-${n}`)].join(" · ")}
- **Wireshark**: \`${rule.wireshark}\`
- **Seen in**: \`fixtures/captures/${rule.fires}\`; not in ${rule.quiet.map(q => `\`${q}\``).join(", ")}
`;

const text = head + RULES.map(section).join("");
if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== text) {
    process.stderr.write("docs/rules.md is not what the rules say: npm run generate\n");
    process.exit(1);
  }
} else {
  writeFileSync(file, text);
}
