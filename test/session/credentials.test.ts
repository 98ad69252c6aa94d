import { describe, expect, test } from "vitest";
import { credentials } from "../../src/session/credentials.ts";
import { digest } from "../../src/session/digest.ts";
import type { SessionEvent, SessionEventOf } from "../../src/session/event.ts";
import { Secret } from "../../src/octets/text.ts";
import type { Transport } from "../../src/protocol/event.ts";
import { connection, seen } from "../dashboard/scene.ts";
import { newConversation, newMqtt } from "../../src/session/talk.ts";

type LoginEvent = SessionEventOf<"session.login">;

interface Asked {
  readonly from?: string;
  readonly to?: string;
  readonly clientId?: string;
  readonly username?: string;
  readonly password?: string;
  readonly accepted?: boolean;
  readonly transport?: Transport;
}

let number = 0;

function login({
  from = "192.0.2.7",
  to = "192.0.2.1:1883",
  clientId = "a",
  username = "fleet",
  password = "MqttP@ss",
  accepted = true,
  transport = "tcp",
}: Asked): LoginEvent {
  const of = connection(number++, `${from}:50000`, to);
  const conversation = newConversation(of.id, of, transport, "mqtt");
  const connect = {
    type: "connect",
    protocolName: "MQTT",
    protocolVersion: "3.1.1",
    clientId,
    cleanStart: true,
    keepAlive: 0,
    username,
    password,
  } as const;
  return {
    ...seen(conversation, number),
    type: "session.login",
    conversation,
    mqtt: newMqtt(),
    login: {
      version: "3.1.1",
      clientId,
      username,
      password: new Secret(password),
      anonymous: false,
      accepted,
      code: accepted ? 0 : 5,
      connect,
    },
  };
}

function remembering(): { told: SessionEvent[]; memory: ReturnType<typeof credentials> } {
  const told: SessionEvent[] = [];
  return {
    told,
    memory: credentials(
      digest(),
      event => told.push(event),
      () => undefined,
    ),
  };
}

const tell = (...logins: readonly Asked[]): SessionEvent[] => {
  const { told, memory } = remembering();
  for (const asked of logins) memory.login(login(asked));
  return told;
};

describe("a credential of several clients", () => {
  test("is told from the third client at the second address on", () => {
    expect(tell({ clientId: "a" }, { clientId: "b", from: "192.0.2.8" })).toEqual([]);
    const told = tell(
      { clientId: "a" },
      { clientId: "b" },
      { clientId: "c" },
      { clientId: "d", from: "192.0.2.8" },
    );
    expect(told).toMatchObject([
      { type: "session.shared_credential", clients: 4, addresses: 2, username: "fleet" },
    ]);
  });

  test("is told again only when one more uses it", () => {
    const three = [{ clientId: "a" }, { clientId: "b" }, { clientId: "c", from: "192.0.2.8" }];
    expect(tell(...three, ...three).length).toBe(1);
    expect(tell(...three, { clientId: "d" }).length).toBe(2);
  });

  test("is none at one address, however many identifiers: a gateway", () => {
    expect(tell(...["a", "b", "c", "d"].map(clientId => ({ clientId })))).toEqual([]);
  });

  test("is none with one client that roams", () => {
    expect(tell({ from: "192.0.2.7" }, { from: "192.0.2.8" }, { from: "192.0.2.9" })).toEqual([]);
  });

  test.each([
    "mosq-Xq1Lk0u2Yp",
    "mqttjs_1a2b3c4d",
    "auto-550E8400-E29B-41D4-A716-446655440000",
    "sensor-550e8400-e29b-41d4-a716-446655440000",
    "",
  ])("is none with identifiers that a library makes up anew: %s", made => {
    const names = ["1a", "2b", "3c"].map(end => made.slice(0, -2) + (made === "" ? "" : end));
    expect(
      tell({ clientId: names[0]! }, { clientId: names[1]! }, { clientId: names[2]!, from: "192.0.2.8" }),
    ).toEqual([]);
  });

  test("is another with another user name, password or broker", () => {
    expect(
      tell({ clientId: "a" }, { clientId: "b" }, { clientId: "c", from: "192.0.2.8", password: "other" }),
    ).toEqual([]);
    expect(
      tell({ clientId: "a" }, { clientId: "b" }, { clientId: "c", from: "192.0.2.8", username: "other" }),
    ).toEqual([]);
    expect(
      tell({ clientId: "a" }, { clientId: "b" }, { clientId: "c", from: "192.0.2.8", to: "192.0.2.2:1883" }),
    ).toEqual([]);
  });

  test("does not count where the broker refuses it", () => {
    expect(
      tell({ clientId: "a" }, { clientId: "b" }, { clientId: "c", from: "192.0.2.8", accepted: false }),
    ).toEqual([]);
  });
});

describe("a credential in clear of a client that also uses TLS", () => {
  const sealed = { to: "192.0.2.1:8883", transport: "tls" } as const;

  test("is likely the same where TLS hides what it carries, before or after", () => {
    for (const tlsFirst of [false, true]) {
      const { told, memory } = remembering();
      const other = login(sealed);
      if (tlsFirst) memory.established(other);
      memory.login(login({}));
      if (!tlsFirst) memory.established(other);
      expect(told).toMatchObject([{ type: "session.cleartext_beside_tls", sameCredential: false }]);
    }
  });

  test("is proved where both were read", () => {
    expect(tell({}, sealed)).toMatchObject([{ type: "session.cleartext_beside_tls", sameCredential: true }]);
    expect(tell(sealed, {})).toMatchObject([{ sameCredential: true }]);
  });

  test("is none where another credential was read inside TLS", () => {
    expect(tell({}, { ...sealed, password: "other" })).toEqual([]);
    expect(tell({ ...sealed, password: "other" }, {})).toEqual([]);
  });

  test("is none of another client or another broker", () => {
    expect(tell({ from: "192.0.2.9" }, sealed)).toEqual([]);
    expect(tell({ to: "192.0.2.2:1883" }, sealed)).toEqual([]);
  });

  test("is told once", () => {
    expect(tell({}, sealed, {}, sealed, {}).length).toBe(1);
  });

  test("keeps no CONNECT", () => {
    const { told, memory } = remembering();
    memory.login(login({}));
    memory.established(login(sealed));
    expect(
      JSON.stringify(told[0], (key, value: unknown) =>
        key === "conversation" || key === "connection" ? undefined : value,
      ),
    ).not.toMatch(/connect"|MqttP/);
  });
});

describe("the memory of credentials", () => {
  test("is bounded, and says when it forgets", () => {
    const reached = new Set<string>();
    const memory = credentials(
      digest(),
      () => undefined,
      limit => reached.add(limit),
    );
    for (let n = 0; n < 20_001; n++)
      memory.login(login({ from: `10.${n >> 16}.${(n >> 8) & 0xff}.${n & 0xff}`, password: `p${n}` }));
    expect([...reached].sort()).toEqual(["clients with and without TLS", "credentials"]);
  });
});
