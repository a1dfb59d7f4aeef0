/** Owns one thread of an audit: it audits the batches that it is sent, and ends when there are no more. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { LockedPackage } from '../lib/audit/lockfile/lockfile.ts';
import type { AuditedRow } from '../lib/audit/package.ts';
import type { Result } from '../lib/report/result.ts';
import { type AuditPlan, createAuditor } from './audit-run.ts';
import { connectAs } from './npm-config.ts';

/** What is sent to a thread. */
export type ToWorker =
	| { is: 'batch'; packages: LockedPackage[]; advisories: [string, Result<unknown>][] }
	| { is: 'end' };

/** What it sends: rows since the last time, and those of a batch. */
export type FromWorker = { is: 'rows'; rows: number } | { is: 'done'; rows: AuditedRow[] };

/** Runs this thread as one of an audit. Nothing in the main thread. */
function serveAudits(): void {
	if (isMainThread || !parentPort) return;
	const port = parentPort;
	const plan = workerData as AuditPlan;
	connectAs(plan.access);
	const auditor = createAuditor(plan);
	/** The batches that were sent, which may overlap. */
	const begun: Promise<void>[] = [];
	const tell = (message: FromWorker) => port.postMessage(message);
	const tellRows = gathered((rows) => tell({ is: 'rows', rows }));
	port.on('message', (message: ToWorker) => {
		// What is thrown here ends the thread, and with it the audit.
		if (message.is === 'end') {
			void Promise.all(begun).then(() => port.close());
			return;
		}
		const { packages, advisories } = message;
		const run = async () => {
			const audit = await auditor;
			const rows = await audit(packages, new Map(advisories), tellRows.add);
			tellRows.tell();
			tell({ is: 'done', rows });
		};
		begun.push(run());
	});
}

/** Progress is shown some times in a second, and each message costs both threads. */
function gathered(tellAll: (rows: number) => void) {
	let [rows, toldAt] = [0, 0];
	const tell = () => {
		if (rows > 0) tellAll(rows);
		[rows, toldAt] = [0, performance.now()];
	};
	const add = (more: number) => {
		rows += more;
		if (performance.now() - toldAt > TELL_MS) tell();
	};
	return { add, tell };
}

const TELL_MS = 100;

serveAudits();
