/** Whose keys brokers show: one key in many places, another key in the same place, a serial number given twice. */
import { isIP } from "node:net";
import { wireString } from "../octets/text.ts";
import type { Timestamp } from "../octets/time.ts";
import type { DistinguishedName } from "../protocol/x509/certificate.ts";
import type { SessionEvent, SessionEventOf } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { Recent } from "./recent.ts";

type Chain = SessionEventOf<"session.chain">;
type Negotiated = SessionEventOf<"session.negotiated">;
type Emit = (event: SessionEvent) => void;

/** The certificate that a broker showed last. */
interface Shown {
  readonly spkiSha256: string;
  readonly issuer: string;
  readonly algorithm: string;
  readonly notAfter: Timestamp;
}

/** How clients called a broker, and the first that did not. */
interface Called {
  name: string | undefined;
  readonly unnamed: Negotiated[];
}

export interface BrokerKeys {
  chain(event: Chain): void;
  negotiated(event: Negotiated): void;
}

/** Follows the certificates of all brokers, and by which name they are asked for. */
export function brokerKeys(emit: Emit, reached: (limit: string) => void): BrokerKeys {
  const places = new Recent<Set<string>>(LIMITS.brokers, () => reached("keys of brokers"));
  const brokers = new Recent<Shown>(LIMITS.brokers, () => reached("brokers with TLS"));
  const serials = new Recent<string>(LIMITS.serials, () => reached("serial numbers"));
  const names = new Recent<Called>(LIMITS.brokers, () => reached("names of brokers"));

  function inManyPlaces({ conversation, tls, ...event }: Chain, spkiSha256: string): void {
    const at = places.getOr(spkiSha256, () => new Set());
    const { address } = event.connection.server;
    if (at.has(address) || at.size >= LIMITS.listed) return;
    at.add(address);
    if (at.size >= MANY)
      emit({ ...event, type: "session.shared_key", conversation, tls, spkiSha256, brokers: [...at] });
  }

  /** Another key from the same authority is a renewal, and of another kind a second certificate beside the first. */
  function changed({ conversation, tls, ...event }: Chain, now: Shown): void {
    const name = tls.clientHello?.serverName;
    const key = `${event.connection.server.text} ${name === undefined ? "" : wireString(name)}`;
    const before = brokers.get(key);
    brokers.set(key, now);
    if (before === undefined || before.spkiSha256 === now.spkiSha256 || before.issuer === now.issuer) return;
    if (before.algorithm !== now.algorithm || event.at > before.notAfter) return;
    emit({
      ...event,
      type: "session.broker_changed",
      conversation,
      tls,
      before: before.issuer,
      after: now.issuer,
    });
  }

  function numbered({ conversation, tls, chain, ...event }: Chain): void {
    for (const { fields, sha256 } of chain) {
      if (fields === undefined || fields.selfSigned) continue;
      const issuer = nameText(fields.issuer);
      const key = `${issuer} ${fields.serialNumber}`;
      const known = serials.get(key);
      if (known === undefined) serials.set(key, sha256);
      else if (known !== sha256)
        emit({
          ...event,
          type: "session.same_serial",
          conversation,
          tls,
          issuer,
          serialNumber: fields.serialNumber,
        });
    }
  }

  return {
    chain(event) {
      numbered(event);
      const fields = event.chain[0]?.fields;
      if (event.direction !== "server" || fields === undefined) return;
      const { spkiSha256, algorithm } = fields.publicKey;
      inManyPlaces(event, spkiSha256);
      changed(event, { spkiSha256, issuer: nameText(fields.issuer), algorithm, notAfter: fields.notAfter });
    },
    negotiated(event) {
      const name = event.tls.clientHello?.serverName;
      const called = names.getOr(event.connection.server.text, () => ({ name: undefined, unnamed: [] }));
      const text = name === undefined ? undefined : wireString(name);
      if (text !== undefined && isIP(text) === 0) called.name ??= text;
      else if (text === undefined && called.unnamed.length < MOST_UNNAMED) called.unnamed.push({ ...event });
      if (called.name === undefined) return;
      for (const one of called.unnamed.splice(0))
        emit({ ...one, type: "session.unnamed", name: called.name });
    },
  };
}

const nameText = (name: DistinguishedName): string =>
  name.map(({ type, value }) => `${type}=${value}`).join(", ");

/** Two may be a pair that stands in for one another. */
const MANY = 3;
/** Clients without a name that wait for somebody to say one. */
const MOST_UNNAMED = 16;
