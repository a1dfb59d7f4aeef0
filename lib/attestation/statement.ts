/** Owns the in-toto statement inside a signed payload. */
import * as v from 'valibot';
import { FIRST_ONLY, MAX_ANSWER } from '../npm/json-bounds.ts';
import { parseJsonText } from '../npm/json-stream.ts';
import type { Statement } from '../report/evidence.ts';
import type { FailureCode } from '../report/failures.ts';
import { type Failure, failed, type Result, success } from '../report/result.ts';
import type { SignedBundle } from '../sigstore/bundle.ts';
import { readVerified, type Verified } from '../sigstore/verified.ts';
import { type Kind, kindOf } from './kinds.ts';

/** https://github.com/in-toto/attestation/blob/main/spec/README.md */
const STATEMENT_TYPES = new Set(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']);

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

export const text = v.string();

/** `undefined` where the bytes are no JSON in UTF-8. */
export function parseJson(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch {
		return undefined;
	}
}

const statementShape = v.object({
	_type: text,
	predicateType: text,
	subject: v.array(v.object({ name: v.optional(text, ''), digest: v.record(text, text) })),
	predicate: v.unknown(),
});

/**
 * Reads the statement out of a verified envelope.
 * @param kind what it was sorted and verified as.
 * @returns failures `payload-type-wrong`, `statement-malformed`, `unsupported-statement`; `unsupported-predicate` for an unknown
 *   predicate type; `predicate-type-differs` for the other kind's type, which has another signer; `too-large` for more values than an
 *   answer may have.
 */
export function parseStatement(signed: Verified<SignedBundle>, kind: Kind): Result<Verified<Statement>> {
	return readVerified(signed, (bundle) => {
		const statement = readStatement(bundle);
		if (!statement.ok) return statement;
		const { predicateType } = statement.value;
		const own = kindOf(predicateType);
		if (own === undefined) return failed('unsupported-predicate', predicateType);
		return own === kind ? statement : failed('predicate-type-differs', predicateType);
	});
}

/** The same of a statement of any kind: nothing is known of what its predicate means. */
export function parseAnyStatement(signed: Verified<SignedBundle>): Result<Verified<Statement>> {
	return readVerified(signed, readStatement);
}

/** What an envelope says that was not verified, or does not hold: to be shown as that, and nothing may be made of it. */
export function readStatement(signed: Pick<SignedBundle, 'payload' | 'payloadType'>): Result<Statement> {
	if (signed.payload === undefined || signed.payloadType !== PAYLOAD_TYPE)
		return failed('payload-type-wrong', signed.payloadType);
	const read = readPayload(signed.payload);
	if (!read.ok) return read.failure.code === 'too-large' ? read : failed('statement-malformed', read.failure.detail);
	const parsed = v.safeParse(statementShape, read.value, FIRST_ONLY);
	if (!parsed.success) return failed('statement-malformed', v.getDotPath(parsed.issues[0]) ?? '');
	const { _type: type, predicateType, subject, predicate } = parsed.output;
	if (!STATEMENT_TYPES.has(type)) return failed('unsupported-statement', type);
	return success({ type, predicateType, subject, predicate });
}

function readPayload(payload: Uint8Array): Result<unknown> {
	try {
		return parseJsonText(new TextDecoder('utf-8', { fatal: true }).decode(payload), MAX_ANSWER);
	} catch {
		return failed('not-json', 'not UTF-8');
	}
}

export function failure(code: FailureCode, detail?: string): Failure {
	return failed(code, detail).failure;
}
