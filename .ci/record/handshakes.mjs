/**
 * TLS handshakes written octet by octet over real TCP connections: for what no library in use speaks any more, or yet.
 * Certificates are real; ciphertext, shares and secrets are random octets.
 */
import { randomBytes, X509Certificate } from "node:crypto";
import { script } from "./brokers.mjs";
import { octets } from "./clients.mjs";
import { SERVER_NAME } from "./certificates.mjs";

const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;

/** What a broker without chance draws every time. */
const REPEATED = randomBytes(32);

/** ExtensionType values that the stories use. */
const EXTENSIONS = {
  serverName: 0,
  groups: 10,
  signatureAlgorithms: 13,
  extendedMasterSecret: 23,
  heartbeat: 15,
  supportedVersions: 43,
  keyShare: 51,
  renegotiationInfo: 0xff01,
};

/**
 * A story's broker and client. `suite`, `compression`, `group`, `version` are what the broker chooses; `offers` are the
 * client's suites, `serverEnds` the last octets of the broker's random, `without` extensions that the broker leaves out,
 * `heartbeat` what the client sends in clear after the broker's flight, and the broker's answer to it; `malformed` makes
 * the length of the broker's extensions a lie. `times` are connections, `repeats` what the broker has in common in all
 * of them: `random` or `share`.
 */
export function crafted(what) {
  const { port = 8883, certificate = "good", version = TLS_1_2 } = what;
  const says = version === TLS_1_3 ? "a TLS 1.3 handshake" : "a TLS 1.2 handshake";
  return {
    port,
    brokers: [
      script({
        port,
        says: `answers each flight of ${says} with the next of \`serverFlights\` (handshakes.mjs), given ${JSON.stringify(shown(what))} and the certificate \`${certificate}\``,
        answer(socket, lab) {
          const flights = serverFlights(what, lab.certificates.pem(certificate));
          socket.on("data", () => flights.length > 0 && socket.write(flights.shift()));
          socket.on("end", () => socket.end());
        },
      }),
    ],
    clients: Array.from({ length: what.times ?? 1 }, () =>
      octets(port, "`clientFlights` (handshakes.mjs)", clientFlights(what)),
    ),
  };
}

const shown = ({ serverEnds, ...what }) => ({
  ...what,
  ...(serverEnds && { serverEnds: Buffer.from(serverEnds).toString("latin1") }),
});

function clientFlights(what) {
  const { version = TLS_1_2, heartbeat } = what;
  const answer =
    version === TLS_1_3
      ? [changeCipherSpec(), record(23, randomBytes(69))]
      : [handshake(16, [randomBytes(256)]), changeCipherSpec(), record(22, randomBytes(64))];
  return [
    clientHello(what),
    ...(heartbeat === undefined ? [] : [record(24, heartbeat.request)]),
    Buffer.concat(answer),
    record(23, randomBytes(64)), // in place of a CONNECT: the octets are random and stand for ciphertext
    record(23, randomBytes(48)), // and of a PUBLISH
  ];
}

function serverFlights(what, certificatePem) {
  const { version = TLS_1_2, heartbeat } = what;
  const der = new X509Certificate(certificatePem).raw;
  const chain = [u24(der.length + 3), u24(der.length), der];
  const hidden = [23, der.length + 30, 281, 69].map(length => record(23, randomBytes(length)));
  const first =
    version === TLS_1_3
      ? [serverHello(what), changeCipherSpec(), ...hidden]
      : [serverHello(what), handshake(11, chain), handshake(14, [])];
  return [
    Buffer.concat(first),
    ...(heartbeat === undefined ? [] : [record(24, heartbeat.response)]),
    version === TLS_1_3
      ? record(23, randomBytes(266))
      : Buffer.concat([changeCipherSpec(), record(22, randomBytes(64))]),
    record(23, randomBytes(37)), // in place of a CONNACK
  ];
}

