/** Chains judged, held against what `openssl verify` says of the same octets. */
import "reflect-metadata";
import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Timestamp } from "../../src/octets/time.ts";
import { parseCertificate } from "../../src/protocol/x509/parse.ts";
import { trustStore } from "../../src/session/trust.ts";
import { commonName, extension, type MadeCertificate, text, tlv } from "../protocol/x509/certificates.ts";
import * as made from "./chains.ts";

const AT = (Date.UTC(2030, 0, 1) * 1000) as Timestamp;
const HAS_OPENSSL = spawnSync("openssl", ["version"]).status === 0;

/** Roots, what the broker sends (its own certificate first), and whether a verifier takes it. */
interface Case {
  readonly roots: readonly MadeCertificate[];
  readonly sent: readonly MadeCertificate[];
  readonly sound: boolean;
  /** Without key identifiers OpenSSL takes the first issuer of the right name and looks no further; others do. */
  readonly opensslStops?: true;
}

const CASES: Readonly<Record<string, () => Promise<Case>>> = {
  "a root and what it signed": async () => {
    const root = await made.root();
    return { roots: [root], sent: [await made.leaf(root)], sound: true };
  },
  "an intermediate that was sent": async () => {
    const root = await made.root();
    const middle = await made.intermediate(root);
    return { roots: [root], sent: [await made.leaf(middle), middle], sound: true };
  },
  "three intermediates in the wrong order": async () => {
    const root = await made.root();
    const one = await made.intermediate(root, { subject: "CN=One" });
    const two = await made.intermediate(one, { subject: "CN=Two" });
    const three = await made.intermediate(two, { subject: "CN=Three" });
    return { roots: [root], sent: [await made.leaf(three), one, root, three, two], sound: true };
  },
  "an intermediate that was not sent": async () => {
    const root = await made.root();
    return { roots: [root], sent: [await made.leaf(await made.intermediate(root))], sound: false };
  },
  "another root of the same name": async () => {
    const [root, other] = [await made.root(), await made.root()];
    return { roots: [other], sent: [await made.leaf(root)], sound: false };
  },
  "both roots of the same name": async () => {
    const [root, other] = [await made.root(), await made.root()];
    return { roots: [other, root], sent: [await made.leaf(root)], sound: true, opensslStops: true };
  },
  "an intermediate with the right name and another key": async () => {
    const root = await made.root();
    const [real, forged] = [await made.intermediate(root), await made.intermediate(await made.root())];
    return { roots: [root], sent: [await made.leaf(real), forged], sound: false };
  },
  "a forged intermediate before the real one": async () => {
    const root = await made.root();
    const [real, forged] = [await made.intermediate(root), await made.intermediate(root)];
    return { roots: [root], sent: [await made.leaf(real), forged, real], sound: true, opensslStops: true };
  },
  "an intermediate that is no authority": async () => {
    const root = await made.root();
    const middle = await made.intermediate(root, { extensions: [made.noAuthority()] });
    return { roots: [root], sent: [await made.leaf(middle), middle], sound: false };
  },
  "an intermediate without constraints or usages": async () => {
    const root = await made.root();
    const middle = await made.intermediate(root, { extensions: [] });
    return { roots: [root], sent: [await made.leaf(middle), middle], sound: false };
  },
  "an intermediate that may not sign certificates": async () => {
    const root = await made.root();
    const extensions = [made.authority(), made.usage(x509.KeyUsageFlags.digitalSignature)];
    const middle = await made.intermediate(root, { extensions });
    return { roots: [root], sent: [await made.leaf(middle), middle], sound: false };
  },
  "a root that is no authority": async () => {
    const root = await made.root({ extensions: [made.noAuthority()] });
    return { roots: [root], sent: [await made.leaf(root)], sound: false };
  },
  "a path as long as its root allows": async () => {
    const root = await made.root({ extensions: [made.authority(1), made.usage(made.SIGNS)] });
    const middle = await made.intermediate(root);
    return { roots: [root], sent: [await made.leaf(middle), middle], sound: true };
  },
  "a path longer than its root allows": async () => {
    const root = await made.root({ extensions: [made.authority(0), made.usage(made.SIGNS)] });
    const middle = await made.intermediate(root);
    return { roots: [root], sent: [await made.leaf(middle), middle], sound: false };
  },
  "a path longer than an intermediate allows": async () => {
    const root = await made.root();
    const one = await made.intermediate(root, {
      subject: "CN=One",
      extensions: [made.authority(0), made.usage(made.SIGNS)],
    });
    const two = await made.intermediate(one, { subject: "CN=Two" });
    return { roots: [root], sent: [await made.leaf(two), two, one], sound: false };
  },
  "an intermediate for clients only": async () => {
    const root = await made.root();
    const extensions = [made.authority(), made.usage(made.SIGNS), made.purposes(made.CLIENT_AUTH)];
    const middle = await made.intermediate(root, { extensions });
    return { roots: [root], sent: [await made.leaf(middle), middle], sound: false };
  },
  "a leaf for clients only": async () => {
    const root = await made.root();
    const extensions = [made.noAuthority(), made.purposes(made.CLIENT_AUTH), made.names(made.dns(made.HOST))];
    return { roots: [root], sent: [await made.leaf(root, { extensions })], sound: false };
  },
  "a leaf whose key may only sign certificates": async () => {
    const root = await made.root();
    const extensions = [
      made.noAuthority(),
      made.usage(x509.KeyUsageFlags.cRLSign),
      made.names(made.dns(made.HOST)),
    ];
    return { roots: [root], sent: [await made.leaf(root, { extensions })], sound: false };
  },
  "a leaf without usages": async () => {
    const root = await made.root();
    return {
      roots: [root],
      sent: [await made.leaf(root, { extensions: [made.names(made.dns(made.HOST))] })],
      sound: true,
    };
  },
  "a leaf that is over": async () => {
    const root = await made.root();
    return {
      roots: [root],
      sent: [await made.leaf(root, { notAfter: new Date("2029-01-01") })],
      sound: false,
    };
  },
  "a leaf that has not begun": async () => {
    const root = await made.root();
    return {
      roots: [root],
      sent: [await made.leaf(root, { notBefore: new Date("2031-01-01") })],
      sound: false,
    };
  },
  "an intermediate that is over": async () => {
    const root = await made.root();
    const middle = await made.intermediate(root, { notAfter: new Date("2029-01-01") });
    return { roots: [root], sent: [await made.leaf(middle), middle], sound: false };
  },
  "a root that is over": async () => {
    const root = await made.root({ notAfter: new Date("2029-01-01") });
    return { roots: [root], sent: [await made.leaf(root)], sound: false };
  },
  "a leaf with a critical extension that nobody knows": async () => {
    const root = await made.root();
    const odd = made.raw(extension("1.3.6.1.4.1.99999.1", tlv(0x0c, text("odd")), true));
    const extensions = [made.noAuthority(), made.names(made.dns(made.HOST)), odd];
    return { roots: [root], sent: [await made.leaf(root, { extensions })], sound: false };
  },
  "a leaf with another extension that nobody knows": async () => {
    const root = await made.root();
    const odd = made.raw(extension("1.3.6.1.4.1.99999.1", tlv(0x0c, text("odd"))));
    const extensions = [made.noAuthority(), made.names(made.dns(made.HOST)), odd];
    return { roots: [root], sent: [await made.leaf(root, { extensions })], sound: true };
  },
  "a self-signed leaf": async () => ({
    roots: [await made.root()],
    sent: [await made.leaf(undefined)],
    sound: false,
  }),
  "RSA above ECDSA above Ed25519": async () => {
    const root = await made.root({ key: "RSA-2048" });
    const middle = await made.intermediate(root, { key: "P-384" });
    return { roots: [root], sent: [await made.leaf(middle, { key: "Ed25519" }), middle], sound: true };
  },
  ...constrained("a name within the permitted", [made.dns("example.com")], [], true),
  ...constrained("a name that is the permitted", [made.dns(made.HOST)], [], true),
  ...constrained("a name outside the permitted", [made.dns("example.org")], [], false),
  ...constrained("a name that only ends like the permitted", [made.dns("ample.com")], [], false),
  ...constrained("a name within the excluded", [], [made.dns("example.com")], false),
  ...constrained("a name outside the excluded", [], [made.dns("example.org")], true),
  ...constrained("an address within the permitted", [made.ip(192, 0, 2, 0, 255, 255, 255, 0)], [], true),
  ...constrained("an address outside the permitted", [made.ip(198, 51, 100, 0, 255, 255, 255, 0)], [], false),
  ...constrained("an address within the excluded", [], [made.ip(192, 0, 0, 0, 255, 0, 0, 0)], false),
  ...constrained("a subject within the permitted", [made.directory(commonName(made.HOST))], [], true),
  ...constrained("a subject outside the permitted", [made.directory(commonName("somebody"))], [], false),
};

