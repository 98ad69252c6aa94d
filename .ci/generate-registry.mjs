/**
 * Makes src/protocol/tls/registry/*.generated.ts out of the reviewed text files beside them.
 * usage: node .ci/generate-registry.mjs [--check]
 * With --check nothing is written: exit code 1 names the files that are not up to date.
 */
import fs from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../src/protocol/tls/registry/", import.meta.url));
const check = process.argv.includes("--check");

const stale = [];
const names = fs.readdirSync(folder).filter(name => name.endsWith(".txt"));
if (names.length === 0) throw new Error(`no registry in ${folder}`);
for (const name of names) {
  const stem = name.slice(0, -".txt".length);
  const target = `${folder}${stem}.generated.ts`;
  const made = generated(stem, fs.readFileSync(folder + name, "utf8"));
  const have = fs.existsSync(target) ? fs.readFileSync(target, "utf8") : undefined;
  if (made === have) continue;
  if (check) stale.push(`${stem}.generated.ts`);
  else fs.writeFileSync(target, made);
}
if (stale.length > 0) {
  process.stderr.write(`not up to date, run node .ci/generate-registry.mjs: ${stale.join(", ")}\n`);
  process.exitCode = 1;
}

/** One string of rows, `code name` parted by line ends, code in hex: it costs nothing until somebody asks for a name. */
function generated(stem, text) {
  const seen = new Map();
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const row = /^0x([0-9A-F]{2}|[0-9A-F]{4}) (\S.*\S)$/.exec(line);
    if (row === null) throw new Error(`${stem}.txt:${index + 1}: not a row: ${line}`);
    const [, code, name] = row;
    if (seen.has(code)) throw new Error(`${stem}.txt:${index + 1}: ${code} stands twice`);
    seen.set(code, name);
  }
  const rows = [...seen].map(([code, name]) => `${code} ${name}\\n`).join("");
  const constant = stem.toUpperCase().replaceAll("-", "_");
  return `/** Generated from ${stem}.txt by .ci/generate-registry.mjs: change that file, not this one. */\nexport const ${constant} = "${rows.slice(0, -2)}";\n`;
}
