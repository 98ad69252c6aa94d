/**
 * Every kind of secret in every place that MQTT has for one, through the whole program, in every format: without
 * `--reveal` no octet of output may hold it, in whatever way it is written.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { captureFrames } from "../../src/capture/file.ts";
import { detailView } from "../../src/dashboard/detail/detail.ts";
import { explained } from "../../src/dashboard/detail/explained.ts";
import { hexRows } from "../../src/dashboard/detail/hex.ts";
import { recorded } from "../../src/dashboard/history.ts";
import type { Line } from "../../src/dashboard/line.ts";
import { startState, type Subject } from "../../src/dashboard/state.ts";
import { clientOf, fold, type Model, newModel } from "../../src/dashboard/model.ts";
import { view } from "../../src/dashboard/view.ts";
import { RULES } from "../../src/finding/rules/index.ts";
import { audit } from "../../src/pipeline.ts";
import { DOCUMENTS, STREAMS } from "../../src/report/formats.ts";
import { affectsOf } from "../../src/verdict/exposure.ts";
import { pcap } from "../build/capture.ts";
import { Scene } from "../finding/scene.ts";
import { DER, SAMPLES } from "../finding/secrets/samples.ts";
import { complaints } from "./schemas.ts";
import { saidOf } from "./said.ts";

const folder = mkdtempSync(join(tmpdir(), "canary-"));
const file = join(folder, "canary.pcap");
afterAll(() => rmSync(folder, { recursive: true }));

const PASSWORD = "C4narÿ/b1rd+S3cr3t?&";
const SECRETS: readonly string[] = [PASSWORD, ...SAMPLES.map(({ secret }) => secret)];

/** A text as it would look after every encoding that somebody might search for. */
function forms(secret: string | Uint8Array): string[] {
  const octets = Buffer.from(secret);
  const base64 = [0, 1, 2].map(n =>
    Buffer.concat([Buffer.alloc(n), octets])
      .toString("base64")
      .slice(n === 0 ? 0 : 4, -4),
  );
  const hex = octets.toString("hex");
  const encoded = [
    ...base64,
    ...base64.map(form => form.replaceAll("+", "-").replaceAll("/", "_")),
    hex,
    hex.toUpperCase(),
    hex.match(/../g)!.join(":"),
    hex.match(/../g)!.join(" "),
  ];
  if (typeof secret !== "string") return encoded;
  const written = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    [...secret].reverse().join(""),
  ];
  // Half of a secret is too much as well.
  const halves =
    secret.length < 12
      ? []
      : [secret.slice(0, Math.ceil(secret.length / 2)), secret.slice(Math.floor(secret.length / 2))];
  return [...encoded, ...written, ...halves];
}

