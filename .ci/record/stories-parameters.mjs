/** Stories about what a handshake agrees on, one a row: versions, suites, groups, signatures, extensions. */
import { mosquitto } from "./brokers.mjs";
import { mosquittoClient } from "./clients.mjs";
import { crafted } from "./handshakes.mjs";
import {
  AT_MOST_1_2,
  BY_NAME,
  device,
  forced,
  LOGIN_ARGS,
  PSK,
  publisher,
  secured,
  TEMPERATURE,
  tlsBroker,
  WITH_PASSWORDS,
} from "./parts.mjs";
import { shell } from "./shell.mjs";

/** OpenSSL's own TLS 1.2 between mosquitto and its client, with one suite. */
const suite = (ciphers, openssl = "at-most-1.2") => ({
  port: 8883,
  brokers: [mosquitto({ ports: [8883], lines: [...secured("good"), `ciphers ${ciphers}`], openssl })],
  clients: [publisher("root", AT_MOST_1_2)],
  ca: "root",
});

/** A broker that knows its clients by a pre-shared key; mosquitto offers no certificate there. */
const preShared = ciphers => ({
  port: 8883,
  brokers: [
    mosquitto({
      ports: [8883],
      lines: [
        "listener 8883 127.0.0.1",
        "psk_hint example",
        "psk_file @psk",
        `ciphers ${ciphers}`,
        ...WITH_PASSWORDS,
      ],
      openssl: "at-most-1.2",
    }),
  ],
  clients: [
    mosquittoClient(
      "mosquitto_pub",
      `${BY_NAME} --psk ${PSK.key} --psk-identity ${PSK.identity} --ciphers ${ciphers} ${LOGIN_ARGS} ${TEMPERATURE}`,
      AT_MOST_1_2,
    ),
  ],
});

const ONLY_1_2 = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" };
const WEAK = ":@SECLEVEL=0";

/** What s_client does with its session: MQTT inside is one CONNECT, octet by octet. */
const CONNECT = "printf '\\020\\025\\000\\004MQTT\\004\\002\\000\\074\\000\\011sensor-a1'";
const sClient = (flags, input = `{ ${CONNECT}; sleep 0.5; }`) =>
  `${input} | openssl s_client -connect 127.0.0.1:8883 -servername mqtt.example.com -CAfile @certificate:root -quiet -no_ign_eof ${flags}`;
const sServer = flags =>
  `tail -f /dev/null | openssl s_server -accept 127.0.0.1:8883 -cert @certificate:good -key @key:good -quiet ${flags}`;

/** RFC 2409 §6.2, as `openssl dhparam` writes it. */
const SECOND_OAKLEY_GROUP = `-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----`;

