/** Owns the findings of looks: the claim that each is about, who says it, and the text of its data. */
import type { RuleId } from '../preflight/rule-kinds.ts';
import type { FindingRow } from './finding-row.ts';
import type { BuildFileData, LookData, Read, RunEnd } from './look-data.ts';
import type { LookName } from './looks.ts';

/** A text and where it was read, so that nobody has to believe us. */
function read(text: string, { address, readAt }: Read): string {
	return `${text}${text === '' ? '' : '; '}${address}, ${readAt.slice(0, 16)}Z`;
}

const LOGS = { 'after-login': 'log to be read after signing in', 'past-its-time': 'log past its 90 days' };

const runText = (data: RunEnd) => {
	const { conclusion, attempt, attempts, job, jobConclusion, commit, log } = data;
	const published = job === undefined ? '' : `; publishing job ${job}: ${jobConclusion}`;
	return read(`${conclusion}, attempt ${attempt} of ${attempts}${published}; started at ${commit}; ${LOGS[log]}`, data);
};

const buildFileText = (data: BuildFileData<RuleId>) => {
	const { line, kind, what, job, condition } = data;
	const parts = [`line ${line}: ${kind}`, what, job && `job ${job}`, condition && `if ${condition}`];
	return read(parts.filter(Boolean).join(', '), data);
};

/** A row for each rule; a new rule without one does not compile. */
const RULES: Record<RuleId, true> = {
	'unpinned-action': true,
	'dangerous-trigger': true,
	'cache-in-release': true,
	'template-injection': true,
	'broad-permissions': true,
	'publish-token': true,
	'self-hosted-runner': true,
	'pipe-to-shell': true,
	'persisted-credentials': true,
	'no-environment': true,
	'inherited-secrets': true,
	'input-reaches-publish': true,
	'install-scripts-with-id-token': true,
};

type BuildFileCode = `build-file-${RuleId}`;
type Rows = { readonly [Code in keyof LookData]: FindingRow<LookData[Code]> };

const BUILD_FILE = Object.fromEntries(
	Object.keys(RULES).map((rule) => [
		`build-file-${rule}`,
		{ claim: 'workflow-harmless', saidBy: 'github', detail: buildFileText },
	]),
) as unknown as Pick<Rows, BuildFileCode>;

const files = (count: number, size: number) => `${count} (${size} bytes)`;