/** An intermediate that may give out some names only, above a leaf with a host name and an address. */
function constrained(
  what: string,
  permitted: readonly Uint8Array[],
  excluded: readonly Uint8Array[],
  sound: boolean,
): Record<string, () => Promise<Case>> {
  return {
    [what]: async () => {
      const root = await made.root();
      const limits = made.constraints(permitted, excluded);
      const middle = await made.intermediate(root, {
        extensions: [made.authority(), made.usage(made.SIGNS), limits],
      });
      const extensions = [made.noAuthority(), made.names(made.dns(made.HOST), made.ip(192, 0, 2, 7))];
      return { roots: [root], sent: [await made.leaf(middle, { extensions }), middle], sound };
    },
  };
}

describe("a chain", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "chains-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  describe.each(Object.entries(CASES))("with %s", (_, make) => {
    test("is judged as RFC 5280 wants it", async () => {
      const { roots, sent, sound } = await make();
      const trust = trustStore({ roots: roots.map(root => root.der), systemRoots: false });
      const { status, defects } = trust(made.parsed(...sent), { at: AT, name: made.HOST });
      const seen = { sound: status === "trusted" && defects.length === 0, defects };
      expect(seen).toEqual(
        sound ? { sound: true, defects: [] } : { sound: false, defects: expect.anything() },
      );
      if (!sound) expect(defects.length).toBeGreaterThan(0);
    });

    test.skipIf(!HAS_OPENSSL)(
      "is judged as OpenSSL judges it (skipped where there is no openssl)",
      async () => {
        const { roots, sent, sound, opensslStops } = await make();
        if (opensslStops === true) return;
        const [leaf, ...others] = sent;
        const file = (name: string, certificates: readonly MadeCertificate[]): string => {
          const path = join(folder, name);
          writeFileSync(path, certificates.map(certificate => `${certificate.pem}\n`).join(""));
          return path;
        };
        const args = [
          "verify",
          "-no-CApath",
          "-no-CAstore",
          "-purpose",
          "sslserver",
          "-attime",
          String(AT / 1_000_000),
        ];
        args.push("-CAfile", file("roots.pem", roots));
        if (others.length > 0) args.push("-untrusted", file("others.pem", others));
        const { status, stderr } = spawnSync("openssl", [...args, file("leaf.pem", [leaf!])], {
          encoding: "utf8",
        });
        expect(status === 0, stderr).toBe(sound);
      },
    );
  });
});

