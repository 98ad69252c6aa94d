/** The lines that rules give to copy, run as they stand by the programs that they are for. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RULES } from "../../src/finding/rules/index.ts";

const has = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: "ignore" }).error === undefined;
const OPENSSL = has("openssl", "version");
const MOSQUITTO = has("mosquitto", "-h") && has("mosquitto_sub", "--help");
/** A network of one's own, in which the example's name is this machine's. */
const NAMESPACE = process.getuid?.() === 0 && spawnSync("unshare", ["--net", "--mount", "true"]).status === 0;

/** Of one rule or of all, those for a program; each once, without the remark behind it. */
function linesFor(program: string, id?: string): string[] {
  const lines = RULES.filter(rule => id === undefined || rule.id === id).flatMap(({ copy }) => [
    ...(copy?.broker ?? []),
    ...(copy?.client ?? []),
  ]);
  const own = lines.filter(line => line.startsWith(program)).map(line => line.slice(program.length));
  return [...new Set(own.map(line => (program.endsWith(": ") ? line : program + line).split("   #")[0]!))];
}

let folder = "";
const run = (line: string) => {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", line], { cwd: folder, encoding: "utf8" });
  return { status, said: `${stdout}${stderr}` };
};

/** What a line needs that no line of its rule makes: an authority between the root and the broker. */
const INTERMEDIATE = [
  "openssl req -newkey rsa:2048 -nodes -keyout intermediate.key -out intermediate.csr -subj /CN=Between",
  "printf 'basicConstraints=critical,CA:TRUE\\n' > between.cnf",
  "openssl x509 -req -in intermediate.csr -CA ca.crt -CAkey ca.key -CAcreateserial -extfile between.cnf -days 365 -out intermediate.crt",
];

describe.skipIf(!OPENSSL)("lines for openssl (skipped where there is none)", () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "copied-lines-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("make an authority and a certificate of the broker's that the authority vouches for", () => {
    const lines = linesFor("openssl ", "MQ404");
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(run(line), line).toMatchObject({ status: 0 });
    const verify =
      "openssl verify -CAfile ca.crt -purpose sslserver -verify_hostname mqtt.example.com server.crt";
    expect(run(verify)).toEqual({ status: 0, said: "server.crt: OK\n" });
    expect(run(verify.replace("mqtt.example.com", "other.example.com")).status).not.toBe(0);
  });

  test("show the dates of a certificate and renew it from its request", () => {
    const [dates, renew, ...more] = linesFor("openssl ", "MQ401");
    expect(more).toEqual([]);
    expect(run(dates!)).toMatchObject({ status: 0, said: expect.stringContaining("notAfter=") });
    const before = run("openssl x509 -in server.crt -noout -serial").said;
    expect(run(renew!)).toMatchObject({ status: 0 });
    expect(run("openssl x509 -in server.crt -noout -serial").said).not.toBe(before);
    expect(run("openssl x509 -in server.crt -noout -ext subjectAltName").said).toContain("mqtt.example.com");
  });

  test("join a chain, and check it", () => {
    for (const line of INTERMEDIATE) expect(run(line), line).toMatchObject({ status: 0 });
    const below = linesFor("openssl ", "MQ401")[1]!;
    const signed = below.replace("-CA ca.crt -CAkey ca.key", "-CA intermediate.crt -CAkey intermediate.key");
    expect(run(signed)).toMatchObject({ status: 0 });
    const [joined] = linesFor("cat ", "MQ413");
    expect(run(joined!)).toMatchObject({ status: 0 });
    const [verify] = linesFor("openssl ", "MQ405");
    expect(run(verify!)).toEqual({ status: 0, said: "server.crt: OK\n" });
    expect(run("openssl verify -CAfile ca.crt server.crt").status).not.toBe(0);
  });

  test("are all run here", () => {
    const tried = new Set(["MQ401", "MQ404", "MQ405"].flatMap(id => linesFor("openssl ", id)));
    expect(linesFor("openssl ").filter(line => !tried.has(line))).toEqual([]);
  });
});

/** mosquitto with what all rules say of its configuration, on the port and under the name of the lines. */
const SCRIPT = `
ip link set lo up
mount --bind hosts /etc/hosts
mosquitto -c mosquitto.conf 2> broker.log &
for try in 1 2 3 4 5 6 7 8 9 10; do
  openssl s_client -connect mqtt.example.com:8883 < /dev/null > handshake.txt 2>&1 && break
  sleep 0.2
done
`;

describe.skipIf(!(OPENSSL && MOSQUITTO && NAMESPACE))(
  "lines for mosquitto (skipped without it, openssl, or root)",
  () => {
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "copied-lines-"));
      for (const line of linesFor("openssl ", "MQ404")) run(line);
      for (const line of [
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout device-ca.key -out device-ca.crt -subj /CN=Devices",
        "openssl req -newkey rsa:2048 -nodes -keyout device.key -out device.csr -subj /CN=sensor-a1",
        "openssl x509 -req -in device.csr -CA device-ca.crt -CAkey device-ca.key -CAcreateserial -out device.crt",
      ])
        run(line);
      writeFileSync(join(folder, "hosts"), "127.0.0.1 localhost mqtt.example.com\n");
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    /** The broker with these lines, and then the client's: what the last of them came to. */
    function brokerWith(settings: readonly string[], clients: readonly string[]) {
      const files = settings.map(line => line.replaceAll("/etc/mosquitto/", `${folder}/`));
      const lines = ["user root", "listener 8883 127.0.0.1", "allow_anonymous true", ...files];
      writeFileSync(join(folder, "mosquitto.conf"), `${lines.join("\n")}\n`);
      writeFileSync(join(folder, "run.sh"), `${SCRIPT}${clients.join("\n")}\n`);
      return run("unshare --net --mount --pid --fork --kill-child --mount-proc sh run.sh");
    }

    const CERTIFICATE = linesFor("mosquitto.conf: ", "MQ501");
    const PUBLISH = "-t iot/sensor/temp -m 25.3 -r";
    const published = (line: string): string => line.replace("…", PUBLISH);

    test("let a client that knows the root in, by the name in the certificate", () => {
      const settings = [...CERTIFICATE, ...linesFor("mosquitto.conf: ", "MQ308")];
      const [publish] = linesFor("mosquitto_pub ", "MQ501");
      const subscribe = linesFor("mosquitto_sub ");
      expect(subscribe.length).toBeGreaterThan(0);
      for (const line of subscribe)
        expect(brokerWith(settings, [published(publish!), `${line} -C 1 -W 5`])).toEqual({
          status: 0,
          said: "25.3\n",
        });
      const wrong = published(publish!).replace("--cafile ca.crt", "--cafile device-ca.crt");
      expect(brokerWith(settings, [wrong]).status).not.toBe(0);
    });

    test("ask for client certificates, and show one", () => {
      const settings = [...CERTIFICATE, ...linesFor("mosquitto.conf: ", "MQ507")];
      const [publish] = linesFor("mosquitto_pub ", "MQ508");
      expect(brokerWith(settings, [published(publish!)])).toEqual({ status: 0, said: "" });
      const [without] = linesFor("mosquitto_pub ", "MQ501");
      expect(brokerWith(settings, [published(without!)]).status).not.toBe(0);
    });
  },
);
