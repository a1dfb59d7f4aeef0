/** Owns the table of findings: for each code its claim, who says it, the shape of its data, and the `detail` made from that. Pure. */

/** What the evidence can prove, in the order in which it is told. */
const PROOF_IDS = [
	'file-matches',
	'signed-by-build',
	'built-by',
	'logged',
	'registry-received',
	'registry-signed',
] as const;

/** What no evidence of this kind can prove; always told. */
export const LIMIT_IDS = [
	'workflow-harmless',
	'only-this-source',
	'dependencies-clean',
	'tag-author',
	'registry-keeps-serving',
	'release-approved',
] as const;

export const CLAIM_IDS = [...PROOF_IDS, ...LIMIT_IDS] as const;
export type ProofId = (typeof PROOF_IDS)[number];
export type LimitId = (typeof LIMIT_IDS)[number];
export type ClaimId = (typeof CLAIM_IDS)[number];

/** Whose word a fact is. */
export type SaidBy = 'signature' | 'registry' | 'package' | 'github' | 'rekor' | 'here';

/** Of a finding that says all by its code. */
type NoData = Record<never, never>;
/** Two values of one thing: before, and of the release at hand. */
interface BeforeAndNow {
	before: string;
	now: string;
}
/** A release that something is said of. */
interface OfVersion {
	version: string;
}
/** What was seen of a release, and on which day first (`2026-11-25`). */
interface SeenOn {
	day: string;
	value: string;
}
interface Mute {
	/** The day, `2026-11-25`. */
	date: string;
	note: string;
}
/** Something in package.json that is new or reads differently since another release. */
interface SinceVersion {
	/** The release that it is compared with. */
	since: string;
}
interface HashedFile {
	bytes: number;
	/** Lower-case hex. */
	sha512: string;
}

/** Code -> the fields of its `data`. Text is from outside, cut to what a reader can bear. Times are ISO times. */
interface FindingData {
	// The certificate alone.
	/** A reusable workflow of another owner signed. */
	'signer-elsewhere': { signer: string };
	/** It ran on a machine that is not the build service's. */
	'self-hosted-runner': { runner: string };
	/** The run was started by an event that strangers can cause. */
	'open-trigger': { trigger: string };
	/** It was built from a pull request. */
	'pull-request-ref': { ref: string };
	/** The tag's name names another version of this package. */
	'tag-of-another-version': { tag: string };
	// The certificate against package.json.
	/** package.json names another repository, as an https address. */
	'repository-differs': { repository: string };
	/** The same, but for capitals and small letters. */
	'repository-differs-in-case': { repository: string };
	/** The commit that package.json was published from, by npm's `gitHead`, is the attested one. */
	'git-head-same': { gitHead: string };
	'git-head-differs': { gitHead: string; commit: string };
	'git-head-missing': NoData;
	/** A script that npm runs on install; one finding for each. */
	'runs-on-install': { name: string; command: string };
	'runs-nothing-on-install': NoData;
	// The trust root.
	'custom-trust-root': { name: string };
	'trust-root-old': { days: number };
	/** A key that our trust root lacks and the registry's own list names. */
	'key-listed-by-registry': { keyId: string; expires?: string };
	// The registry's answers.
	/** Some answers could not be had anew; since when the oldest was kept. */
	'evidence-kept': { since: string };
	'unknown-attestation': { predicateType: string };
	'malware-advisory': { title: string; address?: string };
	/** No registry signature is in the answer. */
	'registry-signature-missing': NoData;
	/** Two answers differ, or both name what they should not: which field, and what they say. */
	'registry-contradicts-itself': {
		field: 'integrity' | 'host' | 'attestations' | 'time';
		manifest?: string;
		list?: string;
	};
	'file-hashed': HashedFile;
	'file-hashed-unlisted': HashedFile;
	// The reader's own.
	'allowlist-unreadable': NoData;
	/** A row of the allowlist names what differs (the row's `package`). */
	'change-expected': { row: string };
	muted: Mute;
	'muted-by-organisation': Mute;
	'seen-with-another-file': { earlier: SeenOn; later: SeenOn };
	'seen-with-another-signer': { earlier: SeenOn; later: SeenOn };
	/** Provenance was seen, and now there is none. */
	'seen-with-provenance': { earlier: SeenOn; later: SeenOn };
	'seen-without-provenance': { earlier: SeenOn; later: SeenOn };
	'sightings-unavailable': NoData;
	/** npm put a placeholder in the place of the package: how many versions are gone, and when the last of them came. */
	'security-holding': { removed: number; last?: string };
	// The releases before.
	/** There were releases before it, and none that had stood for 72 hours had provenance. */
	'first-with-provenance': NoData;
	/** The same, and no package.json before named this repository; whether one named another of the same owner. */
	'first-provenance-elsewhere': { repository: string; before: string; isSameOwner: boolean };
	/** None here nor where it counts; but a release with which it is not compared had it. */
	'other-lines-have-provenance': OfVersion;
	/** Lost, but not only here: since which release and time, in how many, and whether that is long ago. */
	'provenance-lost-earlier': { since: string; at: string; releases: number; isLongAgo: boolean };
	/** Lost and deprecated, and a higher stable release of the line exists. */
	'deprecated-without-provenance': OfVersion;
	/** None here nor in its line, and within 24 hours of a release that is lost or changed. */
	'beside-a-lost-release': { version: string; verdict: 'lost' | 'changed' };
	/** `latest` names this release, which is lower than one that was published before it. */
	'latest-moved-back': { version: string; why: 'provenance' | 'origin' | 'maintained' | 'order' };
	'trusted-publisher-without-provenance': { publisher: string };
	/** Published more strongly: two tiers. */
	'tier-rose': BeforeAndNow;
	/** Published more weakly, or without provenance, in the days in which npm did not record approvals. */
	'staged-unrecorded': BeforeAndNow;
	/** Another npm account. */
	'publisher-changed': BeforeAndNow & SinceVersion;
	'published-within-minutes': { version: string; seconds: number };
	/** The same repository, by its number, under a new name. */
	'repository-renamed': BeforeAndNow;
	'environment-added': { environment: string };
	/** The origin is not the one that was known longest: since which release and time, and what it was before. */
	'origin-new': { since: string; at: string; before: string; beforeVersion: string };
	/** A known origin's record was listed, and not served, or is false: which release, and the failure's code. */
	'record-passed-over': { version: string; failure: string };
	'install-script-added': { name: string; command: string } & SinceVersion;
	'install-script-changed': { name: string; command: string } & SinceVersion;
	'dependency-outside-registry': { name: string; source: string } & SinceVersion;
	/** The unpacked files weigh far more: bytes, and files where both are known. */
	'size-jumped': { before: number; now: number; filesBefore?: number; filesNow?: number } & SinceVersion;
	/** Releases of the list that could not be read and were left out. */
	'releases-unreadable': { releases: number };
	/** More findings of one code than are told. */
	'and-more': { code: string; more: number };
}

