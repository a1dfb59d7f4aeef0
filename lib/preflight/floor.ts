/** Owns the practical floor for maintainers: six things, what was seen of each in workflow files and in the registry, and common mistakes. Pure. */
import type { PreflightFile, PreflightFinding } from './run.ts';

/** The items, in the order of the list. */
export const FLOOR_IDS = [
	'trusted-publishing',
	'provenance',
	'no-publish-token',
	'actions-pinned',
	'publishing-held-back',
	'account',
] as const;
export type FloorId = (typeof FLOOR_IDS)[number];

/** `met`, `missing`: seen so. `partly`: seen in part. `unseen`: it cannot be seen in what was read. */
export type FloorState = 'met' | 'partly' | 'missing' | 'unseen';

/** What was seen of one item: a code for each sentence, with what it names (text from outside). */
export interface FloorItem {
	id: FloorId;
	state: FloorState;
	seen: readonly { code: FloorSeen; what?: string }[];
}

/** Codes of what was seen. Words are in lib/text/en/preflight.ts. */
export const FLOOR_SEEN = [
	'published-by-service',
	'published-staged',
	'published-by-token',
	'asks-for-id-token',
	'no-id-token',
	'answer-unsigned',
	'has-provenance',
	'no-provenance',
	'provenance-set',
	'token-in-file',
	'no-token-in-file',
	'all-pinned',
	'only-tags-of-github',
	'not-pinned',
	'environment-named',
	'staged-in-file',
	'no-environment',
	'no-file-read',
	'nothing-publishes',
	'no-package-named',
	'cannot-be-seen',
] as const;
export type FloorSeen = (typeof FLOOR_SEEN)[number];

/** What the registry says of a package's latest release. */
export interface PackageFacts {
	name: string;
	version: string;
	/** `token` where nothing says that a build service published it, or somebody approved it. */
	way: 'token' | 'trusted publisher' | 'staged';
	hasProvenance: boolean;
	/** Whether the answer has the registry's signature, which npm gives every release. Without it, records may have been left out. */
	isSigned: boolean;
}

/** A common mistake, and where it is made: places in files, or the release of a package. */
export interface Mistake {
	code: 'badge-is-no-approval' | 'level-beside-pipe' | 'token-kept';
	/** `release.yml:12`, or name and version. */
	where: readonly string[];
}

/** The practical floor, of workflow files, of a package, or of both. */
export function practicalFloor(files: readonly PreflightFile[], facts?: PackageFacts): FloorItem[] {
	const read = files.filter(({ publishing }) => publishing !== 'not-seen');
	const missing = seenOf(files.length === 0 ? 'no-file-read' : 'nothing-publishes');
	const findings = read.flatMap((file) => file.findings);
	const fromFiles = (make: () => Omit<FloorItem, 'id'>): Omit<FloorItem, 'id'> =>
		read.length === 0 ? { state: 'unseen', seen: [missing] } : make();
	return [
		{ id: 'trusted-publishing', ...trustedPublishing(read, facts, missing) },
		{ id: 'provenance', ...provenance(read, facts, missing) },
		{ id: 'no-publish-token', ...fromFiles(() => noToken(findings)) },
		{ id: 'actions-pinned', ...fromFiles(() => pinned(findings)) },
		{ id: 'publishing-held-back', ...fromFiles(() => heldBack(read, findings)) },
		{ id: 'account', state: 'unseen', seen: [seenOf('cannot-be-seen')] },
	];
}

/** The common mistakes that are made in what was read. */
export function commonMistakes(files: readonly PreflightFile[], facts?: PackageFacts): Mistake[] {
	const findings = files.flatMap((file) => file.findings);
	const places = (wanted: (finding: PreflightFinding) => boolean) =>
		findings.filter(wanted).map(({ file, line }) => `${file}:${line}`);
	const badge = [
		...(facts?.hasProvenance ? [`${facts.name} ${facts.version}`] : []),
		...files.filter(({ makesProvenance }) => makesProvenance).map(({ file }) => file),
	];
	const mistakes: Mistake[] = [
		{ code: 'badge-is-no-approval', where: badge },
		{ code: 'level-beside-pipe', where: badge.length > 0 ? places(({ rule }) => rule === 'pipe-to-shell') : [] },
		{ code: 'token-kept', where: places(({ kind }) => kind === 'beside-id-token') },
	];
	return mistakes.filter(({ where }) => where.length > 0);
}

function seenOf(code: FloorSeen, what?: string): { code: FloorSeen; what?: string } {
	return what === undefined ? { code } : { code, what };
}

