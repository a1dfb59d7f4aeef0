/** Owns the sentence of each finding. */
import type { FindingCode } from '../../report/finding-data.ts';
import { type Finding, findingOf, isOf } from '../../report/findings.ts';
import type { LookData } from '../../report/look-data.ts';
import type { Report } from '../../report/report.ts';
import type { Failure } from '../../report/result.ts';
import { day, quoteWhole, readable } from '../format.ts';
import { describeLookFinding } from './looks.ts';

const FINDING_SENTENCES: Record<Exclude<FindingCode, keyof LookData>, string> = {
	'repository-differs': 'package.json names another repository than the certificate.',
	'repository-differs-in-case': 'package.json spells the repository differently, in capitals and small letters only.',
	'signer-elsewhere': "The workflow that signed is a reusable one, of another owner than the repository's.",
	'self-hosted-runner': "It ran on a machine of the project's own (self-hosted), so no hosted-build claim can be made.",
	'open-trigger': 'The run was started by an event that strangers can cause.',
	'pull-request-ref': 'It was built from a pull request, not from a branch or tag.',
	'trust-root-old': 'Our list of keys and logs (trust root) is old; newer keys may be missing.',
	'custom-trust-root':
		"Your own trust root decided here, not Sigstore's public one. Its authorities and keys are believed, and the log is its own, not the public one.",
	'key-listed-by-registry':
		"The registry's own list names the key that our trust root lacks. Nothing was checked with it: whoever can change a file there can change that list.",
	'first-with-provenance': 'It is the first release of this package with provenance.',
	'first-provenance-elsewhere':
		'The first provenance names another repository than earlier releases named in package.json.',
	'other-lines-have-provenance':
		'Releases with which this is not compared (of other lines, higher ones or prereleases) have provenance; the ones it is compared with have none.',
	'provenance-lost-earlier': 'Provenance was lost earlier, not only here.',
	'deprecated-without-provenance':
		'Earlier releases had provenance; this one has none, and is deprecated. A higher release of the line:',
	'beside-a-lost-release':
		'It was published within 24 hours of a release that lost its provenance, or changed its origin.',
	'latest-moved-back': 'The tag "latest" names this release, which is lower than one published before it.',
	'trusted-publisher-without-provenance':
		'The registry names a trusted publisher (a build service that may publish without a token), yet there is no provenance.',
	'tier-rose': 'It was published in a stronger way than the release before it.',
	'staged-unrecorded':
		'It looks published in a weaker way, in days of May 2026 in which npm did not record approvals of staged releases, and lost some records.',
	'publisher-changed': 'Another account published it than the release before it.',
	'published-within-minutes': 'Another release of the same line came within ten minutes.',
	'repository-renamed': 'It is the same repository, by its number, under a new name.',
	'environment-added': 'A deployment environment is named where there was none.',
	'origin-new': 'This origin is new: earlier releases came from another one.',
	'change-expected': 'A row of the allowlist names what changed, so it is expected.',
	'record-passed-over':
		'The record of an earlier release was not served, or does not match, so it was not compared with.',
	'registry-signature-missing':
		'The answer has no signature of the registry. npm signs what it publishes, so a mirror or proxy may have removed records.',
	'registry-contradicts-itself': 'Two answers of the registry about this release contradict each other.',
	'git-head-same': 'npm noted the same commit where the file was packed (gitHead) as the one that the run started at.',
	'git-head-differs':
		'npm noted another commit where the file was packed (gitHead) than the one that the run started at. That is ordinary where the run makes the release commit.',
	'git-head-missing':
		'npm noted no commit where the file was packed (gitHead). That is ordinary where an archive is published.',
	'tag-of-another-version': 'The tag that the run started at names another version.',
	'runs-on-install': 'npm runs this script when the package is installed, where you allow scripts.',
	'runs-nothing-on-install':
		"The registry's copy of package.json names no script that runs on install. The file's own was not read.",
	'security-holding':
		'npm put a placeholder in the place of this package (security holding). Versions that were there are gone:',
	'and-more': 'There are more of the same kind than are shown.',
	'install-script-added': 'A script that runs on install is new.',
	'install-script-changed': 'A script that runs on install has changed.',
	'dependency-outside-registry':
		'A dependency that does not come from the registry is new. From git, npm also runs its script "prepare".',
	'dependency-added': 'Its dependencies have new names:',
	'dependency-removed': 'These names are gone from its dependencies:',
	'times-out-of-order': 'The release is said to be published before the log took its record in.',
	'published-long-after-signing':
		'It was published a week or more after it was signed. That is ordinary where a person approves it later (staged).',
	'size-jumped': 'Its files weigh far more than those of the release before it.',
	'releases-unreadable': 'Some releases in the list could not be read and were left out.',
	'evidence-kept':
		'The registry could not be asked just now: the check was made on its earlier answer, kept on this machine.',
	'file-hashed':
		'The bytes of the file itself were hashed on this machine (SHA-512): they have the fingerprint that is listed.',
	'file-hashed-unlisted':
		'The bytes of the file itself were hashed on this machine (SHA-512); no fingerprint is listed to hold beside theirs.',
	'malware-advisory':
		'The registry lists this release as malware (security advisory). Do not install it. Its page says more; some advisories have named more versions than were harmful.',
	'allowlist-unreadable':
		'Your allowlist could not be read and was set aside, so it was not asked. The options page has it.',
	muted: 'You dismissed the warning about this release. It still holds.',
	'muted-by-organisation': 'Your organisation dismissed the warning about this release. It still holds.',
	'seen-with-another-file': 'Two different files were seen under this name and version, first seen on these days:',
	'seen-with-another-signer': 'Two different signers were seen for this name and version, first seen on these days:',
	'seen-with-provenance':
		'For this name and version provenance was seen once, and none once, first seen on these days:',
	'seen-without-provenance': 'On an earlier day no provenance was seen for this name and version:',
	'sightings-unavailable':
		'The list of what you looked at could not be read or written, so this release was not compared with it.',
	'lockfile-names-another-package': 'The address in the lockfile is of another release than the entry says:',
	'lockfile-names-another-file': "The hash in the lockfile is not the registry's. The lockfile names another file:",
	'lockfile-hash-is-sha1':
		'The lockfile has only a SHA-1 hash of the file. It is the one in the registry, but SHA-1 can be forged.',
	'patched-here':
		'The project has a patch of its own for this package. A tool that applies it installs other files than the published ones.',
	'unknown-attestation': 'The registry also serves a record of a kind that we do not know; it was not read.',
};

