import { describe, expect, test } from "vitest";
import { readJwt } from "../../../src/finding/secrets/jwt.ts";
import { presignedEnd, readToken } from "../../../src/finding/secrets/token.ts";
import type { Owned } from "../../../src/octets/view.ts";
import { webToken } from "./samples.ts";

const part = (text: string): string => Buffer.from(text).toString("base64url");

describe("a JSON Web Token", () => {
  test("says its algorithm, its issuer and its times", () => {
    const token = webToken({ iss: "https://auth.example", sub: "a", iat: 1_767_225_600, exp: 1_767_229_200 });
    expect(readJwt(token)).toEqual({
      algorithm: "HS256",
      issuer: "https://auth.example",
      issuedAt: 1_767_225_600,
      expires: 1_767_229_200,
      encrypted: false,
    });
  });

  test("may be signed by nobody", () => {
    expect(readJwt(`${part('{"alg":"none"}')}.${part('{"sub":"a"}')}.`)?.algorithm).toBe("none");
  });

  test("that is encrypted says nothing more", () => {
    expect(readJwt([part('{"alg":"dir","enc":"A128GCM"}'), "", "a", "b", "c"].join("."))).toEqual({
      algorithm: "dir",
      encrypted: true,
    });
    expect(readJwt([part('{"alg":"HS256"}'), "a", "b", "c", "d"].join("."))).toBeUndefined();
  });

  test.each([
    ["no JSON", `${part("hello")}.${part("{}")}.x`],
    ["a list", `${part("[1]")}.${part("{}")}.x`],
    ["no algorithm", `${part('{"typ":"JWT"}')}.${part("{}")}.x`],
    ["an algorithm that is no text", `${part('{"alg":1}')}.${part("{}")}.x`],
    ["an algorithm that only its prototype has", `${part('{"__proto__":{"alg":"HS256"}}')}.${part("{}")}.x`],
    ["two parts", `${part('{"alg":"HS256"}')}.${part("{}")}`],
    ["nothing", ""],
  ])("is none with %s", (_, text) => {
    expect(readJwt(text)).toBeUndefined();
  });

  test("whose times are no numbers has none", () => {
    for (const exp of ['"tomorrow"', "null", "-1", "1e999"]) {
      const read = readJwt(`${part('{"alg":"HS256"}')}.${part(`{"exp":${exp}}`)}.x`);
      expect(read?.expires, exp).toBeUndefined();
      expect(read?.algorithm).toBe("HS256");
    }
  });
});

describe("a token in a credential", () => {
  test("is a JSON Web Token, with or without an end", () => {
    expect(readToken(webToken({ exp: 1_767_229_200 }))).toMatchObject({
      kind: "jwt",
      expires: 1_767_229_200,
      endless: false,
    });
    expect(readToken(webToken({ sub: "a" }))).toMatchObject({ kind: "jwt", endless: true });
    expect(readToken(`Bearer ${webToken({ sub: "a" })}`)).toMatchObject({ kind: "jwt" });
  });

  test("is a shared access signature, which says until when it is good", () => {
    expect(
      readToken("SharedAccessSignature sr=hub%2Fdevices%2Fa&sig=abc%2Bdef%3D&se=1767229200"),
    ).toMatchObject({ kind: "azure-sas", expires: 1_767_229_200 });
    expect(readToken("SharedAccessSignature sig=abc%2Bdef%3D&se=99&sr=hub&skn=device")).toMatchObject({
      kind: "azure-sas",
      expires: 99,
    });
  });

  test("is what AWS IoT's custom authorizers take in the user name", () => {
    expect(
      readToken("dev1?x-amz-customauthorizer-name=a&x-amz-customauthorizer-signature=AbCdEfGh0123456789%3D"),
    ).toMatchObject({ kind: "aws-signature" });
  });

  test("may be among other octets of authentication data", () => {
    const data = Buffer.from(`n,,\u0001auth=Bearer ${webToken({ sub: "a" })}\u0001\u0001`);
    expect(readToken(data as unknown as Owned)).toMatchObject({ kind: "jwt" });
  });

  test.each([
    "MqttP@ss2024!",
    "",
    "550e8400-e29b-41d4-a716-446655440000",
    "A1E-thingsboard-token-9f3c",
    "dev/?SDK=js&Version=1.2.3",
    "correct horse battery staple",
    "hub.azure-devices.net/dev1/?api-version=2021-04-12",
  ])("is none: %s", text => {
    expect(readToken(text)).toBeUndefined();
  });
});

describe("a presigned request", () => {
  test("ends so many seconds after its date", () => {
    expect(presignedEnd("/mqtt?X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-Signature=0")).toBe(
      1_767_229_200,
    );
  });

  test("that does not say when has no end", () => {
    expect(presignedEnd("/mqtt?X-Amz-Expires=3600")).toBeUndefined();
    expect(presignedEnd("/mqtt?X-Amz-Date=2026")).toBeUndefined();
  });
});
