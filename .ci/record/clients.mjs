/** Who speaks in a story: the mosquitto clients, MQTT.js, or octets sent by hand. */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import mqtt from "mqtt";
import { opensslSays } from "./brokers.mjs";
import { versionOf } from "./versions.mjs";

/** `mosquitto_pub ARGS` or `mosquitto_sub ARGS`; `background` goes on until the broker stops or `-C` is reached. */
export function mosquittoClient(program, line, { openssl, background = false } = {}) {
  return {
    says: `\`${program} ${line}\`${opensslSays(openssl)} (${versionOf("mosquitto")})`,
    async run(lab) {
      const args = line.match(/'[^']*'|\S+/g).map(word => lab.fill(word.replaceAll("'", "")));
      const env =
        openssl === undefined ? process.env : { ...process.env, OPENSSL_CONF: lab.openssl(openssl) };
      // -d tells of the SUBACK; it does so at once only where its output is not held back in blocks.
      const child = background
        ? spawn("stdbuf", ["-oL", program, "-d", ...args], { env, stdio: ["ignore", "pipe", "pipe"] })
        : spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
      const exit = once(child, "exit");
      child.stderr.resume();
      if (!background) {
        child.stdout.resume();
        await exit;
        return;
      }
      await new Promise(resolve => {
        child.stdout.on("data", chunk => String(chunk).includes("SUBACK") && resolve());
        void exit.then(resolve);
      });
      return { leave: () => exit }; // by itself, with -C
    },
  };
}

/**
 * MQTT.js, step by step on one connection. `url` and `options` are its own; `ca` names a certificate of the lab to trust,
 * `certificate` one to show with its key.
 * Steps: `{subscribe, options}`, `{unsubscribe}`, `{publish, payload, options}`. It leaves with DISCONNECT unless `end` is false;
 * a connection that fails ends the story's part without an error, for some stories are about that.
 */
export function mqttjs(url, options, steps, { ca, certificate, background = false, end = true } = {}) {
  const shown = {
    ...options,
    ...(ca === undefined ? {} : { ca: `${ca}.pem` }),
    ...(certificate === undefined ? {} : { cert: `${certificate}.pem`, key: `${certificate}.key` }),
  };
  return {
    says: `MQTT.js ${versionOf("mqtt")}: \`connect("${url}", ${JSON.stringify(shown)})\`, then ${
      steps.length === 0 ? "nothing" : steps.map(step => `\`${JSON.stringify(step, shortened)}\``).join(", ")
    }`,
    async run(lab) {
      const client = mqtt.connect(url, {
        reconnectPeriod: 0,
        ...options,
        ...(ca === undefined ? {} : { ca: [lab.certificates.pem(ca)] }),
        ...(certificate === undefined ? {} : lab.pem(certificate)),
      });
      client.on("error", () => {});
      const connected = await Promise.race([
        once(client, "connect").then(
          () => true,
          () => false,
        ),
        once(client, "close").then(
          () => false,
          () => false,
        ),
      ]);
      if (!connected) return void client.end(true);
      for (const step of steps) await take(client, step);
      const leave = () => (end ? client.endAsync() : client.endAsync(true));
      if (!background) return void (await leave());
      return { leave };
    },
  };
}

/** Octets sent by hand on one TCP connection, each after the answer to the one before. */
export function octets(port, says, sends) {
  return {
    says: `script to port ${port}: ${says}`,
    async run() {
      const socket = connectTcp({ port, host: "127.0.0.1", noDelay: true });
      socket.on("error", () => {});
      await once(socket, "connect");
      for (const send of sends) {
        if (socket.destroyed || socket.readableEnded) break;
        socket.write(send);
        await Promise.race([once(socket, "data"), once(socket, "close"), sleep(ANSWER_MS)]);
      }
      socket.end();
      if (!socket.destroyed) await Promise.race([once(socket, "close"), sleep(ANSWER_MS)]);
    },
  };
}

/** TCP sessions that are opened one after the other, say nothing, and are closed together. */
export function silentSessions(port, count, seconds) {
  return {
    says: `script to port ${port}: ${count} TCP sessions without an octet, closed after ${seconds} s`,
    async run() {
      const sockets = [];
      for (let opened = 0; opened < count; opened++) {
        const socket = connectTcp({ port, host: "127.0.0.1" });
        socket.on("error", () => {});
        await once(socket, "connect");
        sockets.push(socket);
      }
      await sleep(seconds * 1_000);
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Datagrams between two UDP sockets, one after the other: `["client" | "gateway", octets]`. No broker is there to ask. */
export function datagrams(port, says, sends) {
  return {
    says: `script, as client and as gateway on UDP port ${port}: ${says}`,
    async run() {
      const [client, gateway] = [createSocket("udp4"), createSocket("udp4")];
      await new Promise(resolve => gateway.bind(port, "127.0.0.1", resolve));
      await new Promise(resolve => client.bind(0, "127.0.0.1", resolve));
      for (const [from, message] of sends) {
        const [sender, receiver] = from === "client" ? [client, gateway] : [gateway, client];
        sender.send(message, receiver.address().port, "127.0.0.1");
        await once(receiver, "message");
      }
      client.close();
      gateway.close();
    },
  };
}

/** Any other command. */
export function command(program, line) {
  return {
    says: `\`${program} ${line}\` (${versionOf(program)})`,
    async run() {
      const child = spawn(program, line.split(" "), { stdio: "ignore" });
      await once(child, "exit");
    },
  };
}

async function take(client, step) {
  if (step.subscribe !== undefined)
    await client.subscribeAsync(step.subscribe, step.options ?? {}).catch(() => {});
  else if (step.unsubscribe !== undefined) await client.unsubscribeAsync(step.unsubscribe);
  else await client.publishAsync(step.publish, step.payload, step.options ?? {});
  await sleep(STEP_MS); // a segment of its own for every packet, as a device would send them
}

/** In the words of the origin, what is long is counted. */
function shortened(_key, value) {
  if (value?.type === "Buffer" && value.data.length > 64) return `${value.data.length} octets`;
  const count = value !== null && typeof value === "object" ? Object.keys(value).length : 0;
  return count > 64 ? `${count} of them` : value;
}

const STEP_MS = 20;
const ANSWER_MS = 500;
