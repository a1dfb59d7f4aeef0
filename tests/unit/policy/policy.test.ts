/** Tests of the allowlist: exact comparison, row by row, and what is refused at the door. */
import { describe, expect, test } from 'vitest';
import { comparePolicy, rowExpecting, rowFor } from '../../../lib/policy/compare.ts';
import { joinPolicies, meantBy, salvagePolicy, tryRow, withoutRow, withRow } from '../../../lib/policy/edit.ts';
import { parsePolicyFile, policyText } from '../../../lib/policy/file.ts';
import { muteOf, mutesBeyond, withMute } from '../../../lib/policy/mutes.ts';
import { isMutable, type Mute, type PolicyRow, parsePolicy } from '../../../lib/policy/schema.ts';
import type { Change } from '../../../lib/report/history.ts';
import { VERDICTS } from '../../../lib/report/verdict.ts';
import { describeOutcome, describeSavedRow, ROW_DOUBTS } from '../../../lib/text/en/allowlist.ts';
import { IDENTITY } from '../../fixtures/reports.ts';

const policy = (...rows: Record<string, unknown>[]) => {
	const parsed = parsePolicy({ version: 1, rows });
	if (!parsed.ok) throw new Error(parsed.failure.detail);
	return parsed.value;
};
const WHOLE: PolicyRow = {
	package: 'example',
	issuer: IDENTITY.issuer,
	repository: IDENTITY.repository,
	repositoryId: '1234567',
	ownerId: '7654321',
	workflow: '.github/workflows/release.yml',
	ref: 'refs/tags/v*',
	hosted: true,
	provenance: 'required',
};

test('a row that names the whole identity allows it', () => {
	expect(comparePolicy(policy(WHOLE), 'example', IDENTITY)).toMatchObject({ state: 'allowed', row: 'example' });
});

describe('each field alone is enough to differ', () => {
	const cases: [field: string, row: Record<string, unknown>, found?: string][] = [
		['issuer', { issuer: 'https://gitlab.com' }, IDENTITY.issuer],
		['repository', { repository: 'https://github.com/example-org/exampl' }, IDENTITY.repository],
		['repository', { repository: 'https://github.com/Example-Org/example' }, IDENTITY.repository],
		['repositoryId', { repositoryId: '123456' }, '1234567'],
		['ownerId', { ownerId: '765432' }, '7654321'],
		['workflow', { workflow: 'release.yml' }, IDENTITY.workflow],
		['workflow', { workflow: '.*' }, IDENTITY.workflow],
		['ref', { ref: 'refs/heads/main' }, IDENTITY.ref],
		['ref', { ref: 'refs/tags/v' }, IDENTITY.ref],
		['ref', { ref: '.*' }, IDENTITY.ref],
		['environment', { environment: 'npm' }],
	];
	test.each(cases)('%s %o', (field, row, found) => {
		const result = comparePolicy(policy({ package: 'example', ...row }), 'example', IDENTITY);
		expect(result.state).toBe('not-allowed');
		expect(result.differences).toEqual([{ field, expected: Object.values(row)[0], ...(found && { found }) }]);
	});
	test('a self-hosted runner, where a hosted one is asked for', () => {
		const result = comparePolicy(policy({ package: 'example', hosted: true }), 'example', {
			...IDENTITY,
			runner: 'self-hosted',
		});
		expect(result.differences).toEqual([{ field: 'runner', expected: 'hosted', found: 'self-hosted' }]);
	});
});

test('the number decides over the name, both ways', () => {
	const renamed = { ...IDENTITY, repository: 'https://github.com/new-name/example' };
	expect(comparePolicy(policy(WHOLE), 'example', renamed).state).toBe('allowed');
	const taken = { ...IDENTITY, repositoryId: '999' };
	expect(comparePolicy(policy(WHOLE), 'example', taken).differences).toEqual([
		{ field: 'repositoryId', expected: '1234567', found: '999' },
	]);
});

