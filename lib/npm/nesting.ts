/** Owns how deep a value may be nested. */

/** Nothing honest nests deeper than about fifteen; messages, databases and pages give up at some thousands. */
const MAX_DEPTH = 200;

/**
 * Whether JSON from outside nests deeper than its receivers can handle. It looks level by level, so that it cannot run out of
 * stack itself.
 */
export function isNestedTooDeep(json: unknown): boolean {
	let level: unknown[] = [json];
	for (let depth = 0; level.length > 0; depth += 1) {
		if (depth > MAX_DEPTH) return true;
		const next: unknown[] = [];
		for (const value of level)
			if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) next.push(inner);
		level = next;
	}
	return false;
}
