/** Stories in which only several handshakes together say something, one a row. */
import { aedes, mosquitto } from "./brokers.mjs";
import { mosquittoClient, mqttjs } from "./clients.mjs";
import { asBehindNat, delaySecond } from "./edits.mjs";
import { crafted } from "./handshakes.mjs";
import {
  AT_MOST_1_2,
  device,
  LOGIN_ARGS,
  NAMED,
  plain,
  publisher,
  READINGS,
  secured,
  SENSOR,
  TEMPERATURE,
  tlsBroker,
  USERS,
} from "./parts.mjs";
import { shell } from "./shell.mjs";

const second = (leaf, port = 8884) =>
  mosquitto({ ports: [port], lines: secured(leaf, port), openssl: "at-most-1.2" });
const BOTH_PORTS = "8883 or tcp port 8884";

/** Without a name to ask for: what is shown here is the key. */
const anyName = (port, flags = "") =>
  mosquittoClient(
    "mosquitto_pub",
    `-h mqtt.example.com -p ${port} --cafile @certificate:root ${flags}${LOGIN_ARGS} ${TEMPERATURE}`,
    AT_MOST_1_2,
  );

export const ACROSS = [
  {
    name: "same-random",
    shows: "Two TLS 1.2 handshakes in which the broker draws the same random.",
    ...crafted({ suite: 0xc02f, times: 2, repeats: "random" }),
    ca: "root",
  },
  {
    name: "same-share",
    shows: "Two TLS 1.3 handshakes ten minutes apart in which the broker shows the same share.",
    ...crafted({ suite: 0x1301, version: 0x0304, times: 2, repeats: "share" }),
    edit: delaySecond(600, 8883),
    ca: "root",
  },
  {
    name: "seen-twice",
    shows: "One TLS 1.2 connection, captured on both sides of a gateway that translates addresses.",
    port: 8883,
    brokers: [tlsBroker("good", "at-most-1.2")],
    clients: [publisher("root", AT_MOST_1_2)],
    edit: asBehindNat(8883),
    ca: "root",
  },
  {
    name: "hello-retry",
    shows: "TLS 1.3; the broker wants another group than the client's first, so that the client says hello twice.",
    port: 8883,
    brokers: [
      aedes({
        port: 8883,
        tls: { minVersion: "TLSv1.3", ecdhCurve: "P-384" },
        certificate: "good",
        users: USERS,
      }),
    ],
    clients: [device("root", { minVersion: "TLSv1.3" })],
    ca: "root",
  },
  {
    name: "shared-key",
    shows: "Three brokers, each at an address of its own, with one key.",
    port: 8883,
    brokers: [
      mosquitto({
        ports: [8883],
        lines: [1, 2, 3].flatMap(n =>
          secured("three-addresses").map((line, index) =>
            index === 0 ? `listener 8883 127.0.0.${n}` : line,
          ),
        ).filter((line, index, all) => !/^(?:allow|password)/.test(line) || all.indexOf(line) === index),
        openssl: "at-most-1.2",
      }),
    ],
    clients: [1, 2, 3].map(n =>
      mosquittoClient(
        "mosquitto_pub",
        `-h 127.0.0.${n} -p 8883 --cafile @certificate:root ${LOGIN_ARGS} ${TEMPERATURE}`,
        AT_MOST_1_2,
      ),
    ),
    ca: "root",
  },
  {
    name: "shared-factor",
    shows: "Two brokers whose RSA keys have a prime in common.",
    port: BOTH_PORTS,
    brokers: [tlsBroker("factor-a", "at-most-1.2"), second("factor-b")],
    clients: [anyName(8883), anyName(8884)],
    ca: "root",
  },
  {
    name: "roca",
    shows: "A broker with an RSA key of the form that RSALib made (CVE-2017-15361).",
    port: 8883,
    brokers: [tlsBroker("roca", "at-most-1.2")],
    clients: [publisher("root", AT_MOST_1_2)],
    ca: "root",
  },
  {
    name: "same-serial",
    shows: "Two brokers whose certificates have the same issuer and the same serial number.",
    port: BOTH_PORTS,
    brokers: [tlsBroker("serial-a", "at-most-1.2"), second("serial-b")],
    clients: [anyName(8883), anyName(8884)],
    ca: "root",
  },
  {
    name: "client-key-twice",
    shows: "Mutual TLS 1.2: the same client certificate from two addresses at the same time.",
    port: 8883,
    brokers: [
      mosquitto({
        ports: [8883],
        lines: [...secured("good"), "cafile @certificate:root", "require_certificate true"],
        openssl: "at-most-1.2",
      }),
    ],
    clients: [1, 2].map(n =>
      mqttjs(
        "mqtts://127.0.0.1",
        { ...SENSOR, ...NAMED, clientId: `sensor-a${n}`, maxVersion: "TLSv1.2", localAddress: `127.0.0.${n}` },
        READINGS.slice(0, 1),
        { ca: "root", certificate: "device", background: true },
      ),
    ),
    ca: "root",
  },
  {
    name: "inconsistent",
    shows:
      "The same client refuses a broker whose certificate has expired, and takes another's that is for another host (--insecure).",
    port: BOTH_PORTS,
    brokers: [tlsBroker("expired", "at-most-1.2"), second("wrong-host")],
    clients: [anyName(8883), anyName(8884, "--insecure ")],
    ca: "root",
  },
  {
    name: "broker-changed",
    shows: "The broker shows another key from another authority at the second connection; the client does not verify.",
    port: 8883,
    brokers: [
      aedes({
        port: 8883,
        tls: { maxVersion: "TLSv1.2" },
        certificate: "good",
        later: "stranger",
        users: USERS,
      }),
    ],
    clients: [device(undefined, { maxVersion: "TLSv1.2" }), device(undefined, { maxVersion: "TLSv1.2" })],
  },
  {
    name: "mended",
    shows: "A client refuses an expired certificate that it took in an earlier capture, that of `expired`.",
    port: 8883,
    brokers: [tlsBroker("expired", "at-most-1.2")],
    clients: [publisher("root", AT_MOST_1_2)],
    ca: "root",
    flags: "fixtures/captures/expired/capture.pcapng",
  },
  {
    name: "handshake-storm",
    shows: "A client tries TLS on a broker that speaks plain MQTT there, and tries again without a pause.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      shell(
        "for i in $(seq 22); do openssl s_client -connect 127.0.0.1:1883 -tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256; done",
      ),
    ],
  },
  {
    name: "no-sni",
    shows: "Two clients of one broker: one asks for it by name, the other does not.",
    port: 8883,
    brokers: [tlsBroker("good", "at-most-1.2")],
    clients: [
      publisher("root", AT_MOST_1_2),
      device(undefined, { maxVersion: "TLSv1.2", servername: "" }),
    ],
    ca: "root",
  },
];
