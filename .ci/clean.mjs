/** Removes what an earlier build made: a module that is gone must not be packed. */
import { rmSync } from "node:fs";

for (const folder of ["build", "dist"])
  rmSync(new URL(`../${folder}`, import.meta.url), { recursive: true, force: true });
