/** Commands in messages, to be copied: how the program was called, and as root. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { asRoot, invocationOf, quoted, sudo } from "../../src/cli/invocation.ts";
import type { World } from "../../src/cli/world.ts";

describe("how the program was called", () => {
  test.each([
    ["mqtt-sniff", "/usr/local/bin/mqtt-sniff", {}],
    [
      "npx mqtt-sniff",
      "/home/a/mqtt-sniff/dist/main.js",
      { npm_command: "exec", npm_lifecycle_script: "mqtt-sniff rules" },
    ],
    [
      "node dist/main.js",
      "/home/a/mqtt-sniff/dist/main.js",
      { npm_command: "exec", npm_lifecycle_script: "vitest" },
    ],
    ["node dist/main.js", "/home/a/mqtt-sniff/dist/main.js", { npm_command: "run" }],
    ["node /opt/sniff/dist/main.js", "/opt/sniff/dist/main.js", {}],
    ["node '/opt/my sniff/main.js'", "/opt/my sniff/main.js", {}],
  ])("is %s for %s", (words, script, env) => {
    expect(invocationOf(script, "/home/a/mqtt-sniff", env)).toBe(words);
  });
});

describe("sudo", () => {
  test("is told where Node is that it would not find", () => {
    expect(sudo({ node: "/usr/bin/node", env: { PATH: "/usr/bin:/bin" } })).toBe("sudo");
    expect(sudo({ node: "/home/a/.nvm/bin/node", env: { PATH: "/home/a/.nvm/bin:/bin" } })).toBe(
      'sudo env "PATH=$PATH"',
    );
  });

  test("gets the flags that were given, each a word of its own", () => {
    const world = {
      args: ["--iface", "lo", "-f", "tcp port 1883"],
      program: "node dist/main.js",
      node: "/usr/bin/node",
      env: {},
    } as unknown as World;
    expect(asRoot(world)).toBe("sudo node dist/main.js --iface lo -f 'tcp port 1883'");
  });
});

test("a shell takes a quoted word for what it was", () => {
  for (const word of ["plain", "two words", "it's", "$HOME", "a;b", "", "*"])
    expect(execFileSync("sh", ["-c", `printf %s ${quoted(word)}`], { encoding: "utf8" })).toBe(word);
});
