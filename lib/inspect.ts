/** Owns THE WALK: the only file that knows the order of the steps from a question about a release to its Report. */
import { parseAdvisories } from './advisories.ts';
import { compareFile, hashFile, parseAttestations, parseIntegrity, type Sorted } from './attestations.ts';
import { lookAgain, stateClaims } from './claims.ts';
import {
	findInAdvisories,
	findInAge,
	findInFile,
	findInIdentity,
	findInKeys,
	findInPackage,
	findInTrustRoot,
	findUnreadAllowlist,
} from './findings.ts';
import { baselineFor, compare as compareHistory, lineFor } from './history.ts';
import { lineOf, type Packument, parsePackument } from './packument.ts';
import { comparePolicy, isMutable, muteOf, type Policy, warningsOf } from './policy.ts';
import { compareAttestations, decode, identityOfRelease, walkProvenance, walkPublish, withheld } from './provenance.ts';
import type { ReleaseRegistry } from './registry.ts';
import { checkRegistrySignature } from './registry-signature.ts';
import { isVersion, type ReleaseSpec } from './release.ts';
import {
	type Claim,
	type Failure,
	type FailureCode,
	type Finding,
	failed,
	type History,
	type Identity,
	type Inspection,
	type Line,
	type PolicyResult,
	type Report,
	type Result,
	success,
	type Verdict,
	verdictOf,
} from './report.ts';
import { noteSighting, type Sightings, sightingOf } from './sightings.ts';
import { registryKey, type TrustRoot } from './sigstore/trust-root.ts';
import { createYielder } from './slices.ts';

/** An allowlist, and whose it is. */
export interface OwnedPolicy {
	policy: Policy;
	setBy: 'you' | 'organisation';
}

/** Everything of the world that the walk touches. */
export interface World {
	registry: ReleaseRegistry;
	/** Whom to believe; a promise while that is still being read, and evidence is asked for meanwhile. */
	trust: TrustRoot | Promise<TrustRoot>;
	/** The allowlists that hold; for each package, the first that names it decides. */
	policies?: readonly OwnedPolicy[];
	/** Whether the reader's own allowlist could not be read, so that what it expects is not known. */
	isAllowlistUnread?: boolean;
	/** What was seen of each release; absent where nothing is to be noted. */
	sightings?: Sightings;
	now: () => Date;
}

/**
 * Walks one release from question to Report: gather, read, verify, bind, identify, compare, state.
 * Every expected failure becomes a claim; nothing is thrown for what comes from outside.
 * @param file the bytes of the published file, where they are at hand: the statements are then held against them, not only
 *   against the fingerprint that the registry gives.
 */
