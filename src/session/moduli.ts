/** RSA moduli that were made with too little chance: primes in common, and the primes of one library. */

/**
 * Which of different moduli share a prime with another, and with which where they are few, found with
 * Bernstein's batch gcd (2004; used on the Internet's keys by Heninger et al., 2012): one product of all, and its
 * remainders, in place of every pair.
 */
export function sharedFactors(
  moduli: readonly bigint[],
): (readonly [index: number, other: number | undefined])[] {
  if (moduli.length < 2) return [];
  const base = moduli.map(modulus => (modulus > 0n ? modulus : 1n));
  const levels: (readonly bigint[])[] = [base];
  for (let top: readonly bigint[] = base; top.length > 1; ) {
    const next: bigint[] = [];
    for (let i = 0; i < top.length; i += 2) next.push(top[i]! * (top[i + 1] ?? 1n));
    levels.push(next);
    top = next;
  }
  let remainders: readonly bigint[] = levels.pop()!;
  for (let level = levels.pop(); level !== undefined; level = levels.pop())
    remainders = level.map((product, i) => remainders[Math.floor(i / 2)]! % (product * product));
  const found: { readonly index: number; readonly factor: bigint }[] = [];
  for (const [index, modulus] of moduli.entries()) {
    const factor = modulus > 1n ? greatestCommonDivisor(modulus, remainders[index]! / modulus) : 1n;
    if (factor > 1n) found.push({ index, factor });
  }
  return found.map(({ index, factor }, position) => [
    index,
    // Who made many of them wants every pair to be looked at: the first ones are, and the others only counted.
    position < MOST_NAMED ? otherWith(factor, index, moduli, found) : undefined,
  ]);
}

/** The first of the others that has the factor, or a part of it where both primes are shared, each with another. */
function otherWith(
  factor: bigint,
  index: number,
  moduli: readonly bigint[],
  found: readonly { readonly index: number }[],
): number | undefined {
  const others = found.filter(one => one.index !== index && moduli[one.index] !== moduli[index]);
  const whole = others.find(one => moduli[one.index]! % factor === 0n);
  const any =
    whole ?? others.slice(0, MOST_NAMED).find(one => greatestCommonDivisor(moduli[one.index]!, factor) > 1n);
  return any?.index;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
}

/**
 * Was this modulus made by Infineon's RSALib (CVE-2017-15361; Nemec et al., "The Return of Coppersmith's Attack",
 * 2017)? Its primes are powers of 65537 modulo a product of small primes, and so is their product: of other keys one
 * in 2^27 looks so.
 */
export const isRoca = (modulus: bigint): boolean =>
  SUBGROUPS.every(({ prime, members }) => members.has(Number(modulus % BigInt(prime))));

interface Subgroup {
  readonly prime: number;
  readonly members: ReadonlySet<number>;
}

/** For the first 39 primes the powers of 65537, where they are not everything but zero. */
const SUBGROUPS: readonly Subgroup[] = firstPrimes(39).flatMap(prime => {
  const members = new Set<number>();
  for (let power = 1 % prime; !members.has(power); power = (power * 65_537) % prime) members.add(power);
  return members.size < prime - 1 ? [{ prime, members }] : [];
});

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n += 1) if (primes.every(prime => n % prime !== 0)) primes.push(n);
  return primes;
}

/** Moduli for which the other one is looked for. */
const MOST_NAMED = 64;
