/** Owns how files that are dropped or chosen become what is audited: lockfiles, and a package.json beside them. */
import type { Given } from './session.ts';

/** Most lockfiles that are audited together. */
const MAX_FILES = 50;

/** @param beside a package.json that came before. @returns each lockfile by a name of its own. */
export function givenFrom(files: readonly File[], beside?: Blob): Given {
	const manifest = files.find(({ name }) => name === 'package.json') ?? beside;
	const names = new Set<string>();
	const lockfiles = files
		.filter(({ name }) => name !== 'package.json')
		.slice(0, MAX_FILES)
		.map((file) => {
			let name = file.webkitRelativePath || file.name;
			for (let count = 2; names.has(name); count += 1) name = `${file.name} (${count})`;
			names.add(name);
			return { name, content: file };
		});
	return { files: lockfiles, ...(manifest && { manifest }) };
}
