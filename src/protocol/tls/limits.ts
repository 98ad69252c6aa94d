/** Ceilings of the TLS stage, each with its reason. */
export const LIMITS = {
  /** RFC 5246 §6.2.3: a protected fragment is at most 2^14 + 2048 octets. */
  fragment: 18_432,
  /** A handshake message other than Certificate: post-quantum hellos have a few KiB. */
  message: 131_072,
  /** Certificate: a long chain with many names has 20 KiB. */
  certificateMessage: 262_144,
  /** Certificates of one message that are hashed and listed; real chains have two to five. */
  listedCertificates: 1_024,
  /** Certificates of one message that are parsed. */
  parsedCertificates: 16,
  /** Handshake records in the clear, a direction: a handshake has ten, or a few hundred where a stack cuts it small. */
  handshakeRecords: 1_000,
  /** Records without content, a direction: RFC 8446 §5.1 allows them for application data only. */
  emptyRecords: 64,
  /** Cipher suites and extensions of a hello: the registry has fewer than 400 and 80. */
  hello: 512,
  /** Names of authorities in a CertificateRequest: a server that lists a whole root store names 150. */
  authorities: 1_024,
  /** Protected records of each direction whose shape is told; further ones are counted. */
  shapes: 64,
  /** Alerts of each direction that are told: a connection has one or two. */
  alerts: 32,
  /** ChangeCipherSpec records of each direction that are told: a handshake has one. */
  changes: 8,
  /** Messages that do not decode, told of one connection. */
  faults: 16,
  /** Pieces of the capture remembered for one unit: a message cut finer keeps its first pieces and its last. */
  carriers: 64,
  /** Octets looked at after a gap for a record header: two records of full size always hold one. */
  resync: 40_960,
} as const;
