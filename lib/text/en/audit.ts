/** Owns the words about the audit of a lockfile: its rows, its counts, what it does not cover, and why its parts are not joined. */
import type { Audit, AuditRow, LockedIntegrity, NotCoveredReason } from '../../report/audit.ts';
import { FINDINGS, type Finding } from '../../report/findings.ts';
import { VERDICTS, type Verdict } from '../../report/verdict.ts';
import { capital, counted, fileName, shortRepository } from '../format.ts';
import { innerText, quoteText, quoteWord } from '../untrusted.ts';
import { describeFailure } from './failures.ts';
import { describeFinding } from './findings.ts';
import { LIMITS_OF_A_LIST } from './history.ts';
import { describeChange, VERDICT_NAMES } from './names.ts';

/** What no output of an audit leaves out. */
export const AUDIT_LIMITS = `${LIMITS_OF_A_LIST} A confirmed origin is not a check of the code.`;

/** What an output says where there is nothing to list. */
export const NOTHING_LISTED = 'No package has a warning, and each one could be checked and compared.';

/** Why an entry is not covered, in two or three words. */
export const WHY_NAMES: Record<NotCoveredReason, string> = {
	git: 'from git',
	url: 'from an address',
	file: 'from a file',
	link: 'linked folders',
	workspace: 'of the workspace',
	'other-registry': 'from another registry',
	bundled: 'bundled in another package',
	runtime: 'runtimes',
	jsr: 'from JSR',
	unreadable: 'unreadable entries',
};

const INTEGRITY_NAMES: Record<LockedIntegrity, string> = {
	matches: 'as in the registry',
	differs: 'other than in the registry',
	'not-comparable': 'not comparable',
	absent: 'without one',
};

/** What a code that rows are listed by means, and what to do. */
export interface KindText {
	/** A few words, as a heading. */
	title: string;
	about: string;
	help: string;
}

const ASK_THE_PROJECT =
	'There are ordinary reasons: an emergency release by hand, a moved repository, a renamed workflow. Ask the project before you install it.';
const KINDS: Record<string, KindText> = {
	'malware-advisory': {
		title: "npm's registry lists it as malware",
		about: "The registry's advisories list this release as malware, whatever its origin.",
		help: 'Do not install it. If it was installed, treat the machine as compromised.',
	},
	'lockfile-names-another-package': {
		title: 'the entry has the address of another package',
		about: 'The name of the entry in the lockfile is not the one in the address that is installed.',
		help: 'Read who changed this line of the lockfile, and make the lockfile again from package.json.',
	},
	'lockfile-names-another-file': {
		title: "the lockfile's hash is not the registry's",
		about: 'The lockfile names another file for this release than the registry does.',
		help: 'Read who changed this line of the lockfile. A mirror that packs files again is an ordinary reason.',
	},
	mismatch: {
		title: 'the evidence does not match',
		about: 'Evidence exists and is false: a signature, proof, digest, name or field does not match.',
		help: 'Do not install it before somebody has looked at the evidence: run inspect on this release.',
	},
	'not-allowed': {
		title: 'not the origin you expect',
		about: 'Your allowlist expects another identity for this package, or requires provenance and there is none.',
		help: 'Compare the origin with the row of your allowlist. Change the row only if the project announced the change.',
	},
	lost: {
		title: 'the record of where it was built is missing (provenance)',
		about: 'There is no provenance, and a release that it is compared with had it, or lost it too.',
		help: ASK_THE_PROJECT,
	},
	changed: {
		title: 'the origin is another one than before',
		about: 'The origin is confirmed, and differs from all known origins.',
		help: ASK_THE_PROJECT,
	},
	unknown: {
		title: 'could not be checked',
		about: 'The check could not be made. This says nothing about the release.',
		help: 'Run the audit again. If it stays so, run inspect on this release for the reason.',
	},
	'not-compared': {
		title: 'origin confirmed, and not compared with earlier releases',
		about: 'The origin is confirmed, but the earlier releases could not be read, so a change could not be noticed.',
		help: 'Run the audit again.',
	},
	'not-covered': {
		title: 'entries that the audit does not cover',
		about: 'These entries do not come from the registry, so no record of the registry is about them.',
		help: 'Read where they come from. Nothing was checked for them.',
	},
};

