/** Owns the look at the dependencies that are new, gone, or from outside the registry since an earlier release. Pure. */
import type { DependencyLists, PublishedRelease } from '../npm/published-release.ts';
import { type Finding, makeSome } from '../report/findings.ts';

/**
 * What differs from an earlier release: `dependency-outside-registry`, `dependency-added`, `dependency-removed`; at most ten of each,
 * then `and-more`. What is new from outside is not also added. The last two need the lists of both releases. Another range is no
 * finding, and neither is a list into which a name was moved.
 */
export function compareDependencies(before: PublishedRelease, here: PublishedRelease): Finding[] {
	const since = before.version;
	const known = new Set(before.outsideDependencies.map(keyOf));
	const outside = here.outsideDependencies.filter((one) => !known.has(keyOf(one)));
	return [
		...makeSome(
			'dependency-outside-registry',
			outside.map(({ name, source }) => ({ name, source, since })),
		),
		...compareLists(before.dependencies, here.dependencies, new Set(outside.map(({ name }) => name)), since),
	];
}

/** @param told names of which something was said already. */
function compareLists(
	before: DependencyLists | undefined,
	here: DependencyLists | undefined,
	told: ReadonlySet<string>,
	since: string,
): Finding[] {
	if (!before || !here) return [];
	const [earlier, now] = [installedBy(before), installedBy(here)];
	const added = [...now].filter(([name]) => !earlier.has(name) && !told.has(name));
	return [
		...makeSome(
			'dependency-added',
			added.map(([name, { range, kind }]) => ({ name, range, ...(kind && { kind }), since })),
		),
		...makeSome(
			'dependency-removed',
			[...earlier.keys()].filter((name) => !now.has(name)).map((name) => ({ name, since })),
		),
	];
}

interface Dependency {
	range: string;
	kind?: 'optional' | 'peer';
}

/** What npm installs beside a release: optional ones first, which it lists among the others too; no peers that are optional. */
function installedBy({
	optionalDependencies,
	dependencies,
	peerDependencies,
	peerDependenciesMeta,
}: DependencyLists): Map<string, Dependency> {
	const found = new Map<string, Dependency>();
	const add = (list: unknown, kind?: Dependency['kind']) => {
		if (!isTable(list)) return;
		for (const name of Object.keys(list)) {
			const range = list[name];
			if (typeof range === 'string' && !found.has(name)) found.set(name, { range, ...(kind && { kind }) });
		}
	};
	add(optionalDependencies, 'optional');
	add(dependencies);
	if (!isTable(peerDependencies)) return found;
	const meta = isTable(peerDependenciesMeta) ? peerDependenciesMeta : {};
	for (const name of Object.keys(peerDependencies)) {
		const about = Object.hasOwn(meta, name) ? meta[name] : undefined;
		if (!(isTable(about) && about.optional === true)) add({ [name]: peerDependencies[name] }, 'peer');
	}
	return found;
}

function isTable(json: unknown): json is Record<string, unknown> {
	return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Name and source as one text, so that they can be found among others. */
function keyOf({ name, source }: { name: string; source: string }): string {
	return JSON.stringify([name, source]);
}
