/** What several stories share: the device, its readings, the ways to start a broker. */
import { aedes, mosquitto } from "./brokers.mjs";
import { mosquittoClient, mqttjs } from "./clients.mjs";

/** Made up for these captures and used nowhere else. */
export const USERS = { device_fleet: "MqttP@ss2024!" };

/** A pre-shared key, made up as well. */
export const PSK = { identity: "device-7", key: "6d6164652075702066" };

export const LOGIN = { username: "device_fleet", password: USERS.device_fleet };
export const LOGIN_ARGS = "-u device_fleet -P 'MqttP@ss2024!'";
export const SENSOR = { clientId: "sensor-a1", protocolVersion: 4, ...LOGIN };
export const READINGS = [
  { publish: "iot/sensor/temp", payload: "25.3" },
  { publish: "iot/sensor/humidity", payload: "62.4", options: { qos: 1 } },
];
export const TEMPERATURE = "-i sensor-a1 -q 1 -t iot/sensor/temp -m 25.3";
export const BY_NAME = "-h mqtt.example.com -p 8883";
export const AT_MOST_1_2 = { openssl: "at-most-1.2" };
export const NAMED = { host: "127.0.0.1", port: 8883, servername: "mqtt.example.com" };

export const WITH_PASSWORDS = ["allow_anonymous false", "password_file @passwords"];
export const plain = (port, lines = WITH_PASSWORDS) =>
  mosquitto({ ports: [port], lines: [`listener ${port} 127.0.0.1`, ...lines] });
/** `leaf` may be a chain, `leaf+intermediate`: the key is the first one's. */
export const secured = (leaf, port = 8883) => [
  `listener ${port} 127.0.0.1`,
  `certfile @certificate:${leaf}`,
  `keyfile @key:${leaf.split("+")[0]}`,
  ...WITH_PASSWORDS,
];
export const tlsBroker = (leaf, openssl) => mosquitto({ ports: [8883], lines: secured(leaf), openssl });

/** mosquitto_pub by name, with the certificate that it trusts. */
export const publisher = (trusts, { openssl, flags = "" } = {}) =>
  mosquittoClient(
    "mosquitto_pub",
    `${BY_NAME} --cafile @certificate:${trusts} ${flags}${LOGIN_ARGS} ${TEMPERATURE}`,
    { openssl },
  );

/** MQTT.js by address, with the server name given, and with the certificate that it trusts or without verification. */
export const device = (trusts, options = {}, certificate = undefined) =>
  trusts === undefined
    ? mqttjs("mqtts://127.0.0.1", { ...SENSOR, ...NAMED, ...options, rejectUnauthorized: false }, READINGS, { certificate })
    : mqttjs("mqtts://127.0.0.1", { ...SENSOR, ...NAMED, ...options }, READINGS, { ca: trusts, certificate });

/** aedes and MQTT.js held to one version and suite with Node's OpenSSL; `null` for a suite without certificates. */
export const forced = (tls, certificate = "good", more = {}) => ({
  port: 8883,
  brokers: [aedes({ port: 8883, tls, certificate, users: USERS, ...more })],
  clients: [device(certificate === null ? undefined : "root", tls)],
});

/** The same two programs before and after; only how they reach the broker differs. */
export const deviceAndApplication = reach => [
  reader(reach, "-t iot/sensor/temp -t iot/sensor/humidity -C 2"),
  mosquittoClient("mosquitto_pub", `${reach} ${LOGIN_ARGS} ${TEMPERATURE}`),
  mosquittoClient("mosquitto_pub", `${reach} ${LOGIN_ARGS} -i sensor-a1 -q 1 -t iot/sensor/humidity -m 62.4`),
];

/** mosquitto_sub of an application, which goes on until it has read what it wants. */
export const reader = (reach, wants) =>
  mosquittoClient("mosquitto_sub", `${reach} ${LOGIN_ARGS} -i application-1 -q 1 ${wants}`, {
    background: true,
  });
