/** Owns the words of the chain of evidence: a name and facts for each node, a sentence for each link, and what all of it says. */
import type { Beside, Chain, ChainNode } from '../../report/chain.ts';
import type { ChainLink, LinkId, LinkStanding, NodeId } from '../../report/chain-links.ts';
import type { FailureCode } from '../../report/failures.ts';
import type { Failure } from '../../report/result.ts';
import { capital, counted, day, fileName, numberText, quoteRelease, shortRepository } from '../format.ts';
import { quoteText, quoteWord } from '../untrusted.ts';
import { describeFailure } from './failures.ts';

export const CHAIN_HEADING = 'The chain of evidence';

export const CHAIN_INTRODUCTION =
	'Each box is a piece of evidence, or one who vouches for it. Each arrow is a check on this computer.';

/** Said whatever the links say. */
export const CHAIN_LIMIT =
	'Even a whole chain shows only where a file came from, not that the file or its workflow is harmless.';

/** Leads from an arrow to the check that it is about. */
export const SEE_CHECK = 'See this check';

/** One box. */
export interface NodeText {
	id: NodeId;
	state: ChainNode['state'];
	name: string;
	/** What it is, for those who never heard of it. */
	gloss: string;
	/** A line each. */
	facts: string[];
}

/** One arrow: `subject` and `phrase` are a sentence, which `standing` ends. */
export interface LinkText {
	id: LinkId;
	from: NodeId;
	to: NodeId;
	claim: ChainLink['claims'][number];
	standing: LinkStanding;
	subject: string;
	phrase: string;
	/** The standing in a word or two. */
	word: string;
	/** Why it is broken or was not checked; said once, where several were not checked for the same reason. */
	reason?: string;
}

/** The whole picture in words. */
export interface ChainText {
	summary: string;
	/** What no link shows, a sentence each. */
	beside: string[];
	/** In reading order. What belongs to a statement is left out where there is none. */
	nodes: NodeText[];
	links: LinkText[];
}

/** Words for a chain. Without a statement, the boxes and arrows behind it are left out: none of them exists. */
export function describeChain({ nodes, links, beside }: Chain): ChainText {
	const isNone = nodes.some(({ id, state }) => id === 'statement' && state === 'none');
	const isShown = (id: NodeId) => !isNone || !BEHIND_A_STATEMENT.includes(id);
	const digests = digestsOf(nodes);
	const said = new Set<string>();
	const shownLinks = links.filter(({ from, to }) => isShown(from) && isShown(to));
	return {
		summary: describeSummary(shownLinks, isNone, beside.includes('lost')),
		beside: beside.map((one) => BESIDES[one]),
		nodes: nodes.filter(({ id }) => isShown(id)).map((node) => describeNode(node, digests)),
		links: shownLinks.map((link) => describeLink(link, said)),
	};
}

const BEHIND_A_STATEMENT: readonly NodeId[] = ['certificate', 'authority', 'log'];

const STANDING_WORDS: Record<LinkStanding, string> = {
	holds: 'Holds',
	broken: 'Broken',
	'not-checked': 'Not checked',
	absent: 'None',
};

const BESIDES: Record<Beside, string> = {
	malware: 'The registry lists this release as malware. No link of the chain shows that.',
	'not-allowed': 'It is not the origin that you expect. No link of the chain shows that.',
	lost: 'Earlier releases had a statement, and this one has none.',
	changed: 'Earlier releases came from elsewhere. No link of the chain shows that.',
};

/** Links that say nothing of the build, only what the registry itself signed. */
const OF_THE_REGISTRY: readonly LinkId[] = ['file-signed', 'file-received', 'registry-rooted'];

