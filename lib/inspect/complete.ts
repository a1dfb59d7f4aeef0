/** Owns the second half of the walk: a Report completed with the releases before it, the registry's advisories, and what was seen. */

import { createYielder } from '../async/slices.ts';
import { parseAttestations } from '../attestation/parse.ts';
import { checkRegistrySignature } from '../attestation/registry-signature.ts';
import { withNumbers } from '../attestation/statement-numbers.ts';
import { type Comparison, completeComparison, notCompared, prepareComparison } from '../history/compare.ts';
import { noteSighting, sightingOf } from '../history/first-seen.ts';
import { findInTimes } from '../look/time-line.ts';
import { findUnasked } from '../look/unasked.ts';
import { type Advisory, isListed, parseAdvisories } from '../npm/advisories.ts';
import { REGISTRY } from '../npm/hosts.ts';
import { parsePackument } from '../npm/packument.ts';
import type { Packument, PublishedRelease, UndatedRelease } from '../npm/published-release.ts';
import { isVersion } from '../npm/spec.ts';
import { rowExpecting } from '../policy/compare.ts';
import type { ReleaseRegistry } from '../registry/registry.ts';
import type { Inspection } from '../report/evidence.ts';
import type { FailureCode } from '../report/failures.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import type { History } from '../report/history.ts';
import type { Claim, Report } from '../report/report.ts';
import { type Failure, failed, type Result } from '../report/result.ts';
import { registryKey, type TrustRoot } from '../sigstore/trust-root.ts';
import { adviseVersion, askEarlierRecords, type EarlierRecords, versionsAtStake } from './earlier-records.ts';
import { compareAnswers, findHolding, findInAdvisories, findInAge, findInKeys } from './findings.ts';
import type { InspectContext, ReadReleases } from './inspect.ts';
import { withFindings } from './with-findings.ts';

/**
 * Completes a Report with the packument: when the release was published, and what earlier releases had. It fetches and verifies the
 * attestations of some of those, of one for an ordinary release. Without the packument, a confirmed origin stays confirmed, and a
 * release without provenance is `unknown`. Meanwhile it reads the registry's list of malware. Last, it compares and notes sightings, if
 * the reader keeps them.
 */
export async function compare(inspection: Inspection, world: InspectContext): Promise<Inspection> {
	if (!inspection.evidence.manifest) return addAdvisories(inspection, world);
	const completed = await compareReleases(inspection, world);
	// What was left was not looked at.
	world.signal?.throwIfAborted();
	return { ...completed, report: await compareSightings(completed.report, world) };
}

/** A registry that is silent or asks to wait gets no further request. */
const NOT_TO_BE_PRESSED: readonly FailureCode[] = ['registry-unreachable', 'registry-timeout', 'rate-limited'];

/** The registry answered without a manifest. A removed release is even more likely to be listed as malware. */
const ANSWERED: readonly FailureCode[] = ['release-not-found', 'wrong-shape', 'not-json', 'too-large', 'cut-off'];

/** Reads only the registry's list of malware, for a release of which nothing else is asked. */
export async function addAdvisories(inspection: Inspection, world: InspectContext): Promise<Inspection> {
	const { report } = inspection;
	const hasFailed = (codes: readonly FailureCode[]) =>
		report.claims.some((claim) => 'failure' in claim && codes.includes(claim.failure.code));
	const isAskable = inspection.evidence.manifest !== undefined || hasFailed(ANSWERED);
	if (!isAskable || hasFailed(NOT_TO_BE_PRESSED)) return inspection;
	const { name, version } = report.release;
	const asked = await askAdvisories(world.registry, name, [version]);
	return {
		report: withFindings(report, asked?.findings ?? [], world.policies),
		evidence: { ...inspection.evidence, ...(asked && { advisories: asked.state }) },
	};
}

/** What the registry's list of malware says. */
interface Advised {
	findings: Finding[];
	/** For the evidence. A list that could not be read says nothing. */
	state: 'read' | Failure;
	isListed: (version: string) => boolean;
}

/** Nothing where nobody is to be asked. @param versions the release at hand first. */
async function askAdvisories(
	registry: ReleaseRegistry,
	name: string,
	versions: readonly string[],
): Promise<Advised | undefined> {
	const [version] = versions;
	if (!registry.fetchAdvisories || version === undefined || !isVersion(version)) return undefined;
	const answer = await registry.fetchAdvisories(name, ...versions);
	const read = (one: string): Result<Advisory | undefined> =>
		answer.ok ? parseAdvisories(answer.value, name, one) : answer;
	const own = read(version);
	return {
		findings: [...(own.ok ? findInAdvisories(own.value) : []), ...findInAge(answer)],
		state: own.ok ? 'read' : own.failure,
		isListed: (one) => {
			const listed = answer.ok ? isListed(answer.value, name, one) : answer;
			return !listed.ok || listed.value;
		},
	};
}

