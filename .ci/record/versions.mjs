/** Versions of the programs that take part, as the origin states them. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const COMMANDS = {
  mosquitto: ["mosquitto", ["-h"], /mosquitto version \S+/],
  tcpdump: ["tcpdump", ["--version"], /tcpdump version \S+/],
  openssl: ["openssl", ["version"], /OpenSSL \S+/],
  curl: ["curl", ["--version"], /curl \S+/],
};

const known = new Map();

/** `mosquitto version 2.0.11`; for packages of this project the number alone. */
export function versionOf(program) {
  if (!known.has(program)) known.set(program, program in COMMANDS ? ask(program) : packageVersion(program));
  return known.get(program);
}

function ask(program) {
  const [command, args, pattern] = COMMANDS[program];
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  const found = pattern.exec(`${stdout}${stderr}`);
  if (found === null) throw new Error(`${program} is needed to record and does not answer`);
  return found[0];
}

function packageVersion(name) {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).version;
}

/** Makes a mosquitto password file. */
export function writePasswords(file, users) {
  for (const [index, [user, password]] of Object.entries(users).entries()) {
    execFileSync("mosquitto_passwd", ["-b", ...(index === 0 ? ["-c"] : []), file, user, password], {
      stdio: "ignore",
    });
  }
}
