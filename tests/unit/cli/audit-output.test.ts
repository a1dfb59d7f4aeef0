/** Tests of what audits are printed as: table, Markdown, SARIF and JSON, also with hostile names and very many rows. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { auditTable } from '../../../cli/output/table.ts';
import { auditJson } from '../../../lib/output/json.ts';
import { lineHashes } from '../../../lib/output/line-hash.ts';
import { auditMarkdown, MARKDOWN_MARK } from '../../../lib/output/markdown.ts';
import { auditSarif } from '../../../lib/output/sarif.ts';
import type { Audit } from '../../../lib/report/audit.ts';
import { auditOf, auditRow } from '../../fixtures/audits.ts';
import { NEVER } from '../../fixtures/never.ts';
import { REPORTS } from '../../fixtures/reports.ts';

const NAMES = ['confirmed', 'none', 'unknown', 'confirmed-not-compared', 'lost', 'changed', 'mismatch', 'malware'];
const all = auditOf(
	NAMES.map((name, at) => auditRow(name, { spec: `@scope/${name}@1.0.0`, line: at + 2, column: 3 })),
	{},
	[
		{ spec: 'from-git@1.0.0', why: 'git', line: 20, column: 3 },
		{ spec: 'here@0.0.0', why: 'workspace', line: 21, column: 3 },
		{ spec: 'there@0.0.0', why: 'workspace', line: 22, column: 3 },
	],
);
const calm = auditOf([auditRow('confirmed'), auditRow('none', { line: 4 })]);
const TEXT = Array.from({ length: 30 }, (_, at) => `  "line ${at + 1}": {}`).join('\n');
const sourceOf = ({ lockfile: { path = '' } }: Audit) => ({ path: `apps/${path}`, text: TEXT });
const sarifOf = (audits: Audit[], source: Parameters<typeof auditSarif>[1] = sourceOf) =>
	JSON.parse(auditSarif(audits, source, '0.1.0'));
const outputs: [name: string, print: (audits: Audit[]) => string][] = [
	['table', (audits) => auditTable(audits, undefined)],
	['markdown', (audits) => auditMarkdown(audits)],
	['sarif', (audits) => auditSarif(audits, sourceOf, '0.1.0')],
];
const flat = (text: string) => text.replace(/\s+/g, ' ');

describe.each(outputs)('%s', (_name, print) => {
	test('says in plain view what was not compared, what is not covered and why, and that an origin is no check of the code', () => {
		const text = flat(print([all]));
		expect(text).toContain('Not covered: 3 (1 from git, 2 of the workspace).');
		expect(text).toContain(`Not compared with earlier releases: ${all.counts.notCompared}.`);
		expect(text).toContain('confirmed-not-compared@1.0.0');
		expect(text).toContain('A confirmed origin is not a check of the code.');
		expect(flat(print([calm]))).toContain('Not covered: none.');
	});

	test('has the gravest first', () => {
		const text = flat(print([all]));
		const order = ['malware', 'mismatch', 'lost', 'changed', 'unknown', 'confirmed-not-compared'];
		const at = order.map((name) => text.indexOf(`@scope/${name}@1.0.0`));
		expect(at.every((one) => one > 0)).toBe(true);
		expect(at).toEqual(at.toSorted((a, b) => a - b));
	});

	test('never says what sounds like approval', () => {
		expect(print([all, calm]).replaceAll('Trust root', '')).not.toMatch(NEVER);
	});

	test('says that an audit ended early, that a lockfile has no hashes, and which part it is', () => {
		const text = flat(
			print([
				{
					...calm,
					left: 7,
					shard: { part: 2, of: 8 },
					lockfile: { ...calm.lockfile, isWithoutHashes: true },
				},
			]),
		);
		expect(text).toContain('The audit ended early: 7 releases not asked for.');
		expect(text).toContain('has neither a hash nor an address for any package');
		expect(text).toContain('This is part 2 of 8.');
		expect(text).not.toContain('No package has a warning');
	});

	test('names each entry that could not be read with its line, and with a base each that is not covered', () => {
		const unreadable = ['', 'node_modules/\u202e[x](y)', `node_modules/${'a'.repeat(280)}/`].map((spec, at) => ({
			...{ spec, why: 'unreadable' as const },
			...{ line: 30 + at, column: 1 },
		}));
		const audit = { ...calm, notCovered: [...all.notCovered, ...unreadable] };
		const text = flat(print([audit]))
			.replaceAll('\\', '')
			.replaceAll('`', '');
		expect(text).toMatch(/an entry without a name \(?([^()]*, )?line 30/);
		expect(text).toMatch(/node_modules\/u202e\[x\]\(y\) \(?([^()]*, )?line 31/);
		expect(text).toMatch(/node_modules\/a{10,60}…a{10,60}\/ \(?([^()]*, )?line 32/);
		expect(text).not.toContain('from-git');
		expect(flat(print([{ ...audit, removed: [] }]))).toMatch(/from-git@1\.0\.0`? \(?([^()]*, )?line 20/);
	});

	test('has words for every kind of row', () => {
		for (const name of Object.keys(REPORTS))
			expect(print([auditOf([auditRow(name)])])).not.toMatch(/undefined|\[object/);
	});
});

describe('the table', () => {
	test('counts what is calm, and has a line for the rest', () => {
		const lines = auditTable([all], undefined).split('\n');
		expect(lines.slice(0, 5)).toEqual([
			'“package-lock.json” (npm 3): 11 packages.',
			'1 does not match, 1 the record is missing, 1 origin changed, 1 could not check,',
			'  1 no provenance found, 3 origin confirmed. Of these, 1 listed as malware.',
			'',
			"malware-advisory: npm's registry lists it as malware (1)",
		]);
		expect(lines).toContain('  @scope/malware@1.0.0  line 9');
		expect(lines).toContain('  @scope/changed@1.0.0  line 7  workflow');
		expect(lines.join('\n')).not.toContain('@scope/none@1.0.0');
		expect(lines).toContain("unknown: could not be checked: npm's registry is busy and asks to wait (429) (1)");
	});

	test.each([undefined, 60, 80])('fits into %s columns', (columns) => {
		const long = auditRow('mismatch', { spec: `@${'s'.repeat(100)}/${'n'.repeat(100)}@1.0.0-${'p'.repeat(100)}` });
		const text = auditTable([all, calm, auditOf([long])], columns);
		for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns ?? 80);
	});

	test('says that there is nothing to list, where there is not', () => {
		expect(flat(auditTable([calm], undefined))).toContain('No package has a warning, and each one could be checked');
		expect(flat(auditTable([auditOf([])], undefined))).not.toContain('No package has a warning');
	});

	test('groups what could not be done by its reason, and counts what has no room', () => {
		const rows = Array.from({ length: 120 }, (_, at) => auditRow('unknown', { spec: `p${at}@1.0.0`, line: at + 1 }));
		const text = auditTable([auditOf(rows)], undefined);
		expect(text.match(/^unknown: /gm)).toHaveLength(1);
		expect(text).toContain('(120)');
		expect(text).toContain('  and 70 more; --json has all');
	});

	test('escapes what a terminal would obey', () => {
		const row = auditRow('mismatch', { spec: 'a\u001b[31m\n\u202e@1.0.0' });
		const text = auditTable([auditOf([row], { lockfile: { ...calm.lockfile, path: 'a\u001b\nb' } })], undefined);
		for (const char of ['\u001b', '\u202e']) expect(text).not.toContain(char);
		expect(text).toContain('a\\u001b[31m\\u000a\\u202e@1.0.0');
	});
});

describe('Markdown', () => {
	test('begins with the mark by which its comment is found, and has a row for each package that needs attention', () => {
		const text = auditMarkdown([all]);
		expect(text.startsWith(`${MARKDOWN_MARK}\n\n### `)).toBe(true);
		expect(text).toContain("| `@scope/malware@1.0.0` | 9 | **npm's registry lists it as malware** | ");
		expect(text).not.toContain('`@scope/confirmed@1.0.0`');
	});

	test('with a base names what comes from elsewhere, and nothing of it is read as markup', () => {
		const notCovered = [
			{ spec: 'evil`|@someone@1.0.0', why: 'other-registry' as const, line: 7, column: 3 },
			...Array.from({ length: 60 }, (_, at) => ({
				spec: `git-${at}@1.0.0`,
				why: 'git' as const,
				line: 9 + at,
				column: 1,
			})),
		];
		const text = auditMarkdown([{ ...auditOf([auditRow('confirmed')], {}, notCovered), removed: [] }]);
		expect(text).toContain(
			"Nothing was checked for `evil'\\|@someone@1.0.0` (from another registry, line 7), `git-0@1.0.0`",
		);
		expect(text).toContain('and 11 more.');
		expect(auditMarkdown([auditOf([auditRow('confirmed')], {}, notCovered)])).not.toContain('Nothing was checked');
	});

	test('with a base has every row, and what was removed', () => {
		const text = auditMarkdown([{ ...calm, removed: ['gone@1.0.0', 'left@2.0.0'] }]);
		expect(text).toContain('`package-lock.json` (npm 3): 2 packages added or changed, 2 removed.');
		expect(text).toContain('| `example@1.14.1` | 3 | origin confirmed | It was published by `release.yml` in');
		expect(text).toContain('- Removed: `gone@1.0.0`, `left@2.0.0`.');
	});

	test.each([
		['a mention', '@octocat', '`@octocat@1.0.0`'],
		['a bar', 'a|b', '`a\\|b@1.0.0`'],
		['backticks', '``a``', "`''a''@1.0.0`"],
		['HTML', '<img src=x onerror=alert(1)>', '`<img src=x onerror=alert(1)>@1.0.0`'],
		['a link', '[a](https://a.test)', '`[a](https://a.test)@1.0.0`'],
		['lines', 'a\n\n# b', '`a\\u000a\\u000a# b@1.0.0`'],
		['a comment', '-->', '`-->@1.0.0`'],
	])('has %s as code, and nowhere else', (_what, name, code) => {
		const detail = name.repeat(2);
		const { identity } = auditRow('confirmed');
		const row = auditRow('mismatch', { spec: `${name}@1.0.0`, failure: { code: 'signature-invalid', detail } });
		const other = auditRow('confirmed', {
			...(identity && { identity: { ...identity, repository: `https://github.com/${name}`, workflow: name } }),
		});
		const text = auditMarkdown([
			{ ...auditOf([row, other]), removed: [`${name}@1.0.0`], lockfile: { ...calm.lockfile, path: name } },
		]);
		expect(text).toContain(code);
		const outside = text
			.replace(MARKDOWN_MARK, '')
			.replace(/`[^`\n]*`/g, '')
			.replace(/^\| --- .*$/m, '');
		expect(outside).not.toMatch(/@\w|<|\]\(|octocat|onerror|`/);
		const cells = text.split('\n').filter((line) => line.startsWith('| `'));
		expect(cells).toHaveLength(2);
		for (const line of cells) expect(line.replaceAll('\\|', '').split('|')).toHaveLength(6);
	});

	test('has room in a comment, however many rows and lockfiles there are', () => {
		const rows = Array.from({ length: 3000 }, (_, at) => auditRow('changed', { spec: `${'p'.repeat(90)}${at}@1.0.0` }));
		const one = auditMarkdown([auditOf(rows)]);
		expect(one.length).toBeLessThan(65_536);
		expect(one).toMatch(/[\d,]+ more rows have no room here/);
		const many = auditMarkdown(Array.from({ length: 200 }, () => auditOf(rows)));
		expect(many.length).toBeLessThan(65_536);
		expect(many).toMatch(/\d+ more lockfiles have no room here\./);
		expect(many).toContain('A confirmed origin is not a check of the code.');
	});
});

describe('SARIF', () => {
	const schema = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
	// It is of an older draft; what differs from Ajv's is how a schema names itself.
	const { $schema: _draft, id: _id, ...newer } = JSON.parse(readFileSync(schema, 'utf8'));
	const isValid = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(newer);

	test('is valid by the schema, with every kind of row', () => {
		const rows = Object.keys(REPORTS).map((name, line) => auditRow(name, { line: line + 1 }));
		for (const audits of [[all], [calm], [], [auditOf(rows), all]]) {
			expect(isValid(sarifOf(audits)), JSON.stringify(isValid.errors)).toBe(true);
		}
		const { version: _version, ...without } = sarifOf([all]);
		expect(isValid(without)).toBe(false);
	});

	test('has for each rule and result what GitHub asks for', () => {
		const [{ tool, results, columnKind }] = sarifOf([all]).runs;
		const isWhole = (audit: Audit) => sarifOf([audit]).runs[0].invocations[0].executionSuccessful;
		expect([isWhole(all), isWhole({ ...all, left: 2 })]).toEqual([true, false]);
		expect(columnKind).toBe('utf16CodeUnits');
		for (const rule of tool.driver.rules)
			for (const field of ['shortDescription', 'fullDescription', 'help']) expect(rule[field].text).toMatch(/\w/);
		expect(results).toHaveLength(7);
		const hashes = lineHashes(TEXT);
		for (const { ruleId, ruleIndex, message, locations, partialFingerprints } of results) {
			expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
			expect(message.text).toMatch(/\.$/);
			expect(locations).toHaveLength(1);
			const { artifactLocation, region } = locations[0].physicalLocation;
			expect(artifactLocation.uri).toBe('apps/package-lock.json');
			expect(region).toEqual({
				startLine: region.startLine,
				startColumn: 3,
				endLine: region.startLine,
				endColumn: expect.any(Number),
			});
			expect(region.endColumn).toBe((TEXT.split('\n')[region.startLine - 1]?.length ?? 0) + 1);
			expect(partialFingerprints.primaryLocationLineHash).toBe(hashes[region.startLine - 1]);
		}
		expect(results.map(({ ruleId, level }: { ruleId: string; level: string }) => `${ruleId} ${level}`)).toEqual([
			'malware-advisory error',
			'mismatch error',
			'lost warning',
			'changed warning',
			'unknown note',
			'not-compared note',
			'not-covered note',
		]);
	});

	test('has at most 5,000 results, the gravest, and says how many were left out', () => {
		const rows = Array.from({ length: 5010 }, (_, at) => auditRow('unknown', { spec: `p${at}@1.0.0`, line: at + 1 }));
		const log = sarifOf([auditOf([...rows, auditRow('mismatch', { line: 6000 })])]);
		const [run] = log.runs;
		expect(run.results).toHaveLength(5000);
		expect(run.results[0].ruleId).toBe('mismatch');
		expect(run.properties.resultsLeftOut).toBe(11);
		expect(JSON.stringify(run.invocations)).toContain('11 results, the least grave, were left out');
		expect(isValid(log)).toBe(true);
	});

	test('tells entries on one line apart, and has no fingerprint of a line that it does not know', () => {
		const rows = ['a', 'b'].map((name) => auditRow('lost', { spec: `${name}@1.0.0`, line: 1, column: 1 }));
		const of = (source: Parameters<typeof auditSarif>[1]) =>
			sarifOf([auditOf(rows)], source).runs[0].results.map(
				(result: { partialFingerprints: { primaryLocationLineHash: string } }) =>
					result.partialFingerprints.primaryLocationLineHash,
			);
		const hashes = of(sourceOf);
		expect(new Set(hashes).size).toBe(2);
		for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}:1$/);
		expect(of(() => ({ path: 'apps/package-lock.json' }))).toEqual(hashes);
	});

	test('marks a bounded part of a line, encodes the path, and makes no link of a name', () => {
		const row = auditRow('lost', { spec: '[a](https://a.test)@1.0.0', line: 1, column: 5 });
		const [result] = sarifOf([auditOf([row])], () => ({ path: 'a b/#1/yarn.lock', text: 'x'.repeat(10_000) })).runs[0]
			.results;
		const { region, artifactLocation } = result.locations[0].physicalLocation;
		expect(region).toEqual({ startLine: 1, startColumn: 5, endLine: 1, endColumn: 205 });
		expect(artifactLocation.uri).toBe('a%20b/%231/yarn.lock');
		expect(result.message.text).toContain('\\[a\\](https://a.test)@1.0.0: ');
	});
});

test('JSON is the audit itself, or a list where several were asked for', () => {
	expect(JSON.parse(auditJson([all], false))).toEqual(all);
	expect(JSON.parse(auditJson([all], true))).toEqual({ schema: 1, audits: [all] });
	expect(JSON.parse(auditJson([all, calm], true))).toEqual({ schema: 1, audits: [all, calm] });
});
