/** Owns the reader's settings in the browser's storage: read, changed, watched; what cannot be read is kept aside. */

import * as v from 'valibot';
import { browser } from 'wxt/browser';
import { parseSpec } from '../npm/spec.ts';
import type { Policy } from '../policy/schema.ts';
import type { Result } from '../report/result.ts';
import type { CustomTrustRoot } from '../sigstore/custom-trust-roots.ts';
import { isPrivateHere } from './private-window.ts';

/** Everything that is kept for the reader, and belongs to them. */
export interface Settings {
	/** The allowlist, and the dismissed warnings. */
	policy: Policy;
	/** Whether lists on npm's site get a mark for each release. */
	marks: boolean;
	/** Whether the letters typed in the popup may go to the registry's search. */
	suggestions: boolean;
	/** Whether links to packages and selected text have our entry in the context menu. */
	menu: boolean;
	/** What was looked up in the popup, as `name@selector`, the newest first. */
	lookedUp: string[];
	/** Whether the trust root is refreshed daily from Sigstore's repository. */
	refresh: boolean;
	/** Whether digest and signer of each release seen are kept, to be compared with what is served later. */
	sightings: boolean;
	/** Whether the reader has been asked about sightings. */
	isAsked: boolean;
	/** Trust roots of private Sigstore instances, as they were imported. */
	trustRoots: CustomTrustRoot[];
}

/** How a policy is read; lib/policy/schema.ts does it. */
export type ParsePolicy = (json: unknown) => Result<Policy>;

/** The same of a file's text. */
export type ParsePolicyFile = (text: string) => Result<Policy>;

/** What was in the storage and could not be read, as it was found. */
export interface SetAside {
	/** ISO time. */
	at: string;
	value: unknown;
}

/** The area of the browser's storage that is used, as far as it is used. */
export interface Area {
	get(keys: string[]): Promise<Record<string, unknown>>;
	set(items: Record<string, unknown>): Promise<void>;
}

/** How many look-ups are remembered. */
export const MAX_LOOKED_UP = 20;

const VERSION = 2;

/** The fields that are read each by itself, besides the policy and the look-ups. */
const FIELDS: Record<string, v.GenericSchema> = {
	marks: v.boolean(),
	suggestions: v.boolean(),
	menu: v.boolean(),
	refresh: v.boolean(),
	sightings: v.boolean(),
	isAsked: v.boolean(),
	trustRoots: v.array(
		v.strictObject({ name: v.string(), packages: v.array(v.string()), file: v.unknown(), importedAt: v.string() }),
	),
};

/** From each earlier version to the next. */
const MIGRATIONS: Record<number, (stored: Record<string, unknown>) => Record<string, unknown>> = {
	// Before there were trust roots of one's own, TUF and sightings.
	1: (stored) => ({ ...stored, version: 2, refresh: true, sightings: false, isAsked: false, trustRoots: [] }),
};

/** What holds before the reader has set anything. */
export function defaultSettings(): Settings {
	return {
		policy: { version: 1, rows: [] },
		marks: true,
		suggestions: false,
		menu: false,
		lookedUp: [],
		refresh: true,
		sightings: false,
		isAsked: false,
		trustRoots: [],
	};
}

/** What was stored, as far as it can be read. */
interface ReadSettings {
	/** Field by field: the defaults where one is missing or cannot be read. */
	settings: Settings;
	/** Only the fields that cannot be read; all of it where it is broken, or written by a newer release of this extension. */
	unread?: unknown;
}

/** What is stored, brought to the present version. A look-up that cannot be read is dropped: it is nothing to keep. */
export function parseSettings(stored: unknown, parsePolicy: ParsePolicy): ReadSettings {
	let value = stored;
	for (let version = versionOf(value); version !== undefined && version < VERSION; version += 1) {
		const migrate = MIGRATIONS[version];
		if (!migrate) break;
		value = migrate(value as Record<string, unknown>);
	}
	if (versionOf(value) !== VERSION) return { settings: defaultSettings(), unread: stored };
	const { version: _version, lookedUp, ...fields } = value as Record<string, unknown>;
	const read: [string, unknown][] = [];
	const unread: [string, unknown][] = [];
	for (const [name, field] of Object.entries(fields)) {
		const parsed = parseField(name, field, parsePolicy);
		if (parsed) read.push([name, parsed.value]);
		else unread.push([name, field]);
	}
	return {
		settings: { ...defaultSettings(), ...Object.fromEntries(read), lookedUp: readableLookUps(lookedUp) },
		...(unread.length > 0 && { unread: { version: VERSION, ...Object.fromEntries(unread) } }),
	};
}

function parseField(name: string, field: unknown, parsePolicy: ParsePolicy): { value: unknown } | undefined {
	if (name === 'policy') {
		const policy = parsePolicy(field);
		return policy.ok ? policy : undefined;
	}
	const shape = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
	return shape && v.is(shape, field) ? { value: field } : undefined;
}

function readableLookUps(stored: unknown): string[] {
	const list: unknown[] = Array.isArray(stored) ? stored : [];
	return list.filter((text) => typeof text === 'string' && parseSpec(text) !== undefined) as string[];
}

