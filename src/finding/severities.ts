/** How bad a rule's findings are: what it says of itself, in words, and what the path makes of it. */
import { scopeOf } from "../packet/scope.ts";
import type { Connection } from "../stream/item.ts";
import { SEVERITIES, type Severity } from "./finding.ts";
import { POLICIES } from "./policy/packs.ts";
import type { Rule } from "./rule.ts";

type Weighed = Pick<Rule, "id" | "severity" | "also" | "onThePath">;

/** Every severity that a finding of this rule may have, the least first. */
export function severitiesOf({ id, severity, also = {}, onThePath }: Weighed): readonly Severity[] {
  const said = [severity, ...SEVERITIES.filter(level => also[level] !== undefined)];
  const packs = Object.values(POLICIES).flatMap(({ severities }) => severities.get(id) ?? []);
  const all = new Set([...said, ...packs, ...(onThePath === true ? said.map(worseOnThePath) : [])]);
  return SEVERITIES.filter(level => all.has(level));
}

/** `high`, or `medium-critical` where it depends. */
export function severityRange(rule: Weighed): string {
  const all = severitiesOf(rule);
  const [least, worst] = [all[0], all.at(-1)];
  return least === worst ? rule.severity : `${least}-${worst}`;
}

/** `high; critical where the broker accepted the login`; undefined for a rule whose severity is always the same. */
export function severityWords(rule: Weighed): string | undefined {
  const { id, severity, also = {}, onThePath } = rule;
  const words = SEVERITIES.toReversed().flatMap(level =>
    also[level] === undefined ? [] : `${level} where ${also[level]}`,
  );
  for (const level of SEVERITIES) {
    const packs = Object.values(POLICIES).filter(({ severities }) => severities.get(id) === level);
    if (packs.length > 0) words.push(`${level} with --policy ${packs.map(({ name }) => name).join(" or ")}`);
  }
  if (onThePath === true) words.push("one level higher where an end of the connection has a public address");
  return words.length === 0 ? undefined : [severity, ...words].join("; ");
}

/** A step up, and no further than the worst. */
export const worseOnThePath = (severity: Severity): Severity =>
  SEVERITIES[Math.min(SEVERITIES.indexOf(severity) + 1, SEVERITIES.length - 1)]!;

/** One of the ends is reached over the Internet: networks of others lie between. */
export const isOverInternet = ({ client, server }: Connection): boolean =>
  scopeOf(client.address) === "global" || scopeOf(server.address) === "global";
