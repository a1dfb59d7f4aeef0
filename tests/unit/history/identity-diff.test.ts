/** Tests of how two verified identities differ, row by row of the table, and of what is daily life. */
import { describe, expect, test } from 'vitest';
import {
	compareIdentities,
	isOfFirstRow,
	isOfOtherRepository,
	type Origin,
} from '../../../lib/history/identity-diff.ts';
import type { Change, ChangedField } from '../../../lib/report/history.ts';
import type { Identity } from '../../../lib/report/identity.ts';
import { IDENTITY } from '../../fixtures/reports.ts';

/** A release of 1.14.0 before, and 1.14.1 now; both published after certificates could name an environment. */
const origin = (version: string, identity: Partial<Identity>, publishedAt = '2026-03-01T00:00:00.000Z'): Origin => ({
	version,
	publishedAt,
	identity: { ...IDENTITY, ...identity },
});

function differ(now: Partial<Identity>, before: Partial<Identity> = {}, others: Partial<Identity>[] = []) {
	const earlier = origin('1.14.0', before);
	const known = [earlier, ...others.map((identity) => origin('1.13.0', identity))];
	const { changes, findings } = compareIdentities(earlier, origin('1.14.1', now), known);
	return { changes, fields: changes.map(({ field }) => field), codes: findings.map(({ code }) => code) };
}

const GITHUB = 'https://github.com';
const FILE = '.github/workflows/release.yml';
/** An identity as it is from another repository, or signed by another workflow. */
const at = (repository: string, path = FILE): Partial<Identity> => ({
	repository,
	signer: `${repository}/${path}@refs/tags/v1.14.1`,
});
const signedBy = (path: string, ref = 'refs/tags/v1'): Partial<Identity> => ({ signer: `${GITHUB}/${path}@${ref}` });
const without = (...fields: (keyof Identity)[]): Identity =>
	Object.fromEntries(Object.entries(IDENTITY).filter(([field]) => !fields.includes(field as keyof Identity))) as never;

test('what differs in every release is no difference: commit, run, and the tag', () => {
	const now = {
		commit: 'f'.repeat(40),
		run: `${GITHUB}/example-org/example/actions/runs/2/attempts/1`,
		ref: 'refs/tags/v2',
		...at(IDENTITY.repository),
	};
	expect(differ(now)).toEqual({ changes: [], fields: [], codes: [] });
});

