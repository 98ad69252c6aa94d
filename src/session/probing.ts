/** Clients that try out what a broker will give them: many filters refused, or very many asked for one by one. */
import { clientAddress } from "./client-address.ts";
import type { Timestamp } from "../octets/time.ts";
import type { Connection } from "../stream/item.ts";
import type { SessionEvent, SessionEventOf } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { shortKey } from "./long.ts";
import { Recent } from "./recent.ts";
import { keepSeen } from "./talk.ts";

type Subscription = SessionEventOf<"session.subscription">;

interface Prober {
  /** Filters asked for within the window, each once: when last, in which SUBSCRIBE, and whether it was refused. */
  readonly asked: Map<string, { at: Timestamp; packet: number; refused: boolean; told: boolean }>;
  /** A number for each SUBSCRIBE, and the one that was numbered last. */
  packets: number;
  connection: Connection | undefined;
  from: number;
}

/**
 * Follows the answers to all subscriptions. A dashboard asks for many topics too, in a few packets, and is granted
 * them; who asks for fifty one by one, or is refused ten, is looking for what there is.
 */
export function probing(
  emit: (event: SessionEvent) => void,
  reached: (limit: string) => void,
): (event: Subscription) => void {
  const probers = new Recent<Prober>(LIMITS.probers, () => reached("clients that subscribe"));

  return event => {
    const { connection, conversation, mqtt, at } = event;
    const id = mqtt.clientIds.at(-1);
    const address = clientAddress(conversation);
    const who = id === undefined ? address : `${address} ${shortKey(id)}`;
    const prober = probers.getOr(`${connection.server.text} ${who}`, newProber);
    if (prober.connection !== connection || prober.from !== event.from) prober.packets++;
    prober.connection = connection;
    prober.from = event.from;
    const filter = shortKey(event.filter);
    const refused = event.code >= 0x80;
    const known = prober.asked.get(filter);
    prober.asked.delete(filter);
    prober.asked.set(filter, { at, packet: prober.packets, refused, told: known?.told === true });
    if (prober.asked.size < ENOUGH_REFUSED) return;
    for (const [text, last] of prober.asked) {
      if (at - last.at <= LIMITS.window && prober.asked.size <= LIMITS.filtersAsked) break;
      prober.asked.delete(text);
    }
    const asked = [...prober.asked.values()];
    const refusals = asked.filter(one => one.refused).length;
    const packets = new Set(asked.map(one => one.packet)).size;
    if (known !== undefined || (refusals < ENOUGH_REFUSED && packets < ENOUGH_ASKED)) return;
    const untold = asked.filter(one => !one.told);
    for (const one of untold) one.told = true;
    const first = asked[0]?.at ?? at;
    const seconds = Math.max(0, at - first) / 1e6;
    emit({
      type: "session.probing",
      ...keepSeen(event),
      conversation,
      filters: asked.length,
      more: untold.length,
      refused: refusals,
      seconds,
    });
  };
}

const newProber = (): Prober => ({ asked: new Map(), packets: 0, connection: undefined, from: -1 });

/** Filters refused, and SUBSCRIBE packets for different filters, that no application needs within a minute. */
export const ENOUGH_REFUSED = 10;
const ENOUGH_ASKED = 50;
