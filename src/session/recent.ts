/** What is remembered of many by name, bounded: who was asked for longest ago is forgotten first. */

/**
 * A map of at most `most` entries; `forgets` is called for each that makes room for another. Keys are texts, so that
 * nobody can choose numbers that collide.
 */
export class Recent<Value> {
  readonly #most: number;
  readonly #forgets: () => void;
  readonly #entries = new Map<string, Value>();

  constructor(most: number, forgets: () => void) {
    this.#most = most;
    this.#forgets = forgets;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value of a key, from now on the most recent one. */
  get(key: string): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** The value of a key, which stays where it is. */
  peek(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  getOr(key: string, make: () => Value): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const value = make();
    this.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    if (this.#entries.size >= this.#most) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        this.#forgets();
        break;
      }
    }
    this.#entries.set(key, value);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