describe('a row expects a change of which it names the field', () => {
	const before = 'https://github.com/example-org';
	const now = 'https://github.com/new-owner';
	const given = { ...IDENTITY, repository: `${now}/example`, ownerId: '42' };
	const [OWNER, NUMBER] = [
		{ field: 'owner', before, now },
		{ field: 'ownerId', before: '7654321', now: '42' },
	] as const;
	const expects = (row: Partial<PolicyRow>, change: Change, identity = given) =>
		rowExpecting(policy({ package: 'example', ...row }), 'example', identity, [change]) !== undefined;

	test('the owner, of a repository that was given away with its number', () => {
		const [old, number] = [{ repository: IDENTITY.repository }, { repositoryId: '1234567' }];
		for (const row of [{ ...old, ...number }, number, { workflow: IDENTITY.workflow }])
			expect(expects(row, OWNER), JSON.stringify(row)).toBe(false);
		for (const row of [
			{ ownerId: '42' },
			{ ...old, ...number, ownerId: '42' },
			{ repository: given.repository },
			{ repository: `${now}/earlier-name`, ...number },
			{ repository: 'https://github.com/New-Owner/example', ...number },
		])
			expect(expects(row, OWNER), JSON.stringify(row)).toBe(true);
	});
	test("the owner's number, by itself alone", () => {
		for (const row of [{ repositoryId: '1234567' }, { repository: given.repository }, { ...WHOLE, ownerId: undefined }])
			expect(expects(row, NUMBER), JSON.stringify(row)).toBe(false);
		expect(expects({ ownerId: '42' }, NUMBER)).toBe(true);
		expect(expects({ ownerId: '7654321' }, NUMBER)).toBe(false);
	});
	test('one of groups within groups is another owner', () => {
		const [old, here] = ['a/b/p', 'a/c/p'].map((path) => `https://gitlab.com/${path}`) as [string, string];
		const identity = { ...given, issuer: 'https://gitlab.com', repository: here };
		const change = { field: 'owner', before: old.slice(0, -2), now: here.slice(0, -2) } as const;
		expect(expects({ repository: old, repositoryId: '1234567' }, change, identity)).toBe(false);
		expect(expects({ repository: here, repositoryId: '1234567' }, change, identity)).toBe(true);
	});
});

describe('a number counts at its own host only', () => {
	const elsewhere = { ...IDENTITY, issuer: 'https://gitlab.com', repository: 'https://gitlab.com/evil/x' };
	const differs = (row: Partial<PolicyRow>, identity = elsewhere) =>
		comparePolicy(policy({ package: 'example', ...row }), 'example', identity).differences;
	const host = { field: 'host', expected: 'https://github.com', found: 'https://gitlab.com' };

	test("without issuer and repository it is GitHub's", () => {
		for (const row of [{ repositoryId: '1234567' }, { ownerId: '7654321' }]) {
			expect(differs(row)).toEqual([host]);
			expect(differs(row, IDENTITY)).toBeUndefined();
		}
	});
	test('beside a repository it decides at the same host, however that is written', () => {
		const row = { repository: 'https://github.com/old-name/example', repositoryId: '1234567' };
		expect(differs(row)).toEqual([{ field: 'repository', expected: row.repository, found: elsewhere.repository }]);
		expect(differs(row, IDENTITY)).toBeUndefined();
		expect(differs({ ...row, repository: 'https://GitHub.com:443/old-name/example' }, IDENTITY)).toBeUndefined();
		expect(differs({ ...row, repository: 'https://' }, IDENTITY)).toHaveLength(1);
		expect(differs({ repository: row.repository, ownerId: '7654321' })).toHaveLength(1);
	});
	test("beside an issuer it is the issuer's", () => {
		expect(differs({ issuer: 'https://gitlab.com', repositoryId: '1234567', ownerId: '7654321' })).toBeUndefined();
		expect(differs({ issuer: IDENTITY.issuer, ownerId: '7654321' })).toMatchObject([{ field: 'issuer' }]);
	});
});

