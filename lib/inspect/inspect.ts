/** Owns THE WALK: the order of the steps from a question about a release to its Report; complete.ts continues with earlier releases. */
import { compareFile, hashFile, parseIntegrity } from '../attestation/integrity.ts';
import { parseAttestations, type SortedAttestations } from '../attestation/parse.ts';
import { checkRegistrySignature } from '../attestation/registry-signature.ts';
import type { Sightings } from '../history/first-seen.ts';
import { findInGitHead } from '../look/git-head.ts';
import type { Packument } from '../npm/published-release.ts';
import type { ReleaseSpec } from '../npm/spec.ts';
import { comparePolicies } from '../policy/compare.ts';
import type { ReleaseRegistry } from '../registry/registry.ts';
import { verdictOf } from '../report/decide.ts';
import type { Inspection, Manifest } from '../report/evidence.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import type { Identity } from '../report/identity.ts';
import type { Claim, PolicyResult, Report } from '../report/report.ts';
import type { Failure, Result } from '../report/result.ts';
import type { TrustRoot } from '../sigstore/trust-root.ts';
import { stateClaims } from './claims.ts';
import { findInAge, findInFile, findInIdentity, findInPackage, findInSignatures, findInTrustRoot } from './findings.ts';
import { compareAttestations, decode, walkProvenance, walkPublish, withheld } from './provenance.ts';
import { type OwnedPolicy, withFindings } from './with-findings.ts';

/** Everything of the world that the walk touches. */
export interface InspectContext {
	registry: ReleaseRegistry;
	/** Whom to believe; a promise while that is still being read, and evidence is asked for meanwhile. */
	trust: TrustRoot | Promise<TrustRoot>;
	/** The allowlists that hold; for each package, the first that names it decides. */
	policies?: readonly OwnedPolicy[];
	/** Whether the reader's own allowlist could not be read, so that what it expects is not known. */
	isAllowlistUnread?: boolean;
	/** What was seen of each release; absent where nothing is to be noted. */
	sightings?: Sightings;
	/** Whether files replace the registry: what they lack says nothing of the registry. */
	isOfFiles?: boolean;
	/** Hosts beside the registry's own from which files are served: that of a mirror that was asked. */
	fileHosts?: readonly string[];
	/** A package's releases, where its list is read once for many of them; absent where the walk reads it. */
	readReleases?: ReadReleases;
	/** Whether no version to stay on or to go to is looked for: that costs a request of its own. */
	advisesNothing?: boolean;
	/** Ends the walk, whose promise then rejects with its reason. The registry must end with the same signal. */
	signal?: AbortSignal;
	now: () => Date;
}

/** Fetches and parses a package's list of releases. @param isAnew whether the one at hand lacks a release. */
export type ReadReleases = (
	name: string,
	isAnew?: boolean,
) => Promise<{ fetched: Result<unknown>; packument: Result<Packument> }>;

/**
 * Walks one release from question to Report: gather, read, verify, bind, identify, compare, state.
 * Every expected failure becomes a claim; nothing is thrown for what comes from outside.
 * @param file the bytes of the published file, if they are at hand. The statements are then compared with them, not only with the
 *   fingerprint that the registry gives.
 */
