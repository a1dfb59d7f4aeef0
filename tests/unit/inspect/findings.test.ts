/** Tests of what is noticed beside the verdict: the registry's answers against each other, tags, placeholders, links, recipes. */
import { describe, expect, test } from 'vitest';
import { withNumbers } from '../../../lib/attestation/statement-numbers.ts';
import { prepareComparison } from '../../../lib/history/compare.ts';
import { compareAnswers, findHolding, findInIdentity, findInSignatures } from '../../../lib/inspect/findings.ts';
import { leadingWarning } from '../../../lib/inspect/warnings.ts';
import { withFindings } from '../../../lib/inspect/with-findings.ts';
import { REGISTRY } from '../../../lib/npm/hosts.ts';
import { parsePackument } from '../../../lib/npm/packument.ts';
import type { Inspection, Manifest } from '../../../lib/report/evidence.ts';
import type { FindingCode } from '../../../lib/report/finding-data.ts';
import { FINDINGS, type Finding, makeFinding } from '../../../lib/report/findings.ts';
import type { Report } from '../../../lib/report/report.ts';
import { describeBuildLevel, describeRecipes } from '../../../lib/text/en/evidence.ts';
import { describePanel } from '../../../lib/text/en/panel.ts';
import { panelLines } from '../../../lib/text/en/panel-text.ts';
import { linksOf } from '../../../lib/text/links.ts';
import { packumentJson, parsed } from '../../fixtures/packuments.ts';
import { IDENTITY, REPORTS } from '../../fixtures/reports.ts';

const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code);
const HOST = new URL(REGISTRY).host;

