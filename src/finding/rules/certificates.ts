/** What rules about certificates have in common: a look at each of a chain, and the path of a field. */
import type { Certificate } from "../../protocol/x509/certificate.ts";
import type { Direction } from "../../stream/item.ts";
import type { Sighting } from "../rule.ts";

export function each(
  chain: readonly Certificate[],
  look: (certificate: Certificate, index: number) => Sighting | undefined,
): readonly Sighting[] {
  return chain.map(look).filter(sighting => sighting !== undefined);
}

/** `Certificate[0].notAfter`; the client's are marked as such. */
export const chainField = (from: Direction, index: number, field: string): string =>
  `${from === "client" ? "client " : ""}Certificate[${index}].${field}`;
