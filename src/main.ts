#!/usr/bin/env node
/** The program: the real world is given to the command, and its exit code to the shell. */
import { run } from "./cli/run.ts";
import { realWorld } from "./cli/world.ts";

const world = realWorld();
process.exitCode = await run(world);
if (world.stuck) process.exit();
