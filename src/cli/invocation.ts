/** How this program was called, so that a message can give a command that works as it is printed. */
import { basename, delimiter, dirname, relative } from "node:path";
import type { World } from "./world.ts";

/**
 * The words that call the program from `folder`: `mqtt-sniff` where it was found by that name, `npx mqtt-sniff` where npx
 * found it, else `node dist/main.js`, as in a checkout. `script` is what Node was given to run.
 */
export function invocationOf(
  script: string | undefined,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (script === undefined) return NAME;
  // npm-exec(1), and not one that started what started this.
  if (env["npm_command"] === "exec" && env["npm_lifecycle_script"]?.startsWith(NAME)) return `npx ${NAME}`;
  if (basename(script) === NAME) return NAME;
  const near = relative(folder, script);
  return `node ${quoted(near.startsWith("..") ? script : near)}`;
}

const NAME = "mqtt-sniff";

/** The same command once more, as root. */
export const asRoot = (world: World, args: readonly string[] = world.args): string =>
  [`${sudo(world)} ${world.program}`, ...args.map(quoted)].join(" ");

/** sudo(8) looks in folders of its own (`secure_path`): it is told where Node is that was installed elsewhere. */
export function sudo({ env, node }: Pick<World, "env" | "node">): string {
  const own = dirname(node);
  const isFound = SECURE_PATH.has(own) || !(env["PATH"] ?? "").split(delimiter).includes(own);
  return isFound ? "sudo" : 'sudo env "PATH=$PATH"';
}

/** Debian's, Ubuntu's and Fedora's. */
const SECURE_PATH: ReadonlySet<string> = new Set([
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
]);

/** One word for a POSIX shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
