/** Protocol versions as numbers, and what follows from them. */

export const TLS_1_2 = 0x0303;
export const TLS_1_3 = 0x0304;

/** TLS 1.3, its drafts (0x7F00 + number) and the experiments that Facebook made of them (0xFB17, 0xFB1A). */
export const isTls13 = (version: number): boolean =>
  version === TLS_1_3 || (version > 0x7f00 && version <= 0x7fff) || (version > 0xfb00 && version <= 0xfbff);

/**
 * Until draft-21 a ServerHello had neither session id nor compression method (draft-ietf-tls-tls13-21 §4.1.3), and its
 * version was the one negotiated: a draft's number, or 0x0304, which RFC 8446 never puts there.
 */
export const isEarlyDraft = (version: number): boolean =>
  version === TLS_1_3 || (version > 0x7f00 && version <= 0x7f15);

/** draft-ietf-tls-tls13-19 §4.1.4 put the cipher suite into the HelloRetryRequest. */
export const retryNamesSuite = (version: number): boolean => version >= 0x7f13;
