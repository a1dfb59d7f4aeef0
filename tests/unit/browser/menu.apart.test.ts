/** Tests the context menu: its entries only where the reader wants them and the browser permits it, and the report that each opens. */
import { beforeEach, expect, test, vi } from 'vitest';
import { NPM_SITE } from '../../../lib/npm/hosts.ts';

type Click = (info: object, tab?: object) => void;
const entries: { id: string; contexts: string[] }[] = [];
const clicks: Click[] = [];
const opened: { url: string; windowId?: number }[] = [];
const added: (() => void)[] = [];
const session = new Map<string, string>();
let isFull = false;
const contextMenus = {
	onClicked: { addListener: (click: Click) => clicks.push(click) },
	removeAll: async () => void entries.splice(0),
	create: (entry: (typeof entries)[number]) => void entries.push(entry),
};
const browser = {
	runtime: {
		id: 'own',
		getURL: (path: string) => `chrome-extension://own${path}`,
		onInstalled: { addListener: (listener: () => void) => added.push(listener) },
	},
	permissions: { onAdded: { addListener: (listener: () => void) => added.push(listener) } },
	tabs: { create: async (tab: (typeof opened)[number]) => opened.push(tab) },
	contextMenus: contextMenus as typeof contextMenus | undefined,
	storage: {
		session: {
			set: async (more: Record<string, string>) => {
				if (isFull) throw new Error('no room');
				for (const [key, text] of Object.entries(more)) session.set(key, text);
			},
		},
	},
};
vi.stubGlobal('browser', browser);
const { listenToMenu } = await import('../../../entrypoints/background/menu.ts');
const { hashFor } = await import('../../../entrypoints/report/looked-up.ts');

let isWanted = true;
const changed: (() => void)[] = [];
const start = () =>
	listenToMenu(
		async () => isWanted,
		(callback) => changed.push(callback),
	);
const ids = () => entries.map(({ id }) => id);

beforeEach(() => {
	for (const list of [entries, clicks, opened, added, changed]) list.splice(0);
	isWanted = true;
	isFull = false;
	browser.contextMenus = contextMenus;
});

test('both entries, each once, however often they are made', async () => {
	start();
	for (const again of [...added, ...changed]) again();
	await vi.waitFor(() => expect(ids()).toEqual(['link', 'selection']));
	await new Promise((resolve) => setTimeout(resolve));
	expect(ids()).toEqual(['link', 'selection']);
	expect(clicks).toHaveLength(1);
});

test('none before the browser permits it, then both', async () => {
	browser.contextMenus = undefined;
	start();
	await new Promise((resolve) => setTimeout(resolve));
	expect([ids(), clicks]).toEqual([[], []]);
	browser.contextMenus = contextMenus;
	for (const again of added) again();
	await vi.waitFor(() => expect(ids()).toEqual(['link', 'selection']));
	expect(clicks).toHaveLength(1);
});

test('switched off, they go', async () => {
	start();
	await vi.waitFor(() => expect(ids()).toEqual(['link', 'selection']));
	isWanted = false;
	for (const again of changed) again();
	await vi.waitFor(() => expect(ids()).toEqual([]));
});

test.each<[what: string, info: object, hash: string]>([
	['a link', { menuItemId: 'link', linkUrl: `${NPM_SITE}/package/@a/b/v/1.2.3` }, '@a/b@1.2.3'],
	// A link may hold a selection: what the entry is about decides.
	['a link with text', { menuItemId: 'link', linkUrl: `${NPM_SITE}/package/c`, selectionText: 'd' }, 'c@latest'],
	['a name', { menuItemId: 'selection', selectionText: ' sigstore@2.3.1 ' }, 'sigstore@2.3.1'],
	['an install line', { menuItemId: 'selection', selectionText: 'npm i -D nuxt' }, 'nuxt@latest'],
	['no package', { menuItemId: 'selection', selectionText: '<script>alert(1)</script>' }, '<script>alert(1)</script>'],
	['a long text', { menuItemId: 'selection', selectionText: '!'.repeat(50_000) }, '!'.repeat(200)],
	['nothing', { menuItemId: 'selection' }, ''],
])('%s opens its report, in the window of the page', async (_what, info, hash) => {
	start();
	await vi.waitFor(() => expect(clicks).toHaveLength(1));
	clicks[0]?.(info, { windowId: 7 });
	await vi.waitFor(() => expect(opened).toHaveLength(1));
	expect(opened[0]?.windowId).toBe(7);
	const { pathname, searchParams } = new URL(opened[0]?.url ?? '');
	expect(pathname).toBe('/report.html');
	// The page reads the text, of which the address has nothing.
	const text = session.get(searchParams.get('lookup') ?? '') ?? 'nothing was left';
	expect(hashFor(text)).toBe(`#${encodeURIComponent(hash)}`);
	expect(text.length).toBeLessThan(20_002);
});

test('without room for the text the report page opens all the same', async () => {
	isFull = true;
	start();
	await vi.waitFor(() => expect(clicks).toHaveLength(1));
	clicks[0]?.({ menuItemId: 'selection', selectionText: 'nuxt' }, { windowId: 7 });
	await vi.waitFor(() => expect(opened).toHaveLength(1));
	expect(new URL(opened[0]?.url ?? '').pathname).toBe('/report.html');
});
