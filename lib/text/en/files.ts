/** Owns the words of files that were checked without network: what holds, each check, and what files alone cannot answer. */
import { FAILURES } from '../../report/failures.ts';
import {
	type FileRow,
	type FilesCheck,
	type FilesRecord,
	type FilesReport,
	isLeftOpen,
	type NotChecked,
} from '../../report/files.ts';
import type { Identity } from '../../report/identity.ts';
import type { Failure } from '../../report/result.ts';
import { bytes, capital, counted, fileName, quoteRelease, shortRepository } from '../format.ts';
import { quoteText, quoteWord } from '../untrusted.ts';
import { whoseAllowlist } from './allowlist.ts';
import { describeFailure } from './failures.ts';
import { describeDetail } from './findings.ts';

/** What is said around the answer. */
export const FILES_TEXT = {
	page: 'Check files',
	title: 'Files, checked without network',
	files: 'The files',
	fingerprint: 'SHA-512',
	notChecked: 'What was not checked',
	limit: 'The code, the build file and the dependencies: a genuine record does not make them harmless.',
	unasked: 'Not compared with earlier releases, nor looked up in the list of malware.',
	claimed: 'What the record says, decoded. Nothing of it is proved.',
	decoded: 'Certificate or key, log entry and statement, decoded',
	origin: 'Origin that the certificate names',
	expected: 'The origin that you expect',
	differences: 'Where they differ',
	root: 'Checked with the trust root:',
	checking: 'Checking the files ...',
	failed: 'The files could not be read. If they were moved or changed, give them again.',
	more: 'Add files',
	save: 'Save as JSON',
	other: 'Check other files',
	moreRecords: (count: number) => `${counted(count, 'more record')}: all of them are in the saved JSON.`,
} as const;

/**
 * What holds of the files, or what does not, in one or two sentences. It never says that an origin is confirmed: nobody was asked.
 */
export function describeFiles({ result, records, files }: FilesReport): string {
	if (result === 'none')
		return 'No signed record is among these files, so nothing was checked. Give a Sigstore bundle, or the attestations that the report page saves.';
	const isOf = (wanted: FilesCheck['standing'], { checks }: FilesRecord) =>
		checks.find((check) => 'failure' in check && check.standing === wanted && check.failure.code !== 'not-reached');
	if (result === 'mismatch') {
		const record = firstOf(records, 'mismatch');
		const check = record && isOf('refuted', record);
		return `Does not match: ${record ? whatIs(record) : ''}: ${describeFailure(failureOf(check))} Do not use the file before somebody has looked at this.`;
	}
	if (result === 'not-allowed') {
		const record = firstOf(records, 'not-allowed');
		const { release, policy } = record ?? {};
		const whose = policy ? whoseAllowlist(policy) : '';
		return `Not the origin you expect: the signature holds, and the origin of ${release ? quoteRelease(release) : ''} is not what ${whose} expects (row ${quoteWord(policy?.row ?? '')}). Do not use the file before you know why.`;
	}
	if (result === 'unknown') {
		const record = firstOf(records, 'unknown');
		const left = files.find(isLeftOpen);
		if (!record && left)
			return `Could not check the file ${quoteText(left.name)}: ${describeFailure(left.failure)} The records of the other files hold.`;
		const failure = failureOf(record && isOf('unproved', record));
		return [`Could not check ${record ? whatIs(record) : ''}: ${describeFailure(failure)}`, adviceFor(failure)]
			.filter(Boolean)
			.join(' ');
	}
	return describeHeld(records);
}

/** The first record with a result; a provenance rather than another. */
function firstOf(records: readonly FilesRecord[], result: FilesRecord['result']): FilesRecord | undefined {
	const found = records.filter((one) => one.result === result);
	return found.find(({ kind }) => kind === 'provenance') ?? found[0];
}

/** The heading of a record. */
export function describeRecord(record: FilesRecord): string {
	const place = record.place === undefined ? '' : `, record ${record.place}`;
	return `${capital(whatIs(record))}, in ${quoteText(record.file)}${place}`;
}

/** A check as a heading. */
export function checkName({ id }: FilesCheck, { kind }: FilesRecord): string {
	switch (id) {
		case 'signature':
			return 'Signature, and the certificate or key behind it';
		case 'log':
			return 'Entry in the public log (Rekor)';
		case 'statement':
			return 'Signed statement of a kind that is read here (in-toto)';
		case 'identity':
			if (kind === 'publish') return "The registry's statement names this release, and npm's registry";
			return kind === 'provenance'
				? 'Repository, workflow, commit and run: the same in statement and certificate'
				: 'Certificate of a build service that we know';
		case 'file':
			return 'The given file is the one that was signed: same fingerprint';
		case 'package':
			return "Name and version: the same in statement and the file's package.json";
	}
}

/** How a check ended, as a sentence. */
export function describeCheck(check: FilesCheck): string {
	if (check.standing === 'proved') return 'Checked on this computer.';
	if (check.standing === 'refuted') return `Does not match: ${describeFailure(check.failure)}`;
	if (check.why === 'absent') return 'This record has nothing of the kind.';
	return `Could not check: ${describeFailure(check.failure)}`;
}

