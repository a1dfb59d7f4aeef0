/** Tests the port of marks: bounded, parsed at the door, and dropping makes room also at the bound. */
import { beforeEach, expect, test } from 'vitest';
import { End } from '../../fixtures/ports.ts';

let server: End | undefined;
let answering: ((port: End) => void) | undefined;
(globalThis as Record<string, unknown>).browser = {
	extension: { inIncognitoContext: false },
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
			background.sender = { id: 'own', url: 'https://npm.test/', tab: { id: 1, windowId: 1, incognito: false } };
			server = background;
			answering?.(background);
			return page;
		},
	},
};
const { answerMarks, openMarkPort } = await import('../../../lib/browser/messaging/mark-port.ts');

const spec = (number: number) => ({ name: `package-${number}`, selector: 'latest', kind: 'tag' as const });
let begun: { name: string; signal: AbortSignal; answer: (sentence: string) => void }[] = [];
answerMarks(
	({ name }, _from, signal) =>
		new Promise((resolve) => begun.push({ name, signal, answer: (sentence) => resolve({ look: 'none', sentence }) })),
);

beforeEach(() => {
	begun = [];
});

test('a thousand may be waited for; one more closes the port, and ends what was begun', async () => {
	const ended = Promise.withResolvers<void>();
	const port = openMarkPort(
		() => undefined,
		() => ended.resolve(),
	);
	for (let number = 0; number < 1000; number += 1) port.want(spec(number));
	await expect.poll(() => begun.length).toBe(1000);
	expect(server?.isOpen).toBe(true);
	port.want(spec(1000));
	await ended.promise;
	expect(begun).toHaveLength(1000);
	expect(begun.every(({ signal }) => signal.aborted)).toBe(true);
});

test('at the bound, dropping one makes room for another', async () => {
	const port = openMarkPort(
		() => undefined,
		() => undefined,
	);
	for (let number = 0; number < 1000; number += 1) port.want(spec(number));
	await expect.poll(() => begun.length).toBe(1000);
	port.drop(spec(7));
	port.want(spec(1000));
	await expect.poll(() => begun.length).toBe(1001);
	expect(server?.isOpen).toBe(true);
	expect(begun.filter(({ signal }) => signal.aborted).map(({ name }) => name)).toEqual(['package-7']);
	port.close();
	await expect.poll(() => begun.every(({ signal }) => signal.aborted)).toBe(true);
});

test('a release wanted twice is asked for once, and what was dropped is not answered', async () => {
	const heard: string[] = [];
	const port = openMarkPort(
		(release) => heard.push(release),
		() => undefined,
	);
	port.want(spec(1));
	port.want(spec(1));
	port.want(spec(2));
	await expect.poll(() => begun.length).toBe(2);
	port.drop(spec(2));
	await expect.poll(() => begun[1]?.signal.aborted).toBe(true);
	for (const { answer } of begun) answer('as before');
	await expect.poll(() => heard).toEqual(['package-1@latest']);
	port.close();
});

test.each([
	['no object', 'x'],
	['another field', { name: 'a', selector: 'latest', isWanted: true, more: 1 }],
	['no name', { name: '../x', selector: 'latest', isWanted: true }],
	['a long name', { name: 'a'.repeat(215), selector: 'latest', isWanted: true }],
])('%s closes the port', async (_what, message) => {
	const ended = Promise.withResolvers<void>();
	openMarkPort(
		() => undefined,
		() => ended.resolve(),
	);
	server?.other.postMessage(message);
	await ended.promise;
	expect(begun).toEqual([]);
});
