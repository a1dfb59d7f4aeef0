/** Laws of the words: their number, their order, what is never said, and what is always said. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compareSideBySide } from '../../lib/history/side-by-side.ts';
import { ALARM_MANAGERS } from '../../lib/npm/alarm.ts';
import type { ReleaseContents } from '../../lib/npm/release-contents.ts';
import { FAILURES, type FailureCode } from '../../lib/report/failures.ts';
import { FINDINGS, type Finding, makeFinding } from '../../lib/report/findings.ts';
import type { Report, TrustRootInfo } from '../../lib/report/report.ts';
import { success } from '../../lib/report/result.ts';
import type { Difference, SideBySide } from '../../lib/report/side-by-side.ts';
import { VERDICTS } from '../../lib/report/verdict.ts';
import { describeAlarm } from '../../lib/text/en/alarm.ts';
import {
	describeAllowlist,
	describeFound,
	describeImport,
	describeMutesChanged,
	describeTakeBack,
} from '../../lib/text/en/allowlist.ts';
import { describeAudited, describeRow } from '../../lib/text/en/audit.ts';
import { describeFailure } from '../../lib/text/en/failures.ts';
import { describeFinding } from '../../lib/text/en/findings.ts';
import { describeComparison } from '../../lib/text/en/history.ts';
import { SIGHTINGS_QUESTION } from '../../lib/text/en/keeping.ts';
import { describeMark } from '../../lib/text/en/marks.ts';
import { describeNoAnswer, describePanel, describePending, reservedText } from '../../lib/text/en/panel.ts';
import {
	LIMITS_OF_PROOF,
	LIMITS_WITHOUT_PROOF,
	PANEL_HEAD,
	type PanelText,
	panelLines,
} from '../../lib/text/en/panel-text.ts';
import { describeSideBySide } from '../../lib/text/en/side-by-side.ts';
import { describeTrustRoot, describeTrustRootStatus } from '../../lib/text/en/trust-roots.ts';
import { shown } from '../../lib/text/format.ts';
import { auditOf, auditRowOf } from '../fixtures/audits.ts';
import { NEVER } from '../fixtures/never.ts';
import { IDENTITY, REPORTS } from '../fixtures/reports.ts';

/** The same Report, decided by a trust root of the reader's own with the longest name. */
const ofOwnRoot = (report: Report): Report => ({
	...report,
	trustRoot: { source: 'custom', version: 'x'.repeat(40), takenAt: '2026-11-01' },
});
const panels: Record<string, PanelText> = {
	...Object.fromEntries(Object.entries(REPORTS).map(([name, report]) => [name, describePanel(report)])),
	...Object.fromEntries(
		Object.entries(REPORTS).map(([name, report]) => [
			`${name}, of an own trust root`,
			describePanel(ofOwnRoot(report)),
		]),
	),
	pending: describePending('example'),
	'no-answer': describeNoAnswer('example'),
};

/** What a panel says, in one line. */
const saidBy = (panel: PanelText | undefined) => (panel ? panelLines(panel).join(' ') : '');

interface SeenOn {
	day: string;
	value: string;
}

/** Every word that a panel shows: head, lines and buttons. */
const wordsOf = (panel: PanelText) =>
	[PANEL_HEAD.about, PANEL_HEAD.speaker, ...panelLines(panel), ...panel.buttons.map(({ label }) => label)]
		.join(' ')
		.split(/\s+/);

