/** Owns what a list of releases says of the contents of single releases: dependencies, install scripts, size, publisher. */

import type { TrustTier } from '../report/history.ts';
import { failed, type Result, success } from '../report/result.ts';
import { parseRelease, parseTime, readPackument } from './packument-shape.ts';
import type { PublishedRelease } from './published-release.ts';
import { tierOf } from './versions.ts';

/** One release, as nobody signed it. */
export interface ReleaseContents extends Pick<PublishedRelease, 'installScripts' | 'unpackedSize'> {
	/** Name -> what package.json asks for. Of several lists the one that npm prefers. */
	dependencies: ReadonlyMap<string, string>;
	/** The npm account. */
	publisher?: string;
	tier: TrustTier;
	/** ISO time. */
	publishedAt?: string;
}

/**
 * Reads two releases of one list, and no other of it.
 * @param json the list's bytes, or what they say, of any shape whatever.
 * @param pause awaited between pieces of work.
 * @returns both; failures `release-not-found` (a release that is not there, or cannot be read), `not-json`, `wrong-shape`, `too-large`.
 */
export async function readContents(
	json: unknown,
	name: string,
	versions: readonly [string, string],
	pause?: () => Promise<void>,
): Promise<Result<[ReleaseContents, ReleaseContents]>> {
	const list = await readPackument(json, pause);
	if (!list.ok) return list;
	if (list.value.name !== name) return failed('wrong-shape', 'name');
	const read = (version: string) => contentsOf(name, version, list.value);
	const [one, other] = [read(versions[0]), read(versions[1])];
	if (!one || !other) return failed('release-not-found', one ? versions[1] : versions[0]);
	return success([one, other]);
}

type Table = Record<string, unknown>;

function contentsOf(
	name: string,
	version: string,
	{ versions, time }: { versions: Table; time: Table },
): ReleaseContents | undefined {
	const json = own(versions, version);
	const release = parseRelease(name, version, json);
	if (!release) return undefined;
	const publishedAt = parseTime(own(time, version));
	const publisher = release.publisher?.name;
	return {
		installScripts: release.installScripts,
		unpackedSize: release.unpackedSize,
		dependencies: dependenciesOf(json as Table),
		tier: tierOf(release),
		...(publisher !== undefined && { publisher }),
		...(publishedAt !== undefined && { publishedAt }),
	};
}

/** npm prefers optional ones, which it lists among the dependencies too, and installs those of peers since version 7. */
function dependenciesOf(manifest: Table): Map<string, string> {
	const found = new Map<string, string>();
	for (const key of ['optionalDependencies', 'dependencies', 'peerDependencies']) {
		const list = manifest[key];
		if (typeof list !== 'object' || list === null || Array.isArray(list)) continue;
		for (const [name, range] of Object.entries(list))
			if (typeof range === 'string' && !found.has(name)) found.set(name, range);
	}
	return found;
}

function own(table: Table, key: string): unknown {
	return Object.hasOwn(table, key) ? table[key] : undefined;
}
