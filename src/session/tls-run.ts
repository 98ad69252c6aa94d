/** What is remembered of TLS over all captures of a run: RSA moduli, and who took what nobody takes. */
import { hex } from "../octets/text.ts";
import { rsaModulus } from "../protocol/x509/path.ts";
import type { SessionEvent, SessionEventOf } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { sharedFactors } from "./moduli.ts";
import { Recent } from "./recent.ts";

type Chain = SessionEventOf<"session.chain">;

export interface TlsRun {
  chain(event: Chain): void;
  /** At the end of a capture: which of the moduli so far have a factor in common. */
  ended(emit: (event: SessionEvent) => void, reached: (limit: string) => void): void;
  /** The client took a bad certificate in an earlier capture, and refuses one in this. */
  mended(client: string, answer: "yes" | "no", capture: number): boolean;
}

interface Key {
  readonly modulus: bigint;
  readonly subject: string;
  readonly spkiSha256: string;
  readonly event: Omit<Chain, "chain">;
}

export function tlsRun(): TlsRun {
  const keys = new Map<string, Key>();
  const took = new Recent<number>(LIMITS.pairs, () => {});
  const told = new Set<string>();
  const looked = new Set<string>();
  let full = false;
  let compared = 0;

  return {
    chain({ chain, ...event }) {
      for (const { der, fields } of chain) {
        const { spkiSha256, bits = 0 } = fields?.publicKey ?? {};
        if (fields === undefined || spkiSha256 === undefined || bits > LIMITS.modulusBits) continue;
        if (looked.has(spkiSha256)) continue;
        if (looked.size < LIMITS.brokers) looked.add(spkiSha256);
        const modulus = rsaModulus(der);
        // One modulus under two exponents is one key.
        const digits = modulus === undefined ? "" : hex(modulus);
        if (digits === "" || keys.has(digits)) continue;
        if (keys.size >= LIMITS.moduli) {
          full = true;
          continue;
        }
        const subject = fields.subject.map(part => `${part.type}=${part.value}`).join(", ");
        keys.set(digits, { modulus: BigInt(`0x${digits}`), subject, spkiSha256, event });
      }
    },
    ended(emit, reached) {
      if (full) reached("RSA keys compared");
      if (keys.size === compared || keys.size < 2) return;
      compared = keys.size;
      const all = [...keys.values()];
      for (const [index, other] of sharedFactors(all.map(key => key.modulus))) {
        const { spkiSha256, event } = all[index]!;
        if (told.has(spkiSha256)) continue;
        told.add(spkiSha256);
        const name = other === undefined ? "another broker" : all[other]!.subject;
        emit({ ...event, type: "session.shared_factor", spkiSha256, other: name });
      }
    },
    mended(client, answer, capture) {
      if (answer === "no") {
        took.set(client, capture);
        return false;
      }
      const before = took.get(client);
      if (before === undefined || before >= capture) return false;
      took.delete(client);
      return true;
    },
  };
}