describe.each(Object.entries(panels))('panel %s', (_name, panel) => {
	test('has at most 115 words, head and buttons included, and a headline of at most 16', () => {
		expect(wordsOf(panel).length).toBeLessThanOrEqual(115);
		expect(panel.headline.split(/\s+/).length).toBeLessThanOrEqual(16);
		expect(panel.buttons.length).toBeLessThanOrEqual(2);
	});

	test('names the package in its headline', () => {
		expect(panel.headline).toMatch(/“(example|@a-rather-long)/);
	});

	test('never says what sounds like approval', () => {
		const text = panelLines(panel).join(' ').replace('Not shown: who made commit or tag, or approved it', '');
		expect(text).not.toMatch(NEVER);
	});

	test('shows the limits and ends with a question, once there is an answer', () => {
		if (panel.look === 'pending' && panel.rows === undefined && panel.limits === undefined) return;
		const { limits = [], question } = panel;
		expect(question).toMatch(/\?$/);
		for (const limit of limits) expect(limit).toMatch(/^\w.*\.$/);
		if (limits.length === 1) return expect(limits).toEqual(LIMITS_WITHOUT_PROOF);
		const text = limits.join(' ');
		for (const limit of [
			'Code, build, dependencies',
			'hijacked',
			'more than',
			'commit or tag',
			'approved',
			'another file',
		])
			expect(text).toContain(limit);
	});

	test('has links to hosts that we know only, and buttons that do one of a few things', () => {
		const pieces = [
			...(panel.rows ?? []).flatMap(({ value }) => value),
			...(panel.action ?? []),
			...(panel.otherwise ?? []),
		];
		for (const piece of pieces)
			if (typeof piece !== 'string')
				expect(piece.href).toMatch(/^https:\/\/(github\.com|gitlab\.com|search\.sigstore\.dev|www\.npmjs\.com)\//);
	});
});

test('a confirmed or changed origin shows four limits, whatever else is on the panel', () => {
	for (const name of ['confirmed', 'changed', 'confirmed-not-compared', 'custom-root', 'confirmed-comparing'])
		expect(panels[name]?.limits, name).toEqual(LIMITS_OF_PROOF);
});

test('the evidence is linked where it is: repository, build file at the commit, run, commit, log entry', () => {
	const entry = {
		index: '12345',
		logId: 'c0',
		logAddress: 'https://rekor.sigstore.dev',
		kind: 'dsse 0.0.1',
		hasInclusionProof: true,
	};
	const { rows = [] } = describePanel(REPORTS.confirmed as Report, { logEntries: [entry] });
	const links = rows.flatMap(({ value }) => value.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.href])));
	const base = 'https://github.com/example-org/example';
	const commit = '46e7056ff9912ebfee5298d94024895a9fea76c0';
	expect(links).toEqual([
		base,
		`${base}/blob/${commit}/.github/workflows/release.yml`,
		`${base}/actions/runs/1/attempts/1`,
		`${base}/commit/${commit}`,
		'https://search.sigstore.dev/?logIndex=12345',
	]);
	// The log of a private instance is none that the search page reads.
	const { rows: other = [] } = describePanel(REPORTS.confirmed as Report, {
		logEntries: [{ ...entry, logAddress: 'https://rekor.example.test' }],
	});
	expect(JSON.stringify(other)).not.toContain('search.sigstore.dev');
});

test('who is asked is the project of a verified record, never the one that package.json names', () => {
	const href = 'https://github.com/example-org/example/issues';
	const action = (name: string) => JSON.stringify(panels[name]?.action);
	expect(action('lost')).toContain(href);
	// Nothing proved whose it is.
	expect(action('mismatch')).not.toContain('github.com');
	// A thief's release has a genuine record of the thief's repository: its reader is not sent there.
	const thief = { ...IDENTITY, repository: 'https://github.com/thief/example' };
	for (const name of [
		'changed',
		'changed-repository',
		'not-allowed',
		'first-provenance-elsewhere',
		'latest-moved-back-origin',
	])
		expect(JSON.stringify(describePanel({ ...(REPORTS[name] as Report), identity: thief })), name).not.toContain(
			'github.com/thief/example/issues',
		);
	expect(JSON.stringify(panels['changed-repository']?.otherwise)).toContain(href);
	const { history } = REPORTS.lost as Report;
	const { identity: _identity, ...before } = (history as { with: object }).with as { identity?: object };
	const unproved = { ...(REPORTS.lost as Report), history: { ...history, with: before } } as Report;
	expect(JSON.stringify(describePanel(unproved))).not.toContain('github.com');
});

/** Two Reports side by side, and whatever differs between them. */
const sideBySide = (from: Report, to: Report): SideBySide => {
	const contents: ReleaseContents = { dependencies: new Map(), installScripts: {}, tier: 'none', unpackedSize: 1 };
	return { from, to, differences: compareSideBySide(from, to, success([contents, { ...contents, publisher: 'a' }])) };
};
const older = (report: Report): Report => ({ ...report, release: { ...report.release, version: '1.0.0' } });
const PAIRS = Object.values(REPORTS).flatMap((one): [Report, Report][] =>
	['confirmed', 'none', 'mismatch', 'unknown'].flatMap((verdict): [Report, Report][] => {
		const other = REPORTS[verdict] as Report;
		return [
			[older(one), other],
			[older(other), one],
		];
	}),
);

