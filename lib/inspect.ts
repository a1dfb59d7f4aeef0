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
import { baselineFor, compare as compareHistory, lineFor, parsePackument } from './history.ts';
import { comparePolicy, type Policy } from './policy.ts';
import type { ReleaseRegistry } from './registry.ts';
import { checkRegistrySignature } from './registry-signature.ts';
import type { ReleaseSpec } from './release.ts';
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
	type Manifest,
	type PolicyResult,
	type Report,
	type Result,
	type SignedEvidence,
	type Statement,
	success,
	verdictOf,
} from './report.ts';
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
	now: () => Date;
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
	const report: Report = {
		schema: 1,
		release: { name, version, ...(integrity !== undefined && { integrity }) },
		verdict: verdictOf({ claims, ...(policy && { policy }) }),
		claims,
		...(identity && { identity }),
		...(policy && { policy }),
		findings,
		trustRoot: world.trust.info,
		checkedAt: world.now().toISOString(),
	};
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
 * confirmed, and a release without provenance is `unknown`.
 */
export async function compare(inspection: Inspection, { registry, trust }: World): Promise<Inspection> {
	const { report, evidence } = inspection;
	if (!evidence.manifest) return inspection;
	const fetched = await registry.fetchPackument(report.release.name);
	const pause = breathing();
	const packument = fetched.ok ? await parsePackument(fetched.value, pause) : fetched;
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
	const verified = earlier && (await identityOfRelease(earlier, registry, trust));
	const identity = verified?.ok ? verified.value : undefined;
	await pause();
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

/** How much of a line is checked, and who hears of it. */
export interface LineOptions {
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
	{ registry, trust }: World,
	{ most, onprogress, signal }: LineOptions,
): Promise<Result<Line>> {
	const [manifest, fetched] = await Promise.all([registry.fetchManifest(spec), registry.fetchPackument(spec.name)]);
	if (!manifest.ok) return manifest;
	const pause = breathing();
	const packument = fetched.ok ? await parsePackument(fetched.value, pause) : fetched;
	if (!packument.ok) return packument;
	const { version } = manifest.value;
	const line = lineFor(packument.value, version);
	if (!line) return failed('release-not-found', `${version} is not in the list of releases`);
	const listed = line.releases.filter(({ hasProvenance }) => hasProvenance).map((release) => release.version);
	const first = [version, baselineFor(packument.value, version)?.version].filter((one) => one !== undefined);
	const wanted = new Set([...first, ...listed.slice(Math.max(0, listed.length - most)).reverse()]);
	const releases = new Map(packument.value.releases.map((release) => [release.version, release]));
	await pause();
	const queue = [...wanted].filter((one) => listed.includes(one)).flatMap((one) => releases.get(one) ?? []);
	const total = queue.length;
	const checked = new Map<string, Result<Identity>>();
	const work = async () => {
		for (let next = queue.shift(); next && !signal?.aborted; next = queue.shift()) {
			const identity = await identityOfRelease(next, registry, trust);
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

/** The verified identity of a release that lists provenance. @returns all failures of asking, and of the walk. */
async function identityOfRelease(
	manifest: Manifest,
	registry: ReleaseRegistry,
	trust: TrustRoot,
): Promise<Result<Identity>> {
	const { name, version } = manifest;
	if (manifest.attestations?.provenance === undefined) return failed('not-reached', 'no provenance is listed');
	const answer = await registry.fetchAttestations(name, version);
	const sorted = answer.ok ? parseAttestations(answer.value) : answer;
	if (!sorted.ok) return sorted;
	const missing = withheld(manifest, sorted.value);
	if (missing) return { ok: false, failure: missing };
	const release = { name, version, integrity: parseIntegrity(manifest.integrity) };
	const walked = await walkProvenance(sorted.value.provenance, release, trust);
	if (!walked) return failed('not-reached');
	const { bundle, statement, subject, identity } = walked.facts;
	if (!bundle.ok) return bundle;
	if (statement && !statement.ok) return statement;
	if (subject) return { ok: false, failure: subject };
	return identity ?? failed('not-reached');
}

/** A pause that lets others have the thread where the work since the last one has taken 8 ms; it may be called at any time. */
export function breathing(): () => Promise<void> {
	let started = performance.now();
	return async () => {
		if (performance.now() - started < 8) return;
		await new Promise((resolve) => setTimeout(resolve));
		started = performance.now();
	};
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
