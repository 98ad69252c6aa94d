/**
 * Secrets in other clothes and other places than those of canary.test.ts: encoded as devices encode, in MQTT-SN, in what
 * TLS says in clear, in PROXY headers and folded fields. No octet of output may hold them without `--reveal`.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DOCUMENTS, STREAMS } from "../../src/report/formats.ts";
import { pcap } from "../build/capture.ts";
import { Scene } from "../finding/scene.ts";
import { SAMPLES } from "../finding/secrets/samples.ts";
import { alpn, clientHello, handshakeRecord, serverName } from "../protocol/tls/build.ts";
import { sn } from "../protocol/mqttsn/build.ts";
import { saidOf } from "./said.ts";

const folder = mkdtempSync(join(tmpdir(), "canary-forms-"));
const file = join(folder, "canary.pcap");
afterAll(() => rmSync(folder, { recursive: true }));

const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");
const hexOf = (text: string): string => Buffer.from(text).toString("hex");

/** How a device may write a text into a payload. */
const CLOTHES: Readonly<Record<string, (text: string) => Buffer | string>> = {
  "UTF-16, the little end first": utf16,
  "UTF-16 with its mark": text => utf16(`\ufeff${text}`),
  "UTF-16, the big end first": text => utf16(text).swap16(),
  "hexadecimal in JSON": text => JSON.stringify({ data: hexOf(text) }),
  "hexadecimal in capitals": text => hexOf(text).toUpperCase(),
  "hexadecimal with colons": text => hexOf(text).match(/../g)!.join(":"),
  "hexadecimal with spaces": text => hexOf(text).toUpperCase().match(/../g)!.join(" "),
  "base64url in JSON": text => JSON.stringify({ data: Buffer.from(text).toString("base64url") }),
  "percent-encoding": text => `data=${encodeURIComponent(text)}`,
  "escapes of JSON": text =>
    `{"data":"${[...text].map(c => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"}`,
};

/** A secret as somebody would search for it. */
function written(secret: string): string[] {
  const octets = [Buffer.from(secret), utf16(secret), utf16(secret).swap16()];
  const hex = octets.map(each => each.toString("hex"));
  const base64 = octets.flatMap(each =>
    [0, 1, 2].map(n =>
      Buffer.concat([Buffer.alloc(n), each])
        .toString("base64")
        .slice(n === 0 ? 0 : 4, -4),
    ),
  );
  const escaped = [...secret].map(c => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    ...base64,
    ...base64.map(form => form.replaceAll("+", "-").replaceAll("/", "_")),
    ...hex.flatMap(form => [form, form.toUpperCase()]),
    ...hex.flatMap(form =>
      [":", " "].flatMap(by => [form, form.toUpperCase()].map(f => f.match(/../g)!.join(by))),
    ),
  ];
}

function captureOf(clothes: (text: string) => Buffer | string): Uint8Array {
  const scene = new Scene();
  for (const [index, { text }] of SAMPLES.entries()) {
    const payload = Buffer.from(clothes(text));
    scene
      .open(`198.51.100.7:${20_000 + index}`)
      .login({ will: { topic: "t", payload, qos: 0, retain: true } })
      .publish("t", payload)
      .deliver("t", payload, { retain: true });
    scene.datagram(
      `198.51.100.7:${30_000 + index}`,
      "192.0.2.1:1884",
      sn("connect", "04 01 003c", "~sensor"),
    );
    scene.datagram(
      `198.51.100.7:${30_000 + index}`,
      "192.0.2.1:1884",
      sn("publish", "60", "~t1", "0000", payload.toString("hex")),
    );
  }
  return pcap(scene.frames);
}