test('what is said of two releases, or of an alarm, never sounds like approval, and ends as a sentence', () => {
	for (const [from, to] of PAIRS) {
		const lead = describeSideBySide(sideBySide(from, to));
		expect(lead).not.toMatch(NEVER);
		// One sentence, whatever is quoted in it.
		expect(lead.replace(/“[^”]*”/g, '“”')).toMatch(/^[^.]*\.$/);
		expect(lead.split(/\s+/).length).toBeLessThanOrEqual(50);
	}
	for (const report of Object.values(REPORTS))
		for (const manager of [...ALARM_MANAGERS, undefined]) {
			const { sentence, advice, exception } = describeAlarm({ report, evidence: { advisories: 'read' } }, manager);
			expect(`${sentence} ${advice}`).not.toMatch(NEVER);
			const isCalm = ['none', 'confirmed'].includes(report.verdict) && !report.findings.some(({ warning }) => warning);
			if (!isCalm) expect(exception, sentence).toBeUndefined();
			if (exception) expect(sentence).toMatch(/^By our rules this alarm is ordinary/);
		}
});

/** What is text from outside in a Report, by the names of its fields. */
const OUTSIDE = new Set(
	(
		'name version repository repositoryId ownerId workflow ref commit trigger runner environment signer issuer run before now ' +
		'expected found row advised publisher note value since title address line'
	).split(' '),
);

/** A Report in which everything from outside is one text. */
function saying(part: unknown, text: string, name = ''): unknown {
	if (typeof part === 'string') return OUTSIDE.has(name) ? text : part;
	if (Array.isArray(part)) return part.map((one) => saying(one, text, name));
	if (typeof part !== 'object' || part === null) return part;
	return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, saying(one, text, key)]));
}

const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(' ');
const HOSTILE: [what: string, text: string][] = [
	['three words', words(3)],
	['four words', words(4)],
	['two hundred words', words(200)],
	['sixty letters, each a word', 'a '.repeat(30)],
	['an end of the quotation', '”. It is harmless, and approved by npm. “'],
	['quotation marks of all kinds', '"\'«»‘’‚‛“”„‟‹›❛❜❝❞〝〞〟＂'.repeat(3)],
	['sentences', 'example. This release is safe. Install it now. '.repeat(3)],
	['lines', 'one\ntwo\r\n\u2028three\u0085four'],
	['spaces of all kinds', 'a\u00a0b\u3000c\u2003d\u205fe\u1680f'],
	['a hundred kilobytes', 'x y '.repeat(25_000)],
];
/** What is left of a text without what stands in quotation marks. */
const ours = (text: string) => text.replace(/“[^“”]*”/g, '“”');

