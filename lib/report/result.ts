/** Owns a result: a value, or a failure with a stable code. */
import type { FailureCode } from './failures.ts';

/** Why a check did not hold, or could not be made. `detail` is text from outside, to be shown as text only. */
export interface Failure {
	code: FailureCode;
	detail?: string;
	cause?: string;
}

/**
 * The result of a step that can fail in an expected way.
 * `keptSince` (ISO time): the value could not be fetched again, and was kept on this machine since then. `retryAfter` (milliseconds): the
 * server said when to ask again.
 */
export type Result<T> =
	| { ok: true; value: T; keptSince?: string }
	| { ok: false; failure: Failure; retryAfter?: number };

/** A step that succeeded. */
export function success<T>(value: T): Result<T> {
	return { ok: true, value };
}

/** A step that failed. `detail` is shown as text only, and cut. */
export function failed(code: FailureCode, detail?: string): { ok: false; failure: Failure } {
	return { ok: false, failure: detail === undefined ? { code } : { code, detail: detail.slice(0, 300) } };
}
