/** Tests the looks on the report page: nobody is asked before the click, the browser asks the reader first, and each ends in findings or a reason. */
import { expect, test } from 'vitest';
import { GITHUB_API, GITHUB_RAW, REKOR } from '../../lib/npm/hosts.ts';
import { BUILD_FILE, githubRecords, loggedEntry, logHead } from '../fixtures/outside.ts';
import type { LogEntry } from '../support/authority.ts';
import type { Tab } from '../support/browser.ts';
import type { Release } from '../support/mint.ts';
import { hasData, packageOf } from '../support/recordings.ts';
import { inEachWithFreshExtension, type Stage } from './harness.ts';

const RELEASE = 'sigstore@2.3.1';
const HOSTS = [GITHUB_API, GITHUB_RAW, REKOR].map((origin) => new URL(origin).host);

const outsideOf = ({ server }: Stage) => server.requests.filter(({ host }) => HOSTS.includes(host));

function bundleOf(release: Release) {
	const bundle = release.attestations?.attestations.find(({ predicateType }) =>
		predicateType.includes('slsa.dev'),
	)?.bundle;
	if (!bundle) throw new Error(`no provenance: ${release.name}`);
	return bundle;
}

/** What a release's certificate names, as GitHub would hold it: a failed run, and no tag, or a signed one of that name. */
function recordsOf(release: Release, { tag, buildFile = BUILD_FILE }: { tag?: string; buildFile?: string } = {}) {
	const bundle = bundleOf(release);
	const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
	const { workflow } = statement.predicate.buildDefinition.externalParameters;
	const { github } = statement.predicate.buildDefinition.internalParameters;
	const [{ digest }] = statement.predicate.buildDefinition.resolvedDependencies;
	const [, run, attempt] =
		/runs\/(\d+)\/attempts\/(\d+)/.exec(statement.predicate.runDetails.metadata.invocationId) ?? [];
	const records = githubRecords({
		id: Number(github.repository_id),
		slug: workflow.repository.replace('https://github.com/', ''),
		commit: digest.gitCommit,
		workflow: workflow.path,
		run: Array.from({ length: Number(attempt) }, () => 'failure'),
		tags: tag === undefined ? {} : { [tag]: { commit: digest.gitCommit, isSigned: true } },
		buildFile,
	});
	return Object.fromEntries(
		Object.entries(records).map(([path, record]) => [path.replace('/runs/3003', `/runs/${run}`), record]),
	);
}

/** What the log answers about a release's entry, as it did when the entry was made. @param body base64, if another one. */
function logRecordsOf(release: Release, body?: string): ReturnType<typeof githubRecords> {
	const [entry] = bundleOf(release).verificationMaterial.tlogEntries as [LogEntry];
	return {
		'/api/v1/log': { json: logHead(entry.inclusionProof) },
		[`/api/v1/log/entries?logIndex=${entry.logIndex}`]: {
			json: loggedEntry({ ...entry, ...(body !== undefined && { canonicalizedBody: body }) }, entry.inclusionProof),
		},
	};
}

/** Runs in the page: what came of a look. */
function readLook(name: string) {
	const item = document.querySelector<HTMLElement>(`[data-look="${name}"]`);
	return {
		state: item?.dataset.lookState ?? '',
		words: item?.innerText ?? '',
		findings: [...(item?.querySelectorAll<HTMLElement>('[data-finding]') ?? [])].map((one) => one.dataset.finding),
		verdict: document.querySelector<HTMLElement>('[data-verdict]')?.dataset.verdict ?? '',
		left: document.querySelector<HTMLElement>('[data-requests]')?.dataset.requests ?? '',
		limits: [...document.querySelectorAll<HTMLElement>('[data-claim] [data-finding]')].map(
			(one) => one.dataset.finding,
		),
	};
}

async function look(page: Tab, name: string) {
	await page.page.bringToFront();
	await page.evaluate((one) => document.querySelector<HTMLElement>(`[data-look="${one}"] button`)?.focus(), name);
	await page.press('Enter');
	await page.waitFor(
		(one) => document.querySelector<HTMLElement>(`[data-look="${one}"]`)?.dataset.lookState === 'done',
		[name],
	);
	return page.evaluate(readLook, name);
}

/** Runs in the page: whether the link to the log holds. */
function readLoggedLink() {
	return document.querySelector<HTMLElement>('[data-link="signature-logged"]')?.dataset.standing;
}

/** Runs in the page: the reader says no. Chromium's question is a window of its own, which no test can answer. */
function refuseAll() {
	const { chrome } = globalThis as unknown as { chrome: { permissions: { request: unknown } } };
	chrome.permissions.request = (_permissions: unknown, told?: (isGiven: boolean) => void) =>
		told ? told(false) : Promise.resolve(false);
}

