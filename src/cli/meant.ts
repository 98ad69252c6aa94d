/** A word that was taken for a capture, and was meant as a command. */
import { existsSync } from "node:fs";
import { Command, CommanderError } from "commander";

/** The command that `word` is a slip of; undefined for a file that is there, and for what looks like a file's name. */
export function commandMeant(word: string, commands: readonly string[]): string | undefined {
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
