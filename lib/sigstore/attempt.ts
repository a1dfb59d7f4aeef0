/** Owns calling what may throw: what is thrown becomes a failure. */

/** The value, or `undefined` where reading it throws: hostile certificates throw anywhere. */
export function attempt<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch {
		return undefined;
	}
}
