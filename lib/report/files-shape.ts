/** Owns the shape of what `inspect --offline --json` prints, to publish its JSON Schema. */
import * as v from 'valibot';
import { FILE_KINDS, FILES_CHECKS, FILES_RESULTS, type FilesReport, NOT_CHECKED, RECORD_KINDS } from './files.ts';
import { failure, identity, policyResult, trustRoot } from './shapes.ts';

const text = v.string();
const maybe = v.exactOptional(text);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const release = v.looseObject({ name: text, version: text });

const check = v.union([
	v.looseObject({ id: v.picklist(FILES_CHECKS), standing: v.literal('proved') }),
	v.looseObject({ id: v.picklist(FILES_CHECKS), standing: v.literal('refuted'), failure }),
	v.looseObject({ id: v.picklist(FILES_CHECKS), standing: v.literal('unproved'), why: v.literal('absent') }),
	v.looseObject({
		id: v.picklist(FILES_CHECKS),
		standing: v.literal('unproved'),
		why: v.literal('could-not-check'),
		failure,
	}),
]);

const signer = v.union([
	v.looseObject({
		certificate: v.looseObject({
			subjectAlternativeName: text,
			notBefore: text,
			notAfter: text,
			serial: text,
			extensions: v.array(v.looseObject({ oid: text, name: text, critical: v.boolean(), value: text, words: maybe })),
			/** By Fulcio's numbers. */
			fulcio: v.record(text, text),
		}),
	}),
	v.looseObject({ keyId: text }),
]);

const decoded = {
	statement: v.exactOptional(
		v.looseObject({
			type: text,
			predicateType: text,
			subject: v.array(v.looseObject({ name: text, digest: v.record(text, text) })),
			predicate: v.unknown(),
		}),
	),
	signer,
	logEntries: v.array(
		v.looseObject({
			index: text,
			logId: text,
			logAddress: text,
			kind: text,
			integratedAt: maybe,
			hasInclusionProof: v.boolean(),
		}),
	),
};

const record = v.looseObject({
	file: text,
	place: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
	kind: v.picklist(RECORD_KINDS),
	result: v.picklist(['mismatch', 'not-allowed', 'unknown', 'holds']),
	checks: v.array(check),
	release: v.exactOptional(release),
	signs: maybe,
	identity: v.exactOptional(identity),
	policy: v.exactOptional(policyResult),
	evidence: v.exactOptional(v.looseObject({ ...decoded, signedAt: text })),
	claimed: v.exactOptional(v.looseObject(decoded)),
	trustRoot,
});

/** What `inspect --offline --json` prints. */
export const filesShape = v.looseObject({
	schema: v.literal(1),
	result: v.picklist(FILES_RESULTS),
	files: v.array(
		v.looseObject({
			name: text,
			bytes: count,
			is: v.picklist(FILE_KINDS),
			sha256: maybe,
			sha512: maybe,
			package: v.exactOptional(release),
			failure: v.exactOptional(failure),
		}),
	),
	records: v.array(record),
	notChecked: v.array(v.picklist(NOT_CHECKED)),
	checkedAt: text,
}) as unknown as v.GenericSchema<unknown, FilesReport>;
