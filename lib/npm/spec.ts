/** Owns what a release is called: name and version, tag or range. Everything here is parsed from hostile text. */
import validRange from 'semver/ranges/valid.js';

/** What somebody asks about: a package, and a version, a dist-tag or a range of it ('latest' when nothing was said). */
export interface ReleaseSpec {
	/** Package name as the registry spells it: `name` or `@scope/name`. */
	name: string;
	/** An exact version (`1.2.3`), a dist-tag (`latest`) or a semver range (`^1`). */
	selector: string;
	/** What `selector` is. */
	kind: 'version' | 'tag' | 'range';
}

/** npm's limit on the length of a package name. */
const NAME_LENGTH = 214;

/** Generous bound on a version or range; semver itself stops at 256. */
export const SELECTOR_LENGTH = 256;

/** Old names may have capitals and the characters ~ ! ' ( ) *; none may start with a dot or an underscore. */
const NAME_PART = /^(?![._])[A-Za-z0-9\-._~!'()*]+$/;

/** Not what npm reads as a path or a file: `.`, `..`, `.x`, `x.tgz`. */
const TAG = /^(?!\.)(?!.*\.(?:tgz|tar|tar\.gz)$)[A-Za-z0-9\-._~]+$/i;

/** Whether `text` can be a package name in the registry, old (mixed-case) names included. */
export function isPackageName(text: string): boolean {
	if (text.length === 0 || text.length > NAME_LENGTH) return false;
	if (!text.startsWith('@')) return NAME_PART.test(text) && text !== 'node_modules' && text !== 'favicon.ico';
	const [scope, name, ...rest] = text.slice(1).split('/');
	return (
		rest.length === 0 &&
		scope !== undefined &&
		name !== undefined &&
		NAME_PART.test(scope) &&
		// Within a scope a leading dot or underscore is npm's to refuse; the path stays one segment either way.
		/^[A-Za-z0-9\-._~!'()*]+$/.test(name) &&
		name !== '.' &&
		name !== '..'
	);
}

/** Whether `text` names packages: one by its name, or all of a scope as in `@scope/*`. */
export function isPackagePattern(text: string): boolean {
	// A star is never part of a name here, though a few old names have one: it would read as a pattern.
	return isPackageName(text) && !text.replace(/^(@.+)\/\*$/, '$1').includes('*');
}

/** The patterns that name this package, in the order in which they win: its own name, then its scope's. */
export function patternsFor(name: string): string[] {
	return name.startsWith('@') ? [name, `${name.split('/')[0]}/*`] : [name];
}

/** major.minor.patch, then pre-release identifiers (numbers without leading zeros), then build metadata. */
const VERSION =
	/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

/**
 * Whether `text` is one exact version, in the form the registry uses (no `v`, no `=`, no spaces).
 * @see https://semver.org/spec/v2.0.0.html
 */
export function isVersion(text: string): boolean {
	return text.length <= SELECTOR_LENGTH && VERSION.test(text);
}

/**
 * Parses `name`, `name@1.2.3`, `name@tag`, `name@^1`, `@scope/name@...`.
 * @returns the spec, or `undefined` where the text is no such thing (too long, not a name, not a version).
 */
export function parseSpec(text: string): ReleaseSpec | undefined {
	const trimmed = text.trim();
	if (trimmed.length > NAME_LENGTH + SELECTOR_LENGTH + 1) return undefined;
	const at = trimmed.indexOf('@', 1);
	const name = at === -1 ? trimmed : trimmed.slice(0, at);
	const selector = at === -1 ? 'latest' : trimmed.slice(at + 1).trim();
	return releaseSpec(name, selector);
}

/** A spec from a separate name and selector; `undefined` if either is invalid. */
export function releaseSpec(name: string, selector: string): ReleaseSpec | undefined {
	if (!isPackageName(name) || selector.length === 0 || selector.length > SELECTOR_LENGTH) return undefined;
	if (isVersion(selector)) return { name, selector, kind: 'version' };
	// The most frequent selector, and no range: to parse it as one costs more than all the rest.
	if (selector === 'latest') return { name, selector, kind: 'tag' };
	// A range first: npm refuses dist-tags that read as ranges, so `1.x` and `1` are never tags.
	if (validRange(selector) !== null) return { name, selector, kind: 'range' };
	if (TAG.test(selector)) return { name, selector, kind: 'tag' };
	return undefined;
}

/** `name@selector`, the way people write it; the inverse of `parseSpec`. */
export function specText(spec: ReleaseSpec): string {
	return `${spec.name}@${spec.selector}`;
}
