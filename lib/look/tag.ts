/** Owns the look at commit and tag: whether the commit is on a branch of that repository, and who signed either, by GitHub's word. */
import type { Tag } from '../external/github.ts';
import type { Commit } from '../external/github-shapes.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import { failed, type Result, success } from '../report/result.ts';
import { findTag } from './source.ts';
import { type LookResult, type LookWorld, pageOf, readOf, refused, repositoryFailure, type Source } from './world.ts';

/**
 * Asks GitHub for the commit, the branches that it may be on, and the tag: four to six requests.
 * @returns `commit-on-branch`, `commit-on-no-branch`, `commit-signed`, `commit-unsigned`, `tag-signed`, `tag-unsigned`; failures of asking.
 */
export async function lookAtTag(
	source: Source,
	release: { name: string; version: string },
	world: LookWorld,
): Promise<LookResult> {
	const { github } = world;
	const commit = await github.fetchCommit(source.slug, source.commit);
	if (!commit.ok) return refused(commit.failure);
	if (!commit.value) {
		const failure = await repositoryFailure(github, source.slug);
		return refused(failure ?? failed('source-unreachable', `commit ${source.commit}`).failure);
	}
	const findings = [findInCommit(commit.value, source, world)];
	const branch = await findBranch(source, world);
	if (!branch.ok) return refused(branch.failure, findings);
	findings.push(branch.value);
	const tag = await findTag(source, release, world);
	if (!tag.ok) return refused(tag.failure, findings);
	return { findings: [...findings, ...(tag.value.tag ? [findInTag(tag.value.tag, source, world)] : [])] };
}

/**
 * A branch that the commit is on: the one that the run was started on, the default one, or one whose newest commit it is. A page of the
 * commit would prove nothing: GitHub shows every commit of a fork under each repository of its network.
 */
async function findBranch(source: Source, world: LookWorld): Promise<Result<Finding>> {
	const { slug, commit, identity } = source;
	const { github } = world;
	const looked: string[] = [];
	const found = (branch: string) =>
		success(makeFinding('commit-on-branch', { branch, commit, ...readOf(pageOf(source, 'commits', branch), world) }));
	const repository = await github.fetchRepository(slug);
	if (!repository.ok) return repository;
	const [, own] = /^refs\/heads\/(.+)$/s.exec(identity.ref) ?? [];
	for (const branch of new Set([own, repository.value?.default_branch])) {
		if (branch === undefined) continue;
		const isIn = await github.isInBranch(slug, branch, commit);
		if (!isIn.ok) return isIn;
		if (isIn.value) return found(branch);
		if (isIn.value === false) looked.push(branch);
	}
	const heads = await github.fetchBranchesAt(slug, commit);
	if (!heads.ok) return heads;
	const [head] = heads.value ?? [];
	if (head !== undefined) return found(head);
	return success(
		makeFinding('commit-on-no-branch', {
			branches: looked.join(', '),
			commit,
			...readOf(pageOf(source, 'branches'), world),
		}),
	);
}

function findInCommit({ committer, author, verification }: Commit, source: Source, world: LookWorld): Finding {
	const read = readOf(pageOf(source, 'commit', source.commit), world);
	const by = committer?.name ?? author?.name ?? 'no name';
	return verification?.verified
		? makeFinding('commit-signed', { by, ...read })
		: makeFinding('commit-unsigned', { by, reason: verification?.reason ?? 'not said', ...read });
}

function findInTag({ name, annotation }: Tag, source: Source, world: LookWorld): Finding {
	const read = readOf(pageOf(source, 'tree', name), world);
	if (annotation?.verification?.verified)
		return makeFinding('tag-signed', { tag: name, by: annotation.tagger ?? 'no name', ...read });
	const reason = annotation ? (annotation.verification?.reason ?? 'not said') : 'lightweight';
	return makeFinding('tag-unsigned', { tag: name, reason, ...read });
}
