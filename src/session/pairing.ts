/**
 * Questions and answers of one connection, joined by their Packet Identifier (MQTT 5.0 §2.2.1), whichever of them was
 * read first: where octets of one side are missing or come late, the other side's answers go on.
 */
import type { FrameNumber } from "../capture/frame.ts";
import type { Timestamp } from "../octets/time.ts";
import type { Seen } from "../protocol/event.ts";
import { LIMITS } from "./limits.ts";

/** Plain data, for who keeps one for each of a hundred thousand connections. */
export interface Pairing<Question, Answer> {
  /** By identifier, the oldest first; an identifier that is used again while it waits has several. */
  readonly asked: Map<number, Asked<Question>>;
  /** Answers whose question was not read yet, the oldest first; undefined until there was one. */
  early: Early<Answer>[] | undefined;
}

interface Asked<Question> {
  readonly question: Question;
  next: Asked<Question> | undefined;
}

interface Early<Answer> {
  readonly id: number;
  readonly answer: Answer;
  readonly frame: FrameNumber;
  readonly at: Timestamp;
}

export const newPairing = <Question, Answer>(): Pairing<Question, Answer> => ({
  asked: new Map(),
  early: undefined,
});

/** For CONNECT and CONNACK, which have none: Packet Identifiers are 16 bits. */
export const CONNECTING = 0x1_0000;

/** The question waits, behind those of the same identifier; gives the oldest of them where it had to make room. */
export function ask<Question>(
  pairing: Pairing<Question, unknown>,
  id: number,
  question: Question,
): Question | undefined {
  const oldest = pairing.asked.get(id);
  const entry = { question, next: undefined };
  if (oldest === undefined) {
    pairing.asked.set(id, entry);
    return undefined;
  }
  let last = oldest;
  let waits = 1;
  for (; last.next !== undefined; last = last.next) waits++;
  last.next = entry;
  if (waits < LIMITS.sameIdentifier) return undefined;
  settled(pairing, id);
  return oldest.question;
}

/** The oldest question of that identifier. */
export const waiting = <Question>({ asked }: Pairing<Question, unknown>, id: number): Question | undefined =>
  asked.get(id)?.question;

/** The oldest question of that identifier waits no longer. */
export function settled({ asked }: Pairing<unknown, unknown>, id: number): void {
  const next = asked.get(id)?.next;
  if (next === undefined) asked.delete(id);
  else asked.set(id, next);
}

/** How many questions of that identifier wait. */
export function waitingFor({ asked }: Pairing<unknown, unknown>, id: number): number {
  let waits = 0;
  for (let one = asked.get(id); one !== undefined; one = one.next) waits++;
  return waits;
}

/** Takes the question that an answer is to: of several of that identifier the oldest that it fits, else the oldest. */
export function takeAsked<Question>(
  pairing: Pairing<Question, unknown>,
  id: number,
  fits: (question: Question) => boolean,
): Question | undefined {
  const oldest = pairing.asked.get(id);
  if (oldest === undefined) return undefined;
  if (!fits(oldest.question))
    for (let before = oldest; before.next !== undefined; before = before.next) {
      const { question, next } = before.next;
      if (!fits(question)) continue;
      before.next = next;
      return question;
    }
  settled(pairing, id);
  return oldest.question;
}

/** An answer without a question is kept for one that is read later; gives the answer that had to make room. */
export function keepEarly<Answer>(
  pairing: Pairing<unknown, Answer>,
  id: number,
  answer: Answer,
  { frame, at }: Seen,
): Answer | undefined {
  const early = (pairing.early ??= []);
  early.push({ id, answer, frame, at });
  return early.length > LIMITS.earlyAnswers ? early.shift()?.answer : undefined;
}

/**
 * Takes the answer that was read before its question. The question was sent first, so it lies first in the capture;
 * only where nothing of the connection is missing may its frame have been recorded a moment too late.
 */
export function takeEarly<Answer>(
  { early }: Pairing<unknown, Answer>,
  id: number,
  { frame, at, carriers, connection }: Seen,
): Answer | undefined {
  if (early === undefined || early.length === 0) return undefined;
  const sent = carriers[0]?.frame ?? frame;
  const isWhole = !connection.midstream && connection.gapOctets === 0;
  const found = early.findIndex(
    known => known.id === id && (sent < known.frame || (isWhole && at - known.at <= LIMITS.swapped)),
  );
  return found < 0 ? undefined : early.splice(found, 1)[0]?.answer;
}
