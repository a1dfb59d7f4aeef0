/** Owns what pages may ask the background: each question typed, and parsed at the door whoever sends it. */
import * as v from 'valibot';
import { browser } from 'wxt/browser';
import { type ReleaseSpec, releaseSpec } from './release.ts';
import type { Inspection, Report, Result } from './report.ts';
import type { Sighting } from './sightings.ts';
import type { MarkText, PanelText } from './wording.ts';

/** Question -> answer, of the questions that name one release. */
export interface Answers {
	/** Steps 1 to 5, the allowlist and the limits: two requests to the registry. */
	inspect: Report;
	/** The same Report, completed with the releases before this one. */
	compare: Report;
	/** The completed Report with what it was made of. */
	evidence: Inspection;
	/** `inspect` in the words of the panel on npm's page, which then need not be part of that page. */
	panel: PanelText;
	/** `compare` in the words of the panel. */
	'panel-compared': PanelText;
	/** A few words for a release in a list on npm's site; nothing where the reader wants no marks. */
	mark: MarkText | null;
	/** Opens the report page in a tab of its own. */
	'open-report': null;
}
/** Question -> answer, of the others. */
export interface OtherAnswers {
	/** Names that the registry finds for some letters, where the reader allows them to be sent. */
	suggest: Result<string[]>;
	/** Says that the page shows no release any more. */
	left: null;
	/** What was seen of releases, from the one at the given place (in digits) on; nothing for anybody but our own pages. */
	sightings: SightingList | null;
	/** Clears the list of what was seen, whole. */
	'forget-sightings': null;
}

/** A slice of the list of what was seen. */
export interface SightingList {
	/** How many releases there are in all. */
	count: number;
	/** The slice, the release looked at last first. */
	sightings: Sighting[];
	/** What could not be read, as it was found. */
	setAside: unknown[];
}
export type Question = keyof Answers;
type OtherQuestion = keyof OtherAnswers;

/** Who asked. */
export interface Asker {
	/** Whether from a private window: nothing is kept of what it asks. */
	isPrivate: boolean;
	/** The tab of npm's site that asked; nothing for our own pages. */
	tabId?: number;
}

/** How the background answers. */
export type Handlers = { [Q in Question]: (spec: ReleaseSpec, from: Asker) => Promise<Answers[Q]> } & {
	[Q in OtherQuestion]: (text: string, from: Asker) => Promise<OtherAnswers[Q]>;
};

/**
 * Asks the background one question about one release.
 * @param isPrivate whether our own page stands in a private window; of npm's pages the browser tells.
 * @throws Error where there is no background to answer (the extension was updated or removed), or it failed.
 */
export async function ask<Q extends Question>(question: Q, spec: ReleaseSpec, isPrivate = false): Promise<Answers[Q]> {
	const { name, selector } = spec;
	return (await send({ question, name, selector, isPrivate })) as Answers[Q];
}

/** Asks the background, or tells it, something else. @param text what the question is about, if anything. @throws as `ask`. */
export async function askOther<Q extends OtherQuestion>(question: Q, text = ''): Promise<OtherAnswers[Q]> {
	return (await send({ question, text })) as OtherAnswers[Q];
}

async function send(message: unknown): Promise<unknown> {
	const answer: unknown = await browser.runtime.sendMessage(message);
	// Only our own background can answer; a missing answer means that it did not understand.
	if (answer === undefined) throw new Error('no answer');
	return answer;
}

const QUESTIONS = [
	'inspect',
	'compare',
	'evidence',
	'panel',
	'panel-compared',
	'mark',
	'open-report',
] as const satisfies readonly Question[];
const OTHER_QUESTIONS = [
	'suggest',
	'left',
	'sightings',
	'forget-sightings',
] as const satisfies readonly OtherQuestion[];

/** Answers our own pages and content scripts. A message that is none of ours, or of no known shape, gets no answer. */
export function answer(handlers: Handlers): void {
	// In here, so that a content script, which only asks, does not carry the parser.
	const messageShape = v.union([
		v.strictObject({
			question: v.picklist(QUESTIONS),
			name: v.pipe(v.string(), v.maxLength(214)),
			selector: v.pipe(v.string(), v.maxLength(256)),
			isPrivate: v.optional(v.boolean()),
		}),
		v.strictObject({ question: v.picklist(OTHER_QUESTIONS), text: v.pipe(v.string(), v.maxLength(214)) }),
	]);
	const ownPages = browser.runtime.getURL('/');
	browser.runtime.onMessage.addListener((message: unknown, sender): Promise<unknown> | undefined => {
		if (sender.id !== browser.runtime.id) return undefined;
		const parsed = v.safeParse(messageShape, message);
		if (!parsed.success) return undefined;
		const { output } = parsed;
		const isPrivate = sender.tab?.incognito === true || ('isPrivate' in output && output.isPrivate === true);
		const isOwnPage = sender.url?.startsWith(ownPages) === true;
		const tabId = isOwnPage ? undefined : sender.tab?.id;
		const from = { isPrivate, ...(tabId !== undefined && { tabId }) };
		if ('text' in output) return handlers[output.question](output.text, from);
		const spec = releaseSpec(output.name, output.selector);
		return spec && handlers[output.question](spec, from);
	});
}
