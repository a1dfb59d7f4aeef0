/** Tests which settings a walk goes by: those read at the background's start for the question that woke it, and later those of the moment. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let stored: Record<string, unknown> = {};
let changed: (changes: object, area: string) => void = () => undefined;
const read = vi.fn(async () => structuredClone(stored));
vi.stubGlobal('chrome', {
	runtime: { id: 'ours' },
	extension: { inIncognitoContext: false },
	storage: {
		local: { get: read },
		managed: { get: async () => ({}) },
		onChanged: {
			addListener: (listener: typeof changed) => {
				changed = listener;
			},
		},
	},
});
const { defaultSettings } = await import('../../../lib/browser/settings.ts');
const { createContexts } = await import('../../../entrypoints/background/contexts.ts');

const SPEC = { name: 'sigstore', selector: '2.3.1', kind: 'version' } as const;
const seen = {};
const start = () =>
	createContexts({
		registries: { of: () => ({ pages: {} }) },
		trustRoots: { current: async () => 'the embedded one' },
		trustRootFiles: {},
		seen,
	} as never);
const set = (sightings: boolean) => {
	stored = { settings: { version: 2, ...defaultSettings(), sightings } };
};

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['performance'] });
	set(false);
	read.mockClear();
});
afterEach(() => vi.useRealTimers());

test('the question that woke the background has what was read at its start, and no second reading', async () => {
	const { contextFor } = start();
	await vi.advanceTimersByTimeAsync(10);
	expect(await contextFor(SPEC, false)).not.toHaveProperty('sightings');
	expect(read).toHaveBeenCalledTimes(1);
});

test('a change that is heard of is read, also within that time', async () => {
	const { contextFor } = start();
	await vi.advanceTimersByTimeAsync(10);
	set(true);
	changed({ settings: {} }, 'local');
	expect(await contextFor(SPEC, false)).toHaveProperty('sightings', seen);
});

test('later a page that has just changed something has it, though the change was not heard of yet', async () => {
	const { contextFor, settingsRecently } = start();
	await vi.advanceTimersByTimeAsync(60);
	set(true);
	expect(await contextFor(SPEC, false)).toHaveProperty('sightings', seen);
	// The panel's pages change none.
	expect(await settingsRecently()).toHaveProperty('sightings', false);
});

test('in a private window nothing is noted, whatever is set', async () => {
	set(true);
	const { contextFor } = start();
	expect(await contextFor(SPEC, true)).not.toHaveProperty('sightings');
});