function describeSummary(links: readonly ChainLink[], isNone: boolean, isLost: boolean): string {
	const having = (standing: LinkStanding) => links.filter((link) => link.standing === standing);
	const broken = having('broken');
	if (broken.length > 0) {
		const words = broken.length === 1 ? 'One link is broken' : `${broken.length} links are broken`;
		if (broken.every(({ id }) => OF_THE_REGISTRY.includes(id)))
			return `${words}: what the registry itself signed does not fit this file.`;
		// Nobody signed what the log answers to a look.
		if (broken.every(({ finding }) => finding === 'log-entry-differs'))
			return `${words}: what the log answers today does not fit the record.`;
		return `${words}, so nothing shows where this file came from.`;
	}
	if (isNone)
		return `No statement says where this file was built, so no chain leads from the file to a build.${isLost ? '' : ' Most packages have none.'}`;
	const notChecked = having('not-checked').length;
	if (notChecked > 0)
		return `${counted(notChecked, 'link')} could not be checked. That does not mean that ${notChecked === 1 ? 'it is' : 'they are'} broken.`;
	if (having('absent').length > 0)
		return 'Every link to the build holds. The registry itself signed less than it usually does.';
	return 'Every link holds: the file leads back to the workflow that published it.';
}

const GLOSSES: Record<NodeId, { name: string; gloss: string }> = {
	file: { name: 'File', gloss: 'what npm installs' },
	statement: { name: 'Statement', gloss: 'says where the file was built (provenance)' },
	certificate: { name: 'Certificate', gloss: 'says which build workflow signed' },
	authority: { name: 'Authority (Fulcio)', gloss: 'gives certificates to build services' },
	log: { name: 'Log (Rekor)', gloss: 'keeps a list of signatures that others can read' },
	registry: { name: 'Registry (npm)', gloss: 'keeps the files and serves them' },
	'trust-root': { name: 'Trust root', gloss: 'the authorities, logs and keys that you have to believe' },
};

function describeNode(node: ChainNode, digests: Digests): NodeText {
	const { id, state } = node;
	return { id, state, ...GLOSSES[id], facts: state === 'known' ? factsOf(node, digests) : [STATES[state]] };
}

const STATES: Record<Exclude<ChainNode['state'], 'known'>, string> = {
	unproved: 'Not shown, since nothing of it is proved.',
	unread: 'It could not be read.',
	none: 'There is none.',
};

