/** Owns how package.json may write a repository's address, and which https address that is. Pure. */

/** Longest address that is read, in characters. */
const MAX_ADDRESS = 2_048;

/** A host that npm knows, and how its shortcut is written (`github:o/r`). */
interface Host {
	shortcut: string;
	name: string;
	/** The parts of a path that name the repository; what follows them is a page or a folder of it. */
	project(parts: readonly string[]): readonly string[];
}

const GIST = 'gist.github.com';
const ownerAndName = (parts: readonly string[]) => parts.slice(0, 2);

const HOSTS: readonly Host[] = [
	{ shortcut: 'github:', name: 'github.com', project: ownerAndName },
	{ shortcut: 'bitbucket:', name: 'bitbucket.org', project: ownerAndName },
	{ shortcut: 'sourcehut:', name: 'git.sr.ht', project: ownerAndName },
	{
		shortcut: 'gitlab:',
		name: 'gitlab.com',
		// A project may be in groups within groups; its own pages begin with `-`, which no project can be called.
		project: (parts) => (parts.includes('-') ? parts.slice(0, parts.indexOf('-')) : parts),
	},
	// The owner of a gist may be left out, so npm leaves it out.
	{ shortcut: 'gist:', name: GIST, project: ([first = '', second]) => [second ?? first] },
];

/** `owner/name`, and what may follow it: GitHub's, without saying so. */
const SHORTHAND = /^[^\s/.@:#][^\s/@:#]*\/[^\s/@:#]+\/?(#.*)?$/s;
/** `host:path`, `login@host:path` or the same with a slash: how ssh writes an address. */
const SCP = /^(?:[^#]+@)?([^\s/:@#?]+)[:/]([^#]*)/;
/** What ends a name in an address, and what nobody sees. No repository has it in its name. */
const NOT_IN_NAMES = /[\s/?#\\%\p{C}]/u;

/**
 * https address of a repository as package.json may write it: `git+https://host/o/r.git`, `git://`, `ssh://git@host/o/r`,
 * `git@host:o/r.git`, `github:o/r`, `o/r`, each with a login, a committish or a folder of the repository. It is held equal to
 * npm's hosted-git-info; docs/decisions/0069-own-repository-parser.md says where it reads more, and where it refuses.
 * @returns `undefined` where the text is none of these. An unknown host keeps its name, port and path.
 * @see https://docs.npmjs.com/cli/configuring-npm/package-json#repository
 */
export function repositoryAddress(text: string): string | undefined {
	if (text.length > MAX_ADDRESS) return undefined;
	const written = text.replace(/^git\+/, '');
	const shortcut = parseUrl(SHORTHAND.test(written) ? `github:${written}` : written);
	const hostOfShortcut = HOSTS.find((host) => host.shortcut === shortcut?.protocol);
	if (shortcut && hostOfShortcut) {
		// `github://o/r` names a host called `o`.
		if (shortcut.host !== '') return undefined;
		// A login is of no use here, and npm ignores it.
		const parts = partsOf(shortcut.pathname.replace(/^[^@]*@/, ''));
		// A shortcut names a repository only, no page of it.
		return addressOn(hostOfShortcut, hostOfShortcut.name === GIST ? parts.slice(-1) : parts);
	}
	const url = shortcut?.host ? shortcut : parseLoose(written);
	if (!url) return undefined;
	const hostname = url.hostname.toLowerCase();
	const host = HOSTS.find(({ name }) => name === hostname.replace(/^www\./, ''));
	if (host) return addressOn(host, host.project(partsOf(url.pathname)));
	const path = withoutGit(withoutSlashes(url.pathname));
	// An unknown host's web server is on its own port; the port of ssh says nothing about it.
	const authority = /^https?:$/.test(url.protocol) ? url.host : hostname;
	return path === '' ? undefined : parseUrl(`https://${authority}/${path}`)?.href;
}

/** The address of a repository on a host that we know, of the parts of its path as they were written. */
function addressOn(host: Host, parts: readonly string[]): string | undefined {
	let names: string[];
	try {
		names = parts.map((part) => decodeURIComponent(part));
	} catch {
		return undefined; // a broken percent escape
	}
	names.push(withoutGit(names.pop() ?? ''));
	const isWhole = names.length > 1 || host.name === GIST;
	if (!isWhole || names.some((name) => name === '' || NOT_IN_NAMES.test(name))) return undefined;
	return `https://${host.name}/${names.join('/')}`;
}

function partsOf(path: string): string[] {
	return withoutSlashes(path).split('/');
}

/** What is no URL yet but is meant as one: a colon before the path, no scheme, or neither. */
function parseLoose(text: string): URL | undefined {
	const [head = ''] = text.split('#', 1);
	const colon = head.lastIndexOf(':');
	// `ssh://git@host:o/r`, as many write it: the path is in the place of a port.
	if (/^[a-z][a-z0-9+.-]*:\/\//i.test(head)) return parseUrl(`${head.slice(0, colon)}/${head.slice(colon + 1)}`);
	const [, host = '', path = ''] = SCP.exec(text) ?? [];
	const isKnown = HOSTS.some(({ name }) => name === host.toLowerCase().replace(/^www\./, ''));
	// Without a login, only the name of a known host tells an address from a path or a scheme.
	return isKnown || (host !== '' && head.includes('@')) ? parseUrl(`ssh://${host}/${path}`) : undefined;
}

function parseUrl(text: string): URL | undefined {
	try {
		return new URL(text);
	} catch {
		return undefined;
	}
}

function withoutGit(name: string): string {
	return name.endsWith('.git') ? name.slice(0, -4) : name;
}

/** Without the slashes around it; a regular expression would look again from each of many slashes. */
function withoutSlashes(path: string): string {
	let start = 0;
	let end = path.length;
	while (path[start] === '/') start += 1;
	while (end > start && path[end - 1] === '/') end -= 1;
	return path.slice(start, end);
}
