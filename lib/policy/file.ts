/** Owns the file of an allowlist: read with the line of each fault, and written. */

import * as v from 'valibot';
import { FIRST_ONLY } from '../npm/json-bounds.ts';
import { parseJsonFile } from '../npm/json-file.ts';
import { describeIssue, pathText } from '../npm/json-place.ts';
import { failed, type Result, success } from '../report/result.ts';
import { type Policy, pathOf, policyShape } from './schema.ts';

/** Longest policy file, in characters: ten thousand full rows fit in. */
export const MAX_FILE = 8_000_000;

/**
 * Parses a policy file, strictly as JSON.
 * @returns failures `not-json`, `too-large` and `wrong-shape`; the detail begins with the line, as in `line 7, rows.2.ref: ...`.
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
export function parsePolicyFile(text: string): Result<Policy> {
	const file = parseJsonFile(text, MAX_FILE);
	if (!file.ok) return file;
	const parsed = v.safeParse(policyShape, file.value.value, FIRST_ONLY);
	if (parsed.success) return success(parsed.output);
	const [issue] = parsed.issues;
	const path = pathOf(issue);
	return failed(
		'wrong-shape',
		`line ${file.value.lineOf(path)}, ${pathText(path) || 'the policy'}: ${describeIssue(issue)}`,
	);
}

/** The same policy as a file: the fields in the order of their meaning, ready for `parsePolicyFile`. */
export function policyText(policy: Policy): string {
	return `${JSON.stringify(policy, null, 2)}\n`;
}
