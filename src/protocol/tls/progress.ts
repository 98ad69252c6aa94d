/** How far a connection has come: what is application data, and from when on both sides are taken to be at it. */
import type { Direction } from "../../stream/item.ts";
import type { ByteCount } from "../event.ts";
import { finishedHash, tagLength } from "./suite.ts";
import { isTls13 } from "./version.ts";

/** What is counted of each side. */
export interface ApplicationData {
  readonly client: ByteCount;
  readonly server: ByteCount;
}

export interface Progress {
  /** The ClientHello offers TLS 1.3 and early data, or does not. */
  clientHello(offersTls13: boolean, earlyData: boolean): void;
  serverHello(version: number, cipherSuite: number): void;
  /** ChangeCipherSpec of one side. */
  changed(direction: Direction): void;
  /** A readable Finished in TLS 1.3: only without encryption, or with keys. */
  finished(direction: Direction): void;
  /** A record of outer type application_data. True when by it both sides are past the handshake: told once. */
  record(direction: Direction, length: number): boolean;
  counts(): ApplicationData;
  /** TLS 1.3: whether a side's last record is as long as an alert, which behind the handshake is its close_notify. */
  goodbyes(): Readonly<Record<Direction, boolean>>;
}

/**
 * Until TLS 1.2 every record of type 23 is application data, and the handshake is over when both sides have changed
 * their cipher and one has come.
 *
 * TLS 1.3 gives its encrypted handshake the same outer type. The client's Finished is told by its exact length
 * (4 + hash + 1 + tag, or 16 more where a stack pads every record), else by any longer record that a record of the
 * server follows. What comes before is not counted, early data included; what comes after is, with the server's
 * tickets, since nothing tells them apart. The handshake is over at the client's first record after Finished that is
 * longer than an alert would be.
 */
export function progress(): Progress {
  const counts = { client: { records: 0, octets: 0 }, server: { records: 0, octets: 0 } };
  const changed = { client: false, server: false };
  const goodbye = { client: false, server: false };
  let tls13 = false;
  let negotiated = false;
  let early = false;
  let told = false;
  let finished: "no" | "maybe" | "yes" = "no";
  let lengths: Lengths = UNKNOWN_LENGTHS;
  let alert = lengths.alert;

  const count = (direction: Direction, length: number): void => {
    counts[direction].records += 1;
    counts[direction].octets += length;
  };

  const tell = (when: boolean): boolean => {
    if (told || !when) return false;
    told = true;
    return true;
  };

  const clientFinished = (length: number): void => {
    if (lengths.finished.includes(length)) {
      finished = "yes";
      if (lengths.padded.includes(length)) alert = lengths.alert + PADDING;
    } else if (length > lengths.finished[0]!) {
      finished = "maybe";
    }
  };

  const record13 = (direction: Direction, length: number): boolean => {
    if (finished === "yes") {
      count(direction, length);
      goodbye[direction] = length === alert || length === lengths.alert;
      return tell(direction === "client" && length > alert);
    }
    if (direction === "client") clientFinished(length);
    else if (finished === "maybe") finished = "yes";
    return false;
  };

  return {
    clientHello(offersTls13, earlyData) {
      if (!negotiated) tls13 = offersTls13;
      early = earlyData;
    },
    serverHello(version, cipherSuite) {
      negotiated = true;
      tls13 = isTls13(version);
      lengths = tls13 ? lengthsOf(cipherSuite) : UNKNOWN_LENGTHS;
      alert = lengths.alert;
      finished = "no";
    },
    changed(direction) {
      changed[direction] = true;
    },
    finished(direction) {
      if (direction === "client") finished = "yes";
    },
    record(direction, length) {
      if (!negotiated && early) return false;
      if (tls13) return record13(direction, length);
      // Nobody sends this type in the clear: who does is past ChangeCipherSpec, seen or not.
      changed[direction] = true;
      count(direction, length);
      return tell(changed.client && changed.server);
    },
    goodbyes: () => ({ ...goodbye }),
    counts: () => ({ client: { ...counts.client }, server: { ...counts.server } }),
  };
}

interface Lengths {
  /** Of a record that holds Finished alone, shortest first. */
  readonly finished: readonly number[];
  /** Those of them that are padded. */
  readonly padded: readonly number[];
  /** Of a record that holds an alert. */
  readonly alert: number;
}

/** RFC 8446 §5.2: content, one octet of type, padding, tag. */
function lengthsOf(cipherSuite: number): Lengths {
  const overhead = 1 + tagLength(cipherSuite);
  const exact = MESSAGE_HEADER + finishedHash(cipherSuite) + overhead;
  return { finished: [exact, exact + PADDING], padded: [exact + PADDING], alert: 2 + overhead };
}

const MESSAGE_HEADER = 4;

/** Java pads every record of TLS 1.3 by so much. */
const PADDING = 16;

/** Where no ServerHello was seen: SHA-256 and SHA-384 with a tag of 16 octets, plain and padded. */
const UNKNOWN_LENGTHS: Lengths = { finished: [53, 69, 85], padded: [], alert: 19 };