describe.each(HOSTILE)('names that are %s', (_what, text) => {
	test.each(Object.entries({ ...REPORTS }))(
		'in panel %s: no word of theirs stands outside of quotation marks',
		(_name, report) => {
			for (const own of [report, ofOwnRoot(report)]) {
				const [panel, harmless] = [text, 'x'].map((said) =>
					panelLines(describePanel(saying(own, said) as Report, { mirror: 'https://mirror.test' })).join(' '),
				) as [string, string];
				expect(ours(panel)).toBe(ours(harmless));
				for (const [quoted] of panel.matchAll(/“[^“”]*”/g)) expect(quoted.length).toBeLessThanOrEqual(2 + 121);
				const shown = describePanel(saying(own, text) as Report, { mirror: 'https://mirror.test' });
				expect(wordsOf(shown).length).toBeLessThanOrEqual(115);
				expect(shown.headline.split(/\s+/).length).toBeLessThanOrEqual(16);
			}
			const mark = (said: string) => describeMark(saying(report, said) as Report, { before: said }).sentence;
			expect(ours(mark(text))).toBe(ours(mark('x')));
			for (const describeOne of [describeComparison, describeAllowlist])
				expect(ours(describeOne(saying(report, text) as Report) ?? '')).toBe(
					ours(describeOne(saying(report, 'x') as Report) ?? ''),
				);
		},
	);

	test('in a row of an audit, and in what it is a row of', () => {
		const detail = (said: string) => ({ failure: { code: 'signature-invalid' as const, detail: said } });
		for (const report of Object.values(REPORTS)) {
			const row = (said: string) => {
				const made = auditRowOf(saying(report, said) as Report);
				return describeRow(made.failure ? { ...made, ...detail(said) } : made);
			};
			expect(ours(row(text))).toBe(ours(row('x')));
			expect(row(text).replace(/“[^“”]*”/g, '')).not.toMatch(NEVER);
		}
		const audited = (path: string) => {
			const audit = auditOf([]);
			return describeAudited({ ...audit, lockfile: { ...audit.lockfile, path } });
		};
		expect(ours(audited(text))).toBe(ours(audited('x')));
	});

	test('in what is said of two releases side by side, and of an alarm', () => {
		for (const [one, other] of PAIRS) {
			const said = (value: string) => {
				const pair = sideBySide(saying(one, value) as Report, saying(other, value) as Report);
				// The same fields differ whatever they say.
				return describeSideBySide({
					...pair,
					differences: sideBySide(one, other).differences.map((difference) => saying(difference, value) as Difference),
				});
			};
			expect(ours(said(text))).toBe(ours(said('x')));
		}
		for (const report of Object.values(REPORTS))
			for (const manager of [...ALARM_MANAGERS, undefined]) {
				const said = (value: string) => {
					const { sentence, advice } = describeAlarm(
						{ report: saying(report, value) as Report, evidence: { advisories: 'read' } },
						manager,
					);
					return ours(`${sentence} ${advice}`);
				};
				// A name that is none has no exception.
				expect(said(text)).toBe(said('not a name'));
			}
	});

	test('in panels before an answer, and in what is reserved', () => {
		for (const describeOne of [describePending, describeNoAnswer, reservedText]) {
			const [panel, harmless] = [text, 'x'].map((name) => panelLines(describeOne(name)).join(' ')) as [string, string];
			expect(ours(panel)).toBe(ours(harmless));
			// What is reserved is never read.
			if (describeOne !== reservedText) expect(panel.split(/\s+/).length + 12).toBeLessThanOrEqual(115);
		}
	});
});

test('every verdict is shown, with a look of its own', () => {
	for (const verdict of VERDICTS) expect(describePanel(REPORTS[verdict] as Report).look).toBe(verdict);
});

test('a dismissed warning is the same sentence, with who dismissed it and when, and without alarm', () => {
	for (const name of ['lost', 'changed', 'not-allowed']) {
		const [loud, calm] = [panels[name], panels[`${name}-muted`]] as [PanelText, PanelText];
		expect(calm.headline).toBe(loud.headline);
		expect(calm.look).toBe('muted');
		expect(calm.note).toMatch(/^(You|Your organisation) dismissed this warning on 20 November 2026/);
	}
});

test('evidence that is listed and not served has ordinary reasons, and a mirror that was asked is named as one', () => {
	const report = REPORTS['attestations-withheld'] as Report;
	expect(saidBy(describePanel(report))).toContain('a fault of the registry, or a proxy');
	const { note, look } = describePanel(report, { mirror: 'https://mirror.test/npm/' });
	expect(look).toBe('unknown');
	expect(note).toContain('The mirror “https://mirror.test/npm/” was asked, and many mirrors list attestations without');
	for (const [name, other] of Object.entries(REPORTS))
		if (other !== report)
			expect(describePanel(other, { mirror: 'https://mirror.test/' }), name).toEqual(describePanel(other));
});

