/** Ceilings of the protocol stage, each with its reason. Reaching one is an event, never an exception. */

export const LIMITS = {
  /** Octets of one Control Packet that are kept: an image of firmware; the protocol's 256 MiB are framed by counting. */
  packetOctets: 4 * 1_048_576,
  /** Octets of packets in assembly over all connections: ten thousand claims of 256 MiB must not fill memory. */
  heldOctets: 128 * 1_048_576,
  /** Pieces of the capture named for one packet; the last one stands for what follows it. */
  carriers: 64,
  /** MQTT 5 properties of one packet: user properties may repeat without end. */
  properties: 256,
  /** Octets of one property list. */
  propertyOctets: 65_536,
  /** Topic Filters kept of one SUBSCRIBE or UNSUBSCRIBE, codes of one SUBACK or UNSUBACK. */
  filters: 8_192,
  /** Octets of an infrequent packet that `mqtt-packet` is asked about: it needs microseconds an octet. */
  askedOctets: 65_536,
  /** Packets of one direction that `mqtt-packet` is asked about: what turns out frequent is read directly. */
  askedPackets: 1_024,
  /** Faults told of one packet; one list of filters could hold thousands. */
  faultsPerPacket: 8,
  /** `mqtt.malformed` events of one direction: a hostile peer must not flood a report. */
  malformed: 16,
  /** Synchronisations lost to malformed framing before a direction is given up. */
  resynchronisations: 16,
  /** Octets from a place where a packet may begin, before an undecided place is passed over. */
  searchOctets: 4_096,
  /** Places that are read as a packet to weigh them before they are rationed, and the octets that buy one more. */
  searchReadings: 4_096,
  octetsPerReading: 16,
  /** Places that wait for more octets to be settled; each is weighed anew with every segment. */
  undecided: 8,
  /** Octets of a packet that is read to weigh it; of a longer one the beginning is weighed. */
  weighedOctets: 512,
  /** Messages in a row that prove MQTT on any port where only one side spoke. */
  messagesAlone: 3,
  /** Sound packets in a row without which nothing that is read after a synchronisation is more than a guess. */
  plausiblePackets: 2,
  /** Sound packets in a row that prove a synchronisation found again. */
  proofPackets: 8,
  /** Highest Topic Alias remembered in a direction; brokers offer 10 to 100. */
  topicAliases: 4_096,
  /** Octets of topics remembered for aliases in a direction. */
  aliasOctets: 262_144,
  /** Distinct topics whose text is kept for reuse; a collision costs one decoding. */
  internedTopics: 8_192,
  /** Longer topics are decoded each time. */
  internedTopicOctets: 256,
  /** Octets looked at in a direction before a connection's protocol must be known. */
  recognitionOctets: 8_192,
  /** Request line and header fields of a WebSocket opening handshake. */
  upgradeOctets: 16_384,
  /** Header fields of it. */
  upgradeFields: 128,
  /** Octets of one inflated WebSocket message. */
  inflatedOctets: 1_048_576,
  /** How much larger than its compressed form a message may be, beyond the first 64 KiB. */
  inflationRatio: 100,
  /** MQTT-SN associations, some 600 octets each. */
  associations: 65_536,
  /** Microseconds of packet time without a datagram after which one is over: sensors sleep long. */
  associationIdle: 3_600_000_000,
  /** Topics of one association that have a number, and topics that wait for one. */
  topicNames: 1_024,
  /** Octets of one compressed WebSocket message in assembly. */
  deflatedOctets: 1_048_576,
} as const;
