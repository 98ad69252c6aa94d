/** Topic Filters: what they ask for, and which Topic Names they match (MQTT 5.0 §4.7, §4.8.2). */

/** A shared subscription's group and the filter that its members share. */
export interface SharedFilter {
  /** Absent for a filter that nobody shares. */
  readonly group?: string;
  readonly filter: string;
}

/**
 * `$share/group/filter` (MQTT 5.0 §4.8.2), and two older spellings of brokers: `$share:group:filter` and
 * `$queue/filter`, whose group has no name.
 */
export function sharedFilter(text: string): SharedFilter {
  if (!text.startsWith("$")) return { filter: text };
  const shared = SHARED.exec(text) ?? SHARED_BEFORE.exec(text);
  if (shared?.[1] !== undefined && shared[2] !== undefined) return { group: shared[1], filter: shared[2] };
  return text.startsWith(QUEUE) ? { group: "", filter: text.slice(QUEUE.length) } : { filter: text };
}

/** `#`, `+/#`, `+/+/#` …, shared or not: nothing in it but wildcards, and every level below. */
export const asksForEverything = (filter: string): boolean => EVERYTHING.test(sharedFilter(filter).filter);

/**
 * Whether a Topic Name is what a filter asks for. A filter that begins with a wildcard does not match topics that
 * begin with `$` (MQTT-4.7.2-1).
 */
export function matches(filter: string, topic: string): boolean {
  const wanted = sharedFilter(filter).filter.split("/");
  const levels = topic.split("/");
  if (topic.startsWith("$") && (wanted[0] === "#" || wanted[0] === "+")) return false;
  for (const [index, level] of wanted.entries()) {
    // `sport/#` asks for `sport` too.
    if (level === "#") return index <= levels.length;
    if (index >= levels.length || (level !== "+" && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

const EVERYTHING = /^(?:\+\/)*#$/;
const SHARED = /^\$share\/([^/]*)\/(.+)$/s;
const SHARED_BEFORE = /^\$share:([^:]*):(.+)$/s;
const QUEUE = "$queue/";