describe('the first row: repository, owner, issuer, owner of the workflow that signed', () => {
	const rows: [what: string, fields: ChangedField[], now: Partial<Identity>, before?: Partial<Identity>][] = [
		['another repository', ['repository'], { ...at(`${GITHUB}/example-org/other`), repositoryId: '9' }],
		[
			'a repository of another owner',
			['repository', 'owner'],
			{ ...at(`${GITHUB}/thief/example`), repositoryId: '9', ownerId: '8' },
		],
		['a repository made anew under the old name', ['repositoryId'], { repositoryId: '9' }],
		['an owner made anew under the old name', ['repositoryId', 'ownerId'], { repositoryId: '9', ownerId: '8' }],
		['a repository that went to another owner', ['owner'], { ...at(`${GITHUB}/heir/example`), ownerId: '8' }],
		[
			'a host whose numbers happen to be the same',
			['repository', 'owner', 'issuer'],
			{ ...at('https://gitlab.com/example-org/example'), issuer: 'https://gitlab.com' },
		],
		[
			'an issuer of an enterprise',
			['issuer'],
			{ issuer: 'https://token.actions.githubusercontent.com/example-enterprise' },
		],
		['a workflow of another owner signed', ['signer-owner', 'signer'], signedBy('thief/tools/.github/workflows/x.yml')],
		[
			'another owner signed than the one before',
			['signer-owner', 'signer'],
			signedBy('thief/tools/.github/workflows/x.yml'),
			signedBy('slsa-framework/slsa-github-generator/.github/workflows/x.yml'),
		],
		[
			'its own workflow signed, where the one of another owner had',
			['signer-owner', 'signer'],
			{},
			signedBy('slsa-framework/slsa-github-generator/.github/workflows/x.yml'),
		],
	];
	test.each(rows)('%s', (_what, fields, now, before) => {
		const { changes, fields: found } = differ(now, before);
		expect(found).toEqual(fields);
		expect(changes.some(isOfFirstRow)).toBe(true);
	});

	test('is what no record that is missing excuses, and no other row is', () => {
		const fields = [
			'runner',
			'environment',
			'trigger',
			'workflow',
			'signer',
			'ref',
			'publishing',
			'provenance',
		] as const;
		for (const field of fields) expect(isOfFirstRow({ field })).toBe(false);
	});

	test('a new name of repository or owner is told by the number, and is no difference', () => {
		for (const name of [`${GITHUB}/example-org/renamed`, `${GITHUB}/renamed/example`, `${GITHUB}/renamed/both`])
			expect(differ(at(name))).toEqual({ changes: [], fields: [], codes: ['repository-renamed'] });
	});

	test("a renamed owner's reusable workflow is the same one, whichever repository of the owner it is in", () => {
		const [before, now] = ['example-org', 'renamed'].map((owner) => ({
			repository: `${GITHUB}/${owner}/example`,
			...signedBy(`${owner}/actions/.github/workflows/publish.yml`),
		}));
		expect(differ(now ?? {}, before)).toEqual({ changes: [], fields: [], codes: ['repository-renamed'] });
		const other = { ...now, ...signedBy('renamed/other/.github/workflows/publish.yml') };
		expect(differ(other, before).fields).toEqual(['signer']);
	});

	test('without numbers names decide; small letters and capitals are the same name', () => {
		const unnumbered = without('repositoryId', 'ownerId');
		const compare = (now: Partial<Identity>) =>
			compareIdentities(origin('1.14.0', {}), {
				...origin('1.14.1', {}),
				identity: { ...unnumbered, ...now },
			}).changes.map(({ field }) => field);
		expect(compare(at(`${GITHUB}/thief/example`))).toEqual(['repository', 'owner']);
		expect(compare(at(`${GITHUB}/Example-Org/Example`))).toEqual([]);
	});

	test('whether two are of different repositories or owners', () => {
		const other = (now: Partial<Identity>) => isOfOtherRepository(IDENTITY, { ...IDENTITY, ...now });
		expect(other({})).toBe(false);
		expect(other(at(`${GITHUB}/renamed/example`))).toBe(false);
		expect(other({ repositoryId: '9' })).toBe(true);
		expect(other({ ...at(`${GITHUB}/heir/example`), ownerId: '8' })).toBe(true);
	});
});

describe('runner and environment', () => {
	test.each<[fields: ChangedField[], before: string | undefined, now: string | undefined]>([
		[['runner'], 'github-hosted', 'self-hosted'],
		[['runner'], 'gitlab-hosted', 'self-hosted'],
		[[], 'self-hosted', 'github-hosted'],
		[[], 'self-hosted', 'self-hosted'],
		[[], 'self-hosted', 'hosted-elsewhere'],
		[[], undefined, 'self-hosted'],
	])('%j: from %s to %s', (fields, before, now) => {
		const of = (runner: string | undefined) => (runner === undefined ? without('runner') : { runner });
		const compared = compareIdentities(
			{ ...origin('1.14.0', {}), identity: { ...without('runner'), ...of(before) } },
			origin('1.14.1', of(now)),
		);
		expect(compared.changes.map(({ field }) => field)).toEqual(fields);
	});

	test('gone, or of another name: a difference', () => {
		expect(differ({}, { environment: 'npm' }).changes).toEqual([{ field: 'environment', before: 'npm' }]);
		expect(differ({ environment: 'test' }, { environment: 'npm' }).changes).toEqual([
			{ field: 'environment', before: 'npm', now: 'test' },
		]);
		// Not even where another known origin had none: each is compared as a whole.
		expect(differ({}, { environment: 'npm' }, [{}]).fields).toEqual(['environment']);
	});

	test('one that came is told, where the older certificate could have named it', () => {
		const codes = (day: string) =>
			compareIdentities(origin('1.14.0', {}, `${day}T00:00:00.000Z`), origin('1.14.1', { environment: 'npm' }))
				.findings;
		expect(codes('2025-11-06')).toMatchObject([{ code: 'environment-added', data: { environment: 'npm' } }]);
		expect(codes('2025-11-05')).toEqual([]);
		expect(differ({ environment: 'npm' }).fields).toEqual([]);
	});
});

