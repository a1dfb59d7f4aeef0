/** Owns the words beside the evidence: who says what, which checks ran, how to repeat them without us. */

import type { Inspection, Statement } from '../../report/evidence.ts';
import { FAILURES } from '../../report/failures.ts';
import type { LineRelease } from '../../report/history.ts';
import type { Identity } from '../../report/identity.ts';
import type { Report } from '../../report/report.ts';
import type { Failure } from '../../report/result.ts';
import { bytes, capital, fileName, shortRepository } from '../format.ts';
import { quoteText, quoteWord } from '../untrusted.ts';
import { describeFailure } from './failures.ts';
import { describeChanges, hasChanged } from './history.ts';
import { buildService, TIER_NAMES } from './names.ts';
import type { FactRow } from './signed.ts';
import { isBuiltIn } from './trust-roots.ts';

/** What the registry says of a release of a line. */
export function describeSaid({ tier, publisher, publisherBefore, isDeprecated }: LineRelease): string {
	const account = publisher === undefined ? '' : `; account ${quoteText(publisher)}`;
	const before = publisherBefore === undefined ? '' : `, where the release before has ${quoteText(publisherBefore)}`;
	return `${capital(TIER_NAMES[tier].name)}${account}${before}${isDeprecated ? '; deprecated' : ''}.`;
}

/** What a signature proves of a release of a line, or why nothing. */
export function describeProved(release: LineRelease): string {
	const { checked, hasProvenance } = release;
	if (!hasProvenance) return 'No provenance is listed.';
	if (!checked) return 'The signature is not checked yet.';
	if (!checked.ok) {
		const isFalse = FAILURES[checked.failure.code] === 'false';
		return `${isFalse ? 'Does not match' : 'Could not check'}: ${describeFailure(checked.failure)}`;
	}
	const { workflow, repository, ref } = checked.value;
	const from = `${quoteWord(fileName(workflow))} in ${quoteWord(shortRepository(repository))}, ${quoteWord(ref.replace(/^refs\/(heads|tags)\//, ''))}.`;
	return hasChanged(release) ? `${from} ${describeChanges(release)}` : from;
}

/** What is said around the records and the checks. */
export const EVIDENCE = {
	release: 'Release',
	fingerprint: 'Fingerprint (integrity)',
	noFingerprint: 'none',
	published: 'Published',
	repository: 'Repository in package.json',
	provenance: 'Provenance',
	provenanceParts: 'Provenance: certificate, statement and log entry, decoded',
	publish: 'Publish attestation',
	publishParts: 'Publish attestation: key, statement and log entry, decoded',
	saveRecords: 'Save all records as served',
	saveBundle: 'Save the provenance record (bundle)',
	saveReport: 'Save this report (JSON)',
	copyCommands: 'Copy these commands',
	here: 'Made on this machine',
	checkedAt: 'Checked',
	trustRoot: 'Trust root',
	made: 'These checks are made where there is evidence for them:',
	notMade: 'These were not made:',
	unaudited: 'Nobody has audited this extension.',
} as const;

/** What the table of the identity is. */
export const ORIGIN_CAPTION = 'Proved by signature: the identity in the certificate';

/** The identity in a verified certificate, as rows; what it does not name has none. */
export function describeOrigin(identity: Identity): FactRow[] {
	const { issuer, repository, repositoryId, ownerId, workflow, ref, commit, trigger, runner, environment, signer } =
		identity;
	return [
		{ name: 'Build service', value: buildService(issuer), note: issuer },
		{ name: 'Repository', value: repository, note: repositoryId && `number ${repositoryId}` },
		{ name: 'Owner number', value: ownerId },
		{ name: 'Workflow (build file)', value: workflow },
		{ name: 'Branch or tag (ref)', value: ref },
		{ name: 'Commit', value: commit, note: 'the one that the run was started on' },
		{ name: 'Started by (trigger)', value: trigger },
		{ name: 'Machine (runner)', value: runner },
		{ name: 'Environment', value: environment },
		{ name: 'Signed by', value: signer, note: 'the workflow in the certificate; it may be a reusable one' },
	].flatMap(({ name, value, note }) => (value === undefined ? [] : [{ name, value, ...(note && { note }) }]));
}

