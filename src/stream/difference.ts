/** Where two copies of the same octets of a stream differ. */
import type { View } from "../octets/view.ts";

/** Gathers what the comparisons of one segment find: everything from the first differing octet to the last. */
export class Difference {
  /** Stream offset of the first differing octet, or -1. */
  from = -1;
  /** Stream offset behind the last differing octet. */
  to = -1;

  get found(): boolean {
    return this.from >= 0;
  }

  clear(): void {
    this.from = -1;
    this.to = -1;
  }

  /** Compare two copies of the stream's octets `low … high`, which begin at `a[atA]` and at `b[atB]`. */
  compare(low: number, high: number, a: View, atA: number, b: View, atB: number): void {
    const length = high - low;
    for (let i = 0; i < length; i++) {
      if (a[atA + i] === b[atB + i]) continue;
      if (this.from < 0 || low + i < this.from) this.from = low + i;
      if (low + i + 1 > this.to) this.to = low + i + 1;
    }
  }
}