export async function inspect(
	spec: ReleaseSpec,
	world: InspectContext,
	file?: Uint8Array<ArrayBuffer>,
): Promise<Inspection> {
	const [{ manifest, attestations }, trust] = await Promise.all([gather(spec, world.registry), world.trust]);
	if (!manifest.ok) return reportWithoutManifest(spec, manifest.failure, trust, world.now());
	const { name, version } = manifest.value;
	const sorted = attestations.ok ? parseAttestations(attestations.value) : attestations;
	const gathering = sorted.ok ? withheld(manifest.value, sorted.value) : sorted.failure;
	const listed = parseIntegrity(manifest.value.integrity);
	const hashed = file && (await hashFile(file));
	const integrity = hashed === undefined ? listed : compareFile(listed, hashed);
	const release = { name, version, integrity };
	const isFileAsListed = file && integrity.ok;
	// Side by side: while the browser answers for the signatures of one, the other is read.
	const [provenance, received] = await Promise.all([
		sorted.ok && !gathering ? walkProvenance(sorted.value.provenance, release, trust) : undefined,
		sorted.ok ? walkPublish(sorted.value.publish, release, trust) : undefined,
	]);
	const publish = received && compareAttestations(received, provenance?.evidence?.statement);
	const identity =
		provenance?.facts.identity?.ok && !provenance.facts.subject ? provenance.facts.identity.value : undefined;
	const findings = [
		...(identity ? findInOrigin(identity, manifest.value) : []),
		...(sorted.ok ? findUnknown(sorted.value) : []),
		...(world.isOfFiles ? [] : findInSignatures(manifest.value)),
		...findInTrustRoot(trust.info, world.now()),
		...findInAge(manifest, attestations),
		...(isFileAsListed ? findInFile(file.byteLength, integrity.value, listed.ok && !world.isOfFiles) : []),
		...(world.isAllowlistUnread ? [makeFinding('allowlist-unreadable')] : []),
	];
	const publishedAt = publish?.outcome === 'proved' ? publish.evidence?.signedAt : undefined;
	const registrySigned: Claim = world.isOfFiles
		? { id: 'registry-signed', standing: 'unproved', why: 'could-not-check', failure: { code: 'files-only' } }
		: await checkRegistrySignature(manifest.value, trust, publishedAt);
	const claims = stateClaims({
		...(gathering && { gathering }),
		...(file && !integrity.ok && { file: integrity.failure }),
		...(provenance && { provenance: provenance.facts }),
		publish: publish?.outcome ?? 'absent',
		registrySigned,
		findings,
	});
	const policy = world.policies && evaluatePolicies(world.policies, name, identity, claims);
	const { integrity: served } = manifest.value;
	const report: Report = {
		schema: 1,
		release: { name, version, ...(served !== undefined && { integrity: served }) },
		verdict: verdictOf({ claims, ...(policy && { policy }) }),
		claims,
		...(identity && { identity }),
		...(policy && { policy }),
		findings: [],
		trustRoot: trust.info,
		checkedAt: world.now().toISOString(),
	};
	return {
		report: withFindings(report, findings, world.policies),
		evidence: {
			manifest: manifest.value,
			...(attestations.ok && attestations.value !== undefined && { attestations: attestations.value }),
			...(provenance?.evidence && { provenance: decode(provenance.evidence) }),
			...(publish?.evidence && { publish: decode(publish.evidence) }),
		},
	};
}

/** The allowlist's result. It says nothing of a release whose evidence is false or could not be checked. */
function evaluatePolicies(
	policies: readonly OwnedPolicy[],
	name: string,
	identity: Identity | undefined,
	claims: Claim[],
): PolicyResult | undefined {
	const hasNone = claims.some(
		(claim) => claim.id === 'signed-by-build' && claim.standing === 'unproved' && claim.why === 'absent',
	);
	if (!identity && !hasNone) return undefined;
	return comparePolicies(policies, name, identity);
}

/** Manifest and attestations, side by side where the version is known beforehand. */
async function gather(spec: ReleaseSpec, registry: ReleaseRegistry) {
	const asked = registry.fetchManifest(spec);
	const late = async (manifest: Result<Manifest>) =>
		manifest.ok ? registry.fetchAttestations(manifest.value.name, manifest.value.version) : manifest;
	const [manifest, attestations] = await Promise.all([
		asked,
		spec.kind === 'version' ? registry.fetchAttestations(spec.name, spec.selector) : asked.then(late),
	]);
	return { manifest, attestations };
}

/** What the certificate tells, alone and beside package.json. */
function findInOrigin(identity: Identity, { name, version, repository, gitHead }: Manifest): Finding[] {
	return [
		...findInIdentity(identity, { name, version }),
		...findInPackage(identity, repository),
		...findInGitHead(identity, gitHead),
	];
}

function findUnknown({ unknown }: SortedAttestations): Finding[] {
	return [...new Set(unknown)].map((predicateType) => makeFinding('unknown-attestation', { predicateType }));
}

/** The Report without a manifest. */
function reportWithoutManifest(
	{ name, selector }: ReleaseSpec,
	failure: Failure,
	trust: TrustRoot,
	now: Date,
): Inspection {
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
