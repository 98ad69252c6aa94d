/** What reports, the dashboard and the library's users watch: everything that passes, in its order, then the verdict. */
import type { Notice } from "../capture/frame.ts";
import type { Finding } from "../finding/finding.ts";
import type { LimitEvent } from "../protocol/event.ts";
import type { CaptureEvent, SniffEvent } from "../session/event.ts";
import type { Report } from "./report.ts";

export type Observation =
  | { readonly kind: "capture"; readonly index: number; readonly path: string }
  | { readonly kind: "event"; readonly event: SniffEvent }
  | { readonly kind: "limit"; readonly limit: LimitEvent }
  | { readonly kind: "notice"; readonly notice: Notice }
  /** Told when it is first sighted, and again at the end of the capture where more came. */
  | { readonly kind: "finding"; readonly finding: Finding }
  | { readonly kind: "covered"; readonly covered: CaptureEvent }
  /** The last one. */
  | { readonly kind: "verdict"; readonly report: Report };

/** Somebody who watches. Events are borrowed: whatever is kept is copied. `wants` saves the rest the trouble. */
export interface Watcher {
  observe(observation: Observation): void;
  /** false: single events are of no interest (documents are made of the verdict's report). */
  readonly events: boolean;
}
