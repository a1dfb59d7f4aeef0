/** Tests of what the reader has set: kept, changed one after the other, migrated, set aside where it is broken. */
import { describe, expect, test } from 'vitest';
import { MANAGED_SWITCHES, parseManaged, settingsThatHold } from '../../../lib/browser/managed.ts';
import {
	type Area,
	createSettings,
	defaultSettings,
	MAX_LOOKED_UP,
	parseSetAsideFile,
	parseSettings,
	remembered,
} from '../../../lib/browser/settings.ts';
import { parsePolicyFile } from '../../../lib/policy/file.ts';
import { parsePolicy } from '../../../lib/policy/schema.ts';

const ROW = { package: 'sigstore', provenance: 'required' } as const;
/** As each version stored it; the last is the present one. */
const VERSION_1 = {
	version: 1,
	policy: { version: 1, rows: [ROW] },
	marks: false,
	suggestions: true,
	lookedUp: ['sigstore@2.3.1'],
};
const STORED = {
	...VERSION_1,
	version: 2,
	menu: true,
	refresh: false,
	sightings: true,
	isAsked: true,
	trustRoots: [{ name: 'ours', packages: ['@ours/*'], file: {}, importedAt: '2026-11-25T06:00:00.000Z' }],
};

function open(stored: Record<string, unknown> = {}, onwrite: () => void = () => undefined) {
	const kept = structuredClone(stored);
	const writes: Record<string, unknown>[] = [];
	const area: Area = {
		get: async (keys) =>
			Object.fromEntries(keys.flatMap((key) => (key in kept ? [[key, structuredClone(kept[key])]] : []))),
		set: async (items) => {
			onwrite();
			writes.push(structuredClone(items));
			Object.assign(kept, structuredClone(items));
		},
	};
	let last: Promise<unknown> = Promise.resolve();
	const exclusively = <T>(run: () => Promise<T>) => {
		const mine = last.then(run, run);
		last = mine.catch(() => undefined);
		return mine;
	};
	return {
		kept,
		writes,
		settings: createSettings(area, parsePolicy, exclusively, () => new Date('2026-11-25T06:00:00Z')),
	};
}

test('nothing stored is the defaults, and reading writes nothing', async () => {
	const { settings, writes } = open();
	expect(await settings.read()).toEqual(defaultSettings());
	expect(writes).toEqual([]);
});

test('what is changed is kept with its version, and read again', async () => {
	const { settings, kept } = open();
	await settings.change((all) => ({ ...all, policy: { version: 1, rows: [ROW] } }));
	expect(kept.settings).toMatchObject({ version: expect.any(Number), policy: { rows: [ROW] } });
	expect((await settings.read()).policy.rows).toEqual([ROW]);
});

test('changes at the same time all come to pass', async () => {
	const { settings } = open();
	const names = Array.from({ length: 10 }, (_none, index) => `package-${index}@latest`);
	await Promise.all(
		names.map((name) => settings.change((all) => ({ ...all, lookedUp: remembered(all.lookedUp, name) }))),
	);
	expect((await settings.read()).lookedUp.toSorted()).toEqual(names.toSorted());
});

test('what an earlier version stored is brought to the present one', () => {
	const { version: _one, ...before } = VERSION_1;
	expect(parseSettings(VERSION_1, parsePolicy)).toEqual({ settings: { ...defaultSettings(), ...before } });
	const { version: _two, ...now } = STORED;
	expect(parseSettings(STORED, parsePolicy)).toEqual({ settings: now });
});

