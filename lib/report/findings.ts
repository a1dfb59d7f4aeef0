/** Owns every finding: its code, the claim that it is about, who says it, and the text of its data. */
import type { ClaimId } from './claim-ids.ts';
import type { BeforeAndNow, FindingCode, FindingData, HashedFile, Mute, NoData, SeenOn } from './finding-data.ts';
import type { FindingRow, SaidBy } from './finding-row.ts';
import { LOOK_FINDINGS } from './look-findings.ts';

export type { SaidBy } from './finding-row.ts';

const beforeAndNow = ({ before, now }: BeforeAndNow) => `${before} -> ${now}`;

const muteText = ({ date, note }: Mute) => `${date} ${note}`.trim();

const seenText = ({ earlier, later }: { earlier: SeenOn; later: SeenOn }) =>
	`${earlier.day}: ${earlier.value}; ${later.day}: ${later.value}`;

const fileText = ({ bytes, sha512 }: HashedFile) => `${bytes} bytes, ${sha512}`;

/** What is ours comes first: the command may be of any length. */
const installText = (data: FindingData['runs-on-install']) => {
	const { name, command, length, since, at, starts, isImplied } = data;
	const facts = [
		since === undefined || at === undefined ? name : `${name} since ${since} (${at.slice(0, 10)})`,
		...(isImplied ? ['added by npm for a file binding.gyp'] : []),
		...(length === undefined ? [] : [`the first of ${length} characters`]),
		...(starts === undefined ? [] : [`starts ${starts.join(' and ')}`]),
	];
	return `${facts.join(', ')}: ${command}`;
};

