/** Owns what things are called in plain words: this program, verdicts, claims, fields, ways of publishing, who says something. */

import type { ClaimId } from '../../report/claim-ids.ts';
import type { SaidBy } from '../../report/findings.ts';
import type { Change, ChangedField, LineRelease, TrustTier } from '../../report/history.ts';
import { shortRepository } from '../format.ts';
import { quoteText, quoteWord } from '../untrusted.ts';
import type { Look, Standing } from '../verdict-icons.ts';

/** Our name. */
export const PRODUCT = 'Stamp of Origin';

/** A compared value, shortened: repositories without their host, workflows without their folder. */
export function brief(value: string | undefined): string {
	if (value === undefined) return 'none';
	return quoteText(shortRepository(value).replace(/^\.github\/workflows\//, ''));
}

/** The ways of publishing in plain words. */
const WAYS: Record<string, string> = {
	token: 'by hand (token)',
	'trusted publisher': 'by a build service',
	staged: 'staged, then let out by a person',
};

function wayOf(way = ''): string {
	return Object.hasOwn(WAYS, way) ? (WAYS[way] ?? way) : quoteWord(way);
}

const FIELD_NAMES: Record<string, string> = {
	repository: 'repository',
	owner: 'owner',
	workflow: 'workflow',
	ref: 'branch or tag',
	'signer-owner': 'owner of the signing workflow',
	trigger: 'trigger',
	runner: 'runner',
	environment: 'environment',
	signer: 'signer',
	issuer: 'build service',
	publishing: 'way of publishing',
	provenance: 'provenance',
	repositoryId: 'repository number',
	ownerId: 'owner number',
	host: "repository's host",
	hosted: 'runner',
};

/** A compared field in plain words. */
export function fieldName(field: string): string {
	return FIELD_NAMES[field] ?? quoteText(field);
}

/** What each verdict means, in two or three words: for titles, marks and lists. */
export const VERDICT_NAMES: Record<Look, string> = {
	mismatch: 'does not match',
	'not-allowed': 'not the origin you expect',
	lost: 'the record is missing',
	'lost-earlier': 'without a record for long',
	warned: 'a warning',
	'not-compared': 'origin confirmed, not compared',
	changed: 'origin changed',
	unknown: 'could not check',
	none: 'no provenance found',
	confirmed: 'origin confirmed',
	malware: 'listed as malware',
	muted: 'a dismissed warning',
	seen: 'not as it was seen before',
	pending: 'checking',
	failed: 'could not check',
};

/** The sign beside npm's own title. */
export function signTitle(look: Look): string {
	return `Origin: ${VERDICT_NAMES[look]}`;
}

/** The same for the ear, with where its button leads. */
export function signLabel(look: Look): string {
	return `${signTitle(look)}. Go to the panel.`;
}

/** The line beside npm's install command, for the looks that are grave enough. */
export const INSTALL_WARNINGS: Partial<Record<Look, string>> = {
	malware: 'Do not install: listed as malware',
	mismatch: 'Do not install: does not match',
};

/** The two kinds of claims: those with evidence to check, and those that no evidence supports. */
export const CLAIM_HEADINGS = { checked: 'What was checked', limits: 'What is not proved' } as const;

/** The standing of a claim, in a word or two. */
export function standingName(standing: Standing): string {
	return {
		proved: 'Proved',
		refuted: 'False',
		'looked-at': 'Read',
		absent: 'None',
		unprovable: 'Not proved',
		'could-not-check': 'Could not check',
	}[standing];
}

/** Each claim as a heading in plain words. */
export const CLAIM_NAMES: Record<ClaimId, string> = {
	'file-matches': 'The file is the one in the statement: same fingerprint (SHA-512)',
	'signed-by-build': 'The statement was signed in a run of a build service (Fulcio certificate)',
	'built-by':
		'Repository, workflow, ref, and the commit that the run was started on, are the identity in the certificate',
	logged: 'The signature is in the public log (Rekor)',
	'registry-received': 'The registry states that it received this file (publish attestation)',
	'registry-signed': 'The registry signed name, version and fingerprint (registry signature)',
	'workflow-harmless': 'That the code and the build workflow are harmless',
	'only-this-source': "That the file holds only that commit's code",
	'dependencies-clean': 'That its dependencies are harmless',
	'tag-author': 'Who made the tag or the commit',
	'registry-keeps-serving': 'That the registry will keep serving this file',
	'release-approved': 'That a person approved this release',
};

/** Who says a fact: facts are grouped by it. */
export const SAID_BY: Record<SaidBy, string> = {
	signature: 'Proved by signature',
	registry: 'Said by the registry',
	package: 'Claimed by the package',
	github: 'Read from GitHub today',
	rekor: 'Read from the public log today',
	here: 'Noticed by this extension',
};

/** The build service behind an issuer, as readers know it. */
export function buildService(issuer: string | undefined): string {
	if (issuer?.startsWith('https://token.actions.githubusercontent.com')) return 'GitHub Actions';
	if (issuer === 'https://gitlab.com') return 'GitLab CI';
	return issuer?.startsWith('https://oidc.circleci.com/') ? 'CircleCI' : 'build service';
}

/** Ways of publishing in words, the strongest first: whole, and for a narrow axis. */
export const TIER_NAMES: Record<TrustTier, { name: string; short: string }> = {
	staged: { name: 'staged first, then a person approved it (staged publish)', short: 'staged' },
	'trusted-publisher': {
		name: 'by a build service without a token, as trusted publisher (with provenance)',
		short: 'build service',
	},
	provenance: { name: 'with a token, and with provenance', short: 'provenance' },
	'publisher-only': {
		name: 'by a build service without a token, as trusted publisher (but no provenance)',
		short: 'none',
	},
	none: { name: 'with a token, no provenance', short: 'none' },
};

/** One change, both values named. */
export function describeChange({ field, before, now }: Change): string {
	if (field === 'provenance') return 'provenance was listed before, and is missing now';
	if (field === 'publishing') return `published ${wayOf(now)}, before ${wayOf(before)}`;
	if (field === 'ref') return `built from the ${refName(now)}; before from the ${refName(before)}`;
	if (field === 'environment' && now === undefined) return `the environment ${brief(before)} is gone`;
	return `${fieldName(field)} ${brief(before)} before, ${brief(now)} now`;
}

/** A compared value of a field, in plain words. */
export function describeValue(field: ChangedField, value: string | undefined): string {
	if (field === 'publishing') return wayOf(value);
	if (field === 'ref') return refName(value);
	return value === undefined ? `no ${fieldName(field)}` : brief(value);
}

/** What a ref is: branch, tag, pull request. */
export function refKind(ref = ''): string {
	const [, kind = ''] = /^refs\/(tags|heads|pull)\//.exec(ref) ?? [];
	return { tags: 'tag', heads: 'branch', pull: 'pull request' }[kind] ?? 'ref';
}

/** A ref in plain words: `tag “v1.2.3”`. */
export function refName(ref = ''): string {
	const [, name = ref] = /^refs\/(?:tags|heads|pull)\/(.*)$/s.exec(ref) ?? [];
	return `${refKind(ref)} ${quoteWord(name.replace(/\/(merge|head)$/, ''))}`;
}

/** What kind of release it is, besides its version. */
export function describeKind({ isPrerelease, isDeprecated }: LineRelease): string[] {
	return [isPrerelease && 'prerelease', isDeprecated && 'deprecated'].filter((word) => typeof word === 'string');
}

/** The columns of tables on several pages. */
export const COLUMN_NAMES = {
	what: 'What',
	when: 'When',
	saidBy: 'Who says it',
	release: 'Release',
	asked: 'The row asks for',
	found: 'This release has',
} as const;

/** What a bar of progress counts. */
export const RELEASES_CHECKED = 'Releases checked';