export function clientHello({
  offers = [0xc02f, 0x009c],
  compression = 0,
  group,
  version = TLS_1_2,
  offersTls13 = false,
  heartbeat,
}) {
  const tls13 = version === TLS_1_3 || offersTls13;
  const name = Buffer.from(SERVER_NAME);
  const extensions = [
    extension(EXTENSIONS.serverName, [u16s(name.length + 3), [0], u16s(name.length), name]),
    extension(EXTENSIONS.groups, [u16s(4), u16s(group ?? 0x001d, 0x0017)]),
    extension(EXTENSIONS.signatureAlgorithms, [u16s(4), u16s(0x0804, 0x0401)]),
    extension(EXTENSIONS.extendedMasterSecret, []),
    extension(EXTENSIONS.renegotiationInfo, [[0]]),
    ...(heartbeat === undefined ? [] : [extension(EXTENSIONS.heartbeat, [[1]])]),
    ...(tls13
      ? [
          extension(EXTENSIONS.supportedVersions, [[4], u16s(TLS_1_3, TLS_1_2)]),
          extension(EXTENSIONS.keyShare, share(group ?? 0x001d, "client")),
        ]
      : []),
  ];
  const suites = u16s(...(tls13 ? [0x1301, 0x1302, ...offers] : offers));
  const methods = compression === 0 ? [1, 0] : [2, compression, 0];
  const all = Buffer.concat(extensions);
  return handshake(1, [
    u16s(TLS_1_2),
    randomBytes(32),
    [32],
    randomBytes(32),
    u16s(suites.length),
    suites,
    methods,
    u16s(all.length),
    all,
  ]);
}

export function serverHello({
  suite,
  compression = 0,
  group,
  version = TLS_1_2,
  serverEnds = [],
  without = [],
  heartbeat,
  malformed = false,
  repeats,
}) {
  const drawn = repeats === "random" ? REPEATED : randomBytes(32);
  const random = Buffer.concat([drawn.subarray(0, 32 - serverEnds.length), Buffer.from(serverEnds)]);
  const own =
    version === TLS_1_3
      ? {
          supportedVersions: [u16s(TLS_1_3)],
          keyShare: [u16s(group ?? 0x001d), ...share(group ?? 0x001d, "server", repeats === "share").slice(2)],
        }
      : { extendedMasterSecret: [], renegotiationInfo: [[0]], ...(heartbeat && { heartbeat: [[1]] }) };
  const all = Buffer.concat(
    Object.entries(own).flatMap(([name, data]) =>
      without.includes(name) ? [] : [extension(EXTENSIONS[name], data)],
    ),
  );
  return handshake(2, [
    u16s(TLS_1_2),
    random,
    [32],
    randomBytes(32),
    u16s(suite),
    [compression],
    u16s(malformed ? all.length + 300 : all.length),
    all,
  ]);
}

/** KeyShareEntry behind the length of the list: 32 octets of X25519, and what ML-KEM-768 adds on each side. */
function share(group, side, again = false) {
  const length = group === 0x11ec ? (side === "client" ? 1184 + 32 : 1088 + 32) : 32;
  return [u16s(length + 4), u16s(group), u16s(length), again ? REPEATED : randomBytes(length)];
}

export function handshake(type, parts) {
  const body = Buffer.concat(parts.map(part => Buffer.from(part)));
  return record(22, Buffer.concat([Buffer.from([type]), u24(body.length), body]));
}

export function changeCipherSpec() {
  return record(20, Buffer.from([1]));
}

export function record(type, body) {
  return Buffer.concat([Buffer.from([type]), u16s(TLS_1_2, body.length), Buffer.from(body)]);
}

function extension(type, parts) {
  const data = Buffer.concat(parts.map(part => Buffer.from(part)));
  return Buffer.concat([u16s(type, data.length), data]);
}

export function u16s(...values) {
  return Buffer.from(values.flatMap(value => [value >> 8, value & 0xff]));
}

function u24(value) {
  return Buffer.from([value >> 16, (value >> 8) & 0xff, value & 0xff]);
}
