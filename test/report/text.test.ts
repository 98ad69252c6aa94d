import { stripVTControlCharacters } from "node:util";
import { array, assert, boolean, integer, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { cellWidth, Secret } from "../../src/octets/text.ts";
import { textReport } from "../../src/report/text.ts";
import type { Report } from "../../src/verdict/report.ts";
import { certificate, conversation, finding, report, tls } from "./sample.ts";

const show = (given: Report, width = 80, more: Partial<Parameters<typeof textReport>[1]> = {}): string =>
  textReport(given, { reveal: false, colour: false, width, ...more });

const NOTHING_EXPOSED = { credentials: [], topics: [], secrets: [], clients: [] } as const;

/** A client that takes an expired certificate, and one of which TLS 1.3 shows nothing. */
const intercepted = report({
  verdict: {
    outcome: "fail",
    exposure: "interceptable",
    complete: false,
    because: [0],
    notSeen: [
      "what 2 TLS conversations carried (encrypted)",
      "the certificates of 1 TLS 1.3 handshake (encrypted)",
    ],
  },
  conversations: [
    conversation({
      id: 0,
      client: "[2001:db8::7]:50000",
      server: "[2001:db8::1]:8883",
      transport: "tls",
      protocol: "tls",
      exposure: "protected",
      tls: tls({
        version: "TLS 1.3",
        cipherSuite: { id: 0x1302, name: "TLS_AES_256_GCM_SHA384" },
        chain: [],
        alpn: { offered: ["mqtt"] },
        trust: { status: "unknown", reasons: [] },
        clientVerifiesBecause: {
          confidence: "certain",
          text: "TLS 1.3 encrypts the certificate",
          frames: [],
        },
      }),
    }),
    ...[1, 2].map(id =>
      conversation({
        id,
        client: `192.0.2.7:${50_000 + id}`,
        server: "192.0.2.1:8883",
        transport: "tls",
        protocol: "tls",
        exposure: "interceptable",
        tls: tls({
          chain: [certificate({ notAfter: "2025-12-30T00:00:00.000000Z" })],
          trust: { status: "trusted", reasons: ["expired 2025-12-30"] },
          clientVerifies: "no",
          clientVerifiesBecause: {
            confidence: "firm",
            text: "sent data although the certificate is expired 2025-12-30",
            frames: [9, 14],
          },
        }),
      }),
    ),
  ],
  exposed: NOTHING_EXPOSED,
  findings: [
    finding({
      rule: "MQ501",
      name: "accepts-bad-cert",
      title: "Client does not verify the broker",
      severity: "high",
      count: 2,
      subject: { client: "192.0.2.7", broker: "192.0.2.1:8883" },
      evidence: [{ capture: 0, frame: 14, conversation: 1, field: "application_data", shown: "sent data" }],
      fix: "Switch verification on, and give the client the root that its broker's certificate leads to.",
    }),
  ],
});

describe("the text report", () => {
  test("of a password in clear, at 80 columns", () => {
    expect(show(report())).toBe(`\
EXPOSED   One client sends its password in clear, and the broker accepts it.
          lab.pcapng · 1,204 frames · 12.3 s · everything in it was judged

Anyone on the path reads
  user          password         client     broker          accepted  frame
  device_fleet  ‹13 characters›  sensor-a1  192.0.2.1:1883  yes          12
  topics    iot/sensor/temp (12 messages), iot/sensor/humidity (12)
  wills     iot/status "offline" retained

Without TLS
  broker          speaks      talks  messages  octets  exposure
  192.0.2.1:1883  MQTT 3.1.1      1        24  4.0 kB  EXPOSED

Findings
  CRITICAL  MQ101  Password sent without TLS, accepted by the broker         3 ×
            frame 12, CONNECT.Password of sensor-a1 at 192.0.2.1:1883:
            ‹13 characters›
            Mend  Offer MQTT over TLS (port 8883), close the plain listener, and
                  replace the password: it is known.
            More  mqtt-sniff rules MQ101

Secrets are hidden: --reveal shows them.
`);
  });

  test("says where no network lay between, since it is judged all the same", () => {
    const at = (...servers: string[]): string =>
      show(
        report({ conversations: servers.map(server => ({ ...report().conversations[0]!, server })) }),
        200,
      );
    expect(at("127.0.0.1:1883", "[::1]:8883")).toContain("judged · all on loopback, judged like a network\n");
    expect(at("127.0.0.1:1883", "192.0.2.1:1883")).toContain(
      "judged · 1 on loopback, judged like a network\n",
    );
    expect(at("192.0.2.1:1883", "[2001:db8::1]:1883")).not.toContain("loopback");
  });

  test("of a password in clear, at 100 columns, revealed, in ASCII alone", () => {
    expect(show(report(), 100, { reveal: true, unicode: false })).toBe(`\
EXPOSED   One client sends its password in clear, and the broker accepts it.
          lab.pcapng - 1,204 frames - 12.3 s - everything in it was judged

Anyone on the path reads
  user          password       client     broker          accepted  frame
  device_fleet  MqttP@ss2024!  sensor-a1  192.0.2.1:1883  yes          12
  topics    iot/sensor/temp (12 messages), iot/sensor/humidity (12)
  wills     iot/status "offline" retained

Without TLS
  broker          speaks      talks  messages  octets  exposure
  192.0.2.1:1883  MQTT 3.1.1      1        24  4.0 kB  EXPOSED

Findings
  CRITICAL  MQ101  Password sent without TLS, accepted by the broker                             3 x
            frame 12, CONNECT.Password of sensor-a1 at 192.0.2.1:1883: MqttP@ss2024!
            Mend  Offer MQTT over TLS (port 8883), close the plain listener, and replace the
                  password: it is known.
            More  mqtt-sniff rules MQ101
`);
  });

  test("of a client that does not verify, at 80 columns: the worst first, alike ones once", () => {
    expect(show(intercepted)).toBe(`\
INTERCEPTABLE   One client does not verify its broker: whoever sits between them
                reads and changes everything.
                lab.pcapng · 1,204 frames · 12.3 s · not all of it could be seen
                (below)

Under TLS
  INTERCEPTABLE  192.0.2.7 → 192.0.2.1:8883, 2 connections
    speaks           TLS 1.2 · TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 · x25519 ·
                     handshake 32 ms
    asks for         broker.example
    certificate      broker.example ← Lab Root CA · until 2025-12-30 · expired
                     2025-12-30
    client verifies  NO: sent data although the certificate is expired
                     2025-12-30 (frames 9, 14)
  PROTECTED      [2001:db8::7] → [2001:db8::1]:8883
    speaks           TLS 1.3 · TLS_AES_256_GCM_SHA384 · x25519 · handshake 32 ms
    asks for         broker.example · ALPN mqtt
    certificate      encrypted (TLS 1.3)
    client verifies  not shown: TLS 1.3 encrypts the certificate

Findings
  HIGH      MQ501  Client does not verify the broker                         2 ×
            frame 14, application_data of 192.0.2.7 at 192.0.2.1:8883: sent data
            Mend  Switch verification on, and give the client the root that its
                  broker's certificate leads to.
            More  mqtt-sniff rules MQ501

Not seen
  – what 2 TLS conversations carried (encrypted)
  – the certificates of 1 TLS 1.3 handshake (encrypted)
`);
  });

  test("of a client that does not verify, at 140 columns", () => {
    expect(show(intercepted, 140).split("\n").slice(0, 8)).toEqual([
      "INTERCEPTABLE   One client does not verify its broker: whoever sits between them reads and changes everything.",
      "                lab.pcapng · 1,204 frames · 12.3 s · not all of it could be seen (below)",
      "",
      "Under TLS",
      "  INTERCEPTABLE  192.0.2.7 → 192.0.2.1:8883, 2 connections",
      "    speaks           TLS 1.2 · TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 · x25519 · handshake 32 ms",
      "    asks for         broker.example",
      "    certificate      broker.example ← Lab Root CA · until 2025-12-30 · expired 2025-12-30",
    ]);
  });

  test("says the same with colour and without", () => {
    for (const given of [report(), intercepted]) {
      const coloured = show(given, 80, { colour: true });
      expect(coloured).toContain("\u001b[");
      expect(stripVTControlCharacters(coloured)).toBe(show(given));
    }
  });

  test("cuts long lists and says what it left out", () => {
    const credentials = Array.from({ length: 9_998 }, (_, i) => ({
      username: `user-${i}`,
      password: new Secret("x"),
      clientId: `client-${i}`,
      accepted: true,
      conversation: 0,
      frame: i + 1,
    }));
    const topics = Array.from({ length: 100 }, (_, i) => ({ topic: `t/${i}`, messages: i, octets: 1 }));
    const text = show(report({ exposed: { credentials, topics, secrets: [], clients: [] } }));
    expect(text).toContain("9,998 clients send passwords in clear, and the broker accepts them.");
    expect(text).toContain("  … and 9,988 more (--format json lists all)\n");
    expect(text).toContain("t/99 (99 messages), t/98 (98)");
    expect(text).toContain("… and 90 more");
    expect(text.split("\n").length).toBeLessThan(50);
  });

  test("lists the same login once, with how often it was seen", () => {
    const [login] = report().exposed.credentials;
    const again = [12, 40, 77].map((frame, conversation) => ({ ...login!, frame, conversation }));
    const text = show(
      report({
        conversations: again.map(({ conversation: id }) => conversation({ id })),
        exposed: { ...report().exposed, credentials: again },
      }),
    );
    expect(text).toContain("yes       12 (×3)");
  });

  test("tells an observation in few rows, and a tentative finding as such", () => {
    const text = show(
      report({
        findings: [
          finding({ severity: "info", title: "Keep alive is off", rule: "MQ225" }),
          finding({ confidence: "tentative" }),
        ],
      }),
      100,
    );
    expect(text).toContain("accepted by the broker (tentative)");
    expect(text.indexOf("CRITICAL")).toBeLessThan(text.indexOf("INFO"));
    expect(text.slice(text.indexOf("INFO"))).not.toContain("Mend");
  });

  test("names whom else a rule fired for", () => {
    const others = ["b", "c", "d", "e", "f"].map(client => finding({ subject: { client } }));
    expect(show(report({ findings: [finding(), ...others] }))).toContain("also b, c, d … and 2 more");
  });
});

test("the login that a broker accepts is not cut away behind those that it refused", () => {
  const [login] = report().exposed.credentials;
  const refused = Array.from({ length: 12 }, (_, i) => ({
    ...login!,
    password: new Secret(`guess-${i}`),
    accepted: false,
    frame: i + 1,
  }));
  const credentials = [...refused, { ...login!, accepted: true, frame: 124 }];
  const rows = show(report({ exposed: { ...NOTHING_EXPOSED, credentials } }), 100).split("\n");
  const head = rows.findIndex(row => /^ +user +password/.test(row));
  expect(rows[head + 1]).toMatch(/ yes +124$/);
  expect(rows[head + 2]).toMatch(/ no +1$/);
});

describe("the first sentence", () => {
  const first = (given: Report): string => show(given, 400).split("\n")[0] ?? "";
  const [login] = report().exposed.credentials;
  const exposed = (credentials: Report["exposed"]["credentials"], more: Partial<Report> = {}): string =>
    first(report({ exposed: { ...NOTHING_EXPOSED, credentials }, ...more }));
  const { accepted: _, ...unanswered } = login!;
  const { password: __, ...nameless } = login!;

  test("counts clients, and says what brokers made of them", () => {
    const three = ["a", "b", "c"].map(clientId => ({ ...login!, clientId }));
    expect(exposed(three)).toBe(
      "EXPOSED   Three clients send passwords in clear, and the broker accepts them.",
    );
    expect(exposed([three[0]!, { ...three[1]!, accepted: false }])).toContain("accepts some of them.");
    expect(
      exposed([
        { ...login!, accepted: true },
        ...Array.from({ length: 12 }, () => ({ ...login!, accepted: false })),
      ]),
    ).toBe("EXPOSED   One client sends passwords in clear, and the broker accepts 1 of 13 logins.");
    expect(exposed([{ ...login!, accepted: false }])).toContain(
      "its password in clear; the broker refuses it.",
    );
    expect(exposed([unanswered])).toBe("EXPOSED   One client sends its password in clear.");
    expect(exposed([nameless])).toContain("One client sends its user name in clear");
  });

  test("speaks of clients without credentials, of topics, and of TLS that encrypts nothing", () => {
    expect(exposed([], { findings: [finding({ rule: "MQ202" })] })).toContain("logs in without credentials");
    expect(
      first(
        report({
          exposed: { ...NOTHING_EXPOSED, topics: [{ topic: "a", messages: 1, octets: 1 }] },
          findings: [finding({ rule: "MQ201" })],
        }),
      ),
    ).toContain("anyone on the path reads 1 topic.");
    expect(exposed([], { findings: [], conversations: [conversation({ tls: tls() })] })).toContain(
      "TLS without encryption",
    );
  });

  test("of what is weak and what is protected", () => {
    const verdict = { ...report().verdict, outcome: "warn" } as const;
    const weak = report({
      verdict: { ...verdict, exposure: "weak" },
      findings: [
        finding({ rule: "MQ302", title: "TLS 1.0 negotiated", severity: "high" }),
        finding({ rule: "MQ314", severity: "medium" }),
      ],
    });
    expect(first(weak)).toBe("WEAK   TLS is used, but weak: TLS 1.0 negotiated, and 1 other finding.");
    const sound = report({
      verdict: { ...verdict, outcome: "pass", exposure: "protected" },
      findings: [],
      conversations: [
        conversation({ id: 0, exposure: "protected", tls: tls({ clientVerifies: "yes" }) }),
        conversation({ id: 1, exposure: "protected", tls: tls() }),
      ],
    });
    expect(first(sound)).toBe(
      "PROTECTED   All 2 conversations are encrypted and sound as far as seen; verification shown in 1 of 2.",
    );
  });

  test.each([
    [
      "an unreadable file",
      {
        captures: [
          { ...report().captures[0]!, format: "unreadable", fault: { text: "permission denied", offset: 0 } },
        ],
      },
      "cannot read lab.pcapng: permission denied.",
    ],
    [
      "a cut file",
      { captures: [{ ...report().captures[0]!, fault: { text: "record cut", offset: 1_234 } }] },
      "cut or corrupt at octet 1,234",
    ],
    ["no frames", { coverage: { ...report().coverage, frames: 0, undecodedFrames: {} } }, "holds no frames"],
    [
      "frames that nobody understands",
      { coverage: { ...report().coverage, undecodedFrames: { "link type 147": 1_204 } } },
      "none of the 1,204 frames could be decoded",
    ],
    ["TLS on other ports", { coverage: { ...report().coverage, tlsNotJudged: 12 } }, "--ports all"],
    [
      "no MQTT and no TLS",
      {},
      "no MQTT and no TLS conversation was seen. Capture where clients and broker talk",
    ],
  ])("says why nothing could be judged: %s", (_, more, words) => {
    const verdict = {
      outcome: "inconclusive",
      exposure: "unknown",
      complete: false,
      because: [],
      notSeen: [],
    } as const;
    const text = first(
      report({ conversations: [], exposed: NOTHING_EXPOSED, findings: [], verdict, ...more }),
    );
    expect(text).toMatch(/^UNKNOWN {3}Could not judge: /);
    expect(text).toContain(words);
  });

  test("of a cut file that holds a leaked password tells both", () => {
    const cut = report({
      verdict: { ...report().verdict, outcome: "inconclusive", complete: false },
      captures: [{ ...report().captures[0]!, fault: { text: "record cut", offset: 99 } }],
    });
    expect(first(cut)).toMatch(
      /^EXPOSED {3}One client sends its password.* Could not judge the rest: the capture is cut/,
    );
  });
});

describe("hostile text", () => {
  const HOSTILE = [
    "\u001b[2J\u001b]52;c;aGFjaw==\u0007",
    "\u009b31m\u0090q\u009c",
    "\u202eevil\u2066",
    "\u{e0001}\u{e0041}",
    "a\nEXPOSED b\rc",
    "\u200b\ufeff\u2028",
  ];
  const everywhere = (text: string): Report => {
    const base = report();
    return report({
      captures: [{ ...base.captures[0]!, path: text, fault: { text, offset: 1 } }],
      verdict: { ...base.verdict, outcome: "inconclusive", notSeen: [text] },
      conversations: [
        conversation({
          mqtt: {
            ...base.conversations[0]!.mqtt!,
            clientIds: [text],
            wills: [{ topic: text, payload: { text }, qos: 0, retain: true }],
          },
        }),
        conversation({
          id: 1,
          exposure: "weak",
          tls: tls({
            serverName: text,
            alpn: { offered: [text] },
            chain: [certificate({ subject: `CN=${text}`, issuer: text })],
            clientChain: [certificate({ subject: "", subjectAltNames: [text] })],
            trust: { status: "untrusted", reasons: [text] },
            clientVerifiesBecause: { confidence: "firm", text, frames: [1] },
          }),
        }),
      ],
      exposed: {
        credentials: [
          { username: text, password: new Secret(text), clientId: text, conversation: 0, frame: 1 },
        ],
        topics: [{ topic: text, messages: 1, octets: 1 }],
        secrets: [],
        clients: [text],
      },
      findings: [
        finding({
          title: text,
          subject: { client: text, broker: text, what: text },
          evidence: [{ capture: 0, frame: 1, field: text, shown: text }],
        }),
        finding({ subject: { client: `${text}2` } }),
      ],
    });
  };

  test.each(HOSTILE)("%j reaches no row as it is", text => {
    for (const unicode of [true, false]) {
      const shown = show(everywhere(text), 80, { reveal: true, unicode });
      expect(shown.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      if (!unicode) expect(shown).not.toMatch(/[^\n -~]/);
      expect(shown).toContain("\\u{");
    }
  });

  test("whatever the text, no row is wider than asked for", () => {
    assert(
      property(
        string({ unit: "grapheme", maxLength: 400 }),
        array(string({ unit: "binary" }), { maxLength: 3 }),
        integer({ min: 40, max: 160 }),
        boolean(),
        (text, more, width, unicode) => {
          const rows = show(everywhere(text + more.join(" ")), width, { reveal: true, unicode }).split("\n");
          for (const row of rows) expect(cellWidth(row)).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("wide characters count twice", () => {
    const rows = show(everywhere("温度センサー".repeat(20)), 80).split("\n");
    expect(Math.max(...rows.map(cellWidth))).toBeLessThanOrEqual(80);
  });
});

describe("several captures", () => {
  const base = report().captures[0]!;
  const login = { username: "u", password: new Secret("pw"), clientId: "c", accepted: true } as const;
  const both = report({
    captures: [
      { ...base, path: "/site/monday.pcap" },
      { ...base, path: "/site/tuesday.pcap" },
    ],
    conversations: [
      conversation({ id: 0, capture: 0 }),
      conversation({ id: 1, capture: 1 }),
      conversation({
        id: 2,
        capture: 1,
        tls: tls({
          clientVerifies: "no",
          clientVerifiesBecause: { confidence: "firm", text: "sent data all the same", frames: [9, 14] },
        }),
      }),
    ],
    exposed: {
      ...NOTHING_EXPOSED,
      credentials: [
        { ...login, conversation: 1, frame: 7 },
        { ...login, conversation: 0, frame: 12 },
        { ...login, conversation: 1, frame: 8 },
      ],
    },
    findings: [finding({ evidence: [{ capture: 1, frame: 7, conversation: 1, field: "CONNECT.Password" }] })],
  });

  test("frames are named with the capture that they are of", () => {
    const shown = show(both);
    expect(shown).toMatch(/^ {2}in tuesday\.pcap\n.* 7 \(×2\)\n {2}in monday\.pcap\n.* 12$/m);
    expect(shown).toContain("(frames 9, 14 of tuesday.pcap)");
    expect(shown).toContain("tuesday.pcap frame 7, CONNECT.Password");
  });

  test("a single one is named at the top and nowhere else", () => {
    const shown = show(report({ ...both, captures: [{ ...base, path: "/site/monday.pcap" }] }));
    expect(shown.match(/monday\.pcap/g)).toHaveLength(1);
  });
});
