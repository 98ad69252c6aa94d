/** How a rule is written down: one object, from which the catalogue, the help and the tests are drawn. */
import type { FrameNumber } from "../capture/frame.ts";
import type { View } from "../octets/view.ts";
import type { Timestamp } from "../octets/time.ts";
import type { Seen as UnitSeen } from "../protocol/event.ts";
import type { CaptureEvent, EventOf, EventType } from "../session/event.ts";
import type { Confidence, OctetRange, RuleId, Severity, Shown } from "./finding.ts";
import type { Secret, WireText } from "../octets/text.ts";
import type { Outcome } from "./outcomes.ts";
import type { Policy } from "./policy/policy.ts";
import type { SecretsFound } from "./secrets/found.ts";

/**
 * What a rule returns of an event: the proof, and what differs from the rule's own row. `Level`: the severities that it
 * may say, which are those that the row has words for.
 */
export interface Sighting<Level extends Severity = never> {
  /** Path of the decoded field, as the standard names it. */
  readonly field: string;
  readonly shown?: Shown;
  readonly severity?: Level;
  /** `certain` unless it is said otherwise. */
  readonly confidence?: Confidence;
  /** Replaces the rule's title where the sighting can say more. */
  readonly title?: string;
  /** What became of the login that was seen: the title goes on with it. */
  readonly outcome?: Outcome;
  /** How many more this counts than the one before, where it tells of all of them anew; 1 for what stands alone. */
  readonly more?: number;
  /** Tells this finding from others of the same client and broker. */
  readonly subject?: WireText;
  /** The client is its address, whatever it calls itself: who guesses takes many names. */
  readonly ofAddress?: boolean;
  /** The finding is about the broker alone, whoever the client was. */
  readonly ofBroker?: boolean;
  /** One finding for the whole capture: what is worth one line, however many do it. */
  readonly ofCapture?: boolean;
  /** Goes into the fingerprint where a salt is given. */
  readonly secret?: Secret;
  /** Where that is, if the event came later. */
  readonly seen?: UnitSeen | undefined;
  /** Of what no event of a connection shows: its frame, and octets of the capture file. */
  readonly place?: { readonly frame: FrameNumber; readonly octets: OctetRange };
  /** The octets that prove it, counted from the start of the unit; all of the unit unless it is said otherwise. */
  readonly range?: readonly [from: number, to: number];
}

/** What a rule may know beside its event. */
export interface Circumstances {
  /** The time at which validity is judged: `--at`, or the packet's own. */
  readonly at: Timestamp;
  /** Ports on which TLS was seen in this capture, or that are TLS by registration. */
  isTlsPort(port: number): boolean;
  /** By what TLS is judged (`--policy`). */
  readonly policy: Policy;
}

export type RuleEventType = EventType | SecretsFound["type"] | CaptureEvent["type"];
type RuleEvent<Type extends RuleEventType> = Type extends EventType
  ? EventOf<Type>
  : Extract<SecretsFound | CaptureEvent, { readonly type: Type }>;
type Seen<Level extends Severity> = Sighting<Level> | readonly Sighting<Level>[] | undefined;

/** What a rule says of itself. */
interface RuleText {
  /** Never reused; SARIF ruleId. */
  readonly id: RuleId;
  /** With the id, the file's name. */
  readonly name: string;
  readonly title: string;
  readonly severity: Severity;
  /** The severities that a sighting may have instead, and where: "the broker accepted the login". */
  readonly also?: { readonly [Level in Severity]?: string };
  /** The harm is that somebody on the path reads: one level more where the path is the Internet. */
  readonly onThePath?: true;
  /** CWE numbers. */
  readonly cwe: readonly number[];
  readonly why: string;
  readonly fix: string;
  /** What in the capture proves it. */
  readonly proof?: string;
  /** Lines to copy: for the broker's machine, and for the client's. */
  readonly copy?: { readonly broker?: readonly string[]; readonly client?: readonly string[] };
  /** What would make it a false alarm. */
  readonly falseAlarm: string;
  readonly references: readonly string[];
  /** A Wireshark display filter that shows the same octets. */
  readonly wireshark: string;
  /** `exposed`, `interceptable`, `weak`: what it makes of a conversation; `coverage`: of the verdict. */
  readonly affects?: "exposed" | "interceptable" | "weak" | "coverage";
  /** Story in fixtures/captures in which it must fire. */
  readonly fires: string;
  /** Its nearest neighbours, in which it must not. */
  readonly quiet: readonly string[];
}

/** A rule as it is written: `on` types the parameter of `check`, `severity` and `also` what it may answer. */
export interface RuleOn<Type extends RuleEventType, Usual extends Severity, Other extends Severity>
  extends RuleText {
  readonly severity: Usual;
  readonly also?: { readonly [Level in Other]: string };
  readonly on: readonly Type[];
  /** Of `mqtt.publish`: false where `check` finds nothing in the payload `octets[start … end)`, whatever else there is. */
  readonly mayConcern?: (octets: View, start: number, end: number) => boolean;
  check(event: RuleEvent<Type>, circumstances: Circumstances): Seen<NoInfer<Usual | Other>>;
}

/** A rule as it is run. `check` is a method on purpose: parameters of methods are bivariant. */
export interface Rule extends RuleText {
  readonly on: readonly RuleEventType[];
  readonly mayConcern?: (octets: View, start: number, end: number) => boolean;
  check(event: RuleEvent<RuleEventType>, circumstances: Circumstances): Seen<Severity>;
}

/** Types `check`'s parameter by `on`; the engine calls it with events of these types only. */
export const defineRule = <
  const Type extends RuleEventType,
  const Usual extends Severity,
  const Other extends Severity = never,
>(
  rule: RuleOn<Type, Usual, Other>,
): Rule => rule;
