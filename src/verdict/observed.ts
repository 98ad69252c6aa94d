/** Lets watchers see what passes on its way to the tally. */
import type { FindingSink } from "../finding/run.ts";
import type { Observation, Watcher } from "./observation.ts";

/** `sink` first, so that what a watcher asks of the tally holds what it has just been told. */
export function observed(sink: FindingSink, watchers: readonly Watcher[]): FindingSink {
  const ofEvents = watchers.filter(watcher => watcher.events);
  const tell = (observation: Observation): void => {
    for (const watcher of watchers) watcher.observe(observation);
  };
  return {
    attentive: sink.attentive !== false || ofEvents.length > 0,
    event(event): void {
      sink.event(event);
      if (ofEvents.length === 0) return;
      const observation: Observation = { kind: "event", event };
      for (const watcher of ofEvents) watcher.observe(observation);
    },
    finding(finding): void {
      sink.finding(finding);
      tell({ kind: "finding", finding });
    },
    limit(limit): void {
      sink.limit(limit);
      tell({ kind: "limit", limit });
    },
    notice(notice): void {
      sink.notice(notice);
      tell({ kind: "notice", notice });
    },
    capture(event): void {
      sink.capture(event);
      tell({ kind: "covered", covered: event });
    },
    datagram: datagram => sink.datagram(datagram),
    end: () => sink.end(),
  };
}
