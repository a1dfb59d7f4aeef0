/** Owns what is worth noticing in a verified identity and in package.json, and is no verdict of its own. Pure. */

import { OPEN_TRIGGERS } from '../history/identity-diff.ts';
import type { Advisory } from '../npm/advisories.ts';
import { repositoryAddress } from '../npm/repository.ts';
import type { Manifest } from '../report/evidence.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import type { Identity } from '../report/identity.ts';
import type { TrustRootInfo } from '../report/report.ts';
import { type Failure, failed, type Result } from '../report/result.ts';

/** After this many days an embedded trust root may lack new keys. */
const TRUST_ROOT_DAYS = 180;

const DAY_MS = 24 * 3600 * 1000;
const YEAR_MS = 365 * DAY_MS;

/**
 * Findings that the certificate alone gives: `signer-elsewhere`, `self-hosted-runner`, `open-trigger`, `pull-request-ref`,
 * `tag-of-another-version`.
 */
export function findInIdentity(identity: Identity, release: { name: string; version: string }): Finding[] {
	const { repository, signer, runner, trigger, ref } = identity;
	const findings: Finding[] = [];
	// A reusable workflow of another owner signed: that owner's code ran with this repository's right to publish.
	if (ownerOf(signer) !== ownerOf(repository)) findings.push(makeFinding('signer-elsewhere', { signer }));
	if (runner !== undefined && runner !== 'github-hosted' && runner !== 'gitlab-hosted')
		findings.push(makeFinding('self-hosted-runner', { runner }));
	if (trigger !== undefined && OPEN_TRIGGERS.has(trigger)) findings.push(makeFinding('open-trigger', { trigger }));
	if (ref.startsWith('refs/pull/')) findings.push(makeFinding('pull-request-ref', { ref }));
	const tag = /^refs\/tags\/(.*)$/s.exec(ref)?.[1];
	if (tag !== undefined && isOfAnotherVersion(tag, release))
		findings.push(makeFinding('tag-of-another-version', { tag }));
	return findings;
}

/**
 * Whether a tag names another version of this package: the name ends in a version that is not this one, alone or behind the package's
 * own name. A tag of another package of the same repository (`other@1.2.0`) says nothing.
 */
function isOfAnotherVersion(tag: string, { name, version }: { name: string; version: string }): boolean {
	const [, before = '', tagged] = /^(.*?)v?(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]*)?)$/s.exec(tag) ?? [];
	if (tagged === undefined || tagged === version || tagged.split('+')[0] === version.split('+')[0]) return false;
	const named = before.replace(/[@/_.-]+$/, '').toLowerCase();
	const own = [name, name.split('/').at(-1) ?? name].map((one) => one.toLowerCase());
	return named === '' || named === 'release' || named === 'releases' || own.includes(named);
}

/**
 * The certificate's repository against package.json's: `repository-differs`, `repository-differs-in-case`, or nothing
 * where they agree or package.json names none that can be compared.
 */
export function findInPackage(identity: Identity, stated: string | undefined): Finding[] {
	if (stated === undefined) return [];
	const address = repositoryAddress(stated);
	if (address === undefined || address === identity.repository) return [];
	const isCase = address.toLowerCase() === identity.repository.toLowerCase();
	return [makeFinding(isCase ? 'repository-differs-in-case' : 'repository-differs', { repository: address })];
}

/** `custom-trust-root`, and `trust-root-old` where it was taken longer ago than its age limit. */
export function findInTrustRoot({ source, version, takenAt }: TrustRootInfo, now: Date): Finding[] {
	const findings: Finding[] = [];
	if (source === 'custom') findings.push(makeFinding('custom-trust-root', { name: version }));
	const days = Math.floor((now.getTime() - Date.parse(takenAt)) / DAY_MS);
	if (days > TRUST_ROOT_DAYS) findings.push(makeFinding('trust-root-old', { days }));
	return findings;
}

/**
 * `key-listed-by-registry`, for each key that our trust root lacks and the registry's own list names. The list is only quoted: whoever
 * can change a file there can also change the list (docs/decisions/0024-key-list-is-only-quoted.md).
 */
export function findInKeys(
	lacked: readonly { keyId: string; claim: Finding['claim'] }[],
	listed: readonly { keyId: string; expires?: string }[],
): Finding[] {
	return lacked.flatMap(({ keyId, claim }) => {
		const key = listed.find((one) => one.keyId === keyId);
		if (!key) return [];
		const { expires } = key;
		return [makeFinding('key-listed-by-registry', { keyId, ...(expires !== undefined && { expires }) }, claim)];
	});
}

/** `evidence-kept` of the oldest answer, if some of the registry's answers could not be fetched again. */
export function findInAge(...answers: readonly Result<unknown>[]): Finding[] {
	const [since] = answers.flatMap((answer) => (answer.ok && answer.keptSince ? [answer.keptSince] : [])).sort();
	return since === undefined ? [] : [makeFinding('evidence-kept', { since })];
}

