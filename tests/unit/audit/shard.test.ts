/** Tests of the parts of an audit: which package is in which, and that what is joined is what one machine would have found. */
import { describe, expect, test } from 'vitest';
import { mergeAudits, partOf, shardOf } from '../../../lib/audit/shard.ts';
import type { Audit } from '../../../lib/report/audit.ts';
import { describeMergeProblem } from '../../../lib/text/en/audit.ts';
import { auditOf, auditRow, lockfileOf } from '../../fixtures/audits.ts';

const NAMES = Array.from({ length: 400 }, (_, at) => (at % 3 === 0 ? `@scope/package-${at}` : `package-${at}`));

test('each package is in one part, whatever its version, and the parts are about as large as each other', () => {
	const lockfile = lockfileOf(
		NAMES.flatMap((name) => [`${name}@1.0.0`, `${name}@2.0.0-rc.1`]),
		{},
		NAMES.map((name) => ({ spec: `${name}@3.0.0`, why: 'git', line: 1, column: 1 })),
	);
	const parts = [1, 2, 3].map((part) => shardOf(lockfile, { part, of: 3 }));
	expect(parts.flatMap(({ packages }) => packages)).toHaveLength(800);
	for (const { packages, notCovered } of parts) {
		expect(packages.length).toBeGreaterThan(200);
		const names = new Set(packages.map(({ name }) => name));
		expect(packages).toHaveLength(names.size * 2);
		expect(new Set(notCovered.map(({ spec }) => spec.replace(/@3\.0\.0$/, '')))).toEqual(names);
	}
	expect(shardOf(lockfile, { part: 1, of: 1 })).toEqual(lockfile);
});

test('a package stays in its part', () => {
	// Parts of an older version of this program are joined with those of a newer one.
	expect(['sigstore', '@scope/name', 'left-pad', ''].map((name) => partOf(name, 8))).toEqual([3, 2, 6, 2]);
});

const rows = ['confirmed', 'lost', 'none', 'unknown', 'confirmed-not-compared', 'mismatch'].map((name, at) =>
	auditRow(name, { spec: `${name}@1.0.0`, line: 10 - at, column: 1 }),
);
const git = ['x', 'y'].map((name, at) => ({ spec: `${name}@1.0.0`, why: 'git' as const, line: 20 - at, column: 1 }));
const inOrder = <Row extends { line: number }>(list: readonly Row[]) => list.toSorted((a, b) => a.line - b.line);
const whole = auditOf(inOrder(rows), {}, inOrder(git));
const partsOf = (of: number): Audit[] =>
	Array.from({ length: of }, (_, at) => {
		const own = <Row>(list: readonly Row[]) => list.filter((_row, index) => index % of === at);
		return auditOf(inOrder(own(rows)), { shard: { part: at + 1, of } }, inOrder(own(git)));
	});
const merged = (audits: readonly Audit[]) => {
	const result = mergeAudits(audits);
	return result.ok ? result.audits : describeMergeProblem(result.problem);
};
const changed = (parts: Partial<Audit>, at = 1) =>
	partsOf(3).map((audit, index) => (index === at ? { ...audit, ...parts } : audit));

describe('joined parts', () => {
	test('are the whole audit, in whatever order they come', () => {
		expect(merged(partsOf(3))).toEqual([whole]);
		expect(merged(partsOf(3).toReversed())).toEqual([whole]);
		expect(merged(partsOf(1))).toEqual([whole]);
	});

	test('began with the first, and left what any of them left', () => {
		const audits = changed({ checkedAt: '2026-11-22T00:00:00.000Z', left: 4 });
		expect(merged([...audits.slice(1), { ...(audits[0] as Audit), left: 3 }])).toMatchObject([
			{ checkedAt: '2026-11-22T00:00:00.000Z', left: 7 },
		]);
	});

	test('of several lockfiles are each by itself, and whole audits stay', () => {
		const other = { ...whole, lockfile: { ...whole.lockfile, path: 'b/yarn.lock' } };
		expect(merged([...partsOf(2).slice(1), other, ...partsOf(2).slice(0, 1)])).toEqual([whole, other]);
	});

	test.each<[what: string, audits: Audit[], said: string]>([
		['a part that is missing', partsOf(3).slice(1), 'of part 1 of 3 there is no result'],
		['parts that are missing', partsOf(4).slice(2), 'of parts 1, 2 of 4 there is no result'],
		['a part twice', [...partsOf(3), ...partsOf(3).slice(1, 2)], 'part 2 is given twice'],
		['a whole audit twice', [whole, whole], 'it is given twice'],
		['a part and a whole', [...partsOf(3), whole], 'the results are of different numbers of parts'],
		['parts of other numbers', [...partsOf(3), ...partsOf(2)], 'the results are of different numbers of parts'],
		['another file', changed({ lockfile: { ...whole.lockfile, sha256: 'b' } }), 'the results are of different files'],
		['another base', changed({ removed: ['a@1.0.0'] }), 'the results are of different bases'],
		[
			'another trust root',
			changed({ trustRoot: { ...whole.trustRoot, version: '15' } }),
			'the results were decided by different trust roots; audit each part with the same version of this program',
		],
	])('%s is refused', (_what, audits, said) => {
		expect(merged(audits)).toBe(`cannot join package-lock.json: ${said}`);
	});
});
