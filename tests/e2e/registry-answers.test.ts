/** Tests the contract's table: what the registry may answer, and what the reader is told of it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { pageAddress } from '../../lib/npm/site.ts';
import { parseSpec } from '../../lib/npm/spec.ts';
import type { FailureCode } from '../../lib/report/failures.ts';
import type { Claim } from '../../lib/report/report.ts';
import type { Verdict } from '../../lib/report/verdict.ts';
import { describeFailure } from '../../lib/text/en/failures.ts';
import { capital } from '../../lib/text/format.ts';
import { flip } from '../fixtures/flip.ts';
import { startAuthority } from '../support/authority.ts';
import type { Tab } from '../support/browser.ts';
import { mintRelease, type Release } from '../support/mint.ts';
import { hasData, packageOf, readPackage } from '../support/recordings.ts';
import type { Behaviour, LocalServer, RegistryKind } from '../support/server.ts';
import { inEachBrowser, refutedClaims, type Stage, uncheckedCodes, withoutProvenance } from './harness.ts';

const RELEASE = 'sigstore@2.3.1';
/** Chromium holds an extension's requests back from an address that said 5xx three times: such cases have releases of their own. */
const FAULTY = '@playwright/cli@0.1.1';
const FAULTY_ONCE = 'nuxt@3.13.0';

/** Opens the page of a release, and gives what panel and background say; they must agree. */
async function read(stage: Stage, release = RELEASE) {
	const { name, selector } = parseSpec(release) ?? { name: '', selector: '' };
	await stage.tab.open(pageAddress(name, selector));
	const panel = await stage.tab.settledPanel(release);
	const report = await stage.ask('compare', release);
	// A confirmed origin that could not be compared has a look of its own.
	const isCompared = report.verdict !== 'confirmed' || report.history?.state === 'compared';
	expect(panel.look).toBe(isCompared ? report.verdict : 'not-compared');
	return { panel, report };
}

const standing = (claims: Claim[], id: string) => claims.find((claim) => claim.id === id);

