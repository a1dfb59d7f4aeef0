/** Owns the words of looks: what each reads, what each finding means and does not, and why a look was not made. */
import { RULE_IDS, type RuleId } from '../../preflight/rule-kinds.ts';
import type { Finding } from '../../report/findings.ts';
import type { BuildFileData, LookData } from '../../report/look-data.ts';
import type { Allowance, LookName, LookRecord } from '../../report/looks.ts';
import { counted } from '../format.ts';
import { describeFailure } from './failures.ts';
import { describeCondition, describeDefault, describeSeen } from './preflight.ts';
import { RULE_TEXTS } from './preflight-rules.ts';

type BuildFileCode = `build-file-${RuleId}`;

/** What a finding means, and what it does not show. */
const LOOK_SENTENCES: Record<Exclude<keyof LookData, BuildFileCode>, string> = {
	'tag-same':
		'The tag of this release names the commit that the run was started at. A tag can be moved at any time, and a job can check out other code.',
	'tag-differs':
		'The tag of this release names another commit than the one that the run was started at. That is ordinary where the run makes the release commit; a tag can also have been moved.',
	'tag-missing':
		'There is no tag for this release, by the names that such tags mostly have. Some projects make none; a release that nobody planned has none either.',
	'checkout-of-another-ref':
		'The build file checks out a ref or repository that can be another than the run was started at, so other code may have been built. A branch can move. It is quoted as it is written.',
	'run-concluded':
		'The run was started at the attested commit and ended as GitHub says here. That says nothing of what it did.',
	'run-failed':
		'The run that published did not end well, by what GitHub says. Ordinary reasons are tests or announcements after publishing; a hijacked run can look like this too.',
	'run-not-ended': 'The run had not ended when GitHub was asked, so how it ends cannot be seen yet.',
	'run-of-another-commit':
		'GitHub names another commit for this run than the record does. That can be ordinary where a pull request started it.',
	'run-gone':
		'The repository is there, but GitHub no longer has this run. Runs can be deleted, and old ones are; how it ended cannot be seen.',
	'commit-on-branch': 'The commit is on a branch of this repository. Who put it there cannot be seen.',
	'commit-on-no-branch':
		'The commit is on none of the branches that were looked at. It may be on another one, or on a branch that was deleted or rewritten since; a commit of a fork looks the same.',
	'commit-signed':
		'GitHub says that it could check the signature of the commit. It was not checked here. The name is the one in the commit:',
	'commit-unsigned':
		'The commit has no signature that GitHub could check, as most commits have none. Nobody proved the name in it:',
	'tag-signed':
		'GitHub says that it could check the signature of the tag. It was not checked here. The name is the one in the tag:',
	'tag-unsigned': 'The tag has no signature that GitHub could check, as most tags have none.',
	'files-in-source':
		'The files of the package were held against those of the attested commit, byte for byte. What is built is not in the source, as built files are, and what it was built from cannot be seen.',
	'file-not-in-source':
		'This file of the package is not in the attested commit with these bytes. Built files never are; another one came into the package in the run, or was changed there.',
	'install-starts-file':
		'A script that runs on install starts this file. Only what the script names itself was looked for, not what that file starts in turn.',
	'runs-nothing-in-file': "The file's own package.json was read, and names no script that runs on install.",
	'runs-unlike-registry':
		"The file's own package.json names other scripts that run on install than the registry's copy of it does:",
	'dependency-verdict':
		'A direct dependency, at the version that its range gives today. What it depends on in turn was not looked at.',
	'log-entry-found':
		'The public log gave the same entry again, with a proof that leads to a root that the log signed. Proof and signature were checked here. Whether others are shown another log, one reader cannot see.',
	'log-entry-differs':
		'What the public log answered does not fit the record, or contradicts itself. A mistake of the log looks the same as a log that hides something.',
	'log-root-newer':
		'The newest root that the log gave is of a larger tree than the one in the record, as it is when the log has grown. The log signed it, and its proof that the older tree is the beginning of the larger one was checked here (consistency proof).',
};

/** A finding of the build file: what the rule saw, when it is ordinary, which default held. */
function describeBuildFile(rule: RuleId, data: Partial<BuildFileData<RuleId>> | undefined): string {
	const { name, ordinary } = RULE_TEXTS[rule];
	const seen = data?.kind && describeSeen({ rule, kind: data.kind, what: data.what } as never);
	return [
		`${name}, in the build file:`,
		seen ?? '',
		data?.condition === undefined ? '' : describeCondition(data.condition),
		ordinary,
		...(data?.defaults ?? []).map(describeDefault),
		data?.zizmor === undefined ? '' : `The tool zizmor has the same rule (${data.zizmor}).`,
		'Whether it did any harm cannot be seen.',
	]
		.filter((part) => part !== '')
		.join(' ');
}

/** A finding of a look in words; `undefined` for any other. */
export function describeLookFinding({ code, data }: Finding): string | undefined {
	const rule = RULE_IDS.find((id) => `build-file-${id}` === code);
	if (rule) return describeBuildFile(rule, data as BuildFileData<RuleId> | undefined);
	return Object.hasOwn(LOOK_SENTENCES, code) ? LOOK_SENTENCES[code as keyof typeof LOOK_SENTENCES] : undefined;
}

/** Above the looks on the report page. */
export const LOOK_INTRODUCTION =
	'What the record does not prove can still be looked at. Each look asks only the hosts that it names, when you press its button; your browser asks you first. It is never proof.';

/** The button of each look, and what is said while it is being made. */
export const LOOK_WORDS = { look: 'Look', again: 'Look again', running: 'Looking ...' } as const;

/** What each look is called, what it reads, and where. */
export const LOOK_TEXTS: Record<LookName, { name: string; reads: string }> = {
	run: { name: 'The run', reads: 'How the run ended, from GitHub (up to 5 of its requests).' },
	source: {
		name: 'Tag and checkout',
		reads: 'Which commit the tag names, and what the build file checks out, from GitHub (up to 7 requests).',
	},
	tag: {
		name: 'Commit and signatures',
		reads: 'Whether the commit is on a branch, and whether commit and tag are signed, from GitHub (up to 11 requests).',
	},
	workflow: { name: 'The build file', reads: 'What the build file does, at the attested commit, from GitHub.' },
	log: {
		name: 'The public log',
		reads: 'The entry, the newest root, and proofs between signed roots, from the public log (Rekor).',
	},
	dependencies: {
		name: 'Dependencies',
		reads: 'Where each direct dependency comes from, at the version that its range gives today, from the registry.',
	},
	files: {
		name: 'The files',
		reads: 'The file from the registry, and the list of files of the attested commit from GitHub (2 requests).',
	},
	scripts: {
		name: 'What runs on install',
		reads: 'The file from the registry: its scripts, and the files that they start.',
	},
};

/** How a look ended, in one sentence. */
export function describeLook({ failure }: LookRecord, found: number): string {
	if (failure) return `Could not be looked at to the end: ${describeFailure(failure)}`;
	return found === 0
		? 'Looked at, and nothing was found to list. That is no proof of anything.'
		: `Looked at: ${counted(found, 'finding')}.`;
}

/** How many requests GitHub leaves, and until when. */
export function describeAllowance({ remaining, limit, resetAt }: Allowance): string {
	return `GitHub leaves ${remaining} of ${limit} requests to this address until ${resetAt.slice(11, 16)} UTC.`;
}
