/** Owns THE WALK: the only file that knows the order of the steps from a question about a release to its Report. */
import {
	bindSubject,
	comparePredicate,
	comparePublish,
	parseAttestations,
	parseIntegrity,
	parseStatement,
	type Sorted,
	type UnverifiedAttestation,
} from './attestations.ts';
import { lookAgain, type ProvenanceFacts, stateClaims } from './claims.ts';
import { findInAge, findInIdentity, findInPackage, findInTrustRoot } from './findings.ts';
import { baselineFor, compare as compareHistory, lineOf, parsePackument } from './history.ts';
import { comparePolicy, isMutable, muteOf, type Policy } from './policy.ts';
import type { ReleaseRegistry } from './registry.ts';
import { checkRegistrySignature } from './registry-signature.ts';
import type { ReleaseSpec } from './release.ts';
import {
	type Claim,
	type Failure,
	type Finding,
	failed,
	type History,
	type Identity,
	type Inspection,
	type Manifest,
	type PolicyResult,
	type Report,
	type Result,
	type SignedEvidence,
	type Statement,
	success,
	type Verdict,
	verdictOf,
} from './report.ts';
import { noteSighting, sightingOf } from './sightings.ts';
import { identityOf } from './sigstore/identity.ts';
import type { TrustRoot } from './sigstore/trust-root.ts';
import { type SignedBundle, type Verified, verifyBundle } from './sigstore/verify.ts';

/** An allowlist, and whose it is. */
export interface OwnedPolicy {
	policy: Policy;
	setBy: 'you' | 'organisation';
}

/** Everything of the world that the walk touches. */
export interface World {
	registry: ReleaseRegistry;
	trust: TrustRoot;
	/** The allowlists that hold; for each package, the first that names it decides. */
	policies?: readonly OwnedPolicy[];
	/** What was seen of each release; absent where nothing is to be noted. */
	sightings?: Sightings;
	now: () => Date;
}

/** Where what was seen is kept. */
export interface Sightings {
	/**
	 * Changes what is kept of a release, one change after the other. @param how gets what is there, of whatever shape, or
	 * `undefined`; what it cannot read is set aside.
	 * @throws Error where the store cannot be read or written.
	 */
	change(release: string, how: (stored: unknown) => { kept: object; isUnreadable: boolean }): Promise<void>;
}

/**
 * Walks one release from question to Report: gather, read, verify, bind, identify, compare, state.
 * Every expected failure becomes a claim; nothing is thrown for what comes from outside.
 */
