/** Owns what differs between two releases of one package, each with who says it. Pure. */

import { INSTALL_SCRIPTS } from '../npm/published-release.ts';
import type { ReleaseContents } from '../npm/release-contents.ts';
import type { ClaimId } from '../report/claim-ids.ts';
import type { SaidBy } from '../report/findings.ts';
import type { Identity } from '../report/identity.ts';
import type { Report } from '../report/report.ts';
import type { Result } from '../report/result.ts';
import type { Difference, DifferenceField } from '../report/side-by-side.ts';
import { decodePath, parseSigner } from '../sigstore/identity.ts';

/** Most dependencies that are listed; how many more differ is counted. */
export const MAX_DEPENDENCIES = 100;
/** Longest value, in characters. */
const MAX_TEXT = 300;

/**
 * Compares two completed Reports of one package. Fingerprints always differ, so they are not among the differences.
 * @param contents what the registry's list says of both; or why it could not be read, which is the difference `not-compared`.
 * @returns the differences in the order of `DIFFERENCE_FIELDS`, dependencies and scripts by name; none where the releases are one.
 */
export function compareSideBySide(
	from: Report,
	to: Report,
	contents: Result<readonly [ReleaseContents, ReleaseContents]>,
): Difference[] {
	const warnings = [from, to].map(({ findings }) => findings.find(({ warning }) => warning));
	const standings = [from, to].map(standingOf);
	return [
		...differ('verdict', from.verdict, to.verdict, 'here'),
		...differ('warning', warnings[0]?.code, warnings[1]?.code, (warnings[1] ?? warnings[0])?.saidBy ?? 'here'),
		...differ('provenance', standings[0], standings[1], STANDING_SAID_BY[standings[1] ?? 'absent']),
		...(from.identity && to.identity ? compareOrigins(from.identity, to.identity) : []),
		...(contents.ok
			? compareContents(...contents.value, [from, to])
			: differ('not-compared', undefined, contents.failure.code, 'here')),
	];
}

/** A difference, where there is one. */
function differ(
	field: DifferenceField,
	before: string | undefined,
	now: string | undefined,
	saidBy: SaidBy,
): Difference[] {
	if (before === now) return [];
	return [
		{
			field,
			...(before !== undefined && { before: before.slice(0, MAX_TEXT) }),
			...(now !== undefined && { now: now.slice(0, MAX_TEXT) }),
			saidBy,
		},
	];
}

/** Who says what came of a record: that there is none is the registry's word. */
const STANDING_SAID_BY = {
	proved: 'signature',
	false: 'here',
	'could-not-check': 'here',
	absent: 'registry',
} as const satisfies Record<string, SaidBy>;

/** The claims that rest on the record of where a release was built. */
const OF_RECORD: readonly ClaimId[] = ['file-matches', 'signed-by-build', 'built-by', 'logged'];

function standingOf({ claims }: Report): keyof typeof STANDING_SAID_BY {
	const ofRecord = claims.filter(({ id }) => OF_RECORD.includes(id));
	if (ofRecord.some(({ standing }) => standing === 'refuted')) return 'false';
	const signed = ofRecord.find(({ id }) => id === 'signed-by-build');
	if (signed && 'why' in signed && signed.why === 'absent') return 'absent';
	return ofRecord.every(({ standing }) => standing === 'proved') ? 'proved' : 'could-not-check';
}

/** What certificates name, the weightiest first. Each run has an address of its own, so that is no difference. */
const ORIGIN_FIELDS = [
	'repository',
	'repositoryId',
	'ownerId',
	'issuer',
	'signer',
	'workflow',
	'ref',
	'commit',
	'trigger',
	'runner',
	'environment',
] as const satisfies readonly (DifferenceField & keyof Identity)[];

function compareOrigins(from: Identity, to: Identity): Difference[] {
	return ORIGIN_FIELDS.flatMap((field) => {
		const [before, now] = [from[field], to[field]];
		// A certificate of early 2023 has no numbers, which says nothing of them.
		if ((field === 'repositoryId' || field === 'ownerId') && (before === undefined || now === undefined)) return [];
		// Where the build file itself signed, its rows say all.
		if (field === 'signer' && isOwnSigner(from) && isOwnSigner(to)) return [];
		return differ(field, before, now, 'signature');
	});
}

/** Whether the build file signed, and not another workflow that it called. */
function isOwnSigner({ signer, repository, workflow, ref }: Identity): boolean {
	const own = parseSigner(signer);
	const path = decodePath(own.path).toLowerCase();
	return path === `${repository}/${workflow}`.toLowerCase() && (own.ref === undefined || own.ref === ref);
}

function compareContents(
	from: ReleaseContents,
	to: ReleaseContents,
	[earlier, later]: readonly [Report, Report],
): Difference[] {
	const sizes = [from, to].map(({ unpackedSize }) => unpackedSize?.toString());
	const times = [earlier.release.publishedAt ?? from.publishedAt, later.release.publishedAt ?? to.publishedAt];
	return [
		...differ('tier', from.tier, to.tier, 'registry'),
		...differ('publisher', from.publisher, to.publisher, 'registry'),
		...INSTALL_SCRIPTS.flatMap((name) => {
			const [before, now] = [from, to].map(
				({ installScripts: { [name]: command } }) => command && `${name}: ${command}`,
			);
			return differ('install-script', before, now, 'package');
		}),
		...compareDependencies(from.dependencies, to.dependencies),
		// Very old releases have no size, which says nothing of it.
		...(sizes.includes(undefined) ? [] : differ('unpacked-size', sizes[0], sizes[1], 'registry')),
		...differ('published-at', times[0], times[1], 'registry'),
	];
}

function compareDependencies(from: ReadonlyMap<string, string>, to: ReadonlyMap<string, string>): Difference[] {
	const names = [...new Set([...from.keys(), ...to.keys()])].filter((name) => from.get(name) !== to.get(name)).sort();
	const listed = names.slice(0, MAX_DEPENDENCIES).flatMap((name) => {
		const [before, now] = [from, to].map((list) => (list.has(name) ? `${name}@${list.get(name)}` : undefined));
		// Two long ranges may be the same up to where they are cut, and still differ.
		return differ('dependency', before, now, 'package');
	});
	const more = names.length - listed.length;
	return more > 0 ? [...listed, ...differ('more-dependencies', undefined, String(more), 'package')] : listed;
}
