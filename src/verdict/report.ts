/** The report: everything that views print, as one value; what is undefined is not printed. Secrets are still `Secret` here; `plain` in report/ shows or hides them. */
import type { Outcomes } from "../finding/outcomes.ts";
import type { EstimatedLoss } from "../capture/frame.ts";
import type { Fault } from "../octets/decode.ts";
import type { CodePoint } from "../octets/code-points.ts";
import type { PayloadText } from "../octets/payload.ts";
import type { Secret, WireText } from "../octets/text.ts";
import type { Confidence, Evidence, Severity, Subject } from "../finding/finding.ts";
import type { ReportTls } from "./report-tls.ts";

export type Outcome = "pass" | "warn" | "fail" | "inconclusive";
export type Exposure = "exposed" | "interceptable" | "weak" | "protected" | "unknown";

export interface ReportCapture {
  readonly path: string;
  readonly format: string;
  readonly linkTypes: readonly number[];
  readonly frames: number;
  readonly octets: number;
  readonly first?: string;
  readonly last?: string;
  readonly engine?: string;
  readonly timestamps?: string;
  /** Live: what the engine may still do once it captures, `none` where it has given up everything. */
  readonly rights?: string;
  /** Why it could not be read to its end: what, where. */
  readonly fault?: {
    readonly text: string;
    readonly offset: number;
    /** Absent where no octets were at fault, as of an interface that went away. */
    readonly cause?: Fault;
  };
}

export interface ReportCoverage {
  readonly frames: number;
  readonly undecodedFrames: Readonly<Record<string, number>>;
  readonly truncatedFrames: number;
  readonly connections: number;
  readonly gaps: number;
  readonly gapOctets: number;
  readonly encryptedConnections: number;
  readonly midstreamConnections: number;
  readonly oneSidedConnections: number;
  readonly evictedConnections: number;
  readonly tlsNotJudged: number;
  /** Connections whose octets nobody read: at ports of MQTT the verdict is incomplete for them. */
  readonly unrecognised: {
    readonly connections: number;
    readonly onListedPorts: number;
    /** Elsewhere, and like MQTT. */
    readonly likeMqtt: number;
  };
  readonly kernelDrops?: number | "unknown";
  readonly estimatedLoss?: EstimatedLoss;
  /** How often a live capture was lost and went on. */
  readonly interruptions?: number;
  /** A key log in the capture (pcapng): sessions whose keys it holds, and TLS conversations that they fit. */
  readonly keyLog?: { readonly sessions: number; readonly fitted: number };
  readonly limits: readonly string[];
}

export interface ReportVerdict {
  readonly outcome: Outcome;
  readonly exposure: Exposure;
  readonly complete: boolean;
  /** Indexes into `findings`. */
  readonly because: readonly number[];
  readonly notSeen: readonly string[];
}

export interface ReportMqtt {
  readonly version?: string | undefined;
  readonly clientIds: readonly WireText[];
  readonly credentials: readonly {
    readonly username?: WireText | undefined;
    readonly password?: Secret | undefined;
    readonly accepted?: boolean | undefined;
  }[];
  readonly authMethods: readonly WireText[];
  readonly connackCodes: readonly CodePoint[];
  readonly publishes: { readonly client: number; readonly server: number };
  readonly retained: { readonly client: number; readonly server: number };
  readonly subscriptions: readonly {
    readonly filter: WireText;
    readonly group?: string;
    readonly qos: number;
    readonly granted?: number;
  }[];
  readonly topics: readonly WireText[];
  readonly responseTopics: readonly WireText[];
  readonly wills: readonly {
    readonly topic: WireText;
    readonly payload: PayloadText;
    readonly qos: number;
    readonly retain: boolean;
  }[];
  readonly disconnects: readonly { readonly from: "client" | "server"; readonly code?: CodePoint }[];
}

export interface ReportConversation {
  readonly id: number;
  /** Index into `captures`; absent where there is one. */
  readonly capture?: number | undefined;
  readonly client: string;
  readonly server: string;
  readonly proxySource?: string | undefined;
  readonly transport: string;
  readonly protocol: string;
  readonly exposure: Exposure;
  readonly first: string;
  readonly last: string;
  readonly frames: number;
  readonly octets: { readonly client: number; readonly server: number };
  readonly ended?: string | undefined;
  readonly mqtt?: ReportMqtt | undefined;
  readonly tls?: ReportTls | undefined;
}

export type ReportEvidence = Omit<Evidence, "frame"> & { readonly frame?: number };

export interface ReportFinding {
  readonly rule: string;
  readonly name: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly subject: Subject;
  readonly count: number;
  /** Of the logins counted, where it is about logins. */
  readonly outcomes?: Outcomes | undefined;
  readonly first?: string | undefined;
  readonly last?: string | undefined;
  readonly fingerprint: string;
  readonly evidence: readonly ReportEvidence[];
  readonly why: string;
  readonly fix: string;
  readonly cwe: readonly number[];
  readonly references: readonly string[];
}

/** What a secret is and where it was, never itself. */
export interface ReportSecret {
  readonly kind: string;
  /** What it was called where it was: the member of a JSON object, the parameter of a URL. */
  readonly name?: string;
  readonly place: string;
  readonly field: string;
  readonly topic?: WireText;
  readonly conversation?: number;
  /** Where it was seen first. */
  readonly frame: number;
  /** Octets. */
  readonly length: number;
  readonly count: number;
}

export interface ReportExposed {
  readonly credentials: readonly {
    readonly username?: WireText | undefined;
    readonly password?: Secret | undefined;
    readonly clientId: WireText;
    readonly accepted?: boolean | undefined;
    readonly conversation: number;
    readonly frame: number;
  }[];
  readonly topics: readonly {
    readonly topic: WireText;
    readonly messages: number;
    readonly octets: number;
  }[];
  readonly secrets: readonly ReportSecret[];
  readonly clients: readonly WireText[];
}

export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly judgedBy: {
    readonly policy: string;
    readonly roots: string;
    readonly at: string;
    readonly ports: readonly number[] | "all";
  };
  readonly captures: readonly ReportCapture[];
  readonly coverage: ReportCoverage;
  readonly verdict: ReportVerdict;
  readonly conversations: readonly ReportConversation[];
  readonly exposed: ReportExposed;
  readonly findings: readonly ReportFinding[];
}
