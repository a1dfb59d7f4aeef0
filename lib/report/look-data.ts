/** Owns the data of each finding of a look, by its code. */
import type { DefaultCode } from '../preflight/rule-facts.ts';
import type { KindOf, RuleId, Weight } from '../preflight/rule-kinds.ts';
import type { Verdict } from './verdict.ts';

/** Where it was read: an https address that people can open, and the ISO time. */
export interface Read {
	address: string;
	readAt: string;
}

/** How an attempt of a run ended, by GitHub's word. */
export interface RunEnd extends Read {
	/** GitHub's word: `success`, `failure`, `cancelled`, ... */
	conclusion: string;
	/** The attested attempt, and how many there are by now; from 1. */
	attempt: number;
	attempts: number;
	/** The commit that the run was started at. */
	commit: string;
	/** The job that published and how it ended, where the build file or the number of jobs tells which it is. */
	job?: string;
	jobConclusion?: string;
	/** Logs are read after signing in; those of public repositories are deleted after 90 days at the latest. */
	log: 'after-login' | 'past-its-time';
}

/** How files of a package are held by the source. */
export type FileGroup = 'same' | 'differs' | 'built' | 'added';

/** What a rule of Preflight saw in the build file. */
export interface BuildFileData<Id extends RuleId> extends Read {
	kind: KindOf<Id>;
	weight: Weight;
	/** From 1. */
	line: number;
	what?: string;
	job?: string;
	/** As written; it is not evaluated. */
	condition?: string;
	/** The audit of zizmor that is alike. */
	zizmor?: string;
	/** Defaults of GitHub and npm that concern it, since when, and whether they held when the release was published. */
	defaults?: { code: DefaultCode; since: string; held: boolean }[];
}

type BuildFileFindings = { [Id in RuleId as `build-file-${Id}`]: BuildFileData<Id> };

/** Code -> the fields of its `data`. Text is from outside, and cut. */
export interface LookData extends BuildFileFindings {
	'tag-same': { tag: string; commit: string } & Read;
	'tag-differs': { tag: string; commit: string; attested: string } & Read;
	/** The names that were looked for. */
	'tag-missing': { tags: string; commit: string } & Read;
	/** A step of a job that can reach publishing checks out another ref or repository, both as written. */
	'checkout-of-another-ref': { job: string; line: number; ref?: string; repository?: string } & Read;
	'run-concluded': RunEnd;
	'run-failed': RunEnd;
	'run-not-ended': RunEnd;
	/** GitHub names another commit for the run than the record does. */
	'run-of-another-commit': RunEnd & { attested: string };
	/** The repository is there, and the run is not. */
	'run-gone': Read;
	'commit-on-branch': { branch: string; commit: string } & Read;
	/** The branches that were looked at. */
	'commit-on-no-branch': { branches: string; commit: string } & Read;
	'commit-signed': { by: string } & Read;
	/** Why GitHub does not count it as signed: `unsigned`, `unknown_key`, ... */
	'commit-unsigned': { by: string; reason: string } & Read;
	'tag-signed': { tag: string; by: string } & Read;
	/** `lightweight` is a mere name for a commit, which cannot be signed. */
	'tag-unsigned': { tag: string; reason: string } & Read;
	/** Files and their bytes by group: those that differ count as added. */
	'files-in-source': {
		same: number;
		sameBytes: number;
		built: number;
		builtBytes: number;
		added: number;
		addedBytes: number;
		/** The package's folder in the repository; empty for its root. */
		folder: string;
	} & Read;
	/** `path` within the package; `place` within the repository, where there is a file of that name with other bytes. */
	'file-not-in-source': { path: string; bytes: number; group: Exclude<FileGroup, 'same'>; place?: string } & Read;
	/** The package's own file names no script that runs on install. */
	'runs-nothing-in-file': Record<never, never>;
	/** What runs on install by the registry's copy of package.json, and by the file's own: `NAME: COMMAND`, or `none`. */
	'runs-unlike-registry': { registry: string; file: string };
	/** A file of the package that a script of package.json starts on install. */
	'install-starts-file': {
		script: string;
		command: string;
		path: string;
		/** Whether it is byte for byte in the attested commit; `absent` from the package. */
		inSource: 'same' | 'differs' | 'not-in-source' | 'not-looked-at' | 'absent';
	};
	/** A direct dependency at the version that its range gives today. */
	'dependency-verdict': { name: string; range: string; version?: string; verdict: Verdict; failure?: string };
	/** The entry in the log, and the size of the largest signed tree that was proved to hold it. */
	'log-entry-found': { index: string; size: string } & Read;
	'log-entry-differs': { index: string; why: string } & Read;
	/** The log has grown since: its size in the release's record, and at its newest root, which was proved to hold the older. */
	'log-root-newer': { before: string; now: string } & Read;
}
