/** Owns what pages may ask the background: each question typed, and parsed at the door whoever sends it. */
import * as v from 'valibot';
import { type Browser, browser } from 'wxt/browser';
import type { Sighting } from '../../history/first-seen.ts';
import type { LoggedFacts } from '../../inspect/package-facts.ts';
import { type ReleaseSpec, releaseSpec } from '../../npm/spec.ts';
import type { Inspection } from '../../report/evidence.ts';
import type { Line } from '../../report/history.ts';
import type { Report, TrustRootStatus } from '../../report/report.ts';
import type { Result } from '../../report/result.ts';
import type { SideBySide } from '../../report/side-by-side.ts';
import type { Covered } from '../../sigstore/custom-trust-roots.ts';
import type { PanelText, ReportSection } from '../../text/en/panel-text.ts';
import { keepAlive } from '../keep-alive.ts';
import type { ManagedSwitches } from '../managed.ts';

/** Question -> answer, of the questions that name one release. */
interface Answers {
	/** The Report without the comparison: the release's own evidence, the allowlist and the limits, by two requests to the registry. */
	inspect: Report;
	/** The same Report, completed with the releases before this one. */
	compare: Report;
	/** The completed Report with what it was made of. */
	evidence: Inspection;
	/** Opens the report page in a tab of its own, at the section that was asked for. */
	'open-report': null;
}
/** Question -> answer, of the others. */
interface OtherAnswers {
	/** Names that the registry finds for some letters, where the reader allows them to be sent. */
	suggest: Result<string[]>;
	/** Says that the page shows this release (`name@selector`) no more. */
	left: null;
	/** Which trust root is in use, and the result of the last refresh. */
	'trust-root': TrustRootStatus;
	/** The settings, besides the allowlist, that an organisation has taken over. */
	managed: ManagedSwitches;
	/** Refreshes it now. */
	'refresh-trust-root': TrustRootStatus;
	/** What a trust root covers whose file has this text. */
	'trust-root-file': Result<Covered[]>;
	/** What was seen of releases, from the one at the given place (in digits) on. */
	sightings: SightingList;
	/** Takes a release (`name@version`) from the list of what was seen; without one, everything. */
	'forget-sightings': null;
	/** Forgets the registry's answers that are kept. */
	'forget-answers': null;
	/** Forgets the audits of lockfiles that are kept. */
	'forget-audits': null;
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
/** Question -> what comes on the way, and the answer, of those that take a while and can be left. */
interface Watched {
	/**
	 * The panel of one walk, in words, so that npm's page need not load the code that makes them. The progress is the answer of `inspect`,
	 * then that of `compare`. What could not be checked is not compared.
	 */
	panel: { progress: PanelText; answer: PanelText };
	/** The releases of the release's line, as many of them checked as asked for. */
	line: { progress: Progress; answer: Result<Line> };
	/**
	 * A release and another one of the same package, side by side (`other` in the options is the one compared from, an exact version).
	 * The progress counts the Reports that are there, of two.
	 */
	'side-by-side': { progress: Progress; answer: SideBySideAnswer };
	/** What the registry says of a package's latest release, for the practical floor. There is no progress. */
	'package-facts': { progress: never; answer: Result<LoggedFacts> };
	/** The release's file downloaded (progress in bytes), and its Report made again with the file's own bytes. */
	file: { progress: Progress; answer: Result<Inspection> };
}

/** Two releases side by side, with the sentence that leads. */
export interface SideBySideAnswer extends SideBySide {
	lead: string;
}

type Question = keyof Answers;
type WatchedQuestion = keyof Watched;
type OtherQuestion = keyof OtherAnswers;

/** Who asked. */
export interface Sender {
	/** Whether from a private window: nothing is kept of what it asks. */
	isPrivate: boolean;
	/** The tab of npm's site that asked, and its window; nothing for our own pages. */
	tabId?: number;
	windowId?: number;
}

/** How far something is that can be counted. */
export interface Progress {
	done: number;
	/** Absent where it is not known. */
	total?: number;
}

/**
 * How the background answers what is watched. The signal ends it: the page has gone, or its reader has had enough. It may also come up to a
 * second after the answer.
 */
export type WatchHandlers = {
	[Q in WatchedQuestion]: (
		spec: ReleaseSpec,
		from: Sender & { most: number; other?: ReleaseSpec },
		watcher: { onprogress: (progress: Watched[Q]['progress']) => void; signal: AbortSignal },
	) => Promise<Watched[Q]['answer']>;
};

/** How the background answers. */
type Handlers = {
	[Q in Question]: (spec: ReleaseSpec, from: Sender & { section?: ReportSection }) => Promise<Answers[Q]>;
} & {
	[Q in OtherQuestion]: (text: string, from: Sender) => Promise<OtherAnswers[Q]>;
};

/**
 * Asks the background one question about one release.
 * @param section of the report page, for what opens it.
 * @throws Error where there is no background to answer (the extension was updated or removed), or it failed.
 */
export async function ask<Q extends Question>(
	question: Q,
	spec: ReleaseSpec,
	section?: ReportSection,
): Promise<Answers[Q]> {
	const { name, selector } = spec;
	const message = { question, name, selector, isPrivate: isPrivateHere(), ...(section && { section }) };
	return (await send(message)) as Answers[Q];
}

/** Asks the background, or tells it, something else. @param text what the question is about, if anything. @throws as `ask`. */
export async function askOther<Q extends OtherQuestion>(question: Q, text = ''): Promise<OtherAnswers[Q]> {
	return (await send({ question, text })) as OtherAnswers[Q];
}

/**
 * Asks the background a question that takes a while.
 * @param most how much is asked for at most, where the question has a measure.
 * @param other the version of the other release, where the question is about two.
 * @param signal leaves: what nobody else waits for ends in the background, too.
 * @returns nothing where the signal ended it.
 * @throws Error where there is no background to answer, or it went away.
 */
export function watch<Q extends WatchedQuestion>(
	question: Q,
	{ name, selector }: ReleaseSpec,
	options: {
		most?: number;
		other?: string;
		onprogress?: (progress: Watched[Q]['progress']) => void;
		signal?: AbortSignal;
	} = {},
): Promise<Watched[Q]['answer'] | undefined> {
	const { most = 0, other, onprogress, signal } = options;
	return new Promise((resolve, reject) => {
		const port = browser.runtime.connect({ name: question });
		signal?.addEventListener('abort', () => {
			port.disconnect();
			resolve(undefined);
		});
		// Only our own background is at the other end.
		port.onMessage.addListener((message: unknown) => {
			const { progress, answer } = message as { progress?: Watched[Q]['progress']; answer?: string };
			if (progress) onprogress?.(progress);
			if (answer !== undefined) resolve(JSON.parse(answer));
		});
		port.onDisconnect.addListener(() => reject(new Error('no answer')));
		port.postMessage({ name, selector, most, ...(other !== undefined && { other }), isPrivate: isPrivateHere() });
	});
}

/** How long a port is open after the answer, in milliseconds: a page that goes while the answer still takes effect is heard of. */
const LINGER_MS = 1000;

/** Answers what is watched. A port of who may not ask this, or a message of no known shape, is closed. */
export function answerWatched(handlers: WatchHandlers): void {
	const messageShape = v.strictObject({
		name: v.pipe(v.string(), v.maxLength(214)),
		selector: v.pipe(v.string(), v.maxLength(256)),
		most: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000)),
		other: v.optional(v.pipe(v.string(), v.maxLength(256))),
		isPrivate: v.boolean(),
	});
	browser.runtime.onConnect.addListener((port) => {
		// Answered by lib/browser/messaging/mark-port.ts.
		if (port.name === MARKS) return;
		const question = WATCHED_QUESTIONS.find((one) => one === port.name);
		const asker = question && askerOf(question, port.sender);
		if (!asker) {
			port.disconnect();
			return;
		}
		const gone = new AbortController();
		port.onDisconnect.addListener(() => gone.abort());
		// The answer is sent as text: copied object by object, ten thousand releases would block both threads.
		const post = (message: { progress: unknown } | { answer: string }) => {
			if (!gone.signal.aborted) port.postMessage(message);
		};
		let isAsked = false;
		port.onMessage.addListener((message: unknown) => {
			// A second question, which nobody has.
			if (isAsked) return;
			isAsked = true;
			const parsed = v.safeParse(messageShape, message);
			const spec = parsed.success ? releaseSpec(parsed.output.name, parsed.output.selector) : undefined;
			const other = parsed.success ? otherOf(question, parsed.output) : undefined;
			if (!parsed.success || !spec || other === null) {
				port.disconnect();
				return;
			}
			const { most, isPrivate } = parsed.output;
			const from = { ...asker, isPrivate: asker.isPrivate || isPrivate, most, ...(other && { other }) };
			const watcher = { onprogress: (progress: unknown) => post({ progress }), signal: gone.signal };
			keepAlive<unknown>(handlers[question](spec, from, watcher)).then(
				(answer) => {
					post({ answer: JSON.stringify(answer) });
					setTimeout(() => port.disconnect(), LINGER_MS);
				},
				() => port.disconnect(),
			);
		});
	});
}

