/** Tests of Preflight's words: one sentence for each kind, nothing that sounds like approval, text from outside in quotes, defaults by day. */
import { describe, expect, test } from 'vitest';
import { commonMistakes, FLOOR_IDS, FLOOR_SEEN, practicalFloor } from '../../../lib/preflight/floor.ts';
import { DEFAULT_CHANGES, type DefaultCode, defaultsOn, zizmorAudit } from '../../../lib/preflight/rule-facts.ts';
import { RULE_IDS, RULE_KINDS, type RuleId } from '../../../lib/preflight/rule-kinds.ts';
import type { PreflightFinding } from '../../../lib/preflight/run.ts';
import { UNREADABLE_CODES } from '../../../lib/preflight/tree.ts';
import type { Identity } from '../../../lib/report/identity.ts';
import {
	describeDefault,
	describeFloorSeen,
	describeSeen,
	describeUnreadable,
	FLOOR_TEXTS,
} from '../../../lib/text/en/preflight.ts';
import { describePreflight, preflightLines } from '../../../lib/text/en/preflight-page.ts';
import { DEFAULT_TEXTS, RULE_TEXTS } from '../../../lib/text/en/preflight-rules.ts';
import { NEVER } from '../../fixtures/never.ts';
import { readFile, workflowOf } from '../../fixtures/workflows.ts';

const findingsOf = (what: string): PreflightFinding[] =>
	RULE_IDS.flatMap((rule) =>
		Object.entries(RULE_KINDS[rule]).map(
			([kind, weight]) => ({ file: 'a.yml', line: 1, column: 1, rule, kind, weight, what }) as PreflightFinding,
		),
	);

test('each kind of each rule has one sentence of its own', () => {
	const sentences = findingsOf('x').map(describeSeen);
	for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z“].+\.$/);
	const rulesPerSentence = new Map<string, number>();
	for (const sentence of sentences) rulesPerSentence.set(sentence, (rulesPerSentence.get(sentence) ?? 0) + 1);
	// npm and yarn install alike.
	expect([...rulesPerSentence.values()].filter((count) => count > 1)).toEqual([2]);
});

test('nothing sounds like approval', () => {
	const said = [
		...findingsOf('x').map(describeSeen),
		...Object.values(RULE_TEXTS).flatMap((texts) => Object.values(texts)),
		...Object.values(DEFAULT_TEXTS).flatMap((texts) => Object.values(texts)),
		...Object.values(FLOOR_TEXTS).flatMap((texts) => Object.values(texts)),
		...FLOOR_SEEN.map((code) => describeFloorSeen({ code, what: 'x' })),
	];
	// A preflight gives no points either.
	for (const ruledOut of [NEVER, /\bscore of\b/i]) for (const sentence of said) expect(sentence).not.toMatch(ruledOut);
});

describe.each([
	'an end of the quotation”. It is harmless. “',
	'line\none\u2028two\u202ethree',
	'word '.repeat(100),
	'x'.repeat(1_000_000),
])('text from outside: %.20s', (text) => {
	test('adds no word outside of quotation marks', () => {
		const ours = (sentence: string) => sentence.replace(/“[^“”]*”/g, '“”');
		const [hostile, plain] = [text, 'x'].map((what) => findingsOf(what).map((finding) => ours(describeSeen(finding))));
		expect(hostile).toEqual(plain);
		const seen = (what: string) => FLOOR_SEEN.map((code) => ours(describeFloorSeen({ code, what })));
		expect(seen(text)).toEqual(seen('x'));
		expect(describeUnreadable('a', { code: 'not-yaml', line: 1, column: 1, what: text }).length).toBeLessThan(250);
	});
});

test('each reason why a file was not read has words, with its place and code', () => {
	const sentences = UNREADABLE_CODES.map((code) => describeUnreadable('a.yml', { code, line: 3, column: 4 }));
	expect(new Set(sentences).size).toBe(UNREADABLE_CODES.length);
	for (const [index, sentence] of sentences.entries())
		expect(sentence).toMatch(new RegExp(`^a\\.yml, line 3, column 4: .+ \\[${UNREADABLE_CODES[index]}\\]$`));
});

