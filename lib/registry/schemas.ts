/** Owns the registry's answers: each parsed from unknown JSON to a type, or a failure. */

import maxSatisfying from 'semver/ranges/max-satisfying.js';
import * as v from 'valibot';
import { type Bytes, isBytes } from '../npm/bytes.ts';
import { boundedList, checkJson, FIRST_ONLY, MAX_ANSWER } from '../npm/json-bounds.ts';
import { listedAttestations, shortText, text } from '../npm/listed-attestations.ts';
import { isVersion, type ReleaseSpec } from '../npm/spec.ts';
import type { Manifest } from '../report/evidence.ts';
import { failed, type Result, success } from '../report/result.ts';

/** A key as the registry's own list names it. */
export interface ListedKey {
	keyId: string;
	/** When it expires, as the list says; absent where it says nothing. */
	expires?: string;
}

const release = { name: shortText, version: shortText };

const file = {
	integrity: v.optional(shortText),
	shasum: v.fallback(v.optional(shortText), undefined),
	tarball: v.fallback(v.optional(shortText), undefined),
	unpackedSize: v.optional(v.number()),
};

const signatures = boundedList(v.object({ keyid: shortText, sig: shortText }), 16);

const manifestShape = v.object({
	...release,
	dist: v.object({
		...file,
		signatures: v.optional(signatures, []),
		attestations: listedAttestations,
	}),
	// Old manifests have all kinds of things here; only an address is of use.
	repository: v.fallback(v.optional(v.union([shortText, v.object({ url: shortText })])), undefined),
	gitHead: v.fallback(v.optional(shortText), undefined),
});

const keptManifestShape = v.object({
	...release,
	...file,
	signatures,
	attestations: v.optional(v.object({ provenance: v.optional(shortText) })),
	repository: v.optional(shortText),
	gitHead: v.optional(shortText),
});

/** A manifest as the registry serves it. @returns failure `wrong-shape` also where it is of another release than was asked for. */
export function parseManifest(json: unknown, spec: ReleaseSpec): Result<Manifest> {
	const parsed = v.safeParse(manifestShape, json, FIRST_ONLY);
	if (!parsed.success) return wrongShape(parsed.issues[0]);
	const { name, version, dist, repository, gitHead } = parsed.output;
	const manifest = {
		name,
		version,
		...dist,
		repository: typeof repository === 'string' ? repository : repository?.url,
		gitHead,
	};
	return ofRelease(manifest, spec);
}

/** A manifest as it was kept, which is what `parseManifest` gave. @returns failure `wrong-shape` as there. */
export function parseKeptManifest(kept: unknown, spec: ReleaseSpec): Result<Manifest> {
	const parsed = v.safeParse(keptManifestShape, kept, FIRST_ONLY);
	return parsed.success ? ofRelease(parsed.output, spec) : wrongShape(parsed.issues[0]);
}

function ofRelease(manifest: Manifest, spec: ReleaseSpec): Result<Manifest> {
	const { name, version } = manifest;
	if (name === spec.name && isVersion(version) && isSelected(version, spec)) return success(manifest);
	return failed('wrong-shape', `asked for ${spec.name}@${spec.selector}, got ${name}@${version}`);
}

function isSelected(version: string, { kind, selector }: ReleaseSpec): boolean {
	if (kind === 'tag') return true;
	return version === selector || (kind === 'range' && maxSatisfying([version], selector) === version);
}

/**
 * Attestations, which are passed on as they are: kept, sent to our pages, shown there. `undefined` where the registry has none.
 * @returns failures `too-large` (values) and `wrong-shape` (nested too deep).
 */
export function parseAttestationsAnswer(json: unknown): Result<unknown> {
	return checkJson(json, MAX_ANSWER);
}

/** A list of releases, as bytes: what is plainly something else, as a login page is, is none. @returns failure `not-json`. */
export async function parsePackumentAnswer(body: unknown): Promise<Result<Bytes>> {
	if (!isBytes(body)) return failed('not-json');
	const [head, tail] = await Promise.all([body.slice(0, 100).text(), body.slice(-100).text()]);
	return /^\s*\{/.test(head) && /\}\s*$/.test(tail) ? success(body) : failed('not-json');
}

const listedKeysShape = boundedList(v.object({ keyid: text, expires: v.nullish(text) }), 1000);

const keysShape = v.object({ keys: listedKeysShape });

const keptKeysShape = boundedList(v.object({ keyId: text, expires: v.optional(text) }), 1000);

/** The registry's own list of keys. @returns failure `wrong-shape`. */
export function parseKeys(json: unknown): Result<ListedKey[]> {
	const parsed = v.safeParse(keysShape, json, FIRST_ONLY);
	if (!parsed.success) return failed('wrong-shape', 'keys');
	return success(parsed.output.keys.map(({ keyid, expires }) => ({ keyId: keyid, ...(expires && { expires }) })));
}

/** The same as it was kept. @returns failure `wrong-shape`. */
export function parseKeptKeys(kept: unknown): Result<ListedKey[]> {
	const parsed = v.safeParse(keptKeysShape, kept, FIRST_ONLY);
	if (!parsed.success) return failed('wrong-shape', 'keys');
	return success(parsed.output.map(({ keyId, expires }) => ({ keyId, ...(expires && { expires }) })));
}

/** Advisories, which have a reader of their own. @returns failures `wrong-shape` where it would find nothing to read, `too-large`. */
export function parseAdvisoriesAnswer(json: unknown): Result<unknown> {
	const isTable = typeof json === 'object' && json !== null && !Array.isArray(json);
	return isTable ? checkJson(json, MAX_ANSWER) : failed('wrong-shape', 'advisories');
}

function wrongShape(issue: v.BaseIssue<unknown>): Result<never> {
	return failed('wrong-shape', `${v.getDotPath(issue) ?? ''} ${issue.message}`.trim());
}
