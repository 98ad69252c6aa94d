/** Validity (RFC 5280 §4.1.2.5): UTCTime and GeneralizedTime, strictly, since the library takes any text for a time. */
import type { Reader } from "../../octets/reader.ts";
import type { Timestamp } from "../../octets/time.ts";
import { element, expect, Tag } from "./der.ts";

/** `r` stands before the element. */
export function readValidity(r: Reader): { notBefore: Timestamp; notAfter: Timestamp } {
  const validity = expect(r, "validity", Tag.sequence, "RFC 5280 §4.1.2.5").content;
  return { notBefore: readTime(validity, "notBefore"), notAfter: readTime(validity, "notAfter") };
}

function readTime(r: Reader, field: string): Timestamp {
  const { tag, content } = element(r, field);
  const text = Buffer.from(content.rest()).toString("latin1");
  const at = tag === UTC_TIME ? utcTime(text) : tag === GENERALIZED_TIME ? generalizedTime(text) : undefined;
  if (at === undefined) r.reject(field, text.slice(0, LONGEST_TIME), "RFC 5280 §4.1.2.5");
  return (at ?? 0) as Timestamp;
}

/** Two digits of a year: 50 to 99 are of the twentieth century (§4.1.2.5.1). Seconds and zone as X.680 §47 allows. */
function utcTime(text: string): number | undefined {
  const parts = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, zone] = parts;
  return micros(
    Number(year) + (Number(year) < 50 ? 2000 : 1900),
    [month, day, hour, minute, second],
    "",
    zone,
  );
}

/** Four digits of a year (§4.1.2.5.2). Minutes, seconds, fraction and zone may be absent in X.680 §46; UTC is assumed. */
function generalizedTime(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,](\d+))?(Z|[+-]\d{4})?$/.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = parts;
  return micros(Number(year), [month, day, hour, minute, second], fraction ?? "", zone);
}

/** Microseconds since 1970, before it too; undefined for a time that no calendar has. */
function micros(
  year: number,
  parts: readonly (string | undefined)[],
  fraction: string,
  zone: string | undefined,
): number | undefined {
  const [month, day, hour, minute, second] = parts.map(part => Number(part ?? "0")) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || second > 60) return undefined;
  const seconds = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset(zone);
  return seconds * 1_000_000 + Math.floor(Number(`0.${fraction || "0"}`) * 1_000_000);
}

/** Seconds east of Greenwich. */
function offset(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(3, 5)) * 60;
  return zone.startsWith("-") ? -seconds : seconds;
}

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

/** Characters of a time that a fault shows. */
const LONGEST_TIME = 32;
