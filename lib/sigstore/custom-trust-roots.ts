/** Owns which of the reader's own trust roots is for which package, and what may be kept as one. Pure. */
import { isPackagePattern, patternsFor } from '../npm/spec.ts';

/** A trust root that the reader imported from a file. Its content is parsed again whenever it is used. */
export interface CustomTrustRoot {
	/** What the reader calls it, one word; named in every Report that it decides. */
	name: string;
	/** Packages it is used for: exact names, or whole scopes as in `@scope/*`. */
	packages: string[];
	/** Sigstore's TrustedRoot as JSON, with the registry keys that go with it under `npmKeys`. */
	file: unknown;
	/** ISO time. */
	importedAt: string;
}

/** One thing whose signatures a trust root covers. */
export interface Covered {
	kind: 'authority' | 'certificate-log' | 'log' | 'timestamp-authority' | 'key-for-signatures' | 'key-for-attestations';
	/** Its address, what it calls itself, or its key id; empty where the file says nothing. Text from outside. */
	name: string;
	/** When it may have signed, ISO times; no `end` means still. */
	validFor: { start: string; end?: string };
}

/** Longest name of a trust root, in characters: the panel has room for so much. */
const MAX_NAME = 40;
/** Most packages and scopes of one trust root. */
const MAX_PACKAGES = 1000;

/** The reader's own trust root for a package: one that names it exactly wins over one that names its scope. */
export function customTrustRootFor(name: string, roots: readonly CustomTrustRoot[]): CustomTrustRoot | undefined {
	for (const pattern of patternsFor(name)) {
		const root = roots.find(({ packages }) => packages.includes(pattern));
		if (root) return root;
	}
	return undefined;
}

/** Why a trust root cannot be kept under this name or for these packages; about which of them, and whose it is by now. */
export interface NamingRefusal {
	code:
		| 'name-missing'
		| 'name-unreadable'
		| 'name-taken'
		| 'packages-missing'
		| 'packages-too-many'
		| 'package-unreadable'
		| 'package-taken';
	about?: string;
	by?: string;
}

/**
 * Reads what the reader wrote as a trust root's name, and as the packages that it is for.
 * @param packages names and scopes, between spaces, commas or lines.
 * @param others the trust roots that there are besides: a package, or a scope, is for one of them only.
 */
export function nameTrustRoot(
	{ name, packages }: { name: string; packages: string },
	others: readonly CustomTrustRoot[],
): { named: { name: string; packages: string[] } } | { refused: NamingRefusal } {
	const trimmed = name.trim();
	const patterns = [...new Set(packages.split(/[\s,;]+/).filter((word) => word !== ''))];
	if (trimmed === '') return { refused: { code: 'name-missing' } };
	// One word, since the panel has few; without control characters, and those that hide or turn text.
	if (trimmed.length > MAX_NAME || /[\p{C}\p{Z}]/u.test(trimmed))
		return { refused: { code: 'name-unreadable', about: String(MAX_NAME) } };
	if (others.some((other) => other.name === trimmed)) return { refused: { code: 'name-taken', about: trimmed } };
	if (patterns.length === 0) return { refused: { code: 'packages-missing' } };
	if (patterns.length > MAX_PACKAGES) return { refused: { code: 'packages-too-many', about: String(MAX_PACKAGES) } };
	for (const about of patterns) {
		if (!isPackagePattern(about)) return { refused: { code: 'package-unreadable', about } };
		const other = others.find((one) => one.packages.includes(about));
		if (other) return { refused: { code: 'package-taken', about, by: other.name } };
	}
	return { named: { name: trimmed, packages: patterns } };
}
