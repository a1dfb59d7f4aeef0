/** Owns one audit of the page, from the files to the last row: what is done, what is left, and what of it is kept. */
import { type EarlierAudit, mayBeSameProject } from '../../lib/audit/differences.ts';
import type { ListRow } from '../../lib/audit/list.ts';
import { createPace } from '../../lib/audit/time-left.ts';
import type { SettingsInForce } from '../../lib/browser/in-force.ts';
import type { TrustRootInfo } from '../../lib/report/report.ts';
import type { Failure } from '../../lib/report/result.ts';
import type { KeptAudit } from '../../lib/storage/audits.ts';
import { copyOf, type keptAudits, lockOf } from './kept.ts';
import { Ended, type Pool, runTask, startPool } from './pool.ts';
import type { Audited, Format, GivenFile, Group, GroupRows, Summary, Tasks } from './protocol.ts';
import { createUnadvised, isOld } from './unadvised.ts';

/** Requests at a time, as a browser has them to one host. */
const CONNECTIONS = 6;

/** Milliseconds between two pictures of a run. */
const TELL_MS = 250;

/** Milliseconds between two lists of a run. */
const LIST_MS = 1_500;

/** Milliseconds between two notes of how far it is. */
const NOTE_MS = 2_000;

/** Earlier audits that are looked at, to find the last one of the same project. */
const MAX_EARLIER = 3;

/** How far an audit is. */
type Phase = 'reading' | 'asking' | 'running' | 'paused' | 'stopped' | 'done' | 'failed';

/** An audit as the page shows it. */
export interface Picture {
	phase: Phase;
	files: Tasks['read']['done']['files'];
	refused: { name: string; failure: Failure }[];
	manifestFailure?: Failure | undefined;
	rows: ListRow[];
	/** Of this run: releases that are done, and all. */
	done: number;
	total: number;
	/** Releases of the lockfiles that were not audited yet. */
	left: number;
	/** Releases for which the list of malware could not be read. */
	unadvised: number;
	/** Milliseconds, where that is known. */
	timeLeft?: number | undefined;
	/** Whether what is audited from now on is not kept: the storage is full, or does not answer. */
	isUnkept: boolean;
	startedAt: string;
	summaries: Summary[];
	earlier?: (EarlierAudit & { startedAt: string; removed: string[] }) | undefined;
}

/** What an audit needs of the page. */
interface SessionOptions {
	settings: () => Promise<SettingsInForce>;
	/** Absent in private windows, where nothing is kept. */
	kept?: ReturnType<typeof keptAudits> | undefined;
	onchange: (picture: Picture) => void;
}

/** The files of an audit. */
export interface Given {
	files: GivenFile[];
	manifest?: Blob | undefined;
	/** Files that are not read at all. */
	refused?: Picture['refused'];
}

/** One audit. */
export interface Session {
	/** Of the kept audit; absent where it is not kept. */
	id: string | undefined;
	pause(): void;
	/** Goes on after a pause, a stop, or a fault. */
	go(): void;
	/** Ends it; what is done stays. */
	stop(): void;
	/** Asks again for what could not be checked or compared. */
	tryAgain(): void;
	/** The audits as the command writes them. */
	write(format: Format, version: string): Promise<Blob>;
	/** Ends it without a word: the page shows something else. */
	leave(): void;
}

/**
 * Begins an audit, or shows one that was kept and lets it go on if it was under way.
 * @param of files that were given, or a kept audit.
 */
