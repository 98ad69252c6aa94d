/** Times as the capture says them. */

declare const stamp: unique symbol;

/** Microseconds since 1970-01-01T00:00:00Z; a double holds them exactly until 2255. */
export type Timestamp = number & { readonly [stamp]: true };

/** RFC 3339, UTC, microseconds: `2026-01-02T03:04:05.678901Z`. Years beyond 9999 keep ISO 8601's sign. */
export function rfc3339(at: Timestamp): string {
  const seconds = Math.floor(at / 1_000_000);
  const micros = Math.round(at - seconds * 1_000_000);
  if (seconds !== last.seconds) {
    const date = new Date(seconds * 1000);
    if (Number.isNaN(date.getTime())) return "1970-01-01T00:00:00.000000Z";
    last.seconds = seconds;
    last.text = date.toISOString().slice(0, -5);
  }
  return `${last.text}.${String(micros).padStart(6, "0")}Z`;
}

/** The second that was written last: mostly the next one's, too. */
const last = { seconds: Number.NaN, text: "" };