test('several rows mean any of them; an exact name goes before its scope', () => {
	const other = { package: '@scope/a', repository: 'https://github.com/other/a' };
	const right = { package: '@scope/a', repository: IDENTITY.repository };
	const scope = { package: '@scope/*', repository: IDENTITY.repository };
	expect(comparePolicy(policy(other, right), '@scope/a', IDENTITY).state).toBe('allowed');
	expect(comparePolicy(policy(other, scope), '@scope/a', IDENTITY)).toMatchObject({
		state: 'not-allowed',
		row: '@scope/a',
	});
	expect(comparePolicy(policy(other, scope), '@scope/b', IDENTITY)).toMatchObject({
		state: 'allowed',
		row: '@scope/*',
	});
	expect(comparePolicy(policy(scope), '@scope-two/b', IDENTITY)).toEqual({ state: 'no-row' });
	expect(comparePolicy(policy(scope), 'scope', IDENTITY)).toEqual({ state: 'no-row' });
});

test('without provenance, only a row that requires it objects', () => {
	expect(
		comparePolicy(policy({ package: 'example', repository: IDENTITY.repository }), 'example', undefined).state,
	).toBe('allowed');
	expect(comparePolicy(policy(WHOLE), 'example', undefined).differences).toEqual([
		{ field: 'provenance', expected: 'required' },
	]);
});

test('globs: one star stays within a part, two go across; nothing else has a meaning', () => {
	const allows = (ref: string, of: string) =>
		comparePolicy(policy({ package: 'example', ref }), 'example', { ...IDENTITY, ref: of }).state === 'allowed';
	expect(allows('refs/tags/v*', 'refs/tags/v1.2.3')).toBe(true);
	expect(allows('refs/tags/v*', 'refs/tags/v1/evil')).toBe(false);
	expect(allows('refs/**', 'refs/tags/v1/evil')).toBe(true);
	expect(allows('refs/tags/v1.2.3', 'refs/tags/v1x2x3')).toBe(false);
	expect(allows('refs/heads/(main|next)', 'refs/heads/main')).toBe(false);
	expect(allows('refs/heads/main', 'refs/heads/main\nrefs/heads/x')).toBe(false);
	expect(allows('refs/tags/*@*', 'refs/tags/@scope/name@1.0.0')).toBe(false);
	expect(allows('refs/tags/**@*', 'refs/tags/@scope/name@1.0.0')).toBe(true);
	expect(allows('refs/tags/*-*', 'refs/tags/a-b-c')).toBe(true);
	expect(allows('refs/tags/v*', 'refs/tags/v')).toBe(true);
});

test('a pattern over which a regular expression would never end', () => {
	const ref = 'a'.repeat(20_000);
	const row = { package: 'example', ref: `${'*a'.repeat(8)}b` };
	expect(comparePolicy(policy(row), 'example', { ...IDENTITY, ref }).state).toBe('not-allowed');
});

test('a number that the certificate does not name is a difference of its own', () => {
	const { repositoryId: _number, ...unnumbered } = IDENTITY;
	const row = { package: 'example', repositoryId: '1234567' };
	expect(comparePolicy(policy(row), 'example', unnumbered).differences).toEqual([
		{ field: 'repositoryId', expected: '1234567' },
	]);
	expect(
		comparePolicy(policy({ ...row, repository: IDENTITY.repository }), 'example', unnumbered).state,
		'old certificates have no number: the address decides',
	).toBe('allowed');
});

test('names that objects have from birth are packages like any other', () => {
	for (const name of ['constructor', 'toString', 'valueOf', 'hasOwnProperty']) {
		expect(comparePolicy(policy(), name, IDENTITY)).toEqual({ state: 'no-row' });
		const row = rowFor(name, '1.0.0', IDENTITY);
		expect(comparePolicy(policy(row), name, IDENTITY)).toMatchObject({ state: 'allowed', row: name });
	}
	expect(parsePolicy({ version: 1, rows: [{ package: '__proto__' }] }).ok).toBe(false);
	const file = parsePolicyFile('{"version":1,"rows":[{"package":"a","__proto__":{"provenance":"required"}}]}');
	expect(file.ok).toBe(false);
});

