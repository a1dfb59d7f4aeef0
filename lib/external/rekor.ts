/** Owns the questions to Sigstore's public log (Rekor v1): one entry by its index, the newest roots, and the proof between two of them. */
import * as v from 'valibot';
import { REKOR } from '../npm/hosts.ts';
import { FIRST_ONLY } from '../npm/json-bounds.ts';
import { parseJson } from '../npm/json-stream.ts';
import { failed, type Result, success } from '../report/result.ts';
import { ask } from './ask.ts';

const text = v.pipe(v.string(), v.maxLength(1_000_000));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const checkpoint = v.pipe(v.string(), v.maxLength(10_000));
/** A path in a tree, in hex. */
const hashes = v.pipe(v.custom<unknown[]>(Array.isArray), v.maxLength(64), v.array(hash));

const entryShape = v.object({
	/** Base64 of the canonicalized body. */
	body: text,
	/** Seconds; later ones are no dates. */
	integratedTime: v.pipe(count, v.maxValue(253_402_300_799)),
	/** Hex. */
	logID: hash,
	logIndex: count,
	verification: v.object({
		inclusionProof: v.object({
			/** The signed root that the proof leads to. */
			checkpoint,
			/** Hex. */
			hashes,
			logIndex: count,
			rootHash: hash,
			treeSize: count,
		}),
	}),
});

/** An entry as the log gives it; nothing of it is checked yet. */
export type LoggedEntry = v.InferOutput<typeof entryShape>;

/** The root beside it is signed by nobody, so it is not read. */
const headShape = v.object({ treeID: v.pipe(v.string(), v.regex(/^\d{1,20}$/)), signedTreeHead: checkpoint });
const headsShape = v.object({
	...headShape.entries,
	/** Parts of the log that take no entries any more. */
	inactiveShards: v.nullish(v.pipe(v.custom<unknown[]>(Array.isArray), v.maxLength(64), v.array(headShape)), []),
});
const proofShape = v.object({ hashes });

/** The newest root of one part of the log, as the log gives it; nothing of it is checked yet. */
export type TreeHead = v.InferOutput<typeof headShape>;

/** The log, as far as looks need it. Failures of all: `source-unreachable`, `answer-unreadable`. */
export interface Rekor {
	/** Whether the log of this address can be asked here. */
	isOf(logAddress: string): boolean;
	/** Where an entry can be read by people. @param index over all parts of the log. */
	addressOf(index: string): string;
	/** @returns `undefined` where the log has no such entry. */
	fetchEntry(index: string): Promise<Result<LoggedEntry | undefined>>;
	/** The newest root of each part of the log, that which grows first. */
	fetchHeads(): Promise<Result<TreeHead[]>>;
	/** The proof that a part of the log holds all that it held at a smaller size, as hashes in hex. */
	fetchGrowth(growth: { tree: string; first: number; last: number }): Promise<Result<string[]>>;
}

const BYTES = 8 * 1024 * 1024;

/** The public log, or the one at `base`. @see https://github.com/sigstore/rekor/blob/main/openapi.yaml */
export function createRekor({
	base,
	signal,
}: {
	base?: string | undefined;
	signal?: AbortSignal | undefined;
} = {}): Rekor {
	const origin = (base ?? REKOR).replace(/\/+$/, '');
	const addressOf = (index: string) => `${origin}/api/v1/log/entries?logIndex=${encodeURIComponent(index)}`;

	async function get(address: string): Promise<Result<unknown>> {
		const asked = await ask(address, { accept: 'application/json', bytes: BYTES, signal });
		if (!asked.ok) return asked;
		const { status, body } = asked.value;
		if (status === 404) return success(undefined);
		if (status !== 200) return failed('source-unreachable', `status ${status}`);
		const json = await parseJson(body, undefined, { values: 10_000 });
		return json.ok ? json : failed('answer-unreadable', json.failure.detail ?? json.failure.code);
	}

	return {
		isOf: (logAddress) => base !== undefined || logAddress === REKOR,
		addressOf,
		async fetchEntry(index) {
			const answer = await get(addressOf(index));
			if (!answer.ok || answer.value === undefined) return answer as Result<undefined>;
			// One member, by its id.
			const entries = Object.values(answer.value ?? {});
			const parsed = v.safeParse(entryShape, entries[0], FIRST_ONLY);
			return parsed.success && entries.length === 1
				? success(parsed.output)
				: failed('answer-unreadable', 'not one log entry');
		},
		async fetchHeads() {
			const answer = await get(`${origin}/api/v1/log`);
			if (!answer.ok) return answer;
			const parsed = v.safeParse(headsShape, answer.value, FIRST_ONLY);
			if (!parsed.success) return failed('answer-unreadable', 'no roots of the log');
			const { inactiveShards, ...active } = parsed.output;
			return success([active, ...(inactiveShards ?? [])]);
		},
		async fetchGrowth({ tree, first, last }) {
			const answer = await get(`${origin}/api/v1/log/proof?firstSize=${first}&lastSize=${last}&treeID=${tree}`);
			if (!answer.ok) return answer;
			const parsed = v.safeParse(proofShape, answer.value, FIRST_ONLY);
			return parsed.success
				? success(parsed.output.hashes)
				: failed('answer-unreadable', `no proof from ${first} to ${last} entries`);
		},
	};
}
