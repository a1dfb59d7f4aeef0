/** Tests that the background keeps itself alive while it owes anybody an answer, and no longer. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const beats = vi.fn(async () => ({ os: 'linux' }));
const listeners: {
	message?: (message: unknown, sender: object, respond: (answer: unknown) => void) => boolean;
	port?: (port: object) => void;
} = {};
vi.stubGlobal('browser', {
	extension: { inIncognitoContext: false },
	runtime: {
		id: 'own',
		getURL: (path: string) => `chrome-extension://own${path}`,
		getPlatformInfo: beats,
		onMessage: { addListener: (added: typeof listeners.message) => Object.assign(listeners, { message: added }) },
		onConnect: { addListener: (added: typeof listeners.port) => Object.assign(listeners, { port: added }) },
	},
});
const { keepAlive } = await import('../../../lib/browser/keep-alive.ts');
const { answer, answerWatched } = await import('../../../lib/browser/messaging/messages.ts');

beforeEach(() => {
	vi.useFakeTimers();
	beats.mockClear();
});
afterEach(() => vi.useRealTimers());

const MINUTE = 60_000;

test('a call that counts as an event comes before 30 seconds have passed, and again, until the work is done', async () => {
	const work = Promise.withResolvers<string>();
	const kept = keepAlive(work.promise);
	await vi.advanceTimersByTimeAsync(29_000);
	expect(beats).toHaveBeenCalledTimes(1);
	await vi.advanceTimersByTimeAsync(MINUTE);
	expect(beats).toHaveBeenCalledTimes(4);
	work.resolve('done');
	expect(await kept).toBe('done');
	await vi.advanceTimersByTimeAsync(MINUTE);
	expect(beats).toHaveBeenCalledTimes(4);
	expect(vi.getTimerCount()).toBe(0);
});

test('the last of several ends it, also one that fails; the next begins anew', async () => {
	const [one, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
	const both = [keepAlive(one.promise), keepAlive(other.promise)];
	one.resolve();
	await both[0];
	await vi.advanceTimersByTimeAsync(MINUTE);
	expect(beats).toHaveBeenCalledTimes(3);
	other.reject(new Error('a fault of ours'));
	await expect(both[1]).rejects.toThrow('a fault of ours');
	expect(vi.getTimerCount()).toBe(0);
	beats.mockRejectedValueOnce(new Error('not now'));
	const third = Promise.withResolvers<void>();
	void keepAlive(third.promise);
	await vi.advanceTimersByTimeAsync(MINUTE);
	expect(beats).toHaveBeenCalledTimes(6);
	third.resolve();
	await vi.advanceTimersByTimeAsync(MINUTE);
	expect(vi.getTimerCount()).toBe(0);
});

const OWN = { id: 'own', url: 'chrome-extension://own/popup.html' };
test.each([
	{ question: 'evidence', name: 'sigstore', selector: '2.3.1' },
	{ question: 'refresh-trust-root', text: '' },
])('the answer to $question is such work', async (message) => {
	const work = Promise.withResolvers<string>();
	answer(new Proxy({}, { get: () => () => work.promise }) as never);
	const responded = vi.fn();
	expect(listeners.message?.(message, OWN, responded)).toBe(true);
	await vi.advanceTimersByTimeAsync(MINUTE);
	expect(beats).toHaveBeenCalledTimes(3);
	work.resolve('done');
	await vi.advanceTimersByTimeAsync(0);
	expect(responded.mock.calls).toEqual([['done']]);
	expect(vi.getTimerCount()).toBe(0);
});

test.each(['panel', 'line', 'file', 'side-by-side', 'package-facts'])('so is what is watched: %s', async (name) => {
	const work = Promise.withResolvers<string>();
	answerWatched(new Proxy({}, { get: () => () => work.promise }) as never);
	let hear: (message: unknown) => void = () => undefined;
	const posted: unknown[] = [];
	listeners.port?.({
		name,
		sender: OWN,
		onMessage: {
			addListener: (added: typeof hear) => {
				hear = added;
			},
		},
		onDisconnect: { addListener: () => undefined },
		postMessage: (message: unknown) => posted.push(message),
		disconnect: () => undefined,
	});
	const other = name === 'side-by-side' ? { other: '2.3.0' } : {};
	hear({ name: 'sigstore', selector: '2.3.1', most: 0, isPrivate: false, ...other });
	await vi.advanceTimersByTimeAsync(MINUTE);
	expect(beats).toHaveBeenCalledTimes(3);
	work.resolve('done');
	await vi.advanceTimersByTimeAsync(MINUTE);
	expect(posted).toEqual([{ answer: '"done"' }]);
	expect(vi.getTimerCount()).toBe(0);
});
