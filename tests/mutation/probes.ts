/**
 * Owns which tests reach a check: in a copy of the sources each one reports when it decides otherwise than its removal would, and
 * in which test. What never reports is idle, and a mutant needs no other tests than those.
 */
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Removal } from './removals.ts';

const log = fileURLToPath(new URL('../../probes.log', import.meta.url));
/** Name of a test -> what it reported. */
const reported = new Map<string, Set<number>>();

/** Vitest's own note of the test that runs; '' outside of one, as when a file is loaded. */
function currentTest(): string {
	const { __vitest_worker__: worker } = globalThis as {
		__vitest_worker__?: { current?: { type: string; fullTestName: string } };
	};
	return worker?.current?.type === 'test' ? worker.current.fullTestName : '';
}

function report(id: number): void {
	const test = currentTest();
	const ids = reported.get(test) ?? new Set();
	reported.set(test, ids);
	if (ids.has(id)) return;
	ids.add(id);
	// At once: Vitest ends its workers before they could write at their end.
	appendFileSync(log, `${JSON.stringify([id, test])}\n`);
}

/** Reports a value that is not `without`; left out, any. @returns the value as it is. */
export function probe<T>(id: number, value: T, without?: boolean): T {
	if (without === undefined || Boolean(value) !== without) report(id);
	return value;
}

/** As much of valibot's rules as they have in common: they add issues to what they look at. */
interface Rule {
	'~run': (dataset: { issues?: unknown[] }, config: unknown) => { issues?: unknown[] };
}

/** Reports a rule of a schema that refuses something. @returns a rule that does the same. */
export function probeRule<T extends object>(id: number, rule: T): T {
	const { '~run': run } = rule as unknown as Rule;
	return {
		...rule,
		'~run'(dataset: { issues?: unknown[] }, config: unknown) {
			const before = dataset.issues?.length ?? 0;
			const after = run.call(rule, dataset, config);
			if ((after.issues?.length ?? 0) > before) report(id);
			return after;
		},
	};
}

/** Empties the record. */
export function forgetProbes(copy: string): void {
	rmSync(`${copy}/probes.log`, { force: true });
}

/** Which check was reached by which test of the copy; '' stands for what happened outside of the tests. */
export function readProbes(copy: string): [id: number, test: string][] {
	const file = `${copy}/probes.log`;
	if (!existsSync(file)) return [];
	return readFileSync(file, 'utf8')
		.split('\n')
		.slice(0, -1)
		.map((line) => JSON.parse(line));
}

/**
 * A file's text with a probe at each of its checks.
 * @param removals with the number of each, by which it is reported.
 * @param copy the folder of the copy: its `probes.ts` keeps the record.
 */
export function withProbes(
	text: string,
	removals: readonly (readonly [id: number, removal: Removal])[],
	copy: string,
): string {
	const [openings, closings] = [new Map<number, string>(), new Map<number, string>()];
	// The inner ones first, so that the outer ones stand around them.
	const innerFirst = removals.toSorted(([, one], [, other]) => one.end - one.start - (other.end - other.start));
	for (const [id, { start, end, probe: kind }] of innerFirst) {
		if (kind.at === 'nowhere') continue;
		if (kind.at === 'function') {
			closings.set(kind.body, `${closings.get(kind.body) ?? ''} __probes.probe(${id}, true);`);
			continue;
		}
		const call = kind.at === 'rule' ? 'probeRule' : 'probe';
		const without = kind.at === 'condition' ? `, ${kind.without}` : '';
		openings.set(start, `__probes.${call}(${id}, (${openings.get(start) ?? ''}`);
		closings.set(end, `${closings.get(end) ?? ''})${without})`);
	}
	const places = [...new Set([0, ...openings.keys(), ...closings.keys()])].sort((one, other) => one - other);
	const parts = places.map((place, index) => {
		const inserted = (closings.get(place) ?? '') + (openings.get(place) ?? '');
		return inserted + text.slice(place, places[index + 1]);
	});
	return `import * as __probes from ${JSON.stringify(pathToFileURL(`${copy}/tests/mutation/probes.ts`).href)};\n${parts.join('')}`;
}