/** How records that are saved are checked elsewhere. */
export const OFFLINE = {
	carry: 'The records can be checked on a machine without network, with this extension:',
	page: 'files without network',
} as const;

/** A way to repeat the check without us. */
interface Recipe {
	title: string;
	/** Lines for a POSIX shell. */
	lines: string[];
	note: string;
}

/**
 * The way out: commands that repeat the check without us. They name the exact release, the identity where one was proved, and the
 * versions of the tools that they need.
 */
export function describeRecipes({ report: { release, identity }, evidence }: Inspection): Recipe[] {
	const spec = shellWord(`${release.name}@${release.version}`);
	const recipes: Recipe[] = [
		{
			title: "npm's own check, in an empty folder",
			lines: ['npm init -y', `npm install --ignore-scripts ${spec}`, 'npm audit signatures'],
			note: 'npm 9.5 or newer. It checks the signatures of everything installed there; it does not compare the identity with anything.',
		},
	];
	const statement = evidence.provenance?.statement;
	const sha512 = statement?.subject[0]?.digest.sha512;
	if (identity && statement && sha512 !== undefined) {
		recipes.push({
			title: "Sigstore's own tool (cosign), with the record saved from this page",
			lines: [
				'cosign verify-blob-attestation --bundle provenance.sigstore.json \\',
				`  --certificate-identity ${shellWord(identity.signer)} \\`,
				`  --certificate-oidc-issuer ${shellWord(identity.issuer)} \\`,
				`  --type ${shellWord(statement.predicateType)} \\`,
				`  --digestAlg sha512 --digest ${shellWord(sha512)}`,
				`npm pack ${spec}`,
				'sha512sum *.tgz',
			],
			note: "cosign 3.0 or newer. The digest is the statement's, since cosign before 3.1.0 hashes a file with SHA-256 only; the last line must print the same one.",
		});
	}
	return recipes;
}

