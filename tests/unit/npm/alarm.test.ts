/**
 * Tests of pasted trust-downgrade errors: what pnpm 10.34.9, 11.28.11 and 12.21.0, aube 2.3.0, mise 2026.9.15 and deno 2.9.6 printed
 * against a registry on loopback on 28 November 2026, without the paragraphs that name no release.
 */
import { describe, expect, test } from 'vitest';
import { ALARM_MANAGERS, type AlarmManager, readAlarm } from '../../../lib/npm/alarm.ts';
import { exceptionFor } from '../../../lib/npm/exception.ts';
import { LOOKUP_LENGTH, MAX_SPECS, oneLine, parseLookup } from '../../../lib/npm/lookup.ts';
import { isPackageName, isVersion, specText } from '../../../lib/npm/spec.ts';
import { Seeded } from '../../support/seeded.ts';

/** What is read of a text: the releases, and who printed it. */
function read(text: string): string[] {
	const lookup = parseLookup(text);
	if (!lookup.ok) return [lookup.code];
	return [...lookup.specs.map(specText), ...(lookup.alarm ? [`by ${lookup.alarm.manager ?? 'whom?'}`] : [])];
}

const ESC = '\u001b';
const PRINTED: [what: string, text: string, ...expected: string[]][] = [
	[
		'pnpm 10',
		'\u2009ERR_PNPM_TRUST_DOWNGRADE\u2009 High-risk trust downgrade for "@made-up/scoped@1.0.1" (possible package takeover)\n\nThis error happened while installing the dependencies of other@2.19.0\n',
		'@made-up/scoped@1.0.1',
		'by pnpm',
	],
	[
		'pnpm 11 in a terminal',
		`\r${ESC}[41m${ESC}[31m[${ESC}[39m${ESC}[49m${ESC}[41m${ESC}[30mERR_PNPM_TRUST_DOWNGRADE${ESC}[39m${ESC}[49m${ESC}[41m${ESC}[31m]${ESC}[39m${ESC}[49m ${ESC}[31mHigh-risk trust downgrade for "@made-up/scoped@1.0.1" (possible package takeover)${ESC}[39m\r\n\r\nThis error happened while installing a direct dependency of /tmp/t\r\n${ESC}[K${ESC}[0J`,
		'@made-up/scoped@1.0.1',
		'by pnpm',
	],
	[
		'pnpm 11, of a lockfile with two',
		'✗ Lockfile failed supply-chain policy check (2 entries in 471ms)\nPackages: +1\n[ERR_PNPM_TRUST_DOWNGRADE] 2 lockfile entries failed verification:\n  @made-up/scoped@1.0.1 High-risk trust downgrade for "@made-up/scoped@1.0.1" (possible package takeover)\n  origin-demo@1.0.1 High-risk trust downgrade for "origin-demo@1.0.1" (possible package takeover)\n\nrun "pnpm clean --lockfile" and then "pnpm install"',
		'@made-up/scoped@1.0.1',
		'origin-demo@1.0.1',
		'by pnpm',
	],
	[
		'pnpm 12, broken at a hyphen',
		'Error:   × installing dependencies\n  ├─▶ Failed to resolve dependency tree: Failed to resolve dependency: High-\n  │   risk trust downgrade for "origin-demo@1.0.1" (possible package takeover)\n  │   \n  │   Failed to resolve origin-demo@1.0.1\n  ╰─▶ Failed to resolve dependency: High-risk trust downgrade for "origin-\n      demo@1.0.1" (possible package takeover)\n',
		'origin-demo@1.0.1',
		'by pnpm',
	],
	[
		'pnpm 12 in a terminal, broken at a slash alone',
		`Error: ERR_PNPM_TRUST_DOWNGRADE\r\n\r\n${ESC}[31m  ╰─▶ ${ESC}[0m1 lockfile entries failed verification:\r\n        @made-up/scoped@1.0.1 High-risk trust downgrade for "@made-up/\r\n${ESC}[31m      ${ESC}[0mscoped@1.0.1" (possible package takeover)\r\n`,
		'@made-up/scoped@1.0.1',
		'by pnpm',
	],
	[
		'pnpm 11 in the log of a build, where the escapes were lost',
		'2026-11-28T05:59:19.1234567Z [31m[ERR_PNPM_TRUST_DOWNGRADE][39m High-risk trust downgrade for "chokidar@4.0.3"\n2026-11-28T05:59:19.2234567Z (possible package takeover)',
		'chokidar@4.0.3',
		'by pnpm',
	],
	[
		'aube',
		'ERR_AUBE_TRUST_DOWNGRADE\n\n  × failed to resolve dependencies\n  ╰─▶ trust downgrade for @made-up/scoped@1.0.1 (trustPolicy=no-downgrade):\n      earlier published version 1.0.0 had trusted publisher but this version\n      has no trust evidence\n  help: An earlier release carried trusted publisher, but\n        @made-up/scoped@1.0.1 carries no trust evidence.\n        narrow `@made-up/scoped@1.0.1` exception to `trustPolicyExclude`. A\n        bare `@made-up/scoped` exempts every version',
		'@made-up/scoped@1.0.1',
		'by aube',
	],
	[
		'aube, broken in the name',
		'  ╰─▶ trust downgrade for @an-organisation-with-a-long-name/\n      with-a-name@1.0.0-\n      rc.1 (trustPolicy=no-\n      downgrade):',
		'@an-organisation-with-a-long-name/with-a-name@1.0.0-rc.1',
		'by aube',
	],
	[
		'mise',
		'mise ERROR Failed to install npm:tool@2.0.0: aube install failed: failed to resolve dependencies\n  caused by: trust downgrade for @made-up/scoped@1.0.1 (trustPolicy=no-downgrade): earlier published version 1.0.0 had trusted publisher\n\n  "npm:tool" = { version = "latest", trust_policy_excludes = ["<package>@<version>"] }\nmise ERROR Version: 2026.9.15 linux-x64 (2026-09-27)',
		'@made-up/scoped@1.0.1',
		'by mise',
	],
	[
		'deno',
		`${ESC}[0m${ESC}[32mDownload${ESC}[0m http://127.0.0.1:4899/@made-up%2fscoped\n${ESC}[0m${ESC}[1m${ESC}[31merror${ESC}[0m: High-risk trust downgrade for npm package '@made-up/scoped@1.0.1' (possible package takeover).\n\nReview the release, then set 'trust-policy=off' in .npmrc\n\nStack backtrace:\n   0: <unknown>`,
		'@made-up/scoped@1.0.1',
		'by deno',
	],
	[
		'the command as well',
		'$ pnpm i novu@latest\n ERR_PNPM_TRUST_DOWNGRADE  High-risk trust downgrade for "a@1.0.0"',
		'a@1.0.0',
		'by pnpm',
	],
	['a chat that made the quotes round', 'High-risk trust downgrade for “a@1.0.0”', 'a@1.0.0', 'by pnpm'],
	['a quotation', '> trust downgrade for `a@1.0.0`', 'a@1.0.0', 'by pnpm'],
	['half a line', 'trust downgrade for a@1.0.0: see below', 'a@1.0.0', 'by whom?'],
	[
		'two managers',
		'trust downgrade for "a@1.0.0"\ntrust downgrade for b@2.0.0 (trustPolicy=no-downgrade)',
		'a@1.0.0',
		'b@2.0.0',
		'by whom?',
	],
];