/** The other release of a question about two, which is an exact version; `null` where one is missing, or named without need. */
function otherOf(
	question: WatchedQuestion,
	{ name, selector, other }: { name: string; selector: string; other?: string | undefined },
): ReleaseSpec | undefined | null {
	if (question !== 'side-by-side') return other === undefined ? undefined : null;
	const spec = other === undefined ? undefined : releaseSpec(name, other);
	return spec?.kind === 'version' && other !== selector ? spec : null;
}

/** The browser does not say in which window a popup is, so the page that asks says it. */
function isPrivateHere(): boolean {
	return browser.extension.inIncognitoContext === true;
}

/** The port of marks, which lib/browser/messaging/mark-port.ts answers. */
export const MARKS = 'marks';
const WATCHED_QUESTIONS = [
	'panel',
	'line',
	'side-by-side',
	'package-facts',
	'file',
] as const satisfies readonly WatchedQuestion[];

/** The answer of a background that failed: Chromium has no other way to say so. */
const FAILED = { isUnanswered: true };

function isFailure(answer: unknown): boolean {
	return typeof answer === 'object' && answer !== null && 'isUnanswered' in answer;
}

async function send(message: unknown): Promise<unknown> {
	const answer: unknown = await browser.runtime.sendMessage(message);
	// Only our own background can answer; a missing answer means that it did not understand.
	if (answer === undefined || isFailure(answer)) throw new Error('no answer');
	return answer;
}

