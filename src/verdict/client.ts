/** Clients of two reports, and which of the one are which of the other. */
import { hostOf } from "../packet/address.ts";
import { wireString } from "../octets/text.ts";
import type { Report, ReportConversation } from "./report.ts";

/** The conversations of one client with one broker. */
export interface Client {
  readonly name: string;
  readonly address: string;
  readonly broker: string;
  readonly ids: ReadonlySet<string>;
  readonly conversations: readonly ReportConversation[];
}

export function clientsOf(report: Report): Client[] {
  const groups = new Map<string, ReportConversation[]>();
  for (const conversation of report.conversations) {
    const key = `${hostOf(conversation.client)} ${idOf(conversation) ?? ""} ${hostOf(conversation.server)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [conversation]);
    else group.push(conversation);
  }
  return [...groups.values()].map(conversations => {
    const [first] = conversations as [ReportConversation];
    const ids = new Set(conversations.flatMap(c => (c.mqtt?.clientIds ?? []).map(wireString)));
    const address = hostOf(first.client);
    return {
      name: [...ids].find(id => id !== "") ?? address,
      address,
      broker: hostOf(first.server),
      ids,
      conversations,
    };
  });
}

export type Pair = readonly [before: Client | undefined, after: Client | undefined];

/** By client id first; what is left, and TLS hides the id, by the addresses of client and broker. */
export function matched(before: readonly Client[], after: readonly Client[]): Pair[] {
  const left = new Set(after);
  const pairs: Pair[] = [];
  const take = (fits: (now: Client) => boolean): Client | undefined => {
    const now = [...left].find(fits);
    if (now !== undefined && now.ids.size > 0) left.delete(now);
    return now;
  };
  for (const old of before) {
    const sameId = take(now => [...old.ids].some(id => now.ids.has(id)));
    // Several clients of one address become one group of sealed connections: `shortages` counts whether it can be all.
    const samePath = (now: Client): boolean => now.address === old.address && now.broker === old.broker;
    pairs.push([old, sameId ?? take(now => now.ids.size === 0 && samePath(now))]);
  }
  const used = new Set(pairs.map(([, now]) => now));
  for (const now of after) if (!used.has(now)) pairs.push([undefined, now]);
  return pairs;
}

/** Sealed connections of one address that cannot be all the clients which they would have to be. */
export interface Shortage {
  readonly now: Client;
  readonly clients: number;
  readonly connections: number;
  /** They were as many at the same time: there may be more connections, one after the other. */
  readonly atOnce: boolean;
}

/**
 * Where one address stood for several clients (NAT, a gateway), each needs a connection with data of its own, and as many
 * at the same time as there were clients at the same time: one that comes again does not stand for another. A client is
 * counted once however often it connected; those without a name of their own are as many as there were at once.
 */
export function shortages(pairs: readonly Pair[]): Shortage[] {
  const groups = new Map<Client, Set<Client>>();
  for (const [old, now] of pairs) {
    if (old === undefined || now === undefined || now.ids.size > 0 || old.ids.size === 0) continue;
    groups.set(now, (groups.get(now) ?? new Set()).add(old));
  }
  return [...groups].flatMap(([now, olds]): Shortage[] => {
    const sealed = now.conversations.filter(hasSealedData);
    // None at all is a silent client, which is told by its name.
    if (sealed.length === 0) return [];
    const named = [...olds].filter(hasName);
    const nameless = [...olds].filter(old => !hasName(old)).flatMap(old => old.conversations);
    const clients = named.length + mostAtOnce(nameless.map(c => [c]));
    if (clients > sealed.length) return [{ now, clients, connections: sealed.length, atOnce: false }];
    const before = mostAtOnce([...named.map(old => old.conversations), ...nameless.map(c => [c])]);
    const after = mostAtOnce(sealed.map(c => [c]));
    return after < before ? [{ now, clients: before, connections: after, atOnce: true }] : [];
  });
}

/** How many of these, each with one or more conversations, were talking at the same time. */
function mostAtOnce(talkers: readonly (readonly ReportConversation[])[]): number {
  const steps = talkers
    .flatMap((conversations, talker) =>
      conversations.flatMap(({ first, last }) => [
        { at: first, talker, step: 1 },
        { at: last, talker, step: -1 },
      ]),
    )
    .sort((a, b) => (a.at === b.at ? b.step - a.step : a.at < b.at ? -1 : 1));
  const open = talkers.map(() => 0);
  let talking = 0;
  let most = 0;
  for (const { talker, step } of steps) {
    const was = open[talker]!;
    open[talker] = was + step;
    if (was === 0) most = Math.max(most, ++talking);
    else if (was + step === 0) talking--;
  }
  return most;
}

/** The client bears a name of its own: neither left to the broker, nor drawn anew by its library for each connection. */
const hasName = ({ ids }: Client): boolean => [...ids].some(id => id !== "" && !DRAWN.test(id));

/**
 * What libraries and tools call a client to which nobody gave a name: MQTT.js, mosquitto 2.0, 1.5 and 1.4, MQTTX and MQTT
 * Explorer, Node-RED, Paho for Java, .NET and Python programs (RFC 9562).
 */
const DRAWN = new RegExp(
  [
    "mqttjs_[0-9a-f]{8}",
    "mosq[-/][A-Za-z0-9]{18}",
    "mosq(?:pub|sub|_rr)[|/].{1,32}",
    "(?:mqttx_|mqtt-explorer-|nodered_|mqtt_)[0-9a-f]{8}(?:[0-9a-f.]{0,8})",
    "paho\\d{12,20}",
    "(?:auto-)?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
  ]
    .map(form => `^${form}$`)
    .join("|"),
);

/** TLS in which the client was seen to send something. */
export const isSealed = (conversation: ReportConversation): boolean =>
  conversation.tls !== undefined && conversation.exposure !== "exposed" && conversation.octets.client > 0;

export const hasSealedData = (conversation: ReportConversation): boolean =>
  isSealed(conversation) && ["protected", "weak", "interceptable"].includes(conversation.exposure);

const idOf = ({ mqtt }: ReportConversation): string | undefined => {
  const id = mqtt?.clientIds[0];
  return id === undefined ? undefined : wireString(id);
};