export async function inspect(spec: ReleaseSpec, world: World, file?: Uint8Array<ArrayBuffer>): Promise<Inspection> {
	const [{ manifest, attestations }, trust] = await Promise.all([gather(spec, world.registry), world.trust]);
	if (!manifest.ok) return unanswered(spec, manifest.failure, trust, world.now());
	const { name, version } = manifest.value;
	const sorted = attestations.ok ? parseAttestations(attestations.value) : attestations;
	const gathering = sorted.ok ? withheld(manifest.value, sorted.value) : sorted.failure;
	const listed = parseIntegrity(manifest.value.integrity);
	const hashed = file && (await hashFile(file));
	const integrity = hashed === undefined ? listed : compareFile(listed, hashed);
	const release = { name, version, integrity };
	const isFileAsListed = file && integrity.ok;
	const provenance =
		sorted.ok && !gathering ? await walkProvenance(sorted.value.provenance, release, trust) : undefined;
	const received = sorted.ok && !gathering ? await walkPublish(sorted.value.publish, release, trust) : undefined;
	const publish = received && compareAttestations(received, provenance?.evidence?.statement);
	const identity =
		provenance?.facts.identity?.ok && !provenance.facts.subject ? provenance.facts.identity.value : undefined;
	const findings = [
		...(identity ? [...findInIdentity(identity), ...findInPackage(identity, manifest.value.repository)] : []),
		...(sorted.ok ? findUnknown(sorted.value) : []),
		...findInTrustRoot(trust.info, world.now()),
		...findInAge(manifest, attestations),
		...(isFileAsListed ? findInFile(file.byteLength, integrity.value, listed.ok) : []),
		...(world.isAllowlistUnread ? findUnreadAllowlist() : []),
	];
	const publishedAt = publish?.outcome === 'proved' ? publish.evidence?.signedAt : undefined;
	const registrySigned = await checkRegistrySignature(manifest.value, trust, publishedAt);
	const claims = stateClaims({
		...(gathering && { gathering }),
		...(file && !integrity.ok && { file: integrity.failure }),
		...(provenance && { provenance: provenance.facts }),
		publish: publish?.outcome ?? 'absent',
		registrySigned,
		findings,
	});
	const policy = world.policies && consult(world.policies, name, identity, claims);
	const { integrity: served } = manifest.value;
	const report = withMuteOf(world.policies, {
		schema: 1,
		release: { name, version, ...(served !== undefined && { integrity: served }) },
		verdict: verdictOf({ claims, ...(policy && { policy }) }),
		claims,
		...(identity && { identity }),
		...(policy && { policy }),
		findings,
		trustRoot: trust.info,
		checkedAt: world.now().toISOString(),
	});
	return {
		report,
		evidence: {
			manifest: manifest.value,
			...(attestations.ok && attestations.value !== undefined && { attestations: attestations.value }),
			...(provenance?.evidence && { provenance: decode(provenance.evidence) }),
			...(publish?.evidence && { publish: decode(publish.evidence) }),
		},
	};
}

/**
 * Completes a Report with what the packument tells: when it was published, and what the releases before it had. One earlier
 * release's attestation is fetched and verified for it. Where the packument cannot be had, a confirmed origin stays
 * confirmed, and a release without provenance is `unknown`. Beside it the registry's list of malware is read; last, where sightings
 * are kept, what was seen is compared and noted.
 */
export async function compare(inspection: Inspection, world: World): Promise<Inspection> {
	const advisories = askAdvisories(inspection, world.registry);
	const { report, evidence } = heed(await compareReleases(inspection, world), await advisories);
	const completed = withMuteOf(world.policies, warnOfYoungLine(world.policies, report));
	return { evidence, report: await compareSightings(completed, world) };
}

/** A line that began without provenance is the one warning where there is no other, and the loss of it was not put aside. */
function warnOfYoungLine(policies: readonly OwnedPolicy[] | undefined, report: Report): Report {
	const isWarned = report.verdict !== 'none' || report.findings.some(({ warning }) => warning);
	if (isWarned || findMute(policies, report, 'lost')) return report;
	const findings = report.findings.map((finding) =>
		finding.code === 'line-began-without-provenance' ? { ...finding, warning: true as const } : finding,
	);
	return { ...report, findings };
}

/** A registry that is silent, or says that it is too much, is not pressed for another answer. */
const NOT_TO_BE_PRESSED: readonly FailureCode[] = ['registry-unreachable', 'registry-timeout', 'rate-limited'];

/** Reads only the registry's list of malware: for a release of which nothing else is to be asked. */
export async function warn(inspection: Inspection, { registry }: World): Promise<Inspection> {
	const isPressed = inspection.report.claims.some(
		(claim) => 'failure' in claim && NOT_TO_BE_PRESSED.includes(claim.failure.code),
	);
	return isPressed ? inspection : heed(inspection, await askAdvisories(inspection, registry));
}

/** Nothing where nobody is to be asked, or the registry just said that it cannot answer. */
async function askAdvisories({ report, evidence }: Inspection, registry: ReleaseRegistry) {
	const { name, version } = report.release;
	// A release that was taken away may be listed all the more.
	const isGone = report.claims.some((claim) => 'failure' in claim && claim.failure.code === 'release-not-found');
	if (!registry.fetchAdvisories || !isVersion(version) || !(evidence.manifest || isGone)) return undefined;
	const answer = await registry.fetchAdvisories(name, version);
	return { answer, advisory: answer.ok ? parseAdvisories(answer.value, name, version) : answer };
}

