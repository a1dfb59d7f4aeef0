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
		'',
		7,
		'../x',
		'@s/..',
		'.x',
		'x'.repeat(300),
		undefined,
	],
	issuer: ['https://gitlab.com', '', 1],
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
	{ package: 'a', note: '', date: '2026-11-25' },
	{ package: 'a', version: '1.2.3', note: 'n', date: '2026-11-25' },
	{ package: 'a', line: '0.3', note: 'n', date: '2026-11-25' },
	{ package: 'a', line: 'three', note: 'n', date: '2026-11-25' },
	{ package: 'a', line: '1', version: '1.2.3', note: 'n', date: '2026-11-25' },
	{ package: 'a', note: 'n', date: 'yesterday' },
	{ package: 'a', date: '2026-11-25' },
	{ package: 'a', verdict: 'lost', note: '', date: '2026-11-25' },
	{ package: 'a', verdict: 'mismatch', note: '', date: '2026-11-25' },
	{ note: 'n', date: '2026-11-25' },
	'mute',
];

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
