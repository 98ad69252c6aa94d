/** The one error of a source that cannot be opened. */

/** `message` is one line for a person: what cannot be done, where, and what to do about it. */
export class CaptureError extends Error {
  override readonly name = "CaptureError";
}
