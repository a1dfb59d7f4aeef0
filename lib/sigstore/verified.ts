/** Owns what is known once a bundle was verified; only `verify.ts` makes one. */
import type { Result } from '../report/result.ts';
import type { KeyUsage } from './trust-root.ts';
import type { PublicKey } from './webcrypto/node-crypto.ts';

declare const verified: unique symbol;

/** A value that came out of a verification; only this file makes one. */
export type Verified<T> = T & { readonly [verified]: true };

/** What is read out of a verified value is verified, too. @param read knows nothing but the value, and gives its failures. */
export function readVerified<A, B>(value: Verified<A>, read: (value: A) => Result<B>): Result<Verified<B>> {
	return read(value) as Result<Verified<B>>;
}

/** Who must have signed: a workflow's certificate; one of npm's keys, for one use; or exactly one given key. */
export type ExpectedSigner = 'certificate' | { usage: KeyUsage } | { key: PublicKey };
