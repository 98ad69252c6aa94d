/** A shell line as a broker or a client of a story: for what the openssl command can do and nothing else here. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accepting } from "./brokers.mjs";
import { versionOf } from "./versions.mjs";

/** With `port` a broker, which is waited for and ended; without one a client, which ends by itself. */
export function shell(line, { port } = {}) {
  const begin = lab => {
    // In a process group of its own, so that what the shell started ends with it.
    const options = { cwd: lab.folder, detached: true, stdio: "ignore" };
    return spawn("sh", ["-c", lab.fill(line)], options);
  };
  return {
    says: `\`${line}\` (${versionOf("openssl")})`,
    async start(lab) {
      const child = begin(lab);
      await accepting(port, "127.0.0.1", () => line);
      return async () => {
        process.kill(-child.pid);
        await once(child, "exit");
      };
    },
    async run(lab) {
      await once(begin(lab), "exit");
    },
  };
}
