/**
 * Owns the proof that no check is idle: each one is taken out of a copy of the sources in turn, and some test must fail.
 * Usage: node tests/tools/run.mjs check-removal [WORD], to try only those whose name or code has the word in it.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One check, and how the source looks without it. */
interface Removal {
	/** The row of the table of checks, in few words. */
	check: string;
	/** The failure that it gives. */
	code: string;
	file: string;
	/** Stands exactly once in the file. */
	find: string;
	replace: string;
}

const verify = 'lib/sigstore/verify.ts';
const identity = 'lib/sigstore/identity.ts';
const attestations = 'lib/attestations.ts';
const signature = 'lib/registry-signature.ts';
const walk = 'lib/inspect.ts';
const never = (condition: string) => ({ find: `if (${condition})`, replace: 'if (false)' });
const field = (line: string) => ({ find: `\t\t${line},\n`, replace: '' });

export const REMOVALS: Removal[] = [
	{
		check: 'all of sigstore-js: signature, chain, SCT, log',
		code: 'signature-invalid and others',
		file: verify,
		find: 'await settle(() => verifier.verify(attempt.entity), trust.knownAnswers);',
		replace: '',
	},
	{
		check: 'bundle version',
		code: 'unsupported-bundle-version',
		file: verify,
		...never('!MEDIA_TYPES.has(mediaType)'),
	},
	{ check: 'number of records', code: 'bundle-malformed', file: verify, ...never('count > MOST_RECORDS') },
	{
		check: 'proof without a checkpoint',
		code: 'log-checkpoint-invalid',
		file: verify,
		...never('inclusionProof && !inclusionProof.checkpoint?.envelope'),
	},
	{
		check: 'timestamp readable',
		code: 'timestamp-invalid',
		file: verify,
		...never('!rfc3161Timestamps.every(({ signedTimestamp }) => isReadable(signedTimestamp))'),
	},
	{
		check: 'provenance is a certificate bundle',
		code: 'bundle-of-wrong-kind',
		file: verify,
		find: "if (key.$case === 'certificate') return success(noKey);",
		replace: 'return success(noKey);',
	},
	{
		check: 'publish attestation is a key bundle',
		code: 'bundle-of-wrong-kind',
		file: verify,
		...never("key.$case !== 'public-key'"),
	},
	{
		check: 'key found by hint',
		code: 'not-in-trust-root',
		file: 'lib/sigstore/trust-root.ts',
		find: 'key.keyId === keyId && key.usage === usage',
		replace: 'key.usage === usage',
	},
	{
		check: 'key found by use',
		code: 'not-in-trust-root',
		file: 'lib/sigstore/trust-root.ts',
		find: 'key.keyId === keyId && key.usage === usage',
		replace: 'key.keyId === keyId',
	},
	{
		check: 'publish key valid at the signing time',
		code: 'key-not-valid-then',
		file: verify,
		find: 'validFor: (time) => isValidAt(known.validFor, time),',
		replace: 'validFor: () => true,',
	},
	{
		check: 'a validity begins',
		code: 'key-not-valid-then',
		file: 'lib/sigstore/trust-root.ts',
		find: 'validFor.start <= time && ',
		replace: '',
	},
	{
		check: 'a validity ends',
		code: 'key-not-valid-then',
		file: 'lib/sigstore/trust-root.ts',
		find: ' && (validFor.end === undefined || time <= validFor.end)',
		replace: '',
	},
	{
		check: 'log key valid then, checkpoints only (Rekor v2)',
		code: 'log-key-not-valid-then',
		file: verify,
		...never('!log || !isValidAt(log.validFor, signedAt)'),
	},
	{
		check: 'log entry records this certificate or key',
		code: 'log-entry-of-another-signer',
		file: verify,
		...never('!this.#isEntryOfThisSigner(entry)'),
	},
	{
		check: 'no unknown critical extension',
		code: 'certificate-extension-critical',
		file: verify,
		...never('critical'),
	},
	{
		check: 'extended key usage is code signing',
		code: 'certificate-not-code-signing',
		file: verify,
		...never('!usages.some((usage) => attempt(() => usage.toOID()) === CODE_SIGNING)'),
	},
	{
		check: 'key usage is signing',
		code: 'certificate-not-code-signing',
		file: verify,
		find: 'return signs === true && isAuthority === false;',
		replace: 'return isAuthority === false;',
	},
	{
		check: 'leaf is no authority',
		code: 'certificate-not-code-signing',
		file: verify,
		find: 'return signs === true && isAuthority === false;',
		replace: 'return signs === true;',
	},
	{
		check: 'unknown only where the signature holds',
		code: 'signature-invalid',
		file: verify,
		find: "if (FAILURES[code] === 'unchecked' && !(await this.#signatureHolds())) return 'signature-invalid';",
		replace: '',
	},
	{
		check: 'unknown authority only where the log recorded the certificate',
		code: 'certificate-chain-invalid',
		file: verify,
		find: "return namesKnown || !isRecorded ? 'certificate-chain-invalid' : 'not-in-trust-root';",
		replace: "return 'not-in-trust-root';",
	},
	{
		check: 'certificate valid at an authenticated time, told apart',
		code: 'certificate-not-valid-then',
		file: verify,
		...never('times.some((time) => !leaf.validForDate(time) || !chain || !isValidAt(chain.validFor, time))'),
	},
	{
		check: 'time authenticated, told apart',
		code: 'time-unsigned',
		file: verify,
		...never('this.#signedTimes.length === 0'),
	},
	{
		check: 'one entry counted once, told apart',
		code: 'log-entry-duplicated',
		file: verify,
		...never('new Set(entries).size < entries.length'),
	},
	{
		check: 'number of an entry bound',
		code: '(evidence)',
		file: verify,
		find: 'entry.inclusionPromise ? entry.logIndex : (entry.inclusionProof?.logIndex ?? entry.logIndex)',
		replace: 'entry.logIndex',
	},
	{
		check: 'issuer listed',
		code: 'issuer-not-listed',
		file: identity,
		find: 'known.isIssuer(issuer)',
		replace: 'true',
	},
	{
		check: 'issuer exact, to its end',
		code: 'issuer-not-listed',
		file: identity,
		find: "issuer === 'https://gitlab.com'",
		replace: "issuer.startsWith('https://gitlab.com')",
	},
	{
		check: 'issuer exact, from its start',
		code: 'issuer-not-listed',
		file: identity,
		find: '/^https:\\/\\/token\\.actions',
		replace: '/https:\\/\\/token\\.actions',
	},
	{
		check: "name of the service's form, anchored",
		code: 'identity-name-differs',
		file: identity,
		...never('!service.signer.test(signer)'),
	},
	{
		check: 'name is the build signer (9)',
		code: 'identity-name-differs',
		file: identity,
		...never('fulcio[9] !== undefined && fulcio[9] !== signer'),
	},
	{
		check: 'old extensions against new',
		code: 'identity-name-differs',
		file: identity,
		...never('old !== undefined && current !== undefined && old !== current'),
	},
	{
		check: 'identity complete',
		code: 'identity-incomplete',
		file: identity,
		...never('repository === undefined || commit === undefined || ref === undefined'),
	},
	{
		check: 'exactly one name',
		code: 'certificate-malformed',
		file: identity,
		find: 'if (name === undefined || others.length > 0)',
		replace: 'if (name === undefined)',
	},
	{
		check: 'name is an address',
		code: 'certificate-malformed',
		file: identity,
		...never('!name.tag.isContextSpecific(EMAIL) && !name.tag.isContextSpecific(ADDRESS)'),
	},
	{
		check: 'name in plain letters',
		code: 'certificate-malformed',
		file: identity,
		find: 'const text = utf8(name.value);',
		replace: "return name.value.toString('ascii'); const text = '';",
	},
	{
		check: 'no extension twice',
		code: 'certificate-malformed',
		file: identity,
		...never('extensions.some((other) => other.oid === oid)'),
	},
	{
		check: 'extensions are text',
		code: 'certificate-malformed',
		file: identity,
		...never('text === undefined || rest.length > 0 || text.tag.toDER() !== UTF8_STRING'),
	},
	{
		check: 'number of attestations',
		code: 'wrong-shape',
		file: attestations,
		find: '\t\tv.maxLength(32),\n',
		replace: '',
	},
	{
		check: 'payload type',
		code: 'payload-type-wrong',
		file: attestations,
		...never('signed.payload === undefined || signed.payloadType !== PAYLOAD_TYPE'),
	},
	{
		check: 'statement nested',
		code: 'statement-malformed',
		file: attestations,
		...never('isNestedTooDeep(json)'),
	},
	{
		check: 'statement type one of two',
		code: 'unsupported-statement',
		file: attestations,
		...never('!STATEMENT_TYPES.has(type)'),
	},
	{
		check: "predicate type is the wrapper's",
		code: 'predicate-type-differs',
		file: attestations,
		...never('predicateType !== label'),
	},
	{
		check: 'integrity is one SHA-512',
		code: 'unsupported-integrity',
		file: attestations,
		find: '{86}==)$/.exec(integrity)',
		replace: '{86}==)/.exec(integrity)',
	},
	{
		check: 'exactly one subject',
		code: 'subject-count-wrong',
		file: attestations,
		find: 'if (subject === undefined || others.length > 0)',
		replace: 'if (subject === undefined)',
	},
	{
		check: 'subject is this purl',
		code: 'subject-name-differs',
		file: attestations,
		...never('subject.name !== expected'),
	},
	{
		check: 'subject has a sha512',
		code: 'subject-digest-missing',
		file: attestations,
		...never('digest === undefined'),
	},
	{
		check: 'sha512 is this integrity',
		code: 'subject-digest-differs',
		file: attestations,
		...never('digest !== release.sha512'),
	},
	{
		check: 'publish names this package',
		code: 'publish-names-another-release',
		file: attestations,
		find: 'if (name !== release.name || version !== release.version)',
		replace: 'if (version !== release.version)',
	},
	{
		check: 'publish names this version',
		code: 'publish-names-another-release',
		file: attestations,
		find: 'if (name !== release.name || version !== release.version)',
		replace: 'if (name !== release.name)',
	},
	{
		check: 'publish names this registry',
		code: 'publish-names-another-registry',
		file: attestations,
		...never('registry !== REGISTRY'),
	},
	{
		check: 'publish and provenance speak of the same file',
		code: 'publish-names-another-file',
		file: walk,
		find: 'compareSubjects(evidence.statement, provenance) ?? outcome',
		replace: 'outcome',
	},
	{
		check: 'predicate: repository',
		code: 'predicate-repository-differs',
		file: attestations,
		...field("['repository', 'repository', 'predicate-repository-differs']"),
	},
	{
		check: 'predicate: repository of the material',
		code: 'predicate-repository-differs',
		file: attestations,
		...field("['materialRepository', 'repository', 'predicate-repository-differs']"),
	},
	{
		check: 'predicate: commit',
		code: 'predicate-commit-differs',
		file: attestations,
		...field("['commit', 'commit', 'predicate-commit-differs']"),
	},
	{
		check: 'predicate: commit of the material',
		code: 'predicate-commit-differs',
		file: attestations,
		...field("['materialCommit', 'commit', 'predicate-commit-differs']"),
	},
	{
		check: 'predicate: ref',
		code: 'predicate-ref-differs',
		file: attestations,
		...field("['ref', 'ref', 'predicate-ref-differs']"),
	},
	{
		check: 'predicate: workflow',
		code: 'predicate-workflow-differs',
		file: attestations,
		...field("['workflow', 'workflow', 'predicate-workflow-differs']"),
	},
	{
		check: 'predicate: trigger',
		code: 'predicate-trigger-differs',
		file: attestations,
		...field("['trigger', 'trigger', 'predicate-trigger-differs']"),
	},
	{
		check: 'predicate: run',
		code: 'predicate-run-differs',
		file: attestations,
		...field("['run', 'run', 'predicate-run-differs']"),
	},
	{
		check: 'predicate: repository id',
		code: 'predicate-repository-id-differs',
		file: attestations,
		...field("['repositoryId', 'repositoryId', 'predicate-repository-id-differs']"),
	},
	{
		check: 'predicate: owner id',
		code: 'predicate-owner-id-differs',
		file: attestations,
		...field("['ownerId', 'ownerId', 'predicate-owner-id-differs']"),
	},
	{
		check: 'predicate: names repository and commit',
		code: 'predicate-malformed',
		file: attestations,
		...never('claimed.repository === undefined || claimed.commit === undefined'),
	},
	{
		check: 'predicate: runner',
		code: 'predicate-runner-differs',
		file: attestations,
		find: 'runner === undefined || runner === hosted',
		replace: 'true',
	},
	{
		check: 'predicate: builder',
		code: 'predicate-builder-differs',
		file: attestations,
		find: "return failure('predicate-builder-differs', builder);",
		replace: 'return undefined;',
	},
	{
		check: "predicate: builder is this project's runner",
		code: 'predicate-builder-differs',
		file: attestations,
		find: 'builder.startsWith(`\u0024{repository}/-/runners/`)',
		replace: 'builder.startsWith(repository)',
	},
	{
		check: 'registry signature',
		code: 'registry-signature-invalid',
		file: signature,
		...never("!(await settle(() => verify('sha256', data, key.key, bytes)))"),
	},
	{
		check: 'registry key valid at publish time',
		code: 'registry-key-not-valid-then',
		file: signature,
		...never('!known.every(({ key }) => isValidAt(key.validFor, publishedAt))'),
	},
	{
		check: 'registry key of an algorithm we know',
		code: 'unsupported-algorithm',
		file: signature,
		...never('error instanceof UnsettledError'),
	},
	{
		check: 'one provenance',
		code: 'attestation-duplicated',
		file: walk,
		find: "if (duplicates.length > 0) return { facts: { bundle: failed('attestation-duplicated') } };",
		replace: '',
	},
	{
		check: 'one publish attestation',
		code: 'attestation-duplicated',
		file: walk,
		find: "if (duplicates.length > 0) return { outcome: { code: 'attestation-duplicated' } };",
		replace: '',
	},
	{
		check: 'evidence listed is served',
		code: 'attestations-withheld',
		file: walk,
		find: 'if (!isProvenanceMissing && !isAllMissing) return undefined;',
		replace: 'return undefined;',
	},
	{
		check: 'publish predicate looked at',
		code: 'publish-names-...',
		file: walk,
		find: ' ?? comparePublish(statement.value, release)',
		replace: '',
	},
	{
		check: 'predicate looked at',
		code: 'predicate-...',
		file: walk,
		find: 'return failure ? { ok: false, failure } : success(identity.value);',
		replace: 'return success(identity.value);',
	},
	{
		check: 'no identity for another file',
		code: '(identity)',
		file: walk,
		find: 'provenance?.facts.identity?.ok && !provenance.facts.subject ? provenance.facts.identity.value : undefined;\n\tconst findings',
		replace: 'provenance?.facts.identity?.ok ? provenance.facts.identity.value : undefined;\n\tconst findings',
	},
	{
		check: 'built-by only of this file',
		code: 'not-reached',
		file: 'lib/claims.ts',
		find: 'if (subject) return notReached(id, subject);',
		replace: '',
	},
	{
		check: 'one refuted claim decides',
		code: '(verdict)',
		file: 'lib/report.ts',
		...never("claims.some((claim) => claim.standing === 'refuted')"),
	},
	{
		check: 'answers nested',
		code: 'wrong-shape',
		file: 'lib/registry.ts',
		...never('answer.ok && isNestedTooDeep(answer.value)'),
	},
];

