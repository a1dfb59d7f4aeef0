/** Owns `actions.lock`, in which GitHub keeps the commits of a repository's actions. Pure. */
import { parseTree, type Unreadable } from './tree.ts';
import { fieldOf, textsOf } from './workflow.ts';

/** The references that it pins for one workflow: `owner/name@ref`, the name in small letters. */
export type Lock = ReadonlySet<string>;

/** An `actions.lock`, by the workflow's path from the root of the repository. */
export type Locks = ReadonlyMap<string, Lock>;

/**
 * Reads an `actions.lock` of version v0.0.2. GitHub holds only those workflows to it that it lists, so others have nothing pinned.
 * @returns failures of `parseTree`. Of another version, or in another form, it pins nothing.
 * @see https://docs.github.com/en/actions/concepts/security/workflow-dependency-lockfiles
 */
export function parseLock(text: string): { ok: true; locks: Locks } | { ok: false; failure: Unreadable } {
	const parsed = parseTree(text);
	if (!parsed.ok) return parsed;
	const { tree } = parsed;
	const locks = new Map<string, Lock>();
	const [version, workflows] = [fieldOf(tree, 'version'), fieldOf(tree, 'workflows')];
	if (version?.kind !== 'text' || version.text !== 'v0.0.2' || workflows?.kind !== 'map') return { ok: true, locks };
	const dependencies = fieldOf(tree, 'dependencies');
	for (const [path, { value }] of workflows.entries) {
		const pinned = textsOf(value).filter(({ text: reference }) => {
			const commit = fieldOf(fieldOf(dependencies, reference), 'commit');
			return commit?.kind === 'text' && /^sha\d{1,3}-[0-9a-f]{40,64}$/i.test(commit.text);
		});
		locks.set(path, new Set(pinned.map(({ text: reference }) => lockKey(reference))));
	}
	return { ok: true, locks };
}

/** A reference as locks compare it: owner and name without regard to capitals, no path within the repository. */
export function lockKey(reference: string): string {
	const [name = '', ...ref] = reference.split('@');
	return `${name.toLowerCase().split('/').slice(0, 2).join('/')}@${ref.join('@')}`;
}
