/** Owns which file a statement is about, and whether it is the given one. */
import { bindSubject } from '../attestation/subject.ts';
import { releaseOfPurl } from '../npm/purl.ts';
import type { Statement } from '../report/evidence.ts';
import { failed, type Result, success } from '../report/result.ts';
import type { Verified } from '../sigstore/verified.ts';
import type { GivenTarball, Hashed } from './tarball.ts';

/** The release of npm that a statement names, by the package URL of its first such subject. */
export function releaseOf({ subject }: Statement): { name: string; version: string } | undefined {
	for (const { name } of subject) {
		const release = releaseOfPurl(name);
		if (release) return release;
	}
	return undefined;
}

/** The given files that a statement may be about. */
export interface Candidates {
	/** The one package file. */
	tarball?: GivenTarball | undefined;
	/** All files that hold no records, that one too. */
	files: readonly Hashed[];
}

/**
 * Whether the statement is about a given file. One that names a release of npm must name exactly one, by its SHA-512. Others may
 * name several files, and by SHA-256 too: GitHub's attestations do.
 * @returns the file; or `file-not-given`, once the rest is checked, `unsupported-algorithm`, or one of the `subject-...` failures.
 */
export function compareSubject(statement: Verified<Statement>, { tarball, files }: Candidates): Result<Hashed> {
	const release = releaseOf(statement);
	if (release) {
		// Without the file, its own digest is compared with itself: that there is one, of one subject only, is still checked.
		const sha512 = tarball?.sha512 ?? statement.subject[0]?.digest.sha512 ?? '';
		const failure = bindSubject(statement, { ...release, sha512 });
		if (failure) return { ok: false, failure };
		return tarball ? success(tarball) : failed('file-not-given');
	}
	if (statement.subject.length === 0) return failed('subject-count-wrong', '0 subjects');
	const digests = statement.subject.map(({ digest }) =>
		ALGORITHMS.flatMap((name) => (Object.hasOwn(digest, name) ? [[name, digest[name]] as const] : [])),
	);
	// Nothing is false in a statement about a Git commit.
	if (digests.every((named) => named.length === 0)) return failed('unsupported-algorithm', 'digest of the subject');
	const found = files.find((file) =>
		digests.some((named) => named.length > 0 && named.every(([name, digest]) => digest === file[name])),
	);
	if (found) return success(found);
	return tarball ? failed('subject-digest-differs', `given SHA-256 ${tarball.sha256}`) : failed('file-not-given');
}

const ALGORITHMS = ['sha256', 'sha512'] as const;
