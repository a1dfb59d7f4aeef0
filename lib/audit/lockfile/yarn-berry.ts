/** Owns how a lockfile of Yarn 2 and later is read. Pure. */
import type { NotCoveredReason } from '../../report/audit.ts';
import { success } from '../../report/result.ts';
import { Entries } from './entries.ts';
import type { LockedHash, LockfileFormat, Place } from './lockfile.ts';
import { allTextIn, type Member, Refusal, refused, type Table, tableIn, textIn, textOf, unreadable } from './tree.ts';
import { readYaml } from './yaml.ts';

/** Yarn 2.0 wrote 4; 4.18 writes 10. */
const VERSIONS = ['4', '5', '6', '7', '8', '9', '10'];

/** A patch of a patch has its source escaped once more each time. */
const MAX_PATCHES = 8;

export const yarnBerry: LockfileFormat = {
	id: 'yarn-berry',
	recognises: (fileName, text) => (fileName === '' || fileName === 'yarn.lock') && /^__metadata:/m.test(text),
	parse(text, bases) {
		try {
			const [root = new Map<string, Member>(), second] = readYaml(text);
			if (second) throw unreadable({ line: 1, column: 1 }, 'more than one document');
			const version = textIn(tableIn(root, '__metadata'), 'version') ?? '';
			if (!VERSIONS.includes(version))
				throw new Refusal('lockfile-version-unknown', version || 'no __metadata.version');
			const entries = new Entries(bases);
			readAll(root, entries);
			return success(entries.lockfile('yarn-berry', version));
		} catch (error) {
			return refused(error);
		}
	},
};

function readAll(root: Table, entries: Entries): void {
	/** What a package.json asks for, as `name@npm:range` -> `name@version`. */
	const specs = new Map<string, string>();
	const projects: Table[] = [];
	for (const [key, { value, ...place }] of root) {
		if (key === '__metadata') continue;
		if (!(value instanceof Map)) {
			entries.leaveOut(place, key, 'unreadable', { source: [allTextIn(value)] });
			continue;
		}
		const resolution = textIn(value, 'resolution') ?? '';
		if (/^(?:@[^/]+\/)?[^@]+@workspace:/.test(resolution)) projects.push(value);
		// The project itself is no entry.
		if (resolution.endsWith('@workspace:.')) continue;
		const spec = readEntry(key, resolution, value, place, entries);
		for (const asked of key.split(', ')) {
			if (specs.has(asked)) throw unreadable(place, `"${asked}" stands twice`);
			specs.set(asked, spec);
		}
	}
	for (const project of projects) {
		for (const [name, { value }] of tableIn(project, 'dependencies')) {
			const range = textOf(value) ?? '';
			// Before version 8, npm's own ranges had no protocol.
			entries.markDirect(specs.get(`${name}@${range}`) ?? specs.get(`${name}@npm:${range}`) ?? '');
		}
	}
}

/** @returns `name@version`, or whatever the entry is called. */
function readEntry(key: string, resolution: string, value: Table, place: Place, entries: Entries): string {
	const version = textIn(value, 'version');
	// Of Yarn's own zip. Packages for some systems only have none.
	const checksum = textIn(value, 'checksum');
	const hash: LockedHash = checksum === undefined ? { of: 'nothing' } : { of: 'zip', text: checksum };
	const { name, reference, isPatched } = withoutPatches(resolution);
	const called = resolution || key;
	const leaveOut = (why: NotCoveredReason) => entries.leaveOut(place, called, why, { source: [checksum] });
	const [, protocol = '', rest = ''] = /^([a-z+]+):(.*)$/s.exec(reference) ?? [];
	if (protocol === 'npm') {
		const [exact = '', bound] = rest.split('::', 2);
		const address = new URLSearchParams(bound).get('__archiveUrl') ?? undefined;
		// What is installed is the resolution; the field beside it is a copy.
		return entries.add(place, { name, version: exact, hash, address, isPatched });
	}
	if (protocol === 'workspace') return leaveOut('workspace');
	if (protocol === 'link' || protocol === 'portal') return leaveOut('link');
	if (protocol === 'jsr') return leaveOut('jsr');
	// `exec:` runs a script of the project.
	if (protocol === 'exec') return leaveOut('file');
	// Also of the form `git@host:owner/name.git`, which has no protocol.
	if (reference.includes('#commit=')) return leaveOut('git');
	if (protocol === '') return leaveOut('unreadable');
	return entries.add(place, { name, version, hash, address: reference, isPatched, called });
}

/** A package by its resolution; below its patches where it has some. Those that Yarn brings are none of the project's. */
function withoutPatches(resolution: string): { name: string; reference: string; isPatched: boolean } {
	let [name, reference] = splitLocator(resolution);
	let isPatched = false;
	for (let patches = 0; reference.startsWith('patch:') && patches < MAX_PATCHES; patches += 1) {
		const [source = '', rest = ''] = reference.slice('patch:'.length).split('#', 2);
		const [files = ''] = rest.split('::', 1);
		isPatched ||= !files.split('&').every((file) => /^(?:optional!|~)*builtin</.test(file));
		[name, reference] = splitLocator(unescaped(source));
	}
	return { name, reference, isPatched };
}

function splitLocator(locator: string): [name: string, reference: string] {
	const at = locator.indexOf('@', 1);
	return at === -1 ? [locator, ''] : [locator.slice(0, at), locator.slice(at + 1)];
}

function unescaped(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text; // a broken percent escape: then it names no package
	}
}
