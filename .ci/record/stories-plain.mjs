/** Stories without TLS, one a row: what is read by everybody on the path. */
import { aedes, http, mosquitto } from "./brokers.mjs";
import { command, mosquittoClient, mqttjs, octets } from "./clients.mjs";
import { cutAfter, remove } from "./edits.mjs";
import {
  LOGIN_ARGS,
  plain,
  READINGS,
  SENSOR,
  TEMPERATURE,
  tlsBroker,
  USERS,
  WITH_PASSWORDS,
} from "./parts.mjs";

/** The octets of `protocol-violation`: a sound CONNECT (MQTT 3.1.1 §3.1), then PUBLISH with both QoS bits set (§3.3.1.2). */
const CONNECT = Buffer.from("\x10\x15\0\x04MQTT\x04\x02\0\x3c\0\x09sensor-a1", "latin1");
const PUBLISH_QOS_3 = Buffer.from("\x36\x17\0\x0fiot/sensor/temp\0\x0125.3", "latin1");

export const PLAIN = [
  {
    name: "plaintext-password",
    shows:
      "A device logs in over plain TCP with user name and password (MQTT 3.1.1), is accepted, and publishes two readings.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [mqttjs("mqtt://127.0.0.1:1883", SENSOR, READINGS)],
  },
  {
    name: "plaintext-username",
    shows: "A user name without a password over plain TCP, accepted.",
    port: 1883,
    brokers: [plain(1883, ["allow_anonymous true"])],
    clients: [mosquittoClient("mosquitto_pub", `-h 127.0.0.1 -p 1883 -u device_fleet ${TEMPERATURE}`)],
  },
  {
    name: "anonymous",
    shows: "A client without credentials is accepted over plain TCP.",
    port: 1883,
    brokers: [plain(1883, ["allow_anonymous true"])],
    clients: [mosquittoClient("mosquitto_pub", `-h 127.0.0.1 -p 1883 ${TEMPERATURE}`)],
  },
  {
    name: "wildcard",
    shows:
      "An anonymous client subscribes to `#`, is granted it, and is delivered what another client publishes.",
    port: 1883,
    brokers: [plain(1883, ["allow_anonymous true"])],
    clients: [
      mosquittoClient("mosquitto_sub", "-h 127.0.0.1 -p 1883 -i watcher -q 1 -t # -C 1", {
        background: true,
      }),
      mosquittoClient("mosquitto_pub", `-h 127.0.0.1 -p 1883 ${TEMPERATURE}`),
    ],
  },
  {
    name: "wildcard-refused",
    shows:
      "A client subscribes to `#` and to one topic; the broker refuses the first (SUBACK 0x80) and grants the second.",
    port: 1883,
    brokers: [aedes({ port: 1883, refuse: ["#"], users: USERS })],
    clients: [
      mqttjs("mqtt://127.0.0.1:1883", SENSOR, [{ subscribe: ["#", "iot/sensor/temp"] }, READINGS[0]]),
    ],
  },
  {
    name: "subscribe-one-topic",
    shows:
      "An anonymous client subscribes to one topic, without a wildcard, and is delivered what another client publishes.",
    port: 1883,
    brokers: [plain(1883, ["allow_anonymous true"])],
    clients: [
      mosquittoClient("mosquitto_sub", "-h 127.0.0.1 -p 1883 -i watcher -q 1 -t iot/sensor/temp -C 1", {
        background: true,
      }),
      mosquittoClient("mosquitto_pub", `-h 127.0.0.1 -p 1883 ${TEMPERATURE}`),
    ],
  },
  {
    name: "mqtt5",
    shows:
      "MQTT 5.0 over plain TCP with a password: properties of CONNECT, a will, user properties, a topic alias used after it was set, QoS 2, a subscription identifier, UNSUBSCRIBE.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      mqttjs(
        "mqtt://127.0.0.1:1883",
        {
          ...SENSOR,
          protocolVersion: 5,
          properties: {
            sessionExpiryInterval: 3600,
            receiveMaximum: 20,
            topicAliasMaximum: 10,
            userProperties: { site: "roof" },
          },
          will: {
            topic: "iot/sensor/status",
            payload: "gone",
            qos: 1,
            retain: true,
            properties: {
              willDelayInterval: 5,
              contentType: "text/plain",
              userProperties: { reason: "lost" },
            },
          },
        },
        [
          { subscribe: "iot/command/+", options: { qos: 2, properties: { subscriptionIdentifier: 7 } } },
          {
            publish: "iot/sensor/temp",
            payload: "25.3",
            options: { qos: 1, properties: { topicAlias: 1, userProperties: { unit: "C" } } },
          },
          { publish: "", payload: "25.4", options: { qos: 0, properties: { topicAlias: 1 } } },
          {
            publish: "iot/command/led",
            payload: "on",
            options: {
              qos: 2,
              properties: {
                responseTopic: "iot/answer",
                correlationData: Buffer.from("17"),
                messageExpiryInterval: 60,
              },
            },
          },
          { unsubscribe: "iot/command/+" },
        ],
      ),
    ],
  },
  {
    name: "mqtt31",
    shows: "MQTT 3.1 (protocol name MQIsdp, level 3) over plain TCP with a password.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      mosquittoClient("mosquitto_pub", `-h 127.0.0.1 -p 1883 -V mqttv31 ${LOGIN_ARGS} ${TEMPERATURE}`),
    ],
  },
  {
    name: "websocket",
    shows: "MQTT 3.1.1 with a password inside a plain WebSocket (subprotocol mqtt).",
    port: 9001,
    brokers: [
      mosquitto({
        ports: [9001],
        lines: [
          "listener 1883 127.0.0.1",
          "listener 9001 127.0.0.1",
          "protocol websockets",
          ...WITH_PASSWORDS,
        ],
      }),
    ],
    clients: [mqttjs("ws://127.0.0.1:9001/mqtt", SENSOR, READINGS)],
  },
  {
    name: "plaintext-on-8883",
    shows: "A plain listener on the port registered for MQTT over TLS; the client logs in with its password.",
    port: 8883,
    brokers: [plain(8883)],
    clients: [mqttjs("mqtt://127.0.0.1:8883", SENSOR, READINGS)],
  },
  {
    name: "plaintext-refused-8883",
    shows: "A plain CONNECT to a TLS listener: the broker closes at once, but the password was on the wire.",
    port: 8883,
    brokers: [tlsBroker("good")],
    clients: [mqttjs("mqtt://127.0.0.1:8883", SENSOR, READINGS)],
  },
  {
    name: "protocol-violation",
    shows: "A client sends PUBLISH with both QoS bits set (MQTT-3.3.1-4); mosquitto closes the connection.",
    port: 1883,
    brokers: [plain(1883, ["allow_anonymous true"])],
    clients: [octets(1883, "CONNECT, then PUBLISH with the fixed header 0x36", [CONNECT, PUBLISH_QOS_3])],
  },
  {
    name: "nothing",
    shows: "HTTP on loopback, and neither MQTT nor TLS.",
    port: 8080,
    brokers: [http({ port: 8080, body: "nothing of MQTT here\n" })],
    clients: [command("curl", "--silent --noproxy * http://127.0.0.1:8080/")],
  },
  {
    name: "gap",
    shows:
      "plaintext-password with the segment that carried the first PUBLISH taken out: the broker acknowledges octets that the capture lacks.",
    from: "plaintext-password",
    edit: remove("the first client segment that holds `iot/sensor/temp`", frame =>
      frame.octets.includes("iot/sensor/temp"),
    ),
  },
  {
    name: "cut",
    shows: "plaintext-password cut inside a block, as an interrupted copy leaves it.",
    from: "plaintext-password",
    edit: cutAfter(
      "inside the block of the first segment that holds `iot/sensor/humidity`",
      "iot/sensor/humidity",
    ),
  },
];
