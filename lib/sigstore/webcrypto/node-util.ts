/** Stands in for the one function of Node's `util` that sigstore-js calls. */

/**
 * Node's `isDeepStrictEqual`, for what sigstore-js compares: primitives, dates, bytes, arrays and objects of fields.
 * @throws TypeError for anything else (a Map, say), rather than call it equal unseen.
 * @see https://nodejs.org/api/util.html#utilisdeepstrictequalval1-val2-options
 */
export function isDeepStrictEqual(one: unknown, other: unknown): boolean {
	if (Object.is(one, other)) return true;
	if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
	if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
	if (one instanceof Date && other instanceof Date) return Object.is(one.getTime(), other.getTime());
	// Byte by byte, since listing a log entry's bytes as keys takes its size a hundredfold.
	if (one instanceof Uint8Array && other instanceof Uint8Array)
		return one.length === other.length && one.every((byte, index) => byte === other[index]);
	if (!(Array.isArray(one) || Object.prototype.toString.call(one) === '[object Object]'))
		throw new TypeError(`cannot compare ${Object.prototype.toString.call(one)}`);
	const keys = Object.keys(one);
	return (
		keys.length === Object.keys(other).length &&
		keys.every(
			(key) =>
				Object.hasOwn(other, key) &&
				isDeepStrictEqual((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
		)
	);
}

export default { isDeepStrictEqual };
