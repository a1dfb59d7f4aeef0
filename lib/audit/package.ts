/** Owns the audit of one package: all releases of it that a lockfile names, with its list of releases read once. */
import { createYielder } from '../async/slices.ts';
import { addAdvisories, compare, readerOf } from '../inspect/complete.ts';
import { type InspectContext, inspect, type ReadReleases } from '../inspect/inspect.ts';
import { leadingFailure, leadingWarning, muteIn } from '../inspect/warnings.ts';
import { withFindings } from '../inspect/with-findings.ts';
import type { Packument } from '../npm/published-release.ts';
import type { ReleaseRegistry } from '../registry/registry.ts';
import type { AuditRow, NotCoveredRow } from '../report/audit.ts';
import type { Manifest } from '../report/evidence.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import type { Report } from '../report/report.ts';
import { type Failure, failed, type Result, success } from '../report/result.ts';
import { compareHashes, findForeignAddress } from './locked.ts';
import type { LockedPackage } from './lockfile/lockfile.ts';

/** What an audit asks and goes by. */
export interface AuditContext
	extends Omit<InspectContext, 'readReleases' | 'advisesNothing' | 'sightings' | 'isOfFiles'> {
	/** Addresses of the registry that is asked, as `REGISTRY_BASES`. */
	bases: readonly string[];
	/** The registry's advisories on malware of a package, asked for beforehand; `fetchAdvisories` of the registry is not used. */
	adviseOf: (name: string) => Promise<Result<unknown>>;
	/** Whether releases are not compared with earlier ones. Each then needs two small answers, and no list of releases. */
	isNotCompared?: boolean;
}

/** A row of the result; which kind shows when the registry has answered. */
export type AuditedRow = AuditRow | NotCoveredRow;

/**
 * Audits all releases of one package that a lockfile names.
 * The list of releases takes the place of the manifest, and attestations are asked for only where it lists some.
 * @param releases of one name, in any order.
 * @returns a row for each, in the same order; one with `why` where the registry does not know a scoped package that has no address.
 */
export async function auditPackage(releases: readonly LockedPackage[], context: AuditContext): Promise<AuditedRow[]> {
	const [first] = releases;
	if (!first) return [];
	const read = context.isNotCompared ? undefined : once(readerOf(context.registry, createYielder(context.signal)));
	const world: InspectContext = {
		...context,
		registry: registryOf(context, read),
		...(read && { readReleases: read }),
		advisesNothing: true,
	};
	return Promise.all(releases.map((locked) => auditRelease(locked, world, context, read)));
}

/** A list is read once for all releases of its package, and once more if it lacks one of them. */
function once(read: ReadReleases): ReadReleases {
	let known: ReturnType<ReadReleases> | undefined;
	let anew: ReturnType<ReadReleases> | undefined;
	return (name, isAnew) => {
		if (isAnew) {
			anew ??= read(name, true);
			return anew;
		}
		known ??= read(name);
		return known;
	};
}

/** The registry as the walk sees it: a manifest is taken from the list of releases, where that is read. */
function registryOf({ registry, adviseOf }: AuditContext, read: ReadReleases | undefined): ReleaseRegistry {
	/** Without a list each manifest is asked for once: whether it lists attestations decides on the next question. */
	const asked = new Map<string, Promise<Result<Manifest>>>();
	const manifestOf = async (name: string, version: string): Promise<Result<Manifest>> => {
		if (!read) {
			const manifest = asked.get(version) ?? registry.fetchManifest({ name, selector: version, kind: 'version' });
			asked.set(version, manifest);
			return manifest;
		}
		const listed = await read(name);
		if (!listed.packument.ok) {
			// A list that cannot be had hides no origin: it only leaves it without a comparison.
			const isGone = listed.packument.failure.code === 'release-not-found';
			return isGone ? listed.packument : registry.fetchManifest({ name, selector: version, kind: 'version' });
		}
		const found = inList(listed.packument.value, version);
		if (found.ok) return found;
		// The list that was kept may be older than the release.
		const { packument } = await read(name, true);
		return packument.ok ? inList(packument.value, version) : packument;
	};
	return {
		fetchManifest: ({ name, selector }) => manifestOf(name, selector),
		fetchAttestations: async (name, version) => {
			const manifest = await manifestOf(name, version);
			// What is not listed is not there: 700 of 1,000 releases have none.
			const isListed = manifest.ok && manifest.value.attestations !== undefined;
			return isListed ? registry.fetchAttestations(name, version) : success(undefined);
		},
		fetchPackument: (name, isAnew) => registry.fetchPackument(name, isAnew),
		fetchAdvisories: (name) => adviseOf(name),
		...(registry.keptAttestations && {
			keptAttestations: (name, version) => registry.keptAttestations?.(name, version) ?? Promise.resolve(undefined),
		}),
		...(registry.fetchKeys && { fetchKeys: () => registry.fetchKeys?.() ?? Promise.resolve(failed('files-only')) }),
	};
}

