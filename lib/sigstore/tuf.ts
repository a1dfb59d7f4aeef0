/**
 * Owns how the trust root renews itself: from Sigstore's TUF repository, daily at most, and never in the way of a verdict.
 *
 * Every check but that of a target's hash is tuf-js's own (its `TrustedMetadataStore`); the order of the files is ours, after TUF's
 * client workflow, because a signature's answer has to be awaited between a file's arrival and its use, which only `settle()` does.
 * What is kept is itself a small repository, the signed files as they came: loading makes the same checks again, at the time at
 * which it was fetched. So the database can lose the trust root, but it cannot make one up.
 * @see https://theupdateframework.github.io/specification/latest/#detailed-client-workflow
 */
import './der.ts'; // first: gives the packages below their Buffer
import { Metadata, MetadataKind, type Root, type TargetFile, type Timestamp } from '@tufjs/models';
import { LengthOrHashMismatchError, UnsignedMetadataError } from '@tufjs/models/dist/error.js';
import { BadVersionError, EqualVersionError, ExpiredMetadataError, RepositoryError } from 'tuf-js/dist/error.js';
import { TrustedMetadataStore } from 'tuf-js/dist/store.js';
import * as v from 'valibot';
import {
	FAILURES,
	type Failure,
	type FailureCode,
	failed,
	type Result,
	success,
	type TrustRootStatus,
} from '../report.ts';
import { isRedirect, message, readBody, requestOptions } from '../request.ts';
import embedded from './seed.json' with { type: 'json' };
import { type Question, settle, UnsettledError } from './settle.ts';
import { embeddedTrustRoot, parseRenewed, type TrustRoot } from './trust-root.ts';

/**
 * Where things are kept by name; what comes out of it is parsed like anything from outside. A call that is not answered in time rejects
 * with a `TimeoutError`: something may be kept all the same.
 */
interface TrustRootStore {
	get(name: string): Promise<unknown>;
	put(name: string, value: unknown): Promise<void>;
}

/** The trust root that holds without any refresh, and from which every refresh starts. */
interface Seed {
	/** TUF root metadata. */
	root: unknown;
	/** ISO date on which it was taken. */
	takenAt: string;
	trustRoot: () => Promise<TrustRoot>;
}

/** What a refresh needs of the world. */
export interface TufOptions {
	store: TrustRootStore;
	/** Address of the repository, https. */
	base: string;
	/** Host of the registry whose keys are taken along: its name is the folder of the target `keys.json`. */
	registryHost: string;
	seed?: Seed;
	/** Whether the browser lets us ask there; it can be given and taken at any time. */
	isPermitted?: () => Promise<boolean>;
	fetch?: typeof globalThis.fetch;
	now?: () => Date;
	/** For tests that cannot wait; the default is meant. */
	limits?: { bytes: number; time: number };
}

/** The trust root in use, and its refreshing. */
interface TrustRoots {
	/** The newest one that TUF vouches for, or else the embedded one. Never asks the network. */
	current(): Promise<TrustRoot>;
	/** What is in use, and what came of the last attempt. */
	status(): Promise<TrustRootStatus>;
	/**
	 * Asks the repository, once however many call. Whatever fails, the trust root in use stays in use.
	 * @returns the status, with `lastAttempt.failure` being one of the codes `trust-root-...`, `clock-behind`,
	 *   `unsupported-algorithm` or `too-many-questions` where nothing was renewed.
	 */
	refresh(): Promise<TrustRootStatus>;
}

/** Most bytes of each kind of metadata; tuf-js's own limits. A target may have as many as its signed length. */
const MOST_BYTES = { root: 512_000, timestamp: 16_384, snapshot: 2_000_000, targets: 5_000_000 };
/** Of one whole refresh: bytes, and milliseconds from the first request to the last byte. */
const LIMITS = { bytes: 16_000_000, time: 60_000 };
/** Sigstore has had some three new roots a year. */
const MOST_ROOTS = 64;
const DAY_MS = 24 * 3600 * 1000;

/** Path below the repository -> bytes as served. */
type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
type GetFile = (path: string, most: number) => Promise<Result<Uint8Array<ArrayBuffer> | undefined>>;

const keptShape = v.object({
	takenAt: v.pipe(v.string(), v.isoTimestamp()),
	files: v.map(v.string(), v.instance(Uint8Array as Uint8ArrayConstructor)),
});
const failureShape = v.object({
	code: v.picklist(Object.keys(FAILURES) as FailureCode[]),
	detail: v.optional(v.string()),
	cause: v.optional(v.string()),
});
const attemptShape = v.object({ at: v.pipe(v.string(), v.isoTimestamp()), failure: v.optional(failureShape) });

