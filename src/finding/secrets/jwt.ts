/** JSON Web Tokens: what their header and claims say. The signature is never looked at. */
import { LIMITS } from "./limits.ts";

/** RFC 7519 §4.1 and RFC 7515 §4.1; times in seconds since 1970 (NumericDate). */
export interface Jwt {
  /** `alg`, as it was sent. */
  readonly algorithm: string;
  readonly issuer?: string;
  readonly issuedAt?: number;
  readonly expires?: number;
  /** RFC 7516: encrypted, so that its claims cannot be read. */
  readonly encrypted: boolean;
}

/** The token that a text of three or five parts is; undefined where its header is no JSON object with `alg`. */
export function readJwt(text: string): Jwt | undefined {
  const parts = text.split(".");
  if (parts.length !== 3 && parts.length !== 5) return undefined;
  const header = readObject(parts[0]!);
  const algorithm = header && member(header, "alg");
  if (typeof algorithm !== "string") return undefined;
  // RFC 7516 §4.1.2: five parts are an encrypted token only where the header says how.
  if (parts.length === 5)
    return typeof member(header as object, "enc") === "string" ? { algorithm, encrypted: true } : undefined;
  const claims = readObject(parts[1]!);
  const issuer = claims && member(claims, "iss");
  const issuedAt = claims && numericDate(member(claims, "iat"));
  const expires = claims && numericDate(member(claims, "exp"));
  return {
    algorithm,
    ...(typeof issuer === "string" && { issuer }),
    ...(issuedAt !== undefined && { issuedAt }),
    ...(expires !== undefined && { expires }),
    encrypted: false,
  };
}

/** A part of base64url as a JSON object. What a parser says of text that is none would repeat the text. */
function readObject(part: string): object | undefined {
  if (part.length > LIMITS.claims) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Its own members alone: `__proto__` and `constructor` say nothing. */
const member = (object: object, name: string): unknown =>
  Object.hasOwn(object, name) ? (object as Readonly<Record<string, unknown>>)[name] : undefined;

const numericDate = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