export const PARAMETERS = [
  {
    name: "tls13-not-used",
    shows: "The client offers TLS 1.3; the broker is kept at TLS 1.2.",
    port: 8883,
    brokers: [tlsBroker("good", "at-most-1.2")],
    clients: [publisher("root")],
    ca: "root",
  },
  {
    name: "falling-version",
    shows:
      "A client tries TLS 1.3 alone, is refused by a broker that is kept at TLS 1.2, and tries again with TLS 1.2.",
    port: 8883,
    brokers: [tlsBroker("good", "at-most-1.2")],
    clients: [device("root", { minVersion: "TLSv1.3" }), device("root", { maxVersion: "TLSv1.2" })],
    ca: "root",
  },
  {
    name: "fallback-signal",
    shows: "A client says with TLS_FALLBACK_SCSV that it comes down from a newer version; the broker knows none.",
    port: 8883,
    brokers: [tlsBroker("good", "at-most-1.2")],
    clients: [shell(sClient("-tls1_2 -fallback_scsv"))],
    ca: "root",
  },
  {
    name: "downgrade-sentinel",
    shows:
      "The broker's random ends in DOWNGRD 01, the client had offered TLS 1.3, and the handshake goes on with TLS 1.2.",
    ...crafted({ suite: 0xc02f, offersTls13: true, serverEnds: [..."DOWNGRD\u0001"].map(c => c.charCodeAt(0)) }),
    ca: "root",
  },
  {
    name: "export-cipher",
    shows: "TLS_RSA_EXPORT_WITH_RC4_40_MD5, offered and chosen.",
    ...crafted({ suite: 0x0003, offers: [0x0003] }),
    ca: "root",
  },
  {
    name: "rc4",
    shows: "TLS_ECDHE_RSA_WITH_RC4_128_SHA, offered and chosen.",
    ...crafted({ suite: 0xc011, offers: [0xc011] }),
    ca: "root",
  },
  {
    name: "triple-des",
    shows: "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA, offered and chosen.",
    ...crafted({ suite: 0xc012, offers: [0xc012] }),
    ca: "root",
  },
  {
    name: "cbc-mac-then-encrypt",
    shows: "TLS 1.2 with a CBC suite; the broker has encrypt-then-MAC switched off.",
    ...suite("ECDHE-RSA-AES128-SHA256", "at-most-1.2-no-etm"),
  },
  {
    name: "encrypt-then-mac",
    shows: "The same suite; both ends have encrypt-then-MAC, as OpenSSL does without a word.",
    ...suite("ECDHE-RSA-AES128-SHA256"),
  },
  {
    name: "dhe",
    shows: "TLS 1.2 with DHE in a group of 2048 bits or more.",
    ...forced({ ...ONLY_1_2, ciphers: "DHE-RSA-AES128-GCM-SHA256", dhparam: "auto" }),
    ca: "root",
  },
  {
    name: "small-dh",
    shows: "TLS 1.2 with DHE in the group of 1024 bits that RFC 2409 made popular.",
    ...forced({ ...ONLY_1_2, ciphers: `DHE-RSA-AES128-GCM-SHA256${WEAK}`, dhparam: SECOND_OAKLEY_GROUP }),
    ca: "root",
  },
  {
    name: "static-ecdh",
    shows: "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256, offered and chosen: ECDH without the E.",
    ...crafted({ suite: 0xc031, offers: [0xc031] }),
    ca: "root",
  },
  {
    name: "weak-curve",
    shows: "TLS 1.2 with ECDHE on a curve of 192 bits.",
    ...forced({ ...ONLY_1_2, ciphers: `ECDHE-RSA-AES128-GCM-SHA256${WEAK}`, ecdhCurve: "prime192v1" }),
    ca: "root",
  },
  {
    name: "sha1-handshake",
    shows: "TLS 1.2; the broker signs its half of the key exchange over SHA-1.",
    ...forced({ ...ONLY_1_2, ciphers: `ECDHE-RSA-AES128-GCM-SHA256${WEAK}`, sigalgs: "RSA+SHA1" }),
    ca: "root",
  },
  {
    name: "compression",
    shows: "TLS 1.2 with DEFLATE below encryption.",
    ...crafted({ suite: 0xc02f, compression: 1 }),
    ca: "root",
  },
  {
    name: "no-extended-master-secret",
    shows: "TLS 1.2; the broker does not take the extended master secret that the client offers.",
    ...suite("ECDHE-RSA-AES128-GCM-SHA256", "at-most-1.2-no-ems"),
  },
  {
    name: "no-secure-renegotiation",
    shows: "TLS 1.2; the client signals secure renegotiation and the broker does not know it.",
    ...crafted({ suite: 0xc02f, without: ["renegotiationInfo"] }),
    ca: "root",
  },
  {
    name: "early-data",
    shows: "TLS 1.3: a session, and a second one whose CONNECT is sent as early data, before the broker's hello.",
    port: 8883,
    brokers: [shell(sServer("-early_data"), { port: 8883 })],
    clients: [
      shell(sClient("-sess_out session.pem")),
      shell(`${CONNECT} > connect; ${sClient("-sess_in session.pem -early_data connect", "sleep 0.5")}`),
    ],
    ca: "root",
  },
  {
    name: "resumed",
    shows: "TLS 1.3: a session, and a second one that resumes it and shows no certificate.",
    port: 8883,
    brokers: [shell(sServer(""), { port: 8883 })],
    clients: [shell(sClient("-sess_out session.pem")), shell(sClient("-sess_in session.pem"))],
    ca: "root",
  },
  {
    name: "psk",
    shows: "TLS 1.2 with a pre-shared key and no Diffie-Hellman; there are no certificates.",
    ...preShared("PSK-AES128-GCM-SHA256"),
  },
  {
    name: "psk-ecdhe",
    shows: "TLS 1.2 with a pre-shared key and ECDHE; there are no certificates.",
    ...preShared("ECDHE-PSK-CHACHA20-POLY1305"),
  },
  {
    name: "ticket-lifetime",
    shows: "TLS 1.2; the broker's session tickets are good for thirty days.",
    ...forced({ ...ONLY_1_2, sessionTimeout: 30 * 86_400 }),
    ca: "root",
  },
  {
    name: "heartbleed-probe",
    shows:
      "A heartbeat in clear, during the handshake, that claims 16384 octets and brings three; the broker answers with more than it was sent.",
    ...crafted({
      suite: 0xc02f,
      heartbeat: { request: [1, 0x40, 0, 1, 2, 3], response: [2, 0, 64, ...Array.from({ length: 80 }, () => 7)] },
    }),
    ca: "root",
  },
  {
    name: "heartbeat",
    shows: "A heartbeat in clear as RFC 6520 wants it: sixteen octets, sixteen of padding, and the same back.",
    ...crafted({
      suite: 0xc02f,
      heartbeat: {
        request: [1, 0, 16, ...Array.from({ length: 32 }, () => 7)],
        response: [2, 0, 16, ...Array.from({ length: 32 }, () => 7)],
      },
    }),
    ca: "root",
  },
  {
    name: "sni-is-ip",
    shows: "mosquitto_pub connects to an address and puts it where the name belongs; the certificate is for the address.",
    port: 8883,
    brokers: [tlsBroker("by-address")],
    clients: [
      mosquittoClient(
        "mosquitto_pub",
        `-h 127.0.0.1 -p 8883 --cafile @certificate:root ${LOGIN_ARGS} ${TEMPERATURE}`,
      ),
    ],
    ca: "root",
  },
  {
    name: "client-offers-weak",
    shows: "A client that offers suites without encryption and without certificates; the broker chooses a sound one.",
    port: 8883,
    brokers: [tlsBroker("good", "at-most-1.2")],
    clients: [device("root", { maxVersion: "TLSv1.2", ciphers: "ALL:eNULL@SECLEVEL=0" })],
    ca: "root",
  },
  {
    name: "ccm8",
    shows: "TLS 1.3 with TLS_AES_128_CCM_8_SHA256.",
    ...forced({ minVersion: "TLSv1.3", ciphers: "TLS_AES_128_CCM_8_SHA256:DEFAULT@SECLEVEL=0" }),
    ca: "root",
  },
  {
    name: "outside-nist",
    shows: "TLS 1.3 with ChaCha20 and X25519, sound, and not on NIST's list.",
    ...forced({ minVersion: "TLSv1.3", ciphers: "TLS_CHACHA20_POLY1305_SHA256" }),
    ca: "root",
    flags: "--policy nist",
  },
  {
    name: "within-nist",
    shows: "TLS 1.3 with AES-GCM and P-256, by NIST's list.",
    ...forced({ minVersion: "TLSv1.3", ciphers: "TLS_AES_128_GCM_SHA256", ecdhCurve: "P-256" }),
    ca: "root",
    flags: "--policy nist",
  },
  {
    name: "outside-mozilla",
    shows: "TLS 1.2 with a CBC suite and encrypt-then-MAC, sound, and not on Mozilla's list.",
    ...suite("ECDHE-RSA-AES128-SHA256"),
    flags: "--policy mozilla-intermediate",
  },
  {
    name: "tls-on-1883",
    shows: "TLS on the port that is registered for MQTT in clear.",
    port: 1883,
    brokers: [
      mosquitto({
        ports: [1883],
        lines: [
          "listener 1883 127.0.0.1",
          "certfile @certificate:good",
          "keyfile @key:good",
          ...WITH_PASSWORDS,
        ],
      }),
    ],
    clients: [
      mosquittoClient(
        "mosquitto_pub",
        `-h mqtt.example.com -p 1883 --cafile @certificate:root ${LOGIN_ARGS} ${TEMPERATURE}`,
      ),
    ],
    ca: "root",
  },
  {
    name: "pq-hybrid",
    shows: "TLS 1.3 with X25519MLKEM768.",
    ...crafted({ suite: 0x1302, version: 0x0304, group: 0x11ec }),
    ca: "root",
  },
];
