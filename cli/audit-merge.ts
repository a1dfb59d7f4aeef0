/** Owns how JSON results of earlier runs are read and joined for `audit --merge`. */
import * as v from 'valibot';
import { mergeAudits } from '../lib/audit/shard.ts';
import type { Audit } from '../lib/report/audit.ts';
import { auditsShape } from '../lib/report/shapes.ts';
import { describeMergeProblem } from '../lib/text/en/audit.ts';
import { readJson, UsageError } from './usage.ts';

/**
 * Reads and joins results.
 * @returns the audits, and whether they are a list: more than one, or one of a file that has a list.
 * @throws UsageError where a file cannot be read or is no result, and where the parts do not fit together.
 */
export function readAudits(files: readonly string[]): { audits: Audit[]; isList: boolean } {
	const read = files.map((file) => {
		const json = readJson(file);
		const isList = typeof json === 'object' && json !== null && 'audits' in json;
		const list = isList ? json : { schema: 1, audits: [json] };
		// Checked, and taken as it is written: the order of the fields stays.
		if (!v.is(auditsShape, list)) throw new UsageError(`cannot read ${file}: it is no result of audit --json`);
		return { audits: list.audits as Audit[], isList };
	});
	const merged = mergeAudits(read.flatMap(({ audits }) => audits));
	if (!merged.ok) throw new UsageError(describeMergeProblem(merged.problem));
	return { audits: merged.audits, isList: read.some(({ isList }) => isList) };
}
