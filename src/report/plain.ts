/** The one renderer of secrets and wire text: every view that prints JSON passes its values through here. */
import { base64 } from "../octets/payload.ts";
import { Secret, type WireText } from "../octets/text.ts";

export interface PlainOptions {
  /** Show secrets. Without it none leaves the process. */
  readonly reveal: boolean;
}

/** What JSON can hold. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [name: string]: Plain | undefined };

/**
 * A report or event value as JSON-ready data: a `Secret` is `{redacted, length}` or its text, ill-formed wire text is
 * `{base64}`, a Map is a list of pairs and a Set a list, since their keys come off the wire. What is undefined is
 * dropped; a number that JSON cannot hold is null.
 */
export function plain(value: unknown, options: PlainOptions): Plain | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : null;
    case "bigint":
      return value.toString();
    case "object":
      return value === null ? null : plainObject(value, options);
    default:
      return undefined;
  }
}

function plainObject(value: object, options: PlainOptions): Plain {
  if (value instanceof Secret) return options.reveal ? plainText(value.reveal()) : value.toJSON();
  if (value instanceof Uint8Array) return { base64: base64(value) };
  if (Array.isArray(value)) return value.map(item => plain(item, options) ?? null);
  if (value instanceof Map) return [...value].map(pair => pair.map(item => plain(item, options) ?? null));
  if (value instanceof Set) return [...value].map(item => plain(item, options) ?? null);
  // Without a prototype: `__proto__` would be a name like any other, should one ever get here.
  const result: { [name: string]: Plain | undefined } = Object.create(null);
  for (const [name, item] of Object.entries(value)) {
    const kept = plain(item, options);
    if (kept !== undefined) result[name] = kept;
  }
  return result;
}

/** Wire text: a string where it was well-formed UTF-8, else `{base64}`. */
export const plainText = (text: WireText): string | { readonly base64: string } =>
  typeof text === "string" ? text : { base64: base64(text) };
