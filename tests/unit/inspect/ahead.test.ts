/** Tests of the walk that asks ahead: the list of releases is under way before the evidence is there, and the Report is the same. */
import { beforeAll, expect, test } from 'vitest';
import { askingAhead, gatheringAhead } from '../../../lib/inspect/ahead.ts';
import { compare } from '../../../lib/inspect/complete.ts';
import { type InspectContext, inspect } from '../../../lib/inspect/inspect.ts';
import type { ReleaseSpec } from '../../../lib/npm/spec.ts';
import { createRegistry } from '../../../lib/registry/client.ts';
import type { ReleaseRegistry } from '../../../lib/registry/registry.ts';
import type { Manifest } from '../../../lib/report/evidence.ts';
import { failed, type Result, success } from '../../../lib/report/result.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { startAuthority } from '../../support/authority.ts';
import { mintRelease, type Release } from '../../support/mint.ts';
import { packageOf } from '../../support/recordings.ts';

const SPEC: ReleaseSpec = { name: 'minted', selector: '1.1.0', kind: 'version' };

let trust: TrustRoot;
let releases: Release[];
let manifest: Result<Manifest>;
beforeAll(async () => {
	const authority = await startAuthority();
	trust = await trustIn(authority);
	releases = [
		await mintRelease(authority, { version: '1.0.0', publishedAt: new Date('2026-04-01T12:00:00Z') }),
		await mintRelease(authority, { version: '1.1.0', publishedAt: new Date('2026-05-01T12:00:00Z') }),
	];
	const ask = () => Promise.resolve(new Response(JSON.stringify(releases[1]?.manifest)));
	manifest = await createRegistry(undefined, { ask }).fetchManifest(SPEC);
});

/** @param isOld whether the list that is kept lacks the newest release. */
function worldOf(change: Partial<ReleaseRegistry> = {}, isOld = false): { world: InspectContext; asked: string[] } {
	const asked: string[] = [];
	const { packument } = packageOf(releases);
	const older = packageOf(releases.slice(0, 1)).packument;
	const registry: ReleaseRegistry = {
		fetchManifest: async () => {
			asked.push('manifest');
			return manifest;
		},
		fetchAttestations: async (_name, version) => {
			asked.push(`attestations ${version}`);
			return success(releases.find((release) => release.version === version)?.attestations);
		},
		fetchPackument: async (_name, isAnew) => {
			asked.push(isAnew ? 'list anew' : 'list');
			return success(new Blob([JSON.stringify(isOld && !isAnew ? older : packument)]));
		},
		fetchAdvisories: async () => success({}),
		...change,
	};
	return { world: { registry, trust, now: () => new Date('2026-06-01T00:00:00Z') }, asked };
}

const walk = async (world: InspectContext) => compare(await inspect(SPEC, world), world);

test('the list is asked for once, before the evidence is verified', async () => {
	const held = Promise.withResolvers<TrustRoot>();
	const { world, asked } = worldOf();
	const walked = walk(askingAhead({ ...world, trust: held.promise }));
	await expect.poll(() => asked.length).toBe(3);
	expect(asked.toSorted()).toEqual(['attestations 1.1.0', 'list', 'manifest']);
	held.resolve(trust);
	expect((await walked).report.history?.state).toBe('compared');
	expect(asked.filter((what) => what === 'list')).toHaveLength(1);
});

test.each([false, true])(
	'the Report is that of a walk that asks in turn (the kept list too old: %s)',
	async (isOld) => {
		const [ahead, inTurn] = [worldOf({}, isOld), worldOf({}, isOld)];
		expect(await walk(askingAhead(ahead.world))).toEqual(await walk(inTurn.world));
		expect(ahead.asked.toSorted()).toEqual(inTurn.asked.toSorted());
		expect(ahead.asked.includes('list anew')).toBe(isOld);
	},
);

test.each([
	{ fetchManifest: async () => failed('rate-limited') },
	// The manifest may be one that was kept.
	{ fetchAttestations: async () => failed('rate-limited') },
])('a registry that asks to wait is asked for no list ahead', async (change) => {
	const { world, asked } = worldOf(change);
	expect((await inspect(SPEC, askingAhead(world))).report.verdict).toBe('unknown');
	expect(asked).not.toContain('list');
});

test('a list that is left with the page is nobody’s error', async () => {
	const { world } = worldOf({ fetchPackument: () => Promise.reject(new Error('left')) });
	expect((await inspect(SPEC, askingAhead(world))).report.verdict).toBe('confirmed');
	await new Promise((resolve) => setTimeout(resolve, 20));
});

test('the evidence is asked for at once, each answer once, and the Report is the same', async () => {
	const { world, asked } = worldOf();
	const registry = gatheringAhead(SPEC, world.registry);
	expect(asked).toEqual(['manifest', 'attestations 1.1.0']);
	const { report } = await walk(askingAhead({ ...world, registry }));
	expect(report).toEqual((await walk(worldOf().world)).report);
	expect(asked.filter((what) => what === 'manifest')).toHaveLength(1);
	expect(asked.filter((what) => what === 'attestations 1.1.0')).toHaveLength(1);
	// Whoever asks again is answered anew.
	await registry.fetchManifest(SPEC);
	await registry.fetchAttestations('minted', '1.1.0');
	expect(asked.filter((what) => what === 'manifest')).toHaveLength(2);
	expect(asked.filter((what) => what === 'attestations 1.1.0')).toHaveLength(2);
});

test('of a tag only the manifest is asked for at once; other releases are asked for as ever', async () => {
	const { world, asked } = worldOf();
	const registry = gatheringAhead({ name: 'minted', selector: 'latest', kind: 'tag' }, world.registry);
	expect(asked).toEqual(['manifest']);
	await registry.fetchManifest(SPEC);
	await registry.fetchAttestations('minted', '1.0.0');
	expect(asked).toEqual(['manifest', 'manifest', 'attestations 1.0.0']);
});

test('an answer that nobody comes for may fail', async () => {
	const failing = async () => {
		throw new Error('left');
	};
	gatheringAhead(SPEC, { ...worldOf().world.registry, fetchManifest: failing, fetchAttestations: failing });
	await new Promise((resolve) => setTimeout(resolve));
});
