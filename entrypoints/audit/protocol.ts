/** Owns what the audit page and its workers say to each other. Long lists go as text, in parts: copied object by object, they would block the page. */
import type { ListRow } from '../../lib/audit/list.ts';
import type { SettingsInForce } from '../../lib/browser/in-force.ts';
import type { FilesReport } from '../../lib/report/files.ts';
import type { TrustRootInfo } from '../../lib/report/report.ts';
import type { Failure } from '../../lib/report/result.ts';

/** A file as it was given. */
export interface GivenFile {
	name: string;
	content: Blob;
}

/** One package of the lockfiles. */
export interface Group {
	name: string;
	/** Its entries as JSON: `[file, LockedPackage][]`. */
	entries: string;
	/** How many rows it will have. */
	count: number;
}

/** Rows of one package. */
export interface GroupRows {
	name: string;
	/** As JSON: `[file, row][]`. */
	rows: string;
	list: ListRow[];
	/** ISO time at which they were made; absent where an earlier version kept them. */
	at?: string;
}

/** What is done once, in a worker of its own. Each answer comes in parts, and ends with `done`. */
export interface Tasks {
	/** Reads lockfiles, and the package.json beside them. */
	read: {
		asked: { files: GivenFile[]; manifest?: Blob | undefined };
		part:
			| { is: 'groups'; groups: Group[] }
			| { is: 'rows'; list: ListRow[] }
			| { is: 'refused'; name: string; failure: Failure };
		done: {
			/** Those that were read, with their places. */
			files: { name: string; format: string; packages: number; notCovered: number }[];
			project?: string;
			manifestFailure?: Failure;
		};
	};
	/** Says what each file is for, by its content. */
	sort: { asked: { files: GivenFile[] }; part: never; done: ('evidence' | 'lockfile' | 'other')[] };
	/** Checks signed records and the file that they are about, without network. */
	check: {
		asked: { files: GivenFile[] } & Pick<SettingsInForce, 'policies' | 'isAllowlistUnread' | 'trustRoots'>;
		part: never;
		done: FilesReport;
	};
	/** Asks which packages the registry lists as malware. */
	advise: {
		/** The list has `Group`s. */
		asked: object;
		part: never;
		done: {
			/** Package -> what the list has on it, as JSON; most have nothing. */
			listed: [name: string, advisories: string][];
			/** Those for which it could not be read, and why. */
			unadvised: string[];
			failure?: Failure;
		};
	};
	/** Makes the rows of a kept audit ready for the list again; those that cannot be read are left out. */
	restore: { asked: { id: string }; part: { rows: GroupRows[] }; done: null };
	/** Reads an earlier audit, to be compared with. */
	earlier: {
		asked: { files: GivenFile[]; before: GivenFile[]; id: string };
		part: never;
		/** Nothing where it is of another project. */
		done: { /** As JSON: `[row, result][]`. */ results: string; changed: string[]; removed: string[] } | undefined;
	};
	/** Says in sentences what was audited. The list has `GroupRows.rows`. */
	summarise: { asked: { audit: Audited }; part: never; done: Summary[] };
	/** Writes the audits as the command does. The list has `GroupRows.rows`. */
	write: { asked: { audit: Audited; format: Format; version: string }; part: never; done: Blob };
}

export type Task = keyof Tasks;

/** The forms that an audit is saved in. */
export type Format = 'json' | 'sarif' | 'markdown';

/** What was audited, to be made into the audits that the command prints. */
export interface Audited {
	files: GivenFile[];
	manifest?: Blob | undefined;
	unadvised: string[];
	trustRoot: TrustRootInfo;
	checkedAt: string;
}

/** One lockfile's audit, in sentences. */
export interface Summary {
	about: string;
	verdicts: string;
	gaps: string[];
}

/** What a worker that audits is given first. */
export interface Plan {
	settings: Pick<SettingsInForce, 'policies' | 'isAllowlistUnread' | 'trustRoots'>;
	/** Requests at a time. */
	connections: number;
	/** Name of the lock that it holds while it lives. */
	lock: string;
}

/** What is said to a worker. */
export type ToWorker =
	/** Some of the list that a task is about: as a whole it would block the page. */
	| { is: 'list'; some: unknown[] }
	| { is: 'task'; task: Task; asked: Tasks[Task]['asked'] }
	| { is: 'begin'; plan: Plan }
	| { is: 'audit'; group: Group; advised: string | undefined };

/** What a worker says. */
export type FromWorker =
	| { is: 'part'; part: Tasks[Task]['part'] }
	| { is: 'done'; done: Tasks[Task]['done'] }
	| { is: 'ready'; trustRoot: TrustRootInfo }
	| { is: 'rows'; groups: GroupRows[] };
