/** The cursor that every decoder reads with: bounded by its unit, and silent after its first fault. */
import type { Decoded, Fault, FaultReason } from "./decode.ts";
import { NO_OCTETS, type View } from "./view.ts";

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
    if (!this.#has(1, field)) return 0;
    return this.#octets[this.#at++]!;
  }

  u16(field: string): number {
    if (!this.#has(2, field)) return 0;
    const at = this.#at;
    this.#at = at + 2;
    return this.#octets[at]! * 0x100 + this.#octets[at + 1]!;
  }

  u24(field: string): number {
    if (!this.#has(3, field)) return 0;
    const at = this.#at;
    this.#at = at + 3;
    return this.#octets[at]! * 0x1_0000 + this.#octets[at + 1]! * 0x100 + this.#octets[at + 2]!;
  }

  u32(field: string): number {
    if (!this.#has(4, field)) return 0;
    const high = this.u16(field);
    return high * 0x1_0000 + this.u16(field);
  }

  /** A view of the next `length` octets; none after a fault. */
  take(length: number, field: string): View {
    if (!this.#has(length, field)) return NO_OCTETS;
    const at = this.#at;
    this.#at = at + length;
    return this.#octets.subarray(at, at + length);
  }

  /** A reader that cannot see past `length` octets, shares this one's fault, and is passed over here. */
  sub(length: number, field: string): Reader {
    const size = this.#has(length, field) ? length : 0;
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

  #has(length: number, field: string): boolean {
    if (this.#trouble.fault !== undefined) return false;
    const left = this.#end - this.#at;
    if (length <= left) return true;
    this.#fail(field, { kind: "short", needed: length, left });
    return false;
  }

  #fail(field: string, reason: FaultReason): void {
    this.#trouble.fault ??= { unit: this.#unit, field, offset: this.#at - this.#origin, reason };
  }
}
