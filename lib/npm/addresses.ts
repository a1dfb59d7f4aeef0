/** Owns how an address names a release: pages about packages, files on delivery networks, the registry's own, purls. Pure. */

import { NPM_SITE, REGISTRY } from './hosts.ts';
import { parsePageAddress } from './site.ts';
import { isVersion, type ReleaseSpec, releaseSpec } from './spec.ts';

/** A release; `elsewhere` where it comes from another registry; `undefined` where no release is named. */
export type Named = ReleaseSpec | 'elsewhere' | undefined;

/** Reads the parts of an address's path (decoded, none of them empty) and its query. */
type Reading = (parts: readonly string[], query: URLSearchParams) => Named;

/** Longest address that is read, in characters. */
const MAX_ADDRESS = 4_096;

/** Pages of npmx.dev that are about no package. */
const NPMX_PAGES: ReadonlySet<string> = new Set(
	`about accessibility account analytics api blog brand compare docs events leaderboard noodles org pds privacy profile
	recharging search settings sponsors tools translation-status`.split(/\s+/),
);

const npmx: Reading = (parts) => {
	const [kind = ''] = parts;
	// `/package/name`, `/package-code/name`; what is said by the name alone leads to the first.
	const isKind = /^package(?:-[a-z]+)?$/.test(kind) && parts.length > 1;
	if (!isKind && (NPMX_PAGES.has(kind) || kind.startsWith('~'))) return undefined;
	const [spec, rest] = takeSpec(isKind ? parts.slice(1) : parts);
	// Another word before the name is a kind of page that we do not know: `/diff/name/v/1.0.0...2.0.0`.
	if (!isKind && rest.length > 0 && (rest[0] !== 'v' || rest.length !== 2)) return undefined;
	return spec && rest[0] === 'v' && rest[1] !== undefined ? versionOf(spec, rest[1]) : spec;
};

/** The package first, then a file of it: `/name@1/dist/x.js`; some put a word before it. */
const files =
	(before: string | undefined, { optional = false, elsewhere = '', none = '' } = {}): Reading =>
	(parts) => {
		const [first = ''] = parts;
		if (elsewhere.split(' ').includes(first)) return 'elsewhere';
		if (none.split(' ').includes(first)) return undefined;
		if (before !== undefined && first !== before && !optional) return undefined;
		return takeSpec(before !== undefined && first === before ? parts.slice(1) : parts)[0];
	};

const esmFiles = files(undefined, { elsewhere: 'jsr', none: 'gh github pr pkg.pr.new' });

/** Without what may be before the name: the version of the build, and a star for "bundle no dependencies". */
function esmParts(parts: readonly string[]): readonly string[] {
	const isBuild = parts.length > 1 && /^(?:v\d+|stable)$/.test(parts[0] ?? '');
	const [first = '', ...rest] = isBuild ? parts.slice(1) : parts;
	return [first.replace(/^\*/, ''), ...rest];
}

const jsdelivrPage: Reading = ([kind, registry, ...parts], query) => {
	if (kind !== 'package' || registry !== 'npm') return undefined;
	const [spec] = takeSpec(parts);
	const version = query.get('version');
	return spec && version !== null ? versionOf(spec, version) : spec;
};

/** The registry's own: `/name`, `/name/1.0.0`, `/name/-/name-1.0.0.tgz`, and where the attestations are. */
const registry: Reading = (parts) => {
	if (parts[0] === '-') {
		const [, npm, v1, kind, ...named] = parts;
		return npm === 'npm' && v1 === 'v1' && kind === 'attestations' ? takeSpec(named)[0] : undefined;
	}
	const [spec, [second, third, ...more]] = takeSpec(parts);
	if (!spec || second === undefined) return spec;
	if (second !== '-') return third === undefined ? versionOf(spec, second) : undefined;
	const head = `${spec.name.slice(spec.name.indexOf('/') + 1)}-`;
	if (more.length > 0 || !third?.startsWith(head) || !third.endsWith('.tgz')) return undefined;
	const version = third.slice(head.length, -'.tgz'.length);
	return isVersion(version) ? versionOf(spec, version) : undefined;
};

