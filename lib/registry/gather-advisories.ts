/** Owns how the advisories of a whole list are asked for by one request: its releases wait for each other, for a while. */

import { type Result, success } from '../report/result.ts';
import type { EndableRegistry } from './registry.ts';

/** In milliseconds: a release whose evidence takes longer does not keep the others waiting. */
const MAX_WAIT_MS = 2000;
/** Packages in one request. */
const MAX_PACKAGES = 250;

/** A registry whose advisories are gathered. */
interface Gathering {
	registry: EndableRegistry;
	/**
	 * Says that a release is being checked, which will ask for its advisories, or not.
	 * @returns to be called once it is done.
	 */
	begin: () => () => void;
}

/**
 * Gathers `fetchAdvisories` of all releases that are being checked into one request. It is made once each of them has asked or is done,
 * two seconds after the first has asked, or for 250 packages. Each gets the part of the answer about its own package, or the failure.
 * See docs/decisions/0105-malware-of-a-list.md.
 * @param longestWait in milliseconds; for tests.
 * @see https://docs.npmjs.com/cli/commands/npm-audit#bulk-advisory-endpoint
 */
export function gatherAdvisories(registry: EndableRegistry, longestWait: number = MAX_WAIT_MS): Gathering {
	let underWay = 0;
	let asking = 0;
	let wanted = new Map<string, Set<string>>();
	let answer = Promise.withResolvers<Result<unknown>>();
	let timer: ReturnType<typeof setTimeout> | undefined;

	function send(): void {
		clearTimeout(timer);
		timer = undefined;
		const [versions, { resolve, reject }] = [wanted, answer];
		[wanted, answer, asking] = [new Map(), Promise.withResolvers(), 0];
		registry.fetchAdvisoriesOf(versions).then(resolve, reject);
	}

	function sendIfAllAsked(): void {
		if (wanted.size > 0 && (asking >= underWay || wanted.size >= MAX_PACKAGES)) send();
	}

	const fetchAdvisories: EndableRegistry['fetchAdvisories'] = async (name, ...versions) => {
		const known = wanted.get(name) ?? new Set();
		wanted.set(name, known);
		for (const version of versions) known.add(version);
		asking += 1;
		timer ??= setTimeout(send, longestWait);
		const { promise } = answer;
		sendIfAllAsked();
		const result = await promise;
		return result.ok ? success(only(result.value, name)) : result;
	};
	// Who leaves does not end what the others wait for.
	const gathered = (own: EndableRegistry): EndableRegistry => ({
		...own,
		fetchAdvisories,
		until: (signal) => gathered(own.until(signal)),
	});

	return {
		registry: gathered(registry),
		begin: () => {
			underWay += 1;
			let isDone = false;
			return () => {
				if (isDone) return;
				isDone = true;
				underWay -= 1;
				sendIfAllAsked();
			};
		},
	};
}

/** What an answer has on one package, as if it had been asked for alone: none of the others is kept with it. */
function only(json: unknown, name: string): unknown {
	const isTable = typeof json === 'object' && json !== null;
	return isTable && Object.hasOwn(json, name) ? { [name]: Reflect.get(json, name) } : {};
}
