/** Owns what a statement is about: one subject with the name and fingerprint of the release at hand. */

import * as v from 'valibot';
import { REGISTRY } from '../npm/hosts.ts';
import { purl } from '../npm/purl.ts';
import type { Statement } from '../report/evidence.ts';
import type { Failure } from '../report/result.ts';
import type { Verified } from '../sigstore/verified.ts';
import { failure, text } from './statement.ts';

/**
 * Whether the statement speaks of this release's file and of nothing else.
 * @param sha512 the file's digest, lower-case hex.
 * @returns nothing, or one of the `subject-...` failures.
 */
export function bindSubject(
	statement: Verified<Statement>,
	release: { name: string; version: string; sha512: string },
): Failure | undefined {
	const [subject, ...others] = statement.subject;
	if (subject === undefined || others.length > 0)
		return failure('subject-count-wrong', `${statement.subject.length} subjects`);
	const expected = purl(release.name, release.version);
	if (subject.name !== expected) return failure('subject-name-differs', `${subject.name}, expected ${expected}`);
	const digest = Object.hasOwn(subject.digest, 'sha512') ? subject.digest.sha512 : undefined;
	if (digest === undefined) return failure('subject-digest-missing', Object.keys(subject.digest).join(', '));
	if (digest !== release.sha512) return failure('subject-digest-differs', `${digest}, not ${release.sha512}`);
	return undefined;
}

const publishShape = v.object({ name: text, version: text, registry: text });

/** Whether a publish attestation's predicate names this release and npm's registry; `predicate-malformed`, `publish-names-...`. */
export function comparePublish(
	statement: Verified<Statement>,
	release: { name: string; version: string },
): Failure | undefined {
	const parsed = v.safeParse(publishShape, statement.predicate);
	if (!parsed.success) return failure('predicate-malformed');
	const { name, version, registry } = parsed.output;
	if (name !== release.name || version !== release.version)
		return failure('publish-names-another-release', `${name}@${version}`);
	if (registry !== REGISTRY) return failure('publish-names-another-registry', registry);
	return undefined;
}

/** Whether a publish attestation and a provenance speak of the same file; `publish-names-another-file`. */
export function compareSubjects(publish: Verified<Statement>, provenance: Verified<Statement>): Failure | undefined {
	const [one, other] = [publish, provenance].map(({ subject }) =>
		subject.map(({ name, digest }) => `${name} ${Object.hasOwn(digest, 'sha512') ? digest.sha512 : ''}`).join(),
	);
	return one === other ? undefined : failure('publish-names-another-file', `${one}, provenance ${other}`);
}
