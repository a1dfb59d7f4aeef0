/** Tests of the registry's advisories: malware is the one warning above all else, and nothing else of them is our subject. */
import { beforeAll, describe, expect, test } from 'vitest';
import { addAdvisories, compare } from '../../../lib/inspect/complete.ts';
import { inspect } from '../../../lib/inspect/inspect.ts';
import { parseAdvisories } from '../../../lib/npm/advisories.ts';
import type { ReleaseRegistry } from '../../../lib/registry/registry.ts';
import type { Inspection } from '../../../lib/report/evidence.ts';
import { failed, type Result, success } from '../../../lib/report/result.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { describeChecks } from '../../../lib/text/en/evidence.ts';
import { describePanel } from '../../../lib/text/en/panel.ts';
import { panelLines } from '../../../lib/text/en/panel-text.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { mintRelease, type Release } from '../../support/mint.ts';
import { packageOf } from '../../support/recordings.ts';

const ADDRESS = 'https://github.com/advisories/GHSA-2222-3333-4444';
const MALWARE = {
	id: 1,
	url: ADDRESS,
	title: 'Malware in minted',
	severity: 'critical',
	vulnerable_versions: '=1.0.0',
	cwe: ['CWE-506'],
};
const FAULT = { ...MALWARE, title: 'minted counts badly', cwe: ['CWE-1333'] };
const listed = (...advisories: unknown[]) => ({ minted: advisories });
const parse = (json: unknown, version = '1.0.0') => parseAdvisories(json, 'minted', version);

describe('reading the answer', () => {
	test.each<[string, unknown, unknown]>([
		['malware', listed(MALWARE), { title: 'Malware in minted', address: ADDRESS }],
		[
			'malware by its weakness alone',
			listed({ ...MALWARE, title: 'Hijacked' }),
			{ title: 'Hijacked', address: ADDRESS },
		],
		['malware by its title alone', listed({ ...MALWARE, cwe: [] }), { title: 'Malware in minted', address: ADDRESS }],
		['malware after a fault', listed(FAULT, MALWARE), { title: 'Malware in minted', address: ADDRESS }],
		[
			'malware after what cannot be read',
			listed(7, null, {}, MALWARE),
			{ title: 'Malware in minted', address: ADDRESS },
		],
		[
			'an address elsewhere is left out',
			listed({ ...MALWARE, url: 'https://evil.test/advisories/GHSA-2222-3333-4444' }),
			{ title: 'Malware in minted' },
		],
		[
			'every version',
			listed({ ...MALWARE, vulnerable_versions: '>=0' }),
			{ title: 'Malware in minted', address: ADDRESS },
		],
		['nothing', {}, undefined],
		['a fault', listed(FAULT), undefined],
		['a title that only speaks of malware', listed({ ...FAULT, title: 'Malware in mint can crash minted' }), undefined],
		['another version', listed({ ...MALWARE, vulnerable_versions: '<1.0.0 || >1.0.0' }), undefined],
		['a range that is none', listed({ ...MALWARE, vulnerable_versions: 'all of them' }), undefined],
		['another package', { other: [MALWARE] }, undefined],
		['what an object has by nature', JSON.parse('{"__proto__": []}'), undefined],
	])('%s', (_what, json, expected) => {
		expect(parse(json)).toEqual(success(expected));
	});

	test('a prerelease is in the range that holds it', () => {
		expect(parse(listed({ ...MALWARE, vulnerable_versions: '>=1.0.0' }), '2.0.0-rc.1')).toMatchObject({
			value: { title: 'Malware in minted' },
		});
	});

	test.each([[[]], ['text'], [null], [{ minted: 7 }]])('another shape: %j', (json) => {
		expect(parse(json)).toMatchObject({ ok: false, failure: { code: 'wrong-shape' } });
	});

	test('a package with the name of something that every object has', () => {
		expect(parseAdvisories({}, 'constructor', '1.0.0')).toEqual(success(undefined));
		for (const name of ['constructor', 'prototype', 'toString'])
			expect(parseAdvisories({ [name]: [MALWARE] }, name, '1.0.0')).toMatchObject({ value: { address: ADDRESS } });
	});

	test('a range that takes long to read is left out', () => {
		const range = (count: number) => ({ ...MALWARE, vulnerable_versions: '<2 '.repeat(count) });
		expect(parse(listed(range(5000)))).toMatchObject({ value: { address: ADDRESS } });
		expect(parse(listed(range(10_000)))).toEqual(success(undefined));
	});
});

let authority: Authority;
let trust: TrustRoot;
beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