function factsOf(node: ChainNode, digests: Digests): string[] {
	switch (node.id) {
		case 'file': {
			const { name, version, integrity, isHashed } = node;
			const whose = isHashed ? 'of its own bytes' : 'as the registry lists it';
			return [
				quoteRelease({ name, version }),
				integrity === undefined ? 'no fingerprint is listed' : `${digests.file}, ${whose}`,
			];
		}
		case 'statement':
			return [
				...(node.predicateType === undefined ? [] : [kindOf(node.predicateType)]),
				...(node.subject === undefined ? [] : [`about ${quoteWord(node.subject)}`]),
				...(node.sha512 === undefined ? [] : [digests.statement]),
			];
		case 'certificate': {
			const { signer, repository, workflow, commit } = node;
			if (repository === undefined || workflow === undefined) return [quoteWord(signer ?? '')];
			return [
				`${quoteWord(fileName(workflow))} in ${quoteWord(shortRepository(repository))}`,
				...(commit === undefined ? [] : [`commit ${quoteWord(commit.slice(0, 7))}`]),
			];
		}
		case 'authority':
			return node.issuedAt === undefined ? [] : [`issued ${moment(node.issuedAt)}`];
		case 'log':
			return [
				`entry ${numberText(node.index ?? '')}${node.others ? ` and ${counted(node.others, 'other')}` : ''}`,
				quoteWord((node.address ?? '').replace(/^https:\/\//, '')),
				node.takenInAt === undefined ? 'it signed no time' : `taken in ${moment(node.takenInAt)}`,
			];
		case 'registry':
			if (node.receivedAt !== undefined) return [`received ${moment(node.receivedAt)}`];
			return node.publishedAt === undefined ? [] : [`published ${moment(node.publishedAt)}, as it says`];
		case 'trust-root': {
			const { source, version, takenAt } = node;
			return [source === 'custom' ? `your own, ${quoteText(version)}` : `Sigstore's list, of ${day(takenAt)}`];
		}
	}
}

function kindOf(predicateType: string): string {
	const [, version] = /^https:\/\/slsa\.dev\/provenance\/v([\d.]{1,8})$/.exec(predicateType) ?? [];
	return version === undefined ? quoteWord(predicateType) : `SLSA provenance ${version}`;
}

/** The fingerprints of file and statement in words. */
interface Digests {
	file: string;
	statement: string;
}

/** Both in hex, so that they can be compared by eye: their two ends, or the whole of both where they differ. */
function digestsOf(nodes: readonly ChainNode[]): Digests {
	const file = nodes.find((node) => node.id === 'file')?.integrity ?? '';
	const statement = nodes.find((node) => node.id === 'statement')?.sha512;
	const hex = hexOf(file);
	const isSame = statement === undefined || statement === hex;
	const words = (sha512: string | undefined, otherwise: string) => {
		if (sha512 === undefined || !/^[\da-f]{128}$/.test(sha512)) return quoteText(otherwise, 30);
		return `SHA-512 ${isSame ? `${sha512.slice(0, 12)}…${sha512.slice(-6)}` : sha512}`;
	};
	return { file: words(hex, file), statement: words(statement, statement ?? '') };
}

/** `sha512-...` in hex; `undefined` where it is of another kind, or of several. */
function hexOf(integrity: string): string | undefined {
	const [, base64] = /^sha512-([A-Za-z\d+/]{86}==)$/.exec(integrity) ?? [];
	return base64 && [...atob(base64)].map((char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

/** `2026-05-11T19:20:03Z` -> `on 11 May 2026, 19:20 UTC`. */
function moment(iso: string): string {
	const [, time] = /^\d{4}-\d\d-\d\dT(\d\d:\d\d)/.exec(iso) ?? [];
	return `on ${day(iso)}${time === undefined ? '' : `, ${time} UTC`}`;
}

const LINK_WORDS: Record<LinkId, { subject: string; phrase: string; absent?: string }> = {
	'file-named': {
		subject: 'The file',
		phrase: 'has the SHA-512 that the statement names',
		absent: 'is named by no statement',
	},
	'statement-signed': { subject: 'The statement', phrase: 'is signed with the key in the certificate' },
	'identity-agrees': {
		subject: 'The statement',
		phrase: 'names the repository, workflow and commit of the certificate',
	},
	'certificate-issued': { subject: 'The certificate', phrase: 'was issued by the authority, and was valid then' },
	'authority-rooted': { subject: 'The authority', phrase: 'is in the trust root' },
	'signature-logged': { subject: "The statement's signature", phrase: 'is in the log' },
	'log-rooted': { subject: "The log's key", phrase: 'is in the trust root' },
	'file-signed': {
		subject: 'The file',
		phrase: 'has a SHA-512 that the registry signed, with name and version',
		absent: 'has no signature of the registry',
	},
	'file-received': {
		subject: 'The file',
		phrase: 'was received by the registry, which signed that (publish attestation)',
		absent: 'has no signed receipt of the registry (publish attestation)',
	},
	'registry-rooted': {
		subject: "The registry's key",
		phrase: 'is in the trust root',
		absent: 'signed nothing here',
	},
};

/** What a link did not do, where its failure is about something else than its usual words. */
const OTHER_PHRASES: Partial<Record<FailureCode, string>> = {
	'key-not-valid-then': 'was valid when it signed',
	'registry-key-not-valid-then': 'was valid when it signed',
	'file-differs': 'has the SHA-512 that the registry lists',
	'registry-lists-another-file': 'is the same in each answer of the registry',
};

function describeLink(link: ChainLink, said: Set<string>): LinkText {
	const { id, from, to, standing, failure, finding, claims } = link;
	const { subject, phrase, absent = phrase } = LINK_WORDS[id];
	const reason = finding ? CONTRADICTIONS[finding] : failure && reasonOf(failure);
	const isNew = reason !== undefined && (standing === 'broken' || !said.has(reason));
	if (reason !== undefined) said.add(reason);
	return {
		id,
		from,
		to,
		claim: claims[0] ?? 'file-matches',
		standing,
		subject,
		phrase: standing === 'absent' ? absent : ((failure && OTHER_PHRASES[failure.code]) ?? phrase),
		word: STANDING_WORDS[standing],
		...(isNew && { reason }),
	};
}

/** Why a link that a finding contradicts is broken. */
const CONTRADICTIONS: Record<string, string> = {
	'lockfile-names-another-package': 'The lockfile names another package.',
	'lockfile-names-another-file': 'The lockfile names another file.',
	'log-entry-differs': 'The log answers with what does not fit the record, or contradicts itself.',
};

function reasonOf(failure: Failure): string {
	return failure.code === 'not-reached' ? 'An earlier check failed.' : capital(describeFailure(failure));
}
