/** Keys that a capture brings along: which of its TLS conversations they fit. The secrets themselves are not kept. */
import { hex } from "../octets/text.ts";
import type { View } from "../octets/view.ts";
import type { KeyLogCoverage } from "./coverage.ts";
import { LIMITS } from "./limits.ts";

export interface KeyLog {
  /** The text of a key log (RFC 9850 §2): a label, a client random and a secret in each line. */
  add(octets: View): void;
  /** A TLS conversation is over; undefined where its ClientHello was not seen. */
  conversation(random: View | undefined): void;
  /** undefined where there was no key log. */
  fitted(): KeyLogCoverage | undefined;
}

/** Follows one capture; keys may stand before the packets that they are for, or behind them. */
export function keyLog(reached: (limit: string) => void): KeyLog {
  const sessions = new Set<string>();
  const randoms: View[] = [];
  return {
    add(octets) {
      for (const [, random] of Buffer.from(octets).toString("latin1").matchAll(LINE)) {
        if (sessions.size >= LIMITS.randoms) return reached("sessions in key logs");
        sessions.add(random!.toLowerCase());
      }
    },
    conversation(random) {
      if (random !== undefined && randoms.length < LIMITS.conversations) randoms.push(random);
    },
    fitted() {
      if (sessions.size === 0) return undefined;
      return { sessions: sessions.size, fitted: randoms.filter(random => sessions.has(hex(random))).length };
    },
  };
}

/** RFC 9850 §2. Lines of comment, and those that name an encrypted premaster secret, name no client random. */
const LINE = /^[A-Z0-9_]{1,64} ([0-9a-f]{64}) [0-9a-f]{2,}\r?$/gim;
