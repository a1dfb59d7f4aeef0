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
	const findings = [...(tag.ok ? [findInTag(tag.value, source, world)] : []), ...checkouts];
	const failure = tag.ok ? (file.ok ? undefined : file.failure) : tag.failure;
	return { findings, ...(failure && { failure }) };
}

/** What a tag, or the want of one, says of the attested commit. Pure but for the clock. */
function findInTag({ tag, missing }: Found, source: Source, world: LookWorld): Finding {
	const attested = source.commit;
	if (!tag) {
		const tags = missing.join(', ');
		return makeFinding('tag-missing', { tags, commit: attested, ...readOf(pageOf(source, 'tags'), world) });
	}
	const read = readOf(pageOf(source, 'tree', tag.name), world);
	return tag.commit?.toLowerCase() === attested
		? makeFinding('tag-same', { tag: tag.name, commit: attested, ...read })
		: makeFinding('tag-differs', { tag: tag.name, commit: tag.commit ?? 'no commit', attested, ...read });
}

/** The tag of a release, and the names before it that are no tag. */
interface Found {
	tag?: Tag;
	missing: string[];
}

/**
 * The release's tag; nothing where none of its names is a tag. A name without the package's counts where it names the attested commit,
 * or where the package is the one at the repository's root: else it may be the tag of another package.
 * @returns failures of asking; `source-unreachable` where the whole repository is gone.
 */
export async function findTag(
	source: Source,
	release: Release,
	{ github }: { github: GitHub },
): Promise<Result<Found>> {
	const missing: string[] = [];
	const { own, named, bare } = tagNames(source, release);
	for (const name of own ?? named) {
		const tag = await github.fetchTag(source.slug, name);
		if (!tag.ok) return tag;
		if (tag.value) return success({ tag: tag.value, missing });
		missing.push(name);
	}
	let other: Tag | undefined;
	for (const name of own ? [] : bare) {
		const tag = await github.fetchTag(source.slug, name);
		if (!tag.ok) return tag;
		if (tag.value?.commit?.toLowerCase() === source.commit) return success({ tag: tag.value, missing });
		if (!tag.value) missing.push(name);
		other ??= tag.value;
	}
	if (other) {
		const root = await github.fetchFile(source.slug, source.commit, 'package.json');
		if (!root.ok) return root;
		return success({ missing, ...(nameIn(root.value) === release.name && { tag: other }) });
	}
	const failure: Failure | undefined = await repositoryFailure(github, source.slug);
	return failure ? { ok: false, failure } : success({ missing });
}

/** The name in the text of a package.json. */
function nameIn(text = ''): unknown {
	try {
		return (JSON.parse(text) as { name?: unknown } | null)?.name;
	} catch {
		return undefined;
	}
}

/** The tag that the run was started on; else the names that tags of releases mostly have. */
function tagNames(
	{ identity: { ref } }: Source,
	{ name, version }: Release,
): { own?: string[]; named: string[]; bare: string[] } {
	const [, own] = /^refs\/tags\/(.+)$/s.exec(ref) ?? [];
	if (own !== undefined) return { own: [own], named: [], bare: [] };
	const bare = name.split('/').at(-1) ?? name;
	const named = [...new Set([`${name}@${version}`, `${bare}@${version}`, `${bare}-v${version}`])];
	return { named, bare: [`v${version}`, version] };
}
