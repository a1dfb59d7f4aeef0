/** Owns the pause that lets others have the thread. */

/** A pause that lets others have the thread where the work since the last one has taken 8 ms; it may be called at any time. */
export function breathing(): () => Promise<void> {
	let started = performance.now();
	return async () => {
		if (performance.now() - started < 8) return;
		await new Promise((resolve) => setTimeout(resolve));
		started = performance.now();
	};
}