describe('triggers', () => {
	test.each([
		'pull_request_target',
		'pull_request',
		'issue_comment',
		'issues',
		'workflow_run',
		'discussion',
		'discussion_comment',
		'pull_request_review',
		'fork',
		'watch',
		'merge_request_event',
	])('%s lets strangers start the run: a difference, unless a known origin had just that', (trigger) => {
		expect(differ({ trigger }).changes).toEqual([{ field: 'trigger', before: 'push', now: trigger }]);
		expect(differ({ trigger }, {}, [{ trigger }]).fields).toEqual([]);
		const other = trigger === 'issues' ? 'fork' : 'issues';
		expect(differ({ trigger }, {}, [{ trigger: other }]).fields).toEqual(['trigger']);
	});

	test.each(['workflow_dispatch', 'release', 'schedule', 'repository_dispatch', 'web'])(
		'%s is daily life',
		(trigger) => {
			expect(differ({ trigger }).fields).toEqual([]);
		},
	);

	test('where the older certificate names none, an open one is new all the same', () => {
		const before = { ...origin('1.14.0', {}), identity: without('trigger') };
		expect(compareIdentities(before, origin('1.14.1', { trigger: 'issues' })).changes).toEqual([
			{ field: 'trigger', now: 'issues' },
		]);
	});
});

describe('workflow and reusable workflow', () => {
	test('another file', () => {
		const file = '.github/workflows/hand.yml';
		expect(differ({ ...at(IDENTITY.repository, file), workflow: file }).changes).toEqual([
			{ field: 'workflow', before: FILE, now: file },
		]);
	});

	test('of a certificate that named only the reusable workflow that signed, nothing is known of the file', () => {
		const builder = signedBy('slsa-framework/slsa-github-generator/.github/workflows/x.yml');
		const early = { ...builder, workflow: `${GITHUB}/slsa-framework/slsa-github-generator/.github/workflows/x.yml` };
		expect(differ(builder, early).fields).toEqual([]);
		expect(differ({}, early).fields).toEqual(['signer-owner', 'signer']);
		expect(differ(early, builder).fields).toEqual(['workflow']);
	});

	test('a reusable one of its own, of its organisation, or another one than before', () => {
		const own = '.github/workflows/publish.yml';
		expect(differ(at(IDENTITY.repository, own)).changes).toEqual([{ field: 'signer', before: FILE, now: own }]);
		expect(differ(signedBy('example-org/actions/.github/workflows/x.yml')).fields).toEqual(['signer']);
		expect(
			differ(
				signedBy('example-org/actions/.github/workflows/y.yml'),
				signedBy('example-org/actions/.github/workflows/x.yml'),
			).fields,
		).toEqual(['signer']);
	});

	const shared = 'example-org/actions/.github/workflows/x.yml';
	test.each([
		['another tag', 'refs/tags/v1', 'refs/tags/v2'],
		['a commit', 'refs/tags/v1', 'f'.repeat(40)],
		['a tag after a branch', 'refs/heads/main', 'refs/tags/v1'],
		['main after a tag', 'refs/tags/v1', 'refs/heads/main'],
		['a branch of a known form', 'refs/heads/v1', 'refs/heads/v1'],
	])('its ref may vary: %s', (_what, before, now) => {
		expect(differ(signedBy(shared, now), signedBy(shared, before)).fields).toEqual([]);
	});

	test('a branch of it counts like a branch', () => {
		expect(differ(signedBy(shared, 'refs/heads/evil'), signedBy(shared)).changes).toEqual([
			{ field: 'signer', before: 'refs/tags/v1', now: 'refs/heads/evil' },
		]);
		// So does a pull request, which strangers can open.
		expect(differ(signedBy(shared, 'refs/pull/7/head'), signedBy(shared)).fields).toEqual(['signer']);
		expect(differ(signedBy(shared, 'refs/heads/main'), signedBy(shared, 'refs/heads/master')).fields).toEqual([
			'signer',
		]);
		// That the release itself is built from a branch of that name says nothing of another repository's.
		const ref = 'refs/heads/next';
		expect(differ({ ref, ...signedBy(shared, ref) }, { ref, ...signedBy(shared) }).fields).toEqual(['signer']);
	});

	test("its own repository's reusable workflow is told by the release's own ref", () => {
		const own = (ref: string) => ({ ref, signer: `${IDENTITY.repository}/.github/workflows/publish.yml@${ref}` });
		expect(differ(own('refs/heads/next'), own('refs/heads/next')).fields).toEqual([]);
		expect(differ(own('refs/heads/evil'), own('refs/heads/next')).fields).toEqual(['ref']);
		const evil = { ...own('refs/tags/v1.14.1'), signer: own('refs/heads/evil').signer };
		expect(differ(evil, own('refs/tags/v1.14.0')).fields).toEqual(['signer']);
	});

	test('refs hold @, and are cut off at the first', () => {
		const tagged = (tag: string) => ({ signer: `${IDENTITY.repository}/${FILE}@refs/tags/${tag}` });
		expect(differ(tagged('@scope/example@1.14.1'), tagged('example@1.14.0')).fields).toEqual([]);
	});
});

