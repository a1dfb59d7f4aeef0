/** Owns the files of the audit page that are checked without network: those that were given, and the answer about them. */
import type { SettingsInForce } from '../../lib/browser/in-force.ts';
import type { FilesReport } from '../../lib/report/files.ts';
import { Ended, runTask } from './pool.ts';
import type { GivenFile, Tasks } from './protocol.ts';

/** Most files whose beginning is read, to tell what they are for. */
const MAX_SORTED = 200;

/** How far the check is. */
export interface FilesPicture {
	phase: 'checking' | 'done' | 'failed';
	/** The last answer; it stays until the next is there. */
	report?: FilesReport;
}

/**
 * Tells files for this check from those for an audit, by their content.
 * @param isUnderWay whether such files were given before. What is neither may be the file that a record signs.
 */
export async function sortFiles(
	files: readonly File[],
	isUnderWay: boolean,
): Promise<{ evidence: File[]; others: File[] }> {
	const given = files.slice(0, MAX_SORTED).map(asGiven);
	// An audit says of a file by its name why it cannot be read.
	const kinds = await runTask('sort', { files: given }).catch((): Tasks['sort']['done'] => []);
	const isForCheck = isUnderWay || kinds.includes('evidence');
	const isEvidence = (file: File, at: number) =>
		isForCheck && file.name !== 'package.json' && kinds[at] !== undefined && kinds[at] !== 'lockfile';
	const evidence = files.filter(isEvidence);
	return { evidence, others: files.filter((file) => !evidence.includes(file)) };
}

/** Files that are checked together, also where they come one after the other. Nothing of them is kept. */
export function createOffline(
	inForce: () => Promise<SettingsInForce>,
	onchange: (picture: FilesPicture | undefined) => void,
) {
	let files: File[] = [];
	let report: FilesReport | undefined;
	let running: AbortController | undefined;

	async function run(): Promise<void> {
		running?.abort();
		running = new AbortController();
		const { signal } = running;
		const tell = (phase: FilesPicture['phase']) => onchange({ phase, ...(report && { report }) });
		tell('checking');
		try {
			const { trustRoots, policies, isAllowlistUnread } = await inForce();
			const asked = { files: files.map(asGiven), trustRoots, policies, isAllowlistUnread };
			const made = await runTask('check', asked, { signal });
			if (signal.aborted) return;
			report = made;
			tell('done');
		} catch (error) {
			if (error instanceof Ended || signal.aborted) return;
			console.error(error);
			// A file of the disk may be gone by now. What was answered before is about other files.
			report = undefined;
			tell('failed');
		}
	}

	return {
		get isEmpty() {
			return files.length === 0;
		},
		/** The same file once more replaces itself; another one of its name is added. */
		add(more: readonly File[]): void {
			const isSame = (one: File, other: File) =>
				one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
			files = [...files.filter((one) => !more.some((other) => isSame(one, other))), ...more];
			void run();
		},
		/** Forgets them. */
		clear(): void {
			running?.abort();
			[files, report] = [[], undefined];
			onchange(undefined);
		},
	};
}

function asGiven(file: File): GivenFile {
	return { name: file.name, content: file };
}
