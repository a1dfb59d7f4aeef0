/** Owns the order in which the looks that were asked for are made, and how what they found comes into the Report. */
import { type OwnedPolicy, withFindings } from '../inspect/with-findings.ts';
import { LOOK_HOSTS } from '../npm/look-hosts.ts';
import type { Inspection } from '../report/evidence.ts';
import { isOfLook, isOnInstall } from '../report/look-findings.ts';
import { LOOK_CLAIMS, LOOKS, type LookName, type LookRecord } from '../report/looks.ts';
import type { Claim, Report } from '../report/report.ts';
import { failed } from '../report/result.ts';
import type { LookAnswer } from '../report/with-looks.ts';
import { lookAtDependencies } from './dependency-verdicts.ts';
import { createUnpacking, lookAtFiles, type Unpacking } from './files.ts';
import { lookAtLog } from './log.ts';
import { lookAtRun } from './run.ts';
import { lookAtScripts } from './scripts.ts';
import { lookAtSource } from './source.ts';
import { lookAtTag } from './tag.ts';
import { lookAtWorkflow } from './workflow.ts';
import { type LookResult, type LookWorld, refused, type Source, sourceFailure, sourceOf } from './world.ts';

interface LookOptions {
	/** The allowlists that hold, as for `withFindings`. */
	policies?: readonly OwnedPolicy[] | undefined;
	/** Told before each look begins, in order. */
	onlook?: (look: LookName) => void;
	/** Where looks at the package's file are made one by one, so that it is fetched once. */
	unpacking?: Unpacking;
}

/**
 * Makes looks, one after the other. Nobody is asked by a look that was not named.
 * @param inspection completed; looks that it has already are made again, and their findings replaced.
 * @returns the Report with a record of each look, its findings, and their claims `looked-at`, or `could-not-check` where one failed. The
 *   verdict is the same, unless the registry served another file than it lists: then it is `mismatch`.
 */
export async function look(
	names: readonly LookName[],
	inspection: Inspection,
	world: LookWorld,
	{ policies, onlook, unpacking = createUnpacking(inspection, world) }: LookOptions = {},
): Promise<Inspection> {
	const wanted = LOOKS.filter((name) => names.includes(name));
	let report = {
		...inspection.report,
		// What the registry lists of scripts stays until the file was read.
		findings: inspection.report.findings.filter(
			(one) => isOnInstall(one) || !wanted.some((name) => isOfLook(one, name)),
		),
	};
	for (const name of wanted) {
		onlook?.(name);
		const at = world.now().toISOString();
		const refusal = await findRefusal(name, world);
		const made = refusal ?? (await makeSafely(name, { ...inspection, report }, world, unpacking));
		world.signal?.throwIfAborted();
		const requests = world.github.allowance();
		const record: LookRecord = {
			look: name,
			claim: LOOK_CLAIMS[name],
			at,
			...(made.failure && { failure: made.failure }),
			...(requests && { requests }),
		};
		if (made.findings.some(isOnInstall))
			report = { ...report, findings: report.findings.filter((one) => !isOnInstall(one)) };
		report = withFindings(withRecord(report, record), made.findings, policies);
	}
	return { ...inspection, report };
}

/** The same, with only what came of the looks, for who has the Report already. */
export async function lookBeside(
	names: readonly LookName[],
	inspection: Inspection,
	world: LookWorld,
	options: LookOptions = {},
): Promise<LookAnswer> {
	const { report } = await look(names, inspection, world, options);
	const known = new Set(inspection.report.findings.map((finding) => JSON.stringify(finding)));
	// What runs on install comes as a whole, since it takes the place of what the registry lists.
	const isAll = report.looks?.some(({ look, failure }) => look === 'scripts' && !failure);
	return {
		looks: report.looks ?? [],
		findings: report.findings.filter(
			(finding) => (isAll && isOnInstall(finding)) || !known.has(JSON.stringify(finding)),
		),
	};
}

/** The first host of a look that the reader did not allow. */
async function findRefusal(name: LookName, { isAllowed }: LookWorld): Promise<LookResult | undefined> {
	if (!isAllowed) return undefined;
	for (const origin of LOOK_HOSTS[name])
		if (!(await isAllowed(origin))) return refused(failed('host-not-allowed', origin).failure);
	return undefined;
}

function withRecord(report: Report, record: LookRecord): Report {
	const looks = [...(report.looks ?? []).filter(({ look }) => look !== record.look), record];
	const { failure } = record;
	const isFalse = failure?.code === 'file-differs';
	const claims = report.claims.map(
		(claim): Claim => (isFalse && claim.id === 'file-matches' ? { id: claim.id, standing: 'refuted', failure } : claim),
	);
	return {
		...report,
		claims,
		looks: looks.toSorted((one, other) => LOOKS.indexOf(one.look) - LOOKS.indexOf(other.look)),
	};
}

/** A fault of ours in one look takes no other with it. @throws the signal's reason, where that was aborted. */
async function makeSafely(...asked: Parameters<typeof makeLook>): Promise<LookResult> {
	const [, , { signal }] = asked;
	try {
		return await makeLook(...asked);
	} catch (error) {
		signal?.throwIfAborted();
		return refused(failed('internal-error', error instanceof Error ? error.message : undefined).failure);
	}
}

function makeLook(
	name: LookName,
	inspection: Inspection,
	world: LookWorld,
	unpacking: Unpacking,
): Promise<LookResult> | LookResult {
	const { release } = inspection.report;
	const atSource = (make: (source: Source) => Promise<LookResult>) => {
		const source = sourceOf(inspection);
		return source.ok ? make(source.value) : refused(source.failure);
	};
	// A commit names its content; a run, a tag or a branch is only what the repository of that name says.
	const atSameSource = (make: (source: Source) => Promise<LookResult>) =>
		atSource(async (source) => {
			const failure = await sourceFailure(source, world.github);
			return failure ? refused(failure) : make(source);
		});
	const publishedAt = release.publishedAt ?? inspection.evidence.provenance?.signedAt ?? world.now().toISOString();
	switch (name) {
		case 'run':
			return atSameSource((source) => lookAtRun(source, world));
		case 'source':
			return atSameSource((source) => lookAtSource(source, release, world));
		case 'tag':
			return atSameSource((source) => lookAtTag(source, release, world));
		case 'workflow':
			return atSource((source) => lookAtWorkflow(source, publishedAt, world));
		case 'log':
			return lookAtLog(inspection, world);
		case 'dependencies':
			return lookAtDependencies(release, world);
		case 'files':
			return atSameSource((source) => lookAtFiles(source, unpacking, world));
		case 'scripts':
			return lookAtScripts(unpacking, inspection.report.findings);
	}
}