test('what is no policy is refused, and says where', () => {
	const refused = (json: unknown) => {
		const parsed = parsePolicy(json);
		return parsed.ok ? 'taken' : (parsed.failure.detail ?? '');
	};
	expect(refused({ version: 1, rows: [] })).toBe('taken');
	expect(refused(null)).toContain('the policy');
	expect(refused({ version: 2, rows: [] })).toContain('version');
	expect(refused({ version: 1, rows: [{ package: 'a', repositry: 'https://x' }] })).toContain('rows.0.repositry');
	expect(refused({ version: 1, rows: [{ package: 'a', repositry: 'x' }] })).toContain('there is no such field');
	expect(refused({ version: 1, rows: [{ issuer: 'a' }] })).toBe('rows.0.package: it is missing');
	expect(refused({ version: 1, rows: [{ package: 'a', repository: 'javascript:alert(1)' }] })).toContain(
		'rows.0.repository',
	);
	expect(refused({ version: 1, rows: [{ package: 'a*' }] })).toContain('rows.0.package');
	expect(refused({ version: 1, rows: [{ package: '*' }] })).toContain('rows.0.package');
	expect(refused({ version: 1, rows: [{ package: 'a', ref: '**a'.repeat(20) }] })).toContain('rows.0.ref');
});

test("each rule is told in plain words, none in a library's", () => {
	const MUTE = { package: 'a', note: '', date: '2026-11-25' };
	const of = (row: object) => ({ version: 1, rows: [{ package: 'a', ...row }] });
	const ofMute = (mute: object) => ({ version: 1, rows: [], mutes: [{ ...MUTE, ...mute }] });
	const cases: [json: unknown, why: string][] = [
		[null, 'the policy: it must be an object, in braces'],
		[{ version: '1', rows: [] }, 'version: it must be 1'],
		[{ version: 1, rows: {} }, 'rows: it must be a list, in brackets'],
		[{ version: 1, rows: [1] }, 'rows.0: it must be an object, in braces'],
		[{ $schema: 1, version: 1, rows: [] }, '$schema: it must be text in quotes'],
		[of({ package: '' }), 'rows.0.package: it is empty'],
		[of({ package: 'a*' }), 'rows.0.package: it must be a name, or a whole scope as in @scope/*'],
		[of({ repository: 'github.com/o/r' }), 'rows.0.repository: it must begin with https://'],
		[of({ repositoryId: 7 }), 'rows.0.repositoryId: it must be text in quotes'],
		[of({ workflow: 'x'.repeat(2049) }), 'rows.0.workflow: it is longer than 2048 characters'],
		[of({ ref: '*'.repeat(9) }), 'rows.0.ref: it has more than 8 stars'],
		[of({ hosted: false }), 'rows.0.hosted: it must be true'],
		[of({ provenance: 'wanted' }), 'rows.0.provenance: it must be "required"'],
		[ofMute({ package: '@s' }), 'mutes.0.package: it must be the name of a package'],
		[ofMute({ version: '1' }), 'mutes.0.version: it must be an exact version, as in 1.2.3'],
		[ofMute({ line: 'three' }), 'mutes.0.line: it must be a release line, as in 3 or 0.3'],
		[ofMute({ line: '1', version: '1.0.0' }), 'mutes.0: it names a version and a line, and may name only one of them'],
		[ofMute({ verdict: 'none' }), 'mutes.0.verdict: it must be "not-allowed" or "lost" or "changed"'],
		[ofMute({ date: 'today' }), 'mutes.0.date: it must be a day, as in 2026-11-25'],
		[{ version: 1, rows: Array(10_001).fill({ package: 'a' }) }, 'rows: there are more than 10,000'],
	];
	for (const [json, why] of cases) expect(parsePolicy(json)).toMatchObject({ failure: { detail: why } });
});

