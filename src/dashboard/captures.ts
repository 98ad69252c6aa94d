/** The captures that were begun, so that a frame can be named with the one that it is of. */
import { distinctNames } from "../capture/input-name.ts";

export interface Captures {
  /** By their number. */
  readonly paths: Map<number, string>;
  /** The same in short, once somebody asked for it. */
  names: ReadonlyMap<number, string> | undefined;
}

export const newCaptures = (): Captures => ({ paths: new Map(), names: undefined });

export function addCapture(captures: Captures, index: number, path: string): void {
  captures.paths.set(index, path);
  captures.names = undefined;
}

/** What the capture is called that something is of; undefined where there is only one. */
export function captureName(
  captures: Captures,
  of: { readonly capture: number } | undefined,
): string | undefined {
  const { paths } = captures;
  if (of === undefined || paths.size < 2) return undefined;
  if (captures.names === undefined) {
    const names = distinctNames([...paths.values()]);
    captures.names = new Map([...paths.keys()].map((index, at) => [index, names[at]!]));
  }
  return captures.names.get(of.capture);
}
