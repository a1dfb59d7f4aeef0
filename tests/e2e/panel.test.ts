/** Scenarios of the main job, told once and run in real Chromium and Firefox: a reader opens pages of npm's site. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NPM_SITE } from '../../lib/release.ts';
import { startAuthority } from '../tools/authority.ts';
import { BROWSER_NAMES, builtExtension, type RunningBrowser, startBrowser, type Tab } from '../tools/browser.ts';
import { mintRelease, type Release } from '../tools/mint.ts';
import { hasData, packageOf, readRelease, recordedReleases } from '../tools/recordings.ts';
import { type LocalServer, startServer } from '../tools/server.ts';

if (!hasData) console.warn('SKIPPED: the scenarios on real records, since ../shared/data is absent');

const pictures = fileURLToPath(new URL('../../.output/pictures/', import.meta.url));
const SIGSTORE = 'sigstore@2.3.1';
const SIGSTORE_PAGE = `${NPM_SITE}/package/sigstore/v/2.3.1`;
const pageOf = (release: string) => `${NPM_SITE}/package/${release.replace(/@([^@]+)$/, '/v/$1')}`;

interface Bundle {
	dsseEnvelope: { payload: string; signatures: { sig: string }[] };
	verificationMaterial: {
		certificate?: { rawBytes: string };
		x509CertificateChain?: { certificates: { rawBytes: string }[] };
		tlogEntries: { inclusionProof: { hashes: string[]; checkpoint: { envelope: string } } }[];
	};
}

/** A recorded release with its provenance bundle changed. */
function changed(name: string, change: (bundle: Bundle, release: Release) => void): Release {
	const release = structuredClone(readRelease(name));
	const attestations = release.attestations?.attestations as unknown as { predicateType: string; bundle: Bundle }[];
	const provenance = attestations.find(({ predicateType }) => predicateType.startsWith('https://slsa.dev/'));
	if (provenance) change(provenance.bundle, release);
	return release;
}

function flip(base64: string, at: number): string {
	const bytes = Buffer.from(base64, 'base64');
	bytes[at] = (bytes[at] ?? 0) ^ 1;
	return bytes.toString('base64');
}

/** Runs in the page: whether the panel looks so by now. (Firefox cannot hand a node over, so the answer is a boolean.) */
function hasLook(look: string): boolean {
	const root = document.querySelector('[data-stamp-of-origin]')?.shadowRoot;
	return Boolean(root?.querySelector(`section[data-verdict="${look}"]`));
}