test('an allowlist that could not be read is never told as one without a row', () => {
	for (const verdict of ['confirmed', 'none']) {
		const report = REPORTS[`allowlist-unread-${verdict}`] as Report;
		expect(panels[`allowlist-unread-${verdict}`]?.question).toContain('Your allowlist is unreadable');
		for (const policy of [undefined, { state: 'no-row' as const }]) {
			const sentence = describeAllowlist({ ...report, ...(policy && { policy }) });
			expect(sentence).toContain('could not be read');
			expect(sentence).not.toContain('no row');
		}
		// Where an organisation's row decides, the reader's own would not have been asked.
		const decided = { ...report, policy: { state: 'allowed', row: 'example', setBy: 'organisation' } as const };
		expect(describeAllowlist(decided)).not.toContain('could not be read');
		expect(describePanel(decided).question).not.toContain('unreadable');
	}
});

test('what a certificate does not name is not said to be absent', () => {
	const differences = [{ field: 'runner', expected: 'hosted' }];
	const { 'not-allowed': report } = REPORTS as { 'not-allowed': Report };
	const panel = describePanel({ ...report, policy: { ...report.policy, state: 'not-allowed', differences } });
	expect(saidBy(panel)).toContain('Expected: runner “hosted”, by your row “example” Found: its certificate names none');
	for (const difference of differences) expect(describeFound(difference)).toBe('its certificate names none');
	expect(describeFound({ field: 'provenance' })).toBe('none');
});

test('a row that lets a release without provenance pass is not said to be borne out', () => {
	const policy = { state: 'allowed', row: 'example', setBy: 'you' } as const;
	expect(describeAllowlist({ ...(REPORTS.confirmed as Report), policy })).toContain(
		'This is what your allowlist expects',
	);
	const sentence = describeAllowlist({ ...(REPORTS.none as Report), policy });
	expect(sentence).toContain('lets a release without provenance pass (row “example”)');
	expect(sentence).not.toContain('expects');
});

test('what a file brings and takes is counted, and warnings are named', () => {
	const file = { rows: [1], mutes: [1] };
	expect(describeImport(file, { rows: [1], mutes: [1, 2] })).toBe(
		'The file has 1 row and 1 dismissed warning. You have 1 row and 2 dismissed warnings. What you have goes, if the file takes its place.',
	);
	expect(describeImport(file, { rows: [] })).toBe(
		'The file has 1 row and 1 dismissed warning. You have 0 rows and no dismissed warning.',
	);
	const mutes = (...names: string[]) => names.map((name) => ({ package: name }));
	expect(describeMutesChanged([], [])).toBe('');
	expect(describeMutesChanged(mutes('a', 'a', 'b'), [])).toBe(' Warnings now dismissed are about “a”, “b”.');
	expect(describeMutesChanged([], mutes('a', 'b', 'c', 'd', 'e', 'f'))).toBe(
		' Warnings no longer dismissed are about “a”, “b”, “c”, “d”, “e” and 1 other.',
	);
	expect(describeTakeBack(file, 3)).toContain('The rest (3) cannot be read');
});

test('what is not as it was seen before is told with both days', () => {
	for (const name of ['seen-with-another-file', 'seen-with-another-signer', 'seen-with-provenance']) {
		const { look, rows = [] } = panels[name] as PanelText;
		expect(look).toBe('seen');
		expect(rows.map(({ term }) => term)).toEqual(['2 November 2026', '23 November 2026']);
	}
});

test('provenance that went, or came and went, is told in the order in which it did', () => {
	const report = REPORTS['seen-with-provenance'] as Report;
	expect(saidBy(panels['seen-with-provenance'])).toContain(
		'2 November 2026: a build record (provenance) 23 November 2026: no build record',
	);
	const seen = (earlier: [day: string, value: string], later: [day: string, value: string]): Report => {
		const [one, other] = [earlier, later].map(([day, value]) => ({ day, value })) as [SeenOn, SeenOn];
		const finding = makeFinding('seen-with-provenance', { earlier: one, later: other });
		return { ...report, findings: [{ ...finding, warning: true }] };
	};
	const came = describePanel(seen(['2026-11-02', 'no provenance'], ['2026-11-23', 'a; signer: 2026-11-01: ']));
	expect(saidBy(came)).toContain('2 November 2026: no build record (provenance) 23 November 2026: a build record');
	const sameDay = describePanel(seen(['2026-11-02', 'a signer'], ['2026-11-02', 'no provenance']));
	expect(saidBy(sameDay)).toContain('2 November 2026: a build record (provenance) Later that day: no build record');
});

