/** Ceilings of the session stage, each with its reason. */
export const LIMITS = {
  /** Conversations remembered for the report; further ones are judged and counted, not listed. */
  conversations: 200_000,
  /** Distinct topics over the whole run: enough for a fleet, 20 MB at worst. */
  topics: 100_000,
  /** Distinct topics listed for one conversation. */
  topicsOfAConversation: 1_000,
  /** Client ids, wills, subscriptions … listed for one conversation. */
  listed: 256,
  /** SUBSCRIBE packets that wait for their SUBACK, in one conversation: packet identifiers are 16 bits, clients use few. */
  pendingSubscribes: 256,
  /** Steps of one handshake that the ladder shows. */
  steps: 64,
  /** Alerts kept for one conversation. */
  alerts: 32,
  /** Protected records of the client whose lengths decide whether it went on. */
  clientRecords: 16,
  /** Octets of a will that are kept. */
  willPayload: 65_536,
  /** Microseconds after which a login is told although no CONNACK came. */
  loginWait: 5_000_000,
} as const;
