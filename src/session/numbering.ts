/** Client Identifiers that count: who knows one knows the next. */
import { wireString } from "../octets/text.ts";
import type { SessionEvent, SessionEventOf } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { Recent } from "./recent.ts";
import { keepSeen } from "./talk.ts";

type Login = SessionEventOf<"session.login">;

interface Series {
  readonly numbers: number[];
  told: boolean;
}

/** Tells once for each broker and beginning of a name that three numbers in a row were seen behind it. */
export function numbering(
  emit: (event: SessionEvent) => void,
  reached: (limit: string) => void,
): (event: Login) => void {
  const known = new Recent<Series>(LIMITS.series, () => reached("series of client identifiers"));

  return event => {
    const { connection, conversation, login } = event;
    const parts = ENDS_IN_NUMBER.exec(wireString(login.clientId));
    const [, beginning, digits] = parts ?? [];
    if (beginning === undefined || digits === undefined) return;
    const series = known.getOr(`${connection.server.text} ${beginning}`, () => ({
      numbers: [],
      told: false,
    }));
    if (series.told) return;
    const { numbers } = series;
    const number = Number(digits);
    if (numbers.includes(number)) return;
    numbers.push(number);
    if (numbers.length > LIMITS.numbers) numbers.shift();
    if (!isInRow(numbers, number)) return;
    series.told = true;
    const { clientId: example, connect } = login;
    emit({ type: "session.numbered_clients", ...keepSeen(event), conversation, beginning, example, connect });
  };
}

/** Three neighbours of which `number` is one. */
const isInRow = (numbers: readonly number[], number: number): boolean =>
  [-2, -1, 0].some(from => [0, 1, 2].every(step => numbers.includes(number + from + step)));

/** Nine digits fit a small integer; longer numbers are drawn, not counted. */
const ENDS_IN_NUMBER = /^(.{0,128}?)(\d{1,9})$/s;
