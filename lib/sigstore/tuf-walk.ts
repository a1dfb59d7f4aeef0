/** Owns the walk of TUF's client workflow over files, from the seed's root to the targets. @see https://theupdateframework.github.io/specification/latest/#detailed-client-workflow */
import './webcrypto/asn1-patch.ts';
import { Metadata, MetadataKind, type Root, type TargetFile, type Timestamp } from '@tufjs/models';
import { LengthOrHashMismatchError, UnsignedMetadataError } from '@tufjs/models/dist/error.js';
import { BadVersionError, EqualVersionError, ExpiredMetadataError, RepositoryError } from 'tuf-js/dist/error.js';
import { TrustedMetadataStore } from 'tuf-js/dist/store.js';
import { message } from '../registry/request.ts';
import type { FailureCode } from '../report/failures.ts';
import { type Failure, failed, type Result, success } from '../report/result.ts';
import { parseRenewed, type TrustRoot } from './trust-root.ts';
import type { Files, GetFile, Unread } from './tuf-files.ts';
import { type Question, settle, UnsettledError } from './webcrypto/bridge.ts';

/** The trust root that holds without any refresh, and from which every refresh starts. */
export interface Seed {
	/** TUF root metadata. */
	root: unknown;
	/** ISO date on which it was taken. */
	takenAt: string;
	trustRoot: () => Promise<TrustRoot>;
}

/** Most bytes of each kind of metadata; tuf-js's own limits. A target may have as many as its signed length. */
const MAX_BYTES = { root: 512_000, timestamp: 16_384, snapshot: 2_000_000, targets: 5_000_000 };

/** Sigstore has had some three new roots a year. */
const MAX_ROOTS = 64;

export const TIMESTAMP = 'timestamp.json';

export interface InUse extends Partial<Unread> {
	trust: TrustRoot;
	/** The repository behind it; empty for the embedded one. */
	files: Files;
}

interface Walk {
	seed: Seed;
	registryHost: string;
	now: Date;
	/** What was vouched for before: nothing may be older than that. */
	before: Files;
	get: GetFile;
}

/** What is thrown on a walk, as a failure. Every signature was answered before anything comes out. */
export async function refusing<T>(run: () => Promise<Result<T>>): Promise<Result<T>> {
	try {
		return await run();
	} catch (error) {
		return { ok: false, failure: refusalOf(error) };
	}
}

/** The client workflow, sections 5.3 to 5.7, from the seed's root to the targets. @throws what `refusalOf` reads. */
export async function vouch({ seed, registryHost, now, before, get }: Walk): Promise<Result<InUse>> {
	const files = new Map<string, Uint8Array<ArrayBuffer>>();
	const known: Question[] = [];
	const settled = <T>(run: () => T) => settle(run, known, (question) => known.push(question));
	const demand = async (path: string, most: number) => {
		const file = await get(path, most);
		if (!file.ok) throw new Refused(file.failure);
		files.set(path, file.value ?? absent(path));
	};

	// 5.3: each root is signed by the keys of the one before it, and by its own.
	let root = readRoot(seed.root);
	for (let count = 0; count < MAX_ROOTS; count += 1) {
		const path = nextRootPath(root);
		const next = await get(path, MAX_BYTES.root);
		if (!next.ok) throw new Refused(next.failure);
		if (next.value === undefined) break;
		const [before, bytes] = [root, Buffer.from(next.value)];
		root = await settled(() => storeFrom(before).updateRoot(bytes));
		files.set(path, next.value);
	}

	// 5.4 to 5.6: from here one pure run over the files at hand, made again with each file that it finds wanting.
	const paths = pathsOf(registryHost);
	let listed: Listed | undefined;
	while (!listed) {
		try {
			listed = await settled(() => readLists(root, { now, before, files, paths }));
		} catch (error) {
			// It leaves settle() only once all that came before it was answered.
			if (!(error instanceof Wanted)) throw error;
			await demand(error.path, error.most);
		}
	}
	// Nothing new since: what was there before goes on.
	const unchanged = before.get(TIMESTAMP);
	if (unchanged && listed.isUnchanged) files.set(TIMESTAMP, unchanged);

	// 5.7
	for (const target of listed.targets) await demand(targetPath(target), target.length);
	return readTargets(listed, { files, root, now });
}

/**
 * The client workflow over the kept files. All are at hand, so each is read as if the one before were valid, and all signatures are asked
 * at once. Nothing is returned before every answer is there (docs/decisions/0103-read-before-answered.md). @throws what `refusalOf` reads.
 */
