/** Times as text, many a second: the part up to the second is made once for each second. */
import { rfc3339, type Timestamp } from "../octets/time.ts";

/** `2026-01-02T03:04:05.678901` and `zone`, which is `Z` (RFC 3339) or `+0000` (Suricata). */
export function clock(zone: string): (at: Timestamp) => string {
  let second = Number.NaN;
  let prefix = "";
  return at => {
    const micros = Math.round(at);
    const seconds = Math.floor(micros / MICROS);
    if (seconds !== second) {
      second = seconds;
      const text = rfc3339((seconds * MICROS) as Timestamp);
      prefix = text.slice(0, text.indexOf(".") + 1);
    }
    // One million more keeps the leading zeros.
    return prefix + String(micros - seconds * MICROS + MICROS).slice(1) + zone;
  };
}

const MICROS = 1_000_000;
