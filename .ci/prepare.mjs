/** Builds after an install; an install without development dependencies has no compiler, and uses the build it brought. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

if (existsSync(new URL("../node_modules/typescript", import.meta.url))) {
  const built = spawnSync("npm", ["run", "-s", "build"], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  process.exitCode = built.status ?? 1;
}
