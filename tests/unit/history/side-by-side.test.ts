/** Tests of what differs between two releases: each field with who says it, in one order, bounded. */
import { describe, expect, test } from 'vitest';
import { compareSideBySide, MAX_DEPENDENCIES } from '../../../lib/history/side-by-side.ts';
import type { ReleaseContents } from '../../../lib/npm/release-contents.ts';
import { makeFinding } from '../../../lib/report/findings.ts';
import type { Identity } from '../../../lib/report/identity.ts';
import type { Report } from '../../../lib/report/report.ts';
import { failed, success } from '../../../lib/report/result.ts';
import { DIFFERENCE_FIELDS, type Difference } from '../../../lib/report/side-by-side.ts';
import { IDENTITY, REPORTS } from '../../fixtures/reports.ts';

const CONFIRMED = REPORTS.confirmed as Report;
const at = (version: string, more: Partial<Report> = {}): Report => ({
	...CONFIRMED,
	release: { name: 'example', version, publishedAt: '2026-03-01T00:00:00.000Z' },
	...more,
});
const from = (identity: Partial<Identity>): Report =>
	at('1.0.0', { identity: { ...IDENTITY, ...identity } as Identity });
const CONTENTS: ReleaseContents = {
	dependencies: new Map(),
	installScripts: {},
	unpackedSize: 1000,
	tier: 'provenance',
};
const differ = (
	one: Report,
	other: Report,
	before: Partial<ReleaseContents> = {},
	now: Partial<ReleaseContents> = {},
): Difference[] =>
	compareSideBySide(
		one,
		other,
		success([
			{ ...CONTENTS, ...before },
			{ ...CONTENTS, ...now },
		]),
	);
const shown = (differences: Difference[]) =>
	differences.map(({ field, before = '', now = '', saidBy }) => `${field}: ${before} > ${now} (${saidBy})`);

test('releases that differ in nothing have no differences, their fingerprints apart', () => {
	const other = at('1.0.1');
	expect(differ(at('1.0.0'), { ...other, release: { ...other.release, integrity: 'sha512-B' } })).toEqual([]);
});

describe('origin', () => {
	test.each<[string, Partial<Identity>, ...string[]]>([
		['repository', { repository: 'https://github.com/b/b' }, 'repository'],
		['a repository of the same name', { repositoryId: '9' }, 'repositoryId'],
		['an owner of the same name', { ownerId: '9' }, 'ownerId'],
		['build service', { issuer: 'https://gitlab.com' }, 'issuer'],
		['branch and commit', { ref: 'refs/heads/main', commit: 'b'.repeat(40) }, 'ref', 'commit'],
		['trigger', { trigger: 'workflow_dispatch' }, 'trigger'],
		['machine', { runner: 'self-hosted' }, 'runner'],
		['environment', { environment: 'npm' }, 'environment'],
		['the run itself', { run: 'https://github.com/a/a/actions/runs/2' }],
	])('%s', (_what, change, ...fields) => {
		const own = { ...IDENTITY, ...change };
		const signer = `${own.repository}/${own.workflow}@${own.ref}`;
		const differences = differ(from({}), from({ ...change, signer }));
		expect(differences.map(({ field }) => field)).toEqual(fields);
		expect(differences.every(({ saidBy }) => saidBy === 'signature')).toBe(true);
	});

	test('a signer is told only where it is not the build file itself', () => {
		const called = 'https://github.com/others/shared/.github/workflows/publish.yml@refs/tags/v1';
		expect(shown(differ(from({}), from({ signer: called })))).toEqual([
			`signer: ${IDENTITY.signer} > ${called} (signature)`,
		]);
		expect(differ(from({ signer: called }), from({ signer: called }))).toEqual([]);
	});

	test('numbers that one certificate cannot name are no difference, an environment is', () => {
		const { repositoryId: _repository, ownerId: _owner, ...old } = IDENTITY;
		expect(differ(at('1.0.0', { identity: old }), from({ environment: 'npm' }))).toEqual([
			{ field: 'environment', now: 'npm', saidBy: 'signature' },
		]);
	});

	test('a record on one side only is one difference; its rows are in the Report', () => {
		const none = { ...(REPORTS.none as Report), release: at('1.0.1').release };
		expect(shown(differ(at('1.0.0'), none))).toEqual([
			'verdict: confirmed > none (here)',
			'provenance: proved > absent (registry)',
		]);
		expect(shown(differ(none, at('1.0.0')))[1]).toBe('provenance: absent > proved (signature)');
		const [, unknown] = shown(differ(none, { ...(REPORTS.unknown as Report), release: none.release }));
		expect(unknown).toBe('provenance: absent > could-not-check (here)');
		const [, refuted] = shown(differ(at('1.0.0'), { ...(REPORTS.mismatch as Report), release: none.release }));
		expect(refuted).toBe('provenance: proved > false (here)');
	});
});

