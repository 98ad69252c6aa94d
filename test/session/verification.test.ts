/** Whether a client verifies: what proves it, what hints at it, and what says nothing. */
import { describe, expect, test } from "vitest";
import type { Defect, SeenAlert, Trust } from "../../src/session/conversation.ts";
import { leftAfter, verification } from "../../src/session/verification.ts";
import type { TlsConversation } from "../../src/session/conversation.ts";
import type { TlsSigns } from "../../src/session/signs.ts";
import * as made from "./chains.ts";
import { at, frame, handshake, record, serverHello, SUITES, TLS_1_3 } from "./handshakes.ts";

const trust = (kind?: Defect["kind"], expected = false): Trust => ({
  status: "trusted",
  defects: kind === undefined ? [] : [{ kind, text: kind }],
  expected,
});

const alert = (from: "client" | "server", description: number): SeenAlert => ({
  from,
  frame: frame(5),
  level: 2,
  description,
});

const CERTIFICATE = { sha256: "aa", sha1: "bb", octets: 1, der: new Uint8Array(1) as never };

/** TLS 1.2 with a certificate, to the point where the client decides. */
const shown = (met: Trust, signs: Partial<TlsSigns> = {}, tls: Partial<TlsConversation> = {}) => {
  const made = handshake(serverHello(), [], { chain: [CERTIFICATE], met, trust: met, ...tls });
  return { tls: made.tls, signs: { ...made.signs, ...signs } };
};

const answer = ({ tls, signs }: ReturnType<typeof shown>) => {
  const { answer: word, confidence } = verification(tls, signs);
  return `${word} ${confidence}`;
};

const LEFT = { closed: { by: "client", how: "fin", frame: frame(7), at: at(1) } } as const;
const DATA = { clientData: frame(8) };

describe("a client that sends data", () => {
  test.each(["expired", "not-yet-valid", "name-mismatch", "wrong-purpose"] as const)(
    "after a certificate that is %s does not verify, whoever it trusts",
    kind => {
      expect(answer(shown(trust(kind), DATA))).toBe("no firm");
    },
  );

  test.each(["self-signed", "untrusted"] as const)(
    "after a certificate that is %s does not verify only where the user said whom it ought to trust",
    kind => {
      expect(answer(shown(trust(kind), DATA))).toBe("unknown certain");
      expect(answer(shown(trust(kind, true), DATA))).toBe("no firm");
    },
  );

  test("after a chain without its intermediate may have that in store", () => {
    expect(answer(shown(trust("incomplete", true), DATA))).toBe("no tentative");
    expect(answer(shown(trust("incomplete"), DATA))).toBe("unknown certain");
  });

  test("under a root that is out of date may have it renewed, or not look", () => {
    const dates = { kind: "expired", text: "the root expired", ofAnchor: true } as const;
    const old: Trust = { status: "trusted", defects: [dates] };
    expect(answer(shown(old, DATA))).toBe("no tentative");
    const both: Trust = { status: "trusted", defects: [dates, { kind: "expired", text: "expired" }] };
    expect(answer(shown(both, DATA))).toBe("no firm");
  });

  test("after a good certificate shows nothing", () => {
    expect(answer(shown(trust(), DATA))).toBe("unknown certain");
  });

  test("after an anonymous key exchange cannot have verified", () => {
    const { tls, signs } = handshake(serverHello({ cipherSuite: SUITES.anonymous }));
    expect(verification(tls, { ...signs, ...DATA })).toMatchObject({ answer: "no", confidence: "certain" });
  });

  test("in a resumed session shows nothing", () => {
    expect(answer(shown(trust("expired"), DATA, { resumed: true }))).toBe("unknown certain");
  });
});

