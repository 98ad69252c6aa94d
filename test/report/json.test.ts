import { describe, expect, test } from "vitest";
import { Secret, wireText } from "../../src/octets/text.ts";
import { jsonReport } from "../../src/report/json.ts";
import * as sample from "./sample.ts";
import { complaints } from "./schemas.ts";

const read = (text: string): unknown => JSON.parse(text);

describe("the JSON report", () => {
  test("is what its schema says, with secrets hidden and shown", () => {
    expect(complaints("report", read(jsonReport(sample.report(), { reveal: false })))).toBe("");
    expect(complaints("report", read(jsonReport(sample.report(), { reveal: true })))).toBe("");
  });

  test("is what its schema says with everything that may be absent, and with ill-formed text", () => {
    const text = wireText(new Uint8Array([0xff, 0x00]));
    const full = sample.report({
      captures: [
        {
          ...sample.report().captures[0]!,
          engine: "dumpcap",
          timestamps: "host",
          fault: { text: "cut", offset: 9 },
        },
      ],
      coverage: {
        ...sample.report().coverage,
        keyLog: { sessions: 2, fitted: 1 },
        kernelDrops: "unknown",
        limits: ["connections"],
      },
      conversations: [
        sample.conversation({
          capture: 0,
          proxySource: "198.51.100.4:5000",
          transport: "tls",
          protocol: "tls",
          client: "[2001:db8::7]:49152",
          server: "[::ffff:192.0.2.1]:8883",
          tls: sample.tls({
            chain: [
              sample.certificate({
                ca: true,
                publicKey: { algorithm: "ECDSA", bits: 256, curve: "P-256", sha256: "b".repeat(64) },
              }),
              {
                sha256: "bb".repeat(32),
                octets: 3,
                fault: {
                  unit: "Certificate",
                  field: "tbsCertificate",
                  offset: 0,
                  reason: { kind: "forbidden", value: "x", clause: "RFC 5280 §4.1" },
                },
              },
            ],
            serverName: text,
            extendedMasterSecret: true,
            encryptThenMac: false,
            ocspStaple: true,
            alpn: { offered: ["mqtt", text], selected: "mqtt" },
            pskIdentities: [text],
            alerts: [
              {
                from: "client",
                level: { id: 2, name: "fatal" },
                description: { id: 48, name: "unknown_ca" },
              },
              { from: "server", encrypted: true },
            ],
          }),
        }),
      ],
      exposed: {
        credentials: [
          { username: text, password: new Secret(text), clientId: text, conversation: 0, frame: 3 },
        ],
        topics: [{ topic: text, messages: 1, octets: 0 }],
        secrets: [],
        clients: [text],
      },
      findings: [
        sample.finding({
          subject: {},
          evidence: [
            { capture: 0, field: "x", shown: 3 },
            { capture: 0, field: "y", shown: text },
            { capture: 0, field: "z" },
          ],
        }),
      ],
    });
    for (const reveal of [false, true])
      expect(complaints("report", read(jsonReport(full, { reveal })))).toBe("");
  });

  test("a field that the schema does not know is found", () => {
    const odd = { ...(read(jsonReport(sample.report(), { reveal: false })) as object), extra: 1 };
    expect(complaints("report", odd)).toContain("additional");
  });

  test("ends with a line feed and holds times, endpoints and code points as they are written everywhere", () => {
    const text = jsonReport(sample.report(), { reveal: false });
    expect(text.endsWith("}\n")).toBe(true);
    const { conversations, exposed } = read(text) as ReturnType<typeof sample.report>;
    expect(conversations[0]).toMatchObject({
      client: "192.0.2.7:49152",
      first: "2026-01-02T03:04:05.678901Z",
      mqtt: { connackCodes: [{ id: 0, name: "Connection Accepted" }] },
    });
    expect(exposed.credentials[0]?.password).toEqual({ redacted: true, length: 13 });
  });
});
