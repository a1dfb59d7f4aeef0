/**
 * Tests of repository addresses in package.json: npm's own hosted-git-info is the oracle for every shape that it reads, over
 * a generated table and over random texts. What we read beyond it, and where we refuse its reading, stands below.
 */
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { repositoryAddress } from '../../../lib/npm/repository.ts';
import { Seeded } from '../../support/seeded.ts';

/** What we use of npm's library, which brings no types. */
interface HostedGitInfo {
	type: string;
	user: string | null;
	project: string;
	browse(options: { noCommittish: true }): string;
}
const library = createRequire(import.meta.url)('hosted-git-info') as {
	fromManifest(manifest: { repository: string }): HostedGitInfo | string | null;
};

/** The https address that npm reads; `undefined` where it reads none on a host that it knows, or one without owner or name. */
function npmReads(text: string): string | undefined {
	if (text === '') return undefined;
	const read = library.fromManifest({ repository: text });
	if (read === null || typeof read === 'string') return undefined;
	if (read.project === '' || (read.type !== 'gist' && !read.user)) return undefined;
	return read.browse({ noCommittish: true }).replace(/\/+$/, '');
}

/** What nobody writes, and npm's reading of it is chance: no name has these, a scheme begins with a letter and has two slashes. */
const isGarbage = (text: string, read: string) =>
	/[\s\\%?#\p{C}]/u.test(read) || /\\|(?<!^[a-z+]+:)\/\/|^git\+[^a-z]|:\/(?!\/)|::|\.git\.git/i.test(text);

const HOSTS: [host: string, shortcut: string, path: string, address: string][] = [
	['github.com', 'github', 'Owner/re.po-1', 'https://github.com/Owner/re.po-1'],
	['gitlab.com', 'gitlab', 'group/re.po-1', 'https://gitlab.com/group/re.po-1'],
	['gitlab.com', 'gitlab', 'group/Sub/deep/re.po-1', 'https://gitlab.com/group/Sub/deep/re.po-1'],
	['bitbucket.org', 'bitbucket', 'Owner/re.po-1', 'https://bitbucket.org/Owner/re.po-1'],
	['git.sr.ht', 'sourcehut', '~Owner/re.po-1', 'https://git.sr.ht/~Owner/re.po-1'],
	['gist.github.com', 'gist', 'owner/0123456789abcdef', 'https://gist.github.com/0123456789abcdef'],
	['gist.github.com', 'gist', '0123456789abcdef', 'https://gist.github.com/0123456789abcdef'],
];
const SCHEMES = ['https:', 'http:', 'git:', 'ssh:', 'git+https:', 'git+http:', 'git+ssh:', 'HTTPS:'];
const LOGINS = ['', 'git@', 'user:secret@', ':token@'];
const ENDS = ['', '.git', '/', '.git/', '#main', '.git#main', '.git#semver:^1.0.0', '#a@b:c/d', '?x=1', '.git?x=1#y'];
/** Of one host in every shape: [text, whether it goes on into the tree]. */
function shapesOf([host, shortcut, path]: (typeof HOSTS)[number]): string[] {
	const hosts = [host, `www.${host}`, host.toUpperCase()];
	const bases = [
		`${shortcut}:${path}`,
		`${shortcut}:login@${path}`,
		...SCHEMES.flatMap((scheme) =>
			LOGINS.flatMap((login) =>
				hosts.flatMap((name) => [
					`${scheme}//${login}${name}/${path}`,
					`${scheme}//${login}${name}:${path}`,
					`${scheme}//${login}${name}:443/${path}`,
					`${scheme}//${login}${name}:2222/${path}`,
				]),
			),
		),
		...hosts.flatMap((name) => [
			`git@${name}:${path}`,
			`git@${name}:/${path}`,
			`git@${name}/${path}`,
			`user:secret@${name}:${path}`,
		]),
		...(host === 'github.com' ? [path] : []),
	];
	return bases.flatMap((base) => ENDS.map((end) => `${base}${end}`));
}

describe.each(HOSTS)('%s (%s:%s)', (...row) => {
	const address = row[3];
	const shapes = shapesOf(row);
	test('every shape is the one repository', () => {
		const wrong = shapes
			.map((shape) => [shape, repositoryAddress(shape)] as const)
			.filter(([, read]) => read !== address);
		expect(wrong.slice(0, 12)).toEqual([]);
	});
	test('npm reads most of them, and the same', () => {
		const read = shapes.map((shape) => [shape, npmReads(shape)] as const).filter(([, said]) => said !== undefined);
		expect(read.length).toBeGreaterThan(shapes.length / 2);
		expect(read.filter(([, said]) => said !== address).slice(0, 12)).toEqual([]);
	});
});

describe('a folder, a file or a page of a repository', () => {
	test.each([
		['https://github.com/o/r/tree/main/packages/a', 'https://github.com/o/r'],
		['git+https://github.com/o/r.git/tree/main', 'https://github.com/o/r'],
		['https://bitbucket.org/o/r/src/main/a', 'https://bitbucket.org/o/r'],
		['https://git.sr.ht/~o/r/tree/main/item/a', 'https://git.sr.ht/~o/r'],
		// In GitLab a project may lie at any depth, so npm takes the last part for its name.
		['https://gitlab.com/group/sub/r/tree/main', 'https://gitlab.com/group/sub/r/tree/main'],
	])('%s, as npm reads it', (text, address) => {
		expect(npmReads(text)).toBe(address);
		expect(repositoryAddress(text)).toBe(address);
	});

	test.each([
		['https://github.com/o/r/blob/main/README.md', 'https://github.com/o/r'],
		['https://github.com/o/r/issues', 'https://github.com/o/r'],
		['https://gitlab.com/group/sub/r/-/tree/main/packages/a', 'https://gitlab.com/group/sub/r'],
		['https://gitlab.com/group/sub/r/-/blob/main/README.md', 'https://gitlab.com/group/sub/r'],
		['https://gitlab.com/group/sub/r/', 'https://gitlab.com/group/sub/r'],
		['github.com/o/r', 'https://github.com/o/r'],
		['www.github.com/o/r.git', 'https://github.com/o/r'],
		['github.com:o/r.git', 'https://github.com/o/r'],
		['gitlab.com/group/sub/r', 'https://gitlab.com/group/sub/r'],
		['git@GitHub.com:o/r.git', 'https://github.com/o/r'],
	])('%s, which npm does not read', (text, address) => {
		expect(npmReads(text)).toBeUndefined();
		expect(repositoryAddress(text)).toBe(address);
	});
});

describe('another host is another repository', () => {
	test.each([
		['https://github.com.evil.example/o/r', 'https://github.com.evil.example/o/r'],
		['https://github.com@evil.example/o/r', 'https://evil.example/o/r'],
		['https://github.com:o@evil.example/o/r', 'https://evil.example/o/r'],
		['git@evil.example:github.com/o/r', 'https://evil.example/github.com/o/r'],
		['git@github.com.evil.example:o/r.git', 'https://github.com.evil.example/o/r'],
		['https://evil.example/#@github.com/o/r', undefined],
		['https://evil.example/x/y#@github.com/o/r', 'https://evil.example/x/y'],
		['https://evil.example/x/y?https://github.com/o/r', 'https://evil.example/x/y'],
		// A Cyrillic letter in the name of the host.
		['https://g\u0456thub.com/o/r', 'https://xn--gthub-n2e.com/o/r'],
		['https://github.com./o/r', 'https://github.com./o/r'],
		['https://www.github.com.evil.example/o/r', 'https://www.github.com.evil.example/o/r'],
		['https://ssh.github.com/o/r', 'https://ssh.github.com/o/r'],
		// The port of an unknown host is part of which server it is; npm's library drops it.
		['https://git.corp.example:8443/o/r.git', 'https://git.corp.example:8443/o/r'],
		['ssh://git@git.corp.example:2222/o/r.git', 'https://git.corp.example/o/r'],
		['git+ssh://git@git.corp.example/deep/er/r.git/', 'https://git.corp.example/deep/er/r'],
	])('%s', (text, address) => {
		expect(npmReads(text)).toBeUndefined();
		expect(repositoryAddress(text)).toBe(address);
	});
});

describe('what is no repository', () => {
	test.each([
		'',
		' ',
		'o',
		'github:o',
		'github:',
		'https://github.com/o',
		'https://github.com/',
		'https://',
		'./o/r',
		'/o/r',
		'@o/r',
		'o/r/x',
		'javascript:alert(1)',
		'https://github.com/%E0%A4%A/r',
		'git@',
		'git@github.com',
		// A name cannot have these in it, so no address may hide one behind an escape; npm's library decodes them.
		'https://github.com/o%2Fr/x',
		'https://github.com/o/r%2F..%2F..%2Fhonest%2Fapp',
		'https://github.com/o/r%23main',
		'https://github.com/o/r%3Fx',
		'github:o%2Fr/x',
		'https://gitlab.com/group%2Fsub/r',
		'https://github.com/o/r%E2%80%AE',
	])('%j', (text) => {
		expect(repositoryAddress(text)).toBeUndefined();
	});
});

test('whatever the text, npm reads no other repository than we do', () => {
	const seeded = new Seeded(9);
	const pieces = [
		...['github', 'gitlab', 'gist', 'bitbucket', 'sourcehut', 'git', 'ssh', 'https', 'http', 'git+', 'git+ssh', 'ftp'],
		...[
			'github.com',
			'gitlab.com',
			'gist.github.com',
			'bitbucket.org',
			'git.sr.ht',
			'www.',
			'evil.example',
			'GitHub.com',
		],
		...[
			':',
			':',
			'://',
			'/',
			'/',
			'/',
			'@',
			'#',
			'?',
			'.git',
			'o',
			'r',
			'tree',
			'-',
			'~',
			'..',
			'.',
			' ',
			'%41',
			'22',
			'\\',
		],
	];
	const bases = HOSTS.flatMap((row) => shapesOf(row).filter((_shape, index) => index % 37 === 0));
	let read = 0;
	const differ: [text: string, ours: string | undefined, npm: string][] = [];
	for (let round = 0; round < 15_000; round += 1) {
		let text = '';
		if (round % 2 === 0) text = Array.from({ length: 1 + seeded.below(9) }, () => seeded.pick(pieces)).join('');
		else {
			const base = seeded.pick(bases);
			const at = seeded.below(base.length);
			text = base.slice(0, at) + seeded.pick(pieces) + base.slice(at + seeded.below(2));
		}
		const npm = npmReads(text);
		const ours = repositoryAddress(text);
		if (ours !== undefined) expect(() => new URL(ours)).not.toThrow();
		if (npm === undefined || isGarbage(text, npm)) continue;
		read += 1;
		if (npm !== ours) differ.push([text, ours, npm]);
	}
	expect(read).toBeGreaterThan(3_000);
	expect(differ.slice(0, 20)).toEqual([]);
});

test('a long text of any piece is read to its end', () => {
	for (const piece of ['/', ':', '@', '#', '%', 'a/', 'a:', 'a@', 'git+', '.git', '-/'])
		for (const head of ['', 'https://', 'https://github.com/', 'git@', 'github:'])
			repositoryAddress(head + piece.repeat(100_000));
});
