/** Owns where a lockfile is in its git repository, for results that are shown there. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Source } from '../lib/output/sarif.ts';
import type { Audit } from '../lib/report/audit.ts';

/**
 * The path of an audited file from the root of its repository: the nearest folder above with a `.git`, else the current one. Its text
 * comes too, if the file is still the one that was audited.
 * @param cwd absolute.
 */
export function findSource({ lockfile }: Audit, cwd: string): Source {
	const { path = 'lockfile', sha256 } = lockfile;
	const file = resolve(cwd, existsSync(resolve(cwd, path)) ? path : path.replaceAll('\\', '/'));
	const source = { path: pathInRepository(file, cwd) };
	try {
		const content = readFileSync(file);
		const isSame = createHash('sha256').update(content).digest('hex') === sha256;
		return isSame ? { ...source, text: content.toString('utf8') } : source;
	} catch {
		return source;
	}
}

function pathInRepository(file: string, cwd: string): string {
	for (let folder = dirname(file); ; folder = dirname(folder)) {
		if (existsSync(join(folder, '.git'))) return slashed(relative(folder, file));
		if (dirname(folder) === folder) break;
	}
	const fromHere = slashed(relative(cwd, file));
	// Outside of both there is no path that GitHub would take; the name still says which file it is.
	return fromHere.startsWith('../') || /^[a-z]:/i.test(fromHere)
		? (fromHere.split('/').at(-1) ?? 'lockfile')
		: fromHere;
}

function slashed(path: string): string {
	return path.replaceAll('\\', '/');
}