/** Where a check's absence shows. */
const TESTS = ['checks', 'faults', 'inspect', 'registry-signature', 'hostile'].map(
	(name) => `tests/unit/${name}.test.ts`,
);

/** A copy of the sources in which one thing can be changed at a time. */
export function startRemovals() {
	const folder = mkdtempSync(join(tmpdir(), 'check-removal-'));
	const copy = join(folder, 'copy');
	for (const part of ['lib', 'tests', 'package.json', 'vitest.config.ts'])
		cpSync(join(root, part), join(copy, part), { recursive: true });
	symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
	if (existsSync(join(root, '../shared'))) symlinkSync(join(root, '../shared'), join(folder, 'shared'));
	return {
		/**
		 * The first test that fails without the check; nothing where none does.
		 * @throws Error where the source no longer has the check as it is written here.
		 */
		async failingTest({ file, find, replace }: Removal): Promise<string | undefined> {
			const path = join(copy, file);
			const source = readFileSync(path, 'utf8');
			if (source.split(find).length !== 2) throw new Error(`stands not exactly once in ${file}: ${find}`);
			writeFileSync(
				path,
				source.replace(find, () => replace),
			);
			try {
				return await firstFailure(copy, join(folder, 'report.json'));
			} finally {
				writeFileSync(path, source);
			}
		},
		stop: () => rmSync(folder, { recursive: true }),
	};
}

