/** Tests that evidence changed by one bit, or for something else, is a mismatch that names the claim. */
import { expect, test } from 'vitest';
import { pageAddress } from '../../lib/npm/site.ts';
import { linksOf } from '../../lib/report/chain-links.ts';
import { flip } from '../fixtures/flip.ts';
import type { Attestation, Release } from '../support/mint.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachBrowser, refutedClaims, type Stage } from './harness.ts';

type Bundle = Attestation['bundle'];

const RELEASE = 'sigstore@2.3.1';

/** What is done to the release, and which claim is refuted. */
const TAMPERINGS: [what: string, claim: string, change: (bundle: Bundle, release: Release, stage: Stage) => void][] = [
	[
		'a payload',
		'signed-by-build',
		({ dsseEnvelope }) => {
			dsseEnvelope.payload = flip(dsseEnvelope.payload, 200);
		},
	],
	[
		'a signature',
		'signed-by-build',
		({ dsseEnvelope: { signatures } }) => {
			for (const signature of signatures) signature.sig = flip(signature.sig, -1);
		},
	],
	[
		'the signed part of a certificate',
		'signed-by-build',
		(bundle) => {
			const leaf = leafOf(bundle);
			leaf.rawBytes = flip(leaf.rawBytes, 300);
		},
	],
	[
		'a proof hash',
		'logged: log-proof-invalid',
		(bundle) => {
			const { hashes } = proofOf(bundle);
			hashes[1] = flip(hashes[1] ?? '', 5);
		},
	],
	[
		'a checkpoint',
		'logged',
		(bundle) => {
			const { checkpoint } = proofOf(bundle);
			checkpoint.envelope = checkpoint.envelope.replace(/\n(\d+)\n/, (_all, size) => `\n${Number(size) + 1}\n`);
		},
	],
	[
		'the digest that the registry gives',
		'file-matches: subject-digest-differs',
		(_bundle, { manifest: { dist } }) => {
			dist.integrity = `sha512-${flip(String(dist.integrity).slice('sha512-'.length), 7)}`;
		},
	],
	[
		"another version's attestations",
		'file-matches: subject-name-differs',
		(_bundle, release, stage) => {
			release.attestations = stage.release('sigstore@1.0.0').attestations ?? { attestations: [] };
		},
	],
	[
		"another package's attestations",
		'file-matches: subject-name-differs',
		(_bundle, release, stage) => {
			release.attestations = stage.release('nuxt@3.13.0').attestations ?? { attestations: [] };
		},
	],
];

inEachBrowser((stage) => {
	test.each(TAMPERINGS)('%s refutes %s', async (_what, claim, change) => {
		const release = stage.release(RELEASE);
		change(provenanceOf(release), release, stage);
		stage.server.serve(packageOf([release]));

		await stage.tab.open(pageAddress(release.name, release.version));
		const panel = await stage.tab.settledPanel(RELEASE);
		expect(panel.look).toBe('mismatch');
		expect(panel.text).toContain(`Do not install “${release.name} ${release.version}”: its record does not match`);
		expect(panel.text).not.toContain('was published by');

		const report = await stage.ask('compare', RELEASE);
		expect(report.verdict).toBe('mismatch');
		expect(report.identity).toBeUndefined();
		const refuted = refutedClaims(report);
		expect(refuted.some((text) => text.startsWith(claim))).toBe(true);

		const page = await stage.browser.openExtensionPage(`report.html#${RELEASE}`);
		const shown = await page.waitFor(
			() =>
				[...document.querySelectorAll<HTMLElement>('[data-standing="refuted"]')]
					.map(({ dataset }) => dataset.claim)
					.join(),
			[],
		);
		expect(shown).toBe(refuted.map((text) => text.split(':')[0]).join());
		const broken = linksOf(report).filter(({ standing }) => standing === 'broken');
		const chain = await page.evaluate(readChain);
		expect(chain.broken).toEqual(broken.map(({ id }) => id));
		expect(chain.sentences).toContain(': Broken');
		// The first broken link leads to the claim that it rests on.
		await page.evaluate(() =>
			document.querySelector<HTMLElement>('[data-link][data-standing="broken"] button')?.click(),
		);
		expect(await page.evaluate(() => document.activeElement?.id)).toBe(`claim-${broken[0]?.claims[0]}`);
		await page.close();
	});
});

/** Runs in the page: the links that are broken, and what all of them say to whoever hears the page. */
function readChain() {
	const links = [...document.querySelectorAll<HTMLElement>('[data-link]')];
	return {
		broken: links.filter(({ dataset }) => dataset.standing === 'broken').map(({ dataset }) => dataset.link),
		sentences: links.map((one) => one.querySelector('p')?.textContent?.replace(/\s+/g, ' ').trim()).join('. '),
	};
}

function provenanceOf({ attestations }: Release): Bundle {
	const found = attestations?.attestations.find(({ predicateType }) => predicateType.startsWith('https://slsa.dev/'));
	if (!found) throw new Error('no provenance');
	return found.bundle;
}

function proofOf({ verificationMaterial }: Bundle) {
	const [entry] = verificationMaterial.tlogEntries;
	if (!entry) throw new Error('no log entry');
	return entry.inclusionProof;
}

function leafOf({ verificationMaterial }: Bundle): { rawBytes: string } {
	const { certificate, x509CertificateChain } = verificationMaterial as {
		certificate?: { rawBytes: string };
		x509CertificateChain?: { certificates: { rawBytes: string }[] };
	};
	const leaf = certificate ?? x509CertificateChain?.certificates[0];
	if (!leaf) throw new Error('no certificate');
	return leaf;
}
