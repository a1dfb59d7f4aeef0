/** Owns what a `uses` names: an action or reusable workflow, at which ref, or an image. Pure. */
import type { Text } from './tree.ts';

export type Uses =
	/** A file of the same repository, at the same commit. */
	| { kind: 'local'; path: string }
	| { kind: 'image'; image: string; isPinned: boolean }
	| {
			kind: 'repository';
			/** `owner/name`, in small letters. */
			repository: string;
			/** Within the repository, in small letters; empty for its root. */
			path: string;
			ref: string;
			isPinned: boolean;
			/** By the ref, or by the comment beside a commit. */
			version?: { major: number };
	  };

/** Reads a `uses`. */
export function parseUses({ text, comment }: Text): Uses {
	const uses = text.trim();
	if (/^\.{0,2}\/|^\$\//.test(uses)) return { kind: 'local', path: uses };
	if (/^docker:\/\//i.test(uses)) {
		const image = uses.slice('docker://'.length);
		return { kind: 'image', image, isPinned: isPinnedImage(image) };
	}
	const cut = uses.indexOf('@');
	const [name, ref] = cut === -1 ? [uses, ''] : [uses.slice(0, cut), uses.slice(cut + 1)];
	const [owner = '', repository = '', ...path] = name.toLowerCase().split('/');
	const isPinned = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref);
	const version = versionOf(isPinned ? (comment ?? '') : ref);
	return {
		kind: 'repository',
		repository: `${owner}/${repository}`,
		path: path.join('/'),
		ref,
		isPinned,
		...(version && { version }),
	};
}

/** Whether an image is named by its digest. */
export function isPinnedImage(image: string): boolean {
	return /@sha256:[0-9a-f]{64}$/i.test(image);
}

/** `v4`, `4.1.0`, `tag=v4.1`, `release/v1`: whether a ref reads as a version, and which. */
export function versionOf(text: string): { major: number } | undefined {
	const [, major] = /^(?:tag=|release\/|[a-z][\w./-]*@)?v?(\d{1,4})(?:[.+-][\w.+-]*)?(?:\s|$)/i.exec(text) ?? [];
	return major === undefined ? undefined : { major: Number(major) };
}
