/** Owns the walk along a release's line: which of its releases are verified, and in what order. */

import { createYielder } from '../async/slices.ts';
import { prepareComparison } from '../history/compare.ts';
import { lineFor } from '../history/line.ts';
import { parsePackument } from '../npm/packument.ts';
import type { Packument } from '../npm/published-release.ts';
import type { ReleaseSpec } from '../npm/spec.ts';
import type { Line } from '../report/history.ts';
import type { Identity } from '../report/identity.ts';
import { failed, type Result, success } from '../report/result.ts';
import { isNoUseAsking } from './earlier-records.ts';
import type { InspectContext } from './inspect.ts';
import { identityOfRelease } from './provenance.ts';

/** How much of a line is checked, and who is notified. */
interface LineOptions {
	/** How many releases are checked, of the newest that list provenance; the release at hand and the one compared with always are. */
	most: number;
	/** Called after each release that was checked. */
	onprogress?: (progress: { done: number; total: number }) => void;
	/** Ends the checks; what was checked by then is the answer. */
	signal?: AbortSignal;
}

/**
 * The releases of a release's line, and the identities of as many of them as asked for, each verified as the release at hand is.
 * At most four are fetched at a time. Where the registry cannot be asked, or asks for patience, the rest is left unchecked.
 * @returns failures `release-not-found` and those of asking for manifest and packument.
 */
export async function traceLine(
	spec: ReleaseSpec,
	world: InspectContext,
	{ most, onprogress, signal }: LineOptions,
): Promise<Result<Line>> {
	const { registry } = world;
	const [manifest, fetched, trust] = await Promise.all([
		registry.fetchManifest(spec),
		registry.fetchPackument(spec.name),
		world.trust,
	]);
	if (!manifest.ok) return manifest;
	const pause = createYielder();
	const packument = fetched.ok ? await parsePackument(fetched.value, pause, spec.name) : fetched;
	if (!packument.ok) return packument;
	const { version } = manifest.value;
	const line = lineFor(packument.value, version);
	if (!line) return failed('release-not-found', `${version} is not in the list of releases`);
	const listed = line.releases.filter(({ hasProvenance }) => hasProvenance).map((release) => release.version);
	const first = [version, versionComparedWith(packument.value, version)].filter((one) => one !== undefined);
	const wanted = new Set([...first, ...listed.slice(Math.max(0, listed.length - most)).reverse()]);
	const releases = new Map(packument.value.releases.map((release) => [release.version, release]));
	await pause();
	const queue = [...wanted].filter((one) => listed.includes(one)).flatMap((one) => releases.get(one) ?? []);
	const total = queue.length;
	const checked = new Map<string, Result<Identity>>();
	const work = async () => {
		for (let next = queue.shift(); next && !signal?.aborted; next = queue.shift()) {
			const answer = await registry.fetchAttestations(next.name, next.version);
			const identity = await identityOfRelease(next, answer, trust);
			checked.set(next.version, identity);
			onprogress?.({ done: checked.size, total });
			if (isNoUseAsking(identity)) queue.length = 0;
		}
	};
	await Promise.all([work(), work(), work(), work()]);
	await pause();
	return success(lineFor(packument.value, version, checked) ?? line);
}

/** The release whose record the panel asks for first. */
function versionComparedWith(packument: Packument, version: string): string | undefined {
	const comparison = prepareComparison(packument, version);
	if (!comparison.ok) return undefined;
	const { origins, loss, base } = comparison.value;
	return (origins?.settled ?? loss?.before ?? base)?.version;
}