/** The trust root of this browser, or of a test. */
export function createTrustRoots({
	store,
	registryHost,
	seed = { root: embedded.root, takenAt: embedded.takenAt, trustRoot: embeddedTrustRoot },
	base,
	isPermitted = async () => true,
	fetch = (...request) => globalThis.fetch(...request),
	now = () => new Date(),
	limits = LIMITS,
}: TufOptions): TrustRoots {
	let loading: Promise<InUse> | undefined;
	let underWay: Promise<TrustRootStatus> | undefined;

	async function inUse(): Promise<InUse> {
		loading ??= load();
		const asked = loading;
		const found = await asked;
		// It is asked once more by whoever comes next: the store may answer then.
		if (found.isUnanswered && loading === asked) loading = undefined;
		return found;
	}

	/** What was kept, vouched for again; the embedded one where there is nothing newer, or it does not hold. */
	async function load(): Promise<InUse> {
		const reading = readKept();
		// The disk takes some milliseconds, in which a background that starts has nothing else to do once it listens.
		await undefined;
		seed.trustRoot().catch(() => undefined);
		const kept = await reading;
		if (kept && 'keptFailure' in kept) return { trust: await seed.trustRoot(), files: new Map(), ...kept };
		if (kept === undefined || kept.takenAt < seed.takenAt) return { trust: await seed.trustRoot(), files: new Map() };
		const { takenAt, files } = kept;
		const vouched = await refusing(() => vouchForKept({ seed, registryHost, now: new Date(takenAt), files }));
		if (vouched.ok) return vouched.value;
		const keptFailure = { code: 'trust-root-kept-unreadable', cause: vouched.failure.code } as const;
		return { trust: await seed.trustRoot(), files: new Map(), keptFailure };
	}

	async function readKept(): Promise<{ takenAt: string; files: Files } | Unread | undefined> {
		try {
			const stored = await store.get('vouched-for');
			if (stored === undefined) return undefined;
			const { takenAt, files } = v.parse(keptShape, stored);
			// A clock may be put right by some hours; a date far ahead would never grow old.
			if (Date.parse(takenAt) > now().getTime() + DAY_MS) throw new Error('taken in the future');
			return { takenAt, files };
		} catch (error) {
			const { failure: keptFailure } = failed('trust-root-kept-unreadable', message(error));
			return { keptFailure, ...(isTimeout(error) && { isUnanswered: true }) };
		}
	}

	async function renew(): Promise<Failure | undefined> {
		const time = now();
		// With a clock that is behind, what has expired would seem to hold.
		if (time.toISOString() < seed.takenAt) return { code: 'clock-behind' };
		if (!(await isPermitted())) return { code: 'trust-root-not-permitted' };
		const { files: before, keptFailure, isUnanswered } = await inUse();
		// Nothing may be older than what is kept, and that is not known; nor may what is kept be lost for something older.
		if (isUnanswered) return failed('trust-root-not-kept', keptFailure?.detail).failure;
		const timer = new AbortController();
		const alarm = setTimeout(() => timer.abort(), limits.time);
		const request = limitedRequests(fetch, base, limits.bytes, timer.signal);
		// Names with a version or a digest in them never change their meaning; only the timestamp's does.
		const get: GetFile = async (path, most) =>
			path !== TIMESTAMP && before.has(path) ? success(before.get(path)) : request(path, most);
		try {
			const vouched = await refusing(() => vouch({ seed, registryHost, now: time, before, get }));
			if (!vouched.ok) return vouched.failure;
			const { files } = vouched.value;
			// One record, written at once: there is no half of it. What could not be kept is not used either.
			await store.put('vouched-for', { takenAt: time.toISOString(), files });
			loading = Promise.resolve(vouched.value);
			return undefined;
		} catch (error) {
			return failed('trust-root-not-kept', message(error)).failure;
		} finally {
			clearTimeout(alarm);
		}
	}

	async function status(): Promise<TrustRootStatus> {
		const { trust, keptFailure } = await inUse();
		const attempt = v.safeParse(attemptShape, await store.get('attempt').catch(() => undefined));
		return {
			inUse: trust.info,
			...(keptFailure && { keptFailure }),
			...(attempt.success && { lastAttempt: attempt.output as NonNullable<TrustRootStatus['lastAttempt']> }),
		};
	}

	return {
		current: async () => (await inUse()).trust,
		status,
		refresh() {
			underWay ??= (async () => {
				const failure = await renew();
				const lastAttempt = { at: now().toISOString(), ...(failure && { failure }) };
				await store.put('attempt', lastAttempt).catch(() => undefined);
				return { ...(await status()), lastAttempt };
			})().finally(() => {
				underWay = undefined;
			});
			return underWay;
		},
	};
}

const TIMESTAMP = 'timestamp.json';

/** Why what was kept is not in use. */
interface Unread {
	keptFailure: Failure;
	/** The store did not answer, so something may be kept. */
	isUnanswered?: true;
}

