/** Numbers of a registry and their names; numbers that the registry does not know are kept. */

/** A number from the wire with the registry's spelling of it; unknown ones are named by their hex. */
export interface CodePoint {
  readonly id: number;
  readonly name: string;
}

/** One registry: names of numbers, and numbers of names. */
export interface CodePoints {
  readonly registry: string;
  /** The registered name, or undefined where the number is not registered. */
  find(id: number): string | undefined;
  /** The registered name, or `0xFB1A` in the registry's width. */
  nameOf(id: number): string;
  of(id: number): CodePoint;
}

/**
 * A registry from its rows. `width` is the number of octets of a code on the wire (it sets how an unknown
 * number is printed: 0x00FF for two octets); `special` names numbers that no row can hold, such as GREASE.
 */
export function codePoints(
  registry: string,
  rows: Iterable<readonly [id: number, name: string]>,
  width: 1 | 2,
  special?: (id: number) => string | undefined,
): CodePoints {
  const names = new Map<number, string>(rows);
  const find = (id: number): string | undefined => names.get(id) ?? special?.(id);
  const nameOf = (id: number): string => find(id) ?? hex(id, width);
  return { registry, find, nameOf, of: id => ({ id, name: nameOf(id) }) };
}

const hex = (id: number, width: number): string =>
  `0x${id
    .toString(16)
    .toUpperCase()
    .padStart(width * 2, "0")}`;
