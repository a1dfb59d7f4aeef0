/** Owns the JSON Schemas of what the commands print, for the npm package; docs/contract.md says what the fields mean. */
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { FLOOR_IDS, FLOOR_SEEN } from '../lib/preflight/floor.ts';
import { RULE_IDS } from '../lib/preflight/rule-kinds.ts';
import { FAILURES } from '../lib/report/failures.ts';
import { filesShape } from '../lib/report/files-shape.ts';
import { auditShape, auditsShape, reportShape, sideBySideShape } from '../lib/report/shapes.ts';

const place = v.pipe(v.number(), v.integer(), v.minValue(1));

/** What `preflight --json` prints. */
const preflightShape = v.looseObject({
	schema: v.literal(1),
	findings: v.array(
		v.looseObject({
			file: v.string(),
			rule: v.picklist(RULE_IDS),
			line: place,
			column: place,
			weight: v.picklist(['look', 'note']),
			message: v.string(),
		}),
	),
	package: v.exactOptional(v.looseObject({ name: v.string(), version: v.string() })),
	floor: v.exactOptional(
		v.array(
			v.looseObject({
				id: v.picklist(FLOOR_IDS),
				state: v.picklist(['met', 'partly', 'missing', 'unseen']),
				seen: v.array(v.looseObject({ code: v.picklist(FLOOR_SEEN), what: v.exactOptional(v.string()) })),
			}),
		),
	),
});

/** What `verify-bundle --json` prints. */
const bundleShape = v.union([
	v.looseObject({ holds: v.literal(true) }),
	v.looseObject({
		holds: v.literal(false),
		failure: v.looseObject({
			code: v.picklist(Object.keys(FAILURES)),
			detail: v.exactOptional(v.string()),
			cause: v.exactOptional(v.string()),
		}),
	}),
]);

const SHAPES = {
	report: reportShape,
	'side-by-side': sideBySideShape,
	audit: auditShape,
	audits: auditsShape,
	files: filesShape,
	preflight: preflightShape,
	'verify-bundle': bundleShape,
};

/** Name of each output -> its JSON Schema (draft 2020-12). */
export function jsonSchemas(): Record<keyof typeof SHAPES, object> {
	const schemas = Object.entries(SHAPES).map(([name, shape]) => [
		name,
		toJsonSchema(shape as v.GenericSchema, { target: 'draft-2020-12' }),
	]);
	return Object.fromEntries(schemas);
}
