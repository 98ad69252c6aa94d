/** RSA moduli that were made with too little chance. */
import { checkPrimeSync, generatePrimeSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isRoca, sharedFactors } from "../../src/session/moduli.ts";

const prime = (): bigint => generatePrimeSync(256, { bigint: true });

describe("sharedFactors", () => {
  test("finds those that share a prime, and with which, among many that do not", () => {
    const [p, q, r] = [prime(), prime(), prime()];
    const others = Array.from({ length: 30 }, () => prime() * prime());
    const moduli = [...others.slice(0, 10), p * q, ...others.slice(10, 25), q * r, ...others.slice(25)];
    expect(sharedFactors(moduli)).toEqual([
      [10, 26],
      [26, 10],
    ]);
  });

  test("finds one whose primes are both shared, each with another", () => {
    const [p, q, r, s] = [prime(), prime(), prime(), prime()];
    expect(sharedFactors([p * q, p * r, q * s]).map(([index]) => index)).toEqual([0, 1, 2]);
    expect(sharedFactors([p * q, p * r, q * s])[0]?.[1]).toBeGreaterThan(0);
  });

  test("finds nothing in sound keys, in one key and in none", () => {
    expect(sharedFactors(Array.from({ length: 9 }, () => prime() * prime()))).toEqual([]);
    expect(sharedFactors([prime() * prime()])).toEqual([]);
    expect(sharedFactors([])).toEqual([]);
  });

  test("stands numbers that are no moduli", () => {
    expect(sharedFactors([0n, 1n, 1n, prime()])).toEqual([]);
  });
});

describe("isRoca", () => {
  test("knows primes that are powers of 65537 modulo the first primes, and their products", () => {
    expect(isRoca(rocaPrime(3n) * rocaPrime(5n))).toBe(true);
  });

  test("does not know others", () => {
    for (let times = 0; times < 200; times += 1) expect(isRoca(prime() * prime())).toBe(false);
  });
});

/** k * M + 65537^a mod M, with M the product of the first 39 primes (Nemec et al., 2017, §2). */
function rocaPrime(a: bigint): bigint {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < 39; n += 1n) if (primes.every(p => n % p !== 0n)) primes.push(n);
  const product = primes.reduce((x, y) => x * y, 1n);
  const power = 65_537n ** a % product;
  for (let k = 1n << 40n; ; k += 1n) if (checkPrimeSync(k * product + power)) return k * product + power;
}
