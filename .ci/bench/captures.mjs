/** The three large captures of the bench: telemetry, bulk TLS, noise. Made once; the same octets in every run. */
import { createCipheriv } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { address, Random, TcpConnection } from "./connections.mjs";
import { applicationRecord, handshakes } from "./handshake.mjs";
import { mqttClient } from "./mqtt.mjs";
import { CaptureWriter } from "./packets.mjs";

const MB = 1_000_000;
/** Raised when a generator changes what it writes. */
const EDITION = 1;

/** One capture a row: what it is for, how large, and the largest ratio to tcpdump that is aimed at. */
export const CAPTURES = [
  { name: "telemetry", octets: 300 * MB, aim: 5, write: telemetry },
  { name: "bulk-tls", octets: 600 * MB, aim: 6, write: bulkTls },
  { name: "noise", octets: 400 * MB, aim: 8, write: noise },
];

/** Telemetry of so many clients, at least so many frames long: none of them is larger than 130 octets with its header. */
export const telemetryOf = (frames, clients) => ({
  name: `telemetry-${frames}-${clients}`,
  octets: frames * 130,
  write: (writer, octets) => telemetry(writer, octets, clients),
});

/** Makes a capture where it is not there yet; gives its path and size. */
export function make(capture, folder, scale) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${capture.name}${scale === 1 ? "" : `-${scale}`}.pcap`);
  const about = `${path}.json`;
  const known = existsSync(path) && existsSync(about) ? JSON.parse(readFileSync(about, "utf8")) : undefined;
  if (known?.edition === EDITION) return { path, ...known };
  const writer = new CaptureWriter(`${path}.part`, 40);
  capture.write(writer, capture.octets * scale);
  const made = { edition: EDITION, ...writer.close() };
  renameSync(`${path}.part`, path);
  writeFileSync(about, `${JSON.stringify(made)}\n`);
  return { path, ...made };
}

/** Clients that log in one after the other and publish 40 to 60 octets in turn, half of it with QoS 1. */
function telemetry(writer, octets, most = 10_000) {
  const random = new Random(0x6d717474);
  const clients = [];
  while (writer.octets < octets) {
    if (clients.length < most && (clients.length < 100 || random.below(8) === 0))
      clients.push(mqttClient(writer, clients.length, random));
    else clients[random.below(clients.length)].publish(random);
  }
}

/** A few hundred long TLS connections on 8883, both versions, records up to 7 kB cut into segments wherever they fall. */
function bulkTls(writer, octets) {
  const random = new Random(0x746c7331);
  const ciphertext = pool();
  const burst = Buffer.alloc(64 * 1024);
  const open = [];
  let opened = 0;
  while (writer.octets < octets) {
    if (open.length < 40 || random.below(600) === 0) {
      if (open.length >= 40) open.shift().end();
      open.push(
        tlsConnection(
          writer,
          address(10, 1, opened >> 8, opened & 0xff),
          address(10, 0, 0, 2),
          8883,
          opened,
          random,
        ),
      );
      opened++;
    }
    const connection = open[random.below(open.length)];
    let length = 0;
    for (let records = random.between(1, 8); records > 0; records--)
      length += applicationRecord(burst, length, random.between(40, 7_000), ciphertext, random);
    connection.send(random.below(4) === 0 ? 1 : 0, burst, 0, length);
  }
}

/** 95 octets of 100 are of no interest: web, names, broadcasts, unknown ports. The rest is telemetry. */
function noise(writer, octets) {
  const random = new Random(0x6e6f6973);
  const ciphertext = pool();
  const clients = [];
  let mqttOctets = 0;
  let flows = 0;
  while (writer.octets < octets) {
    const before = writer.octets;
    if (mqttOctets < writer.octets * 0.05) {
      if (clients.length < 500 && random.below(4) === 0)
        clients.push(mqttClient(writer, clients.length, random));
      else clients[random.below(Math.max(1, clients.length))]?.publish(random);
      mqttOctets += writer.octets - before;
    } else otherFlow(writer, flows++, random, ciphertext);
  }
}

function otherFlow(writer, number, random, ciphertext) {
  const client = address(10, 2, (number >> 6) & 0xff, 1 + (number & 0x3f));
  const server = address(198, 18, random.below(256), random.below(256));
  const port = 1024 + random.below(60_000);
  const kind = random.below(10);
  if (kind < 2)
    web(
      new TcpConnection(writer, client, port, server, random.below(2) ? 80 : 8080, random),
      random,
      ciphertext,
    );
  else if (kind < 5) {
    const connection = tlsConnection(writer, client, server, 443, port, random);
    const burst = Buffer.alloc(32 * 1024);
    for (let bursts = random.between(1, 6); bursts > 0; bursts--) {
      let length = 0;
      for (let records = random.between(1, 4); records > 0; records--)
        length += applicationRecord(burst, length, random.between(100, 7_000), ciphertext, random);
      connection.send(random.below(4) === 0 ? 0 : 1, burst, 0, length);
    }
    connection.end();
  } else if (kind < 6)
    unknown(
      new TcpConnection(writer, client, port, server, 1 + random.below(65_000), random),
      random,
      ciphertext,
    );
  else if (kind < 8)
    for (let queries = 20; queries > 0; queries--) {
      const length = random.between(40, 70);
      writer.udp(client, port, address(10, 0, 0, 53), 53, ciphertext, random.below(1_000), length);
      writer.udp(
        address(10, 0, 0, 53),
        53,
        client,
        port,
        ciphertext,
        random.below(1_000),
        length + random.between(16, 200),
      );
    }
  else if (kind < 9)
    for (let datagrams = random.between(5, 40); datagrams > 0; datagrams--)
      writer.udp(server, 443, client, port, ciphertext, random.below(10_000), random.between(600, 1_250));
  else
    for (let n = 0; n < 10; n++) {
      writer.arp(client, address(10, 2, random.below(256), random.below(256)));
      writer.icmpEcho(client, server, n % 2 === 1, n, ECHO);
    }
}

function web(connection, random, ciphertext) {
  for (let requests = random.between(1, 3); requests > 0; requests--) {
    const length = random.between(300, 30_000);
    connection.send(0, REQUEST);
    connection.send(
      1,
      Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: ${length}\r\n\r\n`),
    );
    connection.send(1, ciphertext, random.below(100_000), length);
  }
  connection.end();
}

function unknown(connection, random, ciphertext) {
  for (let turns = random.between(2, 30); turns > 0; turns--)
    connection.send(turns % 2, ciphertext, random.below(100_000), random.between(20, 3_000));
  connection.end();
}

/** A connection with the handshake of a recorded one; only the randoms differ. */
function tlsConnection(writer, client, server, port, number, random) {
  const recorded = handshakes();
  const connection = new TcpConnection(writer, client, 20_000 + (number % 40_000), server, port, random);
  for (const { from, octets } of recorded[number % recorded.length](random)) connection.send(from, octets);
  return connection;
}

/** Octets that look like ciphertext. */
function pool() {
  return createCipheriv("aes-128-ctr", Buffer.alloc(16, 1), Buffer.alloc(16)).update(Buffer.alloc(MB));
}

const ECHO = Buffer.alloc(56, 0x20);
const REQUEST = Buffer.from(
  "GET /assets/logo.png HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\nAccept-Encoding: gzip\r\nConnection: keep-alive\r\n\r\n",
);
