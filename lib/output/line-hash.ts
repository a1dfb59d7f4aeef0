/** Owns the fingerprint of a line by which GitHub knows an alert again after a push (`primaryLocationLineHash`). Pure. */

/** How many characters from the start of a line are hashed. White space within lines is none of them. */
const WINDOW = 100;

const [TAB, LF, CR, SPACE] = [9, 10, 13, 32];

/** The sign for the end of the file. */
const END = 0xffff;

/**
 * The fingerprint of each line, the first one first: `HASH:N`, N counting those with the same hash. It is the polynomial to the base
 * 37, modulo 2^64, of the characters from the line's first on; line ends of all kinds are the same.
 * @see https://github.com/github/codeql-action/blob/main/src/fingerprints.ts
 */
export function lineHashes(text: string): string[] {
	const { characters, starts } = readCharacters(text);
	const counts = new Map<string, number>();
	return starts.map((start) => {
		const hash = hashFrom(characters, start);
		const count = (counts.get(hash) ?? 0) + 1;
		counts.set(hash, count);
		return `${hash}:${count}`;
	});
}

/** The characters that count, and where among them each line begins. */
function readCharacters(text: string): { characters: Uint16Array; starts: number[] } {
	const characters = new Uint16Array(text.length + 1);
	const starts: number[] = [];
	let length = 0;
	let isStart = true;
	let isAfterCr = false;
	for (let at = 0; at <= text.length; at += 1) {
		const code = at === text.length ? END : text.charCodeAt(at);
		const isSkipped = at < text.length && (code === SPACE || code === TAB || (isAfterCr && code === LF));
		isAfterCr = code === CR;
		if (isSkipped) continue;
		if (isStart) starts.push(length);
		isStart = code === LF || code === CR;
		characters[length] = code === CR ? LF : code;
		length += 1;
	}
	return { characters: characters.subarray(0, length), starts };
}

/** In hex, without leading zeros. The 64 bits are two halves, since a number holds 53. */
function hashFrom(characters: Uint16Array, start: number): string {
	let high = 0;
	let low = 0;
	for (let at = start; at < start + WINDOW; at += 1) {
		const next = low * 37 + (characters[at] ?? 0);
		low = next >>> 0;
		high = (high * 37 + (next - low) / 2 ** 32) >>> 0;
	}
	return high === 0 ? low.toString(16) : `${high.toString(16)}${low.toString(16).padStart(8, '0')}`;
}
