/** Owns the kinds of attestations that are known. */

/** What an attestation can be for: where the file was built, or that the registry received it. */
export type Kind = 'provenance' | 'publish';

const PROVENANCE_TYPES = new Set(['https://slsa.dev/provenance/v0.2', 'https://slsa.dev/provenance/v1']);

/** npm's own: https://github.com/npm/attestation/tree/main/specs/publish/v0.1 */
const PUBLISH_TYPE = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';

export function kindOf(predicateType: string | undefined): Kind | undefined {
	if (predicateType === PUBLISH_TYPE) return 'publish';
	return predicateType !== undefined && PROVENANCE_TYPES.has(predicateType) ? 'provenance' : undefined;
}
