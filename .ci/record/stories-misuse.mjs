/** Stories of clients and brokers that use MQTT badly or in bad faith, each beside one that only looks like it. */
import { aedes, mosquitto } from "./brokers.mjs";
import { datagrams, mosquittoClient, mqttjs, octets, silentSessions } from "./clients.mjs";
import { leave } from "./edits.mjs";
import { LOGIN_ARGS, plain, publisher, secured, SENSOR, TEMPERATURE, USERS } from "./parts.mjs";

const ANONYMOUS = ["allow_anonymous true"];
const LOCAL = "-h 127.0.0.1 -p 1883";
const PLAIN_URL = "mqtt://127.0.0.1:1883";
const BY_NOBODY = { clientId: "lamp-control", protocolVersion: 4 };

const login = password =>
  mosquittoClient("mosquitto_pub", `${LOCAL} -u device_fleet -P ${password} ${TEMPERATURE}`);

/** As long as firmware is, and beginning like it. */
const image = magic => Buffer.concat([Buffer.from(magic), Buffer.alloc(4_400 - magic.length, "0123456789")]);
const ELF = image([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0]);
const ZIP = image([0x50, 0x4b, 3, 4, 20, 0, 0, 0]);

const PRIVATE_TOPICS = ["door", "window", "alarm", "camera", "safe", "meter", "garage", "gate", "lock", "heat"].map(
  room => `house/${room}/state`,
);
const PANELS = Array.from({ length: 60 }, (_, panel) => `plant/${panel}/value`);
const PROPERTIES = Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`key-${at}`, String(at)]));

/** MQTT 3.1.1 §3.1 with a Client Identifier that is read from the right, and §3.3 with a bell in its topic. */
const ODD_ID = Buffer.from("sensor\u202eexe.gnp");
const ODD_CONNECT = Buffer.concat([
  Buffer.from("\x10\x1c\0\x04MQTT\x04\x02\0\x3c\0\x10", "latin1"),
  ODD_ID,
]);
const ODD_PUBLISH = Buffer.from("\x30\x11\0\x0biot\x07/sensor25.3", "latin1");

/** MQTT-SN 1.2: Length and MsgType are put before the rest. */
const sn = (type, ...rest) => {
  const body = Buffer.concat(rest.map(part => Buffer.from(part)));
  return Buffer.concat([Buffer.from([body.length + 2, type]), body]);
};
const SENSOR_NETWORK = [
  ["client", sn(0x04, [0x04, 0x01, 0x00, 0x3c], "sensor-a1")], // CONNECT, clean session, 60 s
  ["gateway", sn(0x05, [0x00])],
  ["client", sn(0x0a, [0, 0, 0, 1], "iot/sensor/temp")], // REGISTER
  ["gateway", sn(0x0b, [0, 1, 0, 1, 0])],
  ["client", sn(0x0c, [0x20, 0, 1, 0, 2], "25.3")], // PUBLISH, QoS 1, topic 1
  ["gateway", sn(0x0d, [0, 1, 0, 2, 0])],
  ["client", sn(0x12, [0x20, 0, 3], "iot/command")], // SUBSCRIBE
  ["gateway", sn(0x13, [0x20, 0, 2, 0, 3, 0])],
  ["gateway", sn(0x0c, [0x00, 0, 2, 0, 0], "on")],
  ["client", sn(0x0c, [0x62, 0x74, 0x31, 0, 0], "64.2")], // PUBLISH, QoS -1, short topic t1
  ["client", sn(0x16)],
  ["gateway", sn(0x17)],
  ["client", sn(0x18)],
  ["gateway", sn(0x18)],
];

