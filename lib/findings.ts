/** Owns what is worth noticing in a verified identity and in package.json, and is no verdict of its own. Pure. */
import type { Advisory } from './advisories.ts';
import type { Finding, Identity, Result, TrustRootInfo } from './report.ts';
import { repositoryAddress } from './repository.ts';

/** Triggers under which strangers can have a say in what runs. */
const OPEN_TRIGGERS = new Set(['pull_request', 'pull_request_target', 'workflow_run', 'issue_comment', 'issues']);

/** After this many days an embedded trust root may lack new keys. */
const TRUST_ROOT_DAYS = 180;

/** Findings that the certificate alone gives: `signer-elsewhere`, `self-hosted-runner`, `open-trigger`, `pull-request-ref`. */
export function findInIdentity({ repository, signer, runner, trigger, ref }: Identity): Finding[] {
	const findings: Finding[] = [];
	const add = (code: string, claim: Finding['claim'], detail: string) =>
		findings.push({ code, claim, saidBy: 'signature', detail });
	// A reusable workflow of another owner signed: that owner's code ran with this repository's right to publish.
	if (ownerOf(signer) !== ownerOf(repository)) add('signer-elsewhere', 'workflow-harmless', signer);
	if (runner !== undefined && runner !== 'github-hosted' && runner !== 'gitlab-hosted')
		add('self-hosted-runner', 'workflow-harmless', runner);
	if (trigger !== undefined && OPEN_TRIGGERS.has(trigger)) add('open-trigger', 'workflow-harmless', trigger);
	if (ref.startsWith('refs/pull/')) add('pull-request-ref', 'only-this-source', ref);
	return findings;
}

/**
 * The certificate's repository against package.json's: `repository-differs`, `repository-differs-in-case`, or nothing
 * where they agree or package.json names none that can be compared.
 */
export function findInPackage(identity: Identity, stated: string | undefined): Finding[] {
	if (stated === undefined) return [];
	const address = repositoryAddress(stated);
	const detail = address ?? stated.slice(0, 300);
	if (address === identity.repository) return [];
	const isCase = address?.toLowerCase() === identity.repository.toLowerCase();
	return [
		{
			code: isCase ? 'repository-differs-in-case' : 'repository-differs',
			claim: 'only-this-source',
			saidBy: 'package',
			detail,
		},
	];
}

/** `custom-trust-root` (detail: its name), and `trust-root-old` where it was taken longer ago than its age limit. */
export function findInTrustRoot({ source, version, takenAt }: TrustRootInfo, now: Date): Finding[] {
	const findings: Finding[] = [];
	const add = (code: string, detail: string) =>
		findings.push({ code, claim: 'signed-by-build', saidBy: 'here', detail });
	if (source === 'custom') add('custom-trust-root', version);
	const days = Math.floor((now.getTime() - Date.parse(takenAt)) / 86_400_000);
	if (days > TRUST_ROOT_DAYS) add('trust-root-old', `${days} days`);
	return findings;
}

/**
 * `key-listed-by-registry`, for each key that our trust root lacks and the registry's own list names (detail: its id, and
 * when it expires). The list is said and not believed: who can change a file there can change the list as well.
 */
export function findInKeys(
	lacked: readonly { keyId: string; claim: Finding['claim'] }[],
	listed: readonly { keyId: string; expires?: string }[],
): Finding[] {
	return lacked.flatMap(({ keyId, claim }) => {
		const key = listed.find((one) => one.keyId === keyId);
		if (!key) return [];
		const until = key.expires === undefined ? 'no expiry' : `expires ${key.expires}`;
		const detail = `${keyId} (${until})`.slice(0, 300);
		return [{ code: 'key-listed-by-registry', claim, saidBy: 'registry', detail }];
	});
}

/** `evidence-kept`, where some of the registry's answers could not be had anew (detail: the ISO time of the oldest). */
export function findInAge(...answers: readonly Result<unknown>[]): Finding[] {
	const [oldest] = answers.flatMap((answer) => (answer.ok && answer.keptSince ? [answer.keptSince] : [])).sort();
	return oldest === undefined
		? []
		: [{ code: 'evidence-kept', claim: 'registry-keeps-serving', saidBy: 'here', detail: oldest }];
}

/**
 * `file-hashed`, where the file's own bytes were hashed and have the fingerprint that the registry lists, or, where it lists
 * none, `file-hashed-unlisted` (detail of both: size and fingerprint).
 */
export function findInFile(size: number, sha512: string, isListed: boolean): Finding[] {
	const code = isListed ? 'file-hashed' : 'file-hashed-unlisted';
	return [{ code, claim: 'file-matches', saidBy: 'here', detail: `${size} bytes, ${sha512}` }];
}

/** `allowlist-unreadable`: the reader's own allowlist was set aside, so nothing was compared with it. */
export function findUnreadAllowlist(): Finding[] {
	return [{ code: 'allowlist-unreadable', claim: 'built-by', saidBy: 'here' }];
}

/** `malware-advisory`, the one finding that is a warning, where the registry lists the release as malware. */
export function findInAdvisories(advisory: Advisory | undefined): Finding[] {
	if (!advisory) return [];
	const detail = [advisory.title.slice(0, 200), advisory.address].filter((part) => part !== undefined).join(' ');
	return [{ code: 'malware-advisory', claim: 'workflow-harmless', saidBy: 'registry', detail, warning: true }];
}

function ownerOf(address: string): string {
	return address.split('/').slice(0, 4).join('/').toLowerCase();
}