const SITES: Readonly<Record<string, Reading>> = {
	[new URL(REGISTRY).host]: registry,
	// The same registry under Yarn's name, as yarn.lock has it.
	'registry.yarnpkg.com': registry,
	'npmx.dev': npmx,
	'unpkg.com': files('browse', { optional: true }),
	'app.unpkg.com': files(undefined),
	'cdn.jsdelivr.net': files('npm'),
	'www.jsdelivr.com': jsdelivrPage,
	'data.jsdelivr.com': ([, ...parts]) => files('npm')(parts[0] === 'packages' ? parts.slice(1) : [], NO_QUERY),
	'esm.sh': (parts, query) => esmFiles(esmParts(parts), query),
	'esm.run': files(undefined),
	'jsr.io': () => 'elsewhere',
	'npm.jsr.io': () => 'elsewhere',
	'npm.pkg.github.com': () => 'elsewhere',
};
const NO_QUERY = new URLSearchParams();

const NPM_HOSTS = [new URL(NPM_SITE).host, new URL(NPM_SITE).host.replace(/^www\./, '')];
/** A known host without its scheme, as people copy it. */
const BARE_HOST = new RegExp(
	`^(?:${[...NPM_HOSTS, ...Object.keys(SITES)].map((host) => host.replaceAll('.', '\\.')).join('|')})/`,
	'i',
);

/** Whether a word is meant as an address or a purl, whatever it names. */
export function isAddress(word: string): boolean {
	return /^(?:https?:\/\/|pkg:)/i.test(word) || BARE_HOST.test(word);
}

/** The release that an address or a purl names. */
export function parseAddress(word: string): Named {
	if (word.length > MAX_ADDRESS) return undefined;
	if (/^pkg:/i.test(word)) return parsePurl(word);
	const address = /^https?:\/\//i.test(word) ? word : `https://${word}`;
	let url: URL;
	let parts: string[];
	try {
		url = new URL(address);
		// A scope and its name may be one part: `%40scope%2Fname`.
		parts = url.pathname
			.split('/')
			.flatMap((part) => decodeURIComponent(part).split('/'))
			.filter((part) => part !== '');
	} catch {
		return undefined; // no address, or a broken percent escape
	}
	if (NPM_HOSTS.includes(url.host)) return parsePageAddress(NPM_SITE + url.pathname + url.search);
	const host = Object.hasOwn(SITES, url.host) ? url.host : url.host.replace(/^www\./, '');
	if (Object.hasOwn(SITES, host)) return SITES[host]?.(parts, url.searchParams);
	// A tarball of the same shape on another host is of another registry, or of a mirror that may serve something else.
	return /\/-\/[^/]+\.tgz$/.test(url.pathname) ? 'elsewhere' : undefined;
}

/** A name, and a version behind an `@`, from the first parts; and the parts that follow. */
function takeSpec(parts: readonly string[]): [spec: ReleaseSpec | undefined, rest: readonly string[]] {
	const [first = '', second = ''] = parts;
	const isScoped = first.startsWith('@');
	const text = isScoped ? `${first}/${second}` : first;
	const at = text.indexOf('@', 1);
	const [name, version] = at === -1 ? [text, 'latest'] : [text.slice(0, at), text.slice(at + 1)];
	return [releaseSpec(name, version), parts.slice(isScoped ? 2 : 1)];
}

function versionOf({ name }: ReleaseSpec, version: string): ReleaseSpec | undefined {
	return releaseSpec(name, version);
}

/**
 * Reads `pkg:npm/%40scope/name@1.2.3?qualifier=x#path`; without a version it is the latest.
 * @returns `undefined` for what is no purl; `elsewhere` for other types of package, and for a package that its qualifiers
 * place in another registry, or at another address, than npm's public one.
 * @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst
 */
export function parsePurl(text: string): Named {
	if (/^pkg:\/*(?!npm\/)[a-z][a-z0-9.+-]*\/./i.test(text.trim())) return 'elsewhere';
	const [, rest = '', qualifiers = ''] = /^pkg:\/*npm\/+([^?#]+)(?:\?([^#]*))?/i.exec(text.trim()) ?? [];
	for (const [key, value] of new URLSearchParams(qualifiers))
		if (/^(repository|download)_url$/i.test(key) && !isPublicRegistry(value)) return 'elsewhere';
	const at = rest.lastIndexOf('@');
	try {
		// An `@` at the very start is a scope that nobody escaped.
		const [path, version] = at > 0 ? [rest.slice(0, at), rest.slice(at + 1)] : [rest, undefined];
		return releaseSpec(decodeURIComponent(path.replace(/\/+$/, '')), decodeURIComponent(version ?? 'latest'));
	} catch {
		return undefined; // a broken percent escape
	}
}

/** Whether an address (its scheme may be left out) is on npm's public registry. */
export function isPublicRegistry(address: string): boolean {
	try {
		const url = new URL(/^[a-z]+:\/\//i.test(address) ? address : `https://${address}`);
		return url.host === new URL(REGISTRY).host;
	} catch {
		return false;
	}
}