describe.each(BROWSER_NAMES)('%s', (name) => {
	let server: LocalServer;
	let browser: RunningBrowser;
	let tab: Tab;

	beforeAll(async () => {
		server = await startServer();
		browser = await startBrowser(name, { extension: builtExtension(name), proxy: server.proxy });
	}, 60_000);
	afterAll(async () => {
		await browser?.close();
		await server?.close();
	});
	beforeEach(async () => {
		server.reset();
		tab = await browser.newTab();
		await tab.resize(1280, 900);
	});
	afterEach(async () => {
		await forget();
		await tab.close();
		expect(server.unrecorded, 'every request had a recording').toEqual([]);
	});

	/** Empties the extension's kept answers, so that the next scenario asks again. */
	async function forget(): Promise<void> {
		const page = await browser.openExtensionPage('report.html');
		await page.evaluate(async () => {
			const open = indexedDB.open('evidence');
			await new Promise((done) => {
				open.onsuccess = done;
				open.onerror = done;
			});
			const database = open.result;
			if (database.objectStoreNames.contains('answers')) {
				const transaction = database.transaction('answers', 'readwrite');
				transaction.objectStore('answers').clear();
				await new Promise((done) => {
					transaction.oncomplete = done;
				});
			}
			database.close();
		});
		await page.close();
	}

	async function panelOn(release: string): Promise<{ look: string; text: string }> {
		await tab.open(pageOf(release));
		return tab.settledPanel(release);
	}

	/** The panel's answer, and the claims of the report page that do not stand. */
	async function answerOf(release: Release): Promise<{ look: string; text: string; refuted: string[] }> {
		server.serve(packageOf([release]));
		const spec = `${release.name}@${release.version}`;
		const { look, text } = await panelOn(spec);
		const report = await browser.openExtensionPage(`report.html#${encodeURIComponent(spec)}`);
		await report.waitFor(() => document.querySelectorAll('[data-claim]').length === 12, []);
		const refuted = await report.evaluate(() =>
			[...document.querySelectorAll('[data-standing="refuted"]')].map(
				(claim) => `${claim.getAttribute('data-claim')}: ${claim.querySelector('code')?.textContent ?? ''}`,
			),
		);
		await report.close();
		return { look, text, refuted };
	}

	describe.skipIf(!hasData)('real records', () => {
		test.each(recordedReleases())('%s is confirmed, in panel and report', async (release) => {
			server.serve(packageOf([readRelease(release)]));
			const { look, text } = await panelOn(release);
			expect(look).toBe('confirmed');
			const report = await browser.openExtensionPage(`report.html#${encodeURIComponent(release)}`);
			await report.waitFor(() => document.querySelectorAll('[data-claim]').length === 12, []);
			const whole = await report.evaluate(() => document.body.textContent ?? '');
			const statement = readStatement(release);
			expect(text).toContain(
				`${release.replace(/@([^@]+)$/, ' $1')}, came out of a run of ${statement.workflow.split('/').at(-1)}`,
			);
			expect(text).toContain(`in ${statement.repository}, at commit ${statement.commit.slice(0, 7)}`);
			for (const fact of [
				`https://github.com/${statement.repository}`,
				statement.workflow,
				statement.ref,
				statement.commit,
			])
				expect(whole).toContain(fact);
			await report.close();
		});

		const tamperings: [what: string, claim: string, change: (bundle: Bundle, release: Release) => void][] = [
			[
				'payload',
				'signed-by-build',
				({ dsseEnvelope }) => {
					dsseEnvelope.payload = flip(dsseEnvelope.payload, 40);
				},
			],
			[
				'signature',
				'signed-by-build',
				({
					dsseEnvelope: {
						signatures: [first],
					},
				}) => {
					if (first) first.sig = flip(first.sig, 20);
				},
			],
			[
				'certificate',
				'signed-by-build',
				({ verificationMaterial: { x509CertificateChain } }) => {
					const leaf = x509CertificateChain?.certificates[0];
					if (leaf) leaf.rawBytes = flip(leaf.rawBytes, 700);
				},
			],
			[
				'proof hash',
				'logged',
				({
					verificationMaterial: {
						tlogEntries: [entry],
					},
				}) => {
					if (entry) entry.inclusionProof.hashes[2] = flip(entry.inclusionProof.hashes[2] ?? '', 0);
				},
			],
			[
				'checkpoint',
				'logged',
				({
					verificationMaterial: {
						tlogEntries: [entry],
					},
				}) => {
					if (entry)
						entry.inclusionProof.checkpoint.envelope = entry.inclusionProof.checkpoint.envelope.replace(
							/\n\d+\n/,
							'\n99999999\n',
						);
				},
			],
			[
				'digest served',
				'file-matches',
				(_bundle, release) => {
					release.manifest.dist.integrity = `sha512-${createHash('sha512').update('another file').digest('base64')}`;
				},
			],
			[
				"another version's bundle",
				'file-matches',
				(_bundle, release) => {
					release.attestations = readRelease('sigstore@1.0.0').attestations as NonNullable<Release['attestations']>;
				},
			],
		];
		test.each(tamperings)('a changed %s is a mismatch that names %s', async (_what, claim, change) => {
			const { look, text, refuted } = await answerOf(changed(SIGSTORE, change));
			expect(look).toBe('mismatch');
			expect(text).toContain('does not match');
			expect(refuted.map((one) => one.split(':')[0])).toContain(claim);
		});

		test('the first answer takes two requests, side by side', async () => {
			server.serve(packageOf([readRelease(SIGSTORE)]));
			server.override('manifest', { delay: 400 });
			server.override('attestations', { delay: 400 });
			server.override('packument', { delay: 1500 });
			await tab.open(SIGSTORE_PAGE);
			await tab.waitFor(hasLook, ['confirmed']);
			const asked = server.requests.filter(({ kind }) => kind !== undefined);
			expect(
				asked
					.slice(0, 2)
					.map(({ kind }) => kind)
					.sort(),
			).toEqual(['attestations', 'manifest']);
			// Both were under way before either was answered.
			expect(Math.abs((asked[0]?.time ?? 0) - (asked[1]?.time ?? 0))).toBeLessThan(400);
			expect(asked.filter(({ kind }) => kind === 'manifest' || kind === 'attestations')).toHaveLength(2);
			await tab.settledPanel(SIGSTORE);
		});

		test("the panel's height is kept from its first frame, and npm's own nodes do not move", async () => {
			server.serve(packageOf([readRelease(SIGSTORE)]));
			server.override('attestations', { delay: 700 });
			await tab.open(SIGSTORE_PAGE);
			await tab.waitFor(hasLook, ['pending']);
			const rectangles = () =>
				[...document.querySelectorAll('aside > *, main h1, [role="tab"], [data-stamp-of-origin]')].map((node) => {
					const { x, y, width, height } = node.getBoundingClientRect();
					return [node.tagName, node.textContent?.slice(0, 20), x, y, width, height].join(' ');
				});
			const before = await tab.evaluate(rectangles);
			expect((await tab.panel())?.look).toBe('pending');
			await tab.settledPanel(SIGSTORE);
			expect(await tab.evaluate(rectangles)).toEqual(before);
			// Nothing is cut off: the words fit the room that was kept for them.
			const hidden = await tab.evaluate(() => {
				const words = document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.querySelector('[role="status"]');
				return words ? words.scrollHeight - words.clientHeight : Number.NaN;
			});
			expect(hidden).toBeLessThanOrEqual(0);
		});

		test('moving without a reload always shows the release in the address, never the one before', async () => {
			const others = ['tuf-js@1.0.0', 'gundam-visor@1.0.1'];
			for (const release of [SIGSTORE, ...others]) server.serve(packageOf([readRelease(release)]));
			server.override('attestations', { delay: 300 });
			await panelOn(SIGSTORE);
			await tab.evaluate(() => {
				const wrong: string[] = [];
				const look = () => {
					const host = document.querySelector<HTMLElement>('[data-stamp-of-origin]');
					const words = host?.shadowRoot?.querySelector('[role="status"]')?.textContent ?? '';
					const [, name = ''] = /\/package\/([^/]+)/.exec(location.pathname) ?? [];
					if (host && !host.dataset.stampOfOrigin?.startsWith(`${name}@`))
						wrong.push(`${location.pathname}: ${host.dataset.stampOfOrigin}`);
					if (host && words.includes('This exact file') && !words.includes(`This exact file, ${name} `))
						wrong.push(`${name}: ${words.slice(0, 60)}`);
					requestAnimationFrame(look);
				};
				look();
				Object.assign(window, { wrong });
			});
			for (const release of [...others, SIGSTORE]) {
				const address = pageOf(release);
				await tab.evaluate((href) => {
					const link = document.createElement('a');
					link.href = href;
					document.body.append(link);
					link.click();
					link.remove();
				}, address);
				expect((await tab.settledPanel(release)).text).toContain(`This exact file, ${release.replace('@', ' ')}`);
			}
			await tab.evaluate(() => history.back());
			expect((await tab.settledPanel('gundam-visor@1.0.1')).look).toBe('confirmed');
			expect(await tab.evaluate(() => (window as unknown as { wrong: string[] }).wrong)).toEqual([]);
		});

		test('under every tab, and gone where there is no package', async () => {
			server.serve(packageOf([readRelease(SIGSTORE)]));
			await panelOn(SIGSTORE);
			for (const which of ['code', 'dependencies', 'dependents', 'versions', 'readme']) {
				await tab.click(`#package-tab-${which}`);
				await tab.waitFor((wanted) => location.search.includes(wanted), [which]);
				expect((await tab.settledPanel(SIGSTORE)).look).toBe('confirmed');
			}
			await tab.open(`${NPM_SITE}/search?q=sigstore`);
			await new Promise((done) => setTimeout(done, 300));
			expect(await tab.panel()).toBeUndefined();
		});

		test("React's dropping our node brings it back, once and where it was", async () => {
			server.serve(packageOf([readRelease(SIGSTORE)]));
			await panelOn(SIGSTORE);
			for (let times = 0; times < 3; times += 1) {
				await tab.evaluate(() => (window as unknown as { site: { drop(): void } }).site.drop());
				await tab.waitFor(() => document.querySelectorAll('[data-stamp-of-origin]').length === 1, []);
				expect((await tab.settledPanel(SIGSTORE)).look).toBe('confirmed');
			}
			const below = await tab.evaluate(
				() => document.querySelector('[data-stamp-of-origin]')?.previousElementSibling?.textContent,
			);
			expect(below).toContain('Last publish');
		});

		test('latest, by the name alone', async () => {
			server.serve(packageOf([readRelease(SIGSTORE)]));
			await tab.open(`${NPM_SITE}/package/sigstore`);
			expect((await tab.settledPanel('sigstore@latest')).text).toContain('This exact file, sigstore 2.3.1');
		});

		test('a scoped name, in either spelling of its address', async () => {
			server.serve(packageOf([readRelease('@playwright/cli@0.1.1')]));
			for (const path of ['@playwright/cli', '%40playwright%2Fcli']) {
				await tab.open(`${NPM_SITE}/package/${path}/v/0.1.1`);
				expect((await tab.settledPanel('@playwright/cli@0.1.1')).look).toBe('confirmed');
			}
		});

		test('"Evidence" opens the report page, by mouse and by keyboard', async () => {
			server.serve(packageOf([readRelease(SIGSTORE)]));
			await panelOn(SIGSTORE);
			await tab.click('[data-stamp-of-origin] >>> button');
			const report = await browser.waitForExtensionPage('report.html');
			await report.waitFor(() => document.querySelectorAll('[data-claim]').length === 12, []);
			expect(await report.evaluate(() => document.querySelector('h1')?.textContent)).toBe('sigstore 2.3.1');
			await report.resize(900, 1200);
			await report.screenshot(`${pictures}report-page-${name}.png`);
			await report.close();
			await tab.evaluate(() => {
				document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.querySelector('button')?.focus();
			});
			await tab.press('Enter');
			const again = await browser.waitForExtensionPage('report.html');
			await again.close();
		});

		test('light, dark and narrow', async () => {
			server.serve(packageOf([readRelease(SIGSTORE)]));
			for (const [colorMode, width] of [
				['light', 1280],
				['dark', 1280],
				['light', 420],
			] as const) {
				server.site.colorMode = colorMode;
				await tab.resize(width, 1100);
				await panelOn(SIGSTORE);
				const ground = await tab.evaluate(() => {
					const themed = document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.querySelector('.themed');
					return themed ? getComputedStyle(themed).backgroundColor : '';
				});
				expect(ground).toBe(colorMode === 'dark' ? 'rgb(22, 27, 34)' : 'rgb(255, 255, 255)');
				const overflow = await tab.evaluate(
					() => document.documentElement.scrollWidth - document.documentElement.clientWidth,
				);
				expect(overflow).toBeLessThanOrEqual(0);
				await tab.screenshot(`${pictures}page-${name}-${colorMode}-${width}.png`);
			}
		});

		test('the popup looks a package up', async () => {
			server.serve(packageOf([readRelease(SIGSTORE)]));
			const popup = await browser.openExtensionPage('popup.html');
			await popup.type('#package', SIGSTORE);
			await popup.press('Enter');
			await popup.waitFor(() => document.querySelector('section[data-verdict="confirmed"]') !== null, []);
			expect(await popup.evaluate(() => document.body.textContent ?? '')).toContain('46e7056');
			await popup.close();
		});

		const failures: [what: string, sentence: string, behave: () => void][] = [
			['too many requests', 'fewer requests', () => server.override('attestations', { status: 429 })],
			['a fault at the registry', 'a fault of its own', () => server.override('manifest', { status: 503 })],
			['an answer that breaks off', 'broke off', () => server.override('attestations', { isCutOff: true })],
			['an answer that is not JSON', 'not JSON', () => server.override('attestations', { body: '<html>' })],
			[
				'an answer of the wrong form',
				'the form it should have',
				() => server.override('attestations', { body: '{"attestations":7}' }),
			],
			['an answer without end', 'larger than the limit', () => server.override('attestations', { isEndless: true })],
			[
				'a redirect to elsewhere',
				'another address',
				() => server.override('manifest', { status: 302, headers: { location: 'https://elsewhere.example/' } }),
			],
			[
				'attestations withheld',
				'does not serve them',
				() => server.override('attestations', { status: 404, body: '{}' }),
			],
		];
		test.each(failures)('%s is "could not check", and "try again" works', async (_what, sentence, behave) => {
			server.serve(packageOf([readRelease(SIGSTORE)]));
			behave();
			const { look, text } = await panelOn(SIGSTORE);
			expect(look).toBe('unknown');
			expect(text).toContain('Could not check');
			expect(text).toContain(sentence);
			server.reset();
			server.serve(packageOf([readRelease(SIGSTORE)]));
			await forget();
			await tab.click('[data-stamp-of-origin] >>> button:last-of-type');
			await tab.waitFor(hasLook, ['confirmed']);
		});
	});

	test('a release of a private Sigstore instance is unknown, not false', async () => {
		const release = await mintRelease(await startAuthority());
		const { look, text, refuted } = await answerOf(release);
		expect(look).toBe('unknown');
		expect(text).toContain('trust root does not hold');
		expect(refuted).toEqual([]);
	});

	test('a release without provenance says so, and claims nothing more', async () => {
		const release = await mintRelease(await startAuthority(), {
			provenance: false,
			publish: false,
			registrySignature: false,
		});
		const { look, text } = await answerOf(release);
		expect(look).toBe('none');
		expect(text).toContain('No provenance found for minted 1.0.0');
	});

	test('a package that the registry does not know', async () => {
		const { look, text } = await (async () => {
			server.serve(packageOf([await mintRelease(await startAuthority())]));
			server.override('manifest', { status: 404, body: '{}' });
			server.override('attestations', { status: 404, body: '{}' });
			return panelOn('minted@1.0.0');
		})();
		expect(look).toBe('unknown');
		expect(text).toContain('knows no such release');
	});
});

/** What a recorded release's own statement says of its build. */
function readStatement(release: string): { repository: string; workflow: string; ref: string; commit: string } {
	const attestations = readRelease(release).attestations?.attestations ?? [];
	const bundle = attestations.find(({ predicateType }) => predicateType.startsWith('https://slsa.dev/'))?.bundle;
	const { predicate } = JSON.parse(Buffer.from(bundle?.dsseEnvelope.payload ?? '', 'base64').toString('utf8'));
	if (predicate.buildDefinition) {
		const { repository, path, ref } = predicate.buildDefinition.externalParameters.workflow;
		const commit = predicate.buildDefinition.resolvedDependencies[0].digest.gitCommit;
		return { repository: repository.replace('https://github.com/', ''), workflow: path, ref, commit };
	}
	const { GITHUB_REPOSITORY, GITHUB_REF, GITHUB_SHA, GITHUB_WORKFLOW_REF } = predicate.invocation.environment;
	const workflow = GITHUB_WORKFLOW_REF.slice(GITHUB_REPOSITORY.length + 1).split('@')[0];
	return { repository: GITHUB_REPOSITORY, workflow, ref: GITHUB_REF, commit: GITHUB_SHA };
}
