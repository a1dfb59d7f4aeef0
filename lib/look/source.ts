/** Owns the look at the source: whether the release's tag names the attested commit, and whether the build file checks out another. */
import type { GitHub, Tag } from '../external/github.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import { type Failure, type Result, success } from '../report/result.ts';
import { fetchBuildFile } from './build-file.ts';
import { type LookResult, type LookWorld, pageOf, readOf, repositoryFailure, type Source } from './world.ts';

interface Release {
	name: string;
	version: string;
}

/**
 * Asks GitHub for the tag, one request for each name that it may have, and for the build file.
 * @returns `tag-same`, `tag-differs`, `tag-missing`, `checkout-of-another-ref`; failures of asking, and `not-yaml`.
 */
export async function lookAtSource(source: Source, release: Release, world: LookWorld): Promise<LookResult> {
	const [tag, file] = [await findTag(source, release, world), await fetchBuildFile(source, world)];
	const checkouts = file.ok
		? file.value.checkouts.map(({ line, ...checkout }) =>
				makeFinding('checkout-of-another-ref', { ...checkout, line, ...readOf(`${file.value.page}#L${line}`, world) }),
			)
		: [];
	const findings = [...(tag.ok ? [findInTag(tag.value, source, release, world)] : []), ...checkouts];
	const failure = tag.ok ? (file.ok ? undefined : file.failure) : tag.failure;
	return { findings, ...(failure && { failure }) };
}

/** What a tag, or the want of one, says of the attested commit. Pure but for the clock. */
function findInTag(tag: Tag | undefined, source: Source, release: Release, world: LookWorld): Finding {
	const attested = source.commit;
	if (!tag) {
		const tags = tagNames(source, release).join(', ');
		return makeFinding('tag-missing', { tags, commit: attested, ...readOf(pageOf(source, 'tags'), world) });
	}
	const read = readOf(pageOf(source, 'tree', tag.name), world);
	return tag.commit?.toLowerCase() === attested
		? makeFinding('tag-same', { tag: tag.name, commit: attested, ...read })
		: makeFinding('tag-differs', { tag: tag.name, commit: tag.commit ?? 'no commit', attested, ...read });
}

/**
 * The release's tag; nothing where none of its names is a tag.
 * @returns failures of asking; `source-unreachable` where the whole repository is gone.
 */
export async function findTag(
	source: Source,
	release: Release,
	{ github }: { github: GitHub },
): Promise<Result<Tag | undefined>> {
	for (const name of tagNames(source, release)) {
		const tag = await github.fetchTag(source.slug, name);
		if (!tag.ok || tag.value) return tag;
	}
	const failure: Failure | undefined = await repositoryFailure(github, source.slug);
	return failure ? { ok: false, failure } : success(undefined);
}

/** The tag that the run was started on; else the names that tags of releases mostly have. */
function tagNames({ identity: { ref } }: Source, { name, version }: Release): string[] {
	const [, own] = /^refs\/tags\/(.+)$/s.exec(ref) ?? [];
	if (own !== undefined) return [own];
	const bare = name.split('/').at(-1) ?? name;
	const single = [`v${version}`, version];
	const ofMany = [`${name}@${version}`, `${bare}@${version}`, `${bare}-v${version}`];
	return [
		...new Set(name.startsWith('@') ? [...ofMany.slice(0, 1), ...single, ...ofMany.slice(1)] : [...single, ...ofMany]),
	];
}