/** The same Report with the one warning at its head, where there is reason for it. A list that could not be read says nothing. */
function heed(inspection: Inspection, asked: Awaited<ReturnType<typeof askAdvisories>>): Inspection {
	if (!asked) return inspection;
	const { report, evidence } = inspection;
	const { answer, advisory } = asked;
	const malware = advisory.ok ? findInAdvisories(advisory.value) : [];
	const findings = withOneAge([...malware, ...report.findings, ...findInAge(answer)]);
	return {
		report: { ...report, claims: lookAgain(report.claims, findings), findings },
		evidence: { ...evidence, advisories: advisory.ok ? 'read' : advisory.failure },
	};
}

async function compareReleases(inspection: Inspection, world: World): Promise<Inspection> {
	const { report, evidence } = inspection;
	const { registry } = world;
	const trust = await world.trust;
	if (!evidence.manifest) return inspection;
	const pause = createYielder();
	const [{ fetched, packument }, keyFindings] = await Promise.all([
		fetchReleases(report.release, registry, pause),
		findListedKeys(inspection, registry, trust),
	]);
	if (!packument.ok) {
		const { failure } = failed('packument-unavailable', packument.failure.code);
		return complete(inspection, { history: { state: 'not-compared', failure }, findings: keyFindings });
	}
	const { version } = report.release;
	const publishedAt = packument.value.releases.find((release) => release.version === version)?.publishedAt;
	const registrySigned = publishedAt && (await checkRegistrySignature(evidence.manifest, trust, new Date(publishedAt)));
	// Proved or absent goes before what the packument lists; only where it could not be checked does the list decide.
	const signed = report.claims.find(({ id }) => id === 'signed-by-build');
	const isAbsent = signed?.standing === 'unproved' && signed.why === 'absent';
	const hasProvenance = signed?.standing === 'proved' ? true : isAbsent ? false : undefined;
	const earlier = baselineFor(packument.value, version, hasProvenance);
	const served =
		earlier?.attestations?.provenance === undefined
			? undefined
			: await registry.fetchAttestations(earlier.name, earlier.version);
	const verified = earlier && served && (await identityOfRelease(earlier, served, trust));
	await pause();
	const compared = compareHistory({
		packument: packument.value,
		version,
		...(hasProvenance !== undefined && { hasProvenance }),
		identity: report.identity,
		earlier: earlier &&
			verified && { version: earlier.version, ...(verified.ok ? { identity: verified.value } : verified) },
	});
	return complete(inspection, {
		...compared,
		findings: [...keyFindings, ...compared.findings, ...findInAge(fetched, ...(served ? [served] : []))],
		...(publishedAt && { publishedAt }),
		...(registrySigned && { registrySigned }),
	});
}

/** A package's releases; once more where a list that was kept lacks the release at hand, which may be of these minutes. */
async function fetchReleases(
	{ name, version }: Report['release'],
	registry: ReleaseRegistry,
	pause: () => Promise<void>,
): Promise<{ fetched: Result<unknown>; packument: Result<Packument> }> {
	const read = async (fetched: Result<unknown>) => ({
		fetched,
		packument: fetched.ok ? await parsePackument(fetched.value, pause, name) : fetched,
	});
	const first = await read(await registry.fetchPackument(name));
	const isLacking =
		first.packument.ok &&
		first.packument.value.releases.length > 0 &&
		!first.packument.value.releases.some((release) => release.version === version);
	return isLacking ? read(await registry.fetchPackument(name, true)) : first;
}

/** What the registry's own list says of keys that our trust root lacks: asked for only then, and a failure says nothing. */
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

/** As much of a bundle as names its key; it was verified by nobody, and only its name is told. */
interface BundleOfKey {
	verificationMaterial?: { publicKey?: { hint?: unknown } };
}

