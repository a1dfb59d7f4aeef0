/** Owns what the address of an entry says: whether it is the registry's own for that release, another's, or none of a registry. Pure. */
import { REGISTRY } from '../../npm/hosts.ts';
import type { NotCoveredReason } from '../../report/audit.ts';

/** The registry's bases where nothing else is said: its own, and the name that Yarn 1 writes for it. */
export const REGISTRY_BASES: readonly string[] = [REGISTRY, 'https://registry.yarnpkg.com'];

/** A release as an entry claims it. */
interface Claimed {
	name: string;
	version: string;
}

/** What an address says of the entry that has it. */
export type AddressClass =
	/** The registry's conventional address of this release. */
	| { is: 'own' }
	/** The registry's, of another package or version; `spec` is `name@version`, or the path where its end is no version. Text from outside. */
	| { is: 'another'; spec: string }
	/** Of no release of this registry. */
	| { is: Extract<NotCoveredReason, 'other-registry' | 'url' | 'git' | 'file' | 'jsr'> };

/** Longest address that is read, in characters. */
const MAX_ADDRESS = 4_096;

/** What names a git repository; also the archives that its hosts make of a commit. */
const GIT = new RegExp(
	[
		'^(?:git[+:@]|ssh:|github:|gitlab:|bitbucket:|gist:)',
		'^https?://[^?#]+\\.git(?:[?#]|$)',
		'^https?://codeload\\.github\\.com/',
		'^https?://gitlab\\.com/api/v4/projects/[^/]+/repository/archive',
		'^https?://bitbucket\\.org/[^/]+/[^/]+/get/',
	].join('|'),
	'i',
);

/** A path of the machine. */
const FILE = /^(?:file:|link:|portal:|[./~\\]|[a-z]:[\\/])/i;

/** A tarball at another registry: npm's own form, and two that mirrors have. */
const CONVENTIONAL = /\/-\/(?:@[^/]+\/)?[^/]+\.tgz$|\/download\/(?:@[^/]+\/)?[^/]+(?:\.tgz|\/[^/]+\/[0-9a-f]{40,})$/i;

/**
 * Classifies an address. `http` and `https`, queries, a hash behind `#` and build metadata make no difference.
 * @param address text from outside. @param bases of the registry, as `REGISTRY_BASES`.
 */
export function classifyAddress(address: string, claimed: Claimed, bases: readonly string[]): AddressClass {
	if (GIT.test(address)) return { is: 'git' };
	if (FILE.test(address)) return { is: 'file' };
	const url = urlOf(address);
	if (url === undefined) return { is: /^[a-z][a-z0-9+.-]*:/i.test(address) ? 'url' : 'file' };
	if (url.protocol !== 'http:' && url.protocol !== 'https:') return { is: 'url' };
	if (url.host === 'npm.jsr.io') return { is: 'jsr' };
	const rest = restOf(url, bases);
	if (rest === undefined) return { is: CONVENTIONAL.test(url.pathname) ? 'other-registry' : 'url' };
	const named = releaseIn(rest);
	if (named === undefined) return { is: 'url' };
	const isOwn = named.name === claimed.name && named.version === withoutBuild(claimed.version);
	return isOwn ? { is: 'own' } : { is: 'another', spec: specOf(named) };
}

/** Whether an address of a registry is one of its bases. */
export function isBase(address: string, bases: readonly string[]): boolean {
	const url = urlOf(address);
	return url !== undefined && restOf(url, bases) === '';
}

function urlOf(address: string): URL | undefined {
	return address.length <= MAX_ADDRESS && URL.canParse(address) ? new URL(address) : undefined;
}

/** A release's tarball by its path; without a version where the file's name has none. */
interface Named {
	name: string;
	version?: string;
	path: string;
}

function specOf({ name, version, path }: Named): string {
	return version === undefined ? path : `${name}@${version}`;
}

/** What of an address follows the base, without the slash between; `undefined` where it has no such base. */
function restOf(url: URL, bases: readonly string[]): string | undefined {
	const base = parsedBases(bases).find(({ host, path }) => url.host === host && `${url.pathname}/`.startsWith(path));
	return base && url.pathname.slice(base.path.length).replace(/\/$/, '');
}

interface Base {
	host: string;
	/** Ends with a slash. */
	path: string;
}

/** Bases as addresses, once for all entries of a file. */
const read = new WeakMap<readonly string[], readonly Base[]>();

function parsedBases(bases: readonly string[]): readonly Base[] {
	const known =
		read.get(bases) ??
		bases.map((base) => ({ host: new URL(base).host, path: new URL(base).pathname.replace(/\/*$/, '/') }));
	read.set(bases, known);
	return known;
}

/** `NAME/-/TAIL-VERSION.tgz`, a scope's slash escaped or not. Some registries repeat the scope before the tail. */
function releaseIn(rest: string): Named | undefined {
	let path: string;
	try {
		path = rest
			.split('/')
			.map(decodeURIComponent)
			.filter((part) => part !== '')
			.join('/');
	} catch {
		return undefined; // a broken percent escape
	}
	const [, name, tail, file = ''] = /^((?:@[^/]+\/)?([^/@][^/]*))\/-\/(.+)\.tgz$/s.exec(path) ?? [];
	if (name === undefined) return undefined;
	const head = [`${tail}-`, `${name}-`].find((start) => file.startsWith(start));
	return head === undefined ? { name, path } : { name, path, version: withoutBuild(file.slice(head.length)) };
}

/** The registry keeps no build metadata. Anything else behind a `+` is part of the path. */
function withoutBuild(version: string): string {
	return version.replace(/\+[0-9A-Za-z.-]+$/, '');
}
