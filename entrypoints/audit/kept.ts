/** Owns which audits are kept for the page: each with its lockfiles, so that it can go on and be compared with. */
import { auditStore, type KeptAudit, type KeptRows } from '../../lib/storage/audits.ts';
import type { GivenFile } from './protocol.ts';

/** Audits that are kept; the oldest are forgotten first. */
const MAX_KEPT = 20;

/** An audit in the list of those that are kept. */
export interface ListedAudit extends Pick<KeptAudit, 'startedAt' | 'total' | 'done' | 'project'> {
	id: string;
	files: string[];
	/** Whether all of it is audited. */
	isWhole: boolean;
	/** Whether a tab is at it. */
	isUnderWay: boolean;
}

/** The audits of this browser. Each call rejects as the store's does. */
export function keptAudits() {
	const store = auditStore();

	const all = async () => (await store.list()).toReversed();
	/** Names of the locks of all tabs. */
	const held = async () => new Set(((await navigator.locks.query()).held ?? []).map(({ name }) => name));

	return {
		/** The newest first. */
		all,
		/** The same for a list. */
		listed: async (): Promise<ListedAudit[]> => {
			const [kept, names] = await Promise.all([all(), held()]);
			return kept.map(({ id, audit: { files, startedAt, total, done, state, project } }) => ({
				...{ id, startedAt, total, done, files: files.map(({ name }) => name), isWhole: state === 'done' },
				...(project !== undefined && { project }),
				isUnderWay: names.has(lockOf(id)),
			}));
		},
		get: async (id: string): Promise<KeptAudit | undefined> => (await all()).find((one) => one.id === id)?.audit,
		add: (id: string, audit: KeptAudit) => store.add(id, audit),
		put: (id: string, audit: KeptAudit) => store.put(id, audit),
		/** Forgets the oldest where there are too many; none that a tab is at. Rows without an audit go too. */
		tidy: async () => {
			const [ids, names] = await Promise.all([store.ids(), held()]);
			const tooMany = Math.max(0, ids.length - MAX_KEPT);
			for (const old of ids.filter((id) => !names.has(lockOf(id))).slice(0, tooMany)) await store.forget(old);
			await store.tidy();
		},
		putRows: (id: string, rows: readonly KeptRows[]) => store.putRows(id, rows),
		forget: (id?: string) => store.forget(id),
	};
}

/** A copy that the database can keep, also when the file on the disk is changed or gone. */
export async function copyOf({ name, content }: GivenFile): Promise<GivenFile> {
	return { name, content: new Blob([await content.arrayBuffer()]) };
}

/** The lock that a tab holds while it is at an audit. */
export function lockOf(id: string): string {
	return `audit ${id}`;
}