const UNSIGNED = seenOf('answer-unsigned');

type Rest = Omit<FloorItem, 'id'>;

function trustedPublishing(
	read: readonly PreflightFile[],
	facts: PackageFacts | undefined,
	missing: ReturnType<typeof seenOf>,
): Rest {
	const without = read.filter(({ mintsToken }) => !mintsToken).map(({ file }) => file);
	const file =
		read.length === 0
			? missing
			: without.length === 0
				? seenOf('asks-for-id-token')
				: seenOf('no-id-token', without.join(', '));
	if (facts) {
		const code = (
			{ token: 'published-by-token', 'trusted publisher': 'published-by-service', staged: 'published-staged' } as const
		)[facts.way];
		const seen = [seenOf(code, `${facts.name} ${facts.version}`), ...(read.length > 0 ? [file] : [])];
		if (facts.way === 'token' && !facts.isSigned) return { state: 'unseen', seen: [...seen, UNSIGNED] };
		if (facts.way === 'staged') return { state: 'partly', seen };
		return { state: facts.way === 'token' ? 'missing' : 'met', seen };
	}
	// The right to ask for a token is also needed for provenance alone; whether npm expects it is not in the file.
	if (read.length > 0 && without.length === 0) return { state: 'partly', seen: [file] };
	return { state: read.some(publishesByToken) ? 'missing' : 'unseen', seen: [file] };
}

/** Whether a file shows that it publishes without an identity token. All secrets of a called workflow show none. */
function publishesByToken({ mintsToken, publishing, findings }: PreflightFile): boolean {
	return !mintsToken && (publishing === 'seen' || findings.some(({ rule }) => rule === 'publish-token'));
}

function provenance(
	read: readonly PreflightFile[],
	facts: PackageFacts | undefined,
	missing: ReturnType<typeof seenOf>,
): Rest {
	if (facts) {
		const seen = seenOf(facts.hasProvenance ? 'has-provenance' : 'no-provenance', `${facts.name} ${facts.version}`);
		if (!facts.hasProvenance && !facts.isSigned) return { state: 'unseen', seen: [seen, UNSIGNED] };
		return { state: facts.hasProvenance ? 'met' : 'missing', seen: [seen] };
	}
	if (read.length === 0) return { state: 'unseen', seen: [missing] };
	const withIt = read.filter(({ makesProvenance }) => makesProvenance);
	if (withIt.length === read.length) return { state: 'met', seen: [seenOf('provenance-set')] };
	return { state: 'unseen', seen: [seenOf('no-package-named')] };
}

function noToken(findings: readonly PreflightFinding[]): Rest {
	const tokens = findings.filter(({ rule }) => rule === 'publish-token');
	// With all secrets, a called workflow may have a token that the file does not name.
	const isHidden = findings.some(({ rule }) => rule === 'inherited-secrets');
	if (tokens.length === 0) return { state: isHidden ? 'partly' : 'met', seen: [seenOf('no-token-in-file')] };
	return { state: 'missing', seen: tokens.map(({ file, line }) => seenOf('token-in-file', `${file}:${line}`)) };
}

function pinned(findings: readonly PreflightFinding[]): Rest {
	const all = findings.filter(({ rule }) => rule === 'unpinned-action');
	const others = all.filter(({ weight }) => weight === 'look');
	if (others.length > 0) {
		const names = [...new Set(others.map(({ what = '' }) => what))];
		return { state: 'missing', seen: names.map((name) => seenOf('not-pinned', name)) };
	}
	return all.length > 0
		? { state: 'partly', seen: [seenOf('only-tags-of-github')] }
		: { state: 'met', seen: [seenOf('all-pinned')] };
}

function heldBack(read: readonly PreflightFile[], findings: readonly PreflightFinding[]): Rest {
	const without = findings.filter(({ rule }) => rule === 'no-environment');
	if (without.length > 0)
		return { state: 'missing', seen: without.map(({ file, job }) => seenOf('no-environment', `${job} (${file})`)) };
	if (read.every((file) => file.isStaged)) return { state: 'met', seen: [seenOf('staged-in-file')] };
	const isSeen = read.some(({ jobs }) => jobs.some(({ reach }) => reach === 'publishes'));
	// Whether an environment holds anything back is a setting of the repository.
	return isSeen
		? { state: 'partly', seen: [seenOf('environment-named')] }
		: { state: 'unseen', seen: [seenOf('cannot-be-seen')] };
}
