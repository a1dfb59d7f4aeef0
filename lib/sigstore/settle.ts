/**
 * Owns how a synchronous verifier gets its answers from the browser's asynchronous crypto.
 *
 * `settle(run)` runs `run` optimistically: each signature question it asks is noted and taken as true. Then the noted
 * questions go to WebCrypto. If every answer is yes, that run was the real one and stands; if one is no, the run is made
 * again with the real answers, which gives the exact failure. Nothing leaves before every question of the run that stands
 * has been answered, and a question nobody answered is never true.
 */

/** One signature question, wholly determined by these four. */
export interface Question {
	algorithm: Algorithm;
	/** The public key as DER SubjectPublicKeyInfo. */
	key: Uint8Array;
	data: Uint8Array;
	/** As WebCrypto wants it: for ECDSA `r||s`, of the curve's length. */
	signature: Uint8Array;
}

/** The signature schemes that WebCrypto answers, each with its parameters spelled out. */
export type Algorithm =
	| { name: 'ECDSA'; namedCurve: 'P-256' | 'P-384' | 'P-521'; hash: 'SHA-256' | 'SHA-384' | 'SHA-512' }
	| { name: 'RSASSA-PKCS1-v1_5'; hash: 'SHA-256' | 'SHA-384' | 'SHA-512' }
	| { name: 'Ed25519' };

interface Answered {
	question: Question;
	answer: boolean;
}

/** True answers that may be kept between runs: a trust root's questions about itself. */
export type KnownAnswers = readonly Question[];

/** A run of the verifier that could not be brought to an end within the bounds, or that needs an unknown algorithm. */
export class UnsettledError extends Error {
	readonly code: 'too-many-questions' | 'unsupported-algorithm';
	constructor(code: UnsettledError['code'], detail: string) {
		super(detail);
		this.code = code;
	}
}

/** No honest bundle asks more than about ten; a hostile chain could ask without end. */
const MAX_QUESTIONS = 64;
const MAX_CALLS = 512;
const MAX_ROUNDS = 16;

interface Round {
	answered: Answered[];
	asked: Question[];
	calls: number;
	overflowed: boolean;
	unsupported: string[];
}

/** The run under way. `run` is synchronous, so there is never more than one. */
let round: Round | undefined;

/**
 * The verifier's side: what is the answer to this question?
 * @returns the answer where it is known, `true` where it is still to be asked.
 * @throws Error outside of `settle`, where nobody would ever ask it.
 */
export function ask(question: Question): boolean {
	if (round === undefined) throw new Error('signature question outside of settle()');
	round.calls += 1;
	const known = round.answered.find((entry) => sameQuestion(entry.question, question));
	if (known) return known.answer;
	if (round.calls > MAX_CALLS || round.asked.length >= MAX_QUESTIONS) {
		round.overflowed = true;
		return false;
	}
	round.asked.push(question);
	return true;
}

/** The verifier's side: a question was met that WebCrypto cannot answer. Never true. */
export function refuse(why: string): false {
	if (round === undefined) throw new Error('signature question outside of settle()');
	round.unsupported.push(why);
	return false;
}

/**
 * Brings a synchronous verification to its real end.
 * @param run pure: the same answers must give the same outcome; it may throw, as verifiers do.
 * @param known true answers remembered from before, compared by all four parts of the question.
 * @param learn receives every question whose answer was yes, for the caller that may remember it.
 * @returns what `run` returned under real answers only.
 * @throws whatever `run` threw under real answers; `UnsettledError` where the bounds were met, or where it failed after
 *   meeting an algorithm that WebCrypto cannot answer (which proves nothing about the signature).
 */
export async function settle<T>(
	run: () => T,
	known: KnownAnswers = [],
	learn?: (question: Question) => void,
): Promise<T> {
	const answered: Answered[] = known.map((question) => ({ question, answer: true }));
	for (let rounds = 0; rounds < MAX_ROUNDS; rounds += 1) {
		const current: Round = { answered, asked: [], calls: 0, overflowed: false, unsupported: [] };
		const outcome = runIn(current, run);
		const answers = await Promise.all(current.asked.map(answer));
		current.asked.forEach((question, index) => {
			const yes = answers[index] === true;
			answered.push({ question, answer: yes });
			if (yes) learn?.(question);
		});
		const stands = !current.overflowed && answers.every((yes) => yes === true);
		if (stands) {
			if (outcome.ok) return outcome.value;
			if (current.unsupported.length > 0)
				throw new UnsettledError('unsupported-algorithm', current.unsupported[0] ?? '');
			throw outcome.error;
		}
	}
	throw new UnsettledError('too-many-questions', `no end after ${MAX_ROUNDS} rounds`);
}

type Outcome<T> = { ok: true; value: T } | { ok: false; error: unknown };

function runIn<T>(current: Round, run: () => T): Outcome<T> {
	round = current;
	try {
		return { ok: true, value: run() };
	} catch (error) {
		return { ok: false, error };
	} finally {
		round = undefined;
	}
}

/** Imported keys, so that the same authority is not imported for every bundle. Oldest out first. */
const importedKeys = new Map<string, Promise<CryptoKey>>();
const MAX_IMPORTED_KEYS = 64;

/** Asks WebCrypto. A key that it refuses (a point off the curve, say) verifies nothing: the answer is no. */
async function answer(question: Question): Promise<boolean> {
	try {
		const key = await importKey(question);
		const { algorithm } = question;
		return await crypto.subtle.verify(algorithm, key, bytes(question.signature), bytes(question.data));
	} catch {
		return false;
	}
}

function importKey({ algorithm, key }: Question): Promise<CryptoKey> {
	const id = `${JSON.stringify(algorithm)}${String.fromCharCode(...key)}`;
	let imported = importedKeys.get(id);
	if (imported === undefined) {
		imported = crypto.subtle.importKey('spki', bytes(key), algorithm, false, ['verify']);
		if (importedKeys.size >= MAX_IMPORTED_KEYS) importedKeys.delete(importedKeys.keys().next().value ?? '');
		importedKeys.set(id, imported);
	}
	return imported;
}

/** WebCrypto's types ask for a view over a plain ArrayBuffer, which all of ours are. */
function bytes(view: Uint8Array): Uint8Array<ArrayBuffer> {
	return view as Uint8Array<ArrayBuffer>;
}

function sameQuestion(one: Question, other: Question): boolean {
	return (
		sameBytes(one.signature, other.signature) &&
		sameBytes(one.key, other.key) &&
		sameAlgorithm(one.algorithm, other.algorithm) &&
		sameBytes(one.data, other.data)
	);
}

function sameAlgorithm(one: Algorithm, other: Algorithm): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
	return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
