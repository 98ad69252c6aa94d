/** The cursor that every decoder reads with: bounded by its unit, and silent after its first fault. */
import type { Decoded, Fault, FaultReason } from "./decode.ts";
import { NO_OCTETS, type View } from "./view.ts";

/** What a reader read: `[from, to)` in octets from the start of the outermost unit. */
export interface Mark {
  readonly field: string;
  readonly from: number;
  readonly to: number;
  /** `part`: what is in it is marked for itself. */
  readonly as: "number" | "octets" | "part";
}

/** Octets on which readers leave their marks: for views that show what the decoder took for what. */
export type MarkedView = View & { readonly marks: Mark[] };

/** A copy of the octets that remembers what is read of it, by readers made over all of it and those cut out of them. */
export const marked = (octets: View): MarkedView =>
  Object.assign(new Uint8Array(octets), { marks: [] as Mark[] });

/** What a reader shares with the readers cut out of it: one unit has one first fault. */
interface Trouble {
  fault: Fault | undefined;
}

/**
 * A bounds-checked cursor over one framed unit, big-endian.
 *
 * After the first fault every read gives zero or no octets and `left` is 0, so loops stop by themselves;
 * `end` gives the value or that first fault. Offsets in faults count from the start of the outermost unit.
 */
export class Reader {
  readonly #unit: string;
  readonly #octets: View;
  readonly #end: number;
  readonly #origin: number;
  readonly #trouble: Trouble;
  /** Undefined for octets that nobody marks: nearly all. */
  readonly #marks: Mark[] | undefined;
  #at: number;

  /** `start` and `end` bound the unit within `octets`. */
  constructor(
    unit: string,
    octets: View,
    start = 0,
    end = octets.length,
    inside?: { origin: number; trouble: Trouble },
  ) {
    this.#unit = unit;
    this.#octets = octets;
    this.#at = start;
    this.#end = end;
    this.#origin = inside?.origin ?? start;
    this.#trouble = inside?.trouble ?? { fault: undefined };
    this.#marks = (octets as Partial<MarkedView>).marks;
  }

  /** Octets not read yet; 0 after a fault. */
  get left(): number {
    return this.#trouble.fault === undefined ? this.#end - this.#at : 0;
  }

  /** Octets read so far, counted from the start of the outermost unit. */
  get offset(): number {
    return this.#at - this.#origin;
  }

  get fault(): Fault | undefined {
    return this.#trouble.fault;
  }

  u8(field: string): number {
    if (!this.#has(1, field, "number")) return 0;
    return this.#octets[this.#at++]!;
  }

  u16(field: string): number {
    if (!this.#has(2, field, "number")) return 0;
    const at = this.#at;
    this.#at = at + 2;
    return this.#octets[at]! * 0x100 + this.#octets[at + 1]!;
  }

  u24(field: string): number {
    if (!this.#has(3, field, "number")) return 0;
    const at = this.#at;
    this.#at = at + 3;
    return this.#octets[at]! * 0x1_0000 + this.#octets[at + 1]! * 0x100 + this.#octets[at + 2]!;
  }

  u32(field: string): number {
    if (!this.#has(4, field, "number")) return 0;
    const at = this.#at;
    this.#at = at + 4;
    const octets = this.#octets;
    // The highest by multiplication: a shift would make it negative.
    return octets[at]! * 0x100_0000 + octets[at + 1]! * 0x1_0000 + octets[at + 2]! * 0x100 + octets[at + 3]!;
  }

  /** A view of the next `length` octets; none after a fault. */
  take(length: number, field: string): View {
    if (!this.#has(length, field, "octets")) return NO_OCTETS;
    const at = this.#at;
    this.#at = at + length;
    return this.#octets.subarray(at, at + length);
  }

  /** A reader that cannot see past `length` octets, shares this one's fault, and is passed over here. */
  sub(length: number, field: string): Reader {
    const size = this.#has(length, field, "part") ? length : 0;
    const start = this.#at;
    this.#at += size;
    return new Reader(this.#unit, this.#octets, start, start + size, {
      origin: this.#origin,
      trouble: this.#trouble,
    });
  }

  /** Everything not read yet. */
  rest(): View {
    return this.take(this.left, "rest");
  }

  /** Refuse a value just read, naming the clause that forbids it; the first fault stays. */
  reject(field: string, value: number | string, clause: string): void {
    this.#fail(field, { kind: "forbidden", value, clause });
  }

  /** Refuse a size that a ceiling of this program forbids. */
  tooLarge(field: string, size: number, limit: number): void {
    this.#fail(field, { kind: "too-large", size, limit });
  }

  /** The value, unless a fault was met or octets are left over. */
  end<Value>(value: Value, field = "end"): Decoded<Value> {
    if (this.left > 0) this.#fail(field, { kind: "trailing", octets: this.left });
    return this.soFar(value);
  }

  /** The value, unless a fault was met; octets left over are somebody else's. */
  soFar<Value>(value: Value): Decoded<Value> {
    const fault = this.#trouble.fault;
    return fault === undefined ? { ok: true, value } : { ok: false, fault };
  }

  #has(length: number, field: string, as: Mark["as"]): boolean {
    if (this.#trouble.fault !== undefined) return false;
    const left = this.#end - this.#at;
    if (length <= left) {
      if (this.#marks !== undefined) this.#mark(length, field, as);
      return true;
    }
    this.#fail(field, { kind: "short", needed: length, left });
    return false;
  }

  #mark(length: number, field: string, as: Mark["as"]): void {
    const from = this.offset;
    this.#marks?.push({ field, from, to: from + length, as });
  }

  #fail(field: string, reason: FaultReason): void {
    this.#trouble.fault ??= { unit: this.#unit, field, offset: this.#at - this.#origin, reason };
  }
}
