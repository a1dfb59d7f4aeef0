/** Owns the name of two releases of one package: `name@1.0.0..2.0.0`, as the report page's address has it. */

import { isPackageName, isVersion } from './spec.ts';

/** Two exact versions of one package. */
export interface ReleasePair {
	name: string;
	/** The version compared from, mostly the earlier one. */
	from: string;
	to: string;
}

/** npm's name, two versions as semver bounds them, and what is between them. */
const MAX_LENGTH = 214 + 1 + 256 + 2 + 256;

/**
 * Parses `name@1.0.0..2.0.0`, with an escape for every character that an address may have escaped already undone.
 * @returns `undefined` for anything else: a tag, a range, the same version twice, a name that is none.
 */
export function parsePair(text: string): ReleasePair | undefined {
	if (text.length > MAX_LENGTH) return undefined;
	const at = text.indexOf('@', 1);
	if (at === -1) return undefined;
	const name = text.slice(0, at);
	// No version has two dots in a row; a name may.
	const [from = '', to = '', ...more] = text.slice(at + 1).split('..');
	const isPair = more.length === 0 && isVersion(from) && isVersion(to) && from !== to;
	return isPair && isPackageName(name) ? { name, from, to } : undefined;
}

/** `name@1.0.0..2.0.0`, the inverse of `parsePair`. */
export function pairText({ name, from, to }: ReleasePair): string {
	return `${name}@${from}..${to}`;
}
