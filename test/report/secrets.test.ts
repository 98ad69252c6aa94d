import { describe, expect, test } from "vitest";
import { Secret } from "../../src/octets/text.ts";
import type { Finding } from "../../src/finding/finding.ts";
import { DOCUMENTS, STREAMS } from "../../src/report/formats.ts";
import type { SniffEvent } from "../../src/session/event.ts";
import type { Observation } from "../../src/verdict/observation.ts";
import type { Report } from "../../src/verdict/report.ts";
import { CONNECT, mqttTalk, packetEvent } from "./events.ts";
import { conversation, finding, octets, report, seen } from "./sample.ts";

/** Long enough that no other text holds it by chance, with octets that every encoding writes differently. */
const CANARY = "C4narÿ/b1rd+S3cr3t?&";

/** The canary as it would look after every encoding that somebody might search for. */
function forms(text: string): string[] {
  const utf8 = Buffer.from(text);
  const shifted = [0, 1, 2].map(n =>
    Buffer.concat([Buffer.alloc(n), utf8])
      .toString("base64")
      .slice(4, -4),
  );
  const hex = utf8.toString("hex");
  return [
    text,
    JSON.stringify(text).slice(1, -1),
    ...shifted,
    ...shifted.map(form => form.replaceAll("+", "-").replaceAll("/", "_")),
    hex,
    hex.toUpperCase(),
    hex.match(/../g)!.join(":"),
    hex.match(/../g)!.join(" "),
    encodeURIComponent(text),
    [...text].reverse().join(""),
    text.slice(0, 8),
    text.slice(-8),
  ];
}

const secret = new Secret(CANARY);
const talk = mqttTalk();

const leaky = (): Report => {
  const base = report();
  const mqtt = base.conversations[0]!.mqtt!;
  return report({
    conversations: [
      conversation({ mqtt: { ...mqtt, credentials: [{ username: "u", password: secret, accepted: true }] } }),
    ],
    exposed: {
      ...base.exposed,
      credentials: [
        { username: "u", password: secret, clientId: "c", accepted: true, conversation: 0, frame: 1 },
      ],
      secrets: [],
    },
    findings: [finding({ evidence: [{ capture: 0, frame: 1, field: "CONNECT.Password", shown: secret }] })],
  });
};

const events: readonly SniffEvent[] = [
  packetEvent({
    ...CONNECT,
    password: CANARY,
    properties: [{ id: 0x16, value: octets(CANARY) }],
  }),
  packetEvent({
    type: "connack",
    sessionPresent: false,
    code: 0,
    properties: [{ id: 0x16, value: octets(CANARY) }],
  }),
  packetEvent({ type: "auth", code: 0x18, properties: [{ id: 0x16, value: octets(CANARY) }] }),
  {
    ...seen(),
    type: "websocket.upgrade",
    path: `/mqtt?token=${CANARY}`,
    subprotocols: ["mqtt"],
    headers: [
      ["authorization", `Bearer ${CANARY}`],
      ["cookie", CANARY],
    ],
    places: [80, 120],
    accepted: true,
  },
  {
    ...seen(),
    type: "session.login",
    conversation: talk,
    mqtt: talk.mqtt,
    login: {
      version: "3.1.1",
      clientId: "c",
      password: secret,
      anonymous: false,
      accepted: true,
      code: 0,
      connect: { ...CONNECT, password: CANARY },
    },
  },
  { ...seen(), type: "session.closed", conversation: talk },
];

const observations: readonly Observation[] = [
  { kind: "capture", index: 0, path: "lab.pcapng" },
  ...events.map(event => ({ kind: "event", event }) as const),
  { kind: "finding", finding: { ...finding(), secret } as unknown as Finding },
  { kind: "verdict", report: leaky() },
];

function output(format: string, reveal: boolean): string {
  const document = DOCUMENTS.get(format);
  if (document !== undefined) return document(leaky(), { reveal, colour: true, width: 80 });
  let text = "";
  const stream = STREAMS.get(format);
  const options = { reveal, payloadLimit: Number.POSITIVE_INFINITY, several: false };
  const watcher = stream?.(line => {
    text += line;
  }, options);
  for (const observation of observations) watcher?.observe(observation);
  return text;
}

describe("a secret", () => {
  const formats = [...DOCUMENTS.keys(), ...STREAMS.keys()];

  test("is looked for in every format there is", () => {
    expect(formats).toEqual(expect.arrayContaining(["text", "json", "ndjson", "eve"]));
  });

  test.each(formats)("is in no form in the %s output without the user's word", format => {
    const text = output(format, false);
    expect(text.length).toBeGreaterThan(100);
    for (const form of forms(CANARY)) expect(text).not.toContain(form);
  });

  test.each(formats)("is in the %s output with it", format => {
    expect(output(format, true)).toContain(CANARY);
  });
});
