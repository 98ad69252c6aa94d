/** Extensions that tell where more of a certificate lies, and under which policies it was made. */
import { Reader } from "../../octets/reader.ts";
import type { View } from "../../octets/view.ts";
import { element, expect, oidText, Tag } from "./der.ts";
import { LIMITS } from "./limits.ts";

/** RFC 5280 §4.2.2.1. */
export function accessMethods(value: View): {
  readonly ocsp: readonly string[];
  readonly caIssuers: readonly string[];
} {
  const found = { ocsp: [] as string[], caIssuers: [] as string[] };
  const list = expect(new Reader("authorityInfoAccess", value), "list", Tag.sequence, CLAUSE).content;
  while (list.left > 0) {
    const access = expect(list, "access", Tag.sequence, CLAUSE).content;
    const method = oidText(expect(access, "method", Tag.oid, CLAUSE).content.rest());
    const places = method === OCSP ? found.ocsp : method === CA_ISSUERS ? found.caIssuers : undefined;
    const place = element(access, "accessLocation");
    if (list.fault === undefined && places !== undefined && places.length < LIMITS.places)
      places.push(placeText(place.tag, place.content.rest()));
  }
  return found;
}

/** RFC 5280 §4.2.1.13: of each point the full names. */
export function distributionPoints(value: View): string[] {
  const list = expect(new Reader("cRLDistributionPoints", value), "list", Tag.sequence, CLAUSE).content;
  const places: string[] = [];
  while (list.left > 0) {
    const point = expect(list, "DistributionPoint", Tag.sequence, CLAUSE).content;
    while (point.left > 0) {
      const part = element(point, "distributionPoint");
      if (part.tag !== DISTRIBUTION_POINT) continue;
      const name = element(part.content, "fullName").content;
      while (name.left > 0) {
        const place = element(name, "GeneralName");
        if (list.fault === undefined && places.length < LIMITS.places)
          places.push(placeText(place.tag, place.content.rest()));
      }
    }
  }
  return places;
}

const placeText = (tag: number, value: View): string =>
  tag === URI ? latin1(value.subarray(0, LIMITS.placeOctets)) : "not a URI";

/** RFC 5280 §4.2.1.4, without their qualifiers. */
export function policies(value: View): string[] {
  const list = expect(new Reader("certificatePolicies", value), "list", Tag.sequence, CLAUSE).content;
  const ids: string[] = [];
  while (list.left > 0) {
    const policy = expect(list, "PolicyInformation", Tag.sequence, CLAUSE).content;
    const id = oidText(expect(policy, "policyIdentifier", Tag.oid, CLAUSE).content.rest());
    if (list.fault === undefined && ids.length < LIMITS.purposes) ids.push(id);
  }
  return ids;
}

/** RFC 6962 §3.3: inside an OCTET STRING a list of timestamps, each behind its length. */
export function countTimestamps(value: View): number {
  const string = expect(new Reader("SignedCertificateTimestampList", value), "list", Tag.octetString, CLAUSE);
  const list = string.content.sub(string.content.u16("list"), "list");
  let count = 0;
  while (list.left > 0) {
    list.take(list.u16("SerializedSCT"), "SerializedSCT");
    if (list.fault === undefined) count += 1;
  }
  return count;
}

const latin1 = (value: View): string =>
  Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1");

const CLAUSE = "RFC 5280 §4.2";
const URI = 0x86;
const DISTRIBUTION_POINT = 0xa0;
const OCSP = "1.3.6.1.5.5.7.48.1";
const CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