/** One word for a POSIX shell, whatever is in it. */
function shellWord(text: string): string {
	return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** What may be said of build levels, and what not. @param statement the verified statement, where there is one. */
export function describeBuildLevel(identity: Identity, statement: Statement | undefined): string {
	const { runner, issuer } = identity;
	if (runner === 'self-hosted') return "It ran on a machine of the project's own: no hosted-build claim can be made.";
	if (!issuer.startsWith('https://token.actions.githubusercontent.com'))
		return 'How this build service relates to the levels of the SLSA project is not assessed here.';
	if (!isBuiltIn(statement))
		return "It is not npm's built-in provenance, and how its builder relates to the levels of the SLSA project is not assessed here.";
	return "The SLSA project describes npm's built-in provenance as Build Level 2: signed with the hosted build service's identity, but the build steps could influence it. This extension certifies no level.";
}

/** Why there are no attestations to be saved: none is served, or nobody could read them. */
export function describeNoAttestations({ claims }: Report): string {
	const isAbsent = claims.some(
		(claim) => claim.id === 'registry-received' && claim.standing === 'unproved' && claim.why === 'absent',
	);
	return isAbsent
		? 'The registry serves no attestations for this release.'
		: 'The attestations of this release could not be read.';
}

/** The checks that always run, in their order. */
const CHECKS_MADE = [
	'Certificate chain to the authority (Fulcio), at a time that a log or timestamp authority signed, and its entry in the certificate log (SCT).',
	'Signature over the statement (DSSE), one only, and made for code signing.',
	'Entry in the public log (Rekor): its signature or path to the signed root, for this signature and this signer.',
	'Statement and its kind, one file only, this name and version, this fingerprint (SHA-512).',
	'Statement against certificate: repository, ref, commit, workflow, trigger, run, runner, repository and owner numbers.',
	"npm's publish attestation and registry signature, with keys that were valid then.",
];

const CHECKS_NOT_MADE = [
	'Whether the public log shows everybody the same entries: one reader alone cannot see that.',
	'The code, the build file and the dependencies.',
];

/** The checks of one Report. Some are made only on request, or if the registry answers. */
export function describeChecks({ report, evidence }: Inspection): { made: string[]; notMade: string[] } {
	const made = [...CHECKS_MADE];
	const notMade = [...CHECKS_NOT_MADE];
	if (isFileHashed(report)) made.push("The file's own bytes, downloaded and hashed here, against the fingerprints.");
	else notMade.unshift('The bytes of the file itself: the fingerprint is the one that the registry gives.');
	const advisories = "npm's list of malware (security advisories)";
	if (evidence.advisories === 'read') made.push(`${advisories}: a release that is not on it may still be malware.`);
	else {
		const why = evidence.advisories ? `: ${describeFailure(evidence.advisories)}` : ', which was not asked for.';
		notMade.push(`${advisories}${why}`);
	}
	return { made, notMade };
}

/** Whether the file's own bytes were hashed, with whatever result. */
function isFileHashed({ claims, findings }: Report): boolean {
	return (
		findings.some(({ code }) => code.startsWith('file-hashed')) ||
		claims.some((claim) => claim.standing === 'refuted' && claim.failure.code === 'file-differs')
	);
}

/** What is said around the comparison of a file's own bytes. */
export const FILE_CHECK = {
	progress: 'Download',
	running: 'The file is being downloaded.',
	start: 'Download the file and compare it',
	again: 'Download and compare it again',
	stop: 'Stop the download',
} as const;

/** How far the comparison of a file's own bytes has come. */
export type FileCheck =
	| { state: 'offered' }
	| { state: 'running'; received: number; total?: number }
	| { state: 'failed'; failure: Failure }
	| { state: 'cancelled' }
	| { state: 'done' };

/** What is offered: to compare the file's own bytes. @param unpackedSize bytes, as the registry says. */
export function describeFileOffer(unpackedSize: number | undefined): string {
	const size = unpackedSize === undefined ? '' : ` Unpacked it holds ${bytes(unpackedSize)}.`;
	return `So far the check is about the fingerprint that the registry gives, not about the file. The file can be downloaded and its own fingerprint taken here (at most 256 MB and ten minutes); nothing in it is run, and it is not kept.${size}`;
}

/** The progress or the result of a comparison of the file, in a sentence. */
export function describeFileCheck(check: FileCheck, report: Report): string {
	switch (check.state) {
		case 'offered':
			return '';
		case 'running':
			return check.total === undefined
				? `Downloaded ${bytes(check.received)} ...`
				: `Downloaded ${bytes(check.received)} of ${bytes(check.total)} ...`;
		case 'cancelled':
			return 'Stopped. The file was not compared.';
		case 'failed':
			return `The file was not compared: ${describeFailure(check.failure)} This says nothing about the file.`;
		case 'done':
			return describeFileResult(report);
	}
}

function describeFileResult({ claims, findings }: Report): string {
	const claim = claims.find(({ id }) => id === 'file-matches');
	if (claim?.standing === 'refuted')
		return `The file does not match: ${describeFailure(claim.failure)} Do not install it.`;
	if (claim?.standing === 'proved')
		return 'The file that the registry serves now is the one in the signed statement: its own bytes have that fingerprint (SHA-512).';
	return findings.some(({ code }) => code === 'file-hashed')
		? 'The file that the registry serves now has the fingerprint that the registry lists (SHA-512). No signed statement that could be checked names it.'
		: 'The file was downloaded, but there is no fingerprint (SHA-512) to compare it with.';
}