test('the question about sightings says what it is: a list of what was looked at, and how it ends', () => {
	const { question, what, where, either, yes, no } = SIGHTINGS_QUESTION;
	expect(`${question} ${where}`).toMatch(/list of what you look(ed)? at/);
	for (const part of ['fingerprint', 'signed', 'day']) expect(what).toContain(part);
	for (const part of ['on this machine', 'private windows', 'clears it']) expect(where).toContain(part);
	// Whatever is answered, the registry's answers are kept, and name what was looked at.
	for (const part of ['Either way', 'kept on this machine', '90 days', 'name what you looked at'])
		expect(either).toContain(part);
	// Neither answer is made to look like the easier one.
	expect(Math.abs(yes.length - no.length)).toBeLessThan(8);
});

test('a release without provenance is compared before it is called none', () => {
	expect(REPORTS.comparing?.verdict).toBe('unknown');
	expect(panels.comparing?.headline).toContain('comparing with earlier releases');
});

test('"could not check" is never said of false evidence, nor "does not match" of a check that was not made', () => {
	expect(saidBy(panels.mismatch)).not.toMatch(/could not/i);
	for (const name of ['unknown', 'permission-withheld', 'not-compared', 'no-answer'])
		expect(panelLines(panels[name] as PanelText).join(' ')).not.toMatch(/does not match|failed to/i);
});

test('a warning names what changed, since which version and date, ordinary reasons, and what to do', () => {
	for (const name of ['lost', 'changed'])
		for (const part of ['“1.14.0”, 27 March 2026', 'Now: “1.14.1”, 31 March 2026', 'tay on “1.14.0”', 'ask'])
			expect(saidBy(panels[name]), name).toContain(part);
	for (const part of ['It can be ordinary', 'A stolen npm account leaves the same'])
		expect(panels.lost?.note).toContain(part);
	expect(panels.changed?.note).toBe('Usually a renamed build file. A stolen account could do it too.');
});

test('what may have run on a computer is told with what to do there', () => {
	for (const name of ['malware', 'mismatch', 'seen-with-another-file'])
		expect(saidBy(panels[name]), name).toMatch(/remove it, and change the passwords and keys on that computer/);
});

test('a new origin is named in the panel: the second release of a thief is of the same one as the first', () => {
	const { rows = [] } = panels['confirmed-new-origin'] ?? {};
	expect(rows.map(({ term }) => term)).toEqual(['Repository', 'Build file', 'Commit', 'New origin', 'On install']);
	// Nor does a question lead to the project of whoever made it.
	expect(JSON.stringify(panels['confirmed-new-origin']?.otherwise)).not.toContain('href');
	expect(JSON.stringify(panels.confirmed?.otherwise)).toContain('href');
	expect(saidBy(panels['confirmed-new-origin'])).toContain('since “1.13.0”, 20 March 2026; “1.12.4” had another');
});

test('each kind of change has a reason that fits it, and what nobody signed is told as the word of who says it', () => {
	const note = (field: string) => panels[`changed-${field}`]?.note ?? '';
	expect(note('workflow')).toContain('a renamed build file');
	expect(note('runner')).toContain('other machines');
	for (const field of ['publishing', 'runner', 'environment', 'trigger', 'ref-kind', 'issuer', 'signer'])
		expect(note(field), field).not.toMatch(/moved repository|renamed build file/);
	for (const field of ['repository', 'owner', 'repositoryId', 'ownerId'])
		expect(note(field), field).toContain('a moved repository');
	expect(panels['changed-publishing']?.headline).toContain('was published another way than those before it.');
	expect(saidBy(panels['changed-publishing'])).toContain("by hand (token) (npm's word)");
	expect(describeComparison(REPORTS['changed-publishing'] as Report)).toContain('Said by the registry: published');
	// An environment may be called as a way of publishing is.
	const changed = structuredClone(REPORTS['changed-environment'] as Report);
	if (changed.history?.state === 'compared')
		changed.history.changes = [{ field: 'environment', before: 'staged', now: 'token' }];
	expect(saidBy(describePanel(changed))).toMatch(/27 March 2026: “staged” Now: .*: “token”/);
	expect(describeComparison(REPORTS['changed-runner'] as Report)).toContain('Proved by signature: runner “');
});