describe('what cannot be read is set aside and never lost, and the rest holds', () => {
	const { version: _version, ...whole } = STORED;
	const bad = { version: 1, rows: [{ pakage: 'x' }] };
	const rest = (field: 'policy' | 'trustRoots' | 'marks') => ({ ...whole, [field]: defaultSettings()[field] });
	const broken: [what: string, stored: unknown, aside: unknown, holds: object, isAllowlistUnread: boolean][] = [
		['of a newer version', { ...STORED, version: 99 }, { ...STORED, version: 99 }, defaultSettings(), true],
		['of no version', { policy: STORED.policy }, { policy: STORED.policy }, defaultSettings(), true],
		['not an object', 'settings', 'settings', defaultSettings(), true],
		['null', null, null, defaultSettings(), true],
		['a policy that is none', { ...STORED, policy: bad }, { version: 2, policy: bad }, rest('policy'), true],
		['a policy of version 1', { ...VERSION_1, policy: bad }, { version: 2, policy: bad }, { marks: false }, true],
		['a switch that is none', { ...STORED, marks: 'no' }, { version: 2, marks: 'no' }, rest('marks'), false],
		[
			'trust roots that are none',
			{ ...STORED, trustRoots: [1] },
			{ version: 2, trustRoots: [1] },
			rest('trustRoots'),
			false,
		],
		['an unknown field', { ...STORED, more: 1 }, { version: 2, more: 1 }, whole, false],
	];
	test.each(broken)('%s', async (_what, stored, aside, holds, isAllowlistUnread) => {
		const { settings, kept } = open({ settings: stored, 'set-aside': [{ at: 'before', value: { version: 2 } }] });
		expect(await settings.read()).toMatchObject(holds);
		expect(await settings.readForVerdict()).toMatchObject({ settings: holds, isAllowlistUnread });
		expect(await settings.readSetAside()).toEqual([
			{ at: 'before', value: { version: 2 } },
			{ at: '2026-11-25T06:00:00.000Z', value: aside },
		]);
		await settings.change((all) => ({ ...all, marks: false }));
		await settings.read();
		expect(await settings.readSetAside()).toHaveLength(2);
		expect(kept.settings).toMatchObject({ marks: false });
		await settings.dropSetAside();
		expect(await settings.readSetAside()).toEqual([]);
		expect(await settings.readForVerdict()).toMatchObject({ isAllowlistUnread: false });
	});

	test('a look-up that cannot be read is dropped, and costs nothing else', async () => {
		const lookedUp = ['sigstore@2.3.1', 'not a spec at all !!', 7, 'javascript:alert(1)'];
		const { settings, writes } = open({ settings: { ...STORED, lookedUp } });
		expect(await settings.readForVerdict()).toEqual({ settings: whole, isAllowlistUnread: false });
		expect(await open({ settings: { ...STORED, lookedUp: 'none' } }).settings.read()).toEqual({
			...whole,
			lookedUp: [],
		});
		expect(await settings.readSetAside()).toEqual([]);
		expect(writes).toEqual([]);
		await settings.change((all) => ({ ...all, marks: true }));
		expect(await settings.read()).toEqual({ ...whole, marks: true });
	});
});

test('what was set aside is shown whatever it is', async () => {
	const { settings } = open({ 'set-aside': ['precious', null, { at: 7, value: 'x' }, { at: 'then', value: 'y' }] });
	expect(await settings.readSetAside()).toEqual([
		{ at: '', value: 'precious' },
		{ at: '', value: null },
		{ at: '', value: { at: 7, value: 'x' } },
		{ at: 'then', value: 'y' },
	]);
	expect(await open({ 'set-aside': 'precious' }).settings.readSetAside()).toEqual([{ at: '', value: 'precious' }]);
});

test('a file that was saved of it is read again, and any other is none', async () => {
	const list = [{ at: 'then', value: { policy: STORED.policy } }, 'precious'];
	expect(parseSetAsideFile(JSON.stringify(list))).toEqual([list[0], { at: '', value: 'precious' }]);
	for (const other of ['', '{}', '[', JSON.stringify(STORED.policy)]) expect(parseSetAsideFile(other)).toEqual([]);
});

test('where the storage has no room to set it aside, the broken one stays, and reading goes on', async () => {
	const { settings, kept } = open({ settings: 'precious' }, () => {
		throw new Error('QUOTA_BYTES quota exceeded');
	});
	expect(await settings.readForVerdict()).toEqual({ settings: defaultSettings(), isAllowlistUnread: true });
	expect(await settings.readSetAside()).toEqual([{ at: '', value: 'precious' }]);
	await expect(settings.change((all) => ({ ...all, marks: false }))).rejects.toThrow('quota');
	expect(kept).toEqual({ settings: 'precious' });
});

