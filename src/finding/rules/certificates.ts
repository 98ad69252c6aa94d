/** What rules about certificates have in common: which of a chain count, and the path of a field. */
import type { Certificate, CertificateFields, PublicKey } from "../../protocol/x509/certificate.ts";
import type { TlsConversation } from "../../session/conversation.ts";
import type { Direction } from "../../stream/item.ts";
import type { Severity } from "../finding.ts";
import type { Sighting } from "../rule.ts";

/** A certificate that parsed, and where in the message it was. */
export interface Counted {
  readonly certificate: Certificate;
  readonly fields: CertificateFields;
  readonly index: number;
}

/** What was sent in a Certificate message. */
interface ChainSeen {
  readonly chain: readonly Certificate[];
  readonly direction: Direction;
  readonly tls: TlsConversation;
}

/** A look at each certificate of a chain, as it was sent. */
export function each<Level extends Severity = never>(
  chain: readonly Certificate[],
  look: (certificate: Certificate, index: number) => Sighting<Level> | undefined,
): readonly Sighting<Level>[] {
  return chain.map(look).filter(sighting => sighting !== undefined);
}

/**
 * A look at each certificate that a verifier would judge: those on the path to a root, or where none is known, all
 * that were sent. A root that was sent along is the client's business and not the broker's.
 */
export function eachCounted<Level extends Severity = never>(
  event: ChainSeen,
  look: (counted: Counted) => Omit<Sighting<Level>, "subject" | "ofBroker"> | undefined,
): readonly Sighting<Level>[] {
  const { chain, direction, tls } = event;
  const path = direction === "server" ? tls.trust.path : undefined;
  return each(chain, (certificate, index) => {
    const { fields, sha256 } = certificate;
    if (fields === undefined) return undefined;
    if (index > 0 && (fields.selfSigned || path?.includes(sha256) === false)) return undefined;
    const sighting = look({ certificate, fields, index });
    return sighting === undefined
      ? undefined
      : { ...sighting, subject: sha256, ofBroker: direction === "server" };
  });
}

/** The key that the broker showed in the place of certificates (RFC 7250). */
export const rawKey = ({ chain, direction, tls }: ChainSeen): PublicKey | undefined =>
  direction === "server" && chain.length === 0 ? tls.rawPublicKey : undefined;

/** The field that holds it. */
export const RAW_KEY = "certificate.ASN1_subjectPublicKeyInfo";

/** `Certificate[0].notAfter`; the client's are marked as such. */
export const chainField = (from: Direction, index: number, field: string): string =>
  `${from === "client" ? "client " : ""}Certificate[${index}].${field}`;

/** Some CA that browsers trust vouches for it: the rules of the CA/Browser Forum apply. */
export const isPublic = ({ trust }: TlsConversation): boolean => trust.anchor === "system";

/** Microseconds. */
export const DAY = 86_400_000_000;
