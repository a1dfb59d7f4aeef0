/**
 * Owns how one verified identity differs from the known ones of a package, row by row, the most important first. Pure. What an attacker
 * must change is a difference; what maintainers vary in daily life is not. See docs/decisions/0055-what-an-attacker-must-change.md.
 */
import { fitsVersion, maskRef } from '../npm/ref-form.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import type { Change, ChangedField } from '../report/history.ts';
import type { Identity } from '../report/identity.ts';
import { decodePath, parseSigner } from '../sigstore/identity.ts';

/** An identity, and the release that it is of. */
export interface Origin {
	version: string;
	/** ISO time. */
	publishedAt: string;
	/** From the certificate; of one of early 2023 with the numbers of its signed statement. */
	identity: Identity;
}

/**
 * Triggers that let strangers start a run.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export const OPEN_TRIGGERS: ReadonlySet<string> = new Set([
	'pull_request_target',
	'pull_request',
	'pull_request_review',
	'pull_request_review_comment',
	'issue_comment',
	'issues',
	'workflow_run',
	'discussion',
	'discussion_comment',
	'fork',
	'watch',
	'gollum',
	'merge_request_event',
	'external_pull_request_event',
]);

/** Since then certificates name the deployment environment (extension 23). */
const ENVIRONMENT_SINCE = '2025-11-06';

/** The rows that a missing record does not excuse. */
const FIRST_ROW: ReadonlySet<ChangedField> = new Set([
	'repository',
	'repositoryId',
	'owner',
	'ownerId',
	'issuer',
	'signer-owner',
]);

/** Whether a change is of repository, owner, issuer, or owner of the workflow that signed. */
export function isOfFirstRow({ field }: Change): boolean {
	return FIRST_ROW.has(field);
}

/**
 * What differs from one known origin.
 * @param before the known origin. @param known all known ones: a branch or an open trigger of any of them is not new.
 * @returns the changes in the order of their weight, and calm findings (`repository-renamed`, `environment-added`).
 */
export function compareIdentities(
	before: Origin,
	now: Origin,
	known: readonly Origin[] = [before],
): { changes: Change[]; findings: Finding[] } {
	const changes: Change[] = [];
	const findings: Finding[] = [];
	const [old, here] = [before.identity, now.identity];
	const change = (field: ChangedField, earlier: string | undefined, current: string | undefined) => {
		if (earlier !== undefined && current !== undefined && earlier !== current)
			changes.push({ field, before: earlier, now: current });
	};
	const told = (field: ChangedField, earlier: string | undefined, current: string | undefined) =>
		changes.push({
			field,
			...(earlier !== undefined && { before: earlier }),
			...(current !== undefined && { now: current }),
		});
	const isSameRepository = compareRepository(old, here, change);
	if (isSameRepository && old.repository !== here.repository)
		findings.push(makeFinding('repository-renamed', { before: old.repository, now: here.repository }));
	change('issuer', old.issuer, here.issuer);
	compareSigner(old, here, isSameRepository, change);
	if (isHosted(old) && !isHosted(here)) change('runner', old.runner, here.runner);
	if (old.environment !== undefined && old.environment !== here.environment)
		told('environment', old.environment, here.environment);
	const isOpen = here.trigger !== undefined && OPEN_TRIGGERS.has(here.trigger);
	if (isOpen && !known.some(({ identity }) => identity.trigger === here.trigger))
		told('trigger', old.trigger, here.trigger);
	if (isFileNamed(old)) change('workflow', old.workflow, here.workflow);
	compareSignerFile(before, now, known, change);
	if (!isKnownRef(now, known)) told('ref', old.ref, here.ref);
	if (old.environment === undefined && here.environment !== undefined && before.publishedAt >= ENVIRONMENT_SINCE)
		findings.push(makeFinding('environment-added', { environment: here.environment }));
	return { changes, findings };
}

/** Whether two identities are of different repositories or owners: by number where both are known at one host, else by name. */
export function isOfOtherRepository(one: Identity, other: Identity): boolean {
	let isOther = false;
	compareRepository(one, other, () => {
		isOther = true;
	});
	return isOther;
}

type Changed = (field: ChangedField, earlier: string | undefined, current: string | undefined) => void;

/** Repository and owner: by number where both are known at one host, else by name, letters' case apart. */
function compareRepository(old: Identity, here: Identity, change: Changed): boolean {
	// Numbers are unique per host.
	const isSameHost = hostOf(old) === hostOf(here);
	const compare = (field: 'repository' | 'owner', earlier: string, current: string) => {
		const ids = [old[`${field}Id`], here[`${field}Id`]];
		const isSameName = earlier.toLowerCase() === current.toLowerCase();
		const isNumbered = isSameHost && ids[0] !== undefined && ids[1] !== undefined;
		const isSame = isNumbered ? ids[0] === ids[1] : isSameName;
		if (!isSame && isSameName) change(`${field}Id`, ids[0], ids[1]);
		else if (!isSame) change(field, earlier, current);
		return isSame;
	};
	const isSameRepository = compare('repository', old.repository, here.repository);
	compare('owner', ownerOf(old.repository), ownerOf(here.repository));
	return isSameRepository;
}