describe.each(PRINTED)('%s', (_what, text, ...expected) => {
	test('names its releases, and nothing that is named beside', () => {
		expect(read(text)).toEqual(expected);
	});

	test('reads the same in the one line of a field', () => {
		expect(parseLookup(oneLine(text))).toEqual(parseLookup(text));
		expect(oneLine(text)).not.toMatch(/[\r\n]/);
		expect(oneLine(text).length).toBeLessThanOrEqual(text.length);
	});
});

test.each([
	'trust downgrade for "name@latest" (possible package takeover)',
	'trust downgrade for "../x@1.0.0"',
	'trust downgrade for "two words@1.0.0"',
	'trust downgrade for "jsr:@a/b@1.0.0"',
	'trust downgrade for "https://example.test/a@1.0.0"',
	'trust downgrade for ""',
	'A trust downgrade may indicate a supply chain incident.',
])('no alarm: %s', (text) => {
	expect(readAlarm(text)).toBeUndefined();
});

test('more releases than a look-up takes are counted', () => {
	const names = Array.from({ length: MAX_SPECS + 50 }, (_, index) => `trust downgrade for "p${index}@1.0.0"`).join(
		'\n',
	);
	expect(parseLookup(names)).toMatchObject({ ok: true, left: 50 });
});

test('mutated errors: each release is one that the registry could have, and one line reads as many', () => {
	const seeded = new Seeded(12);
	const pieces = [
		'"',
		"'",
		'`',
		'”',
		'\n',
		'\r\n',
		'  │ ',
		' ',
		'-',
		'/',
		'@',
		'1.0.0',
		'(trustPolicy=',
		'npm package ',
		'mise',
	];
	pieces.push(
		'trust downgrade for ',
		`${ESC}[31m`,
		`${ESC}]8;;`,
		'[0m',
		'\u0000',
		'\u202e',
		'\ud800',
		'*',
		'..',
		'jsr:',
		'pkg:npm/',
		'%2f',
		';',
		'#',
	);
	let [alarms, releases] = [0, 0];
	for (let round = 0; round < 6_000; round += 1) {
		let text = seeded.pick(PRINTED)[1];
		for (let change = seeded.below(8); change > 0; change -= 1) {
			const at = seeded.below(text.length + 1);
			text = text.slice(0, at) + seeded.pick(pieces) + text.slice(at + seeded.below(4));
		}
		const alarm = readAlarm(text);
		if (!alarm) continue;
		alarms += 1;
		const line = oneLine(text);
		expect(parseLookup(line), JSON.stringify(text)).toEqual(parseLookup(text));
		expect(line.length, JSON.stringify(text)).toBeLessThanOrEqual(text.length);
		for (const { name, selector, kind } of alarm.specs) {
			releases += 1;
			expect(isPackageName(name) && isVersion(selector) && kind === 'version', JSON.stringify(text)).toBe(true);
			for (const manager of ALARM_MANAGERS) {
				const lines = exceptionFor(manager, { name, version: selector })?.lines ?? [];
				expect(lines.join(''), JSON.stringify(text)).not.toMatch(/[*!\n\r"\\].*[*!\n\r\\]/);
			}
		}
	}
	expect(alarms).toBeGreaterThan(3_000);
	expect(releases).toBeGreaterThan(3_000);
});

test.each([
	['phrases', 'trust downgrade for '],
	['opened quotations', 'trust downgrade for "'],
	['names without an end', 'trust downgrade for a-\n'],
	['escapes', 'downgrade\u001b]8;;'],
	['frames', 'downgrade \u2502 | '],
	['line breaks', 'downgrade\n'],
])('no text takes long: %s', (_what, part) => {
	const text = part.repeat(LOOKUP_LENGTH / part.length);
	expect(() => [readAlarm(text), oneLine(text)]).not.toThrow();
});

/** The exception for one version, as its file has it. */
const written = (manager: AlarmManager, name: string) =>
	exceptionFor(manager, { name, version: '1.0.1' })?.lines.join('\n');

test('the exception of each manager is the one that it was seen to take', () => {
	expect(written('pnpm', '@made-up/scoped')).toBe("trustPolicyExclude:\n  - '@made-up/scoped@1.0.1'");
	expect(written('aube', '@made-up/scoped')).toBe("trustPolicyExclude:\n  - '@made-up/scoped@1.0.1'");
	expect(written('mise', '@made-up/scoped')).toBe('trust_policy_excludes = ["@made-up/scoped@1.0.1"]');
	expect(written('deno', '@made-up/scoped')).toBe('trust-policy-exclude[]=@made-up/scoped');
	expect(
		ALARM_MANAGERS.filter((manager) => exceptionFor(manager, { name: 'a', version: '1.0.0' })?.isOfAllVersions),
	).toEqual(['deno']);
});

test.each(['a*', '!a', "a'b", '(a)', 'a\nb', '../a', '', 'a b', '$HOME', '@a/b/c'])(
	'a name that would read as more than itself gets none: %j',
	(name) => {
		for (const manager of ALARM_MANAGERS) expect(written(manager, name)).toBeUndefined();
	},
);
