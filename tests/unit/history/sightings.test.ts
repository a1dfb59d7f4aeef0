/** Tests of what was seen: noted, compared with the same release later, never overwritten, bounded, read back with care. */
import { describe, expect, test } from 'vitest';
import {
	type Look,
	MAX_SEEN,
	noteSighting,
	parseSighting,
	type Sighting,
	sightingOf,
} from '../../../lib/history/first-seen.ts';
import type { Report } from '../../../lib/report/report.ts';
import { IDENTITY, REPORTS } from '../../fixtures/reports.ts';

const FILE = `sha512-${'A'.repeat(86)}==`;
const OTHER_FILE = `sha512-${'B'.repeat(86)}==`;
const { repository, workflow, signer } = IDENTITY;
const SIGNER = { repository, repositoryId: '1234567', workflow, signer };
const RELEASE = 'example@1.14.1';
const at = (day: string) => new Date(`${day}T12:00:00Z`);

/** The looks of one release, one after the other, and the findings of each. */
function look(...looks: [day: string, look: Omit<Look, 'release'>][]) {
	let kept: Sighting | undefined;
	const findings = looks.map(([day, seen]) => {
		const noted = noteSighting(kept, { release: RELEASE, ...seen }, at(day));
		// As a database would give it back.
		kept = structuredClone(noted.kept);
		expect(noted.isUnreadable).toBe(false);
		return noted.findings;
	});
	return { kept: kept as Sighting, findings };
}