export async function vouchForKept({
	first,
	registryHost,
	now,
	files,
}: Pick<Walk, 'registryHost' | 'now'> & { first: Promise<RootMetadata>; files: Files }): Promise<Result<InUse>> {
	const answers: Promise<unknown>[] = [];
	const answered = <T>(settled: Promise<T>): Promise<T> => {
		answers.push(settled);
		// It is awaited below, after those before it.
		settled.catch(() => undefined);
		return settled;
	};

	// 5.3
	let root = await first;
	for (let count = 0; count < MAX_ROOTS; count += 1) {
		const next = files.get(nextRootPath(root));
		if (next === undefined) break;
		const [before, bytes] = [root, Buffer.from(next)];
		void answered(settle(() => storeFrom(before).updateRoot(bytes)));
		root = readRoot(JSON.parse(bytes.toString('utf8')));
	}

	// 5.4 to 5.7
	const last = root;
	const inUse = answered(
		settle(() => {
			const listed = readLists(last, { now, before: new Map(), files, paths: pathsOf(registryHost) });
			const read = readTargets(listed, { files, root: last, now });
			// The result of a discarded run is ignored.
			read.catch(() => undefined);
			return read;
		}),
	);
	for (const answer of answers) await answer;
	return inUse;
}

type RootMetadata = Metadata<Root>;

/** Root metadata as it is: of the seed, which came with the extension's code; any other has to be vouched for. */
export function readRoot(json: unknown): RootMetadata {
	return Metadata.fromJSON(MetadataKind.Root, json as never);
}

function nextRootPath({ signed }: RootMetadata): string {
	return `${signed.version + 1}.root.json`;
}

/**
 * tuf-js's store with this root as its trusted one. Its constructor would read the root from bytes, and ask whether it is signed by
 * itself. That shows nothing for the seed's root, and `updateRoot` has asked it of any other.
 */
function storeFrom(root: RootMetadata, now = new Date()): TrustedMetadataStore {
	return Object.assign(Object.create(TrustedMetadataStore.prototype), { trustedSet: { root }, referenceTime: now });
}

type Paths = readonly [trustedRoot: string, npmKeys: string];

function pathsOf(registryHost: string): Paths {
	return ['trusted_root.json', `${registryHost}/keys.json`];
}

function targetPath({ path, hashes }: TargetFile): string {
	const [digest] = Object.values(hashes);
	const at = path.lastIndexOf('/') + 1;
	return `targets/${path.slice(0, at)}${digest}.${path.slice(at)}`;
}

/** Section 5.7: the targets as they are listed, and the trust root in them. @throws what `refusalOf` reads. */
async function readTargets(
	{ targets }: Listed,
	{ files, root, now }: { files: Files; root: RootMetadata; now: Date },
): Promise<Result<InUse>> {
	const read = async (target: TargetFile): Promise<unknown> => {
		const bytes = files.get(targetPath(target)) ?? absent(target.path);
		await demandTarget(target, bytes);
		return JSON.parse(Buffer.from(bytes).toString('utf8'));
	};
	const [trustedRoot, npmKeys] = await Promise.all([read(targets[0]), read(targets[1])]);
	const info = {
		source: 'tuf',
		version: String(root.signed.version),
		takenAt: now.toISOString().slice(0, 10),
	} as const;
	const trust = await parseRenewed(trustedRoot, npmKeys, info);
	return trust.ok ? success({ trust: trust.value, files }) : failed('trust-root-malformed', trust.failure.detail);
}

const DIGESTS: Record<string, string> = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' };

/**
 * Demands that a target is the one that is listed, as tuf-js's `verify` does. That one takes noble's hashes, which cost a background
 * that has just started more than all signatures; WebCrypto's cost nothing. @throws LengthOrHashMismatchError.
 */
async function demandTarget({ path, length, hashes }: TargetFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
	if (bytes.length !== length)
		throw new LengthOrHashMismatchError(`${path}: ${bytes.length} bytes instead of ${length}`);
	const isAsListed = async ([name, expected]: [string, string]) => {
		const algorithm = own(DIGESTS, name);
		if (algorithm === undefined) return false;
		return Buffer.from(await crypto.subtle.digest(algorithm, bytes)).toString('hex') === expected;
	};
	const listed = Object.entries(hashes);
	if (listed.length === 0 || !(await Promise.all(listed.map(isAsListed))).every(Boolean))
		throw new LengthOrHashMismatchError(`${path}: another hash`);
}

