/** Tests of what pages may watch: a port parsed at the door, of our own pages only, that ends its work when it is closed. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { Progress, SideBySideAnswer, WatchHandlers } from '../../../lib/browser/messaging/messages.ts';
import { failed, success } from '../../../lib/report/result.ts';
import type { PanelText } from '../../../lib/text/en/panel-text.ts';
import { End } from '../../fixtures/ports.ts';
import { REPORTS } from '../../fixtures/reports.ts';

const OWN = { id: 'own', url: 'chrome-extension://own/report.html' };
let sender: End['sender'] = OWN;
let answering: ((port: End) => void) | undefined;
let server: End | undefined;
const extension = { inIncognitoContext: false };
(globalThis as Record<string, unknown>).browser = {
	extension,
	runtime: {
		id: 'own',
		getPlatformInfo: async () => undefined,
		getURL: (path: string) => `chrome-extension://own${path}`,
		onConnect: {
			addListener: (listener: (port: End) => void) => {
				answering = listener;
			},
		},
		connect: ({ name }: { name: string }) => {
			const [page, background] = [new End(name), new End(name)];
			page.other = background;
			background.other = page;
			background.sender = sender;
			server = background;
			answering?.(background);
			return page;
		},
	},
};
const { answerWatched, watch } = await import('../../../lib/browser/messaging/messages.ts');

const SPEC = { name: 'sigstore', selector: '2.3.1', kind: 'version' } as const;
const LINE = success({ line: '2', releases: [] });
let asked: Parameters<WatchHandlers['line']>[] = [];
const WORDS = { look: 'confirmed', headline: 'as expected' } as unknown as PanelText;
const PAIR = { from: REPORTS.none, to: REPORTS.confirmed, differences: [], lead: 'as before' } as SideBySideAnswer;
let pairAsked: unknown[] = [];
let panelAskedBy: Parameters<WatchHandlers['panel']>[1][] = [];

/** Has the background answer in this way, and keeps what it was asked. */
function answerWith(handler: WatchHandlers['line']): void {
	answerWatched({
		line: (...question) => {
			asked.push(question);
			return handler(...question);
		},
		file: async () => failed('not-reached'),
		'package-facts': async ({ name }) => failed('release-not-found', name),
		'side-by-side': async (spec, from) => {
			pairAsked.push([spec, from.other]);
			return PAIR;
		},
		panel: async (_spec, from, { onprogress }) => {
			panelAskedBy.push(from);
			onprogress({ ...WORDS, look: 'not-compared' });
			return WORDS;
		},
	});
}

beforeEach(() => {
	extension.inIncognitoContext = false;
	sender = OWN;
	asked = [];
	panelAskedBy = [];
	pairAsked = [];
	answerWith(async () => LINE);
});

/** What comes of a message through a port of this name: `closed`, or the answer. */
function sent(name: string, ...messages: unknown[]): Promise<unknown> {
	return new Promise((resolve) => {
		const { browser } = globalThis as unknown as { browser: { runtime: { connect(info: { name: string }): End } } };
		const port = browser.runtime.connect({ name });
		port.onDisconnect.addListener(() => resolve('closed'));
		port.onMessage.addListener(resolve);
		for (const message of port.isOpen ? messages : []) port.postMessage(message);
	});
}

test('the question, its measure and its asker come through, and the answer back; the port is closed a second later', async () => {
	expect(await watch('line', SPEC, { most: 50 })).toEqual(LINE);
	expect(asked.map(([spec, from]) => [spec, from])).toEqual([[SPEC, { isPrivate: false, most: 50 }]]);
	expect(server?.isOpen).toBe(true);
	await vi.waitFor(() => expect(server?.isOpen).toBe(false), 5000);
	sender = { ...OWN, tab: { incognito: true } };
	await watch('line', SPEC);
	extension.inIncognitoContext = true;
	await watch('line', SPEC);
	expect(asked.slice(1).map(([, from]) => from)).toEqual(Array(2).fill({ isPrivate: true, most: 0 }));
});

test('progress is told on the way', async () => {
	answerWith(async (_spec, _from, { onprogress }) => {
		onprogress({ done: 1, total: 2 });
		onprogress({ done: 2 });
		return LINE;
	});
	const seen: Progress[] = [];
	await watch('line', SPEC, { onprogress: (progress) => seen.push(progress) });
	expect(seen).toEqual([{ done: 1, total: 2 }, { done: 2 }]);
});

test.each([
	['a web page', { id: 'own', url: 'https://example.test/' }],
	['a page that only begins alike', { id: 'own', url: 'chrome-extension://owner/report.html' }],
	['another extension', { id: 'other', url: OWN.url }],
	['nobody', undefined],
])('%s is not heard', async (_who, of) => {
	sender = of;
	expect(await sent('line', { name: 'sigstore', selector: '2.3.1', most: 0, isPrivate: false })).toBe('closed');
	expect(asked).toEqual([]);
});

const PAGE = { id: 'own', url: 'https://site.example/package/a', tab: { id: 7, windowId: 3, incognito: false } };

