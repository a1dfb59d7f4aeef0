/** Owns what the registry says of a package's latest release, for the practical floor, and what its certificate says once that is verified. */

import { createYielder } from '../async/slices.ts';
import { wayOf } from '../history/publishing.ts';
import { parsePackument } from '../npm/packument.ts';
import { releaseSpec } from '../npm/spec.ts';
import type { PackageFacts } from '../preflight/floor.ts';
import type { Identity } from '../report/identity.ts';
import { failed, type Result, success } from '../report/result.ts';
import { type InspectContext, inspect } from './inspect.ts';

/** The facts, and the identity that the public log shows of the release, if its signatures hold. */
export interface LoggedFacts extends PackageFacts {
	identity?: Identity;
}

/**
 * Asks the registry about a package's latest release: the list of releases, and the release itself where it lists provenance.
 * @param name a package name.
 * @returns `release-not-found` where there is no latest release, and the failures of asking for the list and of reading it.
 */
export async function gatherPackageFacts(name: string, world: InspectContext): Promise<Result<LoggedFacts>> {
	const fetched = await world.registry.fetchPackument(name);
	const packument = fetched.ok ? await parsePackument(fetched.value, createYielder(), name) : fetched;
	if (!packument.ok) return packument;
	const { distTags, releases, undated } = packument.value;
	const version = distTags.latest ?? releases.at(-1)?.version;
	const latest = [...releases, ...undated].find((release) => release.version === version);
	const spec = latest && releaseSpec(name, latest.version);
	if (!latest || !spec) return failed('release-not-found', 'the registry lists no latest release');
	const hasProvenance = latest.attestations?.provenance !== undefined;
	const facts: PackageFacts = {
		name,
		version: latest.version,
		way: wayOf({ ...latest, publishedAt: '' }),
		hasProvenance,
		isSigned: latest.signatures.length > 0,
	};
	if (!hasProvenance) return success(facts);
	const { identity } = (await inspect(spec, world)).report;
	return success({ ...facts, ...(identity && { identity }) });
}
