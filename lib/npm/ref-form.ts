/** Owns which parts of a branch's name vary from release to release: numbers, of versions or others, and commit ids. Pure. */

const COMMIT_ID = /\b(?=[0-9a-f]*\d)[0-9a-f]{7,64}\b/g;
const NUMBERS = /\d+(?:\.\d+)*/g;

/**
 * A ref with a sign for each number and commit id, so that two of one form read the same. A commit id is not in the place of a number:
 * nothing could be asked of it.
 */
export function maskRef(ref: string, { number = '#', commit = '@' } = {}): string {
	return ref.replace(COMMIT_ID, commit).replace(NUMBERS, number);
}

/** Whether each number in a ref is the beginning of the version, as in `1.x` or `v2.3` of 2.3.4. */
export function fitsVersion(ref: string, version: string): boolean {
	const numbers = ref.replace(COMMIT_ID, '').match(NUMBERS) ?? [];
	return numbers.every(
		(number) => version === number || version.startsWith(`${number}.`) || version.startsWith(`${number}-`),
	);
}
