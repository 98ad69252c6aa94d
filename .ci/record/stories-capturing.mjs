/** Stories about the capture itself, one a row: each is an ordinary recording, edited. */
import { mosquitto, script } from "./brokers.mjs";
import { appendDrops, asWifi, cutFrames, dropFirst, keysOf, keysOfNobody, linkType, onlyFrom, setClock, stepClock, twiceDifferently } from "./edits.mjs";
import { mosquittoClient, mqttjs, octets } from "./clients.mjs";
import { crafted } from "./handshakes.mjs";
import { AT_MOST_1_2, LOGIN_ARGS, plain, publisher, READINGS, SENSOR, TEMPERATURE, tlsBroker, WITH_PASSWORDS } from "./parts.mjs";

/** MQTT 3.1.1: a CONNECT, and two PUBLISH with an octet behind them that no packet begins with, again and again. */
const CONNECT = Buffer.from("\x10\x15\0\x04MQTT\x04\x02\0\x3c\0\x09sensor-a1", "latin1");
const PUBLISH = Buffer.from("\x30\x15\0\x0fiot/sensor/temp25.3", "latin1");
const BROKEN = Array.from({ length: 40 }, () => [PUBLISH, PUBLISH, Buffer.from([0])]).flat();

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
    name: "limit-reached",
    shows: "A client whose framing of MQTT breaks again and again, before a broker that does not care.",
    port: 1883,
    brokers: [
      script({
        port: 1883,
        says: "answers the first octets with a CONNACK, and nothing after that",
        answer(socket) {
          socket.once("data", () => socket.write(Buffer.from([0x20, 2, 0, 0])));
          socket.on("data", () => {});
          socket.on("end", () => socket.end());
        },
      }),
    ],
    clients: [octets(1883, "CONNECT, then 80 PUBLISH with a zero octet after every second one", [CONNECT, Buffer.concat(BROKEN)])],
  },
  {
    name: "checksum-offload",
    shows: "A login in clear between two addresses that are not of loopback's own: the kernel leaves checksums to the card.",
    port: 1883,
    brokers: [mosquitto({ ports: [1883], lines: ["listener 1883 192.0.2.1", ...WITH_PASSWORDS], host: "192.0.2.1" })],
    clients: [mosquittoClient("mosquitto_pub", `-A 192.0.2.7 -h 192.0.2.1 -p 1883 ${LOGIN_ARGS} ${TEMPERATURE}`)],
  },
  {
    name: "keys-inside",
    shows: "A reading inside TLS 1.3 with a key log beside it that is for this handshake. Its secret is random: nothing can be opened with it.",
    port: 8883,
    brokers: [tlsBroker("good")],
    clients: [publisher("root")],
    edit: keysOf("the first ClientHello"),
    ca: "root",
  },
  {
    name: "keys-of-others",
    shows: "The same with a key log that is for another handshake.",
    from: "keys-inside",
    edit: keysOfNobody(),
    ca: "root",
  },
  {
    name: "malformed-hello",
    shows: "A ServerHello whose extensions say that they are longer than the message.",
    ...crafted({ suite: 0xc02f, malformed: true }),
    ca: "root",
  },
];