inEachBrowser((stage) => {
	// Giving up takes twenty seconds, so the others run meanwhile: each serves this release too, and the last one reads it.
	const SLOW = 'tuf-js@1.0.0';
	let slow: Tab;
	beforeEach(() => {
		stage.server.serve(packageOf([stage.release(SLOW)]));
		stage.server.override(({ path }) => path === '/tuf-js/1.0.0', { isNever: true });
	});
	test('a registry that does not answer keeps the panel waiting', async () => {
		slow = await stage.browser.newTab();
		const { name, version } = stage.release(SLOW);
		await slow.open(pageAddress(name, version));
		await slow.waitFor(() => document.querySelector('[data-stamp-of-origin]') !== null, []);
		expect((await slow.panel())?.look).toBe('pending');
		await stage.tab.page.bringToFront();
	});

	const refusals: [what: string, kind: RegistryKind, behaviour: Behaviour, code: FailureCode][] = [
		['attestations 404 while the manifest names some', 'attestations', { status: 404 }, 'attestations-withheld'],
		['no such version', 'manifest', { status: 404 }, 'release-not-found'],
		['a private package', 'manifest', { status: 403 }, 'release-not-found'],
		['429 for the manifest', 'manifest', { status: 429 }, 'rate-limited'],
		['429 for the attestations', 'attestations', { status: 429 }, 'rate-limited'],
		['503 for the manifest', 'manifest', { status: 503 }, 'registry-error'],
		['500 for the attestations', 'attestations', { status: 500 }, 'registry-error'],
		['a page instead of a manifest', 'manifest', { body: '<!doctype html>' }, 'not-json'],
		['a page instead of attestations', 'attestations', { body: '<!doctype html>' }, 'not-json'],
		['a manifest of another shape', 'manifest', { body: '{"name":7}' }, 'wrong-shape'],
		['attestations of another shape', 'attestations', { body: '{"attestations":7}' }, 'wrong-shape'],
		['a manifest cut off', 'manifest', { isCutOff: true }, 'cut-off'],
		['attestations cut off', 'attestations', { isCutOff: true }, 'cut-off'],
		['attestations without end', 'attestations', { isEndless: true }, 'too-large'],
		[
			'a redirect to another host',
			'attestations',
			// Were it followed, the local server would have no recording of that host, and the scenario would fail.
			{ status: 302, headers: { location: 'https://elsewhere.test/' } },
			'foreign-redirect',
		],
	];
	test.each(refusals)('%s: could not check', async (_what, kind, behaviour, code) => {
		const release = stage.release((behaviour.status ?? 0) >= 500 ? FAULTY : RELEASE);
		stage.server.serve(packageOf([release]));
		stage.server.override(kind, behaviour);
		await stage.tab.open(pageAddress(release.name, release.version));
		const panel = await stage.tab.settledPanel(`${release.name}@${release.version}`);
		expect(panel.look).toBe('unknown');
		const isMissing = code === 'release-not-found';
		const named = `“${release.name} ${release.version}”`;
		expect(panel.text).toContain(
			isMissing ? `npm has no public release ${named}` : `Could not check where ${named} was`,
		);
		expect(panel.text).toContain(capital(describeFailure({ code })));
		// One advice for each cause: what is not there, or is too large, will not be otherwise in a minute.
		const isFinal = code === 'release-not-found' || code === 'too-large';
		expect(panel.text.includes('Try again')).toBe(!isFinal);
		// A registry that refuses is not pressed: what failed is asked again only when the reader says so.
		const asked = stage.server.requests.flatMap(({ path, kind: of }) =>
			path.includes(release.name) && of ? [of] : [],
		);
		expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted());
	});

	test('"Try again" asks again, and shows the answer', async () => {
		const release = stage.release(FAULTY_ONCE);
		stage.server.serve(packageOf([release]));
		stage.server.override('attestations', { status: 503 });
		await stage.tab.open(pageAddress(release.name, release.version));
		expect((await stage.tab.settledPanel(FAULTY_ONCE)).look).toBe('unknown');
		stage.server.override('attestations', {});
		await stage.tab.click('[data-stamp-of-origin] >>> .actions button');
		await stage.tab.waitFor(
			() => document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.querySelector('[data-verdict="confirmed"]'),
			[],
		);
	});

	const changes: [what: string, verdict: Verdict, change: (release: Release) => void, check: Check][] = [
		[
			'publish attestation only: as without provenance',
			'none',
			(release) => {
				release.attestations = { attestations: attestationsOf(release, '/publish/') };
				delete release.manifest.dist.attestations;
			},
			({ panel, report }) => {
				expect(standing(report.claims, 'registry-received')).toEqual({ id: 'registry-received', standing: 'proved' });
				expect(panel.text).toContain('No build record');
			},
		],
		[
			'provenance without publish attestation',
			'confirmed',
			(release) => {
				release.attestations = { attestations: attestationsOf(release, 'slsa.dev') };
			},
			({ report }) =>
				expect(standing(report.claims, 'registry-received')).toEqual({
					id: 'registry-received',
					standing: 'unproved',
					why: 'absent',
				}),
		],
		[
			'an unknown label, which nobody signed',
			'confirmed',
			(release) => {
				for (const attestation of attestationsOf(release, 'slsa.dev'))
					attestation.predicateType = 'https://predicate.test/v9';
			},
			({ report }) => expect(uncheckedCodes(report)).toEqual([]),
		],
		[
			'an unknown predicate',
			'unknown',
			(release) => {
				for (const attestation of attestationsOf(release, 'slsa.dev')) {
					const { dsseEnvelope } = attestation.bundle;
					const statement = Buffer.from(dsseEnvelope.payload, 'base64').toString();
					dsseEnvelope.payload = Buffer.from(statement.replace('provenance/v1', 'provenance/v9')).toString('base64');
					attestation.predicateType = 'https://slsa.dev/provenance/v9';
				}
			},
			({ report }) => expect(uncheckedCodes(report)).toContain('unsupported-predicate'),
		],
		[
			'an unknown bundle version',
			'unknown',
			(release) => {
				for (const { bundle } of attestationsOf(release, 'slsa.dev'))
					bundle.mediaType = 'application/vnd.dev.sigstore.bundle.v9.9+json';
			},
			({ report }) => expect(uncheckedCodes(report)).toContain('unsupported-bundle-version'),
		],
		[
			'another repository in package.json is a finding, and no verdict',
			'confirmed',
			(release) => {
				release.manifest.repository = { type: 'git', url: 'git+https://github.com/somebody/else.git' };
			},
			({ report }) => expect(report.findings.map(({ code }) => code)).toContain('repository-differs'),
		],
	];
	test.each(changes)('%s', async (_what, verdict, change, check) => {
		const release = stage.release(RELEASE);
		change(release);
		stage.server.serve(packageOf([release]));
		const answer = await read(stage);
		expect(answer.report.verdict).toBe(verdict);
		check(answer);
	});

	const LISTS: [what: string, verdict: Verdict, releases: () => Release[], words: string][] = [
		['no provenance, and nothing before it', 'none', () => [newer(false)], 'No build record for “sigstore 2.3.1”'],
		[
			'no provenance, nor before',
			'none',
			() => [older(false), newer(false)],
			'those that it is compared with have none either',
		],
		['no provenance, but before', 'lost', () => [older(true), newer(false)], 'is missing: “1.0.0”'],
		[
			'another workflow than before',
			'changed',
			() => [older(true), newer(true)],
			'“sigstore 2.3.1” comes from another build file than “1.0.0”',
		],
	];
	const given = (release: Release, has: boolean) => (has ? release : withoutProvenance(release));
	const newer = (has: boolean) => given(stage.release(RELEASE), has);
	const older = (has: boolean) => given(stage.release('sigstore@1.0.0'), has);
	test.each(LISTS)('%s: %s', async (_what, verdict, releases, words) => {
		stage.server.serve(packageOf(releases()));
		const { panel, report } = await read(stage);
		expect(report.verdict).toBe(verdict);
		expect(panel.text).toContain(words);
		expect(refutedClaims(report)).toEqual([]);
	});

	test('authorities that the trust root does not hold: could not check', async () => {
		const [name = '', version = ''] = RELEASE.split('@');
		stage.server.serve(packageOf([await mintRelease(await startAuthority(), { name, version })]));
		const { report } = await read(stage);
		expect(report.verdict).toBe('unknown');
		expect(uncheckedCodes(report)).toContain('not-in-trust-root');
		expect(refutedClaims(report)).toEqual([]);
	});

	test.each([
		['with provenance: confirmed, not compared', 'confirmed', true],
		['without: could not check', 'unknown', false],
	] as const)('the packument fails, %s', async (_what, verdict, hasProvenance) => {
		stage.server.serve(packageOf([newer(hasProvenance)]));
		stage.server.override('packument', { status: 503 });
		const { report } = await read(stage);
		expect(report.verdict).toBe(verdict);
		expect(report.history?.state).toBe('not-compared');
	});

	describe.skipIf(!hasData)("the registry's signature (skipped where ../shared/data is absent)", () => {
		/** The one recorded release with a full recorded manifest, and so with a signature of the registry's. */
		function serveNuxt(server: LocalServer, change: (signature: { sig: string; keyid: string }) => void): void {
			const nuxt = readPackage('nuxt');
			if (!nuxt) throw new Error('nuxt is not recorded');
			const dist = nuxt.packument.versions['3.13.0']?.dist as
				| { signatures: { sig: string; keyid: string }[] }
				| undefined;
			for (const signature of dist?.signatures ?? []) change(signature);
			server.serve(nuxt);
		}

		test('right: proved', async () => {
			serveNuxt(stage.server, () => undefined);
			const { report } = await read(stage, 'nuxt@3.13.0');
			expect(standing(report.claims, 'registry-signed')?.standing).toBe('proved');
		});

		test('wrong: mismatch', async () => {
			serveNuxt(stage.server, (signature) => {
				signature.sig = flip(signature.sig, -1);
			});
			const { report } = await read(stage, 'nuxt@3.13.0');
			expect(report.verdict).toBe('mismatch');
			expect(refutedClaims(report)).toEqual(['registry-signed: registry-signature-invalid']);
		});

		test('by a key unknown to us: could not check that one claim', async () => {
			serveNuxt(stage.server, (signature) => {
				signature.keyid = 'SHA256:unknown';
			});
			const { report } = await read(stage, 'nuxt@3.13.0');
			expect(report.verdict).toBe('confirmed');
			expect(standing(report.claims, 'registry-signed')).toMatchObject({ why: 'could-not-check' });
		});
	});

	test('a registry that never answered: could not check', async () => {
		await slow.page.bringToFront();
		await slow.waitFor(
			() =>
				document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.querySelector('section')?.dataset.verdict ===
				'unknown',
			[],
			25_000,
		);
		expect((await slow.panel())?.text).toContain('did not answer in time');
		await slow.close();
		await stage.tab.page.bringToFront();
	});
});

type Check = (answer: Awaited<ReturnType<typeof read>>) => void;

function attestationsOf({ attestations }: Release, kind: string) {
	return attestations?.attestations.filter(({ predicateType }) => predicateType.includes(kind)) ?? [];
}
