/** Owns the trust root in use: kept, vouched for, and renewed through TUF. */

import * as v from 'valibot';
import { message } from '../registry/request.ts';
import { FAILURES, type FailureCode } from '../report/failures.ts';
import type { TrustRootStatus } from '../report/report.ts';
import { type Failure, failed, success } from '../report/result.ts';
import embedded from './seed.json' with { type: 'json' };
import { embeddedTrustRoot, type TrustRoot } from './trust-root.ts';
import type { Files, GetFile, Unread } from './tuf-files.ts';
import { limitedRequests } from './tuf-requests.ts';
import { type InUse, readRoot, refusing, type Seed, TIMESTAMP, vouch, vouchForKept } from './tuf-walk.ts';

/**
 * Where things are kept by name; what comes out of it is parsed like anything from outside. A call that is not answered in time rejects
 * with a `TimeoutError`: something may still be kept.
 */
interface TrustRootStore {
	get(name: string): Promise<unknown>;
	put(name: string, value: unknown): Promise<void>;
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
	/** The trust root in use, and the result of the last attempt. */
	status(): Promise<TrustRootStatus>;
	/**
	 * Asks the repository, once however many call. Whatever fails, the trust root in use stays in use.
	 * @returns the status, with `lastAttempt.failure` being one of the codes `trust-root-...`, `clock-behind`,
	 *   `unsupported-algorithm` or `too-many-questions` where nothing was renewed.
	 */
	refresh(): Promise<TrustRootStatus>;
}

/** Of one whole refresh: bytes, and milliseconds from the first request to the last byte. */
const LIMITS = { bytes: 16_000_000, time: 60_000 };

const DAY_MS = 24 * 3600 * 1000;

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
		const first = (async () => readRoot(seed.root))();
		first.catch(() => undefined);
		const kept = await reading;
		if (kept && 'keptFailure' in kept) return { trust: await seed.trustRoot(), files: new Map(), ...kept };
		if (kept === undefined || kept.takenAt < seed.takenAt) return { trust: await seed.trustRoot(), files: new Map() };
		const { takenAt, files } = kept;
		const vouched = await refusing(() => vouchForKept({ first, registryHost, now: new Date(takenAt), files }));
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

/** By a name that is the platform's, so that it survives minification. */
function isTimeout(error: unknown): boolean {
	return error instanceof DOMException && error.name === 'TimeoutError';
}
