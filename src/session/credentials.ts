/** Credentials across connections: one that many clients share, and one that goes in clear although its client can do TLS. */
import { clientAddress } from "./client-address.ts";
import { type Secret, type WireText, wireString } from "../octets/text.ts";
import type { Seen } from "../protocol/event.ts";
import type { Connect } from "../protocol/mqtt/packet.ts";
import type { Conversation, MqttConversation } from "./conversation.ts";
import type { Digest } from "./digest.ts";
import type { Login } from "./event.ts";
import { shortKey } from "./long.ts";
import { isSealed } from "./readable.ts";
import { Recent } from "./recent.ts";
import { keepSeen } from "./talk.ts";

/** What this memory tells; a part of the map of session events. */
export interface CredentialEventMap {
  /** One user name and password of several clients at several addresses; seen where the newest of them logged in. */
  "session.shared_credential": OfCredential & {
    /** The CONNECT with which it became shared. */
    readonly connect: Connect;
    readonly clients: number;
    /** How many of them were not told before. */
    readonly more: number;
    readonly addresses: number;
  };
  /** A login in clear of a client address that also has TLS with the same broker address. */
  "session.cleartext_beside_tls": OfCredential & {
    /** The same user name and password were read inside TLS; otherwise they are likely there. */
    readonly sameCredential: boolean;
    /** It was told before, as likely. */
    readonly again: boolean;
  };
}

interface OfCredential {
  readonly conversation: Conversation;
  readonly username?: WireText;
  readonly password: Secret;
}

type LoginEvent = Seen & {
  readonly conversation: Conversation;
  readonly mqtt: MqttConversation;
  readonly login: Login;
};
type CredentialEvent = {
  [Type in keyof CredentialEventMap]: Seen & { readonly type: Type } & CredentialEventMap[Type];
}[keyof CredentialEventMap];

export interface Credentials {
  login(event: LoginEvent): void;
  /** TLS carries application data on this connection. */
  established(seen: Seen): void;
}

/** Who was seen with a credential: the first one, and all once there is a second. */
interface Users {
  readonly client: string;
  readonly address: string;
  all: { readonly clients: string[]; readonly addresses: string[]; told: number } | undefined;
}

/** What was seen between a client address and a broker address. */
interface Pair {
  tls: boolean;
  /** Digests of what was read inside TLS. */
  sealed: string[] | undefined;
  /** The last login in clear that has a password. */
  clear: { readonly seen: Seen; readonly of: OfCredential; readonly credential: string } | undefined;
  told: "no" | "likely" | "proved";
}

/** Passwords are kept as digests; a ceiling that was reached goes to `reached`. */
export function credentials(
  digest: Digest,
  emit: (event: CredentialEvent) => void,
  reached: (limit: string) => void,
): Credentials {
  const known = new Recent<Users>(LIMITS.credentials, () => reached("credentials"));
  const pairs = new Recent<Pair>(LIMITS.pairs, () => reached("clients with and without TLS"));

  function share(event: LoginEvent, of: OfCredential, credential: string): void {
    const address = clientAddress(event.conversation);
    const client = nameOf(event.login.clientId, address);
    const key = `${event.connection.server.text} ${credential}`;
    const users = known.get(key);
    if (users === undefined) return known.set(key, { client, address, all: undefined });
    // Most credentials have one user for ever: for these no list is made.
    if (users.all === undefined && users.client === client && users.address === address) return;
    const { clients, addresses } = (users.all ??= {
      clients: [users.client],
      addresses: [users.address],
      told: 0,
    });
    const before = clients.length + addresses.length;
    add(clients, client);
    add(addresses, address);
    if (clients.length + addresses.length === before) return;
    if (clients.length < ENOUGH_CLIENTS || addresses.length < ENOUGH_ADDRESSES) return;
    const more = clients.length - users.all.told;
    users.all.told = clients.length;
    const counts = { clients: clients.length, more, addresses: addresses.length };
    emit({
      type: "session.shared_credential",
      ...keepSeen(event),
      ...of,
      ...counts,
      connect: event.login.connect,
    });
  }

  function compare(pair: Pair): void {
    const { clear, told } = pair;
    if (clear === undefined || told === "proved" || !pair.tls) return;
    const sameCredential = pair.sealed?.includes(clear.credential) === true;
    // Where TLS was opened, another credential inside it is an answer.
    if (!sameCredential && (told === "likely" || pair.sealed !== undefined)) return;
    const again = told !== "no";
    pair.told = sameCredential ? "proved" : "likely";
    emit({ ...clear.seen, ...clear.of, type: "session.cleartext_beside_tls", sameCredential, again });
  }

  const pairOf = (seen: Seen): Pair =>
    pairs.getOr(`${seen.connection.client.address} ${seen.connection.server.address}`, () => ({
      tls: false,
      sealed: undefined,
      clear: undefined,
      told: "no",
    }));

  return {
    login(event): void {
      const { login, conversation } = event;
      const { username, password } = login;
      if (password === undefined || login.accepted === false) return;
      const credential = digest(username, password.reveal());
      const of = { conversation, password, ...(username !== undefined && { username }) };
      share(event, of, credential);
      const pair = pairOf(event);
      if (isSealed(event.transport)) {
        pair.tls = true;
        add((pair.sealed ??= []), credential);
        // The CONNECT itself is not kept: it may hold a will of 64 KiB.
        // Nor is a credential that is no credential by its length.
      } else if (password.length + (username?.length ?? 0) <= LONGEST)
        pair.clear = { seen: keepSeen(event), of, credential };
      compare(pair);
    },
    established(seen): void {
      const pair = pairOf(seen);
      if (pair.tls) return;
      pair.tls = true;
      compare(pair);
    },
  };
}

/** A client whose library makes its identifier up anew with each connection is one client of its address. */
function nameOf(clientId: WireText, address: string): string {
  const id = wireString(clientId);
  return id === "" || MADE_UP.test(id) ? `at ${address}` : shortKey(clientId);
}

function add(list: string[], text: string): void {
  if (list.length < MOST_SHARERS && !list.includes(text)) list.push(text);
}

/** mosquitto, MQTT.js, Paho, HiveMQ, MQTT Explorer, and whatever ends in a UUID or a long run of hex. */
const MADE_UP =
  /^(?:mosq[-_/]|mosqpub|mosqsub|mqttjs_|auto-|paho|mqtt-explorer-|mqttx_|hmq_|clientId-)|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$|[_-][0-9a-f]{8,}$/i;

/** Octets of a user name and a password together. */
const LONGEST = 16_384;

/** Fewer are a device that was replaced, or a person with two programs. */
const ENOUGH_CLIENTS = 3;
const ENOUGH_ADDRESSES = 2;

/** Clients and addresses counted for one credential: more say nothing more. */
export const MOST_SHARERS = 16;

const LIMITS = {
  /** User names with passwords at their brokers: a fleet. */
  credentials: 20_000,
  /** Client addresses with a broker address. */
  pairs: 10_000,
} as const;
