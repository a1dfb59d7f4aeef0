/** Owns what a look is given and gives: the release and its verified source, whom it may ask, and its findings or why there are none. */
import type { GitHub } from '../external/github.ts';
import type { Rekor } from '../external/rekor.ts';
import type { ReleaseSpec } from '../npm/spec.ts';
import type { Registry } from '../registry/registry.ts';
import type { Inspection } from '../report/evidence.ts';
import type { Finding } from '../report/findings.ts';
import type { Identity } from '../report/identity.ts';
import type { Report } from '../report/report.ts';
import { type Failure, failed, type Result, success } from '../report/result.ts';
import type { TrustRoot } from '../sigstore/trust-root.ts';

/** Whom looks ask. Nobody is asked before a look needs it. */
export interface LookWorld {
	github: GitHub;
	rekor: Rekor;
	registry: Pick<Registry, 'fetchPackument' | 'fetchTarball'>;
	trust: TrustRoot | Promise<TrustRoot>;
	/** The completed Report of another release, for its verdict. */
	reportOn: (spec: ReleaseSpec) => Promise<Report>;
	/** Whether the reader allowed to ask an origin; absent where nobody has to. */
	isAllowed?: (origin: string) => Promise<boolean>;
	/** Whether a package of this name comes from another registry than the one at hand. */
	isElsewhere?: (name: string) => boolean;
	now: () => Date;
	signal?: AbortSignal;
}

/** What came of a look. With a failure, the findings are those that there were before it. */
export interface LookResult {
	findings: Finding[];
	failure?: Failure;
}

/** Where a verified certificate says that the run was started, at GitHub. */
export interface Source {
	/** `owner/name`. */
	slug: string;
	/** https address of the repository. */
	repository: string;
	/** Hex, in small letters. */
	commit: string;
	identity: Identity;
}

/**
 * The source that looks at GitHub are about.
 * @returns failure `commit-unknown` where the identity is not proved, or not of a repository at GitHub.
 */
export function sourceOf({ report: { identity } }: Inspection): Result<Source> {
	if (!identity) return failed('commit-unknown');
	const { repository } = identity;
	const [, slug] = /^https:\/\/github\.com\/([\w.-]+\/[\w.-]+)$/.exec(repository) ?? [];
	if (slug === undefined || slug.split('/').some((part) => /^\.+$/.test(part)))
		return failed('commit-unknown', repository);
	const commit = identity.commit.toLowerCase();
	if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit)) return failed('commit-unknown', commit);
	return success({ slug, repository, commit, identity });
}

/** A look that could not be made. */
export function refused(failure: Failure, findings: Finding[] = []): LookResult {
	return { findings, failure };
}

/**
 * Why a source cannot be looked at by its name: it is gone or hidden, or another repository has the name now. One request, only where
 * the record has the repository's number.
 */
export async function sourceFailure({ slug, identity }: Source, github: GitHub): Promise<Failure | undefined> {
	const { repositoryId } = identity;
	if (repositoryId === undefined) return undefined;
	const repository = await github.fetchRepository(slug);
	if (!repository.ok) return repository.failure;
	if (!repository.value) return failed('source-unreachable', `https://github.com/${slug}`).failure;
	const { id } = repository.value;
	if (String(id) === repositoryId) return undefined;
	const what = `another repository has this name now: number ${id}, attested ${repositoryId}`;
	return failed('source-unreachable', what).failure;
}

/** Why something is not there, where that is because the whole repository is gone or hidden; nothing where the repository is there. */
export async function repositoryFailure(github: GitHub, slug: string): Promise<Failure | undefined> {
	const repository = await github.fetchRepository(slug);
	if (!repository.ok) return repository.failure;
	return repository.value ? undefined : failed('source-unreachable', `https://github.com/${slug}`).failure;
}

/** What was read, for a finding: the page where people can read it too, and the ISO time. */
export function readOf(address: string, { now }: Pick<LookWorld, 'now'>): { address: string; readAt: string } {
	return { address, readAt: now().toISOString() };
}

/** The page of something of a repository. */
export function pageOf({ repository }: Source, ...path: readonly string[]): string {
	const escaped = path.flatMap((part) => part.split('/')).map(encodeURIComponent);
	return [repository, ...escaped].join('/');
}
