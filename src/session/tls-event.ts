/** What handshake messages say together, within a connection and across connections. */
import type { Direction } from "../stream/item.ts";
import type { Conversation, TlsConversation } from "./conversation.ts";
import type { HandshakeSeen } from "./flight.ts";

interface OfTls {
  readonly conversation: Conversation;
  readonly tls: TlsConversation;
}

/** Of what is decided later than the messages that it is about. */
export interface OfHandshake {
  readonly seen: HandshakeSeen;
}

/** How a handshake broke off. */
export interface BrokenOff {
  /** Who ended it; undefined where both were seen to close at once or nobody was. */
  readonly by: Direction;
  /** AlertDescription, where one was readable. */
  readonly alert?: number;
  /** A protected alert, told by its length alone (RFC 8446 §5.2). */
  readonly hidden?: boolean;
  /** Nothing of the broker's answer was TLS. */
  readonly unanswered?: boolean;
}

/** What the client showed of itself when it was asked for a certificate. */
export type ClientAuthentication = "not-asked" | "certificate" | "none-accepted" | "none-refused";

/** What several handshakes have in common that they should not have. */
export interface TlsAcrossMap {
  /** A random that another handshake had, or that no generator makes. */
  "session.same_random": OfTls & { readonly of: Direction; readonly poor: boolean };
  /** The same handshake on another connection: the capture holds it twice. */
  "session.seen_twice": OfTls;
  /** A Diffie-Hellman share that another handshake had, so much earlier. */
  "session.same_share": OfTls & { readonly of: Direction; readonly seconds: number };
  /** One key on several brokers: their addresses, this one last. */
  "session.shared_key": OfTls & { readonly spkiSha256: string; readonly brokers: readonly string[] };
  /** One client key, used from two addresses at the same time. */
  "session.shared_client_key": OfTls & { readonly spkiSha256: string; readonly other: string };
  /** Two RSA moduli have a prime in common; `subjects` are of both certificates. */
  "session.shared_factor": OfTls & { readonly spkiSha256: string; readonly other: string };
  /** The broker at this address or of this name shows another key from another issuer than before. */
  "session.broker_changed": OfTls & { readonly before: string; readonly after: string };
  /** One issuer gave one serial number twice. */
  "session.same_serial": OfTls & { readonly issuer: string; readonly serialNumber: string };
  /** After a failure the client offers less than before: the newest version of each try. */
  "session.falling_version": OfTls & { readonly failed: number; readonly offered: number };
  /** The client refused a certificate in one handshake, and took one that nobody takes in another. */
  "session.inconsistent": OfTls & { readonly refusedIn: number; readonly tookIn: number };
  /** The client took such a certificate in an earlier capture, and refuses one in this. */
  "session.mended": OfTls;
  /** So many handshakes of a client broke off within a minute. */
  "session.handshake_storm": OfTls & { readonly times: number; readonly seconds: number };
  /** A client that names no broker, where another names it. */
  "session.unnamed": OfTls & OfHandshake & { readonly name: string };
}

export interface TlsSessionEventMap extends TlsAcrossMap {
  /** The broker answered in SSLv2. */
  "session.sslv2": OfTls;
  /** The client went on after the ServerHello: it sent its ChangeCipherSpec, or in TLS 1.3 data. Told once. */
  "session.keyed": OfTls & OfHandshake;
  /** The first record that a client sent before the ServerHello (RFC 8446 §4.2.10), or the offer without one. */
  "session.early_data": OfTls & { readonly sent: boolean };
  /** The handshake ended before both sides could send data. Told once. */
  "session.broken_off": OfTls & { readonly broken: BrokenOff };
  /** Told once, when it is decided; `tentative` where only the lengths of hidden records say it. */
  "session.client_authentication": OfTls &
    OfHandshake & {
      readonly answer: ClientAuthentication;
      readonly tentative: boolean;
    };
  /** The client was shown a certificate, finished the handshake or did not answer, and left without a word. */
  "session.left": OfTls & OfHandshake & { readonly after: "Finished" | "Certificate" };
}
