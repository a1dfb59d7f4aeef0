/** Owns what pages may ask the background: each question typed, and parsed at the door whoever sends it. */
import * as v from 'valibot';
import { browser } from 'wxt/browser';
import { type ReleaseSpec, releaseSpec } from './release.ts';
import type { Inspection, Report } from './report.ts';

/** Question -> answer. Every question names one release. */
export interface Answers {
	/** Steps 1 to 5, the allowlist and the limits: two requests to the registry. */
	inspect: Report;
	/** The same Report, completed with the releases before this one. */
	compare: Report;
	/** The completed Report with what it was made of. */
	evidence: Inspection;
	/** Opens the report page in a tab of its own. */
	'open-report': null;
}
export type Question = keyof Answers;

/** How the background answers; `isPrivate` says that the question came from a private window. */
export type Handlers = {
	[Q in Question]: (spec: ReleaseSpec, from: { isPrivate: boolean }) => Promise<Answers[Q]>;
};

/**
 * Asks the background one question about one release.
 * @throws Error where there is no background to answer (the extension was updated or removed), or it failed.
 */
export async function ask<Q extends Question>(question: Q, spec: ReleaseSpec): Promise<Answers[Q]> {
	const { name, selector } = spec;
	const answer: unknown = await browser.runtime.sendMessage({ question, name, selector });
	// Only our own background can answer; a missing answer means that it did not understand.
	if (answer === undefined) throw new Error('no answer');
	return answer as Answers[Q];
}

const QUESTIONS = ['inspect', 'compare', 'evidence', 'open-report'] as const satisfies readonly Question[];
/** Answers our own pages and content scripts. A message that is none of ours, or of no known shape, gets no answer. */
export function answer(handlers: Handlers): void {
	// In here, so that a content script, which only asks, does not carry the parser.
	const messageShape = v.strictObject({
		question: v.picklist(QUESTIONS),
		name: v.pipe(v.string(), v.maxLength(214)),
		selector: v.pipe(v.string(), v.maxLength(256)),
	});
	browser.runtime.onMessage.addListener((message: unknown, sender): Promise<unknown> | undefined => {
		if (sender.id !== browser.runtime.id) return undefined;
		const parsed = v.safeParse(messageShape, message);
		if (!parsed.success) return undefined;
		const { question, name, selector } = parsed.output;
		const spec = releaseSpec(name, selector);
		return spec && handlers[question](spec, { isPrivate: sender.tab?.incognito === true });
	});
}