function inList({ releases, undated }: Packument, version: string): Result<Manifest> {
	const found = releases.find((one) => one.version === version) ?? undated.find((one) => one.version === version);
	return found ? success(found) : failed('release-not-found', `${version} is not in the list`);
}

async function auditRelease(
	locked: LockedPackage,
	world: InspectContext,
	{ bases, isNotCompared, policies }: AuditContext,
	read: ReadReleases | undefined,
): Promise<AuditedRow> {
	const { name, version, line, column } = locked;
	const spec = `${name}@${version}`;
	const inspected = await inspect({ name, selector: version, kind: 'version' }, world);
	const inspection = await (isNotCompared ? addAdvisories(inspected, world) : compare(inspected, world));
	const { manifest } = inspection.evidence;
	const isListed = inspection.report.findings.some(({ code }) => code === 'malware-advisory');
	// Tools of private registries often write no address. Of a scope that is not npm's, npm's registry knows nothing.
	if (
		!manifest &&
		!isListed &&
		name.startsWith('@') &&
		locked.addresses.length === 0 &&
		(await isNoPackage(name, read))
	)
		return { spec, why: 'other-registry', line, column };
	const { integrity, findings } = compareHashes(locked, manifest);
	const more = [
		...findForeignAddress(locked, bases),
		...findings,
		...(locked.isPatched ? [makeFinding('patched-here')] : []),
	];
	return rowOf(locked, integrity, reportWith(inspection.report, more, policies));
}

function reportWith(report: Report, more: readonly Finding[], policies: AuditContext['policies']): Report {
	return more.length === 0 ? report : withFindings(report, more, policies);
}

function rowOf(
	{ name, version, line, column, isDirect }: LockedPackage,
	integrity: AuditRow['integrity'],
	report: Report,
): AuditRow {
	const { verdict, identity, history, findings } = report;
	const warning = leadingWarning(report, muteIn(report) !== undefined);
	const failure = failureOf(report);
	return {
		spec: `${name}@${version}`,
		verdict,
		integrity,
		line,
		column,
		...(warning && { warning: 'verdict' in warning ? warning.verdict : warning.finding.code }),
		...(failure && { failure }),
		...(identity && { identity }),
		...(history && { history }),
		findings,
		...(isDirect && { isDirect }),
	};
}

/** Why a release is `mismatch` or `unknown`. */
function failureOf(report: Report): Failure | undefined {
	if (report.verdict === 'mismatch') return leadingFailure(report);
	if (report.verdict !== 'unknown') return undefined;
	const unchecked = report.claims.flatMap((claim) =>
		claim.standing === 'unproved' && 'failure' in claim ? [claim.failure] : [],
	);
	const { history } = report;
	return unchecked[0] ?? (history?.state === 'not-compared' ? history.failure : undefined);
}

/** Whether the registry has nothing of this name. Where it has the package, without this release or without any, that was taken away. */
async function isNoPackage(name: string, read: ReadReleases | undefined): Promise<boolean> {
	const fetched = (await read?.(name))?.fetched;
	return fetched?.ok === false && fetched.failure.code === 'release-not-found';
}
