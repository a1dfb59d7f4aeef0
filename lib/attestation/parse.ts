/** Owns the registry's answer about attestations: which kinds it holds, by the type inside what was signed. */

import * as v from 'valibot';
import { boundedList, FIRST_ONLY } from '../npm/json-bounds.ts';
import { failed, type Result, success } from '../report/result.ts';
import { type Kind, kindOf } from './kinds.ts';
import { parseJson, text } from './statement.ts';

/** What is fetched and not yet verified. Nothing but a verification may be made of it. */
export interface UnverifiedAttestation {
	/** The bundle as it came; its own parser comes later. */
	bundle: unknown;
	/** Its kind is the label's word alone: its payload names none that we know. */
	isOnlyLabelled?: true;
}

/** The attestations of a release by what they claim to be. */
export interface SortedAttestations extends Record<Kind, UnverifiedAttestation[]> {
	/** Predicate types that we do not know. */
	unknown: string[];
}

/** What is under a label that we do not know may look like anything. */
const attestationShape = v.union([
	v.looseObject({
		predicateType: v.pipe(
			text,
			v.check((label) => kindOf(label) === undefined),
		),
	}),
	v.object({
		predicateType: text,
		bundle: v.looseObject({
			mediaType: text,
			verificationMaterial: v.looseObject({}),
			dsseEnvelope: v.looseObject({}),
		}),
	}),
]);

// npm serves two. A thousand would only be there to keep us busy.
const answerShape = v.object({ attestations: boundedList(attestationShape, 32) });

/**
 * Parses the registry's answer and sorts it by the predicate types inside the signed payloads, which are not verified yet. Nobody
 * signed the wrappers' labels: one decides only where the payload does not name a kind that we know.
 * @param json the answer; `undefined` for none.
 * @returns failure `wrong-shape`.
 */
export function parseAttestations(json: unknown): Result<SortedAttestations> {
	const sorted: SortedAttestations = { provenance: [], publish: [], unknown: [] };
	if (json === undefined) return success(sorted);
	const parsed = v.safeParse(answerShape, json, FIRST_ONLY);
	if (!parsed.success) {
		const [issue] = parsed.issues;
		return failed('wrong-shape', `${v.getDotPath(issue) ?? ''} ${issue.message}`.trim());
	}
	for (const { predicateType: label, bundle } of parsed.output.attestations) {
		const claimed = claimedType(bundle);
		const [kind, labelled] = [kindOf(claimed), kindOf(label)];
		if (kind) sorted[kind].push({ bundle });
		else if (labelled) sorted[labelled].push({ bundle, isOnlyLabelled: true });
		else sorted.unknown.push(claimed ?? label);
	}
	return success(sorted);
}

/** The predicate type that a bundle's payload names, read as its verification will read it. */
export function claimedType(bundle: unknown): string | undefined {
	const { payload } =
		(bundle as { dsseEnvelope?: { payload?: unknown } | null } | null | undefined)?.dsseEnvelope ?? {};
	const json = typeof payload === 'string' ? parseJson(Buffer.from(payload, 'base64')) : undefined;
	const { predicateType } = (json ?? {}) as { predicateType?: unknown };
	return typeof predicateType === 'string' ? predicateType : undefined;
}