/** Every finding that a look can make. */
export const LOOK_FINDINGS: Rows = {
	...BUILD_FILE,
	'tag-same': {
		claim: 'only-this-source',
		saidBy: 'github',
		detail: (data) => read(`${data.tag}: ${data.commit}`, data),
	},
	'tag-differs': {
		claim: 'only-this-source',
		saidBy: 'github',
		detail: (data) => read(`${data.tag}: ${data.commit}, attested ${data.attested}`, data),
	},
	'tag-missing': { claim: 'only-this-source', saidBy: 'github', detail: (data) => read(data.tags, data) },
	'checkout-of-another-ref': {
		claim: 'only-this-source',
		saidBy: 'github',
		detail: (data) => {
			const { job, ref, repository } = data;
			const parts = [`line ${data.line}, job ${job}`, ref && `ref ${ref}`, repository && `repository ${repository}`];
			return read(parts.filter(Boolean).join(', '), data);
		},
	},
	'run-concluded': { claim: 'workflow-harmless', saidBy: 'github', detail: runText },
	'run-failed': { claim: 'workflow-harmless', saidBy: 'github', detail: runText },
	'run-not-ended': { claim: 'workflow-harmless', saidBy: 'github', detail: runText },
	'run-of-another-commit': {
		claim: 'workflow-harmless',
		saidBy: 'github',
		detail: (data) => `attested ${data.attested}; ${runText(data)}`,
	},
	'run-gone': { claim: 'workflow-harmless', saidBy: 'github', detail: (data) => read('', data) },
	'commit-on-branch': {
		claim: 'tag-author',
		saidBy: 'github',
		detail: (data) => read(`${data.branch}: ${data.commit}`, data),
	},
	'commit-on-no-branch': {
		claim: 'tag-author',
		saidBy: 'github',
		detail: (data) => read(`${data.commit}; looked at: ${data.branches || 'none'}`, data),
	},
	'commit-signed': { claim: 'tag-author', saidBy: 'github', detail: (data) => read(data.by, data) },
	'commit-unsigned': {
		claim: 'tag-author',
		saidBy: 'github',
		detail: (data) => read(`${data.by}: ${data.reason}`, data),
	},
	'tag-signed': { claim: 'tag-author', saidBy: 'github', detail: (data) => read(`${data.tag}: ${data.by}`, data) },
	'tag-unsigned': {
		claim: 'tag-author',
		saidBy: 'github',
		detail: (data) => read(`${data.tag}: ${data.reason}`, data),
	},
	'files-in-source': {
		claim: 'only-this-source',
		saidBy: 'here',
		detail: (data) => {
			const { same, sameBytes, built, builtBytes, added, addedBytes, folder } = data;
			const groups = `same ${files(same, sameBytes)}, built ${files(built, builtBytes)}, added ${files(added, addedBytes)}`;
			return read(`${groups}; held against ${folder === '' ? 'the root' : folder}`, data);
		},
	},
	'file-not-in-source': {
		claim: 'only-this-source',
		saidBy: 'here',
		detail: (data) => {
			const { path, bytes, group, place } = data;
			return read(`${path}, ${bytes} bytes, ${group}${place === undefined ? '' : ` (there: ${place})`}`, data);
		},
	},
	'runs-nothing-in-file': { claim: 'workflow-harmless', saidBy: 'package' },
	'runs-unlike-registry': {
		claim: 'workflow-harmless',
		saidBy: 'here',
		detail: ({ registry, file }) => `registry: ${registry}; file: ${file}`,
	},
	'install-starts-file': {
		claim: 'workflow-harmless',
		saidBy: 'package',
		detail: ({ script, command, path, inSource }) => `${script}: ${command} -> ${path}, ${inSource}`,
	},
	'dependency-verdict': {
		claim: 'dependencies-clean',
		saidBy: 'here',
		detail: ({ name, range, version, verdict, failure }) => {
			const found = version === undefined ? '' : ` -> ${version}`;
			return `${name} ${range}${found}: ${verdict}${failure === undefined ? '' : ` (${failure})`}`;
		},
	},
	'log-entry-found': {
		claim: 'logged',
		saidBy: 'rekor',
		detail: (data) => read(`entry ${data.index}, in a tree of ${data.size}`, data),
	},
	'log-entry-differs': {
		claim: 'logged',
		saidBy: 'rekor',
		detail: (data) => read(`entry ${data.index}: ${data.why}`, data),
	},
	'log-root-newer': {
		claim: 'logged',
		saidBy: 'rekor',
		detail: (data) => read(`${data.before} entries then, ${data.now} now`, data),
	},
};

/** Codes of each look's findings. */
const CODES: Record<LookName, RegExp> = {
	run: /^run-/,
	source: /^(?:tag-(?:same|differs|missing)|checkout-of-another-ref)$/,
	tag: /^(?:commit-|tag-(?:un)?signed$)/,
	workflow: /^build-file-/,
	log: /^log-(?:entry|root)-/,
	dependencies: /^dependency-verdict$/,
	files: /^files?-(?:not-)?in-source$/,
	scripts: /^(?:runs-|install-starts-file$)/,
};

/** Whether a finding, or how many more there are of it, comes of a look. */
export function isOfLook({ code, data }: { code: string; data?: object }, look: LookName): boolean {
	const about = code === 'and-more' ? String((data as { code?: unknown } | undefined)?.code) : code;
	return CODES[look].test(about);
}

/** Whether a finding says what runs on install, by the registry's list or by the file. */
export function isOnInstall({ code }: { code: string }): boolean {
	return code.startsWith('runs-');
}
