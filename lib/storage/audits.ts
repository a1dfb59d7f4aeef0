/** Owns the audits that are kept on this machine: what was audited, group by group, until the reader forgets it. */
import type { DBSchema } from 'idb';
import * as v from 'valibot';
import { patienceOf } from '../async/patience.ts';
import { FAILURES, type FailureCode } from '../report/failures.ts';
import { type Failure, failed } from '../report/result.ts';
import { opening, READER_PATIENCE_MS, WALK_PATIENCE_MS } from './database.ts';

/** Rows of one package, as text. */
export interface KeptRows {
	name: string;
	rows: string;
	/** ISO time at which they were made; earlier versions did not keep it. */
	at?: string | undefined;
}

const fileShape = v.object({ name: v.string(), content: v.instance(Blob) });

/** A code of another version is read as the plainest of this one. */
const codeShape = v.fallback(v.picklist(Object.keys(FAILURES) as FailureCode[]), 'lockfile-unreadable');

const refusedShape = v.object({
	name: v.string(),
	failure: v.pipe(
		v.object({ code: codeShape, detail: v.optional(v.string()) }),
		v.transform(({ code, detail }): Failure => (detail === undefined ? { code } : failed(code, detail).failure)),
	),
});

const keptShape = v.object({
	version: v.literal(1),
	files: v.array(fileShape),
	manifest: v.optional(v.instance(Blob)),
	project: v.optional(v.string()),
	startedAt: v.pipe(v.string(), v.isoTimestamp()),
	/** Releases in the lockfiles, and those that are audited. */
	total: v.number(),
	done: v.number(),
	state: v.picklist(['running', 'stopped', 'done']),
	unadvised: v.array(v.string()),
	/** Files that were given and not read; earlier versions did not keep them. */
	refused: v.optional(v.array(refusedShape)),
	trustRoot: v.optional(
		v.object({ source: v.picklist(['embedded', 'tuf', 'custom']), version: v.string(), takenAt: v.string() }),
	),
});

/** An audit as it is kept, without its rows. */
export type KeptAudit = v.InferOutput<typeof keptShape>;

interface Schema extends DBSchema {
	audits: { key: string; value: object };
	rows: { key: [audit: string, name: string]; value: KeptRows };
}

/** Rows that are read at once: a few milliseconds of work. */
const AT_ONCE = 500;

/** The audits. What comes out is parsed: others can change a database. */
interface AuditStore {
	/** All audits that can be read, without their rows, by their keys in ascending order. */
	list(): Promise<{ id: string; audit: KeptAudit }[]>;
	/** The keys of all, in ascending order. */
	ids(): Promise<string[]>;
	/** Keeps an audit that is new. */
	add(id: string, audit: KeptAudit): Promise<void>;
	/** Writes an audit anew; nothing of one that was forgotten since. */
	put(id: string, audit: KeptAudit): Promise<void>;
	/** Adds rows, those of a package in place of the ones before; none to an audit that was forgotten since. */
	putRows(id: string, rows: readonly KeptRows[]): Promise<void>;
	/** The rows of an audit, some at a time, as they were kept. */
	rows(id: string, take: (some: unknown[]) => void): Promise<void>;
	/** Forgets one audit, or all. */
	forget(id?: string): Promise<void>;
	/** Removes rows without an audit. */
	tidy(): Promise<void>;
}

/**
 * The audits on this machine: IndexedDB `audits`. A call rejects where the database cannot be opened, does not answer, or is full
 * (`QuotaExceededError`).
 */
export function auditStore(): AuditStore {
	const open = opening<Schema>('audits', 1, (database) => {
		database.createObjectStore('audits');
		database.createObjectStore('rows');
	});
	const [ofWalk, ofReader] = [patienceOf(WALK_PATIENCE_MS * 5), patienceOf(READER_PATIENCE_MS)];
	const rangeOf = (id: string, after?: string) => IDBKeyRange.bound([id, after ?? ''], [id, []], after !== undefined);
	return {
		list: () =>
			ofReader(async () => {
				const transaction = (await open()).transaction('audits');
				const [ids, audits] = await Promise.all([transaction.store.getAllKeys(), transaction.store.getAll()]);
				return ids.flatMap((id, at) => {
					const parsed = v.safeParse(keptShape, audits[at]);
					return parsed.success ? [{ id, audit: parsed.output }] : [];
				});
			}),
		ids: () => ofReader(async () => (await open()).getAllKeys('audits')),
		add: (id, audit) =>
			ofWalk(async () => {
				await (await open()).put('audits', audit, id);
			}),
		put: (id, audit) =>
			ofWalk(async () => {
				const transaction = (await open()).transaction('audits', 'readwrite');
				if ((await transaction.store.getKey(id)) !== undefined)
					void transaction.store.put(audit, id).catch(() => undefined);
				await transaction.done;
			}),
		putRows: (id, rows) =>
			ofWalk(async () => {
				const transaction = (await open()).transaction(['audits', 'rows'], 'readwrite');
				const store = transaction.objectStore('rows');
				if ((await transaction.objectStore('audits').getKey(id)) !== undefined)
					for (const one of rows) void store.put(one, [id, one.name]).catch(() => undefined);
				await transaction.done;
			}),
		rows: async (id, take) => {
			let after: string | undefined;
			for (;;) {
				const from = rangeOf(id, after);
				const [keys, some] = await ofReader(async () => {
					const { store } = (await open()).transaction('rows');
					return Promise.all([store.getAllKeys(from, AT_ONCE), store.getAll(from, AT_ONCE)]);
				});
				take(some);
				after = keys.at(-1)?.[1];
				if (keys.length < AT_ONCE || after === undefined) return;
			}
		},
		forget: (id) =>
			ofReader(async () => {
				const transaction = (await open()).transaction(['audits', 'rows'], 'readwrite');
				const [audits, rows] = [transaction.objectStore('audits'), transaction.objectStore('rows')];
				await Promise.all(
					id === undefined ? [audits.clear(), rows.clear()] : [audits.delete(id), rows.delete(rangeOf(id))],
				);
				await transaction.done;
			}),
		tidy: () =>
			ofReader(async () => {
				const transaction = (await open()).transaction(['audits', 'rows'], 'readwrite');
				const ids = await transaction.objectStore('audits').getAllKeys();
				// Between the rows of one audit and those of the next there are none.
				const begins = [[], ...ids.map((id) => [id, []])];
				for (const [at, begin] of begins.entries()) {
					const next = ids[at];
					const between =
						next === undefined ? IDBKeyRange.lowerBound(begin) : IDBKeyRange.bound(begin, [next], false, true);
					void transaction
						.objectStore('rows')
						.delete(between)
						.catch(() => undefined);
				}
				await transaction.done;
			}),
	};
}