/** A finding in one sentence; its detail, if any, is shown beside it as text. */
export function describeFinding(finding: Finding): string {
	const { code } = finding;
	return describeLookFinding(finding) ?? FINDING_SENTENCES[code as keyof typeof FINDING_SENTENCES];
}

/** Findings whose detail is all ours: numbers, days, codes. */
const OWN_DETAILS: ReadonlySet<FindingCode> = new Set<FindingCode>([
	'trust-root-old',
	'evidence-kept',
	'file-hashed',
	'file-hashed-unlisted',
	'security-holding',
	'size-jumped',
	'times-out-of-order',
	'published-long-after-signing',
	'releases-unreadable',
	'and-more',
]);

/** The detail beside the sentence of a finding or failure; quoted if any of it is from outside, `undefined` if there is none. */
export function describeDetail({ code, detail }: Finding | Failure): string | undefined {
	if (detail === undefined || detail === '') return undefined;
	return OWN_DETAILS.has(code as FindingCode) ? readable(detail) : quoteWhole(detail);
}

/** Findings of one code, whose sentence is said once: the first of them, and the details of all. */
export interface FindingGroup {
	finding: Finding;
	details: string[];
}

/**
 * Findings by code, in the order of the first of each. A warning is by itself, and how many more there are of a code is said among its
 * details.
 */
export function groupFindings(findings: readonly Finding[]): FindingGroup[] {
	const groups = new Map<string, FindingGroup>();
	for (const finding of findings) {
		const counted = isOf(finding, 'and-more') ? groups.get(finding.data.code) : undefined;
		if (counted && isOf(finding, 'and-more')) {
			counted.details.push(`and ${finding.data.more.toLocaleString('en-GB')} more`);
			continue;
		}
		const key = finding.warning ? `${finding.code} warning` : finding.code;
		const detail = describeDetail(finding);
		const group = groups.get(key) ?? { finding, details: [] };
		if (detail !== undefined) group.details.push(detail);
		groups.set(key, group);
	}
	return [...groups.values()];
}

/** The age of the evidence if the registry could not be asked; `undefined` if it was. */
export function describeAge({ findings }: Report): string | undefined {
	const since = findingOf(findings, 'evidence-kept')?.data.since;
	return (
		since &&
		`The registry could not be asked just now. This was made from evidence kept on this machine since ${day(since)}.`
	);
}
