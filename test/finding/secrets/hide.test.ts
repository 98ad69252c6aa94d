import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cutOut,
  hiddenOfMessage,
  hideMessage,
  hideText,
  hideValue,
  hideWire,
  placeholder,
} from "../../../src/finding/secrets/hide.ts";
import { Secret } from "../../../src/octets/text.ts";
import { own } from "../../../src/octets/view.ts";
import { RULES } from "../../../src/finding/rules/index.ts";
import { DER, SAMPLES, webToken } from "./samples.ts";

const octets = (text: string): Uint8Array => Buffer.from(text);
const message = (
  payload: string | Uint8Array,
  resolvedTopic = "t",
): { resolvedTopic: string; payload: Uint8Array } => ({
  resolvedTopic,
  payload: typeof payload === "string" ? octets(payload) : payload,
});

describe("a text without its secrets", () => {
  test("keeps everything else", () => {
    expect(hideText('{"ssid":"x","psk":"hunter2hunter2"}')).toBe('{"ssid":"x","psk":"‹14 characters›"}');
    expect(hideText('größer {"password":"pässwörd"} ü')).toBe('größer {"password":"‹8 characters›"} ü');
  });

  test.each(SAMPLES.map(sample => [sample.what, sample] as const))(
    "does not hold a %s",
    (_, { text, secret }) => {
      expect(hideText(text)).not.toContain(secret);
      expect(hideText(text)).toContain("characters›");
    },
  );

  test("does not show what may be a password though no rule tells of it", () => {
    expect(hideText('{"user":"kim","pass":4211,"fail":3}')).toBe(
      '{"user":"kim","pass":‹4 characters›,"fail":3}',
    );
    expect(hideText('{"login":{"user":"kim"},"door":{"pass":"evening-7"}}')).not.toContain("evening-7");
    expect(hideText('{"ssid":"home","pw":"4200W"}')).not.toContain("4200W");
  });

  test("is the text itself where it has none", () => {
    for (const text of ["", "a", '{"t":25.3,"seq":17}', "kim@example.com", '{"lat":52.5243,"lon":13.4105}'])
      expect(hideText(text)).toBe(text);
  });

  test("may say in other words that something was hidden", () => {
    expect(hideText("password=hunter2", n => `<${n}>`)).toBe("password=<7>");
  });

  test("hides everything where looking for secrets fails", () => {
    const fails = (): never => {
      throw new Error("a detector failed");
    };
    expect(hideText("nothing to see here", undefined, fails)).toBe("‹19 characters›");
  });

  test("is the same when it is hidden again", () => {
    fc.assert(
      fc.property(fc.constantFrom(...SAMPLES), fc.string({ maxLength: 40 }), ({ text }, rest) => {
        const once = hideText(`${text}\n${rest}`);
        expect(hideText(once)).toBe(once);
      }),
    );
  });

  test("is that of every text that rules say themselves", () => {
    for (const rule of RULES)
      for (const text of [
        rule.title,
        rule.why,
        rule.fix,
        rule.falseAlarm,
        rule.wireshark,
        rule.name,
        ...rule.references,
      ])
        expect(hideText(text)).toBe(text);
  });
});

describe("text off the wire", () => {
  test("that is ill-formed is hidden as a whole where it holds a secret", () => {
    expect(hideWire(own(Buffer.from([0xff, 0x41])))).toBeInstanceOf(Uint8Array);
    expect(
      hideWire(own(Buffer.concat([octets(`${webToken({ sub: "a" })} `), Buffer.of(0xff)]))),
    ).toBeInstanceOf(Secret);
  });
});

describe("a user property", () => {
  test("is hidden for its name or for itself", () => {
    expect(hideValue("authorization", "Bearer opaque")).toBe("Bearer ‹6 characters›");
    expect(hideValue("X-Api-Key", "k-8f3a9c2d")).toBe("‹10 characters›");
    expect(hideValue("note", `see ${webToken({ sub: "a" })}`)).toMatch(/^see ‹\d+ characters›$/);
    expect(hideValue("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")).toMatch(
      /^00-/,
    );
  });
});

describe("a payload", () => {
  test("is cut after its secrets were looked for", () => {
    const token = webToken({ sub: "a", name: "b".repeat(200) });
    expect(hideMessage(message(`token: ${token}`), 40)).toEqual({
      text: `token: ${placeholder(token.length)}`,
    });
    expect(hideMessage(message(`{"t":25.3}${token}`), 8)).toEqual({ text: '{"t":25.' });
  });

  test("that is no text is hidden as a whole", () => {
    expect(hideMessage(message(DER), Infinity)).toEqual({ redacted: true, length: DER.length });
    const binary = Buffer.concat([Buffer.of(0, 1, 2), octets(webToken({ sub: "a" }))]);
    expect(hideMessage(message(binary), Infinity)).toEqual({ redacted: true, length: binary.length });
  });

  test("is hidden where the last level of its topic says what it is", () => {
    expect(hideMessage(message("hunter2", "cmnd/plug/Password1"), Infinity)).toEqual({
      text: "‹7 characters›",
    });
    expect(hideMessage(message("hunter2", "config/wifi/psk"), Infinity)).toEqual({ text: "‹7 characters›" });
    for (const topic of [
      "stat/plug/temp",
      "config/password/length",
      "config/passwordless",
      "bypass",
      "x/set",
    ])
      expect(hideMessage(message("hunter2", topic), Infinity), topic).toEqual({ text: "hunter2" });
    expect(hideMessage(message('{"state":"set"}', "config/password"), Infinity)).toEqual({
      text: '{"state":"set"}',
    });
  });

  test("is looked at beyond what rules look at", () => {
    const long = `${" ".repeat(100_000)}{"password":"hunter2"}`;
    expect(JSON.stringify(hideMessage(message(long), Infinity))).not.toContain("hunter2");
  });

  test("of which only the start was kept shows nothing of a secret that began there", () => {
    const payload = octets(`{"password":"${"s3cret".repeat(20)}"}`);
    const hidden = hiddenOfMessage(message(payload));
    expect(cutOut(payload.slice(0, 48), hidden, 48)).toBe('{"password":"‹120 characters›');
  });
});
