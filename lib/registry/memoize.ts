/** Owns what was made of an answer, kept in memory for a minute, in which many ask for the same. */
import type { Result } from '../report/result.ts';

/**
 * Keeps what was made of an answer for a short while, in which many ask for the same: a list with 250 rows of one package parses that
 * package's releases once (docs/decisions/0032-parsed-lists-live-a-minute.md). Failures are not kept.
 * @param make called if nothing was made of this key recently.
 * @param now milliseconds since the epoch.
 */
export function memoizeFor<T>(
	make: (key: string) => Promise<Result<T>>,
	now: () => number,
): (key: string) => Promise<Result<T>> {
	const made = new Map<string, { at: number; value: Promise<Result<T>> }>();
	return (key) => {
		const known = made.get(key);
		if (known && now() - known.at < BRIEF_MS && known.at <= now()) return known.value;
		const value = make(key);
		made.delete(key);
		if (made.size >= MAX_BRIEFLY) made.delete(made.keys().next().value ?? '');
		made.set(key, { at: now(), value });
		const forget = () => {
			if (made.get(key)?.value === value) made.delete(key);
		};
		value.then(({ ok }) => ok || forget(), forget);
		return value;
	};
}

const BRIEF_MS = 60_000;

/** As many as are asked for at once; what is made of a long list has some megabytes. */
const MAX_BRIEFLY = 4;
