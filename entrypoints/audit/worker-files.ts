/** Owns how a worker of the audit page checks files without network, and tells them from lockfiles. */
import { isLockfile } from '../../lib/audit/lockfile/read.ts';
import { checkFiles } from '../../lib/files/check.ts';
import { HEAD, isEvidence } from '../../lib/files/given.ts';
import { REGISTRY, SIGSTORE_TUF } from '../../lib/npm/hosts.ts';
import { customTrustRootFor } from '../../lib/sigstore/custom-trust-roots.ts';
import { rememberTrustRoots } from '../../lib/sigstore/trust-root-file.ts';
import { createTrustRoots } from '../../lib/sigstore/tuf.ts';
import { trustRootStore } from '../../lib/storage/trust-root.ts';
import type { Tasks } from './protocol.ts';

/** What each file is for. Only the beginning of each is read. */
export async function sort({ files }: Tasks['sort']['asked']): Promise<Tasks['sort']['done']> {
	const kinds: Tasks['sort']['done'] = [];
	for (const { name, content } of files) {
		// The check itself says that a folder cannot be read.
		const head = new Uint8Array(
			await content
				.slice(0, HEAD)
				.arrayBuffer()
				.catch(() => new ArrayBuffer(0)),
		);
		const isForAudit = () => isLockfile(name, new TextDecoder().decode(head));
		kinds.push(isEvidence(head) ? 'evidence' : isForAudit() ? 'lockfile' : 'other');
	}
	return kinds;
}

/** Checks files with the trust root in use, or with the reader's own for the package that a record names, and compares with the allowlists. */
export async function check({
	files,
	trustRoots,
	policies,
	isAllowlistUnread,
}: Tasks['check']['asked']): Promise<Tasks['check']['done']> {
	const own = rememberTrustRoots();
	// What is kept; this asks no network.
	const { current } = createTrustRoots({
		store: trustRootStore(),
		base: SIGSTORE_TUF,
		registryHost: new URL(REGISTRY).host,
	});
	const given = files.map(({ name, content }) => ({
		name,
		size: content.size,
		read: async () => new Uint8Array(await content.arrayBuffer()),
	}));
	return checkFiles(given, {
		trustFor: (name) => {
			const chosen = name === undefined ? undefined : customTrustRootFor(name, trustRoots);
			return chosen ? own.rootOf(chosen) : current();
		},
		policies,
		isAllowlistUnread,
		now: () => new Date(),
	});
}
