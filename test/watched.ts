/** A story of fixtures/captures as those see it who watch an audit. */
import { existsSync, readFileSync } from "node:fs";
import { X509Certificate } from "node:crypto";
import { captureFrames } from "../src/capture/file.ts";
import { type AuditOptions, audit } from "../src/pipeline.ts";
import type { SniffEvent } from "../src/session/event.ts";
import type { Observation } from "../src/verdict/observation.ts";
import { fileOf } from "./story.ts";
import { JUDGING } from "./build/judging.ts";

/** Lets `observe` watch the audit of a story; what it is given is borrowed. Ports are those that are judged unless told otherwise. */
export async function watchStory(
  story: string,
  observe: (observation: Observation) => void,
  options: Partial<AuditOptions> = {},
): Promise<void> {
  const ca = fileOf(story, "ca.pem");
  const roots = existsSync(ca) ? [new Uint8Array(new X509Certificate(readFileSync(ca)).raw)] : [];
  const run = audit({ ...JUDGING, roots, ...options }, [{ events: true, observe }]);
  await run.add(story, captureFrames({ path: fileOf(story, "capture.pcapng") }));
  run.finish();
}

/** The same for its events alone. */
export const watchEvents = (story: string, observe: (event: SniffEvent) => void): Promise<void> =>
  watchStory(story, observation => {
    if (observation.kind === "event") observe(observation.event);
  });