function versionOf(stored: unknown): number | undefined {
	const { version } = (stored ?? {}) as { version?: unknown };
	return Number.isInteger(version) ? (version as number) : undefined;
}

/** The reader's settings in one storage, shared by all pages of the extension. */
export interface SettingsStore {
	/** What is set now. What cannot be read is set aside first, and the defaults hold in its place. */
	read(): Promise<Settings>;
	/** The same, and whether the reader's allowlist is among what could not be read. */
	readForVerdict(): Promise<{ settings: Settings; isAllowlistUnread: boolean }>;
	/**
	 * Changes what is set, one change after the other whoever makes it.
	 * @throws Error where the storage refuses, or what would be stored could not be read again.
	 */
	change(how: (settings: Settings) => Settings): Promise<Settings>;
	/** What could not be read, the oldest first; nothing is ever taken away but by `dropSetAside`. */
	readSetAside(): Promise<SetAside[]>;
	dropSetAside(): Promise<void>;
}

/**
 * The settings in `area`.
 * @param exclusively runs one after the other what is given to it, across all pages (Web Locks).
 */
export function createSettings(
	area: Area,
	parsePolicy: ParsePolicy,
	exclusively: <T>(run: () => Promise<T>) => Promise<T>,
	now: () => Date = () => new Date(),
): SettingsStore {
	async function readBoth() {
		const { settings, 'set-aside': setAside } = await area.get(['settings', 'set-aside']);
		return {
			read: settings === undefined ? { settings: defaultSettings() } : parseSettings(settings, parsePolicy),
			setAside,
		};
	}

	async function setAsideIfBroken(): Promise<Settings> {
		const { read, setAside } = await readBoth();
		const { settings, unread } = read;
		// Both in one step, so that the broken one is always stored somewhere.
		if (unread !== undefined)
			await area.set({
				'set-aside': [...listOf(setAside), { at: now().toISOString(), value: unread }],
				settings: { version: VERSION, ...settings },
			});
		return settings;
	}

	async function readAll(): Promise<{ settings: Settings; setAside: SetAside[] }> {
		let both = await readBoth();
		if (both.read.unread !== undefined) {
			// Where the storage has no room for both, what is there stays as it is.
			await exclusively(setAsideIfBroken).catch(() => undefined);
			both = await readBoth();
		}
		const { settings, unread } = both.read;
		const setAside = listOf(both.setAside).map(parseSetAside);
		return { settings, setAside: unread === undefined ? setAside : [...setAside, { at: '', value: unread }] };
	}

	return {
		read: async () => (await readAll()).settings,
		async readForVerdict() {
			const { settings, setAside } = await readAll();
			return { settings, isAllowlistUnread: setAside.some(mayHoldAllowlist) };
		},
		change: (how) =>
			exclusively(async () => {
				const settings = how(await setAsideIfBroken());
				const stored = { version: VERSION, ...settings };
				// Nothing goes in that would not come out again.
				const again = parseSettings(stored, parsePolicy);
				if (again.unread !== undefined || again.settings.lookedUp.length !== settings.lookedUp.length)
					throw new Error('not settings');
				await area.set({ settings: stored });
				return settings;
			}),
		readSetAside: async () => (await readAll()).setAside,
		dropSetAside: () => exclusively(() => area.set({ 'set-aside': [] })),
	};
}

/** A file that was saved of what was set aside; nothing where it is no such file. */
export function parseSetAsideFile(text: string): SetAside[] {
	try {
		const list: unknown = JSON.parse(text);
		return Array.isArray(list) ? list.map(parseSetAside) : [];
	} catch {
		return [];
	}
}

function parseSetAside(stored: unknown): SetAside {
	const { at, value } = (stored ?? {}) as Partial<SetAside>;
	return typeof at === 'string' ? { at, value } : { at: '', value: stored };
}

/** Whether an allowlist may be in it: it names one, or nobody can say what it is. */
function mayHoldAllowlist({ value }: SetAside): boolean {
	return typeof value !== 'object' || value === null || versionOf(value) !== VERSION || 'policy' in value;
}

function listOf(stored: unknown): unknown[] {
	return stored === undefined ? [] : Array.isArray(stored) ? stored : [stored];
}

/** The settings of this browser's extension. In a private window they can be read, and every change is refused. */
export function browserSettings(parsePolicy: ParsePolicy): SettingsStore {
	const { local } = browser.storage;
	return createSettings(
		{
			get: (keys) => local.get(keys),
			set: async (items) => {
				if (isPrivateHere()) throw new Error('a private window');
				await local.set(items);
			},
		},
		parsePolicy,
		(run) => navigator.locks.request('settings', run) as Promise<Awaited<ReturnType<typeof run>>>,
	);
}

/** Calls back after each change of the settings, whichever page or organisation made it. */
export function watchSettings(callback: () => void): void {
	browser.storage.onChanged.addListener((changes, area) => {
		const isOwn = area === 'local' && ('settings' in changes || 'set-aside' in changes);
		if (isOwn || area === 'managed') callback();
	});
}

/** The list with `spec` as the newest, each once, as many as are remembered. */
export function remembered(lookedUp: readonly string[], spec: string): string[] {
	return [spec, ...lookedUp.filter((one) => one !== spec)].slice(0, MAX_LOOKED_UP);
}
