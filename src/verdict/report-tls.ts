/** What the report says of TLS: certificates, handshakes, and what an observer is left with. */
import type { Confidence } from "../finding/finding.ts";
import type { Fault } from "../octets/decode.ts";
import type { CodePoint } from "../octets/code-points.ts";
import type { WireText } from "../octets/text.ts";

export interface ReportPublicKey {
  readonly algorithm: string;
  readonly bits?: number;
  readonly curve?: string;
  /** Decimal. */
  readonly exponent?: string;
  /** Of the SubjectPublicKeyInfo: what `--pin` takes too. */
  readonly sha256: string;
}

export interface ReportCertificate {
  readonly sha256: string;
  readonly octets: number;
  /** Why there are no fields; beside fields, what of them could not be read. */
  readonly fault?: Fault;
  readonly subject?: string;
  readonly issuer?: string;
  readonly serialNumber?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly subjectAltNames?: readonly string[];
  readonly publicKey?: ReportPublicKey;
  readonly signatureAlgorithm?: string;
  readonly version?: number;
  readonly ca?: boolean;
  readonly pathLength?: number;
  readonly keyUsage?: readonly string[];
  readonly extendedKeyUsage?: readonly string[];
  readonly ocsp?: readonly string[];
  readonly caIssuers?: readonly string[];
  readonly crlDistributionPoints?: readonly string[];
  readonly certificatePolicies?: readonly string[];
  /** How many the certificate brings along (RFC 6962 §3.3). */
  readonly signedCertificateTimestamps?: number;
  /** RFC 7633. */
  readonly mustStaple?: true;
  readonly selfSigned?: boolean;
  /** With `--verbose`. */
  readonly pem?: string;
}

/** One kind of fact that shows under TLS, and what it is here. */
export interface ReportShown {
  readonly what: string;
  readonly values: readonly string[];
}

/** One step of a TLS connection, and how far each layer had come after it. */
export interface ReportStep {
  readonly name: string;
  readonly from: "client" | "server";
  readonly time: string;
  /** The frame of its first octet, and the one that completed it. */
  readonly frames: readonly [first: number, last: number];
  readonly octets: number;
  readonly state: { readonly tcp: string; readonly tls: string; readonly mqtt: string };
}

export interface ReportTls {
  readonly version?: string;
  readonly cipherSuite?: CodePoint;
  readonly group?: CodePoint;
  readonly serverName?: WireText;
  readonly alpn: { readonly offered: readonly WireText[]; readonly selected?: WireText };
  readonly ja3?: string;
  readonly ja3s?: string;
  readonly ja4?: string;
  readonly helloRetryRequest: boolean;
  readonly earlyData: boolean;
  /** The hello has room for an encrypted one; whether there is one in it nobody can tell (RFC 9849 §6.2). */
  readonly encryptedClientHello: boolean;
  readonly renegotiated: boolean;
  /** A side said that it closes (close_notify), or in TLS 1.3 its last record is as long as that. */
  readonly closeNotify: boolean;
  /** Until TLS 1.2, which has a choice: agreed in the hellos (RFC 7627, RFC 7366). */
  readonly extendedMasterSecret?: boolean;
  readonly encryptThenMac?: boolean;
  /** The broker sent an OCSP response with its certificate (RFC 6066 §8); absent where no certificate could be seen. */
  readonly ocspStaple?: boolean;
  readonly resumed: boolean;
  readonly pskIdentities: readonly WireText[];
  readonly chain: readonly ReportCertificate[];
  /** The broker's, where it showed a key alone (RFC 7250). */
  readonly rawPublicKey?: ReportPublicKey;
  readonly clientChain: readonly ReportCertificate[];
  readonly certificateRequested: boolean;
  readonly clientCertificate: boolean;
  readonly trust: { readonly status: string; readonly reasons: readonly string[] };
  readonly clientVerifies: "yes" | "no" | "unknown";
  readonly clientVerifiesBecause: {
    readonly confidence: Confidence;
    readonly text: string;
    readonly frames: readonly number[];
  };
  readonly decrypted: boolean;
  readonly alerts: readonly {
    readonly from: "client" | "server";
    readonly level?: CodePoint;
    readonly description?: CodePoint;
    readonly encrypted?: true;
  }[];
  readonly handshake: {
    readonly milliseconds?: number;
    readonly octets: number;
    readonly roundTrips?: number;
  };
  /** Type 23 behind the handshake, as far as the two can be told apart. */
  readonly applicationData: {
    readonly client: { readonly records: number; readonly octets: number };
    readonly server: { readonly records: number; readonly octets: number };
  };
  /** With `--verbose`. */
  readonly ladder?: readonly ReportStep[];
  /** What anyone on the path still sees, and what TLS hides. With `--verbose`. */
  readonly observer?: { readonly sees: readonly ReportShown[]; readonly hidden: readonly string[] };
}