test('a content script may watch the panel, and nothing else', async () => {
	sender = PAGE;
	const seen: PanelText[] = [];
	expect(await watch('panel', SPEC, { onprogress: (words) => seen.push(words) })).toEqual(WORDS);
	expect(seen).toEqual([{ ...WORDS, look: 'not-compared' }]);
	expect(panelAskedBy).toEqual([{ isPrivate: false, tabId: 7, windowId: 3, most: 0 }]);
	for (const question of ['line', 'file'] as const) await expect(watch(question, SPEC)).rejects.toThrow();
	expect(asked).toEqual([]);
	// Our own pages stand in no tab of npm's site.
	sender = { ...OWN, tab: PAGE.tab };
	await watch('panel', SPEC);
	expect(panelAskedBy[1]).toEqual({ isPrivate: false, most: 0 });
});

const GOOD = { name: 'sigstore', selector: '2.3.1', most: 0, isPrivate: false };
test.each([
	['nothing', undefined],
	['text', 'line'],
	['null', null],
	['a name that is none', { ...GOOD, name: '../x' }],
	['a name without end', { ...GOOD, name: 'x'.repeat(100_000) }],
	['more than there is', { ...GOOD, most: 1e9 }],
	['less than nothing', { ...GOOD, most: -1 }],
	['half a release', { ...GOOD, most: 0.5 }],
	['something besides', { ...GOOD, more: true }],
	['something missing', { name: 'sigstore', selector: '2.3.1' }],
])('a message of no known shape closes the port: %s', async (_what, message) => {
	expect(await sent('line', message === undefined ? 0 : message)).toBe('closed');
	expect(asked).toEqual([]);
	expect(await sent('line', GOOD)).toEqual({ answer: JSON.stringify(LINE) });
});

test('a port of another name is closed, and a second question on one port is not heard', async () => {
	expect(await sent('lines', GOOD)).toBe('closed');
	expect(await sent('line', GOOD, { ...GOOD, most: 7 })).toEqual({ answer: JSON.stringify(LINE) });
	expect(asked.map(([, { most }]) => most)).toEqual([0]);
});

test('stopped: the background hears of it, nothing more is told, and there is no answer', async () => {
	const seen: Progress[] = [];
	const stopping = new AbortController();
	let ended: Promise<void> | undefined;
	answerWith(async (_spec, _from, { onprogress, signal }) => {
		onprogress({ done: 1, total: 9 });
		ended = new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
		await ended;
		onprogress({ done: 2, total: 9 });
		return LINE;
	});
	const answer = watch('line', SPEC, {
		signal: stopping.signal,
		onprogress: (progress) => {
			seen.push(progress);
			stopping.abort();
		},
	});
	expect(await answer).toBeUndefined();
	await ended;
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(seen).toEqual([{ done: 1, total: 9 }]);
});

test('a page that goes right after its answer is heard of', async () => {
	let isHeard = false;
	answerWith(async (_spec, _from, { signal }) => {
		signal.addEventListener('abort', () => {
			isHeard = true;
		});
		return LINE;
	});
	const going = new AbortController();
	await watch('line', SPEC, { signal: going.signal });
	expect(isHeard).toBe(false);
	going.abort();
	await vi.waitFor(() => expect(isHeard).toBe(true));
});

test('a background that fails or goes away is an error, not a silence', async () => {
	answerWith(async () => {
		throw new Error('a fault of ours');
	});
	await expect(watch('line', SPEC)).rejects.toThrow('no answer');
	answerWith(() => new Promise(() => undefined));
	const answer = watch('line', SPEC);
	server?.disconnect();
	await expect(answer).rejects.toThrow('no answer');
});

test('two releases side by side: the other one comes along as an exact version of the same package', async () => {
	expect(await watch('side-by-side', SPEC, { other: '2.3.0' })).toEqual(PAIR);
	expect(pairAsked).toEqual([[SPEC, { name: 'sigstore', selector: '2.3.0', kind: 'version' }]]);
});

test.each([
	['none', {}],
	['a tag', { other: 'latest' }],
	['a range', { other: '^2' }],
	['the same version', { other: '2.3.1' }],
	['another package', { other: 'nuxt@1.0.0' }],
	['a text without end', { other: `1.0.0-${'a'.repeat(100_000)}` }],
	['a number', { other: 2 }],
])('without another release the port is closed: %s', async (_what, other) => {
	expect(await sent('side-by-side', { ...GOOD, ...other })).toBe('closed');
	expect(pairAsked).toEqual([]);
});

test('a question about one release names no other, and a content script asks for no pair', async () => {
	expect(await sent('line', { ...GOOD, other: '2.3.0' })).toBe('closed');
	expect(asked).toEqual([]);
	sender = PAGE;
	await expect(watch('side-by-side', SPEC, { other: '2.3.0' })).rejects.toThrow();
	expect(pairAsked).toEqual([]);
});

test('a package is asked about by its name alone, and by our own pages only', async () => {
	const spec = { name: 'sigstore', selector: 'latest', kind: 'tag' } as const;
	expect(await watch('package-facts', spec)).toEqual(failed('release-not-found', 'sigstore'));
	sender = PAGE;
	await expect(watch('package-facts', spec)).rejects.toThrow();
});
