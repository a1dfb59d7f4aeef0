/** Owns the threads of an audit: a lockfile's packages in batches, given to whichever thread is free. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LockedPackage, Lockfile } from '../lib/audit/lockfile/lockfile.ts';
import type { AuditedRow } from '../lib/audit/package.ts';
import { type Advised, adviseAll, audited } from '../lib/audit/run.ts';
import type { Audit } from '../lib/report/audit.ts';
import type { Result } from '../lib/report/result.ts';
import { type AuditPlan, createAuditor, registryOf } from './audit-run.ts';
import type { FromWorker, ToWorker } from './audit-worker.ts';
import { readTrustRoot } from './inputs.ts';

/** Fewer packages are audited before a second thread has started. */
const MIN_FOR_THREADS = 60;

const MAX_THREADS = 4;

/** Names in one batch: some tenths of a second of work. */
const BATCH = 24;

/** Lists of releases are read and dropped by the hundred; V8 would rather take memory than tidy up. */
const YOUNG_MB = 12;

/** In a clone the thread has a file of its own; the npm package is one file, which starts as a thread too. */
const WORKER = import.meta.url.endsWith('.ts')
	? new URL('./audit-worker.ts', import.meta.url)
	: new URL(import.meta.url);

/**
 * Audits a lockfile on all cores.
 * @param onProgress called with the releases that are done, and all of them.
 * @returns a row for each release; one that could not be checked is `unknown` with its failure, and ends nothing.
 */
export async function auditByPlan(
	lockfile: Lockfile,
	plan: AuditPlan,
	onProgress: (done: number, total: number) => void = () => undefined,
): Promise<Audit> {
	const { packages } = lockfile;
	const started = new Date(plan.now ?? Date.now());
	const trust = await readTrustRoot(plan.trustedRoot, started);
	const registry = registryOf(plan);
	const advisories = await adviseAll(packages, registry);
	let done = 0;
	const onRows = (rows: number) => {
		done += rows;
		onProgress(done, packages.length);
	};
	const threads = packages.length < MIN_FOR_THREADS ? 1 : Math.min(MAX_THREADS, availableParallelism());
	const rows =
		threads === 1
			? await (await createAuditor(plan, registry))(packages, advisories, onRows)
			: await runInThreads(plan, packages, advisories, threads, onRows);
	return audited(lockfile, rows, advisories, trust.info, started.toISOString());
}

async function runInThreads(
	plan: AuditPlan,
	packages: readonly LockedPackage[],
	advisories: Advised,
	threads: number,
	onRows: (rows: number) => void,
): Promise<AuditedRow[]> {
	const groups = [...Map.groupBy(packages, ({ name }) => name).values()];
	const batches: LockedPackage[][] = [];
	for (let at = 0; at < groups.length; at += BATCH) batches.push(groups.slice(at, at + BATCH).flat());
	const connections = Math.max(1, Math.floor(plan.connections / threads));
	const rows: AuditedRow[] = [];
	const workers: Worker[] = [];
	const runOne = () =>
		new Promise<void>((resolve, reject) => {
			const worker = new Worker(WORKER, {
				workerData: { ...plan, connections } satisfies AuditPlan,
				resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
			});
			workers.push(worker);
			let open = 0;
			const next = () => {
				const batch = batches.shift();
				if (!batch) return worker.postMessage({ is: 'end' } satisfies ToWorker);
				open += 1;
				const some = [...new Set(batch.map(({ name }) => name))].flatMap((name): [string, Result<unknown>][] => {
					const advised = advisories.get(name);
					return advised ? [[name, advised]] : [];
				});
				worker.postMessage({ is: 'batch', packages: batch, advisories: some } satisfies ToWorker);
			};
			worker.on('message', (message: FromWorker) => {
				if (message.is === 'rows') return onRows(message.rows);
				open -= 1;
				for (const row of message.rows) rows.push(row);
				next();
			});
			worker.on('error', reject);
			worker.on('exit', (code) => (open === 0 ? resolve() : reject(new Error(`a thread ended early (${code})`))));
			// Two batches are always with it, so that it never waits for the next.
			next();
			next();
		});
	try {
		await Promise.all(Array.from({ length: threads }, runOne));
	} finally {
		// Where one failed, the others would go on for nobody.
		await Promise.all(workers.map((worker) => worker.terminate()));
	}
	return rows;
}
