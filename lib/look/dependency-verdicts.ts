/** Owns the look at the dependencies: the verdict of each direct one, at the version that its range gives today. */
import { createYielder } from '../async/slices.ts';
import { takeTurns } from '../async/turns.ts';
import { readContents } from '../npm/release-contents.ts';
import { releaseSpec } from '../npm/spec.ts';
import { type FindingOf, makeFinding } from '../report/findings.ts';
import { failed } from '../report/result.ts';
import { VERDICTS } from '../report/verdict.ts';
import { type LookResult, type LookWorld, refused } from './world.ts';

/** Most dependencies that are looked at: each costs several requests of the registry. */
const MAX_LOOKED_AT = 100;
/** How many are looked at at a time. */
const AT_ONCE = 4;

/**
 * Looks at each direct dependency as at a release by itself.
 * @returns `dependency-verdict` for each, the worst first; failures of asking the registry for the list of releases,
 *   and `not-all-looked-at` where there are more than a hundred.
 */
export async function lookAtDependencies(
	{ name, version }: { name: string; version: string },
	world: LookWorld,
): Promise<LookResult> {
	const list = await world.registry.fetchPackument(name);
	const read = list.ok ? await readContents(list.value, name, [version, version], createYielder(world.signal)) : list;
	if (!read.ok) return refused(read.failure);
	const inTurn = takeTurns(AT_ONCE);
	const wanted = [...read.value[0].dependencies].slice(0, MAX_LOOKED_AT);
	const found = await Promise.all(
		wanted.map(([dependency, range]) => inTurn(() => lookAtDependency(dependency, range, world))),
	);
	const left = read.value[0].dependencies.size - wanted.length;
	const rank = ({ data }: (typeof found)[number]) => VERDICTS.indexOf(data.verdict);
	return {
		findings: found.toSorted((one, other) => rank(one) - rank(other)),
		...(left > 0 && {
			failure: failed('not-all-looked-at', `${left} of ${left + wanted.length} dependencies were left out`).failure,
		}),
	};
}

async function lookAtDependency(
	dependency: string,
	range: string,
	world: LookWorld,
): Promise<FindingOf<'dependency-verdict'>> {
	const about = { name: dependency, range };
	// An alias names another package, and its range behind it.
	const [, aliased, aliasedRange] = /^npm:((?:@[^/@]+\/)?[^@]+)(?:@(.*))?$/s.exec(range) ?? [];
	const spec = releaseSpec(aliased ?? dependency, (aliased === undefined ? range : (aliasedRange ?? '')).trim() || '*');
	if (!spec || world.isElsewhere?.(spec.name))
		return makeFinding('dependency-verdict', { ...about, verdict: 'unknown', failure: 'outside the registry' });
	const { release, verdict, claims } = await world.reportOn(spec);
	const failure = claims.find(
		(claim) => claim.standing === 'refuted' || (claim.standing === 'unproved' && claim.why === 'could-not-check'),
	);
	const isUnclear = verdict === 'unknown' || verdict === 'mismatch';
	return makeFinding('dependency-verdict', {
		...about,
		...(release.version !== spec.selector || spec.kind === 'version' ? { version: release.version } : {}),
		verdict,
		...(isUnclear && failure && 'failure' in failure && { failure: failure.failure.code }),
	});
}
