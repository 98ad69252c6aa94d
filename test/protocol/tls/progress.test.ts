import { describe, expect, test } from "vitest";
import { progress } from "../../../src/protocol/tls/progress.ts";
import { finishedHash, keyExchange, nullMac, tagLength } from "../../../src/protocol/tls/suite.ts";
import { cipherSuites } from "../../../src/protocol/tls/registry.ts";

const AES_256_GCM_SHA384 = 0x1302;
const AES_128_GCM_SHA256 = 0x1301;
const AES_128_CCM_8 = 0x1305;

/** What a client of TLS 1.3 sends after the ServerHello, by length; true where the handshake lies behind. */
function client13(suite: number, ...lengths: readonly number[]): boolean[] {
  const state = progress();
  state.clientHello(true, false);
  state.serverHello(0x0304, suite);
  return lengths.map(length => state.record("client", length));
}

describe("the progress of TLS 1.3", () => {
  test("is past the handshake at data after Finished, by the suite's lengths", () => {
    expect(client13(AES_256_GCM_SHA384, 69, 47)).toEqual([false, true]);
    expect(client13(AES_128_GCM_SHA256, 53, 47)).toEqual([false, true]);
    expect(client13(AES_128_CCM_8, 45, 33)).toEqual([false, true]);
  });

  test("is closed by a last record of an alert's length behind Finished, and by no other", () => {
    const goodbyesAfter = (...lengths: readonly number[]) => {
      const state = progress();
      state.clientHello(true, false);
      state.serverHello(0x0304, AES_256_GCM_SHA384);
      for (const length of lengths) state.record("client", length);
      return state.goodbyes();
    };
    expect(goodbyesAfter(69, 47, 19)).toEqual({ client: true, server: false });
    expect(goodbyesAfter(69, 47, 19, 47)).toMatchObject({ client: false });
    expect(goodbyesAfter(19)).toMatchObject({ client: false });
    // Java pads every record by 16.
    expect(goodbyesAfter(85, 63, 35)).toMatchObject({ client: true });
  });

  test("is not past it by an alert, in place of Finished or after", () => {
    expect(client13(AES_256_GCM_SHA384, 19)).toEqual([false]);
    expect(client13(AES_256_GCM_SHA384, 69, 19)).toEqual([false, false]);
    expect(client13(AES_128_CCM_8, 45, 11)).toEqual([false, false]);
    // Java pads every record by 16.
    expect(client13(AES_256_GCM_SHA384, 85, 35)).toEqual([false, false]);
    expect(client13(AES_256_GCM_SHA384, 85, 63)).toEqual([false, true]);
  });

  test("takes a certificate and its signature for no data", () => {
    expect(client13(AES_256_GCM_SHA384, 913, 281, 69, 47)).toEqual([false, false, false, true]);
    expect(client13(AES_256_GCM_SHA384, 25, 69, 47)).toEqual([false, false, true]);
  });

  test("takes a longer record for Finished once the server goes on", () => {
    const state = progress();
    state.serverHello(0x0304, AES_256_GCM_SHA384);
    expect(state.record("server", 900)).toBe(false);
    expect(state.record("client", 1200)).toBe(false);
    expect(state.record("server", 250)).toBe(false);
    expect(state.record("client", 60)).toBe(true);
    expect(state.counts()).toEqual({ client: { records: 1, octets: 60 }, server: { records: 0, octets: 0 } });
  });

  test("is told once", () => {
    expect(client13(AES_256_GCM_SHA384, 69, 47, 47)).toEqual([false, true, false]);
  });

  test("without a ServerHello goes by what the client offered", () => {
    const state = progress();
    state.clientHello(true, false);
    expect([53, 100].map(length => state.record("client", length))).toEqual([false, true]);
  });

  test("does not count early data", () => {
    const state = progress();
    state.clientHello(true, true);
    state.record("client", 500);
    state.serverHello(0x0304, AES_128_GCM_SHA256);
    state.record("client", 21);
    expect(state.counts().client).toEqual({ records: 0, octets: 0 });
  });

  test("takes a Finished that can be read for what it is", () => {
    const state = progress();
    state.serverHello(0x0304, 0xc0b4);
    state.finished("server");
    state.finished("client");
    expect(state.record("client", 60)).toBe(true);
  });
});

describe("the progress of TLS 1.2", () => {
  test("is past the handshake when both have changed and data came", () => {
    const state = progress();
    state.clientHello(true, false);
    state.serverHello(0x0303, 0xc02f);
    state.changed("client");
    expect(state.record("client", 40)).toBe(false);
    state.changed("server");
    expect(state.record("client", 40)).toBe(true);
    expect(state.counts().client).toEqual({ records: 2, octets: 80 });
  });

  test("of which only records were seen is past it when both sent some", () => {
    const state = progress();
    expect(state.record("client", 40)).toBe(false);
    expect(state.record("server", 40)).toBe(true);
  });
});

describe("a cipher suite's name", () => {
  const of = (name: string): number => {
    for (let id = 0; id < 0x1_0000; id += 1) if (cipherSuites.find(id) === name) return id;
    throw new Error(name);
  };

  test("tells how keys are agreed upon", () => {
    const table: readonly [string, string, boolean, boolean][] = [
      ["TLS_RSA_WITH_AES_128_CBC_SHA", "RSA", false, false],
      ["TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "DHE", false, true],
      ["TLS_DH_RSA_WITH_AES_128_CBC_SHA", "DH", false, false],
      ["TLS_DH_anon_WITH_AES_128_CBC_SHA", "DHE", false, false],
      ["TLS_ECDH_RSA_WITH_AES_128_CBC_SHA", "ECDH", false, false],
      ["TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "ECDHE", false, false],
      ["TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", "ECDHE", false, true],
      ["TLS_PSK_WITH_AES_128_CCM_8", "none", true, false],
      ["TLS_PSK_DHE_WITH_AES_128_CCM_8", "DHE", true, false],
      ["TLS_RSA_PSK_WITH_AES_128_CBC_SHA", "RSA", true, false],
      ["TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA", "ECDHE", true, false],
    ];
    for (const [name, method, psk, signed] of table)
      expect(keyExchange(of(name)), name).toEqual({ method, psk, signed, export: false });
    expect(keyExchange(of("TLS_RSA_EXPORT_WITH_RC4_40_MD5"))).toMatchObject({ method: "RSA", export: true });
    for (const name of [
      "TLS_AES_128_GCM_SHA256",
      "TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA",
      "TLS_KRB5_WITH_RC4_128_SHA",
    ])
      expect(keyExchange(of(name)), name).toBeUndefined();
  });

  test("tells the MAC of a suite without encryption", () => {
    const macs = [
      "TLS_RSA_WITH_NULL_MD5",
      "TLS_ECDHE_ECDSA_WITH_NULL_SHA",
      "TLS_RSA_WITH_NULL_SHA256",
      "TLS_PSK_WITH_NULL_SHA384",
    ];
    expect(macs.map(name => nullMac(of(name)))).toEqual([16, 20, 32, 48]);
    expect([0x0000, 0xc0b4, 0xc0b5].map(nullMac)).toEqual([0, 32, 48]);
    expect(nullMac(0xc02f)).toBeUndefined();
    expect(nullMac(0xdddd)).toBeUndefined();
  });

  test("tells the lengths of Finished and tag", () => {
    expect([0x1301, 0x1302, 0x1306, 0xdddd].map(finishedHash)).toEqual([32, 48, 64, 32]);
    expect([0x1301, 0x1305, 0xc0b4, 0xc0a8, 0xdddd].map(tagLength)).toEqual([16, 8, 32, 8, 16]);
  });
});
