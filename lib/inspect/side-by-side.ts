/** Owns the walk of two releases side by side: both inspected and completed, then compared with each other. */

import { createYielder } from '../async/slices.ts';
import { compareSideBySide } from '../history/side-by-side.ts';
import { readContents } from '../npm/release-contents.ts';
import type { ReleaseSpec } from '../npm/spec.ts';
import type { ReleaseRegistry } from '../registry/registry.ts';
import type { Report } from '../report/report.ts';
import type { SideBySide } from '../report/side-by-side.ts';
import { compare } from './complete.ts';
import { type InspectContext, inspect } from './inspect.ts';

/**
 * Inspects two releases of one package at once, and compares them. The list of releases is fetched once for all.
 * @param from @param to of the same package; versions, tags or ranges.
 * @param onreport told of each Report as it comes.
 * @returns both Reports, and what differs. Every expected failure is in the Reports, or the difference `not-compared`.
 */
export async function inspectSideBySide(
	from: ReleaseSpec,
	to: ReleaseSpec,
	world: InspectContext,
	onreport: (report: Report) => void = () => undefined,
): Promise<SideBySide> {
	const shared: InspectContext = { ...world, registry: withOneList(world.registry) };
	const reportOf = async (spec: ReleaseSpec) => {
		const { report } = await compare(await inspect(spec, shared), shared);
		onreport(report);
		return report;
	};
	const [earlier, later] = await Promise.all([reportOf(from), reportOf(to)]);
	const list = await shared.registry.fetchPackument(to.name);
	const versions = [earlier.release.version, later.release.version] as const;
	const contents = list.ok ? await readContents(list.value, to.name, versions, createYielder(world.signal)) : list;
	// What was left was not looked at.
	world.signal?.throwIfAborted();
	return { from: earlier, to: later, differences: compareSideBySide(earlier, later, contents) };
}

/** The same registry, asked for each list once; anew only where a release is lacking in it. */
function withOneList(registry: ReleaseRegistry): ReleaseRegistry {
	const lists = new Map<string, ReturnType<ReleaseRegistry['fetchPackument']>>();
	return {
		...registry,
		fetchPackument: (name, isAnew) => {
			const kept = isAnew ? undefined : lists.get(name);
			const list = kept ?? registry.fetchPackument(name, isAnew);
			lists.set(name, list);
			return list;
		},
	};
}
