/** Name constraints (RFC 5280 §4.2.1.10): which names an authority may give out. */
import { isIP } from "node:net";
import type { CertificateFields, DistinguishedName, SubjectAltName } from "../protocol/x509/certificate.ts";
import type { PathExtensions, Subtree } from "../protocol/x509/path.ts";

/**
 * The first name of a certificate that the constraints forbid, or undefined. A kind of name that no permitted subtree
 * speaks of is free; of a kind that one speaks of, each name must lie within one, and within no excluded one.
 */
export function forbiddenName(fields: CertificateFields, constraints: PathExtensions): string | undefined {
  const { permitted, excluded } = constraints;
  if (permitted.length === 0 && excluded.length === 0) return undefined;
  for (const name of namesOf(fields)) {
    const alike = permitted.filter(tree => tree.kind === name.kind);
    const allowed = alike.length === 0 || alike.some(tree => within(name, tree));
    if (!allowed || excluded.some(tree => within(name, tree))) return nameText(name);
  }
  return undefined;
}

/** The alternative names, the subject, and the common name where it has to stand for a host (RFC 9525 notwithstanding). */
function namesOf({ subject, subjectAltNames }: CertificateFields): readonly SubjectAltName[] {
  const names = [...subjectAltNames];
  if (subject.length > 0) names.push({ kind: "directory", value: subject });
  if (!names.some(name => name.kind === "dns")) {
    const common = subject.find(part => part.type === "CN")?.value;
    if (common !== undefined && HOST.test(common) && isIP(common) === 0)
      names.push({ kind: "dns", value: common });
  }
  if (!names.some(name => name.kind === "email"))
    for (const part of subject)
      if (part.type === "emailAddress") names.push({ kind: "email", value: part.value });
  return names;
}

function within(name: SubjectAltName, tree: Subtree): boolean {
  if (name.kind !== tree.kind) return false;
  switch (name.kind) {
    case "dns":
      return tree.kind === "dns" && below(name.value, tree.value);
    case "email":
      return tree.kind === "email" && mailbox(name.value.toLowerCase(), tree.value.toLowerCase());
    case "uri":
      return tree.kind === "uri" && host(hostOf(name.value), tree.value.toLowerCase());
    case "ip":
      return tree.kind === "ip" && inNetwork(name.value, tree.network, tree.mask);
    case "directory":
      return tree.kind === "directory" && beginsWith(name.value, tree.value);
    default:
      return false;
  }
}

/** A host, or whatever adds labels to its left; an empty base is all names. */
function below(name: string, base: string): boolean {
  const [inner, outer] = [plain(name), plain(base)];
  if (outer === "" || inner === outer) return true;
  return inner.endsWith(outer.startsWith(".") ? outer : `.${outer}`);
}

/** A mailbox, a host with all its mailboxes, or with a leading period all hosts below. */
function mailbox(address: string, base: string): boolean {
  if (base.includes("@")) return address === base;
  return host(address.slice(address.lastIndexOf("@") + 1), base);
}

const host = (name: string, base: string): boolean =>
  base.startsWith(".") ? name.endsWith(base) : name === base;

const hostOf = (uri: string): string =>
  /^[^:]*:\/\/(?:[^/?#]*@)?([^/?#:]*)/.exec(uri)?.[1]?.toLowerCase() ?? "";

function inNetwork(address: string, network: Uint8Array, mask: Uint8Array): boolean {
  const octets = addressOctets(address);
  if (octets === undefined || octets.length !== network.length) return false;
  return octets.every((octet, index) => (octet & mask[index]!) === (network[index]! & mask[index]!));
}

/** RFC 4291 §2.2, as this program writes addresses. */
function addressOctets(address: string): readonly number[] | undefined {
  if (isIP(address) === 4) return address.split(".").map(Number);
  if (isIP(address) !== 6 || address.includes(".")) return undefined;
  const [left = "", right] = address.split("::");
  const words = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const [before, after] = [words(left), words(right ?? "")];
  const zeros =
    right === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].flatMap(word => {
    const value = Number.parseInt(word, 16);
    return [Math.floor(value / 0x100), value % 0x100];
  });
}

/** RFC 5280 §7.1: the same attributes from the beginning on, without regard to case. */
const beginsWith = (name: DistinguishedName, base: DistinguishedName): boolean =>
  base.length <= name.length &&
  base.every(({ type, value }, index) => {
    const part = name[index];
    return part?.type === type && part.value.toLowerCase() === value.toLowerCase();
  });

const nameText = (name: SubjectAltName): string =>
  name.kind === "directory" ? name.value.map(part => `${part.type}=${part.value}`).join(", ") : name.value;

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, "");

const HOST = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/i;
