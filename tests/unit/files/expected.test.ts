/** Tests of files beside an allowlist: which origin it expects decides only where every check holds. */
import { beforeAll, expect, test } from 'vitest';
import { checkFiles, type FilesWorld } from '../../../lib/files/check.ts';
import type { Policy } from '../../../lib/policy/schema.ts';
import type { FilesReport } from '../../../lib/report/files.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { givenFiles } from '../../fixtures/files.ts';
import { flip } from '../../fixtures/flip.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { startAuthority } from '../../support/authority.ts';
import { mintRelease, type Release } from '../../support/mint.ts';

let trust: TrustRoot;
let release: Release;
let repository: string;
beforeAll(async () => {
	const authority = await startAuthority();
	trust = await trustIn(authority);
	release = await mintRelease(authority, { name: '@scope/thing', version: '1.2.3' });
	const { records } = await check({ 'a.json': release.attestations });
	repository = records.find(({ identity }) => identity)?.identity?.repository ?? '';
});

const check = (files: Record<string, unknown>, world: Partial<FilesWorld> = {}) =>
	checkFiles(givenFiles(files), { trustFor: () => trust, now: () => new Date('2026-11-28T12:00:00Z'), ...world });
const provenanceOf = ({ records }: FilesReport) => records.find(({ kind }) => kind === 'provenance');
const policyOf = (...rows: Policy['rows']): Policy => ({ version: 1, rows });
const ofReader = (...rows: Policy['rows']) => ({ policies: [{ policy: policyOf(...rows), setBy: 'you' as const }] });
const ELSEWHERE = { package: '@scope/*', repository: 'https://github.com/other/thing' };

test('a record from the expected origin holds, one from elsewhere does not, and one without a row says so', async () => {
	const files = { 'a.json': release.attestations, 'a.tgz': release.tarball };
	const expected = await check(files, ofReader({ package: '@scope/thing', repository }));
	expect(expected.result).toBe('holds');
	expect(provenanceOf(expected)?.policy).toEqual({ state: 'allowed', row: '@scope/thing', setBy: 'you' });
	// Nothing is expected of the registry's own record.
	expect(expected.records.filter(({ policy }) => policy)).toHaveLength(1);
	const elsewhere = await check(files, ofReader(ELSEWHERE));
	expect(elsewhere.result).toBe('not-allowed');
	expect(provenanceOf(elsewhere)).toMatchObject({
		result: 'not-allowed',
		policy: {
			state: 'not-allowed',
			row: '@scope/*',
			differences: [{ field: 'repository', expected: ELSEWHERE.repository, found: repository }],
		},
	});
	expect(provenanceOf(elsewhere)?.checks.every(({ standing }) => standing === 'proved')).toBe(true);
	const strange = await check(files, ofReader({ package: 'another', repository }));
	expect([strange.result, provenanceOf(strange)?.policy]).toEqual(['holds', { state: 'no-row' }]);
	expect(provenanceOf(await check(files))).not.toHaveProperty('policy');
});

test("the organisation's row goes before the reader's", async () => {
	const [own] = ofReader({ package: '@scope/thing', repository }).policies;
	const policies = [{ policy: policyOf(ELSEWHERE), setBy: 'organisation' as const }, ...(own ? [own] : [])];
	const report = await check({ 'a.json': release.attestations }, { policies });
	expect([report.result, provenanceOf(report)?.policy?.setBy]).toEqual(['not-allowed', 'organisation']);
});

test('of a false record, or one that could not be checked, the allowlist says nothing', async () => {
	const altered = structuredClone(release.attestations);
	for (const { bundle } of altered?.attestations ?? [])
		bundle.dsseEnvelope.payload = flip(bundle.dsseEnvelope.payload, 40);
	const wrong = await check({ 'a.json': altered }, ofReader(ELSEWHERE));
	expect(wrong.result).toBe('mismatch');
	const another = await mintRelease(await startAuthority(), { name: '@scope/thing', version: '1.2.3' });
	const unknown = await check({ 'a.json': another.attestations }, ofReader(ELSEWHERE));
	expect(unknown.result).not.toBe('not-allowed');
	// A file that is another one than was signed.
	const file = Buffer.from(release.tarball ?? []);
	file[file.length - 9] = (file[file.length - 9] ?? 0) ^ 1;
	const swapped = await check({ 'a.json': release.attestations, 'a.tgz': file }, ofReader(ELSEWHERE));
	expect(swapped.result).toBe('mismatch');
	for (const { records } of [wrong, unknown, swapped])
		for (const record of records) expect(record).not.toHaveProperty('policy');
});

test('an allowlist that could not be read is among what was not checked, unless another one decided', async () => {
	const isAllowlistUnread = true;
	const files = { 'a.json': release.attestations };
	expect((await check(files, { isAllowlistUnread })).notChecked).toContain('allowlist');
	const policies = [{ policy: policyOf(ELSEWHERE), setBy: 'organisation' as const }];
	expect((await check(files, { isAllowlistUnread, policies })).notChecked).not.toContain('allowlist');
	expect((await check({ 'a.txt': 'nothing' }, { isAllowlistUnread })).notChecked).not.toContain('allowlist');
	expect((await check(files)).notChecked).not.toContain('allowlist');
});