/** How much of a line is checked, and who hears of it. */
interface LineOptions {
	/** How many releases are checked, of the newest that list provenance; the release at hand and the one compared with always are. */
	most: number;
	/** Told after each release that was checked. */
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
	world: World,
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
	const first = [version, baselineFor(packument.value, version)?.version].filter((one) => one !== undefined);
	const wanted = new Set([...first, ...listed.slice(Math.max(0, listed.length - most)).reverse()]);
	const releases = new Map(packument.value.releases.map((release) => [release.version, release]));
	await pause();
	const isListed = new Set(listed);
	const queue = [...wanted].filter((one) => isListed.has(one)).flatMap((one) => releases.get(one) ?? []);
	const total = queue.length;
	const checked = new Map<string, Result<Identity>>();
	const work = async () => {
		for (let next = queue.shift(); next && !signal?.aborted; next = queue.shift()) {
			const answer = await registry.fetchAttestations(next.name, next.version);
			const identity = await identityOfRelease(next, answer, trust);
			checked.set(next.version, identity);
			onprogress?.({ done: checked.size, total });
			if (!identity.ok && NO_USE_ASKING.includes(identity.failure.code)) queue.length = 0;
		}
	};
	await Promise.all([work(), work(), work(), work()]);
	await pause();
	return success(lineFor(packument.value, version, checked) ?? line);
}

/** After one of these, further questions would only come to the same. */
const NO_USE_ASKING: readonly FailureCode[] = [
	'permission-withheld',
	'registry-unreachable',
	'registry-timeout',
	'rate-limited',
];

/** The same Report with what was learnt since, and the verdict made again. */
function complete(
	{ report, evidence }: Inspection,
	learnt: { history: History; findings: Finding[]; publishedAt?: string; registrySigned?: Claim },
): Inspection {
	const { history, publishedAt, registrySigned } = learnt;
	const findings = withOneAge([...report.findings, ...learnt.findings]);
	const claims = lookAgain(
		// The publish attestation's time is signed, the packument's is only said: it fills in where there is no other.
		report.claims.map((claim) => (registrySigned && isTimeUnknown(claim) ? registrySigned : claim)),
		findings,
	);
	const release = { ...report.release, ...(publishedAt && { publishedAt }) };
	const verdict = verdictOf({ ...report, claims, history });
	return { evidence, report: { ...report, release, claims, findings, history, verdict } };
}

/** Said once, of the oldest: how long ago what could not be had anew was kept. */
function withOneAge(findings: Finding[]): Finding[] {
	const isAge = ({ code }: Finding) => code === 'evidence-kept';
	const [oldest] = findings.filter(isAge).sort((a, b) => ((a.detail ?? '') < (b.detail ?? '') ? -1 : 1));
	return oldest ? [...findings.filter((finding) => !isAge(finding)), oldest] : findings;
}

/** The Report with `muted` or `muted-by-organisation`, where all its warnings were put aside; its verdict stays what it is. */
function withMuteOf(policies: readonly OwnedPolicy[] | undefined, report: Report): Report {
	const findings = report.findings.filter(({ code }) => code !== 'muted' && code !== 'muted-by-organisation');
	const mutes = warningsOf(report).map((warning) => findMute(policies, report, warning));
	const [mute] = mutes;
	return { ...report, findings: mute && !mutes.includes(undefined) ? [...findings, mute] : findings };
}

/**
 * The finding that a warning was put aside (detail: the day, a space, the note). A reader cannot put aside that a release is not
 * what an organisation expects.
 * @param verdict the warning; of what cannot be put aside there is none.
 */
