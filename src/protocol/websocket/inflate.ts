/** Compressed WebSocket messages (RFC 7692): inflated whole, within ceilings, with or without what came before. */
import { constants, inflateRawSync } from "node:zlib";
import { NO_OCTETS, own, type View } from "../../octets/view.ts";
import { LIMITS } from "../limits.ts";

/** What one direction remembers between messages: the last 32 KiB, where the sides agreed to (§7.1.1). */
export interface Inflation {
  readonly takeover: boolean;
  window: View;
}

export type Inflated =
  | { readonly state: "ok"; readonly octets: View }
  | { readonly state: "malformed" }
  | { readonly state: "too-large"; readonly limit: number };

/** One direction; `takeover` keeps its window from message to message (RFC 7692 §7.1.1). */
export const inflation = (takeover: boolean): Inflation => ({ takeover, window: NO_OCTETS });

/** Inflates one message (§7.2.2). After anything but "ok", a direction with takeover cannot be read on. */
export function inflateMessage(inflation: Inflation, message: View): Inflated {
  const { takeover, window } = inflation;
  const limit = Math.min(
    LIMITS.inflatedOctets,
    Math.max(FREE_OCTETS, message.length * LIMITS.inflationRatio),
  );
  try {
    const octets = inflateRawSync(Buffer.concat([message, TAIL]), {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: limit,
      ...(window.length > 0 && { dictionary: window }),
    });
    if (takeover) inflation.window = lastOf(window, octets);
    return { state: "ok", octets };
  } catch (error) {
    // The library's way to say no; the octets are hostile or cut.
    const tooLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    return tooLarge ? { state: "too-large", limit } : { state: "malformed" };
  }
}

/** The last octets of what a direction said, as much as DEFLATE can look back. */
function lastOf(before: View, now: View): View {
  if (now.length >= WINDOW) return own(now.subarray(now.length - WINDOW));
  const kept = before.subarray(Math.max(0, before.length + now.length - WINDOW));
  return new Uint8Array(Buffer.concat([kept, now]));
}

/** What the sender took away (§7.2.1). */
const TAIL = Uint8Array.of(0x00, 0x00, 0xff, 0xff);

const WINDOW = 32_768;

/** Small messages may be as repetitive as they like. */
const FREE_OCTETS = 65_536;