export type FindingCode = keyof FindingData;

/** One row of the table. */
interface FindingRow<Data> {
	/** The claim that it belongs to; where it is one of several, who makes it says which. */
	claim: ClaimId;
	saidBy: SaidBy;
	/** The data as one line of text, for people; absent where the code says all. */
	detail?: (data: Data) => string;
}

const beforeAndNow = ({ before, now }: BeforeAndNow) => `${before} -> ${now}`;
const muteText = ({ date, note }: Mute) => `${date} ${note}`.trim();
const seenText = ({ earlier, later }: { earlier: SeenOn; later: SeenOn }) =>
	`${earlier.day}: ${earlier.value}; ${later.day}: ${later.value}`;
const fileText = ({ bytes, sha512 }: HashedFile) => `${bytes} bytes, ${sha512}`;
const scriptText = ({ name, command }: { name: string; command: string }) => `${name}: ${command}`;

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
		detail: ({ gitHead, commit }) => `${gitHead}, attested ${commit}`,
	},
	'git-head-missing': { claim: 'only-this-source', saidBy: 'package' },
	'runs-on-install': { claim: 'workflow-harmless', saidBy: 'package', detail: scriptText },
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
	'install-script-added': { claim: 'workflow-harmless', saidBy: 'package', detail: scriptText },
	'install-script-changed': { claim: 'workflow-harmless', saidBy: 'package', detail: scriptText },
	'dependency-outside-registry': {
		claim: 'dependencies-clean',
		saidBy: 'package',
		detail: ({ name, source }) => `${name}: ${source}`,
	},
	'size-jumped': {
		claim: 'only-this-source',
		saidBy: 'registry',
		detail: ({ before, now, filesBefore, filesNow }) =>
			`${before} -> ${now} bytes, ${filesBefore ?? '?'} -> ${filesNow ?? '?'} files`,
	},
	'releases-unreadable': { claim: 'built-by', saidBy: 'here', detail: ({ releases }) => `${releases}` },
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
const MAX_TEXT = 300;

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

/** The same with every text in it cut; what is undefined is left out. */
function shorten<T>(value: T): T {
	if (typeof value === 'string') return value.slice(0, MAX_TEXT) as T;
	if (typeof value !== 'object' || value === null) return value;
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
