/** Owns answers that are held as bytes and read part by part: as a Blob, or in the memory of the thread. */

/** What is read of either. */
export interface Bytes {
	readonly size: number;
	/** A part, its ends as those of `Blob.slice`. */
	slice(from?: number, to?: number): Bytes;
	/** Invalid UTF-8 becomes U+FFFD. */
	text(): Promise<string>;
	arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * Bytes for a thread that reads them once and drops them. In Chromium every Blob goes to the browser's own process, and every part that
 * is read of it comes back from there.
 */
class HeldBytes implements Bytes {
	readonly #bytes: Uint8Array<ArrayBuffer>;

	constructor(bytes: Uint8Array<ArrayBuffer>) {
		this.#bytes = bytes;
	}

	get size(): number {
		return this.#bytes.byteLength;
	}

	slice(from?: number, to?: number): HeldBytes {
		return new HeldBytes(this.#bytes.subarray(from, to));
	}

	async text(): Promise<string> {
		return new TextDecoder().decode(this.#bytes);
	}

	async arrayBuffer(): Promise<ArrayBuffer> {
		return this.#bytes.slice().buffer;
	}
}

/** Parts of a body as one. */
export function holdBytes(parts: readonly Uint8Array<ArrayBuffer>[]): Bytes {
	const [first] = parts;
	if (first && parts.length === 1) return new HeldBytes(first);
	const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.byteLength;
	}
	return new HeldBytes(whole);
}

/** Whether a value is held as bytes, in one way or the other. */
export function isBytes(value: unknown): value is Bytes {
	return value instanceof Blob || value instanceof HeldBytes;
}
