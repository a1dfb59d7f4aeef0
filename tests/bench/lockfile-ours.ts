/**
 * Owns one audit of a lockfile by the sources of one side, bundled as the npm package is: its one argument is a file that has what to
 * audit. Writes one line of JSON: milliseconds since the process began, the most memory that it ever had, and the rows that stand out.
 */
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { auditByPlan } from '../../cli/audit-pool.ts';
// A thread of the audit is this same file.
import '../../cli/audit-worker.ts';
import { REGISTRY_BASES } from '../../lib/audit/lockfile/address.ts';
import { readLockfile } from '../../lib/audit/lockfile/read.ts';
import { standingOut } from './lockfile/standing-out.ts';

if (isMainThread) await audit();

async function audit(): Promise<void> {
	const [file = ''] = process.argv.slice(2);
	const [{ lockfile, base, trustedRoot, cache, isNotCompared }] = JSON.parse(readFileSync(file, 'utf8'));
	const bases = [...REGISTRY_BASES, base];
	const read = readLockfile('package-lock.json', readFileSync(lockfile), bases);
	if (!read.ok) throw new Error(`the lockfile cannot be read: ${read.failure.code}`);
	const { packages } = await auditByPlan(read.value, {
		access: { base, headers: {} },
		bases,
		trustedRoot,
		cache,
		isOffline: false,
		isNotCompared,
		reusesLocal: true,
		connections: 6,
	});
	// Since the process began.
	const ms = performance.now();
	const rss = process.resourceUsage().maxRSS * 1024;
	console.log(JSON.stringify({ ms, rss, rows: standingOut(packages) }));
}
