/** Owns the links of a chain of evidence: which claims each rests on, and whether it holds. Pure. */
import type { ClaimId, ProofId } from './claim-ids.ts';
import type { FailureCode } from './failures.ts';
import type { FindingCode } from './finding-data.ts';
import type { Claim, Report } from './report.ts';
import type { Failure } from './result.ts';

export type NodeId = 'file' | 'statement' | 'certificate' | 'authority' | 'log' | 'registry' | 'trust-root';

export type LinkId =
	| 'file-named'
	| 'statement-signed'
	| 'identity-agrees'
	| 'certificate-issued'
	| 'authority-rooted'
	| 'signature-logged'
	| 'log-rooted'
	| 'file-signed'
	| 'file-received'
	| 'registry-rooted';

/** `holds` only where all that the link rests on holds; `absent` where there is nothing to check. */
export type LinkStanding = 'holds' | 'broken' | 'not-checked' | 'absent';

/** One link, from what is vouched for to what vouches for it. */
export interface ChainLink {
	id: LinkId;
	from: NodeId;
	to: NodeId;
	/** The claims that it rests on, one or two; the one that decides its standing comes first. */
	claims: ProofId[];
	standing: LinkStanding;
	/** Why it is broken or was not checked, where a claim's failure is about this link. */
	failure?: Failure;
	/** The finding that contradicts a claim of this link. */
	finding?: FindingCode;
}

/** What a link rests on. */
interface LinkRule extends Pick<ChainLink, 'id' | 'from' | 'to' | 'claims'> {
	/** Failures of its claims that are about this link; every other is about the first link of the claim. */
	about?: readonly FailureCode[];
	/** Findings that contradict its claims, which stay as they are. */
	contradictedBy?: readonly FindingCode[];
}

/** Failures of the certificate itself, and of the time at which it was used. */
const OF_CERTIFICATE: readonly FailureCode[] = [
	'certificate-malformed',
	'certificate-chain-invalid',
	'certificate-not-code-signing',
	'certificate-extension-critical',
	'certificate-sct-invalid',
	'certificate-not-valid-then',
	'time-unsigned',
	'timestamp-invalid',
	'unsupported-timestamp',
];

/** All links, in reading order. */
const LINK_RULES: readonly LinkRule[] = [
	{
		id: 'file-named',
		from: 'file',
		to: 'statement',
		claims: ['file-matches'],
		contradictedBy: ['lockfile-names-another-package', 'lockfile-names-another-file'],
	},
	{ id: 'statement-signed', from: 'statement', to: 'certificate', claims: ['signed-by-build'] },
	{ id: 'identity-agrees', from: 'statement', to: 'certificate', claims: ['built-by'] },
	{
		id: 'certificate-issued',
		from: 'certificate',
		to: 'authority',
		claims: ['signed-by-build'],
		about: OF_CERTIFICATE,
	},
	{
		id: 'authority-rooted',
		from: 'authority',
		to: 'trust-root',
		claims: ['signed-by-build'],
		about: ['not-in-trust-root', 'trust-root-unreadable'],
	},
	{
		id: 'signature-logged',
		from: 'statement',
		to: 'log',
		claims: ['logged'],
		contradictedBy: ['log-entry-differs'],
	},
	{
		id: 'log-rooted',
		from: 'log',
		to: 'trust-root',
		claims: ['logged'],
		about: ['log-not-in-trust-root', 'log-key-not-valid-then'],
	},
	{ id: 'file-signed', from: 'file', to: 'registry', claims: ['registry-signed'] },
	{ id: 'file-received', from: 'file', to: 'registry', claims: ['registry-received'] },
	{
		id: 'registry-rooted',
		from: 'registry',
		to: 'trust-root',
		claims: ['registry-signed', 'registry-received'],
		about: ['not-in-trust-root', 'trust-root-unreadable', 'key-not-valid-then', 'registry-key-not-valid-then'],
	},
];

/** The worst first: a link is as its worst claim. */
const WORST_FIRST: readonly LinkStanding[] = ['broken', 'not-checked', 'absent', 'holds'];

/** Every link of a Report, in reading order. */
export function linksOf({ claims, findings }: Pick<Report, 'claims' | 'findings'>): ChainLink[] {
	return LINK_RULES.map((rule) => linkOf(rule, claims, findings));
}

function linkOf(rule: LinkRule, claims: readonly Claim[], findings: Report['findings']): ChainLink {
	const { id, from, to } = rule;
	const own = rule.claims.map((one) => ({ id: one, claim: claims.find((claim) => claim.id === one) }));
	// The registry's key vouches for each of its two signatures that there is.
	const present = own.filter(({ claim }) => !isAbsent(claim));
	const rested = present.length > 0 ? present : own;
	const judged = rested.map((one) => ({ ...judge(rule, one.claim), of: one.id }));
	const finding = findings.find(({ code }) => rule.contradictedBy?.includes(code))?.code;
	const standing = finding ? 'broken' : WORST_FIRST.find((one) => judged.some((made) => made.standing === one));
	const failure = judged.find((made) => made.standing === standing && made.failure)?.failure;
	return {
		id,
		from,
		to,
		claims: judged.toSorted((one, other) => rank(one) - rank(other)).map(({ of }) => of),
		standing: standing ?? 'not-checked',
		...(failure && { failure }),
		...(finding && { finding }),
	};
}

/** The worst first; of two alike, the one that says why. */
function rank({ standing, failure }: { standing: LinkStanding; failure?: Failure }): number {
	return 2 * WORST_FIRST.indexOf(standing) + (failure ? 0 : 1);
}

/** How one claim leaves a link. A false claim breaks the link that its failure is about; the others are then not checked. */
function judge(rule: LinkRule, claim: Claim | undefined): { standing: LinkStanding; failure?: Failure } {
	if (claim?.standing === 'proved') return { standing: 'holds' };
	if (isAbsent(claim)) return { standing: 'absent' };
	if (!claim || !('failure' in claim)) return { standing: 'not-checked' };
	const { failure } = claim;
	if (linkAbout(claim.id, failure.code) !== rule.id) return { standing: 'not-checked' };
	return { standing: claim.standing === 'refuted' ? 'broken' : 'not-checked', failure };
}

function linkAbout(claim: ClaimId, code: FailureCode): LinkId | undefined {
	const resting = LINK_RULES.filter(({ claims }) => claims.some((id) => id === claim));
	return (resting.find(({ about }) => about?.includes(code)) ?? resting[0])?.id;
}

function isAbsent(claim: Claim | undefined): boolean {
	return claim?.standing === 'unproved' && claim.why === 'absent';
}