async function compareReleases(inspection: Inspection, world: InspectContext): Promise<Inspection> {
	const { report, evidence } = inspection;
	const { registry, signal } = world;
	const trust = await world.trust;
	const pause = createYielder(signal);
	const [{ fetched, packument }, keyFindings] = await Promise.all([
		fetchReleases(report.release, world.readReleases ?? readerOf(registry, pause, true)),
		findListedKeys(inspection, registry, trust),
	]);
	const { name, version } = report.release;
	const listed = listedIn(packument, version);
	const signedAt = signedTime(inspection, listed?.publishedAt);
	const prepared = packument.ok
		? prepareComparison(packument.value, version, hasProvenance(report), signedAt)
		: { ok: false as const, failure: unavailable(packument.failure) };
	await pause();
	const identity = report.identity && withNumbers(report.identity, evidence.provenance?.statement);
	const [advisories, earlier] = await Promise.all([
		askAdvisories(registry, name, prepared.ok && !world.advisesNothing ? versionsAtStake(prepared.value) : [version]),
		prepared.ok ? askEarlierRecords(prepared.value, identity, registry, trust, world.advisesNothing) : undefined,
	]);
	await pause();
	const isListed = world.advisesNothing ? () => true : advisories?.isListed;
	const compared = prepared.ok && earlier ? completeWith(prepared.value, earlier, identity, isListed) : undefined;
	// Without a date it is compared with nothing earlier; what the list says of its file counts all the same.
	const stated = listed ?? undatedIn(packument, version);
	const answers = stated && (await compareWithListed(inspection, stated, world, trust));
	const history: History = compared?.history ?? notComparedFor(packument, version, prepared);
	const findings = [
		...(advisories?.findings ?? []),
		...keyFindings,
		...(compared?.findings ?? []),
		...(prepared.ok ? findUnasked(prepared.value) : []),
		...(answers?.findings ?? []),
		...(packument.ok && evidence.manifest ? findHolding(evidence.manifest, packument.value.removed) : []),
		...findInAge(fetched, ...(earlier?.answers ?? [])),
	];
	const learnt: Report = {
		...report,
		release: { ...report.release, ...(listed && { publishedAt: listed.publishedAt }) },
		claims: answers?.claims ?? report.claims,
		history,
	};
	const learntEvidence = {
		...evidence,
		...(stated?.publisher && { publisher: stated.publisher }),
		...(advisories && { advisories: advisories.state }),
	};
	const times = findInTimes({ report: { ...learnt, findings }, evidence: learntEvidence });
	return {
		report: withFindings(learnt, [...findings, ...times, ...findExpected(learnt, world)], world.policies),
		evidence: learntEvidence,
	};
}

function completeWith(
	comparison: Comparison,
	earlier: EarlierRecords,
	identity: Report['identity'],
	isListed: Advised['isListed'] = () => false,
) {
	const advised = adviseVersion(comparison, earlier, isListed);
	return completeComparison(comparison, { ...earlier, identity, advised });
}

function unavailable({ code }: Failure): Failure {
	return code === 'files-only' ? { code } : { ...failed('packument-unavailable', code).failure, cause: code };
}

function notComparedFor(packument: Result<Packument>, version: string, prepared: Result<Comparison>): History {
	const failure = prepared.ok ? failed('internal-error').failure : prepared.failure;
	const here = listedIn(packument, version);
	return here ? notCompared(here, failure) : { state: 'not-compared', failure };
}

/** Proved or absent provenance wins over what the packument lists. The list decides only if the check could not be made. */
function hasProvenance({ claims }: Report): boolean | undefined {
	const signed = claims.find(({ id }) => id === 'signed-by-build');
	if (signed?.standing === 'proved') return true;
	return signed?.standing === 'unproved' && signed.why === 'absent' ? false : undefined;
}

/**
 * When the release was published, by a time that somebody signed: the registry, or where that did not, the build service. A build can
 * be signed long before it is published, so an earlier time of that kind says nothing.
 */
function signedTime({ report, evidence: { publish, provenance } }: Inspection, listed?: string): string | undefined {
	const isReceived = report.claims.some(({ id, standing }) => id === 'registry-received' && standing === 'proved');
	if (isReceived && publish) return publish.signedAt;
	return provenance && provenance.signedAt > (listed ?? '') ? provenance.signedAt : undefined;
}

/** The release in a list. */
function listedIn(packument: Result<Packument>, version: string): PublishedRelease | undefined {
	return packument.ok ? packument.value.releases.find((release) => release.version === version) : undefined;
}

/** The same of a release of which the list gives no date. */
function undatedIn(packument: Result<Packument>, version: string): UndatedRelease | undefined {
	return packument.ok ? packument.value.undated.find((release) => release.version === version) : undefined;
}

/** Reads the lists of a registry, in slices. @param pause between them. @param hasDependencies as for `parsePackument`. */
export function readerOf(registry: ReleaseRegistry, pause: () => Promise<void>, hasDependencies = false): ReadReleases {
	return async (name, isAnew) => {
		const fetched = await registry.fetchPackument(name, isAnew);
		const packument = fetched.ok ? await parsePackument(fetched.value, pause, name, hasDependencies) : fetched;
		return { fetched, packument };
	};
}

