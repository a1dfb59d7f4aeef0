/** Owns the workers of the audit page: those that do one task and end, and those that audit, which are replaced where they end early. */
import type { TrustRootInfo } from '../../lib/report/report.ts';
import type { FromWorker, Group, GroupRows, Plan, Task, Tasks, ToWorker } from './protocol.ts';

/** Workers that audit: signatures are checked on as many cores. */
const WORKERS = 2;

/** Packages that each has: as many as it audits at once, and some more, so that it never waits. */
const AHEAD = 18;

/** Entries of a list that are sent at once: some milliseconds of work. */
const SOME = 500;

/** How often a worker is replaced before it is a fault of ours. */
const MAX_DEATHS = 5;

/** What ends a task that nobody waits for. */
export class Ended extends Error {}

function startWorker(): Worker {
	return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
}

function post(worker: Worker, message: ToWorker): void {
	worker.postMessage(message);
}

/** How a task is begun and followed. */
interface TaskOptions<T extends Task> {
	/** What it is about, where that is long. */
	list?: readonly unknown[];
	onpart?: (part: Tasks[T]['part']) => void;
	signal?: AbortSignal | undefined;
}

/**
 * Has one task done in a worker of its own.
 * @throws Ended where the signal is aborted; Error for a fault of the worker.
 */
export async function runTask<T extends Task>(
	task: T,
	asked: Tasks[T]['asked'],
	{ list = [], onpart, signal }: TaskOptions<T> = {},
): Promise<Tasks[T]['done']> {
	const worker = startWorker();
	const { promise: done, resolve, reject } = Promise.withResolvers<Tasks[T]['done']>();
	const end = () => reject(new Ended());
	if (signal?.aborted) end();
	signal?.addEventListener('abort', end);
	worker.onerror = ({ message }) => reject(new Error(message));
	worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
		if (data.is === 'part') onpart?.(data.part as Tasks[T]['part']);
		if (data.is === 'done') resolve(data.done as Tasks[T]['done']);
	};
	try {
		for (let at = 0; at < list.length; at += SOME) {
			post(worker, { is: 'list', some: list.slice(at, at + SOME) });
			// The page has its turn in between.
			await new Promise((go) => setTimeout(go));
		}
		post(worker, { is: 'task', task, asked });
		return await done;
	} finally {
		signal?.removeEventListener('abort', end);
		worker.terminate();
	}
}

/** What the workers are given, and where their rows go. */
interface PoolOptions {
	settings: Plan['settings'];
	/** Requests at a time, of all together. */
	connections: number;
	/** What is to be audited, the first first. */
	groups: readonly Group[];
	/** What the list of malware has on a package, as JSON. */
	advised: ReadonlyMap<string, string>;
	onready: (trustRoot: TrustRootInfo) => void;
	onrows: (groups: readonly GroupRows[]) => void;
}

/** Workers under way. */
export interface Pool {
	/** Gives out no more; what was given out is still audited. */
	pause(): void;
	go(): void;
	/** Ends the workers at once. */
	end(): void;
	/** Resolves when all is audited, or it was ended. @throws Error where workers end again and again. */
	done: Promise<void>;
}

/** Starts workers on the packages of an audit. */
export function startPool({ settings, connections, groups, advised, onready, onrows }: PoolOptions): Pool {
	const waiting = [...groups].reverse();
	const workers = new Set<Worker>();
	const { promise: done, resolve, reject } = Promise.withResolvers<void>();
	let isPaused = false;
	let isOver = false;
	let deaths = 0;
	const feeds: (() => void)[] = [];

	function end(): void {
		isOver = true;
		for (const worker of workers) worker.terminate();
		workers.clear();
		resolve();
	}

	function add(): void {
		const worker = startWorker();
		workers.add(worker);
		const given = new Map<string, Group>();
		let isReady = false;
		const lock = `audit-worker ${crypto.randomUUID()}`;
		const feed = () => {
			while (isReady && !isPaused && given.size < AHEAD) {
				const group = waiting.pop();
				if (!group) break;
				given.set(group.name, group);
				post(worker, { is: 'audit', group, advised: advised.get(group.name) });
			}
		};
		const die = () => {
			if (isOver || !workers.delete(worker)) return;
			worker.terminate();
			feeds.splice(feeds.indexOf(feed), 1);
			deaths += 1;
			waiting.push(...[...given.values()].reverse());
			if (deaths > MAX_DEATHS) {
				reject(new Error('workers end again and again'));
				end();
			} else add();
		};
		feeds.push(feed);
		worker.onerror = die;
		worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
			if (isOver || !workers.has(worker)) return;
			if (data.is === 'ready') {
				isReady = true;
				onready(data.trustRoot);
				// It holds the lock while it lives, however it ends.
				void navigator.locks.request(lock, die).catch(() => undefined);
			}
			if (data.is === 'rows') {
				for (const { name } of data.groups) given.delete(name);
				onrows(data.groups);
				left -= data.groups.length;
			}
			if (left === 0) end();
			else feed();
		};
		const plan: Plan = { settings, connections: Math.max(1, Math.floor(connections / WORKERS)), lock };
		post(worker, { is: 'begin', plan });
	}

	let left = waiting.length;
	if (left === 0) end();
	else for (let at = 0; at < Math.min(WORKERS, left); at += 1) add();
	return {
		pause: () => {
			isPaused = true;
		},
		go: () => {
			isPaused = false;
			for (const feed of feeds) feed();
		},
		end,
		done,
	};
}
