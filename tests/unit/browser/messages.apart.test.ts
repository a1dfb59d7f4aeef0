/** Tests of the door for messages: what only the extension's own pages may ask gets no answer from anywhere else. */
import { beforeAll, expect, test, vi } from 'vitest';

const OWN = 'chrome-extension://here/';
/** What the background says to a message; nothing where it says at once that it will not answer. */
let listener: (message: unknown, sender: object) => Promise<unknown> | undefined = () => undefined;
let askBackground: typeof import('../../../lib/browser/messaging/messages.ts').askOther;
const refreshed = vi.fn(async () => 'refreshed');
/** How all other questions are answered. */
const answered = vi.fn(async () => 'answered');

beforeAll(async () => {
	vi.stubGlobal('chrome', {
		runtime: {
			id: 'here',
			getPlatformInfo: async () => undefined,
			getURL: () => OWN,
			onMessage: {
				addListener: (added: (...all: [...Parameters<typeof listener>, (answer: unknown) => void]) => boolean) => {
					listener = (message, sender) => {
						const { promise, resolve } = Promise.withResolvers();
						return added(message, sender, resolve) ? promise : undefined;
					};
				},
			},
			sendMessage: (message: unknown) => listener(message, { id: 'here', url: `${OWN}options.html` }),
		},
	});
	const { answer, askOther } = await import('../../../lib/browser/messaging/messages.ts');
	askBackground = askOther;
	answer(
		new Proxy({ 'refresh-trust-root': refreshed }, { get: (own, name) => Reflect.get(own, name) ?? answered }) as never,
	);
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

const release = { name: 'sigstore', selector: '2.3.1' };

test.each([
	[{ question: 'open-report', ...release }, true],
	[{ question: 'left', text: '' }, true],
	[{ question: 'inspect', ...release }, false],
	[{ question: 'compare', ...release }, false],
	[{ question: 'evidence', ...release }, false],
	[{ question: 'suggest', text: 'sig' }, false],
	[{ question: 'trust-root', text: '' }, false],
	[{ question: 'managed', text: '' }, false],
	[{ question: 'trust-root-file', text: '{}' }, false],
	[{ question: 'sightings', text: '0' }, false],
	[{ question: 'forget-sightings', text: '' }, false],
	[{ question: 'forget-answers', text: '' }, false],
])('a content script that asks %o gets an answer: %s', async (message, isAnswered) => {
	const sender = { id: 'here', url: 'https://site.example/', tab: { id: 1 } };
	answered.mockClear();
	expect(await listener(message, sender)).toBe(isAnswered ? 'answered' : undefined);
	expect(answered).toHaveBeenCalledTimes(isAnswered ? 1 : 0);
	expect(await listener(message, { id: 'here', url: `${OWN}report.html` })).toBe('answered');
});

test('the panel is watched, and no question of one answer', () => {
	const own = { id: 'here', url: `${OWN}report.html` };
	for (const question of ['panel', 'panel-compared', 'line', 'file'])
		expect(listener({ question, ...release }, own)).toBeUndefined();
});

test('nothing is heard that has another shape', () => {
	const own = { id: 'here', url: `${OWN}options.html` };
	for (const message of [null, 'refresh-trust-root', { ...refresh, more: 1 }, { question: 'refresh-trust-root' }])
		expect(listener(message, own)).toBeUndefined();
});

test('a page hears that the background failed, whatever the fault was, and no word of it', async () => {
	expect(await askBackground('left')).toBe('answered');
	const fault = new Error('the disk is full');
	const told = vi.spyOn(console, 'error').mockReturnValueOnce();
	answered.mockRejectedValueOnce(fault);
	await expect(askBackground('left')).rejects.toThrow(/^no answer$/);
	expect(told.mock.calls).toEqual([[fault]]);
	answered.mockResolvedValueOnce(null as never);
	expect(await askBackground('left')).toBeNull();
});