export function startSession(
	of: { given: Given } | { id: string; audit: KeptAudit },
	options: SessionOptions,
): Session {
	const { settings, kept, onchange } = options;
	const isNew = 'given' in of;
	const startedAt = isNew ? new Date().toISOString() : of.audit.startedAt;
	const id = kept && (isNew ? `${startedAt} ${crypto.randomUUID()}` : of.id);
	const { files, manifest, refused = [] } = isNew ? of.given : of.audit;
	const given: Omit<Given, 'refused'> = { files, manifest };
	const leaving = new AbortController();
	const { signal } = leaving;
	const pace = createPace(() => performance.now());

	const groups = new Map<string, Group>();
	const audited = new Map<string, GroupRows>();
	const uncovered: ListRow[] = [];
	const unadvised = createUnadvised(isNew ? [] : of.audit.unadvised);
	let trustRoot: TrustRootInfo | undefined = isNew ? undefined : of.audit.trustRoot;
	let project = isNew ? undefined : of.audit.project;
	let pool: Pool | undefined;
	/** When the list of malware was asked for the run that is under way. */
	let askedAt = startedAt;
	/** Ends the run that is under way. */
	let running = new AbortController();
	let unlock: (() => void) | undefined;
	const picture: Picture = {
		...{ phase: 'reading', files: [], refused: [...refused], rows: [], done: 0, total: 0, left: 0 },
		...{ unadvised: 0, isUnkept: false, startedAt, summaries: [] },
	};

	/* What the page is told. */

	let listedAt = Number.NEGATIVE_INFINITY;
	let telling: ReturnType<typeof setTimeout> | undefined;
	function tell(phase: Phase = picture.phase): void {
		picture.phase = phase;
		clearTimeout(telling);
		telling = undefined;
		if (signal.aborted) return;
		// While a run is under way, a list that changes all the time could not be read.
		if (phase !== 'running' || performance.now() - listedAt > LIST_MS) {
			picture.rows = [...[...audited.values()].flatMap(({ list }) => list), ...uncovered];
			listedAt = performance.now();
		}
		picture.left = countOf([...groups.values()].filter(({ name }) => !audited.has(name)));
		picture.unadvised = countOf([...groups.values()].filter(({ name }) => unadvised.has(name)));
		picture.timeLeft = phase === 'running' ? pace.left(picture.done, picture.total) : undefined;
		onchange({ ...picture });
	}
	function tellSoon(): void {
		telling ??= setTimeout(() => tell(), TELL_MS);
	}

	/* What is kept. */

	let keeping = Promise.resolve();
	let notedAt = 0;
	function keep(work: (own: NonNullable<typeof kept>, id: string) => Promise<void>): void {
		if (!kept || id === undefined || picture.isUnkept) return;
		keeping = keeping
			.then(() => (picture.isUnkept ? undefined : work(kept, id)))
			.catch(() => {
				picture.isUnkept = true;
				tell();
			});
	}
	function note(state: KeptAudit['state'], how: 'add' | 'put' = 'put'): void {
		notedAt = performance.now();
		const done = countOf([...groups.values()].filter(({ name }) => audited.has(name)));
		const record: KeptAudit = {
			...{ version: 1, ...given, project, startedAt, state, done, total: countOf([...groups.values()]) },
			...{ unadvised: unadvised.names(), trustRoot, refused: [...picture.refused] },
		};
		keep((own, own_id) => own[how](own_id, record));
	}

	/** Holds the audit, so that no tab takes it for one that rests. */
	async function take(): Promise<void> {
		unlock ??= await hold(id);
		if (signal.aborted) unlock();
	}

	/* The way. */

	async function read(): Promise<boolean> {
		const done = await runTask('read', given, {
			signal,
			onpart: (part) => {
				if (part.is === 'groups') for (const group of part.groups) groups.set(group.name, group);
				if (part.is === 'rows') for (const row of part.list) uncovered.push(row);
				if (part.is === 'refused') picture.refused.push({ name: part.name, failure: part.failure });
			},
		});
		picture.files = done.files;
		picture.manifestFailure = done.manifestFailure;
		project = done.project;
		return done.files.length > 0;
	}

	async function restore(): Promise<void> {
		if (!kept || isNew || id === undefined) return;
		await runTask(
			'restore',
			{ id },
			{
				signal,
				onpart: ({ rows }) => {
					for (const one of rows) if (groups.has(one.name)) audited.set(one.name, one);
				},
			},
		);
	}

	/** What is not audited yet, or so long ago that the registry may say something else by now. */
	function toAsk(): Group[] {
		return [...groups.values()].filter(({ name }) => {
			const before = audited.get(name);
			return !before || isOld(before.at ?? startedAt);
		});
	}

	async function audit(wanted: readonly Group[]): Promise<void> {
		running = new AbortController();
		const run = AbortSignal.any([signal, running.signal]);
		picture.done = 0;
		picture.total = countOf(wanted);
		tell('asking');
		await take();
		const inForce = await settings();
		askedAt = new Date().toISOString();
		const advice = await runTask('advise', {}, { list: wanted, signal: run });
		unadvised.asked(advice.unadvised);
		note('running');
		pace.reset();
		tell('running');
		pool = startPool({
			settings: inForce,
			connections: CONNECTIONS,
			groups: wanted,
			advised: new Map(advice.listed),
			onready: (info) => {
				trustRoot = info;
			},
			onrows: (some) => {
				for (const one of some) {
					audited.set(one.name, one);
					unadvised.made(one.name);
					picture.done += groups.get(one.name)?.count ?? 0;
				}
				pace.note(picture.done);
				keep((own, own_id) =>
					own.putRows(
						own_id,
						some.map(({ name, rows, at }) => ({ name, rows, at })),
					),
				);
				if (performance.now() - notedAt > NOTE_MS) note(picture.phase === 'paused' ? 'stopped' : 'running');
				tellSoon();
			},
		});
		await pool.done;
		pool = undefined;
		// It was stopped, or the page shows something else.
		if (run.aborted) return;
		await end('done');
	}

	async function end(phase: 'done' | 'stopped' | 'failed'): Promise<void> {
		picture.phase = phase;
		note(phase === 'done' ? 'done' : 'stopped');
		unlock?.();
		unlock = undefined;
		tell();
		picture.summaries = await runTask('summarise', { audit: whole() }, { list: rowTexts(), signal });
		tell();
	}

	async function findEarlier(): Promise<void> {
		if (!kept) return;
		const own = { files: given.files.map(({ name }) => name), project };
		const candidates = (await kept.all()).filter(
			(one) =>
				one.id !== id &&
				one.audit.state === 'done' &&
				one.audit.startedAt < startedAt &&
				mayBeSameProject(own, { files: one.audit.files.map(({ name }) => name), project: one.audit.project }),
		);
		for (const { id: earlierId, audit: before } of candidates.slice(0, MAX_EARLIER)) {
			const found = await runTask('earlier', { files: given.files, before: before.files, id: earlierId }, { signal });
			if (!found) continue;
			const { results, changed, removed } = found;
			picture.earlier = {
				...{ results: new Map<string, string>(JSON.parse(results)), changed: new Set(changed), removed },
				startedAt: before.startedAt,
			};
			tell();
			return;
		}
	}

	function whole(): Audited {
		return {
			...given,
			unadvised: unadvised.names(),
			trustRoot: trustRoot ?? { source: 'embedded', version: '', takenAt: '' },
			checkedAt: startedAt,
		};
	}

	function rowTexts(): string[] {
		return [...audited.values()].map(({ rows }) => rows);
	}

	/** Runs a part of the way; a fault of it is said, and what was audited stays. */
	function attempt(work: () => Promise<void>): void {
		work().catch((error: unknown) => {
			// It was stopped, or the page shows something else.
			if (error instanceof Ended || signal.aborted) return;
			console.error(error);
			void end('failed').catch(() => undefined);
		});
	}

	attempt(async () => {
		tell('reading');
		const canBegin = await read();
		if (!canBegin) {
			tell('failed');
			return;
		}
		// What was refused is not needed any more, and may be of any size.
		const names = new Set(picture.files.map(({ name }) => name));
		given.files = given.files.filter(({ name }) => names.has(name));
		if (picture.manifestFailure) given.manifest = undefined;
		if (isNew && kept) {
			// The file on the disk may be another one tomorrow.
			given.files = await Promise.all(given.files.map(copyOf));
			if (given.manifest) given.manifest = new Blob([await given.manifest.arrayBuffer()]);
			note('running', 'add');
			await take();
			keep((own) => own.tidy());
		}
		await restore();
		void findEarlier().catch(() => undefined);
		const left = [...groups.values()].filter(({ name }) => !audited.has(name));
		if (isNew || (of.audit.state === 'running' && left.length > 0)) await audit(toAsk());
		else await end(left.length > 0 ? 'stopped' : 'done');
	});

	return {
		id,
		pause: () => {
			pool?.pause();
			note('stopped');
			tell('paused');
		},
		go: () => {
			pace.reset();
			if (pool && picture.phase === 'paused' && !isOld(askedAt)) {
				pool.go();
				note('running');
				tell('running');
				return;
			}
			running.abort();
			pool?.end();
			pool = undefined;
			attempt(() => audit(toAsk()));
		},
		stop: () => {
			running.abort();
			pool?.end();
			pool = undefined;
			attempt(() => end('stopped'));
		},
		tryAgain: () => {
			const isWanted = ({ name }: Group) =>
				unadvised.has(name) || (audited.get(name)?.list.some(({ isIncomplete }) => isIncomplete) ?? true);
			attempt(() => audit([...groups.values()].filter(isWanted)));
		},
		write: (format, version) => runTask('write', { audit: whole(), format, version }, { list: rowTexts() }),
		leave: () => {
			leaving.abort();
			clearTimeout(telling);
			pool?.end();
			unlock?.();
		},
	};
}

function countOf(groups: readonly Group[]): number {
	return groups.reduce((sum, { count }) => sum + count, 0);
}

/** Holds an audit, so that other tabs know that it is under way. @returns how to let go of it. */
async function hold(id: string | undefined): Promise<() => void> {
	if (id === undefined) return () => undefined;
	const { promise: over, resolve: release } = Promise.withResolvers<void>();
	await new Promise<void>((resolve) => {
		const take = () => {
			resolve();
			return over;
		};
		void navigator.locks.request(lockOf(id), { ifAvailable: true }, take);
	});
	return release;
}
