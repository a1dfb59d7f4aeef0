/** Laws of the published schemas: the allowlist's takes and refuses what the parser does; the organisation's lets all of that through. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { MANAGED_SWITCHES, parseManaged } from '../../lib/browser/managed.ts';
import { parsePolicyFile } from '../../lib/policy/file.ts';
import { parsePolicy } from '../../lib/policy/schema.ts';
import { Seeded } from '../support/seeded.ts';

const published = (name: string) =>
	JSON.parse(readFileSync(new URL(`../../public/${name}.schema.json`, import.meta.url), 'utf8'));
/** The one by which Firefox knows the extension. Another one would lose what readers have set. */
const FIREFOX_ID = '{4347ce64-f79f-4a82-896f-b4b533fc9437}';
const schema = published('policy');
const managed = published('managed');
const isValid = new Ajv2020({ strict: false }).compile(schema);
const isLetThrough = new Ajv2020({ strict: false }).compile(managed);

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
	{ package: 'a', verdict: 'lost', note: '', date: '2026-11-25' },
	{ package: 'a', verdict: 'mismatch', note: '', date: '2026-11-25' },
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

function* policies(seed: number): Generator<Record<string, unknown>> {
	const seeded = new Seeded(seed);
	for (let round = 0; round < 10_000; round += 1) {
		const row: Record<string, unknown> = { package: 'sigstore' };
		for (let fields = seeded.below(4); fields > 0; fields -= 1) {
			const field = seeded.pick(Object.keys(VALUES));
			row[field] = seeded.pick(VALUES[field] as unknown[]);
			if (row[field] === undefined) delete row[field];
		}
		yield {
			version: seeded.pick([1, 1, 1, 1, 1, 2, '1']),
			rows: seeded.pick([[row], [row], [row], row, []]),
			...(seeded.below(8) === 0 && { $schema: seeded.pick(['policy.schema.json', '', 1]) }),
			...(seeded.below(4) === 0 && { mutes: [seeded.pick(MUTES)] }),
		};
	}
}

test('on ten thousand policies', () => {
	let taken = 0;
	for (const policy of policies(3)) {
		const parsed = parsePolicy(policy);
		expect(isValid(policy), JSON.stringify(policy)).toBe(parsed.ok);
		if (parsed.ok) taken += 1;
	}
	expect(taken).toBeGreaterThan(1000);
	expect(taken).toBeLessThan(9000);
});

/** Chrome takes away what its schema does not know, or does not allow, without a word. */
describe("the organisation's schema", () => {
	test('lets through whatever the parser takes, of ten thousand', () => {
		const seeded = new Seeded(4);
		let taken = 0;
		for (const policy of policies(5)) {
			const settings: Record<string, unknown> =
				seeded.below(4) === 0 ? { policyText: JSON.stringify(policy) } : { policy };
			for (const name of MANAGED_SWITCHES) if (seeded.below(3) === 0) settings[name] = seeded.pick([true, false]);
			if (parseManaged(settings, parsePolicy, parsePolicyFile).failure) continue;
			taken += 1;
			expect(isLetThrough(settings), JSON.stringify(settings)).toBe(true);
		}
		expect(taken).toBeGreaterThan(1000);
	});

	test('knows every field, so that none is taken away, and no other', () => {
		const names = (properties: object) => Object.keys(properties).toSorted();
		const of = managed.properties.policy.properties;
		expect(names(managed.properties)).toEqual(['policy', 'policyText', ...MANAGED_SWITCHES].toSorted());
		expect(names(of)).toEqual(names(schema.properties));
		for (const list of ['rows', 'mutes'])
			expect(names(of[list].items.properties)).toEqual(names(schema.properties[list].items.properties));
	});

	test('leaves a misspelt field to the parser, which says where it is', () => {
		const policy = (row: object) => ({ policy: { version: 1, rows: [{ package: 'a', ...row }] } });
		for (const row of [{ workfow: 'release.yml' }, { ref: '*'.repeat(9) }, { provenance: 'wanted' }]) {
			expect(isLetThrough(policy(row))).toBe(true);
			expect(parseManaged(policy(row), parsePolicy, parsePolicyFile).failure?.detail).toMatch(/^policy, rows\.0\./);
		}
	});

	/** Why docs/managed-storage.md recommends the text: of the object Chrome would take away the whole, without a word. */
	test('lets through as text what it would take away as an object, so that it is refused aloud', () => {
		const policy = { version: 1, rows: [{ package: '@our-scope/*', ownerId: 71096353 }] };
		expect(isLetThrough({ policy })).toBe(false);
		const settings = { policyText: JSON.stringify(policy, null, 2) };
		expect(isLetThrough(settings)).toBe(true);
		expect(parseManaged(settings, parsePolicy, parsePolicyFile).failure?.detail).toMatch(/^policyText, line 6, /);
	});

	test('fits the examples in docs/managed-storage.md, and so does the parser', () => {
		const guide = readFileSync(new URL('../../docs/managed-storage.md', import.meta.url), 'utf8');
		const [chrome, firefox] = [...guide.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json));
		const examples = [
			chrome['3rdparty'].extensions['EXTENSION-ID'],
			firefox.policies['3rdparty'].Extensions[FIREFOX_ID],
		];
		const { policyText, ...forChrome } = examples[0];
		expect(isLetThrough(examples[0])).toBe(true);
		expect(parseManaged(examples[0], parsePolicy, parsePolicyFile)).toEqual({
			...forChrome,
			policy: JSON.parse(policyText),
		});
		expect(isLetThrough(examples[1])).toBe(true);
		expect(parseManaged(examples[1], parsePolicy, parsePolicyFile)).toEqual(examples[1]);
	});

	test("is for the extension by the name that Firefox knows, which never changes, and whose form is Mozilla's", () => {
		const config = readFileSync(new URL('../../wxt.config.ts', import.meta.url), 'utf8');
		expect([...config.matchAll(/\bid: '(.*?)'/g)].map(([, id]) => id)).toEqual([FIREFOX_ID]);
		expect(FIREFOX_ID).toMatch(/^\{[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\}$/);
	});

	test('keeps to what Chrome reads of JSON Schema', () => {
		const visit = (part: Record<string, unknown>, isTop = false) => {
			const { type, title, description, properties = {}, items, additionalProperties, ...others } = part;
			expect(others).toEqual({});
			expect(['object', 'array', 'string', 'boolean', 'integer']).toContain(type);
			for (const words of [title, description]) expect(['string', 'undefined']).toContain(typeof words);
			if (isTop) expect(additionalProperties).toBeUndefined();
			const below = [...Object.values(properties as object), items, additionalProperties];
			for (const one of below) if (one !== undefined) visit(one as Record<string, unknown>);
		};
		visit(managed, true);
	});
});