test('the one warning of each, with who says it', () => {
	const malware = { ...makeFinding('malware-advisory', { title: 'Malware' }), warning: true as const };
	const calm = makeFinding('malware-advisory', { title: 'Malware' });
	expect(shown(differ(at('1.0.0'), at('1.0.1', { findings: [malware] })))).toEqual([
		'warning:  > malware-advisory (registry)',
	]);
	expect(shown(differ(at('1.0.0', { findings: [malware] }), at('1.0.1')))).toEqual([
		'warning: malware-advisory >  (registry)',
	]);
	expect(differ(at('1.0.0'), at('1.0.1', { findings: [calm] }))).toEqual([]);
});

test('contents and publishing, each as said by package or registry', () => {
	const later = at('1.0.1');
	later.release.publishedAt = '2026-03-02T00:00:00.000Z';
	expect(
		shown(
			differ(
				at('1.0.0'),
				later,
				{
					installScripts: { install: 'node-gyp rebuild', preinstall: 'a' },
					dependencies: new Map([
						['gone', '^1'],
						['same', '^1'],
						['b', '^1'],
					]),
					publisher: 'one',
				},
				{
					installScripts: { install: 'node x.js', postinstall: 'b' },
					dependencies: new Map([
						['same', '^1'],
						['b', '^2'],
						['added', 'npm:other@^1'],
					]),
					publisher: 'other',
					tier: 'none',
					unpackedSize: 2000,
				},
			),
		),
	).toEqual([
		'tier: provenance > none (registry)',
		'publisher: one > other (registry)',
		'install-script: preinstall: a >  (package)',
		'install-script: install: node-gyp rebuild > install: node x.js (package)',
		'install-script:  > postinstall: b (package)',
		'dependency:  > added@npm:other@^1 (package)',
		'dependency: b@^1 > b@^2 (package)',
		'dependency: gone@^1 >  (package)',
		'unpacked-size: 1000 > 2000 (registry)',
		'published-at: 2026-03-01T00:00:00.000Z > 2026-03-02T00:00:00.000Z (registry)',
	]);
});

test('a size that one list does not give is no difference', () => {
	expect(differ(at('1.0.0'), at('1.0.1'), { unpackedSize: undefined })).toEqual([]);
});

test('of many dependencies the first are listed and the others counted; long texts are cut', () => {
	const many = new Map(
		Array.from({ length: 20_000 }, (_, index) => [`d${String(index).padStart(5, '0')}`, '1'.repeat(5000)]),
	);
	const differences = differ(at('1.0.0'), at('1.0.1'), {}, { dependencies: many });
	expect(differences).toHaveLength(MAX_DEPENDENCIES + 1);
	expect(differences.at(-1)).toEqual({
		field: 'more-dependencies',
		now: String(20_000 - MAX_DEPENDENCIES),
		saidBy: 'package',
	});
	for (const { before = '', now = '' } of differences) expect(before.length + now.length).toBeLessThanOrEqual(300);
});

test('a list that could not be read is said, and nothing is said of what was not read', () => {
	expect(compareSideBySide(at('1.0.0'), from({ trigger: 'schedule' }), failed('too-large'))).toEqual([
		{ field: 'trigger', before: 'push', now: 'schedule', saidBy: 'signature' },
		{ field: 'not-compared', now: 'too-large', saidBy: 'here' },
	]);
});

test('the order is that of the fields, for every two Reports', () => {
	const order = (differences: Difference[]) => differences.map(({ field }) => DIFFERENCE_FIELDS.indexOf(field));
	for (const one of Object.values(REPORTS))
		for (const other of Object.values(REPORTS)) {
			const differences = differ(one, other, { publisher: 'a' }, { dependencies: new Map([['b', '1']]) });
			expect(order(differences)).toEqual(order(differences).toSorted((a, b) => a - b));
			expect(differ(one, other, { publisher: 'a' }, { dependencies: new Map([['b', '1']]) })).toEqual(differences);
		}
});