/** The same certificate of an RSA key, with another identifier of as many octets in the place of rsaEncryption. */
function withKeyOf(oid: string, der: Uint8Array): Uint8Array {
  const changed = Buffer.from(der);
  const at = changed.indexOf(Buffer.from("2a864886f70d010101", "hex"));
  expect(at).toBeGreaterThan(0);
  changed.set(Buffer.from(oid, "hex"), at);
  return changed;
}

describe("trustStore", () => {
  test("says why there is no path", async () => {
    const root = await made.root();
    const middle = await made.intermediate(root, { extensions: [made.noAuthority()] });
    const trust = trustStore({ roots: [root.der], systemRoots: false });
    const { status, defects } = trust(made.parsed(await made.leaf(middle), middle), {
      at: AT,
      name: made.HOST,
    });
    expect(status).toBe("untrusted");
    expect(defects).toEqual([{ kind: "untrusted", text: "Intermediate is no authority (CA is false)" }]);
  });

  test("does not judge a private root where none was given", async () => {
    const trust = trustStore({ roots: [], systemRoots: true });
    const judged = trust(made.parsed(await made.leaf(await made.root())), { at: AT, name: made.HOST });
    expect(judged).toEqual({ status: "not-judged", defects: [], expected: false });
  });

  test("judges no path that goes over a key of a kind that is not known here", async () => {
    const root = await made.root({ key: "RSA-2048" });
    const trust = trustStore({ roots: [withKeyOf("608648016503040312", root.der)], systemRoots: false });
    const judged = trust(made.parsed(await made.leaf(root)), { at: AT, name: made.HOST });
    expect(judged).toMatchObject({ status: "unknown", defects: [], unchecked: "signed with ML-DSA-65" });
  });

  test("says nothing against a client for an intermediate that it need not have used", async () => {
    const root = await made.root();
    const old = await made.intermediate(root, { notAfter: new Date("2029-01-01") });
    const trust = trustStore({ roots: [], systemRoots: false });
    const { defects } = trust(made.parsed(await made.leaf(old), old), { at: AT, name: made.HOST });
    expect(defects).toEqual([]);
  });

  test("finds a name far down a long list, and misses one that is not in it", async () => {
    const root = await made.root();
    const many = Array.from({ length: 300 }, (_, i) => made.dns(`b${i}.example.com`));
    const sent = made.parsed(
      await made.leaf(root, {
        extensions: [made.names(...many, made.dns("*.far.example.com"), made.ip(192, 0, 2, 7))],
      }),
    );
    const trust = trustStore({ roots: [root.der], systemRoots: false });
    const kinds = (name: string) => trust(sent, { at: AT, name }).defects.map(defect => defect.kind);
    expect(kinds("b299.example.com")).toEqual([]);
    expect(kinds("one.far.example.com")).toEqual([]);
    expect(kinds("192.0.2.7")).toEqual([]);
    expect(kinds("b300.example.com")).toEqual(["name-mismatch"]);
    expect(kinds("two.one.far.example.com")).toEqual(["name-mismatch"]);
    expect(kinds("192.0.2.8")).toEqual(["name-mismatch"]);
  });

  test("takes a self-signed certificate that was given as a root", async () => {
    const own = await made.leaf(undefined);
    const trust = trustStore({ roots: [own.der], systemRoots: false });
    expect(trust(made.parsed(own), { at: AT, name: made.HOST })).toMatchObject({
      status: "trusted",
      defects: [],
      anchor: "given",
    });
  });

  test("judges dates at the time that it is asked for, and not at all without a clock", async () => {
    const root = await made.root();
    const chain = made.parsed(await made.leaf(root, { notAfter: new Date("2029-01-01") }));
    const trust = trustStore({ roots: [root.der], systemRoots: false });
    const kinds = (at: Timestamp | undefined) =>
      trust(chain, { at, name: made.HOST }).defects.map(defect => defect.kind);
    expect(kinds((Date.UTC(2028, 0, 1) * 1000) as Timestamp)).toEqual([]);
    expect(kinds((Date.UTC(2020, 0, 1) * 1000) as Timestamp)).toEqual(["not-yet-valid", "not-yet-valid"]);
    expect(kinds(AT)).toEqual(["expired"]);
    expect(kinds(undefined)).toEqual([]);
  });

  test("takes the path that is valid where there are two", async () => {
    const [old, root] = [
      await made.root({ subject: "CN=Old", notAfter: new Date("2029-01-01") }),
      await made.root(),
    ];
    const middle = await made.intermediate(root);
    const cross = await x509.X509CertificateGenerator.create({
      subject: "CN=Intermediate",
      issuer: "CN=Old",
      publicKey: middle.keys.publicKey,
      signingKey: old.keys.privateKey,
      signingAlgorithm: { hash: "SHA-256" } as never,
      notBefore: new Date("2026-01-01"),
      notAfter: new Date("2036-01-01"),
      extensions: [made.authority(), made.usage(made.SIGNS)],
    });
    const chain = [
      ...made.parsed(await made.leaf(middle)),
      parseCertificate(new Uint8Array(cross.rawData)),
      ...made.parsed(middle),
    ];
    const trust = trustStore({ roots: [old.der, root.der], systemRoots: false });
    expect(trust(chain, { at: AT, name: made.HOST })).toMatchObject({ status: "trusted", defects: [] });
  });

  test("knows an intermediate that another broker sent", async () => {
    const root = await made.root();
    const middle = await made.intermediate(root);
    const trust = trustStore({ roots: [root.der], systemRoots: false });
    trust(made.parsed(await made.leaf(middle), middle), { at: AT, name: made.HOST });
    const { status, defects } = trust(made.parsed(await made.leaf(middle)), { at: AT, name: made.HOST });
    expect(status).toBe("untrusted");
    expect(defects).toEqual([
      {
        kind: "incomplete",
        text: "sent without the intermediate Intermediate, which is known from elsewhere",
      },
    ]);
  });

  test("holds the name against subjectAltName and never against the common name", async () => {
    const root = await made.root();
    const trust = trustStore({ roots: [root.der], systemRoots: false });
    const chain = made.parsed(await made.leaf(root, { subject: "CN=other.example.com" }));
    const kinds = (name: string | undefined) =>
      trust(chain, { at: AT, name }).defects.map(defect => defect.kind);
    expect(kinds("other.example.com")).toEqual(["name-mismatch"]);
    expect(kinds(made.HOST)).toEqual([]);
    expect(kinds(undefined)).toEqual([]);
  });

  test("follows a chain once, however often it is asked", async () => {
    const root = await made.root();
    const middle = await made.intermediate(root);
    const chain = made.parsed(await made.leaf(middle), middle);
    const trust = trustStore({ roots: [root.der], systemRoots: false });
    trust(chain, { at: AT, name: made.HOST });
    const verify = x509Verifications(() => {
      for (let times = 0; times < 1_000; times += 1) trust(chain, { at: AT, name: made.HOST });
    });
    expect(verify).toBe(0);
  });

  test("checks a bounded number of signatures in a chain that leads everywhere", async () => {
    const root = await made.root();
    const tangle: MadeCertificate[] = [];
    for (let i = 0; i < 15; i += 1)
      tangle.push(await made.intermediate(tangle[i - 1] ?? root, { subject: "CN=Root" }));
    const trust = trustStore({ roots: [], systemRoots: false });
    const chain = made.parsed(await made.leaf(tangle[14]!), ...tangle);
    expect(x509Verifications(() => trust(chain, { at: AT, name: made.HOST }))).toBeLessThan(100);
  });
});