/** The owner of the workflow that signed, where that is not the repository's own. */
function compareSigner(old: Identity, here: Identity, isSameRepository: boolean, change: Changed): void {
	const [earlier, current] = [old, here].map(signerOwner);
	const isOwn = [old, here].map((one) => signerOwner(one) === ownerOf(one.repository).toLowerCase());
	// The number recognizes a renamed owner.
	if (isSameRepository && isOwn[0] && isOwn[1]) return;
	// The row of the repository says this already.
	if (!isSameRepository && isOwn[1]) return;
	change('signer-owner', earlier, current);
}

function signerOwner({ signer, repository }: Identity): string {
	const { path } = parseSigner(signer);
	if (isBelow(path, repository)) return ownerOf(repository).toLowerCase();
	return path.split('/').slice(0, 4).join('/').toLowerCase();
}

/** The file of a reusable workflow that signed, and its branch or pull request, which counts like one of the repository. */
function compareSignerFile(before: Origin, now: Origin, known: readonly Origin[], change: Changed): void {
	const [old, here] = [before.identity, now.identity];
	const [earlier, current] = [otherSigner(old), otherSigner(here)];
	if (earlier?.path !== current?.path) change('signer', earlier?.path ?? old.workflow, current?.path ?? here.workflow);
	else if (current?.ref !== undefined && isNoTag(current.ref) && !(current.isOwn && current.ref === here.ref)) {
		const refs = known.flatMap(({ identity, version }) => {
			const ref = otherSigner(identity)?.ref;
			return ref === undefined ? [] : [{ ref, version }];
		});
		if (!isKnownBranch({ ref: current.ref, version: now.version }, refs)) change('signer', earlier?.ref, current.ref);
	}
}

/** Neither a tag nor a mere commit. */
function isNoTag(ref: string): boolean {
	return ref.startsWith('refs/') && !ref.startsWith('refs/tags/');
}

/** The workflow that signed, where it is not the build file itself. */
interface OtherSigner {
	/** Without the name of the release's repository, or else of its owner, so that a renamed one is not another signer. */
	path: string;
	ref?: string;
	/** Whether it is in the release's own repository. */
	isOwn: boolean;
}

function otherSigner({ signer, repository, workflow }: Identity): OtherSigner | undefined {
	const { path, ref } = parseSigner(signer);
	const isOwn = isBelow(path, repository);
	const above = isOwn ? repository : isBelow(path, ownerOf(repository)) ? ownerOf(repository) : '';
	const own = path.slice(above.length).replace(/^\/+/, '');
	return isOwn && own === workflow ? undefined : { path: own, ...(ref !== undefined && { ref }), isOwn };
}

/** Whether a certificate names the build file: those of early 2023 name only the workflow that signed, which may be another's. */
function isFileNamed({ workflow, signer }: Identity): boolean {
	return workflow !== decodePath(parseSigner(signer).path);
}

function isBelow(path: string, repository: string): boolean {
	return path.toLowerCase().startsWith(`${repository.toLowerCase()}/`);
}

function isHosted({ runner }: Identity): boolean {
	return runner === 'github-hosted' || runner === 'gitlab-hosted';
}

/** Whether a ref is of a form that a known origin had. A tag is, unless all known ones are branches. */
function isKnownRef(now: Origin, known: readonly Origin[]): boolean {
	const refs = known.map(({ identity, version }) => ({ ref: identity.ref, version }));
	const here = { ref: now.identity.ref, version: now.version };
	if (here.ref.startsWith('refs/tags/')) return refs.some(({ ref }) => ref.startsWith('refs/tags/'));
	return isKnownBranch(here, refs);
}

/** A ref, and the version that was built from it. */
interface BuiltRef {
	ref: string;
	version: string;
}

/** Whether a branch, or one of its form, was built from before, or is `main` where no branch is known. */
function isKnownBranch(here: BuiltRef, known: readonly BuiltRef[]): boolean {
	if (known.some((other) => other.ref === here.ref || isSameForm(other, here))) return true;
	return here.ref === 'refs/heads/main' && !known.some(({ ref }) => ref.startsWith('refs/heads/'));
}

/**
 * Whether two branches differ in numbers and commit ids only. If the numbers of one fit its version, those of the other must fit its own.
 * So `release/1.3` of 1.3.4 has the form of `release/1.2` of 1.2.9, and `release/9.9` of 1.3.4 has not.
 */
function isSameForm(old: BuiltRef, here: BuiltRef): boolean {
	if (maskRef(old.ref) !== maskRef(here.ref)) return false;
	return !fitsVersion(old.ref, old.version) || fitsVersion(here.ref, here.version);
}

function hostOf({ repository }: Identity): string | undefined {
	return repository.split('/')[2]?.toLowerCase();
}

/** Everything above the repository; on GitLab that may be groups within groups. */
export function ownerOf(repository: string): string {
	return repository.slice(0, repository.lastIndexOf('/'));
}
