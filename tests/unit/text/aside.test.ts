/** Tests of the walk with warnings put aside and with what was seen before: both are findings, and no verdict changes. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Sightings } from '../../../lib/history/first-seen.ts';
import { compare } from '../../../lib/inspect/complete.ts';
import { type InspectContext, inspect } from '../../../lib/inspect/inspect.ts';
import type { OwnedPolicy } from '../../../lib/inspect/with-findings.ts';
import { warningsOf } from '../../../lib/policy/mutes.ts';
import type { Mute } from '../../../lib/policy/schema.ts';
import type { ReleaseRegistry } from '../../../lib/registry/registry.ts';
import type { Manifest } from '../../../lib/report/evidence.ts';
import { makeFinding } from '../../../lib/report/findings.ts';
import type { Report } from '../../../lib/report/report.ts';
import { type Result, success } from '../../../lib/report/result.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { describeMark } from '../../../lib/text/en/marks.ts';
import { describePanel } from '../../../lib/text/en/panel.ts';
import { flip } from '../../fixtures/flip.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { mintRelease, type Release } from '../../support/mint.ts';
import { packageOf } from '../../support/recordings.ts';

let authority: Authority;
let trust: TrustRoot;
let before: Release;
let withProvenance: Release;
let byHand: Release;

beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
	const mint = (version: string, day: string, more = {}) =>
		mintRelease(authority, { version, publishedAt: new Date(`${day}T12:00:00Z`), ...more });
	before = await mint('1.0.0', '2026-03-01');
	withProvenance = await mint('1.0.1', '2026-03-20');
	byHand = await mint('1.0.1', '2026-03-20', { provenance: false, publish: false });
});

/** Both Reports of `minted@1.0.1` as it is served, the earlier release before it. */
async function reportsOf(
	release: Release,
	world: Partial<InspectContext> = {},
	answers: { keptSince?: string } = {},
): Promise<{ first: Report; last: Report }> {
	const { packument, attestations } = packageOf([before, release]);
	const { integrity, signatures } = release.manifest.dist as unknown as Pick<Manifest, 'integrity' | 'signatures'>;
	const manifest: Result<Manifest> = {
		...success({ name: 'minted', version: '1.0.1', integrity, signatures }),
		...answers,
	};
	const registry: ReleaseRegistry = {
		fetchManifest: async () => manifest,
		fetchAttestations: async (_name, version) => success(attestations[version]),
		fetchPackument: async () => success(packument),
	};
	const here = { registry, trust, now: () => new Date('2026-11-25T06:00:00Z'), ...world };
	const inspection = await inspect({ name: 'minted', selector: '1.0.1', kind: 'version' }, here);
	return { first: inspection.report, last: (await compare(inspection, here)).report };
}

const codes = ({ findings }: Report) => findings.map(({ code }) => code);

test('an allowlist that could not be read is a finding, and no verdict', async () => {
	const [read, unread] = [
		await reportsOf(withProvenance),
		await reportsOf(withProvenance, { isAllowlistUnread: true }),
	];
	for (const step of ['first', 'last'] as const) {
		expect(codes(read[step])).not.toContain('allowlist-unreadable');
		expect(codes(unread[step])).toContain('allowlist-unreadable');
		expect(unread[step].verdict).toBe(read[step].verdict);
		expect(unread[step].claims).toEqual(read[step].claims);
	}
});

