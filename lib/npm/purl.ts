/** Owns the package URL of a release. */
import { isPackageName, isVersion } from './spec.ts';

/**
 * The package URL of one npm release: `pkg:npm/name@1.2.3`, `pkg:npm/%40scope/name@1.2.3`.
 * A statement's subject must have exactly this text.
 * @see https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md
 */
export function purl(name: string, version: string): string {
	return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
}

/** The release whose package URL has exactly this text; `undefined` where it is no such URL. The inverse of `purl`. */
export function releaseOfPurl(text: string): { name: string; version: string } | undefined {
	const [, written = '', version = ''] = /^pkg:npm\/((?:%40[^@/]+\/)?[^@/]+)@([^@]+)$/.exec(text) ?? [];
	const name = written.replace(/^%40/, '@');
	return isPackageName(name) && isVersion(version) ? { name, version } : undefined;
}
