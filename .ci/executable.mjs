/** Lets a shell run what was built: npm does so once, when it links the package, and each later build would undo it. */
import { chmodSync } from "node:fs";

chmodSync(new URL("../dist/main.js", import.meta.url), 0o755);
