/** Both sides of an SSL 3.0 handshake (RFC 6101), octet by octet: no TLS library in use speaks it any more. */
import { randomBytes, X509Certificate } from "node:crypto";

const SSL3 = 0x0300;
const TLS_RSA_WITH_AES_128_CBC_SHA = 0x002f;

/** What the client sends: hello; key exchange, change cipher spec and Finished; application data. */
export function clientFlights() {
  const suites = u16s(TLS_RSA_WITH_AES_128_CBC_SHA, 0x0035, 0x000a);
  const hello = [u16s(SSL3), randomBytes(32), [0], u16s(suites.length), suites, [1, 0]];
  return [
    handshake(1, hello),
    Buffer.concat([handshake(16, [randomBytes(256)]), changeCipherSpec(), record(22, randomBytes(64))]),
    record(23, randomBytes(64)), // in place of a CONNECT: the octets are random and stand for ciphertext
    record(23, randomBytes(48)), // and of a PUBLISH
  ];
}

/** What the server answers to each of them. */
export function serverFlights(certificatePem) {
  const der = new X509Certificate(certificatePem).raw;
  const hello = [u16s(SSL3), randomBytes(32), [32], randomBytes(32), u16s(TLS_RSA_WITH_AES_128_CBC_SHA), [0]];
  const chain = [u24(der.length + 3), u24(der.length), der];
  return [
    Buffer.concat([handshake(2, hello), handshake(11, chain), handshake(14, [])]),
    Buffer.concat([changeCipherSpec(), record(22, randomBytes(64))]),
    record(23, randomBytes(32)), // in place of a CONNACK
  ];
}

function handshake(type, parts) {
  const body = Buffer.concat(parts.map(part => Buffer.from(part)));
  return record(22, Buffer.concat([Buffer.from([type]), u24(body.length), body]));
}

function changeCipherSpec() {
  return record(20, Buffer.from([1]));
}

function record(type, body) {
  return Buffer.concat([Buffer.from([type]), u16s(SSL3, body.length), body]);
}

function u16s(...values) {
  return Buffer.from(values.flatMap(value => [value >> 8, value & 0xff]));
}

function u24(value) {
  return Buffer.from([value >> 16, (value >> 8) & 0xff, value & 0xff]);
}
