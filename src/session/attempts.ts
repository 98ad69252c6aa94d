/** Logins that a broker refused, by who asked: somebody who guesses, or a client that does not notice. */
import { clientAddress } from "./client-address.ts";
import type { Timestamp } from "../octets/time.ts";
import type { MqttVersion } from "../protocol/mqtt/packet.ts";
import type { Digest } from "./digest.ts";
import type { SessionEvent, SessionEventOf } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { Recent } from "./recent.ts";
import { keepSeen } from "./talk.ts";

type Login = SessionEventOf<"session.login">;
type Emit = (event: SessionEvent) => void;

/** A login of one client address at one broker that was refused for what it showed. */
interface Refusal {
  readonly at: Timestamp;
  /** Digests. */
  readonly user: string;
  readonly password: string;
  /** As one of a guess, and as one of a loop. */
  readonly told: { guess: boolean; loop: boolean };
}

interface Asker {
  /** Of the last `LIMITS.window`, oldest first. */
  refusals: Refusal[];
  /** How many there were since the last pause as long as the window. */
  count: number;
  /** User names for which passwords were guessed. */
  guessed: Set<string>;
}

/**
 * Follows the logins of all connections. A password tried again and again is a broken client; several for one user
 * name are a guess, and so, less surely, are several for several names: a gateway asks for many devices.
 */
export function attempts(
  digest: Digest,
  emit: Emit,
  reached: (limit: string) => void,
): (login: Login) => void {
  const askers = new Recent<Asker>(LIMITS.askers, () => reached("refused logins"));

  function refused(asker: Asker, event: Login): void {
    const { login, at, conversation } = event;
    const user = digest(login.username);
    const password = digest(login.password?.reveal());
    asker.refusals = asker.refusals
      .filter(known => at - known.at <= LIMITS.window)
      .slice(1 - LIMITS.refusals);
    if (asker.refusals.length === 0) asker.count = 0;
    asker.refusals.push({ at, user, password, told: { guess: false, loop: false } });
    asker.count++;
    const ofUser = asker.refusals.filter(known => known.user === user);
    const passwords = distinct(asker.refusals);
    const passwordsOfUser = distinct(ofUser);
    const seconds = secondsOf(asker.refusals);
    const { count } = asker;
    if (asker.refusals.length >= ENOUGH && passwords >= ENOUGH_PASSWORDS) {
      const oneUser = passwordsOfUser >= ENOUGH_PASSWORDS;
      if (oneUser && asker.guessed.size < LIMITS.listed) asker.guessed.add(user);
      const more = tell(asker.refusals, "guess");
      const guessing = { attempts: count, more, passwords, seconds, oneUser, succeeded: false };
      emit({ type: "session.guessing", ...keepSeen(event), conversation, ...guessing });
      return;
    }
    const same = ofUser.filter(known => known.password === password);
    if (same.length < ENOUGH || backsOff(same)) return;
    emit({
      type: "session.refused_again",
      ...keepSeen(event),
      conversation,
      times: same.length,
      more: tell(same, "loop"),
      seconds: secondsOf(same),
    });
  }

  function accepted(asker: Asker, event: Login): void {
    const { login, at, conversation } = event;
    const last = asker.refusals.at(-1);
    if (last === undefined || at - last.at > LIMITS.window || !asker.guessed.has(digest(login.username)))
      return;
    const passwords = distinct(asker.refusals);
    const seconds = secondsOf(asker.refusals);
    const guessing = { attempts: asker.count, more: 0, passwords, seconds, oneUser: true, succeeded: true };
    emit({ type: "session.guessing", ...keepSeen(event), conversation, ...guessing });
    asker.guessed.clear();
  }

  return event => {
    const { login, connection, conversation } = event;
    if (login.accepted === undefined) return;
    const key = `${clientAddress(conversation)} ${connection.server.text}`;
    if (login.accepted) {
      const asker = askers.get(key);
      if (asker !== undefined) accepted(asker, event);
    } else if (login.code !== undefined && refusesCredential(login.version, login.code)) {
      refused(
        askers.getOr(key, () => ({ refusals: [], count: 0, guessed: new Set() })),
        event,
      );
    }
  };
}

/** MQTT 3.1.1 §3.2.2.3 and MQTT 5.0 §3.2.2.2: bad user name or password, not authorized. */
const refusesCredential = (version: MqttVersion, code: number): boolean =>
  version === "5.0" ? code === 0x86 || code === 0x87 : code === 4 || code === 5;

/** How many of these are told as that for the first time. */
function tell(refusals: readonly Refusal[], as: keyof Refusal["told"]): number {
  const untold = refusals.filter(({ told }) => !told[as]);
  for (const { told } of untold) told[as] = true;
  return untold.length;
}

const distinct = (refusals: readonly Refusal[]): number => new Set(refusals.map(r => r.password)).size;

function secondsOf(refusals: readonly Refusal[]): number {
  const [first, last] = [refusals[0], refusals.at(-1)];
  return first === undefined || last === undefined ? 0 : Math.max(0, last.at - first.at) / 1e6;
}

/** Every pause is clearly longer than the one before: a client that waits as it should. */
function backsOff(refusals: readonly Refusal[]): boolean {
  const pauses = refusals
    .slice(-ENOUGH)
    .map((refusal, i, all) => refusal.at - (all[i - 1]?.at ?? refusal.at));
  return pauses.slice(2).every((pause, i) => pause >= BACKOFF * (pauses[i + 1] ?? 0));
}

/** Refusals within the window that are no mistake any more, and different passwords that are no typing error. */
const ENOUGH = 5;
const ENOUGH_PASSWORDS = 3;
/** Clients double their pause, less some chance. */
const BACKOFF = 1.3;
