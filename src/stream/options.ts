/** What the stream stage is told beside its successor. */
import type { Limits } from "./limits.ts";

export interface StreamOptions {
  /** Index of the capture in the run (0). */
  readonly capture?: number;
  /** Ports whose side is the server where no handshake was seen (1883, 8883, 8884). */
  readonly serverPorts?: ReadonlySet<number>;
  /** What makes the hash of addresses unpredictable; a constant, unless somebody random is asked. */
  readonly seed?: number;
  /** Lower ceilings than `LIMITS`, for tests. */
  readonly limits?: Partial<Limits>;
}
