/** Owns the form of the comparison with earlier releases, and of a release line. */

import type { Identity } from './identity.ts';
import type { Failure, Result } from './result.ts';

/**
 * How a release was published, as the registry says: pnpm's order, the strongest first. `publisher-only` is a trusted
 * publisher without provenance: a state of its own (CircleCI, a private repository, provenance switched off), no higher
 * than `none`.
 */
export type TrustTier = 'staged' | 'trusted-publisher' | 'provenance' | 'publisher-only' | 'none';

/**
 * What can differ from an earlier release, in the order of weight. `provenance` and `publishing` are the registry's word, all others
 * are signed.
 */
export const CHANGED_FIELDS = [
	'provenance',
	'repository',
	/** Another repository under the same name. */
	'repositoryId',
	'owner',
	'ownerId',
	'issuer',
	/** Owner of the workflow that signed. */
	'signer-owner',
	'runner',
	'environment',
	'trigger',
	'workflow',
	/** File of the reusable workflow that signed. */
	'signer',
	'ref',
	'publishing',
] as const;

export type ChangedField = (typeof CHANGED_FIELDS)[number];

/** One thing that differs between two releases. */
export interface Change {
	field: ChangedField;
	before?: string;
	now?: string;
}

/** What the releases before this one had. */
export type History =
	| { state: 'not-compared'; failure?: Failure; line?: string; tier?: TrustTier }
	| {
			state: 'compared';
			/** The release line: the major, or on 0.x `0.minor`. */
			line: string;
			/** How the release at hand was published. */
			tier: TrustTier;
			/** The earlier release compared with, `identity` only where its provenance was verified; absent where there is none. */
			with?: { version: string; publishedAt: string; tier: TrustTier; identity?: Identity };
			/** What differs, the weightiest first; `provenance` among them means that it was lost. A rise in tier is a finding instead. */
			changes: Change[];
			/** A release to go to instead: its provenance verified, its origin known, stable, recent, and not in the advisories. */
			advised?: string;
	  };

/** A release among those of its line. Everything but `checked` and what is said since another release is the registry's word. */
export interface LineRelease {
	version: string;
	/** ISO time. */
	publishedAt: string;
	tier: TrustTier;
	/** Whether provenance is listed; a staged release may have none. */
	hasProvenance: boolean;
	isPrerelease?: true;
	isDeprecated?: true;
	/** The npm account. */
	publisher?: string;
	/** The account of the release just before, where it is another and this one was not published in a stronger way. */
	publisherBefore?: string;
	/** Its verified identity, or why there is none; absent where that was not asked. */
	checked?: Result<Identity>;
	/** The newest earlier release with a verified identity that counts for it. */
	since?: string;
	/** What differs from that one's identity, all of it signed. */
	changes?: Change[];
	/** The same repository, by its number, under a new name: the name before. */
	renamedFrom?: string;
}

/** The releases of one line, the oldest first. */
export interface Line {
	/** The major, or on 0.x `0.minor`. */
	line: string;
	/** The line below, whose releases are here too where the release at hand has none before it in its own. */
	below?: string;
	releases: LineRelease[];
}