/** The words of a code that rows are listed by: a verdict, `not-compared`, `not-covered`, or the code of a finding. */
export function describeKind(code: string): KindText {
	const known = KINDS[code];
	if (known && Object.hasOwn(KINDS, code)) return known;
	const about = Object.hasOwn(FINDINGS, code)
		? describeFinding({ code } as Finding)
		: 'A finding warns of this release.';
	return { title: about.replace(/\.$/, ''), about, help: 'Run inspect on this release for what was seen.' };
}

/** One row in a sentence; what is from outside is quoted. */
export function describeRow(row: AuditRow): string {
	const { verdict, failure, history, identity } = row;
	const warning = row.findings.find((finding) => finding.warning);
	if (warning) return `${describeFinding(warning)}${detailOf(warning)}`;
	const earlier = history?.state === 'compared' ? history.with?.version : undefined;
	if (verdict === 'mismatch') return `It does not match: ${describeFailure(failure)}${detailOf(failure)}`;
	if (verdict === 'not-allowed')
		return identity
			? `It is from ${quoteText(shortRepository(identity.repository))}, which is not what your allowlist expects.`
			: 'Your allowlist requires provenance, and there is none.';
	if (verdict === 'lost')
		return `The record of where it was built is missing (provenance)${earlier === undefined ? '' : `; ${quoteWord(earlier)} had one`}.`;
	if (verdict === 'changed') {
		const [change] = history?.state === 'compared' ? history.changes : [];
		// How it was published is held against several releases.
		const isBesideOne = earlier !== undefined && change?.field !== 'publishing';
		return `${change ? capital(describeChange(change)) : 'Its origin is another one than before'}${isBesideOne ? `, compared with ${quoteWord(earlier)}` : ''}.`;
	}
	if (verdict === 'unknown') return `It could not be checked: ${describeReason(row) || 'no reason is known.'}`;
	if (verdict === 'none') return 'No build record was found (provenance). Most packages have none.';
	const origin = identity
		? `It was published by ${quoteText(fileName(identity.workflow))} in ${quoteText(shortRepository(identity.repository))}.`
		: 'Its origin is confirmed.';
	return history?.state === 'compared' ? origin : `${origin} ${describeNotCompared(row)}`;
}

/** Why a row could not be checked or compared, as the end of a sentence; empty where that is not known. */
export function describeReason(row: AuditRow): string {
	const failure = row.failure ?? failureIn(row);
	return failure ? describeFailure(failure) : '';
}

function describeNotCompared(row: AuditRow): string {
	const reason = describeReason(row);
	return `Not compared with earlier releases${reason === '' ? '.' : `: ${reason}`}`;
}

function failureIn({ history }: AuditRow) {
	return history?.state === 'not-compared' ? history.failure : undefined;
}

function detailOf(of: { detail?: string } | undefined): string {
	return of?.detail === undefined ? '' : ` Details: ${quoteText(of.detail)}.`;
}

/** What was audited, in one line: the file, its form, how many packages, and whether it is a part. */
export function describeAudited({ lockfile, removed, shard }: Audit): string {
	const { path, format, version, packages } = lockfile;
	const form = `${path === undefined ? 'A lockfile' : quoteText(path, 200, 20)} (${innerText(format)} ${innerText(version)})`;
	const what =
		removed === undefined
			? `: ${counted(packages, 'package')}.`
			: `: ${counted(packages, 'package')} added or changed, ${removed.length.toLocaleString('en-GB')} removed.`;
	return `${form}${what}${shard ? ` This is part ${shard.part} of ${shard.of}.` : ''}`;
}