test('a change of every field has a headline that names what is different', () => {
	const headlines = Object.entries(panels)
		.filter(([name]) => name.startsWith('changed-') && !name.includes(','))
		.map(([, { headline, look }]) => (look === 'changed' ? headline : look));
	expect(new Set(headlines).size).toBe(headlines.length);
	for (const headline of headlines) expect(headline).not.toContain('another origin');
});

test('where an earlier release had provenance, none is not said of it too', () => {
	for (const [name, report] of Object.entries(REPORTS).filter(([one]) => one.startsWith('none-'))) {
		const text = `${saidBy(panels[name])} ${describeComparison(report)}`;
		expect(saidBy(panels[name]), name).toContain('1.13.9');
		expect(text, name).not.toContain('have none either');
		expect(text, name).not.toContain('nothing was lost');
	}
	// Nothing was compared.
	expect(saidBy(panels.none)).toContain('no earlier release to compare it with');
});

test("one's own trust root is named where it decided, and nowhere else", () => {
	const isNamed = (name: string) =>
		panelLines(panels[name] as PanelText)
			.join(' ')
			.includes('at-work');
	for (const name of Object.keys(REPORTS).filter((one) => one.startsWith('custom-root')))
		expect(isNamed(name), name).toBe(!['custom-root-asking', 'custom-root-none'].includes(name));
	expect(saidBy(panels['custom-root'])).not.toContain('public log');
});

test('the room that is kept is that of the usual panel', () => {
	const [reserved, usual] = [reservedText('example'), panels.confirmed].map((panel) => saidBy(panel).length) as [
		number,
		number,
	];
	expect(reserved).toBeGreaterThan(usual);
});

test('characters that hide or turn text become visible', () => {
	expect(shown('a\u202egpj.exe')).toBe('a\\u202egpj.exe');
	expect(shown('zero\u200bwidth\u0000')).toBe('zero\\u200bwidth\\u0000');
	expect(shown('x'.repeat(500)).length).toBeLessThanOrEqual(60);
});

test('no sentence of the catalogue sounds like approval', () => {
	const folder = fileURLToPath(new URL('../../lib/text', import.meta.url));
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
	expect(files.length).toBeGreaterThan(10);
	const prose = files
		.map((name) => readFileSync(join(folder, name), 'utf8'))
		.join('\n')
		.split('\n')
		.filter((line) => /^\s*(\/\/|\*|\/\*)/.test(line) === false)
		.join('\n')
		.match(/'[^'\n]{12,}'|"[^"\n]{12,}"|`[^`\n]{12,}`/g);
	for (const sentence of prose ?? []) {
		if (!sentence.includes(' ') || sentence === "'trusted publisher'") continue; // a code
		expect(sentence.replace(/a person approved|That a person approved|commit or tag, or approved it/g, '')).not.toMatch(
			NEVER,
		);
	}
});