describe('refs', () => {
	/** The fields that differ between 1.14.0, built from one ref, and 1.14.1 from another. */
	const from = (now: string, before: string, ...others: string[]) =>
		differ(
			{ ref: now },
			{ ref: before },
			others.map((ref) => ({ ref })),
		).fields;

	test.each([
		['another branch', 'refs/heads/evil', 'refs/heads/main'],
		['a branch after tags', 'refs/heads/evil', 'refs/tags/v1.14.0'],
		['a first tag after branches', 'refs/tags/v1.14.1', 'refs/heads/main'],
		['a pull request', 'refs/pull/7/merge', 'refs/heads/main'],
		['a pull request after tags', 'refs/pull/7/merge', 'refs/tags/v1.14.0'],
		['main after master', 'refs/heads/main', 'refs/heads/master'],
		['master after main', 'refs/heads/master', 'refs/heads/main'],
		['master after tags', 'refs/heads/master', 'refs/tags/v1.14.0'],
		['a number that does not fit', 'refs/heads/release/9.9', 'refs/heads/release/1.14'],
		['a number of a higher minor', 'refs/heads/release/1.15', 'refs/heads/release/1.14'],
		['a number that only begins alike', 'refs/heads/release/1.1', 'refs/heads/release/1.14'],
		['a commit id in the place of a number', 'refs/heads/release/abcdef1', 'refs/heads/release/1.14'],
		['words in the place of a number', 'refs/heads/release/evil', 'refs/heads/release/1.14'],
		['more around the number', 'refs/heads/release/1.14-evil', 'refs/heads/release/1.14'],
	])('%s is a difference', (_what, now, before) => {
		expect(from(now, before)).toEqual(['ref']);
	});

	test.each([
		['another tag', 'refs/tags/anything', 'refs/tags/v1.14.0'],
		['a tag of a monorepo', 'refs/tags/@scope/example@1.14.1', 'refs/tags/example@1.14.0'],
		['main where no branch is known', 'refs/heads/main', 'refs/tags/v1.14.0'],
		['the same branch', 'refs/heads/1.x', 'refs/heads/1.x'],
		['a branch whose number fits', 'refs/heads/release/1.14.1', 'refs/heads/release/1.14.0'],
		['a line that fits', 'refs/heads/v1', 'refs/heads/v1.14'],
		['numbers that never fitted', 'refs/heads/train-43', 'refs/heads/train-42'],
		['a branch by commit', 'refs/heads/canary-3f1c2ab', 'refs/heads/canary-00aa11b'],
		['a queue', 'refs/heads/queue/main/pr-8-3f1c2ab', 'refs/heads/queue/main/pr-7-00aa11b'],
		['a pull request after another', 'refs/pull/8/merge', 'refs/pull/7/merge'],
	])('%s is daily life', (_what, now, before) => {
		expect(from(now, before)).toEqual([]);
	});

	test('any known origin makes a branch, or a tag, known', () => {
		expect(from('refs/heads/evil', 'refs/heads/main', 'refs/heads/evil')).toEqual([]);
		expect(from('refs/heads/main', 'refs/tags/v1.14.0', 'refs/heads/master')).toEqual(['ref']);
		expect(from('refs/tags/v1.14.1', 'refs/heads/main', 'refs/tags/v1.13.0')).toEqual([]);
	});
});

test('the changes come in the order of their weight', () => {
	const thief: Partial<Identity> = {
		...at(`${GITHUB}/thief/example`),
		repositoryId: '9',
		ownerId: '8',
		workflow: '.github/workflows/x.yml',
		runner: 'self-hosted',
		trigger: 'issues',
		ref: 'refs/heads/evil',
		signer: `${GITHUB}/thief/example/.github/workflows/x.yml@refs/heads/evil`,
	};
	const changes: Change[] = differ(thief, { environment: 'npm' }).changes;
	expect(changes.map(({ field }) => field)).toEqual([
		'repository',
		'owner',
		'runner',
		'environment',
		'trigger',
		'workflow',
		'ref',
	]);
});