export async function inspect(spec: ReleaseSpec, world: World): Promise<Inspection> {
	const { manifest, attestations } = await gather(spec, world.registry);
	if (!manifest.ok) return unanswered(spec, manifest.failure, world);
	const { name, version } = manifest.value;
	const sorted = attestations.ok ? parseAttestations(attestations.value) : attestations;
	const gathering = sorted.ok ? withheld(manifest.value, sorted.value) : sorted.failure;
	const release = { name, version, integrity: parseIntegrity(manifest.value.integrity) };
	const provenance =
		sorted.ok && !gathering ? await walkProvenance(sorted.value.provenance, release, world.trust) : undefined;
	const publish = sorted.ok && !gathering ? await walkPublish(sorted.value.publish, release, world.trust) : undefined;
	const identity =
		provenance?.facts.identity?.ok && !provenance.facts.subject ? provenance.facts.identity.value : undefined;
	const findings = [
		...(identity ? [...findInIdentity(identity), ...findInPackage(identity, manifest.value.repository)] : []),
		...(sorted.ok ? findUnknown(sorted.value) : []),
		...findInTrustRoot(world.trust.info, world.now()),
		...findInAge(manifest, attestations),
	];
	const publishedAt = publish?.outcome === 'proved' ? publish.evidence?.signedAt : undefined;
	const registrySigned = await checkRegistrySignature(manifest.value, world.trust, publishedAt);
	const claims = stateClaims({
		...(gathering && { gathering }),
		...(provenance && { provenance: provenance.facts }),
		publish: publish?.outcome ?? 'absent',
		registrySigned,
		findings,
	});
	const policy = world.policies && consult(world.policies, name, identity, claims);
	const { integrity } = manifest.value;
	const report = withMuteOf(world.policies, {
		schema: 1,
		release: { name, version, ...(integrity !== undefined && { integrity }) },
		verdict: verdictOf({ claims, ...(policy && { policy }) }),
		claims,
		...(identity && { identity }),
		...(policy && { policy }),
		findings,
		trustRoot: world.trust.info,
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
 * confirmed, and a release without provenance is `unknown`. Last, where sightings are kept, what was seen is compared and noted.
 */
export async function compare(inspection: Inspection, world: World): Promise<Inspection> {
	const { report, evidence } = await compareReleases(inspection, world);
	return { evidence, report: await compareSightings(withMuteOf(world.policies, report), world) };
}

async function compareReleases(inspection: Inspection, { registry, trust }: World): Promise<Inspection> {
	const { report, evidence } = inspection;
	if (!evidence.manifest) return inspection;
	const fetched = await registry.fetchPackument(report.release.name);
	const packument = fetched.ok ? await parsePackument(fetched.value, breathe) : fetched;
	if (!packument.ok) {
		const { failure } = failed('packument-unavailable', packument.failure.code);
		return complete(inspection, { history: { state: 'not-compared', failure }, findings: [] });
	}
	const { version } = report.release;
	const publishedAt = packument.value.releases.find((release) => release.version === version)?.publishedAt;
	const registrySigned = publishedAt && (await checkRegistrySignature(evidence.manifest, trust, new Date(publishedAt)));
	// Proved or absent goes before what the packument lists; only where it could not be checked does the list decide.
	const signed = report.claims.find(({ id }) => id === 'signed-by-build');
	const isAbsent = signed?.standing === 'unproved' && signed.why === 'absent';
	const hasProvenance = signed?.standing === 'proved' ? true : isAbsent ? false : undefined;
	const earlier = baselineFor(packument.value, version, hasProvenance);
	const identity = earlier && (await identityOfRelease(earlier, registry, trust));
	const compared = compareHistory({
		packument: packument.value,
		version,
		...(hasProvenance !== undefined && { hasProvenance }),
		identity: report.identity,
		earlier: earlier && identity && { version: earlier.version, identity },
	});
	// Said once: what was kept of this release, or else of the ones before it.
	const isSaid = report.findings.some(({ code }) => code === 'evidence-kept');
	return complete(inspection, {
		...compared,
		findings: [...compared.findings, ...(isSaid ? [] : findInAge(fetched))],
		...(publishedAt && { publishedAt }),
		...(registrySigned && { registrySigned }),
	});
}

/** The verified identity of an earlier release; `undefined` where it has none, or it could not be had or does not hold. */
async function identityOfRelease(
	release: Manifest,
	registry: ReleaseRegistry,
	trust: TrustRoot,
): Promise<Identity | undefined> {
	const { name, version, integrity, attestations } = release;
	if (attestations?.provenance === undefined) return undefined;
	const answer = await registry.fetchAttestations(name, version);
	const sorted = answer.ok ? parseAttestations(answer.value) : answer;
	if (!sorted.ok) return undefined;
	const walked = await walkProvenance(
		sorted.value.provenance,
		{ name, version, integrity: parseIntegrity(integrity) },
		trust,
	);
	return walked?.facts.identity?.ok && !walked.facts.subject ? walked.facts.identity.value : undefined;
}

/** Lets others have the thread, between slices of a packument that may have ten thousand releases. */
function breathe(): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve));
}

/** The same Report with what was learnt since, and the verdict made again. */
function complete(
	{ report, evidence }: Inspection,
	learnt: { history: History; findings: Finding[]; publishedAt?: string; registrySigned?: Claim },
): Inspection {
	const { history, publishedAt, registrySigned } = learnt;
	const findings = [...report.findings, ...learnt.findings];
	const claims = lookAgain(
		// The publish attestation's time is signed, the packument's is only said: it fills in where there is no other.
		report.claims.map((claim) => (registrySigned && isTimeUnknown(claim) ? registrySigned : claim)),
		findings,
	);
	const release = { ...report.release, ...(publishedAt && { publishedAt }) };
	const verdict = verdictOf({ ...report, claims, history });
	return { evidence, report: { ...report, release, claims, findings, history, verdict } };
}

