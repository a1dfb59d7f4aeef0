/** Owns `--fail-on`: the words that it may name, and which of them hold for a Report or for the rows of audits. */
import type { Audit } from '../lib/report/audit.ts';
import { FAILURES } from '../lib/report/failures.ts';
import { FINDINGS } from '../lib/report/findings.ts';
import type { Report } from '../lib/report/report.ts';
import { VERDICTS } from '../lib/report/verdict.ts';
import { suggest, UsageError } from './usage.ts';

/** The set for continuous integration. `unknown` is among them, since a registry that nobody can reach proves nothing. */
export const CI_WORDS: readonly string[] = ['mismatch', 'not-allowed', 'lost', 'changed', 'unknown', 'warning'];

/** Words that are neither a verdict nor the code of a finding. */
const SETS = ['not-compared', 'warning', 'ci'];

/** What an audit has besides: entries that it does not cover, and the failures of its rows. */
const AUDIT_WORDS = ['not-covered', ...Object.keys(FAILURES)];

/**
 * The words of every `--fail-on`, each once, `ci` as the words that it means.
 * @param lists as given: words between commas. @param of what they are about.
 * @throws UsageError for a word that is no verdict, no code of a finding, and none of ours.
 */
export function readFailOn(lists: readonly string[], of: 'report' | 'audit' = 'report'): string[] {
	const known = [...VERDICTS, ...SETS, ...Object.keys(FINDINGS), ...(of === 'audit' ? AUDIT_WORDS : [])];
	const more = of === 'audit' ? 'not-covered, ' : '';
	const words = readWords(lists, known, `verdicts, not-compared, ${more}warning, codes of findings, ci`);
	return [...new Set(words.flatMap((word) => (word === 'ci' ? CI_WORDS : [word])))];
}

/**
 * The words of a list, each of which must be known.
 * @param lists words between commas. @param kinds what the known ones are, for people.
 * @throws UsageError for any other, and for an empty one.
 */
export function readWords(lists: readonly string[], known: readonly string[], kinds: string): string[] {
	const words = lists.flatMap((list) => list.split(',')).map((word) => word.trim());
	for (const word of words) {
		if (known.includes(word)) continue;
		if (word === '') throw new UsageError('--fail-on has an empty word');
		throw new UsageError(`--fail-on knows no word "${word.slice(0, 100)}": ${kinds}.${suggest(word, known)}`);
	}
	return words;
}

/** Those of the words that hold for a Report. A release that no history was made for is `not-compared`, too. */
export function heldWords(words: readonly string[], { verdict, history, findings }: Report): string[] {
	const held = new Set<string>([verdict, ...findings.map(({ code }) => code)]);
	if (history?.state !== 'compared') held.add('not-compared');
	if (findings.some(({ warning }) => warning)) held.add('warning');
	return words.filter((word) => held.has(word));
}

/**
 * Those of the words that hold for a row of one of the audits, or for an audit: `not-covered`, and `unknown` where the audit ended
 * early. A row is `not-compared` as a Report is.
 */
export function heldWordsOfAudits(words: readonly string[], audits: readonly Audit[]): string[] {
	const held = new Set<string>();
	for (const { packages, notCovered, left = 0 } of audits) {
		if (notCovered.length > 0) held.add('not-covered');
		if (left > 0) held.add('unknown');
		for (const { verdict, history, findings, failure } of packages) {
			held.add(verdict);
			if (failure) held.add(failure.code);
			if (history?.state !== 'compared') held.add('not-compared');
			for (const { code, warning } of findings) {
				held.add(code);
				if (warning) held.add('warning');
			}
		}
	}
	return words.filter((word) => held.has(word));
}