describe('a warning put aside', () => {
	const MUTE: Mute = { package: 'minted', version: '1.0.1', note: 'they told us', date: '2026-11-20' };
	const ROW = { package: 'minted', repository: 'https://github.com/else/minted' };
	const owned = (setBy: 'you' | 'organisation', mutes: Mute[], rows = [] as { package: string }[]): OwnedPolicy => ({
		setBy,
		policy: { version: 1, rows, mutes },
	});

	test('keeps its verdict, becomes a finding with day and note, and is told calmly', async () => {
		const loud = await reportsOf(byHand);
		const { last } = await reportsOf(byHand, { policies: [owned('you', [MUTE])] });
		expect(last.verdict).toBe('lost');
		expect(last.findings).toContainEqual({
			code: 'muted',
			claim: 'signed-by-build',
			saidBy: 'here',
			data: { date: '2026-11-20', note: 'they told us' },
			detail: '2026-11-20 they told us',
		});
		const [panel, loudPanel] = [describePanel(last), describePanel(loud.last)];
		expect(loudPanel.look).toBe('lost');
		expect(panel.look).toBe('muted');
		expect(panel.headline).toBe(loudPanel.headline);
		expect(panel.limits).toEqual(loudPanel.limits);
		expect(panel.note).toBe('You dismissed this warning on 20 November 2026 (“they told us”).');
	});

	const scopes: [what: string, mute: Partial<Mute>, holds: boolean][] = [
		['the version', { version: '1.0.1' }, true],
		['another version', { version: '1.0.0' }, false],
		['the line', { line: '1' }, true],
		['another line', { line: '2' }, false],
		['the package', {}, true],
		['this kind of warning', { verdict: 'lost' }, true],
		['another kind of warning', { verdict: 'changed' }, false],
		['another package', { package: 'other' }, false],
	];
	test.each(scopes)('for %s', async (_what, scope, holds) => {
		const mute: Mute = { package: 'minted', note: '', date: '2026-11-20', ...scope };
		const { last } = await reportsOf(byHand, { policies: [owned('you', [mute])] });
		expect(codes(last).includes('muted')).toBe(holds);
	});

	test('without a note', async () => {
		const { last } = await reportsOf(byHand, { policies: [owned('you', [{ ...MUTE, note: '' }])] });
		expect(describePanel(last).note).toBe('You dismissed this warning on 20 November 2026.');
	});

	test('of the allowlist, in the first answer already', async () => {
		const { first, last } = await reportsOf(withProvenance, { policies: [owned('you', [MUTE], [ROW])] });
		for (const report of [first, last]) {
			expect(report.verdict).toBe('not-allowed');
			expect(codes(report).filter((code) => code === 'muted')).toHaveLength(1);
		}
		// Whose trust root decided is said all the same.
		expect(describePanel(last).note).toMatch(/^You dismissed this warning/);
		expect(describePanel(last).rows?.at(-1)?.term).toBe('Your trust root');
		expect(describeMark(first)).toMatchObject({
			look: 'muted',
			sentence: expect.stringContaining('You dismissed this warning on 20 November 2026'),
		});
	});

	test('of the allowlist hides no other warning under it: each is put aside by itself', async () => {
		const required = { package: 'minted', provenance: 'required' as const };
		const mute: Mute = { ...MUTE, verdict: 'not-allowed' };
		const { last } = await reportsOf(byHand, { policies: [owned('you', [mute], [required])] });
		expect(last.verdict).toBe('not-allowed');
		expect(warningsOf(last)).toEqual(['not-allowed', 'lost']);
		expect(describePanel(last).look).toBe('not-allowed');
		const both = await reportsOf(byHand, {
			policies: [owned('you', [mute, { ...MUTE, verdict: 'lost' }], [required])],
		});
		expect(describePanel(both.last).look).toBe('muted');
	});

	test("by an organisation is said to be the organisation's", async () => {
		const { last } = await reportsOf(byHand, { policies: [owned('organisation', [MUTE]), owned('you', [])] });
		expect(codes(last)).toContain('muted-by-organisation');
		expect(describePanel(last).note).toContain('Your organisation dismissed this warning');
	});

	test("by the reader does not silence the organisation's allowlist, the organisation's own does", async () => {
		const theirs = owned('organisation', [], [ROW]);
		const { last } = await reportsOf(withProvenance, { policies: [theirs, owned('you', [MUTE])] });
		expect(last.verdict).toBe('not-allowed');
		expect(codes(last).filter((code) => code.startsWith('muted'))).toEqual([]);
		expect(describePanel(last).look).toBe('not-allowed');
		const own = await reportsOf(withProvenance, { policies: [owned('organisation', [MUTE], [ROW]), owned('you', [])] });
		expect(codes(own.last)).toContain('muted-by-organisation');
	});

	test('is never false evidence, nor what is no warning', async () => {
		const tampered = structuredClone(withProvenance);
		for (const { bundle } of tampered.attestations?.attestations ?? [])
			bundle.dsseEnvelope.payload = flip(bundle.dsseEnvelope.payload, 40);
		const policies = [owned('organisation', [{ ...MUTE, version: undefined }]), owned('you', [MUTE])] as OwnedPolicy[];
		for (const [release, verdict] of [
			[tampered, 'mismatch'],
			[withProvenance, 'confirmed'],
		] as const) {
			const { last } = await reportsOf(release, { policies });
			expect(last.verdict).toBe(verdict);
			expect(codes(last).filter((code) => code.startsWith('muted'))).toEqual([]);
			expect(describePanel(last).look).toBe(verdict);
		}
	});

	test('does not quieten a warning that stands above it', async () => {
		const { last } = await reportsOf(byHand, { policies: [owned('you', [MUTE])] });
		const warned: Report = {
			...last,
			findings: [...last.findings, { ...makeFinding('git-head-missing'), warning: true }],
		};
		expect(describePanel(warned).look).toBe('lost');
	});
});