interface Listed {
	targets: [TargetFile, TargetFile];
	/** The timestamp is the one that was there before. */
	isUnchanged: boolean;
}

/** Reads timestamp, snapshot and target lists below a root, as far as they are at hand. Pure. @throws Wanted for a file that is not. */
function readLists(
	root: RootMetadata,
	{ now, before, files, paths }: Pick<Walk, 'now' | 'before'> & { files: Files; paths: Paths },
): Listed {
	// Its clock may be a test's, or the day on which the files were fetched.
	const store = storeFrom(root, now);
	// Names without a version could not be kept; Sigstore has had them since its fifth root.
	if (!store.root.signed.consistentSnapshot) throw new Error('no consistent snapshots');
	const at = (path: string, most: number) => Buffer.from(files.get(path) ?? wanted(path, most));
	/** What was there before, where these keys still vouch for it: the floor under what comes. */
	const recall = (path: string, step: (bytes: Buffer) => void) => {
		const bytes = before.get(path);
		try {
			if (bytes) step(Buffer.from(bytes));
		} catch {
			// Expired, or of keys that are gone.
		}
	};

	// 5.4
	recall(TIMESTAMP, (bytes) => store.updateTimestamp(bytes));
	const earlier = store.timestamp?.signed;
	try {
		store.updateTimestamp(at(TIMESTAMP, MAX_BYTES.timestamp));
	} catch (error) {
		if (!(error instanceof EqualVersionError)) throw error;
	}
	const { signed: timestamp } = store.timestamp ?? absent(TIMESTAMP);

	// 5.5
	if (earlier) recall(snapshotPath(earlier), (bytes) => store.updateSnapshot(bytes, true));
	store.updateSnapshot(at(snapshotPath(timestamp), timestamp.snapshotMeta.length ?? MAX_BYTES.snapshot));

	// 5.6
	const readRole = (role: string, delegator: string) => {
		const meta = own(store.snapshot?.signed.meta, `${role}.json`) ?? absent(`${role}.json`);
		const path = `${meta.version}.${encodeURIComponent(role)}.json`;
		store.updateDelegatedTargets(at(path, meta.length ?? MAX_BYTES.targets), role, delegator);
		return store.getRole(role)?.signed ?? absent(role);
	};
	const top = readRole('targets', 'root');
	/** The target in the top role, or one delegation below it, in the order in which they are trusted. */
	const find = (path: string): TargetFile => {
		const target = own(top.targets, path);
		if (target) return target;
		for (const { role, terminating } of top.delegations?.rolesForTarget(path) ?? []) {
			const delegated = own(readRole(role, 'targets').targets, path);
			if (delegated) return delegated;
			if (terminating) break;
		}
		return absent(path);
	};
	return { targets: [find(paths[0]), find(paths[1])], isUnchanged: earlier?.version === timestamp.version };
}

function snapshotPath({ snapshotMeta }: Timestamp): string {
	return `${snapshotMeta.version}.snapshot.json`;
}

/** A file that is needed next, and of how many bytes at most. */
class Wanted extends Error {
	readonly path: string;
	readonly most: number;
	constructor(path: string, most: number) {
		super(path);
		this.path = path;
		this.most = most;
	}
}

function wanted(path: string, most: number): never {
	throw new Wanted(path, most);
}

function own<T>(record: Record<string, T> | undefined, key: string): T | undefined {
	return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

function absent(what: string): never {
	throw new Refused({ code: 'trust-root-incomplete', detail: what });
}

/** A refusal of ours on its way to the edge of the walk, beside those that tuf-js throws. */
class Refused extends Error {
	readonly failure: Failure;
	constructor(failure: Failure) {
		super(failure.code);
		this.failure = failure;
	}
}

/** What each of tuf-js's exceptions means. By class: names do not survive minification. */
function refusalOf(error: unknown): Failure {
	if (error instanceof Refused) return error.failure;
	return failed(codeOf(error), message(error)).failure;
}

function codeOf(error: unknown): FailureCode {
	if (error instanceof UnsettledError) return error.code;
	if (error instanceof ExpiredMetadataError) return 'trust-root-expired';
	if (error instanceof UnsignedMetadataError) return 'trust-root-signature-invalid';
	if (error instanceof LengthOrHashMismatchError) return 'trust-root-file-differs';
	if (error instanceof BadVersionError) return 'trust-root-rolled-back';
	// A file that was not kept; or one that the lists named before, and name no more.
	if (error instanceof Wanted || error instanceof RepositoryError) return 'trust-root-incomplete';
	return 'trust-root-malformed';
}
