/** Owns the threads of an audit: a lockfile's packages in batches, given to whichever thread is free. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LockedPackage, Lockfile } from '../lib/audit/lockfile/lockfile.ts';
import type { AuditedRow } from '../lib/audit/package.ts';
import { type Advised, adviseAll, audited } from '../lib/audit/run.ts';
import type { EndableRegistry } from '../lib/registry/registry.ts';
import type { Audit } from '../lib/report/audit.ts';
import type { Result } from '../lib/report/result.ts';
import { type AuditPlan, createAuditor, registryOf } from './audit-run.ts';
import type { FromWorker, ToWorker } from './audit-worker.ts';
import { readTrustRoot } from './inputs.ts';

/** Fewer packages are audited before a second thread has started. */
const MIN_FOR_THREADS = 60;

const MAX_THREADS = 4;

/** Most names in one batch: some tenths of a second of work. */
const BATCH = 24;

/** Of what is left, a batch is so small a part that no thread works on long after the others. */
const PARTS = 16;

/** Lists of releases are read and dropped by the hundred; V8 would rather take memory than tidy up. */
const YOUNG_MB = 12;

/** In a clone the thread has a file of its own; the npm package is one file, which starts as a thread too. */
const WORKER = import.meta.url.endsWith('.ts')
	? new URL('./audit-worker.ts', import.meta.url)
	: new URL(import.meta.url);

/**
 * Audits a lockfile on all cores.
 * @param onProgress called with the releases that are done, and all of them.
 * @param signal ends the audit early, without an error: the rows so far are returned, and the others are counted as `left`. Requests that
 *   are under way in this thread are left to themselves.
 * @returns a row for each release; one that could not be checked is `unknown` with its failure, and ends nothing.
 */
export async function auditByPlan(
	lockfile: Lockfile,
	plan: AuditPlan,
	onProgress: (done: number, total: number) => void = () => undefined,
	signal?: AbortSignal,
): Promise<Audit> {
	const { packages } = lockfile;
	const started = new Date(plan.now ?? Date.now());
	const trust = await readTrustRoot(plan.trustedRoot, started);
	const threads = packages.length < MIN_FOR_THREADS ? 1 : Math.min(MAX_THREADS, availableParallelism());
	const batches = new Batches(packages);
	const connections = Math.max(1, Math.floor(plan.connections / threads));
	const own = { ...plan, connections: plan.connections - connections * (threads - 1) };
	const registry = registryOf(own);
	const workers: Worker[] = [];
	const rows: AuditedRow[] = [];
	const take = (some: readonly AuditedRow[]) => {
		if (signal?.aborted) return;
		for (const row of some) rows.push(row);
		onProgress(rows.length, packages.length);
	};
	let advisories: Advised = new Map();
	const run = async () => {
		const asked = adviseAll(packages, registry).then((answers) => {
			advisories = answers;
			return answers;
		});
		const others = Array.from({ length: threads - 1 }, () =>
			runThread({ ...plan, connections }, batches, asked, workers, take),
		);
		await Promise.all([asked, runHere(own, registry, batches, asked, take), ...others]);
	};
	try {
		if (!signal?.aborted) await Promise.race([run(), abortOf(signal)]);
		return audited(lockfile, rows, advisories, trust.info, started.toISOString());
	} finally {
		// Where one failed, the others would go on for nobody.
		await Promise.all(workers.map((worker) => worker.terminate()));
	}
}

/** Waits for a signal; for ever, without one. */
function abortOf(signal: AbortSignal | undefined): Promise<void> {
	return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}

/** Packages by name, some at a time. */
class Batches {
	readonly #groups: LockedPackage[][];
	#at = 0;

	constructor(packages: readonly LockedPackage[]) {
		this.#groups = [...Map.groupBy(packages, ({ name }) => name).values()];
	}

	/** The next ones; nothing where there are no more. */
	next(): LockedPackage[] | undefined {
		if (this.#at >= this.#groups.length) return undefined;
		const from = this.#at;
		this.#at += Math.min(BATCH, Math.ceil((this.#groups.length - from) / PARTS));
		return this.#groups.slice(from, this.#at).flat();
	}
}

/** This thread works as well: it would otherwise wait. */
async function runHere(
	plan: AuditPlan,
	registry: EndableRegistry,
	batches: Batches,
	asked: Promise<Advised>,
	take: (rows: readonly AuditedRow[]) => void,
): Promise<void> {
	const audit = await createAuditor(plan, registry);
	const work = async () => {
		for (let batch = batches.next(); batch; batch = batches.next()) await audit(batch, asked, take);
	};
	await Promise.all([work(), work()]);
}

function runThread(
	plan: AuditPlan,
	batches: Batches,
	asked: Promise<Advised>,
	workers: Worker[],
	take: (rows: readonly AuditedRow[]) => void,
): Promise<void> {
	return new Promise<void>((resolve, reject) => {
		const worker = new Worker(WORKER, {
			workerData: plan satisfies AuditPlan,
			resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
		});
		workers.push(worker);
		let open = 0;
		const next = async () => {
			const advisories = await asked;
			const batch = batches.next();
			if (!batch) return worker.postMessage({ is: 'end' } satisfies ToWorker);
			open += 1;
			const some = [...new Set(batch.map(({ name }) => name))].flatMap((name): [string, Result<unknown>][] => {
				const advised = advisories.get(name);
				return advised ? [[name, advised]] : [];
			});
			worker.postMessage({ is: 'batch', packages: batch, advisories: some } satisfies ToWorker);
		};
		worker.on('message', (message: FromWorker) => {
			if (message.is === 'rows') return take(message.rows);
			open -= 1;
			next().catch(reject);
		});
		worker.on('error', reject);
		worker.on('exit', (code) => (open === 0 ? resolve() : reject(new Error(`a thread ended early (${code})`))));
		// Two batches are always with it, so that it never waits for the next.
		worker.on('online', () => {
			for (let times = 0; times < 2; times += 1) next().catch(reject);
		});
	});
}
