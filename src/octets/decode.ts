/** What framing and decoding may answer, and why octets could not be what their header said. */

/** Cutting a stream into units: the only place where "not yet" is an answer. */
export type Framed<Unit> =
  | { readonly state: "ok"; readonly unit: Unit; readonly length: number }
  | { readonly state: "need-more"; readonly atLeast: number }
  | { readonly state: "malformed"; readonly fault: Fault };

/** Decoding a unit already framed: short is now malformed, and the type cannot say otherwise. */
export type Decoded<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: Fault };

export type FaultReason =
  | { readonly kind: "short"; readonly needed: number; readonly left: number }
  | { readonly kind: "trailing"; readonly octets: number }
  | { readonly kind: "forbidden"; readonly value: number | string; readonly clause: string }
  | { readonly kind: "too-large"; readonly size: number; readonly limit: number };

/** Why octets could not be what their header said. Plain data: it is reported, not thrown. */
export interface Fault {
  /** The unit as its specification calls it: "CONNECT", "server_hello", "Enhanced Packet Block". */
  readonly unit: string;
  /** The specification's own field name: "Password", "random". */
  readonly field: string;
  /** Octets from the start of the unit. */
  readonly offset: number;
  readonly reason: FaultReason;
}

/** The fault as a person reads it: `server_hello.random at 2: 32 octets needed, 7 left`. */
export function faultText(fault: Fault): string {
  return `${fault.unit}.${fault.field} at ${fault.offset}: ${reasonText(fault.reason)}`;
}

function reasonText(reason: FaultReason): string {
  switch (reason.kind) {
    case "short":
      return `${reason.needed} octets needed, ${reason.left} left`;
    case "trailing":
      return `${reason.octets} octets left over`;
    case "forbidden":
      return `${reason.value} is not allowed (${reason.clause})`;
    case "too-large":
      return `${reason.size} is more than the limit of ${reason.limit}`;
    default:
      return reason satisfies never;
  }
}
