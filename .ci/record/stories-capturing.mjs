/** Stories about the capture itself, one a row: each is an ordinary recording, edited. */
import { appendDrops, asWifi, cutFrames, dropFirst, linkType, onlyFrom, setClock, stepClock, twiceDifferently } from "./edits.mjs";
import { mqttjs } from "./clients.mjs";
import { crafted } from "./handshakes.mjs";
import { AT_MOST_1_2, plain, publisher, READINGS, SENSOR, tlsBroker } from "./parts.mjs";

/** A login and two readings over plain TCP, as in plaintext-password. */
const LOGIN_IN_CLEAR = {
  port: 1883,
  brokers: [plain(1883)],
  clients: [mqttjs("mqtt://127.0.0.1:1883", SENSOR, READINGS)],
};

export const CAPTURING = [
  {
    name: "truncated",
    shows: "A login in clear, as a capture with a snap length of 80 octets holds it.",
    ...LOGIN_IN_CLEAR,
    edit: cutFrames(80),
  },
  {
    name: "midstream",
    shows: "A login in clear without its first frames: handshake and CONNECT came before the capture.",
    ...LOGIN_IN_CLEAR,
    edit: dropFirst(6),
  },
  {
    name: "one-sided",
    shows: "A login in clear, what the client sent alone.",
    ...LOGIN_IN_CLEAR,
    edit: onlyFrom("client", 1883),
  },
  {
    name: "clock",
    shows: "TLS 1.2 as a machine records it whose clock was never set: the certificate is not valid yet in 1970, and nobody can say so.",
    port: 8883,
    brokers: [tlsBroker("good", "at-most-1.2")],
    clients: [publisher("root", AT_MOST_1_2)],
    edit: setClock("1970-01-01T00:01:00Z"),
    ca: "root",
  },
  {
    name: "clock-step",
    shows: "A login in clear, while somebody sets the clock back by an hour.",
    ...LOGIN_IN_CLEAR,
    edit: stepClock(-3600, 10),
  },
  {
    name: "drops",
    shows: "A login in clear, with the statistics of a machine that lost seven packets.",
    ...LOGIN_IN_CLEAR,
    edit: appendDrops(7),
  },
  {
    name: "unsupported-link",
    shows: "A login in clear under a link type that means nothing to anybody else (LINKTYPE_USER0).",
    ...LOGIN_IN_CLEAR,
    edit: linkType(147),
  },
  {
    name: "wifi",
    shows: "Frames of an encrypted Wi-Fi network, as many and as long as those of a login in clear.",
    ...LOGIN_IN_CLEAR,
    edit: asWifi(),
  },
  {
    name: "overlap",
    shows: "A login in clear; the segment with the first PUBLISH comes twice, the second time with other content.",
    ...LOGIN_IN_CLEAR,
    edit: twiceDifferently("the first client segment that holds `iot/sensor/temp`", "iot/sensor/temp", "25.3", "99.9"),
  },
  {
    name: "malformed-hello",
    shows: "A ServerHello whose extensions say that they are longer than the message.",
    ...crafted({ suite: 0xc02f, malformed: true }),
    ca: "root",
  },
];
