/** A word that was taken for a capture, and was meant as a command or as an interface. */
import { existsSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { Command, CommanderError } from "commander";
import { UsageError } from "./usage-error.ts";

/** Throws a `UsageError` for a word that is no file, and that is an interface or nearly a command. */
export function refuseSlip(word: string, commands: readonly string[]): void {
  const command = commandMeant(word, commands);
  if (command !== undefined)
    throw new UsageError(`${word}: no such command and no such file; did you mean ${command}?`);
  if (isInterfaceMeant(word))
    throw new UsageError(`${word}: no such file, but an interface: give it as --iface ${word}`);
}

/** Whether `word` is an interface of this machine and no file. */
const isInterfaceMeant = (word: string): boolean =>
  (word === "any" || Object.hasOwn(networkInterfaces(), word)) && !existsSync(word);

/** The command that `word` is a slip of; undefined for a file that is there, and for what looks like a file's name. */
function commandMeant(word: string, commands: readonly string[]): string | undefined {
  if (!/^[a-z]{3,20}$/i.test(word) || existsSync(word)) return undefined;
  // Commander compares words only where it looks for nothing but commands.
  const asked = new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .helpCommand(false);
  for (const name of commands) asked.command(name);
  try {
    asked.parse([word], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return /Did you mean ([a-z]+)\?/.exec(error.message)?.[1];
    throw error;
  }
  return undefined;
}
