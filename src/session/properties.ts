/** Properties of MQTT 5.0 by their identifier, where they are of the kind asked for. */
import type { WireText } from "../octets/text.ts";
import type { Property } from "../protocol/mqtt/packet.ts";
import { findProperty } from "../protocol/mqtt/properties.ts";

/** The first of that identifier, where it is a number. */
export function numberProperty(properties: readonly Property[] | undefined, id: number): number | undefined {
  const value = findProperty(properties, id);
  return typeof value === "number" ? value : undefined;
}

/** The first of that identifier, where it is a text. */
export function textProperty(properties: readonly Property[] | undefined, id: number): WireText | undefined {
  const value = findProperty(properties, id);
  return typeof value === "string" || value instanceof Uint8Array ? (value as WireText) : undefined;
}
