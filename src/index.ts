/** The library's public face: judge captures from a program of your own. */
export { captureFrames, type CaptureInput } from "./capture/file.ts";
export { findCaptures } from "./capture/find.ts";
export type { Frame, FrameBatch, Notice, Source } from "./capture/frame.ts";
export type { Finding } from "./finding/finding.ts";
export { severityRange, severityWords } from "./finding/severities.ts";
export { defineRule, type Rule } from "./finding/rule.ts";
export { RULES } from "./finding/rules/index.ts";
export { Secret, type WireText } from "./octets/text.ts";
export { type Audit, type AuditOptions, audit } from "./pipeline.ts";
export { DOCUMENTS, STREAMS } from "./report/formats.ts";
export type { SniffEvent } from "./session/event.ts";
export { EXIT_CODE } from "./verdict/judge.ts";
export type { Observation, Watcher } from "./verdict/observation.ts";
export type { Report } from "./verdict/report.ts";
