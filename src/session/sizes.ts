/** What the lengths of hidden records say of a TLS 1.3 handshake: everything here is an inference, never a proof. */
import { finishedHash, tagLength } from "../protocol/tls/suite.ts";
import { isTls13 } from "../protocol/tls/version.ts";
import type { TlsConversation } from "./conversation.ts";
import type { SeenRecord, TlsSigns } from "./signs.ts";

/** Lengths of records that hold one message alone and no padding (RFC 8446 §5.2: content, its type, the tag). */
export interface Lengths {
  /** RFC 8446 §4.4.4. */
  readonly finished: number;
  /** RFC 8446 §6. */
  readonly alert: number;
  /** RFC 8446 §4.4.2: a Certificate without certificates. */
  readonly noCertificate: number;
  /** What protection adds to a content. */
  readonly overhead: number;
}

/** What the broker's flight and the client's answer to it look like. */
export interface HiddenHandshake {
  /** Messages of the broker's flight that came in a record each; absent where they did not. */
  readonly server?: {
    readonly certificateRequested: boolean;
    /** Octets of the certificate, where it is one. */
    readonly certificateOctets: number;
    /** Octets of the signature in CertificateVerify, which tell the kind of the key. */
    readonly signatureOctets: number;
  };
  /** How the client answered. */
  readonly client: "nothing" | "alert" | "finished" | "no certificate" | "certificate" | "unclear";
  /** The record that says so. */
  readonly answer: SeenRecord | undefined;
}

export function lengthsOf(cipherSuite: number): Lengths {
  const overhead = 1 + tagLength(cipherSuite);
  return {
    finished: MESSAGE + finishedHash(cipherSuite) + overhead,
    alert: 2 + overhead,
    noCertificate: MESSAGE + 1 + 3 + overhead,
    overhead,
  };
}

/**
 * Reads both flights of a TLS 1.3 handshake by their lengths. No stack's own lengths are used: a sender may pad, and
 * what its padding makes ambiguous is `unclear`. undefined before the ServerHello, and for older versions.
 */
export function hiddenHandshake(tls: TlsConversation, signs: TlsSigns): HiddenHandshake | undefined {
  const { serverHello, earlyData } = tls;
  if (serverHello === undefined || !isTls13(serverHello.version) || signs.afterHello < 0) return undefined;
  const lengths = lengthsOf(serverHello.cipherSuite);
  const after = signs.records
    .slice(signs.afterHello)
    .filter(record => record.shape.contentType === APPLICATION_DATA);
  const answers = after.filter(record => record.from === "client");
  const flight = after.filter(record => record.from === "server").map(record => record.shape.length);
  const server = serverFlight(flight, lengths);
  return {
    ...(server !== undefined && { server }),
    // EndOfEarlyData and what was sent before it stand where the answer would.
    client:
      earlyData || signs.lost
        ? "unclear"
        : clientAnswer(
            answers.map(record => record.shape.length),
            lengths,
          ),
    answer: answers[0],
  };
}

/** EncryptedExtensions, CertificateRequest where the client is asked, Certificate, CertificateVerify, Finished. */
function serverFlight(flight: readonly number[], lengths: Lengths): HiddenHandshake["server"] {
  const last = flight.findIndex((length, index) => index >= 3 && length === lengths.finished);
  if (last !== 3 && last !== 4) return undefined;
  const certificate = flight[last - 2]! - lengths.overhead - MESSAGE - 1 - 3 - 3 - 2;
  const signature = flight[last - 1]! - lengths.overhead - MESSAGE - 2 - 2;
  if (certificate < SMALLEST_CERTIFICATE || signature < SMALLEST_SIGNATURE) return undefined;
  return { certificateRequested: last === 4, certificateOctets: certificate, signatureOctets: signature };
}

/**
 * Finished is the shortest thing that a client may go on with: a last record that is shorter is an alert, whatever
 * the padding. Padding of the others is taken from the client's own goodbye, which is as long as an alert.
 */
function clientAnswer(answers: readonly number[], lengths: Lengths): HiddenHandshake["client"] {
  const [first, second, third] = answers;
  if (first === undefined) return "nothing";
  const padding = Math.max(0, (answers.at(-1) ?? 0) - lengths.alert);
  const is = (length: number | undefined, plain: number): boolean =>
    length === plain || length === plain + padding;
  if (first < lengths.finished) {
    if (answers.every(length => length < lengths.finished))
      // A Certificate without certificates may be all that was sent before the connection broke.
      return answers.length <= 2 && first !== lengths.noCertificate ? "alert" : "unclear";
    return is(first, lengths.noCertificate) && is(second, lengths.finished) ? "no certificate" : "unclear";
  }
  if (first === lengths.finished) return "finished";
  if (
    first > lengths.noCertificate &&
    second !== undefined &&
    second > lengths.finished &&
    is(third, lengths.finished)
  )
    return "certificate";
  return answers.length > 1 && is(first, lengths.finished) ? "finished" : "unclear";
}

/** RFC 8446 §4: type and length of a handshake message. */
const MESSAGE = 4;
const APPLICATION_DATA = 23;
/** A certificate with an Ed25519 key and hardly a name has more. */
const SMALLEST_CERTIFICATE = 150;
/** Ed25519 and P-256: RFC 8032 §5.1.6, about 70 for ECDSA. */
const SMALLEST_SIGNATURE = 60;