describe('as a file', () => {
	const refused = (text: string) => {
		const parsed = parsePolicyFile(text);
		return parsed.ok ? 'taken' : `${parsed.failure.code} ${parsed.failure.detail}`;
	};

	test('goes out and comes in the same', () => {
		const whole = policy(WHOLE);
		expect(parsePolicyFile(policyText(whole))).toEqual({ ok: true, value: whole });
		expect(parsePolicyFile(`\ufeff${policyText(whole)}`).ok).toBe(true);
	});

	test('may name its schema for editors, which says nothing', () => {
		const text = `{ "$schema": "./policy.schema.json", ${policyText(policy(WHOLE)).slice(1)}`;
		expect(parsePolicyFile(text)).toEqual({ ok: true, value: policy(WHOLE) });
	});

	const name = (at: number) => `@a-rather-long-scope-name/a-package-with-a-rather-long-name-${at}`;
	const places = Array.from({ length: 10_000 }, (_place, at) => at);

	test('has room for ten thousand full rows, or as many with warnings put aside', () => {
		const rows = places.map((at) => ({
			...WHOLE,
			package: name(at),
			repository: `https://github.com/a-rather-long-organisation/with-its-repository-${at}`,
			environment: 'npm-production',
		}));
		const mutes = places.map((at) => ({
			package: name(at),
			version: '1.2.3',
			verdict: 'lost',
			note: 'Published by hand; the maintainers said so.',
			date: '2026-11-25',
		}));
		expect(parsePolicyFile(JSON.stringify({ version: 1, rows }, null, 2)).ok).toBe(true);
		expect(parsePolicyFile(JSON.stringify({ version: 1, rows, mutes })).ok).toBe(true);
	});

	test.each([
		['values', `{"version":1,"rows":[${'1,'.repeat(3_900_000)}1]}`],
		['lists', `{"version":1,"rows":[${'[[[[[[]]]]]],'.repeat(500_000)}1]}`],
		['what breaks off', '{"a":'.repeat(1_000_000)],
	])('made to take seconds is refused by the count of its values: %s', (_what, text) => {
		expect(refused(text)).toContain('too-large more than 250000 values');
	});

	test('of which everything is wrong is refused at the first of it', () => {
		const rows = Array(3_900_000).fill(1);
		expect(parsePolicy({ version: 1, rows }).ok).toBe(false);
	});

	test.each([
		['{ "version": 1,\n"rows": [}', 'not-json line 2: character 10 is not what JSON has there'],
		['{ "version": 1,\n"rows": ', 'not-json line 2: it ends before it is complete'],
		["{ 'version': 1 }", 'not-json line 1: character 3 is not what JSON has there'],
		['{ "version": nil }', 'not-json line 1: character 14 is not what JSON has there'],
	])('that is no JSON is told so in plain words: %j', (text, why) => {
		expect(refused(text)).toBe(why);
	});

	test.each([
		['{\n"version": 1,\n"rows": [\n{ "package": "a" },\n{ "package": "a*" }]}', 'wrong-shape line 5, rows.1.package'],
		['{\n"version": 1,\n"rows": [\n{ "package": "a",\n"repositry": "x" }]}', 'wrong-shape line 5, rows.0.repositry'],
		['{\n"version": 1,\n"rows": [\n{ "issuer": "a" }]}', 'wrong-shape line 4, rows.0.package'],
		['{\n"version": 2, "rows": []}', 'wrong-shape line 2, version'],
		['{ "version": 1,\n"rows": [\n}', 'not-json line 3'],
		['{ "version": 1,\n"rows": [],\n"rows": [] }', 'wrong-shape line 3: "rows" stands twice'],
		['[]', 'wrong-shape line 1'],
		['', 'not-json line 1'],
		['// words\n{}', 'not-json line 1'],
		['['.repeat(200_000), 'not-json'],
		[' '.repeat(8_000_001), 'too-large'],
	])('%.30j is refused with its line', (text, why) => {
		expect(refused(text)).toContain(why);
	});
});

