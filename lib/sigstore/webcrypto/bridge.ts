/**
 * Owns how a synchronous verifier gets its answers from the browser's asynchronous crypto.
 *
 * `settle(run)` runs `run` optimistically: each signature question it asks is noted and taken as true. Then the noted
 * questions go to WebCrypto. If every answer is yes, the run was real, and its result is returned. If one is no, the run is
 * repeated with the real answers, which gives the exact failure. No result is returned before all its questions are answered,
 * and an unanswered question is never true.
 */

/** One signature question, wholly determined by these four. Its bytes may be read until the run is over: leave them as they are. */
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

/** `unsupported` is a no that says nothing about the signature: this WebCrypto lacks the algorithm. */
export type Answer = boolean | 'unsupported';

/** Who answers a question, at once or later. It must be right about every part of it, and say no to what it cannot read. */
export type Answerer = (question: Question) => Answer | Promise<Answer>;

interface Answered {
	question: Question;
	answer: Answer;
}

/** True answers that may be kept between runs: a trust root's questions about itself. */
export type KnownAnswers = readonly Question[];

/** A run of the verifier that did not end within the bounds, or that needs an unknown algorithm. */
export class UnsettledError extends Error {
	readonly code: 'too-many-questions' | 'unsupported-algorithm';
	constructor(code: UnsettledError['code'], detail: string) {
		super(detail);
		this.code = code;
	}
}

/**
 * No honest bundle asks more than about ten questions. A hostile one could ask without end: with a certificate that claims the
 * root's name, the search for its issuer runs in a circle while every answer is taken as true.
 */
const MAX_QUESTIONS = 64;
const MAX_CALLS = 256;
const MAX_ROUNDS = 16;

interface Round {
	answered: readonly Answered[];
	/** New questions, each already on its way to WebCrypto while the run goes on. */
	asked: { question: Question; given: Answer | Promise<Answer> }[];
	calls: number;
	/** How many new questions it may still ask. */
	questionsLeft: number;
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
	if (round.calls > MAX_CALLS) return overflow(round);
	const known = round.answered.find((entry) => sameQuestion(entry.question, question));
	if (known) return known.answer === 'unsupported' ? refuse(question.algorithm.name) : known.answer;
	if (round.asked.some((asked) => sameQuestion(asked.question, question))) return true;
	if (round.asked.length >= round.questionsLeft) return overflow(round);
	round.asked.push({ question, given: answerer(question) });
	return true;
}

function overflow(current: Round): false {
	current.overflowed = true;
	return false;
}

/** The verifier's side: a question was met that WebCrypto cannot answer. Never true. */
export function refuse(why: string): false {
	if (round === undefined) throw new Error('signature question outside of settle()');
	round.unsupported.push(why);
	return false;
}

/**
 * Runs a synchronous verification until all its answers are real.
 * @param run pure: the same answers must give the same outcome. It fails by throwing, or by returning `false`.
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
		const questionsLeft = MAX_QUESTIONS + known.length - answered.length;
		const current: Round = { answered, asked: [], calls: 0, questionsLeft, overflowed: false, unsupported: [] };
		const outcome = runIn(current, run);
		const answers = await Promise.all(current.asked.map(({ given }) => given));
		current.asked.forEach(({ question }, index) => {
			const given = answers[index] ?? false;
			answered.push({ question, answer: given });
			if (given === true) learn?.(question);
		});
		if (!answers.every((given) => given === true)) continue;
		// Every answer was the real one. A run that went out of bounds would only do so again.
		if (current.overflowed) break;
		return conclude(outcome, current.unsupported);
	}
	throw new UnsettledError('too-many-questions', `no end within ${MAX_QUESTIONS} questions and ${MAX_ROUNDS} rounds`);
}

function conclude<T>(outcome: Outcome<T>, unsupported: readonly string[]): T {
	const failed = !outcome.ok || outcome.value === false;
	if (failed && unsupported.length > 0) throw new UnsettledError('unsupported-algorithm', unsupported.join(', '));
	if (!outcome.ok) throw outcome.error;
	return outcome.value;
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

/** Imported keys, so that the same authority is not imported for every bundle. Longest unused out first. */
const importedKeys = new Map<string, CryptoKey>();
const MAX_IMPORTED_KEYS = 64;
/** An RSA key of 16,384 bits, the largest that anybody verifies with, fits; megabytes from a stranger are not kept. */
const MAX_KEPT_KEY_BYTES = 2200;

let answerer: Answerer = askWebCrypto;

/** Has questions answered by another than WebCrypto from here on: by the platform's own crypto, in a thread that does little else. */
export function answerBy(other: Answerer): void {
	answerer = other;
}

/** Asks WebCrypto, at once where the key is at hand. A key that it refuses (a point off the curve, say) verifies nothing. */
async function askWebCrypto(question: Question): Promise<Answer> {
	const { algorithm, signature, data } = question;
	try {
		const key = keptKey(question) ?? (await importKey(question));
		return await crypto.subtle.verify(algorithm, key, bytes(signature), bytes(data));
	} catch (error) {
		// The platform's own name for it (older browsers lack Ed25519), which no minifier changes.
		return error instanceof DOMException && error.name === 'NotSupportedError' ? 'unsupported' : false;
	}
}

function keptKey(question: Question): CryptoKey | undefined {
	const id = keyId(question);
	const kept = id === undefined ? undefined : importedKeys.get(id);
	if (id !== undefined && kept !== undefined) {
		importedKeys.delete(id);
		importedKeys.set(id, kept);
	}
	return kept;
}

async function importKey(question: Question): Promise<CryptoKey> {
	const { algorithm, key } = question;
	const imported = await crypto.subtle.importKey('spki', bytes(key), algorithm, false, ['verify']);
	const id = keyId(question);
	if (id !== undefined) importedKeys.set(id, imported);
	if (importedKeys.size > MAX_IMPORTED_KEYS) importedKeys.delete(importedKeys.keys().next().value ?? '');
	return imported;
}

function keyId({ algorithm, key }: Question): string | undefined {
	if (key.length > MAX_KEPT_KEY_BYTES) return undefined;
	return `${JSON.stringify(algorithm)}${String.fromCharCode(...key)}`;
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
