/** Owns how a worker audits packages: registry and trust roots are made once, and rows are sent some at a time. */
import { createYielder } from '../../lib/async/slices.ts';
import { takeTurns } from '../../lib/async/turns.ts';
import { listRowOf } from '../../lib/audit/list.ts';
import { REGISTRY_BASES } from '../../lib/audit/lockfile/address.ts';
import type { LockedPackage } from '../../lib/audit/lockfile/lockfile.ts';
import { auditPackage } from '../../lib/audit/package.ts';
import { AT_ONCE } from '../../lib/audit/run.ts';
import { holdBytes } from '../../lib/npm/bytes.ts';
import { REGISTRY, SIGSTORE_TUF } from '../../lib/npm/hosts.ts';
import { createRegistry } from '../../lib/registry/client.ts';
import { memoizeFor } from '../../lib/registry/memoize.ts';
import { patient } from '../../lib/registry/patient.ts';
import { type Result, success } from '../../lib/report/result.ts';
import { customTrustRootFor } from '../../lib/sigstore/custom-trust-roots.ts';
import { rememberTrustRoots } from '../../lib/sigstore/trust-root-file.ts';
import { createTrustRoots } from '../../lib/sigstore/tuf.ts';
import { trustRootStore } from '../../lib/storage/trust-root.ts';
import { describeListed } from '../../lib/text/en/audit-page.ts';
import type { FromWorker, Group, GroupRows, Plan, ToWorker } from './protocol.ts';

/** Milliseconds for which rows wait for others, so that the page is not called for each. */
const GATHER_MS = 60;

/** Answers the messages about auditing. */
export function createWorkerAudit(tell: (message: FromWorker) => void) {
	let auditor: Promise<(group: Group, advised: string | undefined) => Promise<GroupRows>> | undefined;
	let gathered: GroupRows[] = [];

	function send(rows: GroupRows): void {
		gathered.push(rows);
		if (gathered.length > 1) return;
		setTimeout(() => {
			const groups = gathered;
			gathered = [];
			tell({ is: 'rows', groups });
		}, GATHER_MS);
	}

	return async (message: Exclude<ToWorker, { is: 'task' | 'list' }>): Promise<void> => {
		if (message.is === 'begin') {
			auditor = createAuditor(message.plan, tell);
			await auditor;
			return;
		}
		const audit = await auditor;
		if (audit) send(await audit(message.group, message.advised));
	};
}

async function createAuditor({ settings, connections, lock }: Plan, tell: (message: FromWorker) => void) {
	const { policies, isAllowlistUnread, trustRoots: owned } = settings;
	// In Firefox a Blob costs nothing, and bytes of many lists held up the page while 10,000 packages were audited.
	const asked = patient(createRegistry(REGISTRY, import.meta.env.FIREFOX ? {} : { hold: holdBytes }), connections);
	// Where our trust root lacks a key of the registry's, every package of the audit asks what the registry says of it.
	const keys = memoizeFor(() => asked.fetchKeys(), Date.now);
	const registry = { ...asked, fetchKeys: () => keys('') };
	const files = rememberTrustRoots();
	const trust = await createTrustRoots({
		store: trustRootStore(),
		base: SIGSTORE_TUF,
		registryHost: new URL(REGISTRY).host,
	}).current();
	const inTurn = takeTurns(AT_ONCE);
	const pause = createYielder();
	// Held for good: whoever waits for it hears of this worker's end, however that comes.
	await new Promise<void>((resolve) => {
		void navigator.locks.request(lock, () => {
			resolve();
			return new Promise(() => undefined);
		});
	});
	tell({ is: 'ready', trustRoot: trust.info });

	return ({ name, entries }: Group, advised: string | undefined): Promise<GroupRows> =>
		inTurn(async () => {
			await pause();
			const placed: [number, LockedPackage][] = JSON.parse(entries);
			const own = customTrustRootFor(name, owned);
			const adviseOf = async (): Promise<Result<unknown>> =>
				advised === undefined ? success({}) : JSON.parse(advised);
			const audited = await auditPackage(
				placed.map(([, locked]) => locked),
				{
					...{ registry, policies, isAllowlistUnread, adviseOf },
					trust: own ? files.rootOf(own) : trust,
					bases: REGISTRY_BASES,
					now: () => new Date(),
				},
			);
			const rows = audited.map((row, at): [number, typeof row] => [placed[at]?.[0] ?? 0, row]);
			return {
				name,
				rows: JSON.stringify(rows),
				list: rows.map(([file, row]) => listRowOf(row, file, describeListed(row))),
				at: new Date().toISOString(),
			};
		});
}