/** Each field of MQTT-SN, of a ClientHello, and of what stands before MQTT. */
function elsewhere(): Uint8Array {
  const scene = new Scene();
  for (const [index, { text }] of SAMPLES.entries()) {
    const hex = hexOf(text);
    const from = `198.51.100.7:${30_000 + index}`;
    const gateway = "192.0.2.1:1884";
    for (const message of [
      sn("connect", "0c 01 003c", hex),
      sn("willtopic", "10", hex),
      sn("willmsg", hex),
      sn("register", "0000 0001", hex),
      sn("publish", "60", "~t1", "0000", hex),
      sn("subscribe", "00 0002", hex),
      sn("unsubscribe", "00 0003", hex),
      sn("willtopicupd", "10", hex),
      sn("willmsgupd", hex),
      sn("pingreq", hex),
    ])
      scene.datagram(from, gateway, message);
    scene.datagram(gateway, from, sn("register", "0007 0009", hex));
    const name = Buffer.from(text);
    if (name.length < 250)
      scene
        .open(`198.51.100.8:${20_000 + index}`, "192.0.2.1:8883")
        .send("client", handshakeRecord(1, clientHello({ extensions: [serverName(name), alpn(name)] })));
    const header = Buffer.from(
      `0d0a0d0a000d0a515549540a2111${(15 + name.length).toString(16).padStart(4, "0")}`,
      "hex",
    );
    const addresses = Buffer.from(
      `cb007109c0000201c958075be0${name.length.toString(16).padStart(4, "0")}`,
      "hex",
    );
    scene
      .open(`198.51.100.9:${20_000 + index}`)
      .send("client", Buffer.concat([header, addresses, name]))
      .login({ clientId: "behind" });
    const line = text.replaceAll(/[\r\n]+/g, " ");
    const lines = [
      "GET /mqtt HTTP/1.1",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Protocol: mqtt",
      `Authorization: Bearer\r\n ${line}`,
      `X-Note:\r\n\t${line}`,
      `Sec-WebSocket-Key: ${line}`,
    ];
    scene
      .open(`198.51.100.10:${20_000 + index}`, "192.0.2.1:9001")
      .send("client", Buffer.from(`${lines.join("\r\n")}\r\n\r\n`));
  }
  return pcap(scene.frames);
}

/** What the program says of the capture. */
const said = (...flags: readonly string[]): Promise<string> => saidOf(...flags, file);

const FORMS = SAMPLES.flatMap(({ what, secret }) => written(secret).map(form => [what, form] as const));
const leaks = (text: string): string[] =>
  FORMS.filter(([, form]) => text.includes(form)).map(([what, form]) => `${what}: ${form.slice(0, 30)}`);

const FORMATS = [...DOCUMENTS.keys(), ...STREAMS.keys()];

describe.each(Object.entries(CLOTHES))("a secret in %s", (_, clothes) => {
  beforeAll(() => writeFileSync(file, captureOf(clothes)));

  test("is in no output", async () => {
    for (const format of FORMATS) {
      const text = await said("--format", format, "--verbose", "--payload-limit", "all");
      expect(text.length).toBeGreaterThan(1_000);
      expect(leaks(text), format).toEqual([]);
    }
    for (const limit of ["9", "40"])
      expect(leaks(await said("--format", "ndjson", "--payload-limit", limit))).toEqual([]);
  });

  test("is there for whoever asks", async () => {
    const text = await said("--format", "ndjson", "--reveal", "--payload-limit", "all");
    const hidden = SAMPLES.filter(({ secret }) => !written(secret).some(form => text.includes(form)));
    expect(hidden.map(({ what }) => what)).toEqual([]);
  });
});

describe("a secret in MQTT-SN, in a ClientHello, in a PROXY header or in a folded field", () => {
  beforeAll(() => writeFileSync(file, elsewhere()));

  test.each(FORMATS)("is not in %s", async format => {
    const text = await said("--format", format, "--verbose", "--payload-limit", "all");
    expect(text).toContain("mqtt");
    expect(leaks(text)).toEqual([]);
  });

  test("is not in a comparison", async () => {
    for (const format of ["text", "json"])
      expect(leaks(await said("compare", "--format", format))).toEqual([]);
  });

  test("is there for whoever asks", async () => {
    const text = await said("--format", "ndjson", "--reveal", "--payload-limit", "all");
    const hidden = SAMPLES.filter(({ secret }) => !text.includes(JSON.stringify(secret).slice(1, -1)));
    expect(hidden.map(({ what }) => what)).toEqual([]);
  });
});
