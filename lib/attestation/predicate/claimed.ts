/** Owns what a predicate of any form claims, and how its sources and entry points are read. */
import * as v from 'valibot';
import { workflowPath } from '../../sigstore/identity.ts';
import { text } from '../statement.ts';
import { isDelegator } from './builder.ts';

/** A field of the identity that a predicate also states. */
export type Field = 'repository' | 'commit' | 'ref' | 'workflow' | 'trigger' | 'run' | 'repositoryId' | 'ownerId';

/** What a provenance predicate says of its build, over SLSA v0.2 and v1. Some of it is said more than once. */
export interface Claimed {
	builder: string;
	/** In the order of comparison; absent where it says nothing. */
	said: readonly (readonly [field: Field, value: string | undefined])[];
}

/** Each build type puts what it likes into the places that it does not define: another form there says nothing. */
export function lenient<const Schema extends v.GenericSchema>(schema: Schema) {
	return v.fallback(v.optional(schema), undefined);
}

export const anyVariables = v.fallback(v.optional(v.record(text, v.unknown()), {}), {});

/** Of either version; what a builder lists need have neither address nor digest. */
export const material = v.fallback(
	v.object({
		uri: v.fallback(v.optional(text, ''), ''),
		digest: v.fallback(
			v.optional(v.object({ gitCommit: lenient(text), sha1: lenient(text), sha256: lenient(text) }), {}),
			{},
		),
	}),
	{ uri: '', digest: {} },
);

type Material = v.InferOutput<typeof material>;

export const materials = v.fallback(v.optional(v.array(material), []), []);

/** Where a build on GitHub began. npm's first form wrote owner/repo/path@ref; what names no build file says nothing. */
export function entryPath(entryPoint = '', repository = ''): string | undefined {
	if (!entryPoint.includes('.github/workflows/')) return undefined;
	const home = entryPoint.startsWith('.github/') ? repository : GITHUB;
	return workflowPath(`${home}/${entryPoint}`, repository);
}

export const GITHUB = 'https://github.com';

/** A repository at some ref, as an address names it: `git+https://host/owner/repo@refs/...`. GitLab's has no ref. */
interface Source {
	repository?: string | undefined;
	/** A full ref only. */
	ref?: string | undefined;
	commit?: string | undefined;
}

export function parseSource(uri = ''): Source {
	const [, repository, ref] = /^(?:git\+)?(https:\/\/[^@]+?)(?:\.git)?(?:@(.*))?$/.exec(uri) ?? [];
	return { repository, ref: ref?.startsWith('refs/') ? ref : undefined };
}

/** GitLab has called the commit a sha256, and a sha1. Whatever its label, it must be the certificate's. */
export function parseMaterial({ uri, digest }: Material): Source {
	return { ...parseSource(uri), commit: digest.gitCommit ?? digest.sha1 ?? digest.sha256 };
}

/**
 * The material that is the source: among those in git, the one of this repository, or else the first. npm lists only the source. Other
 * builders also list what they built with (images, archives, further repositories), which is not part of the identity. A delegator
 * omits the ref if the builder checked out another commit than the run started at: that commit is not certified.
 * See docs/decisions/0014-only-the-source-of-materials.md.
 */
export function sourceAmong(
	materials: readonly Material[],
	repository: string | undefined,
	signer: string,
): Source | undefined {
	const sources = materials.flatMap((listed) => {
		const source = parseMaterial(listed);
		// GitLab's address is a plain one, as that of an archive would be.
		const isGit =
			listed.uri.startsWith('git+') || listed.digest.gitCommit !== undefined || source.repository === repository;
		return source.repository !== undefined && isGit ? [source] : [];
	});
	const source = sources.find((source) => source.repository === repository) ?? sources[0];
	return source?.ref === undefined && isDelegator(signer) ? { repository: source?.repository } : source;
}

/** Text, or a number as text; nothing where it is empty or anything else. */
export function textOf(value: unknown): string | undefined {
	return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}

/** An address of whatever kind. GitLab and others put other things where GitHub has the run's. */
export function addressOnly(value: unknown): string | undefined {
	return typeof value === 'string' && /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : undefined;
}

/** GitLab's own attestations have the number of the job where others have an address. */
export function jobAddress(repository = '', value: unknown): string | undefined {
	const number = textOf(value);
	return number !== undefined && /^\d+$/.test(number) ? `${repository}/-/jobs/${number}` : addressOnly(value);
}
