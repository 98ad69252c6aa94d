/** The roots that the user names: PEM files with one certificate or many, or DER. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { systemText } from "../capture/file.ts";
import { printable } from "../octets/text.ts";
import { UsageError } from "./usage-error.ts";

/** DER of every certificate in the files. A file without any is wrong usage: the verdict would rest on nothing. */
export const readRoots = (files: readonly string[]): Uint8Array[] => files.flatMap(readFile);

function readFile(file: string): Uint8Array[] {
  let octets: Buffer;
  try {
    octets = readFileSync(file);
  } catch (error) {
    throw new UsageError(`--ca ${printable(file)}: ${systemText(error)}`);
  }
  const blocks = octets.toString("latin1").match(PEM_CERTIFICATE) ?? [octets];
  try {
    return blocks.map(block => new X509Certificate(block).raw);
  } catch {
    throw new UsageError(`--ca ${printable(file)}: holds no certificate in PEM or DER`);
  }
}

/** RFC 7468 §5. */
const PEM_CERTIFICATE =
  /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g;
