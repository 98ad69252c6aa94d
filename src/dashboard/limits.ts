/** How much the screen keeps. */
/** Ceilings of the screen, each with its reason; what lies beyond is counted. */
export const LIMITS = {
  /** Looked through ten times a second; the report lists the others. */
  conversations: 500,
  /** Far more than a screen has rows; a payload and a minute of counts each. */
  topics: 2000,
  logins: 200,
  findings: 1000,
  /** Octets of a payload that are kept: more than a row can show, since a secret may begin in what is shown and end later. */
  payload: 1024,
  /** Capture time that advice is shown: long enough to read it, and then the counts come back. */
  adviceMicros: 20_000_000,
} as const;