/** The Report with `muted` or `muted-by-organisation`, where its warning was put aside; its verdict stays what it is. */
function withMuteOf(policies: readonly OwnedPolicy[] | undefined, report: Report): Report {
	const findings = report.findings.filter(({ code }) => code !== 'muted' && code !== 'muted-by-organisation');
	const mute = findMute(policies, report, report.verdict);
	return { ...report, findings: mute ? [...findings, mute] : findings };
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

/** The registry lists evidence that it does not serve, or serves only in part. */
function withheld({ attestations }: Manifest, served: Sorted): Failure | undefined {
	if (attestations === undefined) return undefined;
	const isProvenanceMissing = attestations.provenance !== undefined && served.provenance.length === 0;
	const isAllMissing = served.provenance.length + served.publish.length === 0;
	if (!isProvenanceMissing && !isAllMissing) return undefined;
	// A kind that we do not know is not withheld: we cannot read it.
	const [unknown] = served.unknown;
	return unknown === undefined
		? failed('attestations-withheld', attestations.provenance).failure
		: failed('unsupported-predicate', unknown).failure;
}

interface ReleaseAtHand {
	name: string;
	version: string;
	/** The file's SHA-512 in hex, as the registry gives it. */
	integrity: Result<string>;
}

/** A verified attestation: the bundle, and its statement where that can be read. */
interface VerifiedAttestation {
	signed: Verified<SignedBundle>;
	statement?: Verified<Statement>;
	signedAt: Date;
}

/** Steps 2 to 6 for the provenance; nothing where there is none. */
async function walkProvenance(
	attestations: UnverifiedAttestation[],
	release: ReleaseAtHand,
	trust: TrustRoot,
): Promise<{ facts: ProvenanceFacts; evidence?: VerifiedAttestation } | undefined> {
	const [attestation, ...duplicates] = attestations;
	if (!attestation) return undefined;
	if (duplicates.length > 0) return { facts: { bundle: failed('attestation-duplicated') } };
	const bundle = await verifyBundle(attestation.bundle, trust, 'certificate');
	if (!bundle.ok) return { facts: { bundle } };
	const evidence = { signed: bundle.value, signedAt: bundle.value.signedAt };
	const statement = parseStatement(bundle.value, attestation.predicateType);
	if (!statement.ok) return { facts: { bundle, statement }, evidence };
	const subject = bind(statement.value, release);
	const identity = identify(bundle.value, statement.value);
	return { facts: { bundle, statement, subject, identity }, evidence: { ...evidence, statement: statement.value } };
}

/** The same for the publish attestation, which npm signs with a key of its own. */
async function walkPublish(
	attestations: UnverifiedAttestation[],
	release: ReleaseAtHand,
	trust: TrustRoot,
): Promise<{ outcome: 'absent' | 'proved' | Failure; evidence?: VerifiedAttestation }> {
	const [attestation, ...duplicates] = attestations;
	if (!attestation) return { outcome: 'absent' };
	if (duplicates.length > 0) return { outcome: { code: 'attestation-duplicated' } };
	const bundle = await verifyBundle(attestation.bundle, trust, { usage: 'npm:attestations' });
	if (!bundle.ok) return { outcome: bundle.failure };
	const evidence = { signed: bundle.value, signedAt: bundle.value.signedAt };
	const statement = parseStatement(bundle.value, attestation.predicateType);
	if (!statement.ok) return { outcome: statement.failure, evidence };
	const failure = bind(statement.value, release) ?? comparePublish(statement.value, release);
	return { outcome: failure ?? 'proved', evidence: { ...evidence, statement: statement.value } };
}

function bind(statement: Verified<Statement>, { name, version, integrity }: ReleaseAtHand): Failure | undefined {
	return integrity.ok ? bindSubject(statement, { name, version, sha512: integrity.value }) : integrity.failure;
}

function identify({ signer }: Verified<SignedBundle>, statement: Verified<Statement>): Result<Identity> {
	if (!('certificate' in signer)) return failed('bundle-of-wrong-kind');
	const identity = identityOf(signer.certificate);
	if (!identity.ok) return identity;
	const failure = comparePredicate(statement, identity.value, signer.certificate.fulcio[18] !== undefined);
	return failure ? { ok: false, failure } : success(identity.value);
}

function findUnknown({ unknown }: Sorted): Finding[] {
	return unknown.map((predicateType) => ({
		code: 'unknown-attestation',
		claim: 'signed-by-build',
		saidBy: 'registry',
		detail: predicateType.slice(0, 300),
	}));
}

/** The Report where not even the manifest could be had. */
function unanswered({ name, selector }: ReleaseSpec, failure: Failure, { trust, now }: World): Inspection {
	const claims = stateClaims({
		gathering: failure,
		publish: 'absent',
		registrySigned: { id: 'registry-signed', standing: 'unproved', why: 'could-not-check', failure },
		findings: [],
	});
	const release = { name, version: selector };
	const [findings, checkedAt] = [findInTrustRoot(trust.info, now()), now().toISOString()];
	const verdict = verdictOf({ claims });
	return { report: { schema: 1, release, verdict, claims, findings, trustRoot: trust.info, checkedAt }, evidence: {} };
}

function decode({ signed, statement, signedAt }: VerifiedAttestation): SignedEvidence {
	const { signer, logEntries } = signed;
	return { ...(statement && { statement }), signer, signedAt: signedAt.toISOString(), logEntries };
}
