/** Tests of the door for messages: what only the extension's own pages may ask gets no answer from anywhere else. */
import { beforeAll, expect, test, vi } from 'vitest';

type Listener = (message: unknown, sender: object) => Promise<unknown> | undefined;
const OWN = 'chrome-extension://here/';
let listener: Listener = () => undefined;
const refreshed = vi.fn(async () => 'refreshed');

beforeAll(async () => {
	vi.stubGlobal('chrome', {
		runtime: {
			id: 'here',
			getURL: () => OWN,
			onMessage: {
				addListener: (added: Listener) => {
					listener = added;
				},
			},
		},
	});
	const { answer } = await import('../../lib/messages.ts');
	answer({ 'refresh-trust-root': refreshed, 'trust-root': refreshed, left: async () => 'left' } as never);
});

const refresh = { question: 'refresh-trust-root', text: '' };

test('our own pages may have the trust root refreshed', async () => {
	expect(await listener(refresh, { id: 'here', url: `${OWN}options.html` })).toBe('refreshed');
});

test.each([
	['a content script', { id: 'here', url: 'https://site.example/package/a', tab: { id: 1 } }],
	['a page whose address only contains ours', { id: 'here', url: `https://site.example/?${OWN}options.html` }],
	['another extension', { id: 'there', url: `${OWN}options.html` }],
	['nobody in particular', { id: 'here' }],
])('%s may not, nor learn which is in use', (_who, sender) => {
	refreshed.mockClear();
	expect(listener(refresh, sender)).toBeUndefined();
	expect(listener({ ...refresh, question: 'trust-root' }, sender)).toBeUndefined();
	expect(refreshed).not.toHaveBeenCalled();
});

test('what content scripts may say is still heard, and nothing is that has another shape', async () => {
	const sender = { id: 'here', url: 'https://site.example/', tab: { id: 1 } };
	expect(await listener({ question: 'left', text: '' }, sender)).toBe('left');
	const own = { id: 'here', url: `${OWN}options.html` };
	for (const message of [null, 'refresh-trust-root', { ...refresh, more: 1 }, { question: 'refresh-trust-root' }])
		expect(listener(message, own)).toBeUndefined();
});
