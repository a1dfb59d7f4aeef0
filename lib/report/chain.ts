/** Owns the chain of evidence of one release: from its file to what the reader must believe, made of the claims alone. Pure. */

import { type ChainLink, linksOf } from './chain-links.ts';
import type { Inspection, SignedEvidence } from './evidence.ts';
import type { TrustRootInfo } from './report.ts';

/**
 * Whether something of a node can be shown: `known`; `unproved` where it was served, but no signature of it holds; `unread` where it
 * could not be read; `none` where there is none.
 */
type NodeState = 'known' | 'unproved' | 'unread' | 'none';

/** One piece of evidence, or one who vouches for it. Facts are absent where they are not known; texts are from outside. */
export type ChainNode = { state: NodeState } & (
	| { id: 'file'; name: string; version: string; integrity?: string; isHashed: boolean }
	| { id: 'statement'; predicateType?: string; subject?: string; sha512?: string }
	| { id: 'certificate'; signer?: string; repository?: string; workflow?: string; commit?: string }
	/** ISO times, here and below. */
	| { id: 'authority'; issuedAt?: string }
	| { id: 'log'; index?: string; address?: string; takenInAt?: string; others?: number }
	/** `receivedAt` is signed, `publishedAt` is only said. */
	| { id: 'registry'; receivedAt?: string; publishedAt?: string }
	| ({ id: 'trust-root' } & TrustRootInfo)
);

/** What the Report says that no link shows, the gravest first. */
export type Beside = 'malware' | 'not-allowed' | 'lost' | 'changed';

/** The chain: nodes and links in reading order. Plain JSON. */
export interface Chain {
	nodes: ChainNode[];
	links: ChainLink[];
	beside: Beside[];
}

/** The chain of a release. It decides nothing: claims, and findings that contradict one, were there before. */
export function chainOf(inspection: Inspection): Chain {
	const { report } = inspection;
	const beside: Beside[] = [];
	if (report.findings.some(({ code }) => code === 'malware-advisory')) beside.push('malware');
	const { verdict } = report;
	if (verdict === 'not-allowed' || verdict === 'lost' || verdict === 'changed') beside.push(verdict);
	return { nodes: nodesOf(inspection), links: linksOf(report), beside };
}

function nodesOf({ report, evidence }: Inspection): ChainNode[] {
	const { release, claims, findings, identity, trustRoot } = report;
	const { name, version, integrity, publishedAt } = release;
	const { provenance, publish } = evidence;
	const signed = claims.find(({ id }) => id === 'signed-by-build');
	const isNone = signed?.standing === 'unproved' && signed.why === 'absent';
	const stateOf = (part: unknown): NodeState => {
		if (part !== undefined) return 'known';
		if (isNone) return 'none';
		return evidence.attestations === undefined ? 'unread' : 'unproved';
	};
	const isReceived = claims.some(({ id, standing }) => id === 'registry-received' && standing === 'proved');
	const certificate = certificateOf(provenance);
	return [
		{
			id: 'file',
			state: 'known',
			name,
			version,
			...(integrity !== undefined && { integrity }),
			isHashed: findings.some(({ code }) => code === 'file-hashed' || code === 'file-hashed-unlisted'),
		},
		{ id: 'statement', state: stateOf(provenance?.statement), ...statementFacts(provenance) },
		{
			id: 'certificate',
			state: stateOf(certificate),
			...(certificate && { signer: certificate.subjectAlternativeName }),
			...(identity && {
				repository: identity.repository,
				workflow: identity.workflow,
				commit: identity.commit,
			}),
		},
		{
			id: 'authority',
			state: stateOf(certificate),
			...(certificate && { issuedAt: certificate.notBefore }),
		},
		{ id: 'log', state: stateOf(provenance?.logEntries[0]), ...logFacts(provenance) },
		{
			id: 'registry',
			state: 'known',
			...(isReceived && publish && { receivedAt: publish.signedAt }),
			...(publishedAt !== undefined && { publishedAt }),
		},
		{ id: 'trust-root', state: 'known', ...trustRoot },
	];
}

function certificateOf(signed: SignedEvidence | undefined) {
	return signed && 'certificate' in signed.signer ? signed.signer.certificate : undefined;
}

function statementFacts(signed: SignedEvidence | undefined) {
	if (!signed?.statement) return {};
	const { predicateType, subject } = signed.statement;
	const [first] = subject;
	const sha512 = first?.digest.sha512;
	return { predicateType, ...(first && { subject: first.name }), ...(sha512 !== undefined && { sha512 }) };
}

function logFacts(signed: SignedEvidence | undefined) {
	const [entry, ...others] = signed?.logEntries ?? [];
	if (!entry) return {};
	const { index, logAddress, integratedAt } = entry;
	return {
		index,
		address: logAddress,
		...(integratedAt !== undefined && { takenInAt: integratedAt }),
		others: others.length,
	};
}
