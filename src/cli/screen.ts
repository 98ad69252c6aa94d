/** What the terminal can show: colours, width and characters. */
import type { World } from "./world.ts";

export interface Screen {
  readonly colour: boolean;
  /** Cells of a row: the terminal's, and 80 where there is none. */
  readonly width: number;
  /** false where the locale names another character set than UTF-8. */
  readonly unicode: boolean;
}

/** `color` is false with `--no-color`. */
export const screenOf = (flags: { readonly color: boolean }, world: World): Screen => ({
  colour: colourOf(flags, world),
  width: Math.max(NARROWEST, world.out.columns ?? 80),
  unicode: showsUnicode(world),
});

/** https://no-color.org; FORCE_COLOR as Node reads it. */
export function colourOf(flags: { readonly color: boolean }, { env, out }: World): boolean {
  if (!flags.color || (env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0";
  return out.isTerminal && env["TERM"] !== "dumb";
}

/** POSIX: LC_ALL, then LC_CTYPE, then LANG. A machine that names none of them is not kept from it. */
function showsUnicode({ env }: World): boolean {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"];
  return locale === undefined || locale === "" || /utf-?8/i.test(locale);
}

/** Below this, rows are broken by the terminal. */
const NARROWEST = 60;