/** Every finding there is. */
export const FINDINGS: { readonly [Code in FindingCode]: FindingRow<FindingData[Code]> } = {
	'signer-elsewhere': { claim: 'workflow-harmless', saidBy: 'signature', detail: ({ signer }) => signer },
	'self-hosted-runner': { claim: 'workflow-harmless', saidBy: 'signature', detail: ({ runner }) => runner },
	'open-trigger': { claim: 'workflow-harmless', saidBy: 'signature', detail: ({ trigger }) => trigger },
	'pull-request-ref': { claim: 'only-this-source', saidBy: 'signature', detail: ({ ref }) => ref },
	'tag-of-another-version': { claim: 'tag-author', saidBy: 'signature', detail: ({ tag }) => tag },
	'repository-differs': { claim: 'only-this-source', saidBy: 'package', detail: ({ repository }) => repository },
	'repository-differs-in-case': {
		claim: 'only-this-source',
		saidBy: 'package',
		detail: ({ repository }) => repository,
	},
	'git-head-same': { claim: 'only-this-source', saidBy: 'package', detail: ({ gitHead }) => gitHead },
	'git-head-differs': {
		claim: 'only-this-source',
		saidBy: 'package',
		detail: ({ gitHead, commit }) => `the run started at ${commit}, gitHead ${gitHead}`,
	},
	'git-head-missing': { claim: 'only-this-source', saidBy: 'package' },
	'runs-on-install': { claim: 'workflow-harmless', saidBy: 'package', detail: installText },
	'runs-nothing-on-install': { claim: 'workflow-harmless', saidBy: 'package' },
	'custom-trust-root': { claim: 'signed-by-build', saidBy: 'here', detail: ({ name }) => name },
	'trust-root-old': { claim: 'signed-by-build', saidBy: 'here', detail: ({ days }) => `${days} days` },
	'key-listed-by-registry': {
		claim: 'registry-signed',
		saidBy: 'registry',
		detail: ({ keyId, expires }) => `${keyId} (${expires === undefined ? 'no expiry' : `expires ${expires}`})`,
	},
	'evidence-kept': { claim: 'registry-keeps-serving', saidBy: 'here', detail: ({ since }) => since },
	'unknown-attestation': {
		claim: 'signed-by-build',
		saidBy: 'registry',
		detail: ({ predicateType }) => predicateType,
	},
	'malware-advisory': {
		claim: 'workflow-harmless',
		saidBy: 'registry',
		detail: ({ title, address }) => [title, address].filter((part) => part !== undefined).join(' '),
	},
	'registry-signature-missing': { claim: 'registry-signed', saidBy: 'registry' },
	'registry-contradicts-itself': {
		claim: 'registry-keeps-serving',
		saidBy: 'registry',
		detail: ({ field, manifest, list }) => `${field}: ${manifest ?? 'none'}, in the list ${list ?? 'none'}`,
	},
	'file-hashed': { claim: 'file-matches', saidBy: 'here', detail: fileText },
	'file-hashed-unlisted': { claim: 'file-matches', saidBy: 'here', detail: fileText },
	'allowlist-unreadable': { claim: 'built-by', saidBy: 'here' },
	'change-expected': { claim: 'built-by', saidBy: 'here', detail: ({ row }) => row },
	muted: { claim: 'built-by', saidBy: 'here', detail: muteText },
	'muted-by-organisation': { claim: 'built-by', saidBy: 'here', detail: muteText },
	'seen-with-another-file': { claim: 'registry-keeps-serving', saidBy: 'here', detail: seenText },
	'seen-with-another-signer': { claim: 'registry-keeps-serving', saidBy: 'here', detail: seenText },
	'seen-with-provenance': { claim: 'registry-keeps-serving', saidBy: 'here', detail: seenText },
	'seen-without-provenance': { claim: 'registry-keeps-serving', saidBy: 'here', detail: seenText },
	'sightings-unavailable': { claim: 'registry-keeps-serving', saidBy: 'here' },
	'security-holding': {
		claim: 'registry-keeps-serving',
		saidBy: 'registry',
		detail: ({ removed, last }) =>
			`${removed} versions${last === undefined ? '' : `, the last of ${last.slice(0, 10)}`}`,
	},
	'lockfile-names-another-package': { claim: 'file-matches', saidBy: 'here', detail: ({ spec }) => spec },
	'lockfile-names-another-file': {
		claim: 'file-matches',
		saidBy: 'here',
		detail: ({ algorithm, lockfile, registry }) => `${algorithm}-${lockfile}, the registry's is ${registry}`,
	},
	'lockfile-hash-is-sha1': { claim: 'file-matches', saidBy: 'here' },
	'patched-here': { claim: 'only-this-source', saidBy: 'here' },
	'first-with-provenance': { claim: 'signed-by-build', saidBy: 'registry' },
	'first-provenance-elsewhere': {
		claim: 'built-by',
		saidBy: 'package',
		detail: ({ repository, before }) => `${repository}, before ${before}`,
	},
	'other-lines-have-provenance': {
		claim: 'signed-by-build',
		saidBy: 'registry',
		detail: ({ version }) => version,
	},
	'provenance-lost-earlier': {
		claim: 'signed-by-build',
		saidBy: 'registry',
		detail: ({ since, at, releases }) =>
			`since ${since} (${at.slice(0, 10)}), in ${releases === 1 ? 'one release' : `${releases} releases`}`,
	},
	'deprecated-without-provenance': {
		claim: 'signed-by-build',
		saidBy: 'registry',
		detail: ({ version }) => version,
	},
	'beside-a-lost-release': {
		claim: 'signed-by-build',
		saidBy: 'registry',
		detail: ({ version, verdict }) => `${version}, ${verdict}`,
	},
	'latest-moved-back': {
		claim: 'release-approved',
		saidBy: 'registry',
		detail: ({ version, why }) => `${version}, ${why}`,
	},
	'trusted-publisher-without-provenance': {
		claim: 'signed-by-build',
		saidBy: 'registry',
		detail: ({ publisher }) => publisher,
	},
	'tier-rose': { claim: 'release-approved', saidBy: 'registry', detail: beforeAndNow },
	'staged-unrecorded': { claim: 'release-approved', saidBy: 'registry', detail: beforeAndNow },
	'publisher-changed': { claim: 'release-approved', saidBy: 'registry', detail: beforeAndNow },
	'published-within-minutes': {
		claim: 'release-approved',
		saidBy: 'registry',
		detail: ({ version, seconds }) => `${version}, ${seconds} s`,
	},
	'repository-renamed': { claim: 'built-by', saidBy: 'signature', detail: beforeAndNow },
	'environment-added': { claim: 'built-by', saidBy: 'signature', detail: ({ environment }) => environment },
	'origin-new': {
		claim: 'built-by',
		saidBy: 'signature',
		detail: ({ since, at, before }) => `since ${since} (${at.slice(0, 10)}), before ${before}`,
	},
	'record-passed-over': {
		claim: 'built-by',
		saidBy: 'here',
		detail: ({ version, failure }) => `${version}: ${failure}`,
	},
	'install-script-added': {
		claim: 'workflow-harmless',
		saidBy: 'package',
		detail: ({ name, since }) => `${name}, not in ${since}`,
	},
	'install-script-changed': {
		claim: 'workflow-harmless',
		saidBy: 'package',
		detail: ({ name, since, before }) => `${name}, in ${since}: ${before}`,
	},
	'dependency-added': {
		claim: 'dependencies-clean',
		saidBy: 'package',
		detail: ({ name, range, kind }) => `${kind === undefined ? '' : `${kind} `}${name}: ${range}`,
	},
	'dependency-removed': { claim: 'dependencies-clean', saidBy: 'package', detail: ({ name }) => name },
	'dependency-outside-registry': {
		claim: 'dependencies-clean',
		saidBy: 'package',
		detail: ({ name, source }) => `${name}: ${source}`,
	},
	'times-out-of-order': {
		claim: 'release-approved',
		saidBy: 'registry',
		detail: ({ published, logged }) => `published ${published}, logged ${logged}`,
	},
	'published-long-after-signing': {
		claim: 'release-approved',
		saidBy: 'registry',
		detail: ({ signed, published, days }) =>
			`signed ${signed.slice(0, 10)}, published ${published.slice(0, 10)}, ${days} days`,
	},
	'size-jumped': {
		claim: 'only-this-source',
		saidBy: 'registry',
		detail: ({ before, now, filesBefore, filesNow }) =>
			`${before} -> ${now} bytes, ${filesBefore ?? '?'} -> ${filesNow ?? '?'} files`,
	},
	'releases-unreadable': { claim: 'built-by', saidBy: 'here', detail: ({ releases }) => `${releases}` },
	...LOOK_FINDINGS,
	'and-more': { claim: 'registry-keeps-serving', saidBy: 'here', detail: ({ code, more }) => `${more} of ${code}` },
};

