/** How the state of a connection lies in its row of the table: 128 octets, of which the usual segment needs all. */

/** No row. */
export const NONE = -1;

/** A row: words, then from the eighteenth on numbers. */
export const WORDS = 32;
export const NUMBERS = 16;
export const HASH = 0;
export const CHAIN = 1;
export const SOURCE = 2;
export const DESTINATION = 3;
/** Source and destination port. */
export const PORTS = 4;
export const FAMILY = 5;
export const QUICK = 6;
export const SEEN = 7;
export const MOVED = 8;
/** The words of a direction, and their places. */
export const INITIATOR = 9;
export const RESPONDER = 13;
export const NEXT = 0;
export const SEGMENTS = 1;
export const HANDLE = 2;
export const ACKNOWLEDGMENT = 3;
export const LAST = 9;
/** The numbers of a direction, and their places. */
export const INITIATOR_NUMBERS = 10;
export const RESPONDER_NUMBERS = 13;
export const OFFSET = 0;
export const OCTETS = 1;
export const RECORD = 2;

/**
 * A number of a row for a field of an object. What is read from a Float64Array is a boxed number until the code is
 * optimised; the first one in a field that held small integers would have every such object rebuilt at its next use.
 */
export const small = (number: number): number => ((number | 0) === number ? number | 0 : number);