/** A package's releases. Refetched if the cached packument lacks this version: it may be minutes old. */
async function fetchReleases({ name, version }: Report['release'], read: ReadReleases): ReturnType<ReadReleases> {
	const first = await read(name);
	const isLacking =
		first.packument.ok &&
		first.packument.value.releases.length > 0 &&
		![...first.packument.value.releases, ...first.packument.value.undated].some(
			(release) => release.version === version,
		);
	return isLacking ? read(name, true) : first;
}

/** What the list says of the same file, and of the time at which the registry's key signed it. */
async function compareWithListed(
	inspection: Inspection,
	listed: UndatedRelease & { publishedAt?: string },
	{ fileHosts = [] }: InspectContext,
	trust: TrustRoot,
): Promise<{ claims: Claim[]; findings: Finding[] }> {
	const { report, evidence } = inspection;
	if (!evidence.manifest) return { claims: report.claims, findings: [] };
	const signedAt = signedTime(inspection) ?? evidence.provenance?.signedAt;
	const { failure, findings } = compareAnswers({
		manifest: evidence.manifest,
		listed,
		hosts: [new URL(REGISTRY).host, ...fileHosts],
		...(signedAt !== undefined && { signedAt: new Date(signedAt) }),
	});
	const isUndated = report.claims.some(isTimeUnknown);
	const registrySigned =
		isUndated &&
		listed.publishedAt !== undefined &&
		(await checkRegistrySignature(evidence.manifest, trust, new Date(listed.publishedAt), 'registry'));
	const claims = report.claims.map((claim): Claim => {
		if (failure && claim.id === 'file-matches' && claim.standing !== 'refuted')
			return { id: claim.id, standing: 'refuted', failure };
		// The publish attestation's time is signed, the packument's is not: it is used only without a signed one.
		return registrySigned && isTimeUnknown(claim) ? registrySigned : claim;
	});
	return { claims, findings };
}

function isTimeUnknown(claim: Claim): boolean {
	return (
		claim.standing === 'unproved' && claim.why === 'could-not-check' && claim.failure.code === 'publish-time-unknown'
	);
}

/** `change-expected`, where a row of the allowlist names what changed. */
function findExpected({ release, identity, history }: Report, { policies = [] }: InspectContext): Finding[] {
	if (!identity || history?.state !== 'compared' || history.changes.length === 0) return [];
	const { changes } = history;
	for (const { policy } of policies) {
		const row = rowExpecting(policy, release.name, identity, changes);
		if (row !== undefined) return [makeFinding('change-expected', { row })];
	}
	return [];
}

/** What the registry's own list says of keys that our trust root lacks. Fetched only then, and a failure says nothing. */
async function findListedKeys(
	{ report, evidence }: Inspection,
	registry: ReleaseRegistry,
	trust: TrustRoot,
): Promise<Finding[]> {
	const isLacked = (id: Claim['id']) =>
		report.claims.some((claim) => claim.id === id && 'failure' in claim && claim.failure.code === 'not-in-trust-root');
	const lacked: { keyId: string; claim: Claim['id'] }[] = [];
	if (isLacked('registry-received')) {
		const sorted = parseAttestations(evidence.attestations);
		const [publish] = sorted.ok ? sorted.value.publish : [];
		const { hint } = (publish?.bundle as BundleOfKey | undefined)?.verificationMaterial?.publicKey ?? {};
		if (typeof hint === 'string' && !registryKey(trust, hint, 'npm:attestations'))
			lacked.push({ keyId: hint, claim: 'registry-received' });
	}
	if (isLacked('registry-signed'))
		for (const { keyid } of evidence.manifest?.signatures ?? [])
			if (!registryKey(trust, keyid, 'npm:signatures')) lacked.push({ keyId: keyid, claim: 'registry-signed' });
	if (lacked.length === 0) return [];
	const listed = await registry.fetchKeys?.();
	const found = listed?.ok ? findInKeys(lacked, listed.value) : [];
	return listed && found.length > 0 ? [...found, ...findInAge(listed)] : [];
}

/** The part of a bundle that names its key. It is not verified, and only its name is shown. */
interface BundleOfKey {
	verificationMaterial?: { publicKey?: { hint?: unknown } };
}

/** The Report with differences from earlier sightings of the same release. Answers kept from an earlier day were not seen today. */
async function compareSightings(report: Report, { sightings, policies, now }: InspectContext): Promise<Report> {
	const seen = sightingOf(report);
	if (!sightings || !seen || report.findings.some(({ code }) => code === 'evidence-kept')) return report;
	let noted: Finding[] = [];
	try {
		await sightings.change(`${report.release.name}@${report.release.version}`, (stored) => {
			const { kept, isUnreadable, findings } = noteSighting(stored, seen, now());
			noted = findings;
			return { kept, isUnreadable };
		});
	} catch {
		noted = [makeFinding('sightings-unavailable')];
	}
	return noted.length === 0 ? report : withFindings(report, noted, policies);
}
