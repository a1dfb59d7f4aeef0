/** Owns the package URL of a release. */

/**
 * The package URL of one npm release: `pkg:npm/name@1.2.3`, `pkg:npm/%40scope/name@1.2.3`.
 * A statement's subject must have exactly this text.
 * @see https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md
 */
export function purl(name: string, version: string): string {
	return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
}
