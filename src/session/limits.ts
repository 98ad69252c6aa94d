/** Ceilings of the session stage, each with its reason. */
export const LIMITS = {
  /** Conversations remembered for the report; further ones are judged and counted, not listed. */
  conversations: 200_000,
  /** Distinct topics over the whole run: enough for a fleet, 20 MB at worst. */
  topics: 100_000,
  /** Octets of their texts: a topic may have 65,535. */
  topicOctets: 32 * 1_048_576,
  /** Octets of topics, client ids, credentials … listed for all conversations together: a fleet of 100,000 needs them. */
  textOctets: 128 * 1_048_576,
  /** From here on a text is long, and so many octets of long ones: nobody needs any, and a report repeats them. */
  longText: 2_048,
  longTextOctets: 8 * 1_048_576,
  /** Distinct topics listed for one conversation. */
  topicsOfAConversation: 1_000,
  /** Client ids, wills, subscriptions … listed for one conversation. */
  listed: 256,
  /** SUBSCRIBE packets that wait for their SUBACK, in one conversation: packet identifiers are 16 bits, clients use few. */
  pendingSubscribes: 256,
  /** Packets of one connection that wait for an answer where each is a record: Receive Maximum may be 65,535; who leaves
   *  more than this open does not mean to have them answered. */
  openTransactions: 1_024,
  /** The same over all connections: with a kilobyte of payload each, 64 MiB. What comes beyond is told unanswered. */
  openTransactionsOfAll: 65_536,
  /** Questions of one connection that wait under the same identifier: no client ought to have two. */
  sameIdentifier: 8,
  /** Answers of one connection that were read before their questions: a hole is given up after some segments. */
  earlyAnswers: 32,
  /** Microseconds by which the frames of two sides may have been recorded in the wrong order. */
  swapped: 1_000_000,
  /** Microseconds after which an identifier that is used again has lost its answer (MQTT-2.2.1-4): no answer is so late. */
  unanswered: 5_000_000,
  /** Steps of one TLS connection that the ladder shows, and those of them that are left to its end. */
  steps: 64,
  lastSteps: 4,
  /** Alerts kept for one conversation. */
  alerts: 32,
  /** Randoms and Diffie-Hellman shares of handshakes that are remembered, some 200 octets each. */
  randoms: 65_536,
  shares: 65_536,
  /** Serial numbers of certificates, with their issuers. */
  serials: 10_000,
  /** RSA keys that are compared for common factors, and the bits of one: the work grows with the square of both. */
  moduli: 1_000,
  modulusBits: 4_096,
  /** Chains whose paths are remembered, and authorities seen in any of them. */
  chains: 4_096,
  authorities: 1_024,
  /** Signatures checked, and paths kept, for one chain; and certificates of one path: chains of brokers have three. */
  signatures: 24,
  paths: 8,
  longestPath: 8,
  /** Bits of a key beyond which no signature is checked under it: that alone takes a hundredth of a second. */
  keyBits: 8_192,
  /** Characters of an authority's name that are shown. */
  shownName: 64,
  /** Protected records of both sides whose lengths tell how a hidden handshake went. */
  records: 32,
  /** Octets of a will that are kept. */
  willPayload: 65_536,
  /** Microseconds after which a login is told although no CONNACK came, where none can be seen, and where one still may. */
  loginWait: 5_000_000,
  slowLogin: 60_000_000,
  /** Microseconds within which several events belong together: refused logins, subscriptions, TLS and then none. */
  window: 60_000_000,
  /** Client addresses with refused logins, at their brokers. */
  askers: 10_000,
  /** Refused logins remembered for one of them. */
  refusals: 64,
  /** Client Identifiers in use, at their brokers: a fleet. */
  identities: 100_000,
  /** Connections whose identifier was taken over and that have not ended. */
  claims: 1_024,
  /** Clients whose subscriptions are remembered, and filters of each. */
  probers: 10_000,
  filtersAsked: 128,
  /** Pairs of a client address and a broker address that had TLS, or had none. */
  pairs: 10_000,
  /** Beginnings of Client Identifiers that end in a number, and numbers of each. */
  series: 10_000,
  numbers: 16,
  /** Microseconds after which an unused TCP session is idle: brokers wait for a CONNECT for 10 to 30 s. */
  idle: 30_000_000,
  /** Client addresses with idle sessions, and sessions of each. */
  idleSources: 4_096,
  idleSessions: 256,
  /** Endpoints at which MQTT was seen. */
  brokers: 10_000,
  /** Topics that are told once in a conversation for the words in them. */
  markedTopics: 1_024,
  /** Marked topics that wait for the answer to the login. */
  earlyTopics: 16,
  /** Deliveries looked at for one that only a subscription to everything explains. */
  deliveries: 256,
  /** User properties of one packet, and topics that one client publishes to, beyond which a broker's memory is its aim. */
  userProperties: 64,
  publishedTopics: 500,
} as const;