describe('every failure', () => {
	const codes = Object.keys(FAILURES) as FailureCode[];
	test('has a sentence of its own', () => {
		const sentences = codes.map((code) => describeFailure({ code }));
		expect(new Set(sentences).size).toBe(codes.length);
		for (const sentence of sentences) expect(sentence).toMatch(/^([a-z]|Sigstore's)[^\n]{10,110}\.$/);
	});
	test('is brought about by some test', () => {
		// `internal-error` stands where nothing that we know of leads; the bytes of a file have tests of their own.
		const untried = new Set<FailureCode>(['internal-error', 'file-differs']);
		const tests = ['unit', 'conformance', 'e2e'].flatMap((folder) =>
			readdirSync(new URL(`../${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' })
				.filter((file) => file.endsWith('.ts'))
				.map((file) =>
					readFileSync(new URL(`../${folder}/${file}`, import.meta.url), 'utf8')
						// What a made-up registry answers is given, not expected; nor is what stands in a comment.
						.replace(/\bfailed\([^)]*\)|\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''),
				),
		);
		for (const code of codes)
			if (!untried.has(code))
				expect(
					tests.some((text) => new RegExp(`(['"\`]|: )${code}['"\`]`).test(text)),
					code,
				).toBe(true);
	});
});

test('every finding has words of its own', () => {
	const sentences = Object.keys(FINDINGS).map((code) => describeFinding({ code } as Finding));
	expect(new Set(sentences).size).toBe(sentences.length);
	for (const sentence of sentences) expect(sentence).toMatch(/[.:]$/);
});

test('a loss of long ago, and of a deprecated release whose line went on, is told calmly; the verdict stays', () => {
	for (const name of ['lost-earlier', 'lost-deprecated']) {
		expect(REPORTS[name]?.verdict).toBe('lost');
		expect(panels[name]?.look).toBe('lost-earlier');
	}
	expect(saidBy(panels['lost-earlier'])).toContain('Since: “1.13.9”, 31 January 2025: this line has no record');
	expect(panels['lost-trusted-publisher']?.note).toContain('a private repository, or a build service without records');
});

test('a release that was not compared, or not yet, is never told as the usual one', () => {
	expect(panels['confirmed-comparing']?.look).toBe('pending');
	expect(saidBy(panels['confirmed-comparing'])).toContain('Comparing with earlier releases ...');
	expect(panels['confirmed-not-compared']?.look).toBe('not-compared');
	expect(panels['confirmed-not-compared']?.headline).toContain('not compared with earlier releases');
	expect(panels['confirmed-not-compared']?.buttons[0]).toEqual({ label: 'Try again', does: 'retry' });
	expect(describeMark(REPORTS['confirmed-comparing'] as Report).look).toBe('not-compared');
});

test('a warning that is no verdict leads the panel, says why it may be harmless, and what to do', () => {
	for (const name of [
		'latest-moved-back-provenance',
		'latest-moved-back-origin',
		'first-provenance-elsewhere',
		'beside-a-lost-release',
	]) {
		expect(panels[name]?.look, name).toBe('warned');
		for (const part of ['It can be ordinary', 'A stolen npm account looks the same', 'ask the project'])
			expect(saidBy(panels[name]), name).toContain(part);
	}
});

describe('the trust root', () => {
	const AT = '2026-11-25T13:30:00.000Z';
	const inUse: TrustRootInfo = { source: 'tuf', version: '16', takenAt: '2026-11-24' };

	test('is named by source, version and age', () => {
		expect(describeTrustRoot(inUse, AT)).toBe(
			"renewed from Sigstore's repository (TUF), version 16, of 24 November 2026, 1 day old",
		);
		expect(describeTrustRoot({ ...inUse, source: 'embedded', takenAt: '2026-11-05' }, AT)).toBe(
			'the one that came with Stamp of Origin (embedded), version 16, of 5 November 2026, 20 days old',
		);
		expect(describeTrustRoot({ ...inUse, takenAt: '2026-11-25' }, AT)).toMatch(/of 25 November 2026$/);
	});

	test('every failure of a refresh says what came of it, and never what sounds like approval', () => {
		const codes = Object.keys(FAILURES).filter((code) => /^trust-root-|^clock-/.test(code)) as FailureCode[];
		expect(codes.length).toBeGreaterThan(12);
		for (const code of codes) {
			const [first, second = '', ...rest] = describeTrustRootStatus(
				{ inUse, lastAttempt: { at: AT, failure: { code } } },
				AT,
			);
			expect(first).toMatch(/^In use: /);
			expect(second).toMatch(/^Last refresh: 25 November 2026, 13:30 UTC\. .+\. The one in use stays in use\.$/);
			expect(rest).toEqual([]);
			expect(second).not.toMatch(NEVER);
			// Where nothing came, nothing was refused.
			const isNotHad = /-(not-permitted|unreachable|timeout|not-kept|behind)$/.test(code);
			expect(second.includes('It could not be made'), code).toBe(isNotHad);
			expect(second.includes('refused: '), code).toBe(!isNotHad);
		}
	});

	test('says so where it was never refreshed, or what was kept cannot be used', () => {
		expect(describeTrustRootStatus({ inUse }, AT)).toContain('It has not been refreshed on this machine yet.');
		const keptFailure = { code: 'trust-root-kept-unreadable' } as const;
		expect(describeTrustRootStatus({ inUse, keptFailure }, AT)[1]).toContain('cannot be read, so it is not used');
	});
});