describe("a pin", () => {
  test("vouches for a certificate whatever its name and whoever signed it", async () => {
    const own = await made.leaf(undefined);
    const [certificate] = made.parsed(own);
    for (const sha256 of [certificate!.sha256, certificate!.fields!.publicKey.spkiSha256]) {
      const trust = trustStore({ roots: [], systemRoots: false, pins: [{ sha256 }] });
      expect(trust([certificate!], { at: AT, name: "other.example.com" })).toMatchObject({
        status: "trusted",
        defects: [],
        anchor: "pin",
      });
    }
  });

  test("is not excused by a root", async () => {
    const root = await made.root();
    const trust = trustStore({ roots: [root.der], systemRoots: false, pins: [{ sha256: "00".repeat(32) }] });
    const { status, defects } = trust(made.parsed(await made.leaf(root)), { at: AT, name: made.HOST });
    expect(status).toBe("untrusted");
    expect(defects).toEqual([{ kind: "untrusted", text: "not the one that was pinned" }]);
  });

  test("of an intermediate counts where signatures lead there, and not where it was only sent along", async () => {
    const root = await made.root();
    const middle = await made.intermediate(root);
    const [pinned] = made.parsed(middle);
    const trust = trustStore({ roots: [], systemRoots: false, pins: [{ sha256: pinned!.sha256 }] });
    expect(trust(made.parsed(await made.leaf(middle), middle), { at: AT, name: made.HOST }).status).toBe(
      "trusted",
    );
    expect(trust(made.parsed(await made.leaf(root), middle), { at: AT, name: made.HOST }).status).toBe(
      "untrusted",
    );
  });

  test("of one host says nothing about others", async () => {
    const root = await made.root();
    const pins = [{ host: "192.0.2.1", sha256: "00".repeat(32) }];
    const trust = trustStore({ roots: [root.der], systemRoots: false, pins });
    const chain = made.parsed(await made.leaf(root));
    expect(trust(chain, { at: AT, name: made.HOST, address: "192.0.2.2" }).status).toBe("trusted");
    expect(trust(chain, { at: AT, name: made.HOST, address: "192.0.2.1" }).status).toBe("untrusted");
  });

  test("does not stop time", async () => {
    const own = await made.leaf(undefined, { notAfter: new Date("2029-01-01") });
    const [certificate] = made.parsed(own);
    const trust = trustStore({ roots: [], systemRoots: false, pins: [{ sha256: certificate!.sha256 }] });
    expect(trust([certificate!], { at: AT, name: undefined }).defects.map(defect => defect.kind)).toEqual([
      "expired",
    ]);
  });
});

/** How many signatures of certificates OpenSSL was asked to check meanwhile. */
function x509Verifications(during: () => void): number {
  const prototype = X509Certificate.prototype as { verify(key: unknown): boolean };
  const { verify } = prototype;
  let times = 0;
  prototype.verify = function counted(this: unknown, key: unknown): boolean {
    times += 1;
    return verify.call(this, key);
  };
  try {
    during();
  } finally {
    prototype.verify = verify;
  }
  return times;
}
