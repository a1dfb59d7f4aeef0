/** Owns `npm run -s bench [-- --json] [--samples N]`: ratios in one run on one machine, ours and theirs in turn. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { NPM_SITE } from '../../lib/release.ts';
import { startAuthority } from '../tools/authority.ts';
import { BROWSER_NAMES, type BrowserName, type RunningBrowser, startBrowser } from '../tools/browser.ts';
import { buildExtension } from '../tools/build.ts';
import { mintRelease } from '../tools/mint.ts';
import { packageOf, readRelease } from '../tools/recordings.ts';
import { startServer } from '../tools/server.ts';
import { countRequests } from './requests.ts';

/** One row of the contract; one for each `against`. */
interface Row {
	name: string;
	where: string;
	median: number;
	unit: 'ms' | 'bytes' | 'requests';
	n: number;
	against?: string;
	ratio?: number;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({ options: { json: { type: 'boolean' }, samples: { type: 'string', default: '40' } } });
const samples = Number(values.samples);
const rows: Row[] = [];

const folder = join(root, '../shared/data/attestations');
if (!existsSync(folder)) {
	console.error('bench needs the real records in ../shared/data, and they are absent');
	process.exit(2);
}
const bundles: unknown[] = readdirSync(folder).map((file) => {
	const { attestations } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
	return attestations.find((one: { predicateType: string }) => one.predicateType.startsWith('https://slsa.dev/'))
		.bundle;
});
const bundleFile = join(mkdtempSync(join(tmpdir(), 'bench-')), 'bundles.json');
writeFileSync(bundleFile, JSON.stringify(bundles));

/** A thousand bundles that have nothing in common: keys, certificates, statements and log entries of their own. */
const authority = await startAuthority();
const minted: unknown[] = [];
for (let index = 0; index < 1000; index += 1) {
	const { attestations } = await mintRelease(authority, { version: `1.0.${index}`, publish: false });
	minted.push(attestations?.attestations[0]?.bundle);
}

const requests = await countRequests();
rows.push({
	name: 'requests-per-release',
	where: 'Node',
	median: median(requests),
	unit: 'requests',
	n: requests.length,
});

const folders = await buildExtension(['chrome', 'firefox'], { hasDoor: true, isSilent: true });
for (const [index, name] of BROWSER_NAMES.entries()) await measure(name, folders[index] ?? '');
const content = readFileSync(join(folders[0] ?? '', 'content-scripts/npmjs.js'));
rows.push({
	name: 'content-script-gzip',
	where: 'build',
	median: gzipSync(content, { level: 9 }).length,
	unit: 'bytes',
	n: 1,
});
print();

async function measure(name: BrowserName, extension: string): Promise<void> {
	const server = await startServer();
	server.serve(packageOf([readRelease('sigstore@2.3.1')]));
	const browser = await startBrowser(name, { extension, proxy: server.proxy });
	try {
		await measureNavigation(browser);
		// Before the door is opened: a worker that ends takes the door with it.
		if (name === 'chromium') await measureFreshWorker(browser);
		await measureWarm(browser);
		await measureMany(browser);
	} finally {
		await browser.close();
		await server.close();
	}
}

/** One real provenance attestation after another, with everything loaded and compiled. */
async function measureWarm(browser: RunningBrowser): Promise<void> {
	const node = await startNode();
	try {
		await browser.callDoor('timeRounds', { bundles, rounds: 20 });
		await node.round(20);
		const taken: { ours: number; floor: number; node: number }[] = [];
		for (let sample = 0; sample < samples; sample += 1) {
			const { ours, floor } = await browser.callDoor('timeRounds', { bundles, rounds: 2 });
			taken.push({ ours, floor, node: await node.round(2) });
		}
		const common = {
			name: 'provenance-warm',
			where: `${browser.name} background`,
			median: median(taken.map((one) => one.ours)) / bundles.length,
			unit: 'ms',
			n: samples,
		} as const;
		rows.push({ ...common, against: 'webcrypto-floor', ratio: median(taken.map((one) => one.ours / one.floor)) });
		rows.push({ ...common, against: 'node-sigstore-js', ratio: median(taken.map((one) => one.ours / one.node)) });
	} finally {
		node.stop();
	}
}

/** A thousand different verifications: is the time linear, and is the memory given back? */
async function measureMany(browser: RunningBrowser): Promise<void> {
	const { trustedRoot } = authority;
	const times: number[] = [];
	// A hundred at a time: Firefox takes minutes over an argument of ten megabytes.
	for (let from = 0; from < minted.length; from += 100)
		times.push(await browser.callDoor('timeMany', { bundles: minted.slice(from, from + 100), trustedRoot }));
	const [first = Number.NaN] = times;
	const whole = times.reduce((sum, time) => sum + time, 0);
	const where = `${browser.name} background`;
	rows.push({
		name: 'verifications-1000',
		where,
		median: whole,
		unit: 'ms',
		n: 1,
		against: 'first-100-times-10',
		ratio: whole / (first * 10),
	});
	// Firefox tells nobody how much one background holds.
	if (browser.name === 'firefox') return;
	const heap = await browser.heapOfBackground();
	rows.push({
		name: 'heap-after-1000',
		where,
		median: heap,
		unit: 'bytes',
		n: 1,
		against: '30-MB',
		ratio: heap / 30e6,
	});
}

/**
 * From the start of the service worker, which a message wakes, to the answer at the page that asked; the evidence is kept on this
 * machine. Theirs is from the first line of a running Node: to load the library, and to verify one attestation of the two.
 */
async function measureFreshWorker(browser: RunningBrowser): Promise<void> {
	const page = await browser.openExtensionPage('popup.html');
	const ask = () =>
		page.evaluate(async () => {
			const { runtime } = (
				globalThis as unknown as {
					chrome: { runtime: { sendMessage(message: unknown): Promise<{ verdict: string }> } };
				}
			).chrome;
			const { verdict } = await runtime.sendMessage({ question: 'inspect', name: 'sigstore', selector: '2.3.1' });
			if (verdict !== 'confirmed') throw new Error(verdict);
			return performance.timeOrigin + performance.now();
		});
	await ask();
	const taken: { ours: number; node: number }[] = [];
	for (let sample = 0; sample < 15; sample += 1) {
		await browser.stopBackground();
		const answered = await ask();
		const ours = answered - (await browser.startOfBackground());
		const node = await startNode();
		node.stop();
		taken.push({ ours, node: node.loaded });
	}
	await page.close();
	rows.push({
		name: 'first-verdict-fresh-worker',
		where: `${browser.name} background`,
		median: median(taken.map((one) => one.ours)),
		unit: 'ms',
		n: taken.length,
		against: 'node-sigstore-js',
		ratio: median(taken.map((one) => one.ours / one.node)),
	});
}

/** From the start of npm's page to the sentence in the panel, evidence kept. */
async function measureNavigation(browser: RunningBrowser): Promise<void> {
	const tab = await browser.newTab();
	const taken: number[] = [];
	for (let sample = 0; sample < 12; sample += 1) {
		await tab.open(`${NPM_SITE}/package/sigstore/v/2.3.1`);
		taken.push(
			(await tab.waitFor(() => {
				const section = document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.querySelector('section');
				return section?.getAttribute('data-verdict') === 'confirmed' && performance.now();
			}, [])) as number,
		);
	}
	await tab.close();
	rows.push({ name: 'navigation-to-sentence', where: browser.name, median: median(taken.slice(2)), unit: 'ms', n: 10 });
}

/** Node's own sigstore-js in a process of its own; `loaded` is the milliseconds to load it and verify once. */
async function startNode() {
	const child = spawn(process.execPath, [join(root, 'tests/bench/node-sigstore.ts'), bundleFile], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const next = async () => Number((await lines.next()).value);
	return {
		loaded: await next(),
		round: (rounds: number) => {
			child.stdin.write(`${rounds}\n`);
			return next();
		},
		stop: () => child.kill(),
	};
}

function median(numbers: number[]): number {
	const sorted = [...numbers].sort((one, other) => one - other);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function print(): void {
	if (values.json) {
		console.log(JSON.stringify(rows, null, 2));
		return;
	}
	const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}`;
	console.log(`Node ${process.version}, ${machine}, ${new Date().toISOString().slice(0, 10)}\n`);
	console.log('| name | where | median | n | against | ratio |\n|---|---|---|---|---|---|');
	for (const { name, where, median: value, unit, n, against = '', ratio } of rows)
		console.log(
			`| ${name} | ${where} | ${Number(value.toPrecision(4))} ${unit} | ${n} | ${against} | ${ratio?.toPrecision(3) ?? ''} |`,
		);
}
