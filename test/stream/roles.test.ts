/** Who is client where no handshake was seen. */
import { describe, expect, test } from "vitest";
import { rolesByPort } from "../../src/stream/roles.ts";

const PORTS = new Set([1883, 8883]);
const client = (source: number, destination: number): string => {
  const { sourceIsClient, roles } = rolesByPort(source, destination, PORTS);
  return `${sourceIsClient ? source : destination} by ${roles}`;
};

describe("rolesByPort", () => {
  test("takes the side with a known port for the server, also against a lower port", () => {
    expect(client(49152, 1883)).toBe("49152 by port");
    expect(client(1883, 49152)).toBe("49152 by port");
    expect(client(1000, 8883)).toBe("1000 by port");
  });

  test("takes the lower port for the server where both are known or none is", () => {
    expect(client(1883, 8883)).toBe("8883 by port");
    expect(client(443, 50_000)).toBe("50000 by port");
    expect(client(20_000, 10_000)).toBe("20000 by port");
    expect(client(32_767, 32_768)).toBe("32768 by port");
  });

  test("takes the sender for the client where both ports are ephemeral or the same", () => {
    expect(client(32_768, 60_000)).toBe("32768 by first-segment");
    expect(client(60_000, 32_768)).toBe("60000 by first-segment");
    expect(client(5000, 5000)).toBe("5000 by first-segment");
  });
});
