/** Owns what `audit` audits with: the reader of lockfiles, and the run over one. */
import type { Lockfile } from '../lib/audit/lockfile/lockfile.ts';
import type { Policy } from '../lib/policy/schema.ts';
import type { Audit } from '../lib/report/audit.ts';
import type { Result } from '../lib/report/result.ts';
import type { TrustRoot } from '../lib/sigstore/trust-root.ts';
import type { RegistryAccess } from './npm-config.ts';
import { UsageError } from './usage.ts';

/** How one lockfile is audited. */
export interface AuditTask {
	access: RegistryAccess;
	trust: TrustRoot;
	policy?: Policy;
	now: () => Date;
	/** Only what the cache has is used, and nobody is asked. */
	isOffline: boolean;
	/** Whether the cache between runs is read and written. */
	isCached: boolean;
	/** @param done releases so far. */
	onProgress(done: number, total: number): void;
}

/** What `audit` is made of. */
export interface AuditTools {
	/** @param bases addresses of the registry that is asked. */
	readLockfile(fileName: string, content: Uint8Array, bases: readonly string[]): Result<Lockfile>;
	auditLockfile(lockfile: Lockfile, task: AuditTask): Promise<Audit>;
}

/** Those of this build. */
export const AUDIT_TOOLS: AuditTools = {
	readLockfile: () => {
		throw new UsageError('this build has no reader of lockfiles');
	},
	auditLockfile: () => {
		throw new UsageError('this build cannot audit');
	},
};