/** The detail of a check that failed, text from outside; nothing where the sentence says all. */
export function checkDetail(check: FilesCheck): string | undefined {
	return 'failure' in check ? describeDetail(check.failure) : undefined;
}

/** What a file is, or why it is of no use. */
export function describeFile({ is, bytes: size, package: named, failure }: FileRow): string {
	const detail = failure?.detail === undefined ? '' : ` (${quoteText(failure.detail, 120, 20)})`;
	switch (is) {
		case 'bundle':
			return `Signed records (Sigstore bundle), ${bytes(size)}.${failure ? ` Not all was read${detail}: ${describeFailure(failure)}` : ''}`;
		case 'attestations':
			return `The registry's attestations of a release, ${bytes(size)}.`;
		case 'signed-file':
			return `A file that a record is about, ${bytes(size)}.`;
		case 'tarball':
			return named
				? `A package file, ${bytes(size)}. Its package.json says ${quoteRelease(named)}.${failure ? ` ${capital(describeFailure(failure))}` : ''}`
				: `A package file, ${bytes(size)}. Its package.json was not read${detail}: ${describeFailure(failure)}`;
		case 'not-read':
			return `Not read${detail}: ${describeFailure(failure)} [${failure?.code ?? ''}]`;
	}
}

const NOT_CHECKED_TEXTS: Record<NotChecked, string> = {
	file: 'The file itself: it was not given. Give the .tgz too, and its fingerprint is compared.',
	'given-file': 'A file that was given: it could not be read, or no record here is about it.',
	provenance: 'Where the release was built: no build record (provenance) is among these files.',
	'registry-signature': "The registry's own signature over name, version and fingerprint: it is not in these files.",
	'registry-list': 'Whether the registry lists this file today, or another one.',
	'earlier-releases': 'Whether earlier releases came from the same place.',
	malware: "Whether npm's list of malware names this release.",
	allowlist: 'Your allowlist: it could not be read and was set aside. Nothing of it is lost: see the options.',
};

/** What files alone cannot answer, a sentence each; what no evidence can prove comes last. */
export function describeNotChecked({ notChecked }: FilesReport): string[] {
	return [...notChecked.map((one) => NOT_CHECKED_TEXTS[one]), FILES_TEXT.limit];
}

function describeHeld(records: readonly FilesRecord[]): string {
	const known = records.filter(({ kind }) => kind !== 'other');
	const record =
		known.find(({ kind }) => kind === 'provenance') ?? known.find(({ kind }) => kind === 'publish') ?? known[0];
	if (!record) return '';
	const { kind, identity, release, signs } = record;
	const what = release ? quoteRelease(release) : signs === undefined ? 'its files' : quoteText(signs);
	const origin = identity
		? `${quoteWord(fileName(identity.workflow))} in ${quoteWord(shortRepository(identity.repository))}`
		: 'the signer named below';
	const fact = {
		provenance: `${origin} signed the build record of ${what}`,
		publish: `npm's registry states that it received ${what}, and no record here says where it was built`,
		'signed-file': `${origin} signed ${what}`,
		other: '',
	}[kind];
	const file =
		kind === 'signed-file'
			? ''
			: signs === undefined
				? ' The file itself was not given, so it was not compared.'
				: ` The file ${quoteText(signs)} is the one that was signed.`;
	const releases = new Set(
		records.flatMap((one) => (one.release ? [`${one.release.name}@${one.release.version}`] : [])),
	);
	const others = releases.size > 1 ? ` The records are of ${releases.size} releases.` : '';
	return `The ${records.length > 1 ? 'signatures hold' : 'signature holds'}: ${fact}.${others}${file} ${release ? FILES_TEXT.unasked : ''}`.trim();
}

/** The origin that a verified certificate names, as rows. */
export function originRows(identity: Identity): { name: string; value: string }[] {
	const { repository, workflow, ref, commit, run, runner, environment, issuer } = identity;
	const rows = {
		Repository: repository,
		Workflow: workflow,
		Ref: ref,
		Commit: commit,
		Run: run,
		Runner: runner,
		Environment: environment,
		'Build service (issuer)': issuer,
	};
	return Object.entries(rows).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

/** What a record is, within a sentence. */
function whatIs({ kind, release, signs }: FilesRecord): string {
	const of = release ? ` of ${quoteRelease(release)}` : '';
	return {
		provenance: `provenance${of}`,
		publish: `publish attestation${of}`,
		other: `a record of a kind that is not read here${of}`,
		'signed-file': signs === undefined ? 'a signature over a file' : `the signature over ${quoteText(signs)}`,
	}[kind];
}

function failureOf(check: FilesCheck | undefined): Failure | undefined {
	return check && 'failure' in check ? check.failure : undefined;
}

/** What to do about a check that could not be made. */
function adviceFor(failure: Failure | undefined): string {
	if (failure && FAILURES[failure.code] === 'unchecked' && failure.code.endsWith('not-in-trust-root'))
		return 'If it is of another Sigstore instance, give the trust root of that one.';
	return failure?.code === 'file-not-given' ? 'Give that file too.' : '';
}