/** One connection for each secret and place; the payload in several clothes. */
function makeCapture(): Uint8Array {
  const scene = new Scene();
  let port = 20_000;
  const open = (): ReturnType<Scene["open"]> => scene.open(`198.51.100.7:${port++}`);
  const user = { username: "device", password: Buffer.from(PASSWORD) };
  const v5 = { ...user, protocolVersion: 5 } as const;
  for (const { text } of SAMPLES) {
    const clothes = [
      text,
      JSON.stringify({ seq: 1, data: text }),
      JSON.stringify({ seq: 1, data: Buffer.from(text).toString("base64") }),
      Buffer.from(`\0\u0001${text}`),
    ];
    // A Topic Name holds no wildcards.
    const level = text.replaceAll(/[+#]/g, "-");
    open().login({ username: "device", password: Buffer.from(text) });
    open().login({ ...user, username: text });
    open().login({ ...user, clientId: text });
    for (const payload of clothes) {
      const octets = Buffer.from(payload);
      open().login({ ...user, will: { topic: "t", payload: octets, qos: 0, retain: true } });
      open().login(user).publish("t", octets).deliver("t", octets, { retain: true });
    }
    open().login({
      ...user,
      will: { topic: `w/${level}`, payload: Buffer.from("1"), qos: 0, retain: false },
    });
    open()
      .login(user)
      .publish(`p/${level}/x`)
      .subscribe([`s/${level}`], [0])
      .send("client", { cmd: "unsubscribe", messageId: 8, unsubscriptions: [`u/${level}`] });
    const userProperties = { note: text, [text.slice(0, 600)]: "1" };
    const will = {
      topic: "t",
      payload: Buffer.from("1"),
      qos: 0 as const,
      retain: false,
      properties: { userProperties, contentType: text },
    };
    open()
      .login({ ...v5, properties: { userProperties }, will })
      .publish("t", "1", {
        properties: {
          userProperties,
          contentType: text,
          responseTopic: level,
          correlationData: Buffer.from(text),
        },
      })
      .send(
        "server",
        {
          cmd: "disconnect",
          reasonCode: 0x80,
          properties: { reasonString: text, serverReference: text, userProperties },
        },
        5,
      );
    const method = { authenticationMethod: "PLAIN", authenticationData: Buffer.from(`\0device\0${text}`) };
    open()
      .login({ clientId: "a", protocolVersion: 5, properties: method })
      .send("client", { cmd: "auth", reasonCode: 0x18, properties: method }, 5);
    upgrade(scene, port++, `/mqtt?q=${encodeURIComponent(text)}`, `X-Note: ${oneLine(text)}`);
    upgrade(
      scene,
      port++,
      `/${encodeURIComponent(oneLine(text))}`,
      `Authorization: ${oneLine(text)}`,
      `Cookie: sid=${oneLine(text)}`,
    );
  }
  open()
    .login(user)
    .publish("t", DER)
    .publish("t", JSON.stringify({ key: DER.toString("base64") }))
    .publish("cmnd/plug/Password", PASSWORD);
  open().login({
    ...user,
    will: { topic: "config/password", payload: Buffer.from(PASSWORD), qos: 0, retain: false },
  });
  open().login({ clientId: "b", username: "device", password: DER });
  return pcap(scene.frames);
}

const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, " ");

/** A WebSocket that is opened, with MQTT's CONNECT in one masked frame. */
function upgrade(scene: Scene, port: number, target: string, ...headers: readonly string[]): void {
  const fixed = [
    "Host: broker",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Protocol: mqtt",
  ];
  const request = [`GET ${target} HTTP/1.1`, ...fixed, ...headers, "", ""].join("\r\n");
  const response = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Protocol: mqtt",
    "",
    "",
  ].join("\r\n");
  const connect = Buffer.from("\x10\x0d\0\x04MQTT\x04\x02\0\x3c\0\x01w", "latin1");
  const frame = Buffer.concat([Buffer.of(0x82, 0x80 + connect.length, 0, 0, 0, 0), connect]);
  scene
    .open(`198.51.100.8:${port}`, "192.0.2.1:9001")
    .send("client", Buffer.from(request))
    .send("server", Buffer.from(response))
    .send("client", frame);
}

/** What the program says of the capture. */
const said = (...flags: readonly string[]): Promise<string> => saidOf(...flags, file);

/** What a dashboard knows of the capture; `beforeVerdict` sees it before its last observation. */
async function watched(beforeVerdict: (model: Model) => void = () => undefined): Promise<Model> {
  const model = newModel(affectsOf(RULES));
  const options = {
    tool: { name: "mqtt-sniff", version: "0" },
    rules: RULES,
    ports: "all",
    decodeAs: new Map(),
    roots: [],
    rootsText: "",
    systemRoots: false,
  } as const;
  const judging = {
    ...options,
    serverName: undefined,
    at: undefined,
    failOn: "high",
    strict: false,
    policy: "bcp195",
  } as const;
  const audited = audit(judging, [{ events: true, observe: observation => fold(model, observation) }]);
  await audited.add(file, captureFrames({ path: file }));
  beforeVerdict(model);
  audited.finish();
  return model;
}

/** Every screen of a capture, as it looked before the verdict and at the end. */
async function screens(reveal: boolean): Promise<string> {
  const drawn: string[] = [];
  const draw = (model: Model): void => {
    for (const size of [
      { columns: 80, rows: 24 },
      { columns: 400, rows: 2_000 },
    ])
      for (const line of view(model, startState(reveal), size).lines) drawn.push(textOf(line));
  };
  draw(await watched(draw));
  return drawn.join("\n");
}

const textOf = (line: Line): string => line.map(({ text }) => text).join("");