/**
 * `file-hashed`, where the file's own bytes were hashed and have the fingerprint that the registry lists, or, where it lists
 * none, `file-hashed-unlisted`.
 */
export function findInFile(bytes: number, sha512: string, isListed: boolean): Finding[] {
	return [makeFinding(isListed ? 'file-hashed' : 'file-hashed-unlisted', { bytes, sha512 })];
}

/** `malware-advisory`, where the registry lists the release as malware. */
export function findInAdvisories(advisory: Advisory | undefined): Finding[] {
	if (!advisory) return [];
	const { title, address } = advisory;
	return [makeFinding('malware-advisory', { title: title.slice(0, 200), ...(address !== undefined && { address }) })];
}

/** `registry-signature-missing`: npm signs what it publishes, so a mirror or proxy may have removed more than the signature. */
export function findInSignatures({ signatures }: Pick<Manifest, 'signatures'>): Finding[] {
	return signatures.length === 0 ? [makeFinding('registry-signature-missing')] : [];
}

/** npm's own repository of placeholders, which replace packages that were malware. */
const HOLDER = 'https://github.com/npm/security-holder';

/** `security-holding`, where the release is npm's placeholder: the list's times show what was there. */
export function findHolding(
	{ version, repository }: Manifest,
	{ releases, last }: { releases: number; last?: { publishedAt: string } },
): Finding[] {
	const isHolder = repository !== undefined && repositoryAddress(repository) === HOLDER;
	if (!isHolder || !version.endsWith('-security')) return [];
	return [makeFinding('security-holding', { removed: releases, ...(last && { last: last.publishedAt }) })];
}

/** What two answers of the registry say of one file. */
interface TwoAnswers {
	manifest: Manifest;
	/** The release in the list, which may give no date of it. */
	listed: Manifest & { publishedAt?: string };
	/** Hosts from which npm serves files: the registry's own, and that of a mirror that was asked. */
	hosts: readonly string[];
	/** When it was signed, where a time was. */
	signedAt?: Date | undefined;
}

/**
 * The registry's answers against each other, which are about one file.
 * @returns `failure`: `registry-lists-another-file` if fingerprint or host of the file differ. `registry-contradicts-itself` for the same
 *   foreign host in both, if one names no fingerprint, for another listing of attestations, and for a time more than a year from the
 *   signed one.
 */
export function compareAnswers({ manifest, listed, hosts, signedAt }: TwoAnswers): {
	failure?: Failure;
	findings: Finding[];
} {
	const [host, listedHost] = [hostOf(manifest.tarball), hostOf(listed.tarball)];
	const isOwn = (one: string | undefined) => one === undefined || hosts.includes(one);
	const [integrity, listedIntegrity] = [manifest.integrity, listed.integrity];
	if (integrity !== undefined && listedIntegrity !== undefined && integrity !== listedIntegrity)
		return {
			...failed(
				'registry-lists-another-file',
				`${manifest.integrity ?? 'none'}, in the list ${listed.integrity ?? 'none'}`,
			),
			findings: [],
		};
	if (host !== listedHost && !(isOwn(host) && isOwn(listedHost)))
		return {
			...failed('registry-lists-another-file', `at ${host ?? 'none'}, in the list at ${listedHost ?? 'none'}`),
			findings: [],
		};
	const findings: Finding[] = [];
	const contradicts = (
		field: 'integrity' | 'host' | 'attestations' | 'time',
		one: string | undefined,
		other: string | undefined,
	) =>
		findings.push(
			makeFinding('registry-contradicts-itself', {
				field,
				...(one !== undefined && { manifest: one }),
				...(other !== undefined && { list: other }),
			}),
		);
	// A missing fingerprint is a contradiction, not another file.
	if (integrity !== listedIntegrity) contradicts('integrity', integrity, listedIntegrity);
	if (!isOwn(host)) contradicts('host', host, listedHost);
	const [kind, listedKind] = [manifest.attestations?.provenance, listed.attestations?.provenance];
	if ((manifest.attestations === undefined) !== (listed.attestations === undefined) || kind !== listedKind)
		contradicts('attestations', kind, listedKind);
	const { publishedAt } = listed;
	if (signedAt && publishedAt !== undefined && Math.abs(signedAt.getTime() - Date.parse(publishedAt)) > YEAR_MS)
		contradicts('time', signedAt.toISOString(), publishedAt);
	return { findings };
}

function hostOf(address: string | undefined): string | undefined {
	if (address === undefined) return undefined;
	return URL.canParse(address) ? new URL(address).host : address;
}

function ownerOf(address: string): string {
	return address.split('/').slice(0, 4).join('/').toLowerCase();
}