async function firstFailure(copy: string, report: string): Promise<string | undefined> {
	const command = [
		'node_modules/vitest/vitest.mjs',
		'run',
		'--project',
		'unit',
		'--bail',
		'1',
		'--reporter=json',
		`--outputFile=${report}`,
		...TESTS,
	];
	rmSync(report, { force: true });
	await new Promise((resolve) => spawn(process.execPath, command, { cwd: copy, stdio: 'ignore' }).on('exit', resolve));
	const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
		testResults: { status: string; message: string; assertionResults: { status: string; fullName: string }[] }[];
	};
	const failed = testResults
		.flatMap(({ assertionResults }) => assertionResults)
		.find(({ status }) => status === 'failed');
	// A file that could not even be read proves nothing about the check.
	const broken = testResults.find(
		({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
	);
	if (!failed && broken) throw new Error(broken.message);
	return failed?.fullName;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [, , word = ''] = process.argv;
	const removals = startRemovals();
	let idle = 0;
	for (const removal of REMOVALS.filter(({ check, code }) => `${check} ${code}`.includes(word))) {
		const test = await removals.failingTest(removal);
		if (test === undefined) idle += 1;
		console.log(`| ${removal.check} | ${removal.code} | ${test ?? 'NO TEST FAILS'} |`);
	}
	removals.stop();
	process.exitCode = idle > 0 ? 1 : 0;
}