describe('what a Report shows', () => {
	const shows = (report: Report | undefined) => sightingOf(report as Report);

	test('file and signer, from the certificate', () => {
		expect(shows(REPORTS.confirmed)).toEqual({ release: RELEASE, file: FILE, signer: SIGNER });
	});
	test('that there is no provenance', () => {
		expect(shows(REPORTS.lost)).toEqual({ release: RELEASE, file: FILE, signer: 'none' });
	});
	test('of a signer that could not be checked, or is false, nothing', () => {
		expect(shows(REPORTS.unknown)).toEqual({ release: RELEASE, file: FILE });
		expect(shows(REPORTS.mismatch)).toEqual({ release: RELEASE, file: FILE });
	});
	test('nothing where neither can be told', () => {
		const { integrity: _none, ...release } = (REPORTS.unknown as Report).release;
		expect(shows({ ...(REPORTS.unknown as Report), release })).toBeUndefined();
		expect(
			shows({
				...(REPORTS.unknown as Report),
				release: { ...release, integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' },
			}),
		).toBeUndefined();
	});
});

test('the same again is no finding, and moves the last look only', () => {
	const { kept, findings } = look(
		['2026-11-02', { file: FILE, signer: SIGNER }],
		['2026-11-25', { file: FILE, signer: SIGNER }],
	);
	expect(findings).toEqual([[], []]);
	const times = { first: '2026-11-02T12:00:00.000Z', last: '2026-11-25T12:00:00.000Z' };
	expect(kept).toEqual({
		release: RELEASE,
		files: [{ value: FILE, ...times }],
		signers: [{ value: SIGNER, ...times }],
		last: times.last,
	});
});

test('another file is a finding with both values and both dates, and stays one', () => {
	const { kept, findings } = look(
		['2026-11-02', { file: FILE }],
		['2026-11-20', { file: OTHER_FILE }],
		['2026-11-25', { file: OTHER_FILE }],
		// Back to the first one: two were seen all the same.
		['2026-11-26', { file: FILE }],
	);
	const finding = {
		code: 'seen-with-another-file',
		claim: 'registry-keeps-serving',
		saidBy: 'here',
		data: {
			earlier: { day: '2026-11-02', value: FILE },
			later: { day: '2026-11-20', value: OTHER_FILE },
		},
		detail: `2026-11-02: ${FILE}; 2026-11-20: ${OTHER_FILE}`,
	};
	expect(findings).toEqual([[], [finding], [finding], [finding]]);
	expect(kept.files.map(({ value }) => value)).toEqual([FILE, OTHER_FILE]);
});

describe('another signer', () => {
	const changes: [what: string, other: object][] = [
		['repository', { repository: 'https://github.com/else/example' }],
		['repository number', { repositoryId: '7' }],
		['no repository number', { repositoryId: undefined }],
		['workflow', { workflow: '.github/workflows/else.yml' }],
		['signer', { signer: 'https://github.com/else/builders/.github/workflows/publish.yml@refs/tags/v2' }],
	];
	test.each(changes)('%s', (_what, other) => {
		const changed = JSON.parse(JSON.stringify({ ...SIGNER, ...other })) as typeof SIGNER;
		const { findings } = look(['2026-11-02', { signer: SIGNER }], ['2026-11-25', { signer: changed }]);
		expect(findings[1]).toMatchObject([{ code: 'seen-with-another-signer' }]);
		const [first, second] = findings[1]?.[0]?.detail?.split('; ') ?? [];
		expect(first).toMatch(/^2026-11-02: /);
		expect(second).toMatch(/^2026-11-25: /);
		expect(second?.slice(12)).not.toBe(first?.slice(12));
	});
});

test('a repository number where there was none is another signer', () => {
	const { repositoryId: _none, ...without } = SIGNER;
	const { findings } = look(['2026-11-02', { signer: without }], ['2026-11-25', { signer: SIGNER }]);
	expect(findings[1]).toMatchObject([{ code: 'seen-with-another-signer' }]);
});

test('provenance that is not served any more, and such as came later', () => {
	const { findings } = look(
		['2026-11-02', { signer: SIGNER }],
		['2026-11-25', { signer: 'none' }],
		['2026-11-26', { signer: SIGNER }],
	);
	expect(findings[1]).toMatchObject([
		{ code: 'seen-with-provenance', detail: expect.stringContaining('2026-11-25: no provenance') },
	]);
	expect(findings[2]).toMatchObject([{ code: 'seen-without-provenance' }]);
});

test('what could not be checked is compared with nothing, and takes nothing away', () => {
	const { kept, findings } = look(['2026-11-02', { file: FILE, signer: SIGNER }], ['2026-11-25', { file: FILE }]);
	expect(findings[1]).toEqual([]);
	expect(kept.signers).toHaveLength(1);
});

test('however often it changes, the first is kept and the number is bounded', () => {
	const file = (index: number) => `sha512-${String(index).padStart(86, 'x')}==`;
	const { kept, findings } = look(
		...Array.from({ length: 30 }, (_none, index): [string, { file: string }] => [
			`2026-11-${String(index + 1).padStart(2, '0')}`,
			{ file: file(index) },
		]),
	);
	expect(kept.files).toHaveLength(MAX_SEEN);
	expect(kept.files[0]?.value).toBe(file(0));
	expect(kept.files.at(-1)?.value).toBe(file(29));
	expect(findings[29]?.[0]?.detail).toContain('2026-11-01');
	expect(parseSighting(kept)).toEqual(kept);
});

test('names of any length come back from the store', () => {
	const identity = { ...IDENTITY, repository: `https://github.com/${'o'.repeat(9000)}` };
	const seen = sightingOf({ ...(REPORTS.confirmed as Report), identity }) as Look;
	const { kept } = noteSighting(undefined, seen, at('2026-11-02'));
	expect(noteSighting(structuredClone(kept), seen, at('2026-11-25'))).toMatchObject({
		isUnreadable: false,
		findings: [],
	});
});

describe('what the store has and cannot be read is set aside, and the look noted anew', () => {
	const { kept } = look(['2026-11-02', { file: FILE, signer: SIGNER }]);
	const broken: [what: string, stored: unknown][] = [
		['no object', 'sighting'],
		['null', null],
		['no files', { ...kept, files: undefined }],
		['a time that is none', { ...kept, last: 'yesterday' }],
		['a signer that is none', { ...kept, signers: [{ ...kept.signers[0], value: { repository } }] }],
		['too many', { ...kept, files: Array.from({ length: 100 }, () => kept.files[0]) }],
		['an unknown field', { ...kept, more: 1 }],
	];
	test.each(broken)('%s', (_what, stored) => {
		const noted = noteSighting(stored, { release: RELEASE, file: OTHER_FILE }, at('2026-11-25'));
		expect(noted).toMatchObject({ isUnreadable: true, findings: [] });
		expect(noted.kept.files.map(({ value }) => value)).toEqual([OTHER_FILE]);
	});
	test('nothing there is nothing to set aside', () => {
		expect(noteSighting(undefined, { release: RELEASE, file: FILE }, at('2026-11-25')).isUnreadable).toBe(false);
	});
});

test('a sighting of a million files is unreadable at once', async () => {
	const files = Array.from({ length: 1_000_000 }, () => ({}));
	const stored = { release: 'a@1.0.0', files, signers: [], last: '2026-11-25T00:00:00.000Z' };
	// An issue for each of them takes seconds.
	expect(parseSighting(stored)).toBeUndefined();
});
