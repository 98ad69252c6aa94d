/** JA3 and JA3S: what a hello offers and answers, as one line of decimal numbers and its MD5. */
import { createHash } from "node:crypto";
import type { ClientHelloFields } from "./client-hello.ts";
import type { Extension } from "./message.ts";
import { isGrease } from "./registry.ts";

/** `771,4865-4866,0-11-10,29-23,0`: version, suites, extensions, groups, point formats; GREASE left out. */
export function ja3Text(hello: ClientHelloFields): string {
  return [
    hello.legacyVersion,
    joined(hello.cipherSuites),
    joined(hello.extensions.map(e => e.type)),
    joined(hello.groups ?? []),
    (hello.pointFormats ?? []).join("-"),
  ].join(",");
}

/** `771,4865,51-43`: legacy_version, suite, extensions in wire order. */
export const ja3sText = (
  legacyVersion: number,
  cipherSuite: number,
  extensions: readonly Extension[],
): string => `${legacyVersion},${cipherSuite},${joined(extensions.map(e => e.type))}`;

/** MD5 of the line, lower-case hex: a name, not a secret. */
export const ja3 = (text: string): string => createHash("md5").update(text).digest("hex");

const joined = (codes: readonly number[]): string => codes.filter(code => !isGrease(code)).join("-");
