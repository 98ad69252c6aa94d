/** A finding: a rule that fired, for whom, how sure, and the octets that prove it. */
import type { FrameNumber } from "../capture/frame.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Secret, WireText } from "../octets/text.ts";
import type { Timestamp } from "../octets/time.ts";

export const SEVERITIES = ["info", "low", "medium", "high", "critical"] as const;
/** The harm if it is true. */
export type Severity = (typeof SEVERITIES)[number];

export const CONFIDENCES = ["tentative", "firm", "certain"] as const;
/** The strength of the evidence, apart from the harm. */
export type Confidence = (typeof CONFIDENCES)[number];

export type RuleId = `MQ${number}`;

/** What a view may print of a sighting; rules never redact, the one renderer of all views does. */
export type Shown = WireText | Secret | number;

/** Whom a finding is about: one finding for each (rule, client, broker, subject). */
export interface Subject {
  /** Client id, or the client's address where none is known. */
  readonly client?: WireText;
  /** The broker's endpoint. */
  readonly broker?: string;
  /** What else tells two findings apart: a Topic Filter, a certificate's hash. */
  readonly what?: WireText;
}

/** Octets of a capture file. */
export interface OctetRange {
  readonly offset: number;
  readonly length: number;
}

/** Where in a capture the proof lies. */
export interface Evidence {
  readonly capture: number;
  readonly frame?: FrameNumber;
  /** Octet range in the capture file; absent for live capture and for what no octets carried. */
  readonly offset?: number | undefined;
  readonly length?: number | undefined;
  /** Where the octets go on, when segments or WebSocket frames cut them; at most `LIMITS.ranges` with the first. */
  readonly further?: readonly OctetRange[] | undefined;
  readonly conversation?: number | undefined;
  /** `CONNECT.Password`, `server_hello.cipher_suite`. */
  readonly field: string;
  readonly shown?: Shown | undefined;
}

/** Grows while further sightings of the same come in. */
export interface Finding {
  readonly rule: RuleId;
  readonly name: string;
  title: string;
  severity: Severity;
  confidence: Confidence;
  readonly subject: Subject;
  /** The secret that the fingerprint holds where a salt is given. */
  readonly secret?: Secret | undefined;
  count: number;
  /** Of the logins counted, where it is about logins. */
  outcomes?: Outcomes | undefined;
  first: Timestamp | undefined;
  last: Timestamp | undefined;
  /** At least one, at most `LIMITS.evidence`. */
  readonly evidence: Evidence[];
}

export const severer = (a: Severity, b: Severity): Severity =>
  SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;

export const surer = (a: Confidence, b: Confidence): Confidence =>
  CONFIDENCES.indexOf(a) >= CONFIDENCES.indexOf(b) ? a : b;

export const lessSure = (a: Confidence, b: Confidence): Confidence => (surer(a, b) === a ? b : a);
