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

/** What it sends: rows since the last time, and that all those of a batch were sent. */
export type FromWorker = { is: 'rows'; rows: AuditedRow[] } | { is: 'done' };

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
			await audit(packages, new Map(advisories), tellRows.add);
			tellRows.tell();
			tell({ is: 'done' });
		};
		begun.push(run());
	});
}

/** Progress is shown some times in a second, and each message costs both threads. Rows that were sent outlive an interruption. */
function gathered(tellAll: (rows: AuditedRow[]) => void) {
	let rows: AuditedRow[] = [];
	let timer: NodeJS.Timeout | undefined;
	const tell = () => {
		clearTimeout(timer);
		timer = undefined;
		if (rows.length > 0) tellAll(rows);
		rows = [];
	};
	const add = (more: readonly AuditedRow[]) => {
		for (const row of more) rows.push(row);
		timer ??= setTimeout(tell, TELL_MS);
	};
	return { add, tell };
}

const TELL_MS = 100;

serveAudits();
