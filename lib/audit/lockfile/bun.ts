/** Owns how a text lockfile of Bun is read, versions 0 to 2. Pure. */
import { isVersion } from '../../npm/spec.ts';
import type { NotCoveredReason } from '../../report/audit.ts';
import { success } from '../../report/result.ts';
import { classifyAddress, isBase } from './address.ts';
import { findBundled } from './bun-bundled.ts';
import { Entries } from './entries.ts';
import { readIntegrity } from './hashes.ts';
import { readJson } from './json.ts';
import type { LockfileFormat } from './lockfile.ts';
import {
	allTextIn,
	type Member,
	NO_MEMBERS,
	Refusal,
	refused,
	type Table,
	tableIn,
	tableOf,
	textIn,
	textOf,
	type Value,
} from './tree.ts';

const VERSIONS = ['0', '1', '2'];

const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

export const bun: LockfileFormat = {
	id: 'bun',
	recognises: (fileName, text) =>
		fileName === 'bun.lock' ||
		(fileName === '' && /"lockfileVersion"\s*:\s*\d/.test(text) && /"workspaces"\s*:\s*\{\s*""\s*:/.test(text)),
	parse(text, bases) {
		try {
			const root = readJson(text, { isLenient: true });
			const version = textIn(root, 'lockfileVersion') ?? '';
			if (!VERSIONS.includes(version)) throw new Refusal('lockfile-version-unknown', version || 'no lockfileVersion');
			const entries = new Entries(bases);
			const member = root.get('packages');
			// A project without packages has no such field.
			const packages = member === undefined ? NO_MEMBERS : tableOf(member.value, member, '"packages"');
			/** Path of names -> `name@version`. */
			const specs = new Map<string, string>();
			const bundled = findBundled(packages);
			for (const [path, one] of packages) specs.set(path, readPackage(path, one, bases, entries, bundled.has(path)));
			entries.markPatched([tableIn(root, 'patchedDependencies')]);
			for (const { value } of tableIn(root, 'workspaces').values())
				if (value instanceof Map) markDirect(value, specs, entries);
			return success(entries.lockfile('bun', version));
		} catch (error) {
			return refused(error);
		}
	},
};

/** @returns `name@version`, or whatever the entry is called. */
function readPackage(
	path: string,
	{ value, ...place }: Member,
	bases: readonly string[],
	entries: Entries,
	isBundled: boolean,
): string {
	const [id, second, , fourth] = Array.isArray(value) ? value : [];
	const called = textOf(id);
	const leaveOut = (spec: string, why: NotCoveredReason) =>
		entries.leaveOut(place, spec, why, { source: sourceOf(value) });
	if (!called) return leaveOut(path, 'unreadable');
	const at = called.indexOf('@', 1);
	const [name, said] = at === -1 ? [called, ''] : [called.slice(0, at), called.slice(at + 1)];
	if (/^(?:workspace|root):/.test(said)) return leaveOut(called, 'workspace');
	if (/^link:/.test(said)) return leaveOut(called, 'link');
	if (said === '') return leaveOut(called, 'unreadable');
	if (!isVersion(said)) {
		const { is } = classifyAddress(said, { name, version: '' }, bases);
		return leaveOut(called, is === 'own' || is === 'another' ? 'url' : is);
	}
	// Its hash is of the registry's copy, which was never fetched.
	if (isBundled) return entries.leaveOut(place, called, 'bundled');
	const hash = readIntegrity(textOf(fourth));
	const written = textOf(second) ?? '';
	// Empty for the default registry; else the tarball's address, or the registry's.
	if (written === '' || isBase(written, bases)) return entries.add(place, { name, version: said, hash });
	const { is } = classifyAddress(written, { name, version: said }, bases);
	if (is === 'url') return leaveOut(called, 'other-registry');
	return entries.add(place, { name, version: said, hash, address: written });
}

/** Addresses and hashes: every text behind the name. */
function sourceOf(value: Value): (string | undefined)[] {
	return Array.isArray(value) ? value.slice(1).map(textOf) : [allTextIn(value)];
}

function markDirect(workspace: Table, specs: ReadonlyMap<string, string>, entries: Entries): void {
	const owner = textIn(workspace, 'name');
	for (const field of DEPENDENCIES)
		for (const name of tableIn(workspace, field).keys())
			entries.markDirect(specs.get(`${owner}/${name}`) ?? specs.get(name) ?? '');
}