interface InUse extends Partial<Unread> {
	trust: TrustRoot;
	/** The repository behind it; empty for the embedded one. */
	files: Files;
}

/** By a name that is the platform's, so that it survives minification. */
function isTimeout(error: unknown): boolean {
	return error instanceof DOMException && error.name === 'TimeoutError';
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
async function refusing<T>(run: () => Promise<Result<T>>): Promise<Result<T>> {
	try {
		return await run();
	} catch (error) {
		return { ok: false, failure: refusalOf(error) };
	}
}

/** The client workflow, sections 5.3 to 5.7, from the seed's root to the targets. @throws what `refusalOf` reads. */
async function vouch({ seed, registryHost, now, before, get }: Walk): Promise<Result<InUse>> {
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
	for (let count = 0; count < MOST_ROOTS; count += 1) {
		const path = nextRootPath(root);
		const next = await get(path, MOST_BYTES.root);
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
 * The same for what was kept: every file is at hand, so each is read on the presumption that the one before holds, and all signatures
 * are asked at once. Nothing comes out before every answer is there. @throws what `refusalOf` reads.
 */
async function vouchForKept({
	seed,
	registryHost,
	now,
	files,
}: Pick<Walk, 'seed' | 'registryHost' | 'now'> & { files: Files }): Promise<Result<InUse>> {
	const answers: Promise<unknown>[] = [];
	const answered = <T>(settled: Promise<T>): Promise<T> => {
		answers.push(settled);
		// It is awaited below, after those before it.
		settled.catch(() => undefined);
		return settled;
	};

	// 5.3
	let root = readRoot(seed.root);
	for (let count = 0; count < MOST_ROOTS; count += 1) {
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
			// Of a run that does not stand nobody hears.
			read.catch(() => undefined);
			return read;
		}),
	);
	for (const answer of answers) await answer;
	return inUse;
}

type RootMetadata = Metadata<Root>;

/** Root metadata as it is: of the seed, which came with the extension's code; any other has to be vouched for. */
function readRoot(json: unknown): RootMetadata {
	return Metadata.fromJSON(MetadataKind.Root, json as never);
}

function nextRootPath({ signed }: RootMetadata): string {
	return `${signed.version + 1}.root.json`;
}

/**
 * tuf-js's store with this root as its trusted one. Its constructor would read the root from bytes, and ask whether it is signed by
 * itself: that says nothing of the seed's, and has been asked of any other by `updateRoot`.
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
		store.updateTimestamp(at(TIMESTAMP, MOST_BYTES.timestamp));
	} catch (error) {
		if (!(error instanceof EqualVersionError)) throw error;
	}
	const { signed: timestamp } = store.timestamp ?? absent(TIMESTAMP);

	// 5.5
	if (earlier) recall(snapshotPath(earlier), (bytes) => store.updateSnapshot(bytes, true));
	store.updateSnapshot(at(snapshotPath(timestamp), timestamp.snapshotMeta.length ?? MOST_BYTES.snapshot));

	// 5.6
	const readRole = (role: string, delegator: string) => {
		const meta = own(store.snapshot?.signed.meta, `${role}.json`) ?? absent(`${role}.json`);
		const path = `${meta.version}.${encodeURIComponent(role)}.json`;
		store.updateDelegatedTargets(at(path, meta.length ?? MOST_BYTES.targets), role, delegator);
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

/**
 * GET requests to one repository, made as all are, within limits.
 * @param left most bytes of all answers together.
 * @returns a file's bytes; `undefined` where there is no such file; or failures `trust-root-unreachable`,
 *   `trust-root-timeout`, `trust-root-redirected`, `trust-root-too-large`.
 */
function limitedRequests(fetch: typeof globalThis.fetch, base: string, left: number, signal: AbortSignal): GetFile {
	let bytesLeft = left;
	return async (path, most) => {
		try {
			const response = await fetch(`${base}/${path}`, requestOptions({ signal }));
			const { status, ok } = response;
			if (isRedirect(response)) return failed('trust-root-redirected', path);
			// What this kind of store says of a file that is not there.
			if (status === 404 || status === 403) return success(undefined);
			if (!ok) return failed('trust-root-unreachable', `${path}: ${status}`);
			const parts: Uint8Array<ArrayBuffer>[] = [];
			const read = await readBody(response, Math.min(most, bytesLeft), (part) => parts.push(part));
			if (!read.ok)
				return failed(read.failure.code === 'too-large' ? 'trust-root-too-large' : 'trust-root-unreachable', path);
			const body = new Uint8Array(await new Blob(parts).arrayBuffer());
			bytesLeft -= body.length;
			return success(body);
		} catch (error) {
			return signal.aborted ? failed('trust-root-timeout', path) : failed('trust-root-unreachable', message(error));
		}
	};
}
