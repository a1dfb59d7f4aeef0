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
	/** The files whose tests may notice; by default those of the walk. */
	tests?: string[];
}

const verify = 'lib/sigstore/verify.ts';
const identity = 'lib/sigstore/identity.ts';
const attestations = 'lib/attestations.ts';
const signature = 'lib/registry-signature.ts';
const walk = 'lib/provenance.ts';
const answers = 'lib/answers.ts';
const json = 'lib/json.ts';
const never = (condition: string) => ({ find: `if (${condition})`, replace: 'if (false)' });
const settle = 'lib/sigstore/settle.ts';
const standIn = 'lib/sigstore/node-crypto.ts';
const field = (line: string) => ({ find: `\t\t${line},\n`, replace: '' });

/** Where a check's absence shows. */
const WALK = ['checks', 'faults', 'inspect', 'registry-signature', 'hostile'].map(
	(name) => `tests/unit/${name}.test.ts`,
);
const KINDS = ['tests/unit/kinds.test.ts'];
const DELEGATED = ['tests/unit/delegated.test.ts'];
const EVIDENCE = ['tests/unit/evidence.test.ts'];
const JSON_TESTS = ['tests/unit/json.test.ts'];
const BASE64 = ['tests/unit/base64.test.ts'];
const BOUNDS = ['tests/unit/bounds.test.ts'];
const STAND_INS = ['tests/unit/node-crypto.test.ts', 'tests/unit/settle.test.ts'];

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
	{ check: 'base64 is text', code: 'bundle-malformed', file: verify, ...never('noText'), tests: BASE64 },
	{
		check: "a log entry's base64 is text",
		code: 'bundle-malformed',
		file: verify,
		...never('noTextInBody'),
		tests: BASE64,
	},
	{
		check: 'length of certificates and timestamps',
		code: 'bundle-malformed',
		file: verify,
		...never('longest > MOST_BYTES'),
	},
	...(
		[
			['its dates', 'RFC_3339.test(text) && ', ''],
			['its periods', '!end || Date.parse(start) <= Date.parse(end)', 'true'],
			["its logs' addresses", '{ ...log.entries, baseUrl: v.pipe(v.string(), v.minLength(1)) }', 'log.entries'],
			['its roots', 'if (!last?.subject.equals(last.issuer))', 'if (false)'],
		] as const
	).map(([what, find, replace]) => ({
		check: `trust root: ${what}`,
		code: 'wrong-shape',
		file: 'lib/sigstore/trust-root.ts',
		find,
		replace,
		tests: ['tests/unit/trust-roots.test.ts'],
	})),
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
		tests: KINDS,
	},
	{
		check: 'publish attestation is a key bundle',
		code: 'bundle-of-wrong-kind',
		file: verify,
		...never("key.$case !== 'public-key'"),
		tests: KINDS,
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
		check: 'key of the period in which it signed',
		code: 'key-not-valid-then',
		file: 'lib/sigstore/trust-root.ts',
		find: 'return keys.find(({ validFor }) => times.every((time) => isValidAt(validFor, time))) ?? keys[0];',
		replace: 'return keys[0];',
	},
	{
		check: 'log of the period in which it signed',
		code: 'log-key-not-valid-then',
		file: verify,
		find: 'return logs.find(({ validFor }) => isValidAt(validFor, time)) ?? logs[0];',
		replace: 'return logs[0];',
	},
	{
		check: 'registry key of the one scheme there is, as stated',
		code: 'unsupported-algorithm',
		file: 'lib/sigstore/trust-root.ts',
		find: "return isStated && key.type === 'ec' && key.curve.name === 'P-256' ? key :",
		replace: "return key.type === 'ec' && key.curve.name === 'P-256' ? key :",
	},
	{
		check: 'registry key of the one scheme there is, as it is',
		code: 'unsupported-algorithm',
		file: 'lib/sigstore/trust-root.ts',
		find: "return isStated && key.type === 'ec' && key.curve.name === 'P-256' ? key :",
		replace: 'return isStated ? key :',
	},
	{
		check: 'leaf of a curve that is asked for otherwise than it signs',
		code: 'unsupported-algorithm',
		file: verify,
		find: "return this.#canTellSignature ? 'signature-invalid' : 'unsupported-algorithm';",
		replace: "return 'signature-invalid';",
	},
	{
		check: 'log entry of a kind that can be read, where it is refused',
		code: 'unsupported-log-entry',
		file: verify,
		...never("(!isVerification || error.code === 'TLOG_BODY_ERROR') && !this.entity.tlogEntries.every(isKnownEntry)"),
	},
	{
		check: 'log entry of a kind that can be read, where it is taken',
		code: 'unsupported-log-entry',
		file: verify,
		...never('!isKnownEntry(entry)'),
	},
	{
		check: 'label of a log entry that contradicts it',
		code: 'log-entry-of-another-signature',
		file: 'lib/sigstore/log-entry.ts',
		find: 'return body?.kind !== kind || body.apiVersion !== version;',
		replace: 'return false;',
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
		find: "if (FAILURES[code] === 'unchecked' && (await this.#isSignatureFalse())) return 'signature-invalid';",
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
		...never('times.some((time) => !leaf.validForDate(time) || !isInPeriod(time))'),
	},
	{
		check: 'time authenticated, told apart',
		code: 'time-unsigned',
		file: verify,
		...never('this.#signedTimes.length === 0'),
	},
	...(
		[
			[
				'a time',
				"tlogs.length === 0 || timestampAuthorities.length === 0 ? this.#unknownLog : 'time-unsigned'",
				"'time-unsigned'",
			],
			['a timestamp', "authorities.length === 0 ? this.#unknownLog : 'not-in-trust-root'", "'not-in-trust-root'"],
			['a certificate log', 'ctlogs.length > 0 && ', ''],
			[
				'a log',
				"this.#trust.material.tlogs.length === 0 ? this.#unknownLog : 'log-entry-missing'",
				"'log-entry-missing'",
			],
			['a log that it does not name', 'if (logs.some(({ log }) => !log))', 'if (false)'],
			["the reader's own", "this.#trust.info.source === 'custom' ? 'log-not-in-trust-root' : ", ''],
		] as const
	).map(([what, find, replace]) => ({
		check: `trust root that names none: ${what}`,
		code: 'log-not-in-trust-root',
		file: verify,
		find,
		replace,
		tests: ['tests/unit/missing-logs.test.ts'],
	})),
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
		find: '(issuer) => issuer === GITLAB_ISSUER',
		replace: '(issuer) => issuer.startsWith(GITLAB_ISSUER)',
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
	...(
		[
			['1 against 8', '[fulcio[1], issuer]'],
			['2 against 20', '[fulcio[2], fulcio[20]]'],
			['3 against 13', '[fulcio[3], commit]'],
			['5 against 12', '[fulcio[5] === undefined ? undefined : `https://github.com/\u0024{fulcio[5]}`, repository]'],
			['6 against 14', '[fulcio[6], ref]'],
		] as const
	).map(([numbers, line]) => ({
		check: `old extension ${numbers}`,
		code: 'identity-name-differs',
		file: identity,
		...field(line),
	})),
	{
		check: 'the earliest signed time counts',
		code: 'log-key-not-valid-then',
		file: verify,
		find: '.sort((one, other) => one.getTime() - other.getTime())[0]',
		replace: '[0]',
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
		find: 'boundedList(attestationShape, 32)',
		replace: 'v.array(attestationShape)',
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
		file: json,
		...never('depth > MAX_DEPTH'),
	},
	{
		check: 'statement type one of two',
		code: 'unsupported-statement',
		file: attestations,
		...never('!STATEMENT_TYPES.has(type)'),
	},
	{
		check: 'predicate type is one that we know',
		code: 'unsupported-predicate',
		file: attestations,
		find: "if (own === undefined) return failed('unsupported-predicate', predicateType);",
		replace: 'if (own === undefined) kind = own as never;',
		tests: KINDS,
	},
	{
		check: 'predicate type is of the kind that was verified',
		code: 'predicate-type-differs',
		file: attestations,
		...never('own !== kind'),
		tests: KINDS,
	},
	{
		check: 'sorted by the payload, not by the label',
		code: 'unsupported-predicate',
		file: attestations,
		find: '[kindOf(claimed), kindOf(label)]',
		replace: '[undefined, kindOf(label)]',
		tests: KINDS,
	},
	{
		check: 'sorted by the label where the payload names nothing',
		code: 'signature-invalid',
		file: attestations,
		find: '[kindOf(claimed), kindOf(label)]',
		replace: '[kindOf(claimed), undefined]',
		tests: KINDS,
	},
	{
		check: 'a label alone refutes no signer',
		code: 'unsupported-predicate',
		file: walk,
		find: "(kind === 'provenance' && !isOnlyLabelled)",
		replace: "kind === 'provenance'",
		tests: KINDS,
	},
	{
		check: 'provenance by its payload is a certificate bundle',
		code: 'bundle-of-wrong-kind',
		file: walk,
		find: " || (kind === 'provenance' && !isOnlyLabelled)",
		replace: '',
		tests: KINDS,
	},
	{
		check: 'publish attestation by a certificate is not believed',
		code: 'unsupported-signer',
		file: walk,
		find: "(isOfOtherSigner ? failed('unsupported-signer', signerName(bundle.value)).failure : undefined)",
		replace: 'undefined',
		tests: KINDS,
	},
	...(
		[
			['odd provenance', 'v.is(typeName, type) ? type : UNREADABLE', 'v.is(typeName, type) ? type : undefined'],
			['odd attestations', "typeof listed !== 'object' || (Array.isArray(listed) && listed.length > 0)", 'false'],
			['length of its type', 'v.is(typeName, type)', "typeof type === 'string'"],
		] as const
	).map(([what, find, replace]) => ({
		check: `what counts as listed: ${what}`,
		code: 'attestations-withheld',
		file: answers,
		find,
		replace,
		tests: ['tests/unit/listed.test.ts'],
	})),
	{
		check: 'publish attestation is checked where provenance is withheld',
		code: 'attestations-withheld',
		file: 'lib/claims.ts',
		find: "if (publish === 'absent') return gathering",
		replace: "if (gathering || publish === 'absent') return gathering",
		tests: KINDS,
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
	...(
		[
			['repository', 'predicate-repository-differs', "['repository', started]"],
			['repository of the source', 'predicate-repository-differs', "['repository', stated.repository]"],
			['repository, v0.2', 'predicate-repository-differs', "['repository', repository]"],
			['repository, GitHub', 'predicate-repository-differs', "['repository', slug && `\u0024{GITHUB}/\u0024{slug}`]"],
			['repository, GitLab', 'predicate-repository-differs', "['repository', said('CI_PROJECT_URL')]"],
			['commit of the source', 'predicate-commit-differs', "['commit', stated.commit]"],
			['commit, v0.2', 'predicate-commit-differs', "['commit', configSource.digest.sha1]"],
			['commit, GitHub', 'predicate-commit-differs', "['commit', said('GITHUB_SHA')]"],
			['commit, GitLab', 'predicate-commit-differs', "['commit', said('CI_COMMIT_SHA')]"],
			['ref', 'predicate-ref-differs', "['ref', workflow?.ref]"],
			['ref of the source', 'predicate-ref-differs', "['ref', stated.ref]"],
			['ref, v0.2', 'predicate-ref-differs', "['ref', ref]"],
			['ref, GitHub', 'predicate-ref-differs', "['ref', said('GITHUB_REF')]"],
			['ref, GitLab', 'predicate-ref-differs', "['ref', name && ref]"],
			['workflow', 'predicate-workflow-differs', "['workflow', workflow?.path && decodePath(workflow.path)]"],
			['trigger', 'predicate-trigger-differs', "['trigger', textOf(github.event_name)]"],
			['trigger, GitHub', 'predicate-trigger-differs', "['trigger', said('GITHUB_EVENT_NAME')]"],
			['trigger, GitLab', 'predicate-trigger-differs', "['trigger', trigger]"],
			['run', 'predicate-run-differs', "...runs.map((run) => ['run', run] as const)"],
			['run, v0.2', 'predicate-run-differs', "['run', addressOnly(metadata?.buildInvocationId)]"],
			['run, GitLab', 'predicate-run-differs', "['run', said('CI_JOB_URL')]"],
			['repository id', 'predicate-repository-id-differs', "['repositoryId', textOf(github.repository_id)]"],
			['repository id, GitHub', 'predicate-repository-id-differs', "['repositoryId', said('GITHUB_REPOSITORY_ID')]"],
			['repository id, GitLab', 'predicate-repository-id-differs', "['repositoryId', said('CI_PROJECT_ID')]"],
			['owner id', 'predicate-owner-id-differs', "['ownerId', textOf(github.repository_owner_id)]"],
			['owner id, GitHub', 'predicate-owner-id-differs', "['ownerId', said('GITHUB_REPOSITORY_OWNER_ID')]"],
			['owner id, GitLab', 'predicate-owner-id-differs', "['ownerId', said('CI_PROJECT_NAMESPACE_ID')]"],
		] as const
	).map(([what, code, line]) => ({ check: `predicate: ${what}`, code, file: attestations, ...field(line) })),
	...(
		[
			['repository of the material, v1', 'repository', "['commit', listed?.commit]"],
			['commit of the material, v1', 'commit', "['commit', stated.commit]"],
			['ref of the material, v1', 'ref', "['workflow', workflow?.path"],
			['repository of the material, v0.2', 'repository', "['commit', configSource"],
			['commit of the material, v0.2', 'commit', "['ref', ref]"],
			['ref of the material, v0.2', 'ref', "['run', addressOnly"],
		] as const
	).map(([what, part, next]) => ({
		check: `predicate: ${what}`,
		code: `predicate-${part}-differs`,
		file: attestations,
		find: `['${part}', listed?.${part}],\n\t\t\t${next}`,
		replace: next,
	})),
	{
		check: "predicate: a runner of a project is GitLab's",
		code: 'predicate-builder-differs',
		file: attestations,
		find: 'if (issuer === GITLAB_ISSUER) return builder',
		replace: "if (issuer === GITLAB_ISSUER || builder.includes('/-/runners/')) return builder",
	},
	{
		check: 'predicate: a builder delegates only to a workflow that is known to sign for others',
		code: 'predicate-builder-differs',
		file: attestations,
		find: 'return isDelegator(signer) && DELEGATED.test(builder)',
		replace: 'return DELEGATED.test(builder)',
		tests: DELEGATED,
	},
	{
		check: 'predicate: a delegator is of a tag or branch',
		code: 'predicate-builder-differs',
		file: attestations,
		find: ' && /^refs\\/(tags|heads)\\//.test(ref)',
		replace: '',
		tests: DELEGATED,
	},
	{
		check: 'predicate: a delegated builder is a workflow',
		code: 'predicate-builder-differs',
		file: attestations,
		find: ' && DELEGATED.test(builder)',
		replace: '',
		tests: DELEGATED,
	},
	{
		check: 'predicate: a commit that is not certified has no ref',
		code: 'predicate-commit-differs',
		file: attestations,
		find: 'source?.ref === undefined && isDelegator(signer)',
		replace: 'isDelegator(signer)',
		tests: DELEGATED,
	},
	{
		check: 'predicate: a commit that is not certified is named by a delegator alone',
		code: 'predicate-commit-differs',
		file: attestations,
		find: 'source?.ref === undefined && isDelegator(signer)',
		replace: 'source?.ref === undefined',
		tests: DELEGATED,
	},
	{
		check: 'predicate: run, GitHub',
		code: 'predicate-run-differs',
		file: attestations,
		find: "['run', run && attempt && `\u0024{repository}/actions/runs/\u0024{run}/attempts/\u0024{attempt}`],",
		replace: '',
	},
	{
		check: 'predicate: entry point',
		code: 'predicate-workflow-differs',
		file: attestations,
		find: "['workflow', entryPath(configSource.entryPoint, repository)] as const,",
		replace: '',
	},
	{
		check: 'predicate: GITHUB_WORKFLOW_REF',
		code: 'predicate-workflow-differs',
		file: attestations,
		find: "['workflow', workflow && workflowPath(`\u0024{GITHUB}/\u0024{workflow}`, repository)],",
		replace: '',
	},
	{
		check: "predicate: all of GitHub's workflow",
		code: 'predicate-malformed',
		file: attestations,
		find: 'if (GITHUB_WORKFLOWS.has(buildType) && !isWhole) return undefined;',
		replace: '',
	},
	{
		check: 'predicate: names repository and commit',
		code: 'predicate-malformed',
		file: attestations,
		...never("!isSaid('repository') || !isSaid('commit')"),
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
		find: 'DELEGATED.test(builder) ? undefined : differs;',
		replace: 'DELEGATED.test(builder) ? undefined : undefined;',
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
		check: 'registry signatures, all of known keys',
		code: 'registry-signature-invalid',
		file: signature,
		find: 'for (const { key, sig } of known) {',
		replace: 'for (const { key, sig } of known.slice(0, 1)) {',
	},
	{
		check: 'registry keys valid at publish time, all',
		code: 'registry-key-not-valid-then',
		file: signature,
		find: 'if (known.every(',
		replace: 'if (known.some(',
	},
	{
		check: 'registry key valid at publish time',
		code: 'registry-key-not-valid-then',
		file: signature,
		find: 'if (known.every(({ key }) => isValidAt(key.validFor, publishedAt))) return',
		replace: 'return',
	},
	{
		check: 'a time that nobody signed refutes no registry key',
		code: 'publish-time-unsigned',
		file: signature,
		find: "return saidBy === 'signature'",
		replace: 'return true',
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
		find: 'comparePublish(statement.value, release) ??',
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
		file: 'lib/inspect.ts',
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
		file: json,
		find: 'isNestedTooDeep(json) ? failureOf(tooDeep()) : success(json)',
		replace: 'success(json)',
		tests: JSON_TESTS,
	},
	{
		check: 'values of a text',
		code: 'too-large',
		file: json,
		find: 'if (values > most) throw tooMany(most);\n\t\treturn',
		replace: 'return',
		tests: JSON_TESTS,
	},
	{
		check: 'values of what was kept',
		code: 'too-large',
		file: json,
		find: 'if (values > most) return failureOf(tooMany(most));',
		replace: '',
		tests: JSON_TESTS,
	},
	{
		check: 'values of a text in slices',
		code: 'too-large',
		file: json,
		find: 'if (values > most) throw tooMany(most);\n\t}',
		replace: '}',
		tests: JSON_TESTS,
	},
	{
		check: 'values of one release',
		code: '(left out)',
		file: json,
		...never('inside > (each ?? most - values)'),
		tests: JSON_TESTS,
	},
	{
		check: 'members of an object that is walked',
		code: 'too-large',
		file: json,
		...never('members > mostMembers'),
		tests: JSON_TESTS,
	},
	{
		check: 'number of advisories',
		code: 'too-large',
		file: 'lib/advisories.ts',
		...never('listed.length > MAX_ADVISORIES'),
		tests: BOUNDS,
	},
	{
		check: 'ranges of malware together',
		code: 'too-large',
		file: 'lib/advisories.ts',
		...never('left < 0'),
		tests: BOUNDS,
	},
	{
		check: 'number of releases',
		code: 'too-large',
		file: 'lib/packument.ts',
		find: 'releases: PublishedRelease[] = [];\n\tconst keys = Object.keys(versions);\n\tif (keys.length > MAX_RELEASES)',
		replace: 'releases: PublishedRelease[] = [];\n\tconst keys = Object.keys(versions);\n\tif (false)',
		tests: BOUNDS,
	},
	{
		check: 'manifest of this package',
		code: 'wrong-shape',
		file: answers,
		find: 'name === spec.name && ',
		replace: '',
		tests: EVIDENCE,
	},
	{
		check: 'manifest of this version',
		code: 'wrong-shape',
		file: answers,
		find: ' && isSelected(version, spec)',
		replace: '',
		tests: EVIDENCE,
	},
	{
		check: 'manifest of an exact version',
		code: 'wrong-shape',
		file: answers,
		find: 'isVersion(version) && ',
		replace: '',
		tests: EVIDENCE,
	},
	{
		check: 'what was kept of a manifest parsed',
		code: '(kept)',
		file: answers,
		find: 'parsed.success ? ofRelease(parsed.output, spec) : wrongShape(parsed.issues[0])',
		replace: 'ofRelease(kept as Manifest, spec)',
		tests: EVIDENCE,
	},
	{
		check: 'what was kept of keys parsed',
		code: '(kept)',
		file: answers,
		find: 'const parsed = v.safeParse(keptKeysShape, kept, FIRST_ONLY);',
		replace: 'const parsed = { success: true, output: kept as ListedKey[] };',
		tests: EVIDENCE,
	},
	{
		check: 'what was kept parsed at all',
		code: '(kept)',
		file: 'lib/evidence.ts',
		find: 'const answer = await parse(value);',
		replace: 'const answer = { ok: true, value: value as T } as const;',
		tests: EVIDENCE,
	},
	{
		check: 'the time at which it was kept',
		code: '(kept)',
		file: 'lib/evidence.ts',
		find: 'v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15))',
		replace: 'v.any()',
		tests: EVIDENCE,
	},
	{
		check: 'list of releases of this package',
		code: 'packument-unavailable',
		file: 'lib/packument.ts',
		find: ' || name !== (asked ?? name)',
		replace: '',
		tests: EVIDENCE,
	},
	{
		check: 'key: nothing after it',
		code: '(no key)',
		file: standIn,
		...never('outer.next !== spki.length || bits.next !== outer.next'),
		tests: STAND_INS,
	},
	{
		check: 'key: whole bytes',
		code: '(no key)',
		file: standIn,
		...never('spki[bits.start] !== 0'),
		tests: STAND_INS,
	},
	{
		check: 'key: RSA numbers and nothing after',
		code: '(no key)',
		file: standIn,
		...never('outer.next !== der.length || exponent.next !== outer.next'),
		tests: STAND_INS,
	},
	{
		check: 'key: length of Ed25519',
		code: '(no key)',
		file: standIn,
		find: "if (kind.type === 'ed25519' && key.length !== 32) throw new Error('an Ed25519 key of a wrong length');",
		replace: '',
		tests: STAND_INS,
	},
	{
		check: 'key: compressed point',
		code: 'unsupported-algorithm',
		file: standIn,
		...never('form === 2 || form === 3'),
		tests: STAND_INS,
	},
	{
		check: 'key: point of the curve',
		code: '(no key)',
		file: standIn,
		...never('form !== 4 || key.length !== 1 + 2 * kind.curve.size'),
		tests: STAND_INS,
	},
	{
		check: 'Ed25519 takes no digest',
		code: 'signature-invalid',
		file: standIn,
		find: 'if (digest) return false;',
		replace: '',
		tests: STAND_INS,
	},
	{
		check: 'digest known',
		code: 'unsupported-algorithm',
		file: standIn,
		...never('hash === undefined'),
		tests: STAND_INS,
	},
	{
		check: 'ECDSA: nothing after the numbers',
		code: 'signature-invalid',
		file: standIn,
		...never('outer.next !== der.length || s.next !== outer.next'),
		tests: STAND_INS,
	},
	{
		check: 'ECDSA: numbers that fit',
		code: 'signature-invalid',
		file: standIn,
		find: 'number === undefined || number.length > size',
		replace: 'number === undefined',
		tests: STAND_INS,
	},
	{
		check: 'ECDSA: positive numbers',
		code: 'signature-invalid',
		file: standIn,
		...never('first > 0x7f'),
		tests: STAND_INS,
	},
	{
		check: 'ECDSA: numbers not padded',
		code: 'signature-invalid',
		file: standIn,
		find: 'return second > 0x7f ? value.subarray(1) : undefined;',
		replace: 'return value.subarray(1);',
		tests: STAND_INS,
	},
	{
		check: 'DER: tags',
		code: 'signature-invalid',
		file: standIn,
		...never('bytes[at] !== tag'),
		tests: STAND_INS,
	},
	{
		check: 'DER: shortest lengths',
		code: 'signature-invalid',
		file: standIn,
		...never('length < 0x80 || length < 256 ** (count - 1)'),
		tests: STAND_INS,
	},
	{
		check: 'digests of one length',
		code: '(throws)',
		file: standIn,
		...never('one.byteLength !== other.byteLength'),
		tests: STAND_INS,
	},
	{
		check: 'bytes and nothing else',
		code: '(throws)',
		file: standIn,
		...never('!values.every((value) => value instanceof Uint8Array)'),
		tests: STAND_INS,
	},
	{
		check: 'number of calls',
		code: 'too-many-questions',
		file: settle,
		...never('round.calls > MAX_CALLS'),
		tests: STAND_INS,
	},
	{
		check: 'number of questions',
		code: 'too-many-questions',
		file: settle,
		...never('round.asked.length >= round.questionsLeft'),
		tests: STAND_INS,
	},
	{
		check: 'a run out of bounds does not stand',
		code: 'too-many-questions',
		file: settle,
		find: 'if (current.overflowed) break;',
		replace: '',
		tests: STAND_INS,
	},
	{
		check: 'a no has the run repeated',
		code: '(all)',
		file: settle,
		find: 'if (!answers.every((given) => given === true)) continue;',
		replace: '',
		tests: STAND_INS,
	},
	{
		check: 'same question: signature',
		code: '(answers)',
		file: settle,
		find: 'sameBytes(one.signature, other.signature) &&',
		replace: '',
		tests: STAND_INS,
	},
	{
		check: 'same question: key',
		code: '(answers)',
		file: settle,
		find: 'sameBytes(one.key, other.key) &&',
		replace: '',
		tests: STAND_INS,
	},
	{
		check: 'same question: algorithm',
		code: '(answers)',
		file: settle,
		find: 'sameAlgorithm(one.algorithm, other.algorithm) &&',
		replace: '',
		tests: STAND_INS,
	},
	{
		check: 'same question: data',
		code: '(answers)',
		file: settle,
		find: ' &&\n\t\tsameBytes(one.data, other.data)',
		replace: '',
		tests: STAND_INS,
	},
	{
		check: 'only true answers are remembered',
		code: '(answers)',
		file: settle,
		find: 'if (given === true) learn?.(question);',
		replace: 'learn?.(question);',
		tests: STAND_INS,
	},
	{
		check: 'unsupported told from false',
		code: 'unsupported-algorithm',
		file: settle,
		find: 'if (failed && unsupported.length > 0)',
		replace: 'if (false)',
		tests: STAND_INS,
	},
];

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
		async failingTest({ file, find, replace, tests = WALK }: Removal): Promise<string | undefined> {
			const path = join(copy, file);
			const source = readFileSync(path, 'utf8');
			if (source.split(find).length !== 2) throw new Error(`stands not exactly once in ${file}: ${find}`);
			writeFileSync(
				path,
				source.replace(find, () => replace),
			);
			try {
				return await firstFailure(copy, join(folder, 'report.json'), tests);
			} finally {
				writeFileSync(path, source);
			}
		},
		stop: () => rmSync(folder, { recursive: true }),
	};
}

/** Most time that the tests have; without a bound of ours, one that looks for it may run for ever. */
const PATIENCE_MS = 100_000;

/** Runs a command in a group of its own, so that what it started ends with it. */
async function endsInTime(command: string[], cwd: string): Promise<boolean> {
	const child = spawn(process.execPath, command, { cwd, stdio: 'ignore', detached: true });
	return await new Promise((resolve) => {
		const alarm = setTimeout(() => {
			process.kill(-(child.pid ?? 0), 'SIGKILL');
			resolve(false);
		}, PATIENCE_MS);
		child.on('exit', () => {
			clearTimeout(alarm);
			resolve(true);
		});
	});
}

async function firstFailure(copy: string, report: string, tests: string[]): Promise<string | undefined> {
	const command = [
		'node_modules/vitest/vitest.mjs',
		'run',
		'--project',
		'unit',
		'--bail',
		'1',
		'--reporter=json',
		`--outputFile=${report}`,
		...tests,
	];
	rmSync(report, { force: true });
	if (!(await endsInTime(command, copy))) return '(the tests come to no end)';
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