describe('a row from the release at hand', () => {
	test('expects it, and the next one of the same origin', () => {
		const row = rowFor('example', '2.3.1', { ...IDENTITY, ref: 'refs/tags/v2.3.1' });
		expect(row).toMatchObject({ package: 'example', ref: 'refs/tags/v*', provenance: 'required' });
		for (const version of ['2.3.1', '3.0.0'])
			expect(comparePolicy(policy(row), 'example', { ...IDENTITY, ref: `refs/tags/v${version}` }).state).toBe(
				'allowed',
			);
		expect(comparePolicy(policy(row), 'example', { ...IDENTITY, ref: 'refs/heads/v3.0.0' }).state).toBe('not-allowed');
	});

	test.each<[version: string, ref: string, pattern: string | undefined, next: string]>([
		['1.2.3', 'refs/heads/release/1.2.3', 'refs/heads/release/*', 'refs/heads/release/1.2.4'],
		['1.2.3', 'refs/heads/release/1.2', 'refs/heads/release/*', 'refs/heads/release/1.3'],
		['1.2.3-rc.1', 'refs/heads/release/1.2.3-rc.1', 'refs/heads/release/*', 'refs/heads/release/1.2.3'],
		['1.2.3', 'refs/heads/1.x', 'refs/heads/*.x', 'refs/heads/2.x'],
		['1.2.3', 'refs/heads/release-2026-11-01', 'refs/heads/release-*', 'refs/heads/release-2026-12-01'],
		['1.2.3', 'refs/heads/deploy-0a1b2c3/v1', 'refs/heads/deploy-*/v*', 'refs/heads/deploy-4d5e6f7/v2'],
		['1.2.3', 'refs/heads/main', 'refs/heads/main', 'refs/heads/main'],
		['1.2.3', 'refs/heads/1.2', undefined, 'refs/heads/1.3'],
		['1.2.3', `refs/heads/${'a1'.repeat(9)}`, undefined, `refs/heads/${'a2'.repeat(9)}`],
		['1.0.0', 'refs/tags/@scope/name@1.0.0', 'refs/tags/@scope/name@*', 'refs/tags/@scope/name@2.0.0'],
		['1.0.0', 'refs/tags/v.1.0.0', 'refs/tags/v.*', 'refs/tags/v.1.0.1'],
		['1.0.0', 'refs/tags/v11.0.0', undefined, 'refs/tags/v11.0.1'],
		['1.0.0', 'refs/tags/2026-11-01', undefined, 'refs/tags/2026-11-08'],
		['1.0.0', 'refs/pull/7/merge', 'refs/pull/7/merge', 'refs/pull/7/merge'],
	])('keeps what stays of a tag or branch: %s of %s', (version, ref, pattern, next) => {
		const row = rowFor('example', version, { ...IDENTITY, ref });
		expect(row.ref).toBe(pattern);
		for (const built of [ref, next])
			expect(comparePolicy(policy(row), 'example', { ...IDENTITY, ref: built }).state, built).toBe('allowed');
		const isOther = comparePolicy(policy(row), 'example', { ...IDENTITY, ref: 'refs/heads/other' }).state;
		expect(isOther).toBe(pattern === undefined ? 'allowed' : 'not-allowed');
	});

	test('says what it would refuse, and why it is none', () => {
		const release = { name: 'example', identity: IDENTITY };
		expect(tryRow({ package: 'example', workflow: 'other.yml' }, release)).toMatchObject({
			differences: [{ field: 'workflow', expected: 'other.yml', found: IDENTITY.workflow }],
		});
		expect(tryRow({ package: 'another', workflow: 'other.yml' }, release)).toMatchObject({ differences: [] });
		expect(tryRow({ package: 'a*' })).toEqual({
			refused: { field: 'package', why: expect.stringContaining('a name') },
		});
	});

	test('says which row would go first, and whether it is about the release at all', () => {
		const release = { name: '@scope/a', identity: IDENTITY };
		const scope = { package: '@scope/*', repository: IDENTITY.repository };
		const exact = { package: '@scope/a', workflow: 'other.yml' };
		const words = (row: PolicyRow, others: PolicyRow[]) => {
			const tried = tryRow(row, release, others);
			if (!('row' in tried) || !tried.result) throw new Error('refused');
			return [describeOutcome(row, tried.result), describeSavedRow(row, tried.result)];
		};
		expect(words(scope, [])).toEqual([undefined, 'Saved. From now on this is what you expect of it.']);
		expect(words(exact, [])).toEqual([undefined, 'Saved. The release at hand is not what this row expects.']);
		const first = 'The row for “@scope/a” wins over this one, and decides about the release at hand.';
		const refused = `${first} The release is not what that row expects.`;
		expect(words(scope, [exact])).toEqual([refused, `Saved. ${refused}`]);
		expect(words(scope, [{ package: '@scope/a' }])).toEqual([first, `Saved. ${first}`]);
		const other = 'This row is not about the release at hand.';
		expect(words({ package: 'b' }, [])).toEqual([other, `Saved. ${other}`]);
		// Any of several rows for the package.
		expect(words(exact, [{ package: '@scope/a' }])[1]).toContain('this is what you expect');
	});

	test.each([
		[{ repository: 'https://github.com/o/r/' }, ['repository-ending']],
		[{ repository: 'https://github.com/o/r.git' }, ['repository-ending']],
		[{ ref: 'main', issuer: 'GitHub Actions' }, ['ref-short', 'issuer-no-address']],
		[{ repository: 'https://github.com/o/r', ref: '*', issuer: 'https://gitlab.com' }, []],
		[{ ref: 'refs/heads/main' }, []],
	])('that can hardly ever fit can be kept, and is doubted aloud: %j', (row, doubts) => {
		expect(tryRow({ package: 'example', ...row })).toMatchObject({ doubts });
		for (const doubt of doubts) expect(ROW_DOUBTS).toHaveProperty(doubt);
	});

	test.each([
		['repository-ending', { repository: 'https://github.com/o/r.git' }, 'repository', 'https://github.com/o/r'],
		['repository-ending', { repository: 'https://github.com/o/r.git//' }, 'repository', 'https://github.com/o/r'],
		['ref-short', { ref: 'main' }, 'ref', 'refs/heads/main'],
		['ref-short', { ref: 'v1.2.3' }, 'ref', 'refs/tags/v1.2.3'],
		['issuer-no-address', { issuer: 'gitlab.com' }, 'issuer', 'https://gitlab.com'],
		['issuer-no-address', { issuer: 'GitHub Actions' }, 'issuer', undefined],
	] as const)('what was meant where there is a doubt: %s of %j', (doubt, row, field, value) => {
		expect(meantBy(doubt, { package: 'example', ...row })).toEqual({ field, ...(value !== undefined && { value }) });
	});

	test('is added once, and takes the place of the one it was', () => {
		const one = withRow(policy(), WHOLE);
		expect(withRow(one, WHOLE).rows).toEqual([WHOLE]);
		expect(withRow(one, { package: 'other' }, WHOLE).rows).toEqual([{ package: 'other' }]);
		const two = withRow(one, { package: 'other' });
		expect(withRow(two, { package: 'first' }, WHOLE).rows).toEqual([{ package: 'first' }, { package: 'other' }]);
		// The row that was being edited is gone by now: what was written is not.
		expect(withRow(two, { package: 'third' }, { package: 'gone' }).rows).toHaveLength(3);
		expect(withoutRow(two, WHOLE).rows).toEqual([{ package: 'other' }]);
	});

	test('a file is added to what is there, each row and mute once, as long as there is room', () => {
		const mute = { package: 'a', note: '', date: '2026-11-25' };
		const one = { ...policy({ package: 'a' }), mutes: [mute] };
		const more = { ...policy({ package: 'b' }, { package: 'a' }), mutes: [mute] };
		expect(joinPolicies(one, more)).toEqual({
			ok: true,
			value: { version: 1, rows: [{ package: 'a' }, { package: 'b' }], mutes: [mute] },
		});
		const many = policy(...Array.from({ length: 10_000 }, (_row, at) => ({ package: `p${at}` })));
		expect(joinPolicies(many, policy({ package: 'b' }))).toMatchObject({ ok: false, failure: { code: 'wrong-shape' } });
	});
});