inEachWithFreshExtension((stage) => {
	test('the run and the tag are looked at once the reader allows it, and not before', async () => {
		const release = stage.release(RELEASE);
		stage.server.serve(packageOf([release]));
		const page = await stage.browser.openExtensionPage(`report.html#${RELEASE}`);
		await page.waitFor(() => document.querySelector('[data-look="run"] button') !== null, []);
		// There is no answer for anybody yet: a request would fail the scenario.
		expect((await page.evaluate(readLook, 'run')).state).toBe('offered');
		if (stage.name === 'chromium') {
			await page.evaluate(refuseAll);
			const refused = await look(page, 'run');
			expect(refused.words).toContain('host-not-allowed');
			expect(refused.findings).toEqual([]);
			expect(refused.verdict).toBe('confirmed');
			expect(outsideOf(stage)).toEqual([]);
		} else {
			stage.server.outside = recordsOf(release);
			const run = await look(page, 'run');
			expect(run.findings).toEqual(['run-failed']);
			expect(run.limits).toContain('run-failed');
			expect(run.left).toBe('42');
			const source = await look(page, 'source');
			expect(source.findings).toContain('tag-missing');
			expect(source.verdict).toBe('confirmed');
			expect(new Set(outsideOf(stage).map(({ host }) => host))).toEqual(new Set(HOSTS.slice(0, 2)));
			for (const { headers } of outsideOf(stage)) expect(headers).not.toHaveProperty('cookie');
		}
		await page.close();
	});

	test('commit and tag, build file, log and dependencies are looked at by their buttons', async () => {
		const release = stage.release(RELEASE);
		release.manifest.dependencies = { 'tuf-js': '^1.0.0' };
		stage.server.serve(packageOf([release]), packageOf([stage.release('tuf-js@1.0.0')]));
		const page = await stage.browser.openExtensionPage(`report.html#${RELEASE}`);
		await page.waitFor(() => document.querySelector('[data-look="tag"] button') !== null, []);
		const dependencies = await look(page, 'dependencies');
		expect(dependencies.findings).toEqual(['dependency-verdict']);
		expect(dependencies.words).toContain('tuf-js ^1.0.0');
		expect(outsideOf(stage)).toEqual([]);
		if (stage.name === 'chromium') {
			await page.evaluate(refuseAll);
			for (const name of ['tag', 'workflow', 'log']) {
				const { words, findings, verdict } = await look(page, name);
				expect({ name, isSaid: words.includes('host-not-allowed'), findings, verdict }).toEqual({
					name,
					isSaid: true,
					findings: [],
					verdict: 'confirmed',
				});
			}
			expect(outsideOf(stage)).toEqual([]);
		} else {
			const buildFile = BUILD_FILE.replace(/checkout@\w+/, 'checkout@v4');
			const github = recordsOf(release, { buildFile, tag: 'v2.3.1' });
			stage.server.outside = { ...github, ...logRecordsOf(release) };
			expect((await look(page, 'tag')).findings).toEqual(['commit-signed', 'commit-on-branch', 'tag-signed']);
			const workflow = await look(page, 'workflow');
			expect(workflow.findings).toEqual(['build-file-broad-permissions', 'build-file-unpinned-action']);
			const log = await look(page, 'log');
			// The log of minted releases is nobody's.
			expect(log.findings).toEqual(hasData ? ['log-entry-found'] : []);
			expect(log.words.includes('log-not-public')).toBe(!hasData);
			expect(new Set(outsideOf(stage).map(({ host }) => host))).toEqual(new Set(hasData ? HOSTS : HOSTS.slice(0, 2)));
			expect(await page.evaluate(readLoggedLink)).toBe('holds');
			// Another entry in the place of this one: the chain of evidence says so, and the verdict rests on what is signed.
			Object.assign(stage.server.outside, logRecordsOf(release, Buffer.from('{}').toString('base64')));
			const differs = await look(page, 'log');
			expect(differs.findings).toEqual(hasData ? ['log-entry-differs'] : []);
			expect(differs.verdict).toBe('confirmed');
			expect(await page.evaluate(readLoggedLink)).toBe(hasData ? 'broken' : 'holds');
		}
		await page.close();
	});

	test('what runs on install is read from the file, and needs no other host', async () => {
		stage.server.serve(packageOf([stage.release(RELEASE)]));
		const page = await stage.browser.openExtensionPage(`report.html#${RELEASE}`);
		await page.waitFor(() => document.querySelector('[data-look="scripts"] button') !== null, []);
		expect(stage.server.requests.some(({ kind }) => kind === 'tarball')).toBe(false);
		const scripts = await look(page, 'scripts');
		expect(scripts.words).toMatch(/Looked at/);
		expect(scripts.verdict).toBe('confirmed');
		expect(stage.server.requests.filter(({ kind }) => kind === 'tarball')).toHaveLength(1);
		await page.close();
	});
});
