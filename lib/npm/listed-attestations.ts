/** Owns `dist.attestations`: what the registry lists of a version, however odd; whatever is there counts as listed. */
import * as v from 'valibot';
import type { Manifest } from '../report/evidence.ts';

export const text = v.string();

/** What goes into a Report, and from there into messages and pages. */
export const shortText = v.pipe(text, v.maxLength(2048));

/**
 * What a manifest lists under `dist.attestations`, alone or in a packument. Nobody signed it, and an odd form makes nothing unreadable.
 * Whatever is there counts as listed, so that no odd form makes a loss calm (docs/decisions/0068-listed-in-whatever-form.md).
 */
export const listedAttestations = v.optional(v.pipe(v.unknown(), v.transform(parseListed)));

/** In the place of a predicate type that cannot be read. */
const UNREADABLE = 'unreadable';

function parseListed(listed: unknown): Manifest['attestations'] {
	if (!listed) return undefined;
	const isOdd = typeof listed !== 'object' || (Array.isArray(listed) && listed.length > 0);
	const { provenance } = isOdd ? { provenance: listed } : (listed as { provenance?: unknown });
	if (!provenance) return {};
	const type = (provenance as { predicateType?: unknown }).predicateType;
	return { provenance: v.is(typeName, type) ? type : UNREADABLE };
}

const typeName = v.pipe(shortText, v.minLength(1));