describe("a client that has only finished the handshake", () => {
  test("is never said not to verify", () => {
    for (const kind of ["expired", "name-mismatch", "self-signed", "untrusted"] as const)
      expect(answer(shown(trust(kind, true), { changed: { client: true, server: true } }))).toBe(
        "unknown certain",
      );
  });

  test("and leaves is seen to leave, and is not judged by it", () => {
    const gone = shown(trust("expired"), { changed: { client: true, server: true }, ...LEFT });
    expect(leftAfter(gone.tls, gone.signs)).toBe("Finished");
    expect(answer(gone)).toBe("unknown certain");
  });

  test.each([
    ["reset by the broker", { closed: { by: "server", how: "rst", frame: frame(7), at: at(1) } } as const],
    ["reset by itself", { closed: { by: "client", how: "rst", frame: frame(7), at: at(1) } } as const],
    ["cut off by the capture", {}],
    ["with octets missing", { ...LEFT, lost: true }],
  ])("and is %s has not left of its own will", (_, signs) => {
    const gone = shown(trust("expired"), { changed: { client: true, server: true }, ...signs });
    expect(leftAfter(gone.tls, gone.signs)).toBeUndefined();
  });
});

describe("an alert of the client", () => {
  test.each([42, 43, 44, 45, 46, 48])("%i is a refusal of the certificate", description => {
    expect(answer(shown(trust(), {}, { alerts: [alert("client", description)] }))).toBe("yes firm");
  });

  test("80 is one where the name does not match, and otherwise a hint where anything is wrong", () => {
    const alerts = [alert("client", 80)];
    expect(answer(shown(trust("name-mismatch"), {}, { alerts }))).toBe("yes firm");
    expect(answer(shown(trust("expired"), {}, { alerts }))).toBe("yes tentative");
    expect(answer(shown(trust(), {}, { alerts }))).toBe("unknown certain");
  });

  test("of no named cause says nothing where a certificate has a critical extension that small stacks do not process", async () => {
    const constrained = await made.root({
      extensions: [made.authority(), made.constraints([made.dns("example.com")])],
    });
    const chain = made.parsed(constrained);
    for (const description of [42, 43])
      expect(answer(shown(trust(), {}, { chain, alerts: [alert("client", description)] }))).toBe(
        "unknown certain",
      );
    for (const description of [45, 48])
      expect(answer(shown(trust(), {}, { chain, alerts: [alert("client", description)] }))).toBe("yes firm");
    const plain = made.parsed(await made.root());
    expect(answer(shown(trust(), {}, { chain: plain, alerts: [alert("client", 42)] }))).toBe("yes firm");
  });

  test.each([0, 90, 10, 47, 51, 70])("%i is not about the certificate", description => {
    expect(answer(shown(trust(), {}, { alerts: [alert("client", description)] }))).toBe("unknown certain");
  });

  test("after data, or in a resumed session, or from the broker, is no refusal of the client", () => {
    const refused = [alert("client", 48)];
    expect(answer(shown(trust(), DATA, { alerts: refused }))).toBe("unknown certain");
    expect(answer(shown(trust(), {}, { alerts: refused, resumed: true }))).toBe("unknown certain");
    expect(answer(shown(trust(), {}, { alerts: [alert("server", 48)] }))).toBe("unknown certain");
  });

  test("in clear is a refusal in TLS 1.3 too", () => {
    const { tls, signs } = handshake(serverHello({ version: TLS_1_3, cipherSuite: SUITES.gcm384 }), [], {
      alerts: [alert("client", 45)],
    });
    expect(verification(tls, signs)).toMatchObject({ answer: "yes", confidence: "firm" });
  });
});

describe("a record too short for Finished", () => {
  const hidden = (more: Partial<TlsConversation> = {}, closed: Partial<TlsSigns> = LEFT) => {
    const hello = serverHello({ version: TLS_1_3, cipherSuite: SUITES.gcm384, ...more.serverHello });
    const made = handshake(hello, [record("client", 19)], { ...more, serverHello: hello });
    const sizes = { client: "alert", answer: record("client", 19) } as const;
    return { tls: { ...made.tls, sizes }, signs: { ...made.signs, ...closed } };
  };

  test("is a refusal, tentatively, since TLS 1.3 hides of what", () => {
    expect(answer(hidden())).toBe("yes tentative");
  });

  test("says nothing while the connection lasts, or where the broker broke off, or nobody was shown a certificate", () => {
    expect(answer(hidden({}, {}))).toBe("unknown certain");
    expect(answer(hidden({ alerts: [alert("server", 40)] }))).toBe("unknown certain");
    expect(answer(hidden({ resumed: true }))).toBe("unknown certain");
    const selectedPsk = { selectedPsk: 0 } as never;
    expect(answer(hidden({ serverHello: selectedPsk }))).toBe("unknown certain");
  });
});
