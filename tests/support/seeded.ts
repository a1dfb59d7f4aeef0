/** Owns chance in the tests: a generator that gives the same numbers for the same seed, so that every failure comes again. */

/** Pseudo-random numbers (xorshift32: Marsaglia, "Xorshift RNGs", 2003). For tests only. */
export class Seeded {
	#state: number;

	constructor(seed: number) {
		// An odd factor keeps neighbouring seeds apart; zero would stay zero for ever.
		this.#state = Math.imul(seed + 1, 0x9e3779b1) || 1;
		for (let i = 0; i < 8; i += 1) this.#next();
	}

	#next(): number {
		let x = this.#state;
		x ^= x << 13;
		x ^= x >>> 17;
		x ^= x << 5;
		this.#state = x;
		return x >>> 0;
	}

	/** A whole number from 0 to `end - 1`. */
	below(end: number): number {
		return this.#next() % end;
	}

	/** One of the items. */
	pick<T>(items: readonly T[]): T {
		if (items.length === 0) throw new RangeError('nothing to pick from');
		return items[this.below(items.length)] as T;
	}

	/** `length` bytes, as a plain Uint8Array. */
	bytes(length: number): Uint8Array<ArrayBuffer> {
		return Uint8Array.from({ length }, () => this.below(256));
	}

	/** Text of `length` UTF-16 units, each from one of the given strings. */
	text(length: number, alphabets: readonly string[]): string {
		let text = '';
		while (text.length < length) {
			const alphabet = this.pick(alphabets);
			text += alphabet.charAt(this.below(alphabet.length));
		}
		return text;
	}
}
