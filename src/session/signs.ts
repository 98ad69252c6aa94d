/** What is remembered of one TLS connection beside the conversation that the report shows. */
import type { FrameNumber } from "../capture/frame.ts";
import type { Timestamp } from "../octets/time.ts";
import type { RecordShape } from "../protocol/tls/message.ts";
import type { Direction } from "../stream/item.ts";
import type { TlsConversation } from "./conversation.ts";
import { type HandshakeSeeing, newSeeing } from "./flight.ts";

/** A protected record, as far as its shape tells. */
export interface SeenRecord {
  readonly from: Direction;
  readonly frame: FrameNumber;
  readonly shape: RecordShape;
}

/** What decides how far a handshake came; RFC 8446 and 5246 say what may come in which order. */
export interface TlsSigns {
  /** ChangeCipherSpec of each side. */
  readonly changed: { client: boolean; server: boolean };
  /** Protected records of both sides in the order of their arrival, the first `LIMITS.records`. */
  readonly records: SeenRecord[];
  /** Index in `records` of the first one after the ServerHello; -1 before. */
  afterHello: number;
  /** Client data that counts: until TLS 1.2 the first record of type 23, in TLS 1.3 the first after Finished. */
  clientData: FrameNumber | undefined;
  serverData: FrameNumber | undefined;
  /** The first FIN or RST. */
  closed:
    | {
        readonly by: Direction;
        readonly how: "fin" | "rst";
        readonly frame: FrameNumber;
        readonly at: Timestamp;
      }
    | undefined;
  readonly seen: HandshakeSeeing;
  /** The hello that answers a HelloRetryRequest was seen. */
  retried: boolean;
  /** The Certificate of the client held none. */
  emptyCertificate: boolean;
  /** Octets are missing: what was not seen may still have been there. */
  lost: boolean;
  /** Each of these is told once. */
  readonly told: {
    chain: boolean;
    keyed: boolean;
    verification: boolean;
    brokenOff: boolean;
    authentication: boolean;
    early: boolean;
  };
}

export const newSigns = (): TlsSigns => ({
  changed: { client: false, server: false },
  records: [],
  afterHello: -1,
  clientData: undefined,
  serverData: undefined,
  closed: undefined,
  seen: newSeeing(),
  retried: false,
  emptyCertificate: false,
  lost: false,
  told: {
    chain: false,
    keyed: false,
    verification: false,
    brokenOff: false,
    authentication: false,
    early: false,
  },
});

export const newTls = (): TlsConversation => ({
  clientHello: undefined,
  serverHello: undefined,
  group: undefined,
  dhBits: undefined,
  helloRetryRequest: false,
  earlyData: false,
  resumed: false,
  pskIdentities: [],
  chain: [],
  rawPublicKey: undefined,
  clientChain: [],
  certificateRequested: false,
  clientCertificate: false,
  stapled: false,
  trust: { status: "unknown", defects: [] },
  met: { status: "unknown", defects: [] },
  clientVerifies: {
    answer: "unknown",
    confidence: "certain",
    text: "nothing seen that would tell",
    frames: [],
  },
  sizes: undefined,
  decrypted: false,
  alerts: [],
  steps: [],
  established: false,
  renegotiated: false,
  applicationData: { client: { records: 0, octets: 0 }, server: { records: 0, octets: 0 } },
  sslv2: false,
  goodbye: false,
});
