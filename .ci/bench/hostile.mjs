/** Hostile certificates and TLS streams: what each costs, CPU time of the best of five, against its ceiling. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const RUNS = 5;
const CLIENTS = "1000";

/** Rows for the bench's table: case, milliseconds, ceiling, what it came to. */
export async function hostileRows() {
  const { parseCertificate } = await import("../../build/protocol/x509/parse.js");
  const { openTls } = await import("../../build/protocol/tls/session.js");
  const certificate = recordedCertificate();
  const rows = [];
  // Loads the ASN.1 library, and warms what every certificate needs.
  for (let i = 0; i < 20; i++) parseCertificate(changed(certificate, i));

  const certificates = (name, limit, ders) => {
    const worst = { ms: 0, outcome: "" };
    for (const der of ders) {
      // A certificate that was seen is not parsed again: each run's differs after its end.
      const fresh = Array.from({ length: RUNS }, (_, i) => Buffer.concat([der, Buffer.alloc(i + 1)]));
      const ms = best(() => parseCertificate(fresh.pop()));
      const { fault, fields } = parseCertificate(der);
      if (ms >= worst.ms) Object.assign(worst, { ms, outcome: fault?.field ?? (fields ? "fields" : "none") });
    }
    rows.push([name, worst.ms, limit, worst.outcome]);
  };
  certificates("T15 nesting of 1,000,000", 50, [nested(1_000_000)]);
  certificates("T15 nesting of 20,000", 50, [nested(20_000)]);
  certificates("T15 1,000,000 nodes", 50, [element(0x30, Buffer.alloc(2_000_000, Buffer.from([5, 0])))]);
  certificates("T15 20,000 nodes", 50, [element(0x30, Buffer.alloc(40_000, Buffer.from([5, 0])))]);
  certificates("T15 an identifier of 60 kB", 50, [element(0x30, element(6, Buffer.alloc(60_000, 0x81)))]);
  certificates("T15 an INTEGER of 16 MB", 50, [element(0x30, element(2, Buffer.alloc(16_000_000, 0x7f)))]);
  certificates("T15 indefinite lengths", 50, [Buffer.alloc(60_000, Buffer.from([0x30, 0x80]))]);
  certificates("T16 cut anywhere", 50, cuts(certificate));
  certificates("T16 a bit changed anywhere", 50, flips(certificate));

  const stream = (name, limit, cuts) => {
    const types = new Map();
    const ms = best(() => {
      types.clear();
      feed(openTls, cuts, event => types.set(event.type, (types.get(event.type) ?? 0) + 1));
    });
    rows.push([name, ms, limit, [...types].map(([type, n]) => `${type} ${n}`).join(", ")]);
  };
  stream("T17 a handshake message of 16 MB", 100, ["server", pieces(handshake(11, Buffer.alloc(16_000_000)))]);
  const chain = Buffer.concat(Array.from({ length: 250 }, () => u24(certificate.length, certificate)));
  stream("T17 250 certificates", 100, ["server", pieces(handshake(11, u24(chain.length, chain)))]);
  const empty = Buffer.alloc(30_000, Buffer.from([0, 0, 1, 5]));
  stream("T17 10,000 certificates", 100, ["server", pieces(handshake(11, u24(empty.length, empty)))]);
  const hello = Buffer.concat([record(22, handshakeOctets(1, Buffer.alloc(600, 1)))]);
  stream("T18 segments of one octet", 50, ["client", [...hello].map(octet => Buffer.of(octet))]);
  const tiny = Buffer.concat([...handshakeOctets(1, Buffer.alloc(900, 1))].map(o => record(22, Buffer.of(o))));
  stream("T18 records of one octet", 50, ["client", [tiny]]);
  const alerts = Buffer.alloc(7 * 100_000, record(21, Buffer.of(1, 90)));
  stream("T18 100,000 alerts", 50, ["server", pieces(alerts)]);
  const blank = Buffer.alloc(5 * 100_000, record(22, Buffer.alloc(0)));
  stream("T18 100,000 empty records", 50, ["server", pieces(blank)]);
  for (const kind of ["logins", "filters"]) {
    const script = fileURLToPath(new URL("clients.mjs", import.meta.url));
    const told = JSON.parse(execFileSync(process.execPath, [script, CLIENTS, kind], { encoding: "utf8" }));
    const outcome = `peak ${(told.peak / 1e6).toFixed(0)} MB, report ${(told.octets / 1e6).toFixed(0)} MB, ${told.notSeen}`;
    rows.push([`T25 ${CLIENTS} clients, ${kind} of 65,535 octets`, told.ms, 20_000, outcome]);
  }
  return rows;
}

/** Milliseconds of CPU time. */
function best(work) {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

function feed(openTls, [direction, chunks], emit) {
  const end = { family: 4, address: "192.0.2.1", port: 8883, text: "192.0.2.1:8883" };
  const connection = { id: 0, capture: 0, client: end, server: end, roles: "handshake", midstream: false };
  const session = openTls(connection, "tcp", emit, {});
  let offset = 0;
  for (const octets of chunks) {
    const { length } = octets;
    const where = { frame: 1, position: 0, arrival: 1, at: 0 };
    session.push({ kind: "chunk", connection, direction, offset, length, octets, ...where });
    offset += length;
  }
  session.push({ kind: "end", connection, how: "fin", arrival: 1, at: 0 });
}

/** The certificate of a story, out of its Certificate message. */
function recordedCertificate() {
  const file = readFileSync(new URL("../../fixtures/captures/tls12/capture.pcapng", import.meta.url));
  const at = file.indexOf(Buffer.from("308203", "hex"));
  return Buffer.from(file.subarray(at, at + 4 + file.readUInt16BE(at + 2)));
}

/** The same certificate with another serial number. */
function changed(der, value) {
  const copy = Buffer.from(der);
  copy.writeUInt16BE(value, 20);
  return copy;
}

function* cuts(der) {
  for (let length = 1; length < der.length; length += 7) yield der.subarray(0, length);
}

function* flips(der) {
  for (let bit = 0; bit < der.length * 8; bit += 13) {
    const copy = Buffer.from(der);
    copy[bit >> 3] ^= 1 << (bit & 7);
    yield copy;
  }
}

function element(tag, content) {
  const head = Buffer.from([tag, 0x84, 0, 0, 0, 0]);
  head.writeUInt32BE(content.length, 2);
  return Buffer.concat([head, content]);
}

function nested(depth) {
  const der = Buffer.alloc(6 * depth);
  for (let i = 0; i < depth; i++) {
    der[6 * i] = 0x30;
    der[6 * i + 1] = 0x84;
    der.writeUInt32BE(6 * (depth - i - 1), 6 * i + 2);
  }
  return der;
}

function u24(length, body) {
  return Buffer.concat([Buffer.from([length >> 16, (length >> 8) & 255, length & 255]), body]);
}

function handshakeOctets(type, body) {
  return Buffer.concat([Buffer.of(type), u24(body.length, body)]);
}

/** A message in as many records as it needs. */
function handshake(type, body) {
  const message = handshakeOctets(type, body);
  const records = [];
  for (let at = 0; at < message.length; at += 16_384) records.push(record(22, message.subarray(at, at + 16_384)));
  return Buffer.concat(records);
}

function record(type, fragment) {
  const head = Buffer.from([type, 3, 3, fragment.length >> 8, fragment.length & 255]);
  return Buffer.concat([head, fragment]);
}

/** As TCP would bring it. */
function pieces(octets) {
  const list = [];
  for (let at = 0; at < octets.length; at += 1_448) list.push(octets.subarray(at, at + 1_448));
  return list;
}