export function findMute(
	policies: readonly OwnedPolicy[] = [],
	{ release: { name, version }, policy }: Report,
	verdict: Verdict,
): Finding | undefined {
	if (!isMutable(verdict)) return undefined;
	const isOrganisations = verdict === 'not-allowed' && policy?.setBy === 'organisation';
	for (const { policy: from, setBy } of policies) {
		const mute = muteOf(from, name, version, lineOf(version), verdict);
		if (!mute || (isOrganisations && setBy === 'you')) continue;
		const code = setBy === 'you' ? 'muted' : 'muted-by-organisation';
		const claim = verdict === 'lost' ? 'signed-by-build' : 'built-by';
		return { code, claim, saidBy: 'here', detail: `${mute.date} ${mute.note}`.trim() };
	}
	return undefined;
}

/**
 * The Report with what differs from what was seen of the same release before. The weightiest difference is the one warning, unless the
 * verdict is one, or another finding. A release whose evidence was kept from an earlier day was not seen today.
 */
async function compareSightings(report: Report, { sightings, now }: World): Promise<Report> {
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
		noted = [{ code: 'sightings-unavailable', claim: 'registry-keeps-serving', saidBy: 'here' }];
	}
	const isMuted = report.findings.some(({ code }) => code.startsWith('muted'));
	const isWarned =
		report.findings.some(({ warning }) => warning) ||
		report.verdict === 'mismatch' ||
		((report.verdict === 'lost' || report.verdict === 'not-allowed') && !isMuted);
	const [first, ...others] = noted;
	const isAlarm = first !== undefined && !isWarned && ALARMS.has(first.code);
	const findings = [...report.findings, ...(isAlarm ? [{ ...first, warning: true as const }, ...others] : noted)];
	return { ...report, findings, claims: lookAgain(report.claims, findings) };
}

/** A release's file and signer never change at the registry: that they did is the warning. */
const ALARMS = new Set(['seen-with-another-file', 'seen-with-another-signer', 'seen-with-provenance']);

function isTimeUnknown(claim: Claim): boolean {
	return (
		claim.standing === 'unproved' && claim.why === 'could-not-check' && claim.failure.code === 'publish-time-unknown'
	);
}

/** The allowlist's word. Of a release whose evidence could not be checked, or is false, it has nothing to say. */
function consult(
	policies: readonly OwnedPolicy[],
	name: string,
	identity: Identity | undefined,
	claims: Claim[],
): PolicyResult | undefined {
	const hasNone = claims.some(
		(claim) => claim.id === 'signed-by-build' && claim.standing === 'unproved' && claim.why === 'absent',
	);
	if (!identity && !hasNone) return undefined;
	const results = policies.map(({ policy, setBy }) => comparePolicy(policy, name, identity, setBy));
	return results.find(({ state }) => state !== 'no-row') ?? results[0];
}

/** Manifest and attestations, side by side where the version is known beforehand. */
async function gather(spec: ReleaseSpec, registry: ReleaseRegistry) {
	const early = spec.kind === 'version' ? registry.fetchAttestations(spec.name, spec.selector) : undefined;
	const manifest = await registry.fetchManifest(spec);
	const attestations = await (early ??
		(manifest.ok ? registry.fetchAttestations(manifest.value.name, manifest.value.version) : manifest));
	return { manifest, attestations };
}

function findUnknown({ unknown }: Sorted): Finding[] {
	return [...new Set(unknown)].map((predicateType) => ({
		code: 'unknown-attestation',
		claim: 'signed-by-build',
		saidBy: 'registry',
		detail: predicateType.slice(0, 300),
	}));
}

/** The Report where not even the manifest could be had. */
function unanswered({ name, selector }: ReleaseSpec, failure: Failure, trust: TrustRoot, now: Date): Inspection {
	const claims = stateClaims({
		gathering: failure,
		publish: 'absent',
		registrySigned: { id: 'registry-signed', standing: 'unproved', why: 'could-not-check', failure },
		findings: [],
	});
	const release = { name, version: selector };
	const [findings, checkedAt] = [findInTrustRoot(trust.info, now), now.toISOString()];
	const verdict = verdictOf({ claims });
	return { report: { schema: 1, release, verdict, claims, findings, trustRoot: trust.info, checkedAt }, evidence: {} };
}