type Findings = {
	[Code in FindingCode]: {
		code: Code;
		claim: ClaimId;
		saidBy: SaidBy;
		/** `data` for people. */
		detail?: string;
		/** Set on at most one finding of a Report. */
		warning?: true;
	} & (NoData extends FindingData[Code] ? { data?: never } : { data: FindingData[Code] });
};

/** Something worth reading that is no verdict of its own; `data` is absent where the code says all. */
export type Finding = Findings[FindingCode];

/** A finding of one code. */
export type FindingOf<Code extends FindingCode> = Extract<Finding, { code: Code }>;

/** Longest text in `data` and `detail`, in characters. */
export const MAX_TEXT = 300;

/** More findings of one code add nothing, and a package can have 20,000 dependencies. */
export const MAX_OF_A_CODE = 10;

/**
 * Makes a finding of the table; each text in `data` is cut to 300 characters.
 * @param claim where the code may belong to one of several claims; else the table's.
 */
export function makeFinding<Code extends FindingCode>(
	code: Code,
	...[data, claim]: NoData extends FindingData[Code] ? [] : [data: FindingData[Code], claim?: ClaimId]
): FindingOf<Code> {
	const row = FINDINGS[code] as FindingRow<unknown>;
	const cut = data && shorten(data);
	const detail = cut && row.detail?.(cut).slice(0, MAX_TEXT);
	return {
		code,
		claim: claim ?? row.claim,
		saidBy: row.saidBy,
		...(cut !== undefined && { data: cut }),
		...(detail !== undefined && { detail }),
	} as unknown as FindingOf<Code>;
}

/** Findings of one code: at most ten, then `and-more`. No more are made, however many there are. */
export function makeSome<Code extends FindingCode>(
	code: Code,
	all: readonly (FindingData[Code] & object)[],
): Finding[] {
	const make = makeFinding as (code: Code, data: FindingData[Code]) => Finding;
	const some = all.slice(0, MAX_OF_A_CODE).map((data) => make(code, data));
	const more = all.length - some.length;
	return more > 0 ? [...some, makeMore(code, more)] : some;
}

/** How many more findings of a code there are, about the claim that those are about. */
export function makeMore(code: FindingCode, more: number): Finding {
	return makeFinding('and-more', { code, more }, FINDINGS[code].claim);
}

/** The same with every text in it cut; what is undefined is left out. */
function shorten<T>(value: T): T {
	if (typeof value === 'string') return value.slice(0, MAX_TEXT) as T;
	if (Array.isArray(value)) return value.map(shorten) as T;
	if (typeof value !== 'object' || value === null) return value;
	if (Array.isArray(value)) return value.map(shorten) as T;
	const entries = Object.entries(value).filter(([, one]) => one !== undefined);
	return Object.fromEntries(entries.map(([key, one]) => [key, shorten(one)])) as T;
}

/** Whether a finding is of one of these codes. */
export function isOf<Code extends FindingCode>(
	finding: Finding,
	...codes: readonly Code[]
): finding is FindingOf<Code> {
	return (codes as readonly FindingCode[]).includes(finding.code);
}

/** The first finding of a code, if there is one. */
export function findingOf<Code extends FindingCode>(
	findings: readonly Finding[],
	code: Code,
): FindingOf<Code> | undefined {
	return findings.find((finding): finding is FindingOf<Code> => isOf(finding, code));
}
