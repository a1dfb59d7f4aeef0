/** Owns the answer about files that were checked without network. Its codes are a contract. */
import type { SignedEvidence } from './evidence.ts';
import type { Identity } from './identity.ts';
import type { PolicyResult, TrustRootInfo } from './report.ts';
import type { Failure } from './result.ts';

/**
 * The worst that holds. `not-allowed`: the checks hold, and the origin is not the one that an allowlist expects. `none`: the files hold no
 * record. There is no `confirmed`: nobody was asked.
 */
export const FILES_RESULTS = ['mismatch', 'not-allowed', 'unknown', 'none', 'holds'] as const;

export type FilesResult = (typeof FILES_RESULTS)[number];

/** What is checked of a record, in this order, always all present. */
export const FILES_CHECKS = ['signature', 'log', 'statement', 'identity', 'file', 'package'] as const;

export type FilesCheckId = (typeof FILES_CHECKS)[number];

/** One check. `absent`: the record has nothing of the kind, so there is nothing to check. */
export type FilesCheck =
	| { id: FilesCheckId; standing: 'proved' }
	| { id: FilesCheckId; standing: 'refuted'; failure: Failure }
	| { id: FilesCheckId; standing: 'unproved'; why: 'absent' }
	| { id: FilesCheckId; standing: 'unproved'; why: 'could-not-check'; failure: Failure };

/** What a file was taken for: by its content, never by its name. */
export const FILE_KINDS = ['bundle', 'attestations', 'tarball', 'signed-file', 'not-read'] as const;

/** One of the files. */
export interface FileRow {
	/** As it was given; text from outside. */
	name: string;
	bytes: number;
	is: (typeof FILE_KINDS)[number];
	/** Lower-case hex; of a tarball and of a signed file. */
	sha256?: string;
	sha512?: string;
	/** What the package.json of a tarball says. Nobody signed that. */
	package?: { name: string; version: string };
	/** Why it was not read; of a tarball, why its package.json was not, or that no record is about it. */
	failure?: Failure;
}

/** Whether a given file is neither a record that was read nor what a record is about. */
export function isLeftOpen({ is, failure }: FileRow): boolean {
	return is === 'not-read' || (failure !== undefined && is !== 'tarball') || failure?.code === 'file-not-signed';
}

/** What a record is: `other` is a statement of a kind that is not read here, `signed-file` a signature without a statement. */
export const RECORD_KINDS = ['provenance', 'publish', 'other', 'signed-file'] as const;

/** What a record says, decoded while nothing of it is proved. */
export type ClaimedEvidence = Omit<SignedEvidence, 'signedAt'>;

/** One record (bundle) of the files. */
export interface FilesRecord {
	/** The name of the file that it is in. */
	file: string;
	/** Its place there, where the file can hold several; the first is 1. */
	place?: number;
	kind: (typeof RECORD_KINDS)[number];
	result: Exclude<FilesResult, 'none'>;
	checks: FilesCheck[];
	/** The release that the statement names by its package URL; proved only if `signature` and `statement` are. */
	release?: { name: string; version: string };
	/** The name of the given file that it is about, by its digest. */
	signs?: string;
	/** Only ever from a verified certificate. */
	identity?: Identity;
	/** What the allowlist expects of the release; of a provenance that holds, where there is an allowlist. */
	policy?: PolicyResult;
	/** Present if the signature holds. */
	evidence?: SignedEvidence;
	/** What it says, present if the signature does not hold or could not be checked: nothing of it is proved. */
	claimed?: ClaimedEvidence;
	trustRoot: TrustRootInfo;
}

/**
 * What files alone cannot answer. `file`: no file was given that the records are about. `given-file`: one was given that could not be
 * read, or that no record is about. `provenance`: no record says where the release was built. `allowlist`: it could not be read.
 */
export const NOT_CHECKED = [
	'file',
	'given-file',
	'provenance',
	'registry-signature',
	'registry-list',
	'earlier-releases',
	'malware',
	'allowlist',
] as const;

export type NotChecked = (typeof NOT_CHECKED)[number];

/** The whole answer about some files. */
export interface FilesReport {
	schema: 1;
	result: FilesResult;
	files: FileRow[];
	records: FilesRecord[];
	notChecked: NotChecked[];
	/** ISO time at which the checks ran. */
	checkedAt: string;
}
