/** Owns how a database on this machine is opened, and opened again. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** Milliseconds that a walk waits for a database, before it goes on without. */
export const WALK_PATIENCE_MS = 2000;

/** ... and that a reader waits who wants to see or delete what is kept: large stores take a while. */
export const READER_PATIENCE_MS = 30_000;

/** A database that is opened when it is first needed, and again after the browser closed it or it could not be opened. */
export function opening<S extends DBSchema>(
	name: string,
	version: number,
	upgrade: (database: IDBPDatabase<S>, before: number) => void,
): () => Promise<IDBPDatabase<S>> {
	let opened: Promise<IDBPDatabase<S>> | undefined;
	const close = () => {
		opened = undefined;
	};
	return () => {
		if (!opened) {
			opened = openDB<S>(name, version, { upgrade, terminated: close });
			opened.catch(close);
		}
		return opened;
	};
}
