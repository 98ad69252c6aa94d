/** What lengths of hidden records may be taken to say, and what they may not, whatever a stack pads. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hiddenHandshake, lengthsOf } from "../../src/session/sizes.ts";
import { handshake, record, serverHello, SUITES, TLS_1_2, TLS_1_3 } from "./handshakes.ts";

const suites = fc.constantFrom(SUITES.gcm256, SUITES.gcm384, SUITES.ccm8);
const tls13 = (cipherSuite: number) => serverHello({ version: TLS_1_3, cipherSuite });

/** The broker's flight as most send it: a message a record. */
const flight = (suite: number, certificate: number, signature: number, asked = false) => {
  const { overhead, finished } = lengthsOf(suite);
  const lengths = [
    6 + overhead,
    ...(asked ? [45 + overhead] : []),
    certificate + 13 + overhead,
    signature + 8 + overhead,
    finished,
  ];
  return lengths.map(length => record("server", length));
};

function answerOf(suite: number, answers: readonly number[]) {
  const records = [...flight(suite, 900, 256), ...answers.map(length => record("client", length))];
  const { tls, signs } = handshake(tls13(suite), records);
  return hiddenHandshake(tls, signs)?.client;
}

describe("the answer of a client", () => {
  test("that goes on is never taken for a refusal, whatever it pads", () => {
    fc.assert(
      fc.property(
        suites,
        fc.nat({ max: 300 }),
        fc.array(fc.integer({ min: 2, max: 2_000 }), { minLength: 1, maxLength: 8 }),
        (suite, padding, contents) => {
          const { finished, overhead } = lengthsOf(suite);
          const answers = [finished + padding, ...contents.map(length => length + overhead + padding)];
          expect(answerOf(suite, answers)).not.toBe("alert");
          expect(answerOf(suite, answers)).not.toBe("nothing");
        },
      ),
    );
  });

  test("is no refusal where it may be an empty Certificate, cut off before its Finished", () => {
    for (const suite of [SUITES.gcm256, SUITES.gcm384, SUITES.ccm8])
      expect(answerOf(suite, [lengthsOf(suite).noCertificate])).toBe("unclear");
  });

  test("is a refusal where its last record is too short for Finished", () => {
    fc.assert(
      fc.property(suites, fc.nat({ max: 30 }), (suite, padding) => {
        const { alert, finished, noCertificate } = lengthsOf(suite);
        fc.pre(alert + padding < finished && alert + padding !== noCertificate);
        expect(answerOf(suite, [alert + padding])).toBe("alert");
      }),
    );
  });

  test("is nothing where there is no protected record", () => {
    expect(answerOf(SUITES.gcm256, [])).toBe("nothing");
  });

  test("that says goodbye after Finished is no refusal", () => {
    const { alert, finished } = lengthsOf(SUITES.gcm384);
    expect(answerOf(SUITES.gcm384, [finished, alert])).toBe("finished");
    expect(answerOf(SUITES.gcm384, [finished + 16, 90, alert + 16])).toBe("finished");
  });

  test("with a certificate of its own, or with none, is told from one that was not asked", () => {
    for (const padding of [0, 16]) {
      const { alert, finished, noCertificate } = lengthsOf(SUITES.gcm256);
      const rest = [60 + padding, alert + padding];
      expect(answerOf(SUITES.gcm256, [noCertificate + padding, finished + padding, ...rest])).toBe(
        "no certificate",
      );
      expect(answerOf(SUITES.gcm256, [900 + padding, 281 + padding, finished + padding, ...rest])).toBe(
        "certificate",
      );
    }
  });

  test("that could be several things is unclear", () => {
    expect(answerOf(SUITES.gcm256, [400])).toBe("unclear");
    expect(answerOf(SUITES.gcm256, [20, 30, 40, 50])).toBe("unclear");
  });

  test("after early data, or with octets missing, is unclear", () => {
    const { alert } = lengthsOf(SUITES.gcm256);
    const { tls, signs } = handshake(tls13(SUITES.gcm256), [record("client", alert)]);
    expect(hiddenHandshake({ ...tls, earlyData: true }, signs)?.client).toBe("unclear");
    expect(hiddenHandshake(tls, { ...signs, lost: true })?.client).toBe("unclear");
  });
});

describe("the flight of a broker", () => {
  test("shows the sizes of certificate and signature, and whether it asks for a certificate", () => {
    fc.assert(
      fc.property(
        suites,
        fc.integer({ min: 200, max: 4_000 }),
        fc.constantFrom(64, 71, 128, 256),
        fc.boolean(),
        (suite, certificate, signature, asked) => {
          const { tls, signs } = handshake(tls13(suite), flight(suite, certificate, signature, asked));
          expect(hiddenHandshake(tls, signs)?.server).toEqual({
            certificateRequested: asked,
            certificateOctets: certificate,
            signatureOctets: signature,
          });
        },
      ),
    );
  });

  test("shows nothing where messages share a record, or a session is resumed", () => {
    const { finished } = lengthsOf(SUITES.gcm256);
    for (const lengths of [[1_400], [23, finished], [23, 1_300, finished]]) {
      const { tls, signs } = handshake(
        tls13(SUITES.gcm256),
        lengths.map(length => record("server", length)),
      );
      expect(hiddenHandshake(tls, signs)?.server).toBeUndefined();
    }
  });

  test("is not hidden before TLS 1.3", () => {
    const { tls, signs } = handshake(serverHello({ version: TLS_1_2 }), flight(SUITES.gcm256, 900, 256));
    expect(hiddenHandshake(tls, signs)).toBeUndefined();
  });
});
