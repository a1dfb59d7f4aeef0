/** Owns the files that decide a check: a trust root and an allowlist, as the command line names them. */
import { parsePolicyFile } from '../lib/policy/file.ts';
import type { Policy } from '../lib/policy/schema.ts';
import { embeddedTrustRoot, type TrustRoot } from '../lib/sigstore/trust-root.ts';
import { parseTrustRootFile } from '../lib/sigstore/trust-root-file.ts';
import { readText, UsageError } from './usage.ts';

/**
 * The embedded root, or a file as the options page imports it, named by its path and of the day of the check.
 * @throws UsageError where the file cannot be read.
 */
export async function readTrustRoot(file: string | undefined, now: Date): Promise<TrustRoot> {
	if (file === undefined) return embeddedTrustRoot();
	const info = { source: 'custom', version: file, takenAt: now.toISOString().slice(0, 10) } as const;
	const parsed = await parseTrustRootFile(readText(file), info);
	if (!parsed.ok) throw new UsageError(`--trusted-root ${file}: ${parsed.failure.code}: ${parsed.failure.detail}`);
	return parsed.value.root;
}

/** The allowlist of a file; nothing where none is named. @throws UsageError where the file cannot be read. */
export function readPolicy(file: string | undefined): Policy | undefined {
	if (file === undefined) return undefined;
	const parsed = parsePolicyFile(readText(file));
	if (!parsed.ok) throw new UsageError(`--policy ${file}: ${parsed.failure.code}: ${parsed.failure.detail}`);
	return parsed.value;
}
