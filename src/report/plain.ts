/** The one renderer of secrets and wire text: every view that prints JSON passes its values through here. */
import { hideMessage, hideText, hideValue, holdsSecret } from "../finding/secrets/hide.ts";
import { base64, cutPayload, payload } from "../octets/payload.ts";
import { Secret, type WireText } from "../octets/text.ts";
import type { View } from "../octets/view.ts";

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

/** The start of a payload, to be written by `plain`; `topic` may say that all of it is a secret. */
export class ShownPayload {
  readonly octets: View;
  readonly limit: number;
  readonly topic: WireText;

  constructor(octets: View, limit: number, topic: WireText = "") {
    this.octets = octets;
    this.limit = limit;
    this.topic = topic;
  }
}

/** A user property, to be written by `plain` as a pair: the name may say that the value is a secret. */
export class ShownPair {
  readonly name: WireText;
  readonly value: WireText;

  constructor(name: WireText, value: WireText) {
    this.name = name;
    this.value = value;
  }
}

/**
 * A report or event value as JSON-ready data: a `Secret` is `{redacted, length}` or its text, secrets inside of other
 * texts are replaced unless they may be shown, ill-formed wire text is `{base64}`, a Map is a list of pairs and a Set a list, since their keys come off the wire. What is undefined is
 * dropped; a number that JSON cannot hold is null.
 */
export function plain(value: unknown, options: PlainOptions): Plain | undefined {
  switch (typeof value) {
    case "string":
      return options.reveal ? value : hideText(value);
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
  if (value instanceof ShownPayload) return plainPayload(value, options);
  if (value instanceof ShownPair) return plainPair(value, options);
  if (value instanceof Uint8Array) return plainOctets(value, options);
  if (Array.isArray(value)) return value.map(item => plain(item, options) ?? null);
  if (value instanceof Map) return [...value].map(pair => pair.map(item => plain(item, options) ?? null));
  if (value instanceof Set) return [...value].map(item => plain(item, options) ?? null);
  // Without a prototype: `__proto__` would be a name like any other, should one ever get here.
  const result: { [name: string]: Plain | undefined } = Object.create(null);
  if ("base64" in value && typeof value.base64 === "string")
    return plainOctets(Buffer.from(value.base64, "base64"), options);
  // A topic may say that all of its payload is a secret.
  const named = options.reveal ? undefined : textOfTopic(value);
  if (named !== undefined) return plainObject({ ...value, payload: named }, options);
  for (const [name, item] of Object.entries(value)) {
    const kept = plain(item, options);
    if (kept !== undefined) result[name] = kept;
  }
  return result;
}

/** The payload of a will as the report has it, with the topic that names it; undefined for everything else. */
function textOfTopic(value: object): ShownPayload | undefined {
  if (!("topic" in value) || !("payload" in value)) return undefined;
  const { topic, payload: of } = value;
  if (typeof topic !== "string" || typeof of !== "object" || of === null || !("text" in of)) return undefined;
  return typeof of.text === "string"
    ? new ShownPayload(Buffer.from(of.text), Number.POSITIVE_INFINITY, topic)
    : undefined;
}

function plainPayload({ octets, limit, topic }: ShownPayload, options: PlainOptions): Plain {
  const shown = options.reveal
    ? payload(cutPayload(octets, limit))
    : hideMessage({ resolvedTopic: topic, payload: octets }, limit);
  return { ...shown };
}

function plainPair({ name, value }: ShownPair, options: PlainOptions): Plain {
  const shown = options.reveal ? value : hideValue(name, value);
  return [
    typeof name === "string" && !options.reveal ? hideText(name) : plainText(name),
    typeof shown === "string" ? shown : (plain(shown, options) ?? null),
  ];
}

const plainOctets = (octets: View, options: PlainOptions): Plain =>
  options.reveal || !holdsSecret(octets)
    ? { base64: base64(octets) }
    : { redacted: true, length: octets.length };

/** Wire text: a string where it was well-formed UTF-8, else `{base64}`. */
export const plainText = (text: WireText): string | { readonly base64: string } =>
  typeof text === "string" ? text : { base64: base64(text) };
