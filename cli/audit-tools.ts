/** Owns what `audit` audits with: the reader of lockfiles, and the run over one. */
import type { Lockfile } from '../lib/audit/lockfile/lockfile.ts';
import { readLockfile } from '../lib/audit/lockfile/read.ts';
import type { Audit } from '../lib/report/audit.ts';
import type { Result } from '../lib/report/result.ts';
import { auditByPlan } from './audit-pool.ts';
import type { AuditPlan } from './audit-run.ts';

/** What `audit` is made of. */
export interface AuditTools {
	/** @param bases addresses of the registry that is asked. */
	readLockfile(fileName: string, content: Uint8Array, bases: readonly string[]): Result<Lockfile>;
	/**
	 * @param onProgress called with the releases that are done, and all of them. @param signal ends it early: what has no row by then is
	 *   counted as `left`.
	 */
	auditLockfile(
		lockfile: Lockfile,
		plan: AuditPlan,
		onProgress?: (done: number, total: number) => void,
		signal?: AbortSignal,
	): Promise<Audit>;
}

/** Those of this build. */
export const AUDIT_TOOLS: AuditTools = { readLockfile, auditLockfile: auditByPlan };
