/** Another commit of the project, built beside this one so that both can be measured in one run. */
import { execFileSync } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** Checks out and builds `commit` under `folder`, with the packages that are installed here. `remove` takes it away again. */
export function buildCommit(root, folder, commit) {
  const hash = git(root, "rev-parse", "--verify", "--short=12", `${commit}^{commit}`).trim();
  const tree = join(folder, `commit-${hash}`);
  const remove = () => {
    rmSync(tree, { recursive: true, force: true });
    git(root, "worktree", "prune");
  };
  remove();
  git(root, "worktree", "add", "--detach", tree, hash);
  try {
    symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
    execFileSync("npm", ["run", "-s", "build"], { cwd: tree, stdio: "inherit" });
  } catch (error) {
    remove();
    throw error;
  }
  return { main: join(tree, "dist/main.js"), remove };
}

function git(root, ...args) {
  return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
