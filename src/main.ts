#!/usr/bin/env node
/** The program: the real world is given to the command, and its exit code to the shell. */
import { run } from "./cli/run.ts";
import { realWorld } from "./cli/world.ts";

process.exitCode = await run(realWorld());
