/** Owns which packages of a lockfile the project itself names, as its package.json says. Pure. */
import satisfies from 'semver/functions/satisfies.js';
import validRange from 'semver/ranges/valid.js';
import { isPackageName, SELECTOR_LENGTH } from '../npm/spec.ts';
import { failed, type Result, success } from '../report/result.ts';
import type { Lockfile } from './lockfile/lockfile.ts';

/** What a package.json says of its project. */
export interface ProjectManifest {
	/** Text from outside. */
	name?: string;
	/** Package -> range; one that is no range means any version. */
	wants: ReadonlyMap<string, ReadonlySet<string>>;
}

const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** Largest file, in characters, or bytes. */
export const MAX_MANIFEST = 4_000_000;

/** Most entries in the four fields of one project. */
const MAX_WANTED = 20_000;

/** Ranges of one package that are compared with its versions; a project that names more of it is taken to want any version. */
const MAX_RANGES = 50;

/** Reads a package.json. @returns failures `not-json`, `wrong-shape`, `too-large`. */
export function readManifest(text: string): Result<ProjectManifest> {
	if (text.length > MAX_MANIFEST) return failed('too-large', `more than ${MAX_MANIFEST} characters`);
	let json: unknown;
	try {
		json = JSON.parse(text.replace(/^\ufeff/, ''));
	} catch {
		return failed('not-json');
	}
	if (typeof json !== 'object' || json === null || Array.isArray(json)) return failed('wrong-shape', 'it is no object');
	const manifest = json as Record<string, unknown>;
	const wants = new Map<string, Set<string>>();
	let count = 0;
	for (const field of FIELDS) {
		const list = manifest[field];
		if (typeof list !== 'object' || list === null || Array.isArray(list)) continue;
		const entries = Object.entries(list);
		count += entries.length;
		if (count > MAX_WANTED) return failed('too-large', `more than ${MAX_WANTED} dependencies`);
		for (const [key, range] of entries) {
			const wanted = wantOf(key, range);
			if (!wanted) continue;
			const ranges = wants.get(wanted.name);
			if (ranges) ranges.add(wanted.range);
			else wants.set(wanted.name, new Set([wanted.range]));
		}
	}
	return success({ ...(typeof manifest.name === 'string' && { name: manifest.name }), wants });
}

/** `npm:NAME@RANGE` is another package under a name of the project's own. */
function wantOf(key: string, range: unknown): { name: string; range: string } | undefined {
	if (typeof range !== 'string') return undefined;
	const [, name = key, ofAlias = '*'] = /^npm:(@?[^@]+)(?:@(.*))?$/s.exec(range) ?? [undefined, key, range];
	return isPackageName(name) ? { name, range: ofAlias } : undefined;
}

/** The lockfile with what the project names marked as direct, besides what its format tells by itself. */
export function withDirect(lockfile: Lockfile, { wants }: ProjectManifest): Lockfile {
	return {
		...lockfile,
		packages: lockfile.packages.map((one) => {
			const ranges = one.isDirect ? undefined : wants.get(one.name);
			return ranges && isWanted(one.version, ranges) ? { ...one, isDirect: true as const } : one;
		}),
	};
}

function isWanted(version: string, ranges: ReadonlySet<string>): boolean {
	return ranges.size > MAX_RANGES || [...ranges].some((range) => isIn(version, range));
}

function isIn(version: string, range: string): boolean {
	const isRange = range.length <= SELECTOR_LENGTH && validRange(range) !== null;
	return !isRange || satisfies(version, range);
}
