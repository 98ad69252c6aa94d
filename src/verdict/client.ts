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
    return { name: [...ids][0] ?? address, address, broker: hostOf(first.server), ids, conversations };
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
    pairs.push([
      old,
      sameId ?? take(now => now.ids.size === 0 && now.address === old.address && now.broker === old.broker),
    ]);
  }
  const used = new Set(pairs.map(([, now]) => now));
  for (const now of after) if (!used.has(now)) pairs.push([undefined, now]);
  return pairs;
}

/** Sealed connections of one address that are fewer than the clients which they would have to be. */
export interface Shortage {
  readonly now: Client;
  readonly clients: number;
  readonly connections: number;
}

/**
 * Where one address stood for several clients (NAT, a gateway), each needs a connection with data of its own. A client is
 * counted once however often it connected, and conversations without a client id may be those of clients that have one.
 */
export function shortages(pairs: readonly Pair[]): Shortage[] {
  const named = new Map<Client, Set<string>>();
  for (const [old, now] of pairs) {
    if (old === undefined || now === undefined || now.ids.size > 0 || old.ids.size === 0) continue;
    const names = named.get(now) ?? new Set();
    named.set(now, names.add(old.name));
  }
  return [...named].flatMap(([now, names]) => {
    const connections = now.conversations.filter(hasSealedData).length;
    // None at all is a silent client, which is told by its name.
    return connections === 0 || names.size <= connections ? [] : [{ now, clients: names.size, connections }];
  });
}

/** TLS in which the client was seen to send something. */
export const isSealed = (conversation: ReportConversation): boolean =>
  conversation.tls !== undefined && conversation.exposure !== "exposed" && conversation.octets.client > 0;

export const hasSealedData = (conversation: ReportConversation): boolean =>
  isSealed(conversation) && ["protected", "weak", "interceptable"].includes(conversation.exposure);

const idOf = ({ mqtt }: ReportConversation): string | undefined => {
  const id = mqtt?.clientIds[0];
  return id === undefined ? undefined : wireString(id);
};
