/**
 * Owns one audit of a lockfile by the sources of one side: `lockfile-ours.ts TREE FILE`, where FILE has what to audit. Writes one line
 * of JSON: milliseconds, the most memory that the process ever had, and the rows that stand out. Reading the lockfile counts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditRow } from '../../lib/report/audit.ts';

const [tree = '', file = ''] = process.argv.slice(2);
const [{ lockfile, base, trustedRoot, cache, isNotCompared }] = JSON.parse(readFileSync(file, 'utf8'));
const { auditByPlan }: typeof import('../../cli/audit-pool.ts') = await import(join(tree, 'cli/audit-pool.ts'));
const { REGISTRY_BASES }: typeof import('../../lib/audit/lockfile/address.ts') = await import(
	join(tree, 'lib/audit/lockfile/address.ts')
);
const { readLockfile }: typeof import('../../lib/audit/lockfile/read.ts') = await import(
	join(tree, 'lib/audit/lockfile/read.ts')
);

const started = performance.now();
const bases = [...REGISTRY_BASES, base];
const read = readLockfile('package-lock.json', readFileSync(lockfile), bases);
if (!read.ok) throw new Error(`the lockfile cannot be read: ${read.failure.code}`);
const audit = await auditByPlan(read.value, {
	access: { base, headers: {} },
	bases,
	trustedRoot,
	cache,
	isOffline: false,
	isNotCompared,
	reusesLocal: true,
	connections: 6,
});
const ms = performance.now() - started;
const codesOf = ({ verdict, failure, findings }: AuditRow) => [
	verdict,
	failure?.code,
	...findings.map(({ code }) => code),
];
const isPlain = ({ verdict, warning }: AuditRow) => ['confirmed', 'none'].includes(verdict) && warning === undefined;
console.log(
	JSON.stringify({
		ms,
		rss: process.resourceUsage().maxRSS * 1024,
		rows: Object.fromEntries(audit.packages.filter((row) => !isPlain(row)).map((row) => [row.spec, codesOf(row)])),
	}),
);