/** Each verdict that occurs and how often, the worst first, and how many are malware by any verdict; empty where nothing was audited. */
export function describeVerdicts({ counts, packages }: Audit): string {
	const said = VERDICTS.flatMap((verdict: Verdict) => {
		const count = counts[verdict] ?? 0;
		return count > 0 ? [`${count.toLocaleString('en-GB')} ${VERDICT_NAMES[verdict]}`] : [];
	});
	const malware = packages.filter(({ warning }) => warning === 'malware-advisory').length;
	const ofThem = malware > 0 ? ` Of these, ${malware.toLocaleString('en-GB')} listed as malware.` : '';
	return said.length === 0 ? '' : `${said.join(', ')}.${ofThem}`;
}

/** What an audit did not do: compare, cover, finish, compare hashes. A sentence each; the first two are always there. */
export function describeGaps(audit: Audit): string[] {
	const { counts, packages, notCovered, left = 0, unadvised = 0, lockfile } = audit;
	const by = Map.groupBy(notCovered, ({ why }) => why);
	const reasons = [...by].map(([why, rows]) => `${rows.length.toLocaleString('en-GB')} ${WHY_NAMES[why]}`);
	const hashes = Map.groupBy(packages, ({ integrity }) => integrity);
	const compared = (Object.keys(INTEGRITY_NAMES) as LockedIntegrity[]).flatMap((integrity) => {
		const count = hashes.get(integrity)?.length ?? 0;
		return count === 0 ? [] : [`${count.toLocaleString('en-GB')} ${INTEGRITY_NAMES[integrity]}`];
	});
	return [
		`Not compared with earlier releases: ${counts.notCompared === 0 ? 'none' : counts.notCompared.toLocaleString('en-GB')}.`,
		`Not covered: ${reasons.length === 0 ? 'none' : `${counts.notCovered.toLocaleString('en-GB')} (${reasons.join(', ')})`}.`,
		...(compared.length > 0 ? [`Hashes in the file: ${compared.join(', ')}.`] : []),
		...(lockfile.isWithoutHashes
			? [
					'The lockfile has neither a hash nor an address for any package, so it does not say which files are installed.',
				]
			: []),
		...(unadvised > 0
			? [`The registry's list of malware could not be read for ${counted(unadvised, 'release')}. Run the audit again.`]
			: []),
		...(left > 0 ? [`The audit ended early: ${counted(left, 'release')} not asked for. Run it again.`] : []),
	];
}

/** What an interrupted audit leaves, as a line of the error stream. @param isKept whether the registry's answers are kept. */
export function describeInterrupted(audits: readonly Audit[], isKept: boolean): string {
	const left = audits.reduce((sum, audit) => sum + (audit.left ?? 0), 0);
	const all = audits.reduce((sum, { lockfile }) => sum + lockfile.packages, left);
	const again = isKept ? 'Run it again: what the registry answered is kept.' : 'Run it again.';
	return `interrupted: ${left.toLocaleString('en-GB')} of ${counted(all, 'package')} not asked for. ${again}`;
}

/** What an entry is called that has no name, path or address. */
export const NAMELESS = 'an entry without a name';

/** Why the parts of one lockfile are not joined: the code and data of lib/audit/shard.ts. */
export function describeMergeProblem(problem: {
	path: string;
	code: 'part-missing' | 'part-twice' | 'other-parts' | 'other-lockfile' | 'other-base' | 'other-trust-root';
	parts?: readonly number[];
	part?: number | undefined;
	of?: number;
}): string {
	const { path, code, parts = [], part, of } = problem;
	const of_ = path === '' ? 'a lockfile without a name' : path;
	return {
		'part-missing': `of ${parts.length === 1 ? 'part' : 'parts'} ${parts.slice(0, 10).join(', ')}${parts.length > 10 ? ' ...' : ''} of ${of} there is no result`,
		'part-twice': part === undefined ? 'it is given twice' : `part ${part} is given twice`,
		'other-parts': 'the results are of different numbers of parts',
		'other-lockfile': 'the results are of different files',
		'other-base': 'the results are of different bases',
		'other-trust-root':
			'the results were decided by different trust roots; audit each part with the same version of this program',
	}[code].replace(/^/, `cannot join ${of_}: `);
}
