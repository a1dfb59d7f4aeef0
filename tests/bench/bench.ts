/** Owns `npm run -s bench`: ratios in one run on one machine, ours and theirs in turn; prints the contract's rows. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import puppeteer, { type WebWorker } from 'puppeteer-core';
import { findBrowsers } from '../tools/find-browser.ts';

/** One row of the contract; one for each `against`. */
interface Row {
	name: string;
	where: string;
	median: number;
	unit: 'ms' | 'bytes';
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
const bundles = readdirSync(folder).map((file) => {
	const { attestations } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
	return attestations.find((one: { predicateType: string }) => one.predicateType.startsWith('https://slsa.dev/'))
		.bundle;
});
const bundleFile = join(mkdtempSync(join(tmpdir(), 'bench-')), 'bundles.json');
writeFileSync(bundleFile, JSON.stringify(bundles));

await buildWithDoor();
await measureChromium();
const content = readFileSync(join(root, '.output/chrome-mv3-door/content-scripts/npmjs.js'));
rows.push({
	name: 'content-script-gzip',
	where: 'build',
	median: gzipSync(content, { level: 9 }).length,
	unit: 'bytes',
	n: 1,
});
print();

async function buildWithDoor(): Promise<void> {
	const build = spawn(process.execPath, [join(root, 'node_modules/wxt/bin/wxt.mjs'), 'build', '-b', 'chrome'], {
		cwd: root,
		stdio: ['ignore', 'ignore', 'inherit'],
		env: { ...process.env, STAMP_OF_ORIGIN_DOOR: '1' },
	});
	await new Promise<void>((done, fail) =>
		build.on('exit', (code) => (code === 0 ? done() : fail(new Error('build failed')))),
	);
}

async function measureChromium(): Promise<void> {
	const { chromium } = await findBrowsers();
	const browser = await puppeteer.launch({
		executablePath: chromium,
		pipe: true,
		enableExtensions: [join(root, '.output/chrome-mv3-door')],
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
	const node = await startNode();
	try {
		const target = await browser.waitForTarget((one) => one.type() === 'service_worker');
		const worker = (await target.worker()) as WebWorker;
		await worker.evaluate(readFileSync(join(root, '.output/chrome-mv3-door/door.js'), 'utf8'));
		const open = (rounds: number) => worker.evaluate(timeRounds, JSON.stringify(bundles), rounds);
		await open(20);
		await node.round(20);
		const taken: { ours: number; floor: number; node: number }[] = [];
		for (let sample = 0; sample < samples; sample += 1) {
			const { ours, floor } = await open(2);
			taken.push({ ours, floor, node: await node.round(2) });
		}
		const per = bundles.length;
		const ours = median(taken.map((one) => one.ours)) / per;
		const where = 'chromium background';
		const common = { name: 'provenance-warm', where, median: ours, unit: 'ms', n: samples } as const;
		rows.push({ ...common, against: 'webcrypto-floor', ratio: median(taken.map((one) => one.ours / one.floor)) });
		rows.push({ ...common, against: 'node-sigstore-js', ratio: median(taken.map((one) => one.ours / one.node)) });
		const many = await worker.evaluate(timeMany, JSON.stringify(bundles));
		rows.push({
			name: 'verifications-1000',
			where,
			median: many.whole,
			unit: 'ms',
			n: 1,
			against: 'first-100-times-10',
			ratio: many.whole / (many.first * 10),
		});
		if (many.heap !== undefined) rows.push({ name: 'heap-after-1000', where, median: many.heap, unit: 'bytes', n: 1 });
	} finally {
		node.stop();
		await browser.close();
	}
}

/** Runs in the background: milliseconds of one round over all bundles, ours and the bare WebCrypto calls, in turn. */
async function timeRounds(json: string, rounds: number): Promise<{ ours: number; floor: number }> {
	const scope = globalThis as unknown as {
		door: typeof import('../fixtures/door.ts').door;
		floorCalls?: Parameters<SubtleCrypto['verify']>[];
	};
	const { door } = scope;
	const all: unknown[] = JSON.parse(json);
	const trust = await door.embeddedTrustRoot();
	if (!scope.floorCalls) {
		// What these bundles need, all of it: recorded once, with nothing remembered.
		const calls: Parameters<SubtleCrypto['verify']>[] = [];
		const real = crypto.subtle.verify.bind(crypto.subtle);
		crypto.subtle.verify = (...call) => {
			calls.push(call);
			return real(...call);
		};
		for (const bundle of all) await door.verifyBundle(bundle, { ...trust, knownAnswers: [] }, 'certificate');
		crypto.subtle.verify = real;
		scope.floorCalls = calls;
	}
	let ours = 0;
	let floor = 0;
	for (let round = 0; round < rounds; round += 1) {
		const started = performance.now();
		for (const bundle of all) {
			const result = await door.verifyBundle(bundle, trust, 'certificate');
			if (!result.ok) throw new Error(result.failure.code);
		}
		const between = performance.now();
		for (const call of scope.floorCalls) if (!(await crypto.subtle.verify(...call))) throw new Error('floor');
		ours += between - started;
		floor += performance.now() - between;
	}
	return { ours: ours / rounds, floor: floor / rounds };
}

/** Runs in the background: a thousand verifications of evidence that differs each time. */
async function timeMany(json: string): Promise<{ first: number; whole: number; heap?: number }> {
	const { door } = globalThis as unknown as { door: typeof import('../fixtures/door.ts').door };
	const all: { dsseEnvelope: { payload: string } }[] = JSON.parse(json);
	const trust = await door.embeddedTrustRoot();
	const started = performance.now();
	let first = 0;
	for (let index = 0; index < 1000; index += 1) {
		const bundle = structuredClone(all[index % all.length]) as { dsseEnvelope: { payload: string } };
		// Different each time, so nothing remembered can help: a character that base64 skips.
		bundle.dsseEnvelope.payload += ' '.repeat(index);
		const result = await door.verifyBundle(bundle, trust, 'certificate');
		if (!result.ok) throw new Error(result.failure.code);
		if (index === 99) first = performance.now() - started;
	}
	const whole = performance.now() - started;
	const { memory } = performance as unknown as { memory?: { usedJSHeapSize: number } };
	return { first, whole, ...(memory && { heap: memory.usedJSHeapSize }) };
}

/** Node's own sigstore-js in a process of its own. */
async function startNode() {
	const child = spawn(process.execPath, [join(root, 'tests/bench/node-sigstore.ts'), bundleFile], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const next = async () => Number((await lines.next()).value);
	const loaded = await next();
	return {
		loaded,
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
	console.log(
		`Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, ${new Date().toISOString().slice(0, 10)}`,
	);
	console.table(
		rows.map((row) => ({
			...row,
			median: Number(row.median.toPrecision(4)),
			ratio: row.ratio && Number(row.ratio.toPrecision(3)),
		})),
	);
}
