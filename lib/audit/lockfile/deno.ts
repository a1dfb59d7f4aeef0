/** Owns how a lockfile of Deno is read, versions 4 and 5. Pure. */
import { success } from '../../report/result.ts';
import { Entries } from './entries.ts';
import { readIntegrity } from './hashes.ts';
import { readJson } from './json.ts';
import type { LockfileFormat } from './lockfile.ts';
import { allTextIn, type Member, Refusal, refused, type Table, tableIn, textIn, textOf, type Value } from './tree.ts';

const VERSIONS = ['4', '5'];

export const deno: LockfileFormat = {
	id: 'deno',
	recognises: (fileName, text) =>
		fileName === 'deno.lock' || (fileName === '' && /^\s*\{\s*"version"\s*:\s*"\d+"/.test(text)),
	parse(text, bases) {
		try {
			const root = readJson(text);
			const version = textIn(root, 'version') ?? '';
			if (!VERSIONS.includes(version)) throw new Refusal('lockfile-version-unknown', version || 'no version');
			const entries = new Entries(bases);
			/** Key -> `name@version`. */
			const specs = new Map<string, string>();
			for (const [key, { value, ...place }] of tableIn(root, 'jsr'))
				entries.leaveOut(place, key, 'jsr', { source: [hashIn(value)] });
			for (const [key, member] of tableIn(root, 'npm')) specs.set(key, readPackage(key, member, entries));
			for (const [key, { value, ...place }] of tableIn(root, 'remote'))
				entries.leaveOut(place, key, 'url', { source: [textOf(value)] });
			const resolved = tableIn(root, 'specifiers');
			for (const asked of askedBy(tableIn(root, 'workspace'))) {
				const at = asked.indexOf('@', 'npm:@'.length);
				const name = asked.slice('npm:'.length, at === -1 ? undefined : at);
				entries.markDirect(specs.get(`${name}@${textIn(resolved, asked)}`) ?? '');
			}
			return success(entries.lockfile('deno', version));
		} catch (error) {
			return refused(error);
		}
	},
};

/** `name@version`, with what its peers were resolved to behind a `_`. @returns `name@version`, or whatever the entry is called. */
function readPackage(key: string, { value, ...place }: Member, entries: Entries): string {
	if (!(value instanceof Map)) return entries.leaveOut(place, key, 'unreadable', { source: [allTextIn(value)] });
	const at = key.indexOf('@', 1);
	if (at === -1) return entries.leaveOut(place, key, 'unreadable', { source: [hashIn(value)] });
	const [version = ''] = key.slice(at + 1).split('_', 1);
	const hash = readIntegrity(textIn(value, 'integrity'));
	return entries.add(place, { name: key.slice(0, at), version, hash, address: textIn(value, 'tarball') });
}

function hashIn(value: Value): string | undefined {
	return value instanceof Map ? textIn(value, 'integrity') : textOf(value);
}

/** What deno.json and package.json of the project and its members ask of npm: `npm:name@range`. */
function askedBy(workspace: Table): string[] {
	const members = [...tableIn(workspace, 'members').values()].map(({ value }) => value);
	const projects = [workspace, ...members].filter((one) => one instanceof Map);
	return projects
		.flatMap((one) => [one, tableIn(one, 'packageJson')])
		.flatMap((one) => one.get('dependencies')?.value)
		.filter((one) => typeof one === 'string')
		.filter((one) => one.startsWith('npm:'));
}