/** The Report of a release, completed; and how often the list of malware was asked for. */
async function reportOf(
	release: Release,
	advisories: Result<unknown> | undefined,
	changes: Partial<ReleaseRegistry> = {},
) {
	const asked: string[] = [];
	const registry: ReleaseRegistry = {
		fetchManifest: async () =>
			success({
				name: release.name,
				version: release.version,
				integrity: String(release.manifest.dist.integrity),
				signatures: [],
			}),
		fetchAttestations: async () => success(release.attestations),
		fetchPackument: async () => success(packageOf([release]).packument),
		...(advisories && {
			fetchAdvisories: async (name: string, ...versions: string[]) => {
				asked.push(`${name}@${versions.join(',')}`);
				return advisories;
			},
		}),
		...changes,
	};
	const world = { registry, trust, now: () => new Date('2026-11-23T00:00:00Z') };
	const spec = { name: release.name, selector: release.version, kind: 'version' } as const;
	const first = await inspect(spec, world);
	return { first, whole: await compare(first, world), warned: await addAdvisories(first, world), asked };
}

const warnings = ({ report }: Inspection) => report.findings.filter(({ warning }) => warning);

test('malware with a genuine origin: the warning leads, and the origin is told calmly', async () => {
	const { whole } = await reportOf(await mintRelease(authority), success(listed(MALWARE)));
	expect(whole.report.verdict).toBe('confirmed');
	expect(warnings(whole)).toEqual([
		{
			code: 'malware-advisory',
			claim: 'workflow-harmless',
			saidBy: 'registry',
			data: { title: 'Malware in minted', address: ADDRESS },
			detail: `Malware in minted ${ADDRESS}`,
			warning: true,
		},
	]);
	expect(whole.report.claims.find(({ id }) => id === 'workflow-harmless')?.standing).toBe('looked-at');
	const panel = describePanel(whole.report);
	expect(panel.look).toBe('malware');
	expect(panel.headline).toBe('npm lists “minted 1.0.0” as malware. Do not install it.');
	expect(panelLines(panel).join(' ')).toContain('a genuine record, from “stamp-test/minted”. That does not make it');
});

test('several advisories are one warning', async () => {
	const { whole } = await reportOf(await mintRelease(authority), success(listed(MALWARE, MALWARE)));
	expect(warnings(whole)).toHaveLength(1);
});

test('a list that was read and has nothing says nothing of the release', async () => {
	const { whole } = await reportOf(await mintRelease(authority), success({}));
	expect(whole.report.findings.map(({ code }) => code)).not.toContain('malware-advisory');
	expect(describeChecks(whole).made.some((check) => check.includes("npm's list of malware"))).toBe(true);
});

test.each<[string, Result<unknown> | undefined]>([
	['could not be had', failed('rate-limited')],
	['cannot be read', success([])],
	['was not asked for', undefined],
])('a list that %s changes no verdict, and the page says so', async (_what, answer) => {
	const { whole } = await reportOf(await mintRelease(authority), answer);
	expect(whole.report.verdict).toBe('confirmed');
	expect(warnings(whole)).toEqual([]);
	expect(describeChecks(whole).notMade.some((check) => check.includes("npm's list of malware"))).toBe(true);
});

test('only compare asks, not inspect', async () => {
	const { first, asked } = await reportOf(await mintRelease(authority), success(listed(MALWARE)));
	expect(warnings(first)).toEqual([]);
	// Once by `compare`, once by `addAdvisories`.
	expect(asked).toEqual(['minted@1.0.0', 'minted@1.0.0']);
});

test('the warning comes also where the releases before could not be compared', async () => {
	const { whole } = await reportOf(await mintRelease(authority), success(listed(MALWARE)), {
		fetchPackument: async () => failed('registry-error'),
	});
	expect(whole.report.history?.state).toBe('not-compared');
	expect(warnings(whole)).toHaveLength(1);
});

test('a release that was taken away is warned of', async () => {
	const { whole, warned } = await reportOf(await mintRelease(authority), success(listed(MALWARE)), {
		fetchManifest: async () => failed('release-not-found'),
	});
	for (const inspection of [whole, warned]) {
		expect(inspection.report.verdict).toBe('unknown');
		expect(describePanel(inspection.report).look).toBe('malware');
	}
});

test.each(['rate-limited', 'registry-unreachable', 'permission-withheld'] as const)(
	'a registry that just said %s is not asked for its list',
	async (code) => {
		const { asked } = await reportOf(await mintRelease(authority), success({}), {
			fetchManifest: async () => failed(code),
		});
		expect(asked).toEqual([]);
	},
);

test('where the attestations were refused, the panel asks for no more; the whole Report does', async () => {
	const { asked, warned, whole } = await reportOf(await mintRelease(authority), success(listed(MALWARE)), {
		fetchAttestations: async () => failed('rate-limited'),
	});
	expect(asked).toEqual(['minted@1.0.0']);
	expect(warnings(warned)).toEqual([]);
	expect(warnings(whole)).toHaveLength(1);
});
