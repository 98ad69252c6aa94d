/** RSA keys as bad generators made them, for the stories that show how they are found. */
import { checkPrimeSync, createPrivateKey, generatePrimeSync, randomBytes } from "node:crypto";

const EXPONENT = 65_537n;

/** PKCS#8 of a key of 2048 bits with these primes, of which a missing one is drawn. */
export function weakRsa(p, q = otherPrime()) {
  const n = p * q;
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const jwk = { kty: "RSA", e: EXPONENT, n, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const key = Object.fromEntries(
    Object.entries(jwk).map(([name, value]) => [name, typeof value === "bigint" ? base64url(value) : value]),
  );
  return createPrivateKey({ key, format: "jwk" }).export({ type: "pkcs8", format: "pem" });
}

let shared;

/** The same prime for whoever asks: a device that makes its key before it has gathered any chance. */
export function sharedPrime() {
  return (shared ??= otherPrime());
}

/**
 * A prime as Infineon's RSALib made them (Nemec et al., "The Return of Coppersmith's Attack", 2017, §2): k * M plus a
 * power of 65537 modulo M, with M the product of the first primes.
 */
export function rocaPrime() {
  const product = firstPrimes(39).reduce((a, b) => a * b, 1n);
  for (;;) {
    const power = powerModulo(EXPONENT, number(8), product);
    const candidate = (number(101) | (1n << 804n) | (1n << 803n)) * product + power;
    if (candidate < 1n << 1024n && candidate >> 1023n === 1n && checkPrimeSync(candidate)) {
      if ((candidate - 1n) % EXPONENT !== 0n) return candidate;
    }
  }
}

function otherPrime() {
  for (;;) {
    const prime = generatePrimeSync(1024, { bigint: true });
    if (prime >> 1022n === 3n && (prime - 1n) % EXPONENT !== 0n) return prime;
  }
}

const number = octets => BigInt(`0x${randomBytes(octets).toString("hex")}`);

function base64url(value) {
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex").toString("base64url");
}

function inverse(a, modulus) {
  let [r, s] = [
    [modulus, a % modulus],
    [0n, 1n],
  ];
  while (r[1] !== 0n) {
    const quotient = r[0] / r[1];
    r = [r[1], r[0] - quotient * r[1]];
    s = [s[1], s[0] - quotient * s[1]];
  }
  return ((s[0] % modulus) + modulus) % modulus;
}

function powerModulo(base, exponent, modulus) {
  let result = 1n;
  for (let factor = base % modulus, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

function firstPrimes(count) {
  const primes = [];
  for (let n = 2n; primes.length < count; n++) if (primes.every(prime => n % prime !== 0n)) primes.push(n);
  return primes;
}
