/** TLS handshakes for the bench, taken from the recorded stories, and records of application data. */
import { readFileSync } from "node:fs";

const STORIES = ["tls12", "tls13"];
let taken;

/** For each recorded handshake a function that gives its flights with fresh randoms. */
export function handshakes() {
  taken ??= STORIES.map(story => {
    const file = readFileSync(new URL(`../../fixtures/captures/${story}/capture.pcapng`, import.meta.url));
    const flights = untilClientFinished(segments(file));
    return random => flights.map(flight => ({ ...flight, octets: refreshed(flight, random) }));
  });
  return taken;
}

/** Writes a record of `length` octets into `buffer`; gives how many octets that took. */
export function applicationRecord(buffer, at, length, ciphertext, random) {
  buffer[at] = 23;
  buffer.writeUInt16BE(0x0303, at + 1);
  buffer.writeUInt16BE(length, at + 3);
  const from = random.below(ciphertext.length - length);
  ciphertext.copy(buffer, at + 5, from, from + length);
  return 5 + length;
}

/** TCP payloads of a pcapng with one connection to port 8883 on loopback, in the order recorded. */
function segments(file) {
  const found = [];
  for (let at = 0; at < file.length; at += file.readUInt32LE(at + 4)) {
    if (file.readUInt32LE(at) !== 6) continue; // Enhanced Packet Block
    const ip = file.subarray(at + 28 + 14, at + 28 + 14 + file.readUInt16BE(at + 28 + 16));
    const tcp = ip.subarray((ip[0] & 0x0f) * 4);
    const octets = tcp.subarray((tcp[12] >> 4) * 4);
    if (octets.length > 0) found.push({ from: tcp.readUInt16BE(2) === 8883 ? 0 : 1, octets });
  }
  return found;
}

/** Hellos, certificates and the client's Finished; in TLS 1.2 the server's Finished as well. */
function untilClientFinished(all) {
  const application = all.findIndex(({ from, octets }, index) => index > 2 && from === 0 && octets[0] === 23);
  return all.slice(0, application);
}

/** The random of a hello lies behind its record header, handshake header and version: octets 11 to 42. */
function refreshed({ octets }, random) {
  const isHello = octets[0] === 22 && (octets[5] === 1 || octets[5] === 2);
  if (!isHello) return octets;
  const copy = Buffer.from(octets);
  random.fill(copy, 11, 43);
  return copy;
}
