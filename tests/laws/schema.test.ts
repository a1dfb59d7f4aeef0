/** Law of the allowlist's published schema: it takes and refuses what the parser takes and refuses. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parsePolicy } from '../../lib/policy.ts';
import { Seeded } from '../tools/seeded.ts';

const schema = JSON.parse(readFileSync(new URL('../../public/policy.schema.json', import.meta.url), 'utf8'));
const isValid = new Ajv2020({ strict: false }).compile(schema);

const VALUES: Record<string, unknown[]> = {
	package: [
		'sigstore',
		'@scope/*',
		'@scope/name',
		'*',
		'a*',
		'@*/*',
		'@scope/a*',
		'@sc*pe/a',
		'@.scope/*',
		'@sco\u202epe/*',
		'@s c/*',
		'@scope/',
		'old~name!(1)',
		'__proto__',
		'constructor',
		'node_modules',
		`@${'s'.repeat(212)}/*`,
		`@${'s'.repeat(211)}/*`,
		'',
		7,
		'../x',
		'@s/..',
		'.x',
		'x'.repeat(300),
		undefined,
	],
	issuer: ['https://gitlab.com', '', 1, '\u{1f4a5}'.repeat(2048), '\u{1f4a5}'.repeat(2049), 'x'.repeat(2049)],
	repository: ['https://github.com/o/r', 'http://github.com/o/r', 'javascript:alert(1)', ''],
	repositoryId: ['123', 123, ''],
	ownerId: ['123', null],
	workflow: ['.github/workflows/release.yml', ''],
	ref: ['refs/tags/v*', 'refs/tags/**', '*'.repeat(8), '*'.repeat(9), ''],
	environment: ['npm', false],
	hosted: [true, false, 'yes'],
	provenance: ['required', 'wanted'],
	misspelt: ['x'],
};
const MUTES: unknown[] = [
	...['../x', 'old*name', '@s/n', '@s', '_x', 'constructor'].map((name) => ({
		package: name,
		note: '',
		date: '2026-11-25',
	})),
	...['1.2', '01.2.3', 'latest', '1.2.3-rc.1+b', `1.2.3-${'x'.repeat(300)}`].map((version) => ({
		package: 'a',
		version,
		note: '',
		date: '2026-11-25',
	})),
	{ package: 'a', note: '', date: '2026-11-25' },
	{ package: 'a', version: '1.2.3', note: 'n', date: '2026-11-25' },
	{ package: 'a', line: '0.3', note: 'n', date: '2026-11-25' },
	{ package: 'a', line: 'three', note: 'n', date: '2026-11-25' },
	{ package: 'a', line: '1', version: '1.2.3', note: 'n', date: '2026-11-25' },
	{ package: 'a', note: 'n', date: 'yesterday' },
	{ package: 'a', date: '2026-11-25' },
	{ note: 'n', date: '2026-11-25' },
	'mute',
];

test('on every value of every field, alone', () => {
	for (const [field, values] of Object.entries(VALUES)) {
		for (const value of values) {
			const policy = { version: 1, rows: [JSON.parse(JSON.stringify({ package: 'sigstore', [field]: value }))] };
			expect(isValid(policy), JSON.stringify(policy)).toBe(parsePolicy(policy).ok);
		}
	}
	for (const mute of MUTES) {
		const policy = { version: 1, rows: [], mutes: [mute] };
		expect(isValid(policy), JSON.stringify(policy)).toBe(parsePolicy(policy).ok);
	}
});

test('on ten thousand policies', () => {
	const seeded = new Seeded(3);
	let taken = 0;
	for (let round = 0; round < 10_000; round += 1) {
		const row: Record<string, unknown> = { package: 'sigstore' };
		for (let fields = seeded.below(4); fields > 0; fields -= 1) {
			const field = seeded.pick(Object.keys(VALUES));
			row[field] = seeded.pick(VALUES[field] as unknown[]);
			if (row[field] === undefined) delete row[field];
		}
		const policy = {
			version: seeded.pick([1, 1, 1, 1, 1, 2, '1']),
			rows: seeded.pick([[row], [row], [row], row, []]),
			...(seeded.below(4) === 0 && { mutes: [seeded.pick(MUTES)] }),
		};
		const parsed = parsePolicy(policy);
		expect(isValid(policy), JSON.stringify(policy)).toBe(parsed.ok);
		if (parsed.ok) taken += 1;
	}
	expect(taken).toBeGreaterThan(1000);
	expect(taken).toBeLessThan(9000);
});