export const MISUSE = [
  {
    name: "sys-topic",
    shows: "An anonymous client is given `$SYS/broker/version`: the broker's software and its version.",
    port: 1883,
    brokers: [plain(1883, ANONYMOUS)],
    clients: [mosquittoClient("mosquitto_sub", `${LOCAL} -i watcher -t $SYS/broker/version -C 1`)],
  },
  {
    name: "guessing",
    shows: "Six passwords are refused for one user name, one after the other; the seventh is right.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      ...["123456", "password", "admin", "mqtt", "secret", "letmein"].map(login),
      mosquittoClient("mosquitto_pub", `${LOCAL} ${LOGIN_ARGS} ${TEMPERATURE}`),
    ],
  },
  {
    name: "refused-again",
    shows: "The same wrong password is refused six times: a client with a wrong setting, and nobody who guesses.",
    port: 1883,
    brokers: [plain(1883)],
    clients: Array.from({ length: 6 }, () => login("MqttP@ss2023!")),
  },
  {
    name: "topic-scan",
    shows: "A client asks for ten topics one by one, and is refused each (SUBACK 0x80).",
    port: 1883,
    brokers: [aedes({ port: 1883, refuse: PRIVATE_TOPICS, users: USERS })],
    clients: [
      mqttjs(
        PLAIN_URL,
        SENSOR,
        PRIVATE_TOPICS.map(topic => ({ subscribe: topic })),
      ),
    ],
  },
  {
    name: "dashboard",
    shows: "A dashboard asks for sixty topics in two SUBSCRIBE packets, and is granted all of them.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      mqttjs(PLAIN_URL, { ...SENSOR, clientId: "dashboard" }, [
        { subscribe: PANELS.slice(0, 30) },
        { subscribe: PANELS.slice(30) },
      ]),
    ],
  },
  {
    name: "takeover",
    shows:
      "A second client logs in from another address with the Client Identifier of one that is connected; the broker closes the first, which says goodbye to it.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      mqttjs(PLAIN_URL, SENSOR, [{ subscribe: "iot/command" }], { background: true, end: false }),
      mosquittoClient("mosquitto_pub", `${LOCAL} -A 127.0.0.2 ${LOGIN_ARGS} ${TEMPERATURE}`),
    ],
  },
  {
    name: "roaming",
    shows:
      "takeover without anything from the first client after the second logged in: a device that has got another address, and whose old one is gone.",
    from: "takeover",
    edit: leave("the CONNECT from 127.0.0.2", frame =>
      frame.octets.includes(Buffer.from([0x7f, 0, 0, 2, 0x7f, 0, 0, 1])) && frame.octets.includes("MQTT"),
    ),
  },
  {
    name: "commands",
    shows:
      "A client without credentials switches a lamp, sends it to `http://` for its firmware, and sends it a program itself.",
    port: 1883,
    brokers: [plain(1883, ANONYMOUS)],
    clients: [
      mqttjs(PLAIN_URL, BY_NOBODY, [
        { publish: "house/lamp/set", payload: "on" },
        { publish: "house/lamp/settings", payload: '{"firmware":"http://192.0.2.10/lamp/2.1.bin"}' },
        { publish: "house/lamp/ota", payload: ELF },
      ]),
    ],
  },
  {
    name: "innocent",
    shows:
      "A client without credentials publishes what only looks like commands, programs and tricks: words that hold `set` and `reset`, a link to a manual, an archive of data, emoji in a topic, and a retained reading that is deleted again.",
    port: 1883,
    brokers: [plain(1883, ANONYMOUS)],
    clients: [
      mqttjs(PLAIN_URL, BY_NOBODY, [
        { publish: "house/settings/offset", payload: "3" },
        { publish: "house/controller/presets", payload: "see http://docs.example.com/api/manual.html" },
        { publish: "backup/monday", payload: ZIP },
        { publish: "house/heating/target", payload: "21", options: { retain: true } },
        { publish: "house/heating/target", payload: "", options: { retain: true } },
        { publish: "K\u00fcche/\u{1f321}\u{fe0f}/\u{1f469}\u200d\u{1f527}", payload: "21" },
      ]),
    ],
  },
  {
    name: "retained-secret",
    shows: "A device publishes the name and the password of the house's network as a retained message.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      mqttjs(PLAIN_URL, SENSOR, [
        {
          publish: "house/gateway/network",
          payload: '{"ssid":"Lindenhof","password":"Kirschkuchen-um-vier"}',
          options: { retain: true, qos: 1 },
        },
      ]),
    ],
  },
  {
    name: "careless",
    shows:
      "Three clients without credentials on port 2883, numbered one after the other, without keep alive and with sessions that never end.",
    port: 2883,
    brokers: [plain(2883, ANONYMOUS)],
    clients: ["device-001", "device-002", "device-003"].map(clientId =>
      mqttjs("mqtt://127.0.0.1:2883", { clientId, protocolVersion: 4, clean: false, keepalive: 0 }, []),
    ),
  },
  {
    name: "tls-then-plain",
    shows: "A client refuses the broker's certificate, and logs in without TLS right afterwards.",
    port: 8883,
    filter: "tcp port 8883 or tcp port 1883",
    brokers: [
      mosquitto({ ports: [8883, 1883], lines: [...secured("good"), "listener 1883 127.0.0.1"] }),
    ],
    clients: [
      publisher("stranger"),
      mosquittoClient("mosquitto_pub", `${LOCAL} ${LOGIN_ARGS} ${TEMPERATURE}`),
    ],
    ca: "root",
  },
  {
    name: "mqtt-sn",
    shows:
      "MQTT-SN 1.2 over UDP: CONNECT, REGISTER, PUBLISH with QoS 1 and -1, SUBSCRIBE, a delivery, PINGREQ, DISCONNECT.",
    port: 1884,
    filter: "udp port 1884",
    brokers: [],
    clients: [datagrams(1884, "the messages of one session", SENSOR_NETWORK)],
  },
  {
    name: "odd-text",
    shows:
      "A Client Identifier with U+202E, which turns the rest around, and a topic with the control character U+0007.",
    port: 1883,
    brokers: [plain(1883, ANONYMOUS)],
    clients: [octets(1883, "CONNECT as `sensor\\u202eexe.gnp`, PUBLISH to `iot\\u0007/sensor`", [ODD_CONNECT, ODD_PUBLISH])],
  },
  {
    name: "excess",
    shows: "MQTT 5.0: a PUBLISH with eighty user properties.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      mqttjs(PLAIN_URL, { ...SENSOR, protocolVersion: 5 }, [
        { publish: "iot/sensor/temp", payload: "25.3", options: { properties: { userProperties: PROPERTIES } } },
      ]),
    ],
  },
  {
    name: "idle",
    shows: "Twenty TCP sessions to a broker, open for 31 s, without a CONNECT.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [silentSessions(1883, 20, 31)],
  },
];
