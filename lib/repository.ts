/** Owns how package.json may write a repository's address, and which https address that is. Pure. */

/**
 * https address of a repository as package.json may write it: `git+https://host/o/r.git`, `git://`, `ssh://git@host/o/r`,
 * `git@host:o/r.git`, `github:o/r`, `o/r`.
 * @returns `undefined` where the text is none of these.
 * @see https://docs.npmjs.com/cli/configuring-npm/package-json#repository
 */
export function repositoryAddress(text: string): string | undefined {
	const shorthand = /^(?:(github|gitlab):)?([\w.-]+)\/([\w.-]+?)(?:\.git)?(?:#.*)?$/.exec(text);
	if (shorthand) return `https://${shorthand[1] ?? 'github'}.com/${shorthand[2]}/${shorthand[3]}`;
	const scp = /^(?:ssh:\/\/)?git@([\w.-]+)[:/](.+)$/.exec(text);
	const url = scp
		? `https://${scp[1]}/${scp[2]}`
		: text.replace(/^git\+/, '').replace(/^(git|ssh|http):\/\//, 'https://');
	try {
		const { hostname, pathname } = new URL(url);
		const [owner, name] = pathname.split('/').filter((part) => part !== '');
		if (owner === undefined || name === undefined) return undefined;
		// GitHub's addresses may go on into the tree; a GitLab project may lie in groups within groups.
		const path = hostname.endsWith('gitlab.com') ? pathname.slice(1) : `${owner}/${name}`;
		return `https://${hostname.replace(/^www\./, '')}/${path.replace(/\/+$/, '').replace(/\.git$/, '')}`;
	} catch {
		return undefined;
	}
}