describe("the registry's answers against each other", () => {
	const INTEGRITY = `sha512-${'A'.repeat(86)}==`;
	const manifest: Manifest = {
		name: 'example',
		version: '1.0.0',
		integrity: INTEGRITY,
		tarball: `${REGISTRY}/example/-/example-1.0.0.tgz`,
		signatures: [],
		attestations: { provenance: 'https://slsa.dev/provenance/v1' },
	};
	const listed = { ...manifest, publishedAt: '2026-03-01T00:00:00.000Z' };
	const compare = (one: Partial<Manifest>, other: Partial<typeof listed>, signedAt?: string) =>
		compareAnswers({
			manifest: { ...manifest, ...one },
			listed: { ...listed, ...other },
			hosts: [HOST, '127.0.0.1:4873'],
			...(signedAt && { signedAt: new Date(signedAt) }),
		});

	test('alike: nothing is said', () => expect(compare({}, {})).toEqual({ findings: [] }));

	test('another fingerprint, or another host of the file: another file', () => {
		for (const difference of [
			{ integrity: `sha512-${'B'.repeat(86)}==` },
			{ integrity: 'sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
			{ tarball: 'https://evil.test/example-1.0.0.tgz' },
			{ tarball: `https://evil.test/${HOST}/example-1.0.0.tgz` },
			{ tarball: 'not an address' },
		]) {
			expect(compare(difference, {}).failure?.code).toBe('registry-lists-another-file');
			expect(compare({}, difference).failure?.code).toBe('registry-lists-another-file');
		}
	});

	test('a mirror that serves its own address in one of them, or none, is no other file', () => {
		const mirror = { tarball: 'http://127.0.0.1:4873/example/-/example-1.0.0.tgz' };
		expect(compare(mirror, {})).toEqual({ findings: [] });
		expect(compare({}, { tarball: undefined })).toEqual({ findings: [] });
	});

	test('what contradicts and is no other file is a finding', () => {
		const foreign = { tarball: 'https://files.test/example-1.0.0.tgz' };
		const contradictions = [
			[compare(foreign, foreign), 'host'],
			[compare({}, { integrity: undefined }), 'integrity'],
			[compare({}, { attestations: undefined }), 'attestations'],
			[compare({ attestations: undefined }, {}), 'attestations'],
			[compare({}, {}, '2024-02-28T00:00:00.000Z'), 'time'],
		] as const;
		for (const [{ failure, findings }, field] of contradictions) {
			expect(failure).toBeUndefined();
			expect(findings).toMatchObject([{ code: 'registry-contradicts-itself', data: { field } }]);
		}
		expect(compare({}, {}, '2025-03-02T00:00:00.000Z').findings).toEqual([]);
	});

	test('an answer without any signature of the registry is told', () => {
		expect(codes(findInSignatures({ signatures: [] }))).toEqual(['registry-signature-missing']);
		expect(findInSignatures({ signatures: [{ keyid: 'a', sig: 'b' }] })).toEqual([]);
	});
});

describe('a list without dates', () => {
	test('of the release, or of one that had provenance, tells nothing of a loss', async () => {
		const json = packumentJson([
			{ version: '1.0.0', at: '2026-01-01', provenance: true },
			{ version: '1.0.1', at: '2026-02-01' },
		]);
		const without = async (...versions: string[]) => {
			const time = Object.fromEntries(Object.entries(json.time).filter(([version]) => !versions.includes(version)));
			return prepareComparison(await parsed({ ...json, time }), '1.0.1');
		};
		for (const versions of [['1.0.1'], ['1.0.0'], ['1.0.0', '1.0.1']])
			expect(await without(...versions)).toMatchObject({ failure: { code: 'release-undated' } });
		expect((await without()).ok).toBe(true);
	});
});

describe('a tag that names another version', () => {
	const found = (tag: string, name = '@scope/pkg', version = '1.2.0') =>
		codes(findInIdentity({ ...IDENTITY, ref: `refs/tags/${tag}` }, { name, version })).includes(
			'tag-of-another-version',
		);
	test.each([
		'v1.3.0',
		'1.3.0',
		'@scope/pkg@1.3.0',
		'pkg@1.3.0',
		'pkg-v1.3.0',
		'pkg/v1.3.0',
		'v1.2.0-rc.1',
		'release-1.3.0',
	])('%s', (tag) => expect(found(tag)).toBe(true));
	test.each([
		'v1.2.0',
		'1.2.0',
		'@scope/pkg@1.2.0',
		'v1.2.0+build',
		'other@1.3.0',
		'@scope/other@9.9.9',
		'v1',
		'stable',
		'nightly-2026',
	])('not %s', (tag) => expect(found(tag)).toBe(false));
});

test("npm's placeholder says what its times show", async () => {
	const json = packumentJson([{ version: '0.0.1-security', at: '2026-05-03' }], 'gone');
	const time = {
		...json.time,
		created: '2020-01-01',
		'1.0.0': '2026-01-01T00:00:00Z',
		'1.0.1': '2026-05-01T00:00:00Z',
	};
	const packument = await parsePackument({ ...json, time });
	const removed = packument.ok ? packument.value.removed : { releases: 0 };
	expect(removed).toEqual({ releases: 2, last: { version: '1.0.1', publishedAt: '2026-05-01T00:00:00.000Z' } });
	const manifest = { name: 'gone', version: '0.0.1-security', signatures: [], repository: 'npm/security-holder' };
	const findings = findHolding(manifest, removed);
	expect(findings).toMatchObject([{ code: 'security-holding', data: { removed: 2 } }]);
	expect(findHolding({ ...manifest, repository: 'somebody/else' }, removed)).toEqual([]);
	const panel = describePanel({ ...(REPORTS.none as Report), findings });
	expect(panelLines(panel)).toContain('Gone: 2 versions of the package, the last of 1 May 2026');
});

test('numbers of early certificates come from the signed statement, and never instead of the certificate', () => {
	const { repositoryId: _id, ownerId: _owner, ...early } = IDENTITY;
	const statement = (predicate: unknown) => ({ type: '', predicateType: '', subject: [], predicate });
	const environment = { GITHUB_REPOSITORY_ID: '11', GITHUB_REPOSITORY_OWNER_ID: '12' };
	const numbers = { repositoryId: '11', ownerId: '12' };
	expect(withNumbers(early, statement({ invocation: { environment } }))).toEqual({ ...early, ...numbers });
	const github = { repository_id: 11, repository_owner_id: '12' };
	const v1 = statement({ buildDefinition: { internalParameters: { github } } });
	expect(withNumbers(early, v1)).toEqual({ ...early, ...numbers });
	expect(withNumbers(IDENTITY, v1)).toEqual(IDENTITY);
	for (const odd of [null, 1, [], { invocation: { environment: { GITHUB_REPOSITORY_ID: '1; drop' } } }])
		expect(withNumbers(early, statement(odd))).toEqual(early);
});

describe('findings in a Report', () => {
	const confirmed: Report = { ...(REPORTS.confirmed as Report), findings: [] };

	test('at most ten of a code, then how many more; also when they come in parts', () => {
		const scripts = (count: number) =>
			Array.from({ length: count }, (_, index) =>
				makeFinding('dependency-outside-registry', { name: `d${index}`, source: 'git://x', since: '1.0.0' }),
			);
		const once = withFindings(confirmed, scripts(20_000), undefined);
		expect(once.findings).toHaveLength(11);
		expect(once.findings.at(-1)).toMatchObject({ data: { code: 'dependency-outside-registry', more: 19_990 } });
		const twice = withFindings(once, scripts(5), undefined);
		expect(twice.findings).toHaveLength(11);
		expect(twice.findings.at(-1)).toMatchObject({ data: { more: 19_995 } });
	});

	test('text in data and detail is cut', () => {
		const finding = makeFinding('signer-elsewhere', { signer: 'x'.repeat(10_000) });
		expect(finding.data.signer).toHaveLength(300);
		expect(finding.detail).toHaveLength(300);
	});

	test('one leads, by the list; the others are lines', () => {
		const malware = makeFinding('malware-advisory', { title: 'Malware in example' });
		const moved = makeFinding('latest-moved-back', { version: '2.0.0', why: 'provenance' });
		const beside = makeFinding('beside-a-lost-release', { version: '2.0.0', verdict: 'lost' });
		const warned = (...findings: Finding[]) =>
			codes(withFindings(REPORTS.none as Report, findings, undefined).findings.filter(({ warning }) => warning));
		expect(warned(beside, moved, malware)).toEqual(['malware-advisory']);
		expect(warned(beside, moved)).toEqual(['latest-moved-back']);
		expect(warned(beside)).toEqual(['beside-a-lost-release']);
		expect(warned(makeFinding('latest-moved-back', { version: '2.0.0', why: 'maintained' }))).toEqual([]);
		// A graver verdict leaves no second warning.
		const lost = withFindings(REPORTS.lost as Report, [moved, beside], undefined);
		expect(lost.findings.filter(({ warning }) => warning)).toEqual([]);
		expect(leadingWarning(lost, false)).toEqual({ verdict: 'lost' });
	});

	test('every code of the table makes a detail, or says all by itself', () => {
		const data = new Proxy({}, { get: (_data, key) => (key === 'starts' ? ['x'] : 'x') });
		for (const [code, { detail }] of Object.entries(FINDINGS))
			if (detail) expect(typeof (detail as (data: unknown) => string)(data), code as FindingCode).toBe('string');
	});
});

describe('the way out', () => {
	const sha512 = 'ab'.repeat(64);
	const inspection = (predicateType: string, predicate: unknown = {}): Inspection => ({
		report: REPORTS.confirmed as Report,
		evidence: {
			provenance: {
				statement: { type: '', predicateType, subject: [{ name: '', digest: { sha512 } }], predicate },
				signer: { keyId: '' },
				signedAt: '',
				logEntries: [],
			},
		},
	});

	test('names the versions of the tools, the kind of the statement and its SHA-512 digest', () => {
		for (const predicateType of ['https://slsa.dev/provenance/v0.2', 'https://slsa.dev/provenance/v1']) {
			const [npm, cosign] = describeRecipes(inspection(predicateType));
			expect(npm?.note).toContain('npm 9.5 or newer');
			expect(cosign?.note).toContain('cosign 3.0 or newer');
			const lines = cosign?.lines.join('\n') ?? '';
			for (const part of [`--type ${predicateType}`, `--digestAlg sha512 --digest ${sha512}`, IDENTITY.signer])
				expect(lines).toContain(part);
			expect(lines).not.toContain('*.tgz\nnpm');
		}
	});

	test("without a statement that names one, only npm's own check is told", () => {
		expect(describeRecipes({ report: REPORTS.none as Report, evidence: {} })).toHaveLength(1);
	});

	test('a link to the log names the log, and leads to none that the page does not read', () => {
		const entry = { index: '7', logId: '', kind: 'dsse 0.0.1', hasInclusionProof: true };
		const texts = (logAddress: string) => linksOf(IDENTITY, [{ ...entry, logAddress }]).map(({ text }) => text);
		expect(texts('https://rekor.sigstore.dev')).toContain('Entry 7 in the log rekor.sigstore.dev');
		for (const other of ['https://log2025-1.rekor.sigstore.dev', 'https://rekor.our.test', ''])
			expect(texts(other).some((text) => text.startsWith('Entry'))).toBe(false);
	});

	test("npm's built-in provenance is called so only where it is that", () => {
		const level = (predicate: unknown) =>
			describeBuildLevel(IDENTITY, { type: '', predicateType: '', subject: [], predicate });
		const builtIn = {
			buildDefinition: { buildType: 'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1' },
			runDetails: { builder: { id: 'https://github.com/actions/runner/github-hosted' } },
		};
		expect(level(builtIn)).toContain("npm's built-in provenance as Build Level 2");
		const builder =
			'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/builder_nodejs_slsa3.yml@refs/tags/v2';
		for (const other of [
			{ ...builtIn, runDetails: { builder: { id: builder } } },
			{ ...builtIn, buildDefinition: { buildType: 'https://example.test/build' } },
			null,
		])
			expect(level(other)).toContain("It is not npm's built-in provenance");
	});
});
