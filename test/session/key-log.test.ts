/** Which TLS conversations the keys fit that a capture brings along. */
import { describe, expect, test } from "vitest";
import { keyLog } from "../../src/session/key-log.ts";
import { LIMITS } from "../../src/session/limits.ts";
import { text } from "../build/packets.ts";

const randomOf = (octet: number): Uint8Array => new Uint8Array(32).fill(octet);
const line = (octet: number, label = "CLIENT_RANDOM"): string =>
  `${label} ${Buffer.from(randomOf(octet)).toString("hex")} ${"5e".repeat(48)}`;

function fitted(log: string, ...conversations: readonly number[]) {
  const keys = keyLog(() => {});
  for (const octet of conversations) keys.conversation(randomOf(octet));
  keys.add(text(log));
  return keys.fitted();
}

describe("a key log in the capture", () => {
  test("counts sessions, not secrets, and fits by the random of the ClientHello", () => {
    const log = [
      line(1, "CLIENT_HANDSHAKE_TRAFFIC_SECRET"),
      line(1, "SERVER_TRAFFIC_SECRET_0"),
      line(2, "EXPORTER_SECRET"),
    ].join("\n");
    expect(fitted(log, 1, 3)).toEqual({ sessions: 2, fitted: 1 });
  });

  test("may stand behind the packets that it is for, end its lines as Windows does, and write its digits large", () => {
    expect(fitted(`# made by a browser\r\n${line(0xab).toUpperCase()}\r\n`, 0xab)).toEqual({
      sessions: 1,
      fitted: 1,
    });
  });

  test("holds nothing where no line names a client random", () => {
    const premaster = `RSA ${"0a".repeat(8)} ${"5e".repeat(48)}`;
    for (const log of ["", "# nothing\n", premaster, line(1).slice(0, 60), `${line(1)} and more`])
      expect(fitted(log, 1)).toBeUndefined();
  });

  test("is kept to a ceiling, and that is said", () => {
    const reached: string[] = [];
    const keys = keyLog(limit => reached.push(limit));
    const lines = Array.from(
      { length: LIMITS.randoms + 1 },
      (_, at) => `CLIENT_RANDOM ${at.toString(16).padStart(64, "0")} 00`,
    );
    keys.add(text(lines.join("\n")));
    expect(keys.fitted()).toEqual({ sessions: LIMITS.randoms, fitted: 0 });
    expect(reached).toEqual(["sessions in key logs"]);
  });

  test("leaves conversations out whose ClientHello was not seen", () => {
    const keys = keyLog(() => {});
    keys.conversation(undefined);
    keys.add(text(line(1)));
    expect(keys.fitted()).toEqual({ sessions: 1, fitted: 0 });
  });
});
