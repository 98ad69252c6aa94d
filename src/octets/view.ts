/** Octets borrowed and octets owned: the difference that a stored field must not get wrong. */

/** Octets borrowed from the capture buffer: yours until the call that gave them returns. */
export type View = Uint8Array;

declare const owned: unique symbol;

/** Octets this program copied, and may keep. */
export type Owned = Uint8Array & { readonly [owned]: true };

/** Copy, so that keeping nine octets does not keep the whole read buffer alive. */
export const own = (view: View): Owned => new Uint8Array(view) as Owned;

/** The same copy for a range of a view, without a view in between. Bounds are the caller's promise. */
export const ownRange = (view: View, start: number, end: number): Owned =>
  Uint8Array.prototype.slice.call(view, start, end) as Owned;

/** No octets, owned by nobody. */
export const NO_OCTETS: Owned = new Uint8Array(0) as Owned;