describe('what was seen', () => {
	function store(): Sightings & { kept: Map<string, unknown>; setAside: unknown[] } {
		const kept = new Map<string, unknown>();
		const setAside: unknown[] = [];
		return {
			kept,
			setAside,
			change: async (release, how) => {
				const { kept: now, isUnreadable } = how(structuredClone(kept.get(release)));
				if (isUnreadable) setAside.push(kept.get(release));
				kept.set(release, structuredClone(now));
			},
		};
	}
	const later = () => new Date('2026-12-01T06:00:00Z');
	const changedFile = (release: Release): Release => {
		const changed = structuredClone(release);
		changed.manifest.dist.integrity = `sha512-${'A'.repeat(86)}==`;
		return changed;
	};
	const warnings = ({ findings }: Report) => findings.flatMap(({ code, warning }) => (warning ? [code] : []));

	test('is noted once the Report is complete, and the same again says nothing', async () => {
		const sightings = store();
		const { first, last } = await reportsOf(withProvenance, { sightings });
		expect([...sightings.kept.keys()]).toEqual(['minted@1.0.1']);
		const plain = await reportsOf(withProvenance);
		expect(first).toEqual(plain.first);
		expect(last).toEqual(plain.last);
		expect((await reportsOf(withProvenance, { sightings, now: later })).last.findings).toEqual(plain.last.findings);
	});

	test('is the one warning where the registry drops provenance, and the verdict is as it would be', async () => {
		const sightings = store();
		const earlier = structuredClone(before);
		// With no release before it to compare with, this is not `lost`.
		await reportsOf(withProvenance, { sightings });
		before = { ...earlier, version: '2.0.0', manifest: { ...earlier.manifest, version: '2.0.0' } };
		const { last } = await reportsOf(byHand, { sightings, now: later }).finally(() => {
			before = earlier;
		});
		expect(last.verdict).toBe('none');
		// The file is the same in name only: minted anew, its bytes are others.
		expect(codes(last)).toContain('seen-with-provenance');
		expect(warnings(last)).toHaveLength(1);
		const panel = describePanel(last);
		expect(panel.look).toBe('seen');
		expect(panel.headline).toContain('minted 1.0.1');
		expect(panel.rows?.map(({ term }) => term)).toEqual(['25 November 2026', '1 December 2026']);
		expect(last.claims.find(({ id }) => id === 'registry-keeps-serving')?.standing).toBe('looked-at');
	});

	test('goes before a loss, which is the one warning for who sees it first; so it does where that was dismissed', async () => {
		const sightings = store();
		await reportsOf(withProvenance, { sightings });
		const { last } = await reportsOf(byHand, { sightings, now: later });
		expect(last.verdict).toBe('lost');
		expect(codes(last)).toContain('seen-with-provenance');
		expect(warnings(last)).toEqual(['seen-with-provenance']);
		expect(warnings((await reportsOf(byHand, { sightings: store() })).last)).toEqual([]);
		const mute: Mute = { package: 'minted', note: '', date: '2026-11-20' };
		const policies: OwnedPolicy[] = [{ policy: { version: 1, rows: [], mutes: [mute] }, setBy: 'you' }];
		const muted = (await reportsOf(byHand, { sightings, now: later, policies })).last;
		expect(codes(muted)).toContain('muted');
		expect(warnings(muted)).toHaveLength(1);
		expect(describePanel(muted).look).toBe('seen');
	});

	test('of a file that is not the signed one is told beside the mismatch', async () => {
		const sightings = store();
		await reportsOf(withProvenance, { sightings });
		const { last } = await reportsOf(changedFile(withProvenance), { sightings, now: later });
		expect(last.verdict).toBe('mismatch');
		expect(codes(last)).toContain('seen-with-another-file');
		expect(warnings(last)).toEqual([]);
		// A signer that did not hold is none.
		expect(codes(last)).not.toContain('seen-with-provenance');
	});

	test('is not changed by an answer that was kept from an earlier day', async () => {
		const sightings = store();
		await reportsOf(changedFile(withProvenance), { sightings }, { keptSince: '2026-11-24T06:00:00.000Z' });
		expect(sightings.kept.size).toBe(0);
	});

	test('that cannot be read is set aside; a store that fails costs a sentence, not the answer', async () => {
		const sightings = store();
		sightings.kept.set('minted@1.0.1', { from: 'elsewhere' });
		await reportsOf(withProvenance, { sightings });
		expect(sightings.setAside).toEqual([{ from: 'elsewhere' }]);
		const broken: Sightings = { change: () => Promise.reject(new Error('the disk is full')) };
		const { last } = await reportsOf(withProvenance, { sightings: broken });
		expect(last.verdict).toBe('confirmed');
		expect(codes(last)).toContain('sightings-unavailable');
		expect(describePanel(last).look).toBe('confirmed');
	});
});
