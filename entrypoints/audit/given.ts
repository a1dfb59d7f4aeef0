/** Owns how files that are dropped or chosen become what is audited: lockfiles, and a package.json beside them. */
import { failed } from '../../lib/report/result.ts';
import { describeFirstFiles, describeMoreFiles } from '../../lib/text/en/audit-page.ts';
import type { Given } from './session.ts';

/** Most lockfiles that are audited together. */
const MAX_FILES = 50;

/** Files that are named one by one where they are not read; of more only the number is said. */
const MAX_NAMED = 200;

/** @param beside a package.json that came before. @returns each lockfile by a name of its own, and those that are too many. */
export function givenFrom(files: readonly File[], beside?: Blob): Given {
	const manifest = files.find(({ name }) => name === 'package.json') ?? beside;
	const names = new Set<string>();
	const others = files.filter(({ name }) => name !== 'package.json');
	const lockfiles = others.slice(0, MAX_FILES).map((file) => {
		let name = file.webkitRelativePath || file.name;
		for (let count = 2; names.has(name); count += 1) name = `${file.name} (${count})`;
		names.add(name);
		return { name, content: file };
	});
	const { failure } = failed('lockfile-too-many', describeFirstFiles(MAX_FILES));
	const refused = others.slice(MAX_FILES).map((file) => ({ name: file.webkitRelativePath || file.name, failure }));
	const unnamed = refused.splice(MAX_NAMED).length;
	if (unnamed > 0) refused.push({ name: describeMoreFiles(unnamed), failure });
	return { files: lockfiles, ...(manifest && { manifest }), ...(refused.length > 0 && { refused }) };
}
