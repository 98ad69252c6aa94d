/** The certificates of a broker as a tree: who vouches for whom, from the top down. */
import type { Certificate, DistinguishedName } from "../../protocol/x509/certificate.ts";
import type { Conversation, Trust } from "../../session/conversation.ts";
import { nameText } from "../../verdict/certificate.ts";

export interface CertificateNode {
  /** The name that people know it by; not safe text yet. */
  readonly name: string;
  readonly depth: number;
  /** Undefined for an issuer that was not sent. */
  readonly certificate: Certificate | undefined;
  /** What an issuer that was not sent is. */
  readonly root?: string;
  /** What speaks against a broker's own certificate, and what speaks for it. */
  readonly defects: readonly string[];
  readonly trust?: string;
  /** Conversations in which it was shown. */
  readonly times: number;
}

interface Branch {
  readonly key: string;
  readonly name: string;
  readonly certificate: Certificate | undefined;
  trust: Trust | undefined;
  times: number;
  readonly below: Map<string, Branch>;
}

/** In the order in which it is drawn: a certificate before those it vouches for. */
export function certificateTree(conversations: readonly Conversation[]): CertificateNode[] {
  const top = new Map<string, Branch>();
  for (const { tls } of conversations) {
    if (tls === undefined || tls.chain.length === 0) continue;
    let level = top;
    for (const [key, name, certificate] of pathOf(tls.chain)) {
      const branch = level.get(key) ?? {
        key,
        name,
        certificate,
        trust: undefined,
        times: 0,
        below: new Map(),
      };
      branch.times++;
      if (certificate === tls.chain[0]) branch.trust = tls.trust;
      level.set(key, branch);
      level = branch.below;
    }
  }
  const nodes: CertificateNode[] = [];
  const draw = (branches: ReadonlyMap<string, Branch>, depth: number): void => {
    for (const { name, certificate, trust, times, below } of branches.values()) {
      if (nodes.length === MOST) return;
      nodes.push({
        name,
        depth,
        certificate,
        ...(certificate === undefined && { root: rootText(below) }),
        defects: trust?.defects.map(defect => defect.text) ?? [],
        ...(trust !== undefined && { trust: trustText(trust) }),
        times,
      });
      draw(below, depth + 1);
    }
  };
  draw(top, 0);
  return nodes;
}

type Step = readonly [key: string, name: string, certificate: Certificate | undefined];

/** The broker's certificate is first on the wire and last here; certificates that vouch for none of these follow it. */
function pathOf(chain: readonly Certificate[]): Step[] {
  const path: Step[] = [];
  const left = new Set(chain);
  let current: Certificate | undefined = chain[0];
  while (current !== undefined) {
    left.delete(current);
    path.unshift([current.sha256, holder(current), current]);
    const { fields }: Certificate = current;
    if (fields === undefined || fields.selfSigned) break;
    const issuer = nameText(fields.issuer);
    const next: Certificate | undefined = [...left].find(
      one => one.fields !== undefined && nameText(one.fields.subject) === issuer,
    );
    if (next === undefined) path.unshift([`name ${issuer}`, commonName(fields.issuer), undefined]);
    current = next;
  }
  return path;
}

const holder = ({ fields, sha256 }: Certificate): string =>
  fields === undefined ? `sha256 ${sha256.slice(0, 16)}…` : commonName(fields.subject);

const commonName = (name: DistinguishedName): string =>
  (name.find(({ type }) => type === "CN") ?? name.at(-1))?.value ?? "(no name)";

/** An issuer that was not sent may be known here all the same. */
function rootText(below: ReadonlyMap<string, Branch>): string {
  for (const { trust, below: further } of below.values()) {
    const anchor = trust?.anchor;
    if (anchor !== undefined) return `${ANCHORS[anchor]}, not sent`;
    const found = rootText(further);
    if (found !== NOT_SENT) return found;
  }
  return NOT_SENT;
}

const trustText = ({ status, anchor }: Trust): string =>
  `${STATUS[status]}${anchor === undefined ? "" : `, by ${ANCHORS[anchor]}`}`;

const STATUS = {
  trusted: "leads to a root that is trusted",
  untrusted: "leads to no root that is trusted",
  "self-signed": "vouches for itself",
  "not-judged": "leads to no root known here, and none was given",
  unknown: "not known",
} as const satisfies Record<Trust["status"], string>;

const ANCHORS = {
  given: "a root given here",
  system: "a public root",
  pin: "a pin",
} as const satisfies Record<NonNullable<Trust["anchor"]>, string>;

const NOT_SENT = "not sent";
const MOST = 200;
