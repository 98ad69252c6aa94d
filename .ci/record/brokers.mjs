/** Who answers in a story: mosquitto, aedes, or a few lines of Node where no broker may be asked to misbehave. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer as createTlsServer } from "node:tls";
import { Aedes } from "aedes";
import { versionOf } from "./versions.mjs";

/**
 * mosquitto with the lines of configuration given. `@passwords`, `@key:NAME` and `@certificate:NAME` become files of the lab;
 * `openssl` names one of OPENSSL_SETTINGS, because mosquitto's own `tls_version` is a minimum only.
 */
export function mosquitto({ ports, lines, openssl, host = "127.0.0.1" }) {
  return {
    says: `${versionOf("mosquitto")}: ${lines.map(line => `\`${line}\``).join(", ")}${opensslSays(openssl)}`,
    async start(lab) {
      const configuration = join(lab.folder, "mosquitto.conf");
      const text = ["user root", "log_dest stderr", ...lines].join("\n");
      writeFileSync(configuration, `${lab.fill(text)}\n`);
      const env =
        openssl === undefined ? process.env : { ...process.env, OPENSSL_CONF: lab.openssl(openssl) };
      const child = spawn("mosquitto", ["-c", configuration], { env, stdio: ["ignore", "ignore", "pipe"] });
      let said = "";
      child.stderr.on("data", chunk => (said += chunk));
      for (const port of ports) await accepting(port, host, () => said);
      return async () => {
        child.kill("SIGTERM");
        await once(child, "exit");
      };
    },
  };
}

/** aedes on plain TCP, or inside TLS with what is given to `tls.createServer`. `refuse` names filters it does not grant. */
export function aedes({ port, tls, certificate, staple = false, later, refuse = [], users }) {
  return {
    says: [
      `aedes ${versionOf("aedes")} on port ${port}`,
      ...(tls
        ? [
            `\`tls.createServer(${JSON.stringify(tls)})\`${certificate ? `, certificate \`${certificate}\`` : ""}`,
          ]
        : []),
      ...(later ? [`from the second connection on with the certificate \`${later}\``] : []),
      ...(staple ? ["with an OCSP response of sixteen octets, which mean nothing"] : []),
      ...(refuse.length > 0
        ? [`\`authorizeSubscribe\` refuses ${refuse.map(f => `\`${f}\``).join(", ")}`]
        : []),
    ].join(", "),
    async start(lab) {
      const broker = await Aedes.createBroker({
        authenticate: (_client, username, password, done) =>
          done(null, users === undefined || users[username] === String(password)),
        authorizeSubscribe: (_client, subscription, done) =>
          done(null, refuse.includes(subscription.topic) ? null : subscription),
      });
      const server = tls
        ? createTlsServer({ ...(certificate === null ? {} : lab.pem(certificate)), ...tls }, broker.handle)
        : createServer(broker.handle);
      if (staple) server.on("OCSPRequest", (_certificate, _issuer, done) => done(null, Buffer.alloc(16, 0x30)));
      if (later) server.once("secureConnection", () => server.setSecureContext(lab.pem(later)));
      server.on("tlsClientError", () => {}); // a client that refuses is what some stories show
      await listen(server, port);
      return async () => {
        await new Promise(resolve => broker.close(resolve));
        await closed(server);
      };
    },
  };
}

/** A listener that answers every connection with `answer(socket)`: for what no library speaks any more. */
export function script({ port, says, answer }) {
  return {
    says: `script on port ${port}: ${says}`,
    async start(lab) {
      const server = createServer(socket => {
        socket.on("error", () => {});
        answer(socket, lab);
      });
      await listen(server, port);
      return () => closed(server);
    },
  };
}

/** An HTTP server that has nothing to do with MQTT. */
export function http({ port, body }) {
  return {
    says: `Node's \`http.createServer\` on port ${port}`,
    async start() {
      const server = createHttpServer((_request, response) => response.end(body));
      await listen(server, port);
      return () => closed(server);
    },
  };
}

/** Settings of libssl that a program takes from OPENSSL_CONF where it has no option of its own. */
export const OPENSSL_SETTINGS = {
  "at-most-1.2": "MaxProtocol = TLSv1.2",
  "at-most-1.2-weak": "MaxProtocol = TLSv1.2\nCipherString = DEFAULT@SECLEVEL=0",
  "at-most-1.2-no-etm": "MaxProtocol = TLSv1.2\nOptions = -EncryptThenMac",
  "at-most-1.2-no-ems": "MaxProtocol = TLSv1.2\nOptions = -ExtendedMasterSecret",
};

/** The file that OPENSSL_CONF points to. */
export function writeOpensslSettings(folder, name) {
  const file = join(folder, `openssl-${name}.cnf`);
  const sections = [
    "openssl_conf = program",
    "[program]",
    "ssl_conf = libssl",
    "[libssl]",
    "system_default = limits",
  ];
  writeFileSync(file, [...sections, "[limits]", OPENSSL_SETTINGS[name], ""].join("\n"));
  return file;
}

/** How the origin names such a setting. */
export function opensslSays(name) {
  return name === undefined ? "" : `, OPENSSL_CONF with \`${OPENSSL_SETTINGS[name].replaceAll("\n", ", ")}\``;
}

function listen(server, port) {
  return new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
}

function closed(server) {
  return new Promise(resolve => server.close(resolve));
}

/** Waits until a port of another process answers. Done before the capture starts. */
export async function accepting(port, host, said) {
  for (let tries = 0; tries < 100; tries++) {
    const answered = await new Promise(resolve => {
      const socket = connect(port, host, () => resolve(true));
      socket.once("error", () => resolve(false)).once("close", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (answered) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on port ${port}: ${said()}`);
}
