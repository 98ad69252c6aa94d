/** Distinguished names (RFC 5280 §4.1.2.4), decoded by the ASN.1 library, which is loaded with the first one. */
import { createRequire } from "node:module";
import { hex } from "../../octets/text.ts";
import type { View } from "../../octets/view.ts";
import type { DistinguishedName, NameAttribute } from "./certificate.ts";
import { oidName } from "./oids.ts";

/**
 * A Name, given as a whole element whose nesting was checked: its attributes in the order of the encoding, those of
 * a multi-valued RDN one after the other. undefined where a part of it is not what its tag says.
 */
export function decodeName(der: View): DistinguishedName | undefined {
  const { AsnConvert } = load("@peculiar/asn1-schema") as typeof import("@peculiar/asn1-schema");
  const { Name } = load("@peculiar/asn1-x509") as typeof import("@peculiar/asn1-x509");
  try {
    return AsnConvert.parse(der, Name).flatMap(relative => relative.map(attribute));
  } catch {
    return undefined;
  }
}

type Attribute = InstanceType<typeof import("@peculiar/asn1-x509")["AttributeTypeAndValue"]>;

const attribute = ({ type, value }: Attribute): NameAttribute => ({
  type: oidName(type),
  value: value.anyValue === undefined ? value.toString() : otherString(new Uint8Array(value.anyValue)),
});

/** Strings of one octet a character that the library leaves as they are; else hex, as RFC 4514 §2.4 writes it. */
function otherString(der: View): string {
  const plain = ONE_OCTET_STRINGS.has(der[0]!) && der[1]! < 0x80;
  return plain ? Buffer.from(der.subarray(2)).toString("latin1") : `#${hex(der)}`;
}

/** Loads the library now, where the rights to read it will be given up. */
export const loadNames = (): unknown => decodeName(Uint8Array.of(0x30, 0x00));

/** Its import takes 60 ms, which nobody should wait for who has no certificate: Node remembers what it has loaded. */
const load = createRequire(import.meta.url);

/** NumericString, VideotexString, GraphicString, VisibleString, GeneralString. */
const ONE_OCTET_STRINGS: ReadonlySet<number> = new Set([0x12, 0x15, 0x19, 0x1a, 0x1b]);