const QUESTIONS = ['inspect', 'compare', 'evidence', 'open-report'] as const satisfies readonly Question[];
const OTHER_QUESTIONS = [
	'suggest',
	'left',
	'trust-root',
	'managed',
	'refresh-trust-root',
	'trust-root-file',
	'sightings',
	'forget-sightings',
	'forget-answers',
	'forget-audits',
] as const satisfies readonly OtherQuestion[];
/** All that a content script may ask: what npm's page shows anyway. See docs/decisions/0036-five-questions.md. */
const OPEN_QUESTIONS: readonly AnyQuestion[] = ['panel', MARKS, 'open-report', 'left'];
type AnyQuestion = Question | OtherQuestion | WatchedQuestion | typeof MARKS;

/** Who asks; nothing for somebody who may not ask this. Only our own pages may ask everything. */
export function askerOf(question: AnyQuestion, sender: Browser.runtime.MessageSender | undefined): Sender | undefined {
	if (sender?.id !== browser.runtime.id) return undefined;
	const isOwnPage = sender.url?.startsWith(browser.runtime.getURL('/')) === true;
	if (!isOwnPage && !OPEN_QUESTIONS.includes(question)) return undefined;
	const { id: tabId, windowId } = (isOwnPage ? undefined : sender.tab) ?? {};
	return {
		isPrivate: sender.tab?.incognito === true,
		...(tabId !== undefined && { tabId }),
		...(windowId !== undefined && { windowId }),
	};
}

const SECTIONS = ['releases', 'expected', 'evidence'] as const satisfies readonly ReportSection[];

/** Longest file that is passed on, in characters; what it may have in the end says who reads it. */
const MAX_FILE = 1_000_000;

/** Answers our own pages, and content scripts what is open to them. Any other message, or one of no known shape, gets no answer. */
export function answer(handlers: Handlers): void {
	// In here, so that a content script, which only asks, does not carry the parser.
	const messageShape = v.union([
		v.strictObject({
			question: v.picklist(QUESTIONS),
			name: v.pipe(v.string(), v.maxLength(214)),
			selector: v.pipe(v.string(), v.maxLength(256)),
			isPrivate: v.optional(v.boolean()),
			section: v.optional(v.picklist(SECTIONS)),
		}),
		v.strictObject({ question: v.picklist(OTHER_QUESTIONS), text: v.pipe(v.string(), v.maxLength(MAX_FILE)) }),
	]);
	const answerTo = (message: unknown, sender: Browser.runtime.MessageSender): Promise<unknown> | undefined => {
		const parsed = v.safeParse(messageShape, message);
		const asker = parsed.success ? askerOf(parsed.output.question, sender) : undefined;
		if (!parsed.success || !asker) return undefined;
		const { output } = parsed;
		if ('text' in output) return handlers[output.question](output.text, asker);
		const spec = releaseSpec(output.name, output.selector);
		const { section, isPrivate } = output;
		const from = { ...asker, isPrivate: asker.isPrivate || isPrivate === true, ...(section && { section }) };
		return spec && handlers[output.question](spec, from);
	};
	browser.runtime.onMessage.addListener((message: unknown, sender, respond) => {
		const answering = answerTo(message, sender);
		if (answering)
			keepAlive(answering)
				.then(respond)
				.catch((error: unknown) => {
					console.error(error);
					respond(FAILED);
				});
		// Whether there will be an answer: a promise in its place would be lost in Chromium.
		return answering !== undefined;
	});
}