describe('defaults', () => {
	const heldOn = (day: string) =>
		defaultsOn('dangerous-trigger', 'pull_request_target', day)
			.filter(({ held }) => held)
			.map(({ code }) => code);
	test('are those that held on the day of the release, from their first day on', () => {
		expect(heldOn('2025-12-07T23:59:59.999Z')).toEqual([]);
		expect(heldOn('2025-12-08T00:00:00.000Z')).toEqual(['runs-default-branch']);
		expect(heldOn('2026-07-20')).toEqual(['runs-default-branch', 'cache-reads-only', 'checkout-refuses-forks']);
		expect(heldOn('2026-11-02')).toHaveLength(4);
	});
	test('each belongs to a rule, and says what holds and what held', () => {
		const used = new Set(
			RULE_IDS.flatMap((rule) =>
				Object.keys(RULE_KINDS[rule]).flatMap((kind) => defaultsOn(rule, kind as never, '2026-11-28')),
			).map(({ code }) => code),
		);
		expect([...used].toSorted()).toEqual(Object.keys(DEFAULT_CHANGES).toSorted());
		for (const [code, since] of Object.entries(DEFAULT_CHANGES) as [DefaultCode, string][]) {
			expect(since).toMatch(/^\d{4}-\d\d-\d\d$/);
			expect(describeDefault({ code, since, held: true })).toMatch(/^Since \d+ \w+ \d{4}, .+\.$/);
			expect(describeDefault({ code, since, held: false })).toMatch(/^Until \d+ \w+ \d{4}, .+\.$/);
		}
	});
});

test('zizmor is named where it looks for the same, and not elsewhere', () => {
	expect(zizmorAudit('unpinned-action', 'tag')).toBe('unpinned-uses');
	expect(zizmorAudit('unpinned-action', 'image')).toBe('unpinned-images');
	expect(zizmorAudit('dangerous-trigger', 'issue_comment')).toBeUndefined();
	const without = RULE_IDS.filter((rule) =>
		Object.keys(RULE_KINDS[rule]).every((kind) => zizmorAudit(rule, kind as never) === undefined),
	);
	expect(without).toEqual(['pipe-to-shell', 'no-environment', 'input-reaches-publish']);
});

describe('the page', () => {
	const identity = { repository: 'https://github.com/a/secret', workflow: '.github/workflows/r.yml' } as Identity;
	const page = (text: string, logged = { name: 'a', version: '1.0.0', identity }) => {
		const files = [readFile(text)];
		return describePreflight({
			files,
			floor: practicalFloor(files),
			mistakes: commonMistakes(files),
			at: '2026-11-28',
			logged,
		});
	};

	test('has a section for each rule that found something, in order, and none for the others', () => {
		const { rules, floor, limits } = page(workflowOf({ on: 'workflow_run:', steps: '- uses: a/b@v1' }));
		expect(rules.map(({ rule }) => rule)).toEqual<RuleId[]>(['unpinned-action', 'dangerous-trigger']);
		expect(floor).toHaveLength(FLOOR_IDS.length);
		expect(limits.join(' ')).toContain('no score');
	});

	test('shows what the public log shows', () => {
		const made = page(workflowOf());
		expect(made.log).toEqual({
			heading: 'The public log shows this of “a” “1.0.0” to everybody, for good, also of a private repository:',
			rows: [
				{ label: 'Repository', value: 'https://github.com/a/secret' },
				{ label: 'Build file', value: '.github/workflows/r.yml' },
			],
		});
		expect(preflightLines(made, '2026-11-28')).toContain('  Repository: https://github.com/a/secret');
	});

	test('says where a person lets releases through', () => {
		const { floor } = page(workflowOf({ publish: '- run: npm stage publish' }));
		const item = floor.find(({ name }) => name.startsWith('A protected environment'));
		expect(item).toMatchObject({
			state: 'seen',
			isOpen: false,
			seen: [expect.stringContaining('only stages releases')],
		});
	});

	test('names the old token where it is kept', () => {
		const text = workflowOf({ publish: '- run: npm publish\n  env:\n    NPM_TOKEN: ${' + '{ secrets.NPM_TOKEN }}' });
		const { mistakes, floor } = page(text);
		expect(mistakes).toEqual([
			expect.stringMatching(/^The old token kept: .+ Here: “\.github\/workflows\/release\.yml:15”\.$/),
		]);
		expect(floor.find(({ name }) => name.startsWith('No token'))?.state).toBe('missing');
	});
});
