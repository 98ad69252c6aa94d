#!/usr/bin/env node
/**
 * Clients whose every text is as long as MQTT allows, and no two the same: what an audit of them keeps in memory.
 * Started by hostile.mjs, as a process of its own, with the number of connections; prints one line of JSON.
 */
const TEXT = 65_535;
const [connections, kind] = [Number(process.argv[2]), process.argv[3]];
const { audit } = await import("../../build/pipeline.js");
const { jsonReport } = await import("../../build/report/json.js");
const { RULES } = await import("../../build/finding/rules/index.js");
const JUDGING = {
  tool: { name: "bench", version: "0" },
  rules: RULES,
  ports: new Set([1883, 8883, 8884]),
  decodeAs: new Map(),
  roots: [],
  rootsText: "none",
  systemRoots: false,
  serverName: undefined,
  at: undefined,
  failOn: "high",
  strict: false,
  policy: "bcp195",
};

let peak = 0;
const run = audit(JUDGING);
await run.add("made", source());
const report = run.finish();
const octets = jsonReport(report, { reveal: false }).length;
sample();
const { user, system } = process.cpuUsage();
const notSeen = report.verdict.notSeen.filter(text => text.includes("beyond"));
console.log(JSON.stringify({ peak, octets, ms: (user + system) / 1000, notSeen: notSeen.join(", ") }));

function sample() {
  peak = Math.max(peak, process.memoryUsage().rss);
}

async function* source() {
  let number = 0;
  for (let n = 0; n < connections; n++) {
    const frames = framesOf(n).map(octets => {
      number++;
      const { length } = octets;
      const at = 1_767_323_045_000_000 + number * 100;
      return { number, at, position: 0, linkType: 1, originalLength: length, octets, start: 0, end: length };
    });
    yield { frames, notices: [] };
    if (n % 64 === 0) sample();
  }
}

/** A connection from its SYN to its FIN: a login with long texts, and long filters or topics. */
function framesOf(n) {
  const sides = [
    { port: 1_024 + (n % 60_000), address: 0x0a00_0000 + n, next: 0 },
    { port: 1883, address: 0x0aff_ffff, next: 0 },
  ];
  const frames = [];
  const send = (from, flags, payload = Buffer.alloc(0)) => {
    for (let at = 0; at === 0 || at < payload.length; at += 60_000) {
      const part = payload.subarray(at, at + 60_000);
      frames.push(segment(sides[from], sides[1 - from], flags, part));
      sides[from].next += part.length + (flags & 3 ? 1 : 0);
    }
  };
  send(0, 0x02);
  send(1, 0x12);
  send(0, 0x18, connect(n));
  send(1, 0x18, Buffer.from([0x20, 2, 0, 0]));
  if (kind === "filters")
    for (let i = 1; i <= 4; i++) {
      const filter = text(`${n} ${i} `);
      send(0, 0x18, packet(0x82, Buffer.concat([Buffer.from([0, i]), filter, Buffer.of(0)])));
      send(1, 0x18, Buffer.from([0x90, 3, 0, i, 0]));
    }
  send(0, 0x11);
  send(1, 0x11);
  return frames;
}

function connect(n) {
  const flags = kind === "filters" ? 0x02 : 0xee;
  const long = kind === "filters" ? [text(`${n}`, 20)] : ["i", "w", "m", "u", "p"].map(name => text(`${name}${n} `));
  return packet(0x10, Buffer.concat([Buffer.from("00044d51545404", "hex"), Buffer.of(flags, 0, 60), ...long]));
}

function text(beginning, length = TEXT) {
  const octets = Buffer.alloc(2 + length, 0x78);
  octets.writeUInt16BE(length);
  octets.write(beginning, 2, "latin1");
  return octets;
}

function packet(first, body) {
  const head = [first];
  for (let left = body.length; left > 0 || head.length === 1; left >>= 7) head.push((left & 0x7f) + (left > 0x7f ? 0x80 : 0));
  return Buffer.concat([Buffer.from(head), body]);
}

function segment(from, to, flags, payload) {
  const octets = Buffer.alloc(54 + payload.length);
  octets.write("02000000000102000000000208004500", "hex");
  octets.writeUInt16BE(40 + payload.length, 16);
  octets[22] = 64;
  octets[23] = 6;
  octets.writeUInt32BE(from.address, 26);
  octets.writeUInt32BE(to.address, 30);
  octets.writeUInt16BE(from.port, 34);
  octets.writeUInt16BE(to.port, 36);
  octets.writeUInt32BE(from.next, 38);
  octets.writeUInt32BE(flags === 2 ? 0 : to.next, 42);
  octets[46] = 0x50;
  octets[47] = flags;
  octets.writeUInt16BE(0xffff, 48);
  payload.copy(octets, 54);
  return octets;
}
