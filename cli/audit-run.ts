/** Owns how a lockfile's packages are audited by this program: registry, cache and trust root of one thread, made from plain data. */
import { createYielder } from '../lib/async/slices.ts';
import { takeTurns } from '../lib/async/turns.ts';
import type { LockedPackage } from '../lib/audit/lockfile/lockfile.ts';
import type { AuditedRow } from '../lib/audit/package.ts';
import { type Advised, auditPackages } from '../lib/audit/run.ts';
import { slimPackument } from '../lib/npm/packument-slim.ts';
import type { Policy } from '../lib/policy/schema.ts';
import { withCache } from '../lib/registry/cache.ts';
import { createRegistry } from '../lib/registry/client.ts';
import { patient } from '../lib/registry/patient.ts';
import type { EndableRegistry } from '../lib/registry/registry.ts';
import { answerBy } from '../lib/sigstore/webcrypto/bridge.ts';
import { askByHttp } from './ask-by-http.ts';
import { diskStore } from './disk-cache.ts';
import { readTrustRoot } from './inputs.ts';
import { verifyByNode } from './node-verify.ts';
import { isLoopback, type RegistryAccess } from './npm-config.ts';

/** What a thread needs to audit, as plain data that can be sent to it. */
export interface AuditPlan {
	access: RegistryAccess;
	/** Addresses of the registry, as the lockfile was read with. */
	bases: readonly string[];
	/** Path of a trust root of the reader's own; without one the embedded one decides. */
	trustedRoot?: string | undefined;
	policy?: Policy | undefined;
	/** Milliseconds since the epoch, if the time of the check was named. */
	now?: number | undefined;
	/** Folder of kept answers; none is read or written without one. */
	cache?: string | undefined;
	/** Only what is kept is used. */
	isOffline: boolean;
	/** Whether releases are not compared with earlier ones. */
	isNotCompared?: boolean;
	/** Whether kept answers of a registry on this machine are used again as those of any other. */
	reusesLocal?: boolean;
	/** Requests at a time. */
	connections: number;
}

/** A version's attestations are written when it is published, and are not asked for again on the same day. */
const ATTESTATIONS_MS = 24 * 3600 * 1000;

/**
 * The registry of a plan, with patience and cache. Answers of a registry on this machine are kept for `--offline` alone: tomorrow, or in a
 * minute, another one may listen on the same port.
 */
export function registryOf(plan: AuditPlan): EndableRegistry {
	const { access, cache, isOffline, connections } = plan;
	const registry = slimming(
		patient(createRegistry(access.base, { headers: access.headers, ask: askByHttp }), connections),
	);
	if (cache === undefined) return registry;
	// Answers of one registry say nothing of another.
	const store = diskStore(`${cache}/${encodeURIComponent(access.base)}`);
	const isReused = isOffline || plan.reusesLocal || !isLoopback(new URL(access.base).hostname);
	const cached = withCache(registry, store, Date.now, {
		...(isReused ? { attestationsFor: ATTESTATIONS_MS } : { freshFor: 0 }),
		isOffline: () => isOffline,
		asksNobody: isOffline,
	});
	if (isReused) return cached;
	const { keptAttestations: _kept, ...others } = cached;
	return others;
}

/** Lists of releases are read and kept without what is never read of them, which is most of each. */
function slimming(registry: EndableRegistry): EndableRegistry {
	return {
		...registry,
		fetchPackument: async (name) => {
			const list = await registry.fetchPackument(name);
			return list.ok && list.value instanceof Blob ? slimPackument(list.value, createYielder()) : list;
		},
		until: (signal) => slimming(registry.until(signal)),
	};
}

/** Audits packages, with the registry of a plan. @param onRows called with the rows of a package once it is audited. */
export type Auditor = (
	packages: readonly LockedPackage[],
	advisories: Advised | Promise<Advised>,
	onRows?: (rows: readonly AuditedRow[]) => void,
) => Promise<AuditedRow[]>;

/** Packages that are under way beside those that a connection works for. */
const BESIDE = 4;

/** What audits by a plan in this thread: registry and trust root are made once for all its batches. */
export async function createAuditor(plan: AuditPlan, registry: EndableRegistry = registryOf(plan)): Promise<Auditor> {
	answerBy(verifyByNode);
	const now = plan.now === undefined ? () => new Date() : () => new Date(plan.now ?? 0);
	const context = {
		registry,
		trust: await readTrustRoot(plan.trustedRoot, now()),
		bases: plan.bases,
		now,
		fileHosts: [new URL(plan.access.base).host],
		...(plan.policy && { policies: [{ policy: plan.policy, setBy: 'you' as const }] }),
		...(plan.isNotCompared && { isNotCompared: true }),
	};
	// Batches may overlap, so that no connection waits for the slowest package of one. What waits holds its list of releases.
	const inTurn = takeTurns(plan.connections + BESIDE);
	return (packages, advisories, onRows) => auditPackages(packages, context, advisories, onRows, inTurn);
}
