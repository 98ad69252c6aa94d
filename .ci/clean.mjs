/** Removes what an earlier build made: a module that is gone must not be packed. */
import { rmSync } from "node:fs";

rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
