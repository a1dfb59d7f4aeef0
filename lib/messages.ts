/** Owns what pages may ask the background: each question typed, and parsed at the door whoever sends it. */
import * as v from 'valibot';
import { browser } from 'wxt/browser';
import { type ReleaseSpec, releaseSpec } from './release.ts';
import type { Inspection, Report, Result, TrustRootStatus } from './report.ts';
import type { Covered } from './trust-roots.ts';
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
	/** Which trust root is in use, and what came of the last refresh. */
	'trust-root': TrustRootStatus;
	/** Refreshes it now. */
	'refresh-trust-root': TrustRootStatus;
	/** What a trust root covers whose file has this text. */
	'trust-root-file': Result<Covered[]>;
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

/** Bytes of a file that have come, and of how many where that is known. */
export interface Progress {
	received: number;
	total?: number;
}

/** A file that is being downloaded and compared, as the page sees it that wants to know. */
export interface FileUnderWay {
	/** The Report made again with the file's own bytes; a failure where they could not be had. Rejects where no background answers. */
	answer: Promise<Result<Inspection>>;
	/** Ends the download; the answer then never comes. */
	cancel: () => void;
}

/** The name of the one kind of lasting connection. */
const FILE_PORT = 'file';
/** A background that hears nothing for 30 seconds is stopped by the browser, whatever it is doing. */
const SIGN_OF_LIFE_MS = 15_000;

/** Has the background download a release's file and compare it. Where this page goes away, the download ends. */
export function askFile(spec: ReleaseSpec, onprogress: (progress: Progress) => void): FileUnderWay {
	const port = browser.runtime.connect({ name: FILE_PORT });
	const life = setInterval(() => port.postMessage(null), SIGN_OF_LIFE_MS);
	const cancel = () => {
		clearInterval(life);
		port.disconnect();
	};
	const answer = new Promise<Result<Inspection>>((resolve, reject) => {
		// Only our own background is at the other end.
		port.onMessage.addListener((message: unknown) => {
			const { progress, answer } = message as { progress?: Progress; answer?: Result<Inspection> };
			if (progress) onprogress(progress);
			if (!answer) return;
			resolve(answer);
			cancel();
		});
		port.onDisconnect.addListener(() => {
			clearInterval(life);
			reject(new Error('no answer'));
		});
	});
	port.postMessage({ name: spec.name, selector: spec.selector });
	return { answer, cancel };
}

/** How the background compares a file: it tells of its progress, and ends when the signal says so. */
export type FileHandler = (
	spec: ReleaseSpec,
	from: Asker,
	watch: { signal: AbortSignal; onprogress: (received: number, total?: number) => void },
) => Promise<Result<Inspection>>;

/** Milliseconds between two words about progress. */
const PROGRESS_MS = 100;

/** Answers those of our own pages that want a file compared. A page on npm's site may not: it could have anything downloaded. */
export function answerFiles(handler: FileHandler): void {
	const requestShape = v.strictObject({
		name: v.pipe(v.string(), v.maxLength(214)),
		selector: v.pipe(v.string(), v.maxLength(256)),
	});
	const ownPages = browser.runtime.getURL('/');
	browser.runtime.onConnect.addListener((port) => {
		const { sender } = port;
		if (port.name !== FILE_PORT || sender?.id !== browser.runtime.id || !sender.url?.startsWith(ownPages)) {
			port.disconnect();
			return;
		}
		const ended = new AbortController();
		port.onDisconnect.addListener(() => ended.abort());
		const say = (message: unknown) => {
			if (!ended.signal.aborted) port.postMessage(message);
		};
		let isUnderWay = false;
		let last = 0;
		port.onMessage.addListener((message: unknown) => {
			if (message === null || isUnderWay) return;
			const parsed = v.safeParse(requestShape, message);
			const spec = parsed.success ? releaseSpec(parsed.output.name, parsed.output.selector) : undefined;
			if (spec?.kind !== 'version') {
				port.disconnect();
				return;
			}
			isUnderWay = true;
			const onprogress = (received: number, total?: number) => {
				if (Date.now() - last < PROGRESS_MS) return;
				last = Date.now();
				say({ progress: { received, ...(total !== undefined && { total }) } });
			};
			const from = { isPrivate: sender.tab?.incognito === true };
			handler(spec, from, { signal: ended.signal, onprogress }).then(
				(answer) => say({ answer }),
				() => port.disconnect(),
			);
		});
	});
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
const OTHER_QUESTIONS = ['suggest', 'left'] as const satisfies readonly OtherQuestion[];
/** What only our own pages may ask: no page of npm's site shows it, or sets it off. */
const OWN_QUESTIONS = [
	'trust-root',
	'refresh-trust-root',
	'trust-root-file',
] as const satisfies readonly OtherQuestion[];
/** Longest file that is passed on, in characters; what it may have in the end says who reads it. */
const LONGEST_FILE = 1_000_000;

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
		v.strictObject({ question: v.picklist(OWN_QUESTIONS), text: v.pipe(v.string(), v.maxLength(LONGEST_FILE)) }),
	]);
	const ownPages = browser.runtime.getURL('/');
	browser.runtime.onMessage.addListener((message: unknown, sender): Promise<unknown> | undefined => {
		if (sender.id !== browser.runtime.id) return undefined;
		const parsed = v.safeParse(messageShape, message);
		if (!parsed.success) return undefined;
		const { output } = parsed;
		const isPrivate = sender.tab?.incognito === true || ('isPrivate' in output && output.isPrivate === true);
		const isOwnPage = sender.url?.startsWith(ownPages) === true;
		if (!isOwnPage && OWN_QUESTIONS.some((one) => one === output.question)) return undefined;
		const tabId = isOwnPage ? undefined : sender.tab?.id;
		const from = { isPrivate, ...(tabId !== undefined && { tabId }) };
		if ('text' in output) return handlers[output.question](output.text, from);
		const spec = releaseSpec(output.name, output.selector);
		return spec && handlers[output.question](spec, from);
	});
}
