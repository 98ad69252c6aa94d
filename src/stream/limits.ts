/** The ceilings of the stream stage, each with its reason. */

export const LIMITS = {
  /** Connections held as objects, some 600 octets each. */
  connections: 200_000,
  /** SYNs without an answer, held as rows of some 100 octets: what a SYN flood may cost. */
  halfOpen: 65_536,
  /** A SYN younger than this is displaced with an event; an older one was not going to be answered. */
  halfOpenMicros: 5_000_000,
  /** Ended connections remembered, so that their last acknowledgments do not look like new ones. */
  ended: 65_536,
  /** Octets held out of order for one direction: more than most receive windows. */
  bufferedOctets: 1_048_576,
  /** Pieces held out of order for one direction: an insertion moves at most this many references. */
  bufferedPieces: 2_048,
  /** Octets held out of order for all connections, with what their pieces cost. */
  heldOctets: 268_435_456,
  /** What a held piece costs beside its octets. */
  pieceOctets: 256,
  /** Packet time without a segment after which a connection is over (TIME-WAIT is at most four minutes). */
  idleMicros: 300_000_000,
  /** The most that one frame moves the clock: one wrong timestamp must not make every connection idle. */
  clockStepMicros: 150_000_000,
  /** How far from what is expected a segment may lie: a generous receive window. */
  windowOctets: 16_777_216,
  /** Consecutive segments outside the window after which it is the window that is wrong. */
  strayRun: 8,
  /** Segments of the connection, or packet time, that acknowledged octets get to show up in after their acknowledgment:
   * captures of several queues hold frames in the wrong order. */
  lateSegments: 16,
  lateMicros: 250_000,
  /** RSTs that wait so long for octets from before them. */
  resets: 4_096,
  /** The same where nobody's acknowledgments are seen: some retransmission timeouts (RFC 6298 §2). */
  oneSidedMicros: 5_000_000,
  /** Delivered octets remembered for all connections, to see whether a retransmission says the same. */
  journalOctets: 4_194_304,
  journalRecords: 65_536,
  /** Records looked at for one retransmission: how far behind it may come to be compared, and what it may cost. */
  journalSteps: 64,
} as const;

/** The ceilings by name; a test may lower them. */
export type Limits = { readonly [Name in keyof typeof LIMITS]: number };