test('what could not be read again is not stored', async () => {
	const { settings, kept, writes } = open({ settings: STORED });
	const rows = Array.from({ length: 10_001 }, (_row, at) => ({ package: `p${at}` }));
	await expect(settings.change((all) => ({ ...all, policy: { version: 1, rows } }))).rejects.toThrow();
	await expect(settings.change((all) => ({ ...all, lookedUp: ['../evil'] }))).rejects.toThrow();
	expect(writes).toEqual([]);
	expect(kept).toEqual({ settings: STORED });
});

test('the last twenty look-ups are remembered, the newest first, each once', () => {
	let list: string[] = [];
	for (let index = 0; index < 30; index += 1) list = remembered(list, `package-${index}@latest`);
	list = remembered(list, 'package-15@latest');
	expect(list).toHaveLength(MAX_LOOKED_UP);
	expect(list[0]).toBe('package-15@latest');
	expect(new Set(list).size).toBe(MAX_LOOKED_UP);
});

describe("an organisation's settings", () => {
	test('are parsed like any', () => {
		expect(parseManaged({}, parsePolicy, parsePolicyFile)).toEqual({});
		expect(parseManaged({ policy: { version: 1, rows: [ROW] }, marks: false }, parsePolicy, parsePolicyFile)).toEqual({
			policy: { version: 1, rows: [ROW] },
			marks: false,
		});
	});
	test('have the policy as the text of a file too, which is refused with its line', () => {
		const refused = (managed: object) => parseManaged(managed, parsePolicy, parsePolicyFile).failure;
		const policyText = '{\n"version": 1,\n"rows": [{ "package": "@our-scope/*", "ownerId": "71096353" }] }';
		expect(parseManaged({ policyText, marks: false }, parsePolicy, parsePolicyFile)).toEqual({
			policy: { version: 1, rows: [{ package: '@our-scope/*', ownerId: '71096353' }] },
			marks: false,
		});
		expect(refused({ policyText: policyText.replace('"71096353"', '71096353'), marks: false })).toEqual({
			code: 'wrong-shape',
			detail: 'policyText, line 3, rows.0.ownerId: it must be text in quotes',
		});
		expect(refused({ policyText: '{\n"rows": [' })).toMatchObject({
			detail: 'policyText, line 2: it ends before it is complete',
		});
		expect(refused({ policyText: ' '.repeat(8_000_001) })).toMatchObject({ code: 'too-large' });
		expect(refused({ policyText: { version: 1, rows: [] } })).toMatchObject({
			detail: 'policyText: it must be text in quotes',
		});
		expect(refused({ policyText, policy: { version: 1, rows: [] } })).toMatchObject({
			detail: 'policyText: it stands beside policy, and only one of them can hold',
		});
	});
	test('hold before the own, one by one, and nobody is asked about what is settled', () => {
		const own = { ...defaultSettings(), marks: true, suggestions: true };
		const managed = parseManaged({ marks: false, sightings: true, refresh: false }, parsePolicy, parsePolicyFile);
		expect(settingsThatHold(own, managed)).toEqual({
			...own,
			marks: false,
			sightings: true,
			refresh: false,
			isAsked: true,
		});
		expect(settingsThatHold(own, {})).toEqual(own);
		expect(
			settingsThatHold({ ...own, sightings: true }, parseManaged({ sightings: false }, parsePolicy, parsePolicyFile)),
		).toMatchObject({
			sightings: false,
		});
	});
	test.each([
		{ policy: { version: 1, rows: [{ package: 'a', ref: 5 }] } },
		{ marks: 'no' },
		...MANAGED_SWITCHES.map((name) => ({ [name]: 'yes' })),
		{ polcy: {} },
		'policy',
	])('are refused as a whole: %j', (stored) => {
		expect(parseManaged(stored, parsePolicy, parsePolicyFile)).toEqual({
			failure: { code: 'wrong-shape', detail: expect.any(String) },
		});
	});
});