test('mutes that another policy lacks are found', () => {
	const [one, two] = ['a', 'b'].map((name) => ({ package: name, note: '', date: '2026-11-25' })) as [Mute, Mute];
	expect(mutesBeyond({ ...policy(), mutes: [one, two] }, { ...policy(), mutes: [two] })).toEqual([one]);
	expect(mutesBeyond(policy(), { ...policy(), mutes: [two] })).toEqual([]);
});

test('of a policy that was set aside, what can be read is found, and the rest counted', () => {
	const mute = { package: 'a', note: '', date: '2026-11-25' };
	const json = { version: 7, rows: [{ package: 'a' }, { pakage: 'b' }, 1], mutes: [mute, { ...mute, date: 'x' }] };
	expect(salvagePolicy(json)).toEqual({ policy: { version: 1, rows: [{ package: 'a' }], mutes: [mute] }, unread: 3 });
	expect(salvagePolicy({ rows: [{ package: 'a' }] })).toEqual({
		policy: { version: 1, rows: [{ package: 'a' }] },
		unread: 0,
	});
	for (const nothing of [null, 'x', 7, [], {}, { rows: 'x' }, { rows: [1] }])
		expect(salvagePolicy(nothing)).toBeUndefined();
});

test('the narrowest mute holds', () => {
	const mute = (more: object) => ({ package: 'example', note: JSON.stringify(more), date: '2026-11-25', ...more });
	const mutes = [mute({}), mute({ line: '2' }), mute({ version: '2.3.1' })];
	const parsed = parsePolicy({ version: 1, rows: [], mutes });
	if (!parsed.ok) throw new Error(parsed.failure.detail);
	const held = (version: string, line: string) => muteOf(parsed.value, 'example', version, line, 'lost');
	expect(held('2.3.1', '2')).toEqual(mutes[2]);
	expect(held('2.3.2', '2')).toEqual(mutes[1]);
	expect(held('3.0.0', '3')).toEqual(mutes[0]);
	expect(muteOf(parsed.value, 'other', '2.3.1', '2', 'lost')).toBeUndefined();
});

test('a mute is of one kind of warning where it names one, and takes the place of its like', () => {
	const mute = { package: 'example', verdict: 'lost', note: 'by hand', date: '2026-11-25' } as const;
	const once = withMute(policy(), mute);
	expect(muteOf(once, 'example', '1.0.0', '1', 'lost')).toEqual(mute);
	expect(muteOf(once, 'example', '1.0.0', '1', 'changed')).toBeUndefined();
	const again = withMute(once, { ...mute, note: 'still by hand' });
	expect(again.mutes).toEqual([{ ...mute, note: 'still by hand' }]);
	expect(withMute(again, { ...mute, verdict: 'changed' }).mutes).toHaveLength(2);
});

test('what is false cannot be muted', () => {
	for (const verdict of VERDICTS)
		expect(isMutable(verdict), verdict).toBe(['not-allowed', 'lost', 'changed'].includes(verdict));
	const mute = { package: 'example', verdict: 'mismatch', note: '', date: '2026-11-25' };
	expect(parsePolicy({ version: 1, rows: [], mutes: [mute] }).ok).toBe(false);
});