/** Every detail view: what it says, and the octets it shows as one text in hex and one in characters. */
async function details(
  reveal: boolean,
  most = Infinity,
): Promise<{ texts: string; octets: string; units: number }> {
  const model = await watched();
  const texts: string[] = [];
  const octets: string[] = [];
  const clients = new Set<string>();
  let units = 0;
  const draw = (subject: Subject): void => {
    const screen = {
      show: "detail",
      subject,
      tab: 0,
      at: 0,
      key: undefined,
      back: { show: "overview" },
    } as const;
    const room = { columns: 200, rows: 100 };
    const tabs = Math.max(detailView(model, screen, reveal, room).tabs?.length ?? 0, 1);
    for (let tab = 0; tab < tabs; tab++)
      for (const line of detailView(model, { ...screen, tab }, reveal, room).lines) texts.push(textOf(line));
  };
  for (const conversation of [...model.conversations].slice(0, most)) {
    draw({ of: "conversation", conversation });
    clients.add(clientOf(conversation));
    for (const unit of recorded(model.history, conversation).units) {
      units++;
      draw({ of: "unit", conversation, unit });
      const what = explained(unit, conversation, reveal);
      // A hidden octet is a line break here: what stands around it is not what it hides.
      const rows = hexRows(unit.octets.subarray(0, unit.kept), 0, 10_000, 16, { hidden: what.hidden });
      const hex = rows.map(row =>
        textOf(row)
          .slice(6, 55)
          .replaceAll(/[ [\]]/g, ""),
      );
      const characters = rows.map(row => textOf(row).slice(56));
      octets.push(hex.join("").replaceAll(/·+/g, "\n"), characters.join("").replaceAll(/·+/g, "\n"));
    }
  }
  for (const client of clients) draw({ of: "client", client });
  for (const topic of model.topics.keys()) draw({ of: "topic", topic });
  for (const finding of model.findings) draw({ of: "finding", finding });
  return { texts: texts.join("\n"), octets: octets.join("\n"), units };
}

/** What of the secrets a text gives away. */
const leaks = (text: string): string[] => {
  const found: string[] = [];
  for (const secret of [...SECRETS, DER])
    for (const form of forms(secret)) if (text.includes(form)) found.push(form);
  return found;
};

describe("a secret, wherever it is,", () => {
  beforeAll(() => writeFileSync(file, makeCapture()));

  const formats = [...DOCUMENTS.keys(), ...STREAMS.keys()];

  test("is looked for in every format that there is", () => {
    expect(formats).toEqual(expect.arrayContaining(["text", "json", "ndjson", "eve"]));
    expect(SECRETS.length).toBeGreaterThan(20);
  });

  test.each(formats)("is in no form in %s, nor in what is complained of", async format => {
    const text = await said("--format", format, "--verbose", "--payload-limit", "all");
    expect(text.length).toBeGreaterThan(1_000);
    expect(leaks(text)).toEqual([]);
  });

  test.each(["ndjson", "eve"])("is not shown by a payload that is cut in %s", async format => {
    for (const limit of [4, 20, 60])
      expect(leaks(await said("--format", format, "--payload-limit", String(limit)))).toEqual([]);
  });

  test.each(["text", "json"])("is in no form in a comparison in %s", async format => {
    const text = await said("compare", "--format", format, file);
    expect(text.length).toBeGreaterThan(1_000);
    expect(leaks(text)).toEqual([]);
  });

  test("is on no screen", async () => {
    expect(leaks(await screens(false))).toEqual([]);
  });

  test("is in no detail view, and in no octets that one shows", async () => {
    const { texts, octets, units } = await details(false);
    expect(units).toBeGreaterThan(1_000);
    expect(leaks(texts)).toEqual([]);
    expect(leaks(octets)).toEqual([]);
    const shown = await details(true, 20);
    // Of so many samples the screen has let go of the first ones' conversations.
    const seen = SAMPLES.filter(({ secret }) => shown.octets.includes(Buffer.from(secret).toString("hex")));
    expect(seen.length).toBeGreaterThan(0);
    for (const { secret } of seen) expect(shown.octets).toContain(secret);
  }, 240_000);

  test("is there for whoever asks", async () => {
    const text = await said("--format", "ndjson", "--reveal", "--payload-limit", "all");
    for (const secret of SECRETS) expect(text).toContain(JSON.stringify(secret).slice(1, -1));
    expect(await screens(true)).toContain("hunter2hunter2");
  });

  test("hides in ways that the schemas know", async () => {
    const lines = (await said("--format", "ndjson", "--payload-limit", "all")).trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(1_000);
    expect(lines.map(line => complaints("events", JSON.parse(line))).filter(text => text !== "")).toEqual([]);
    expect(complaints("report", JSON.parse(await said("--format", "json")))).toBe("");
  });

  test("leaves what surrounds it readable", async () => {
    const text = await said("--format", "ndjson", "--payload-limit", "all");
    expect(text).toContain(String.raw`{\"ssid\":\"plant7\",\"psk\":\"‹14 characters›\"}`);
  });
});
