/** Owns the rows of an audited lockfile: its time and bytes beside pacote's, a second audit beside the first, and its memory. */
import { type Auditors, clear, LATE, openAuditors } from '../lockfile/auditors.ts';
import { type FailedRow, type Measurement, type Row, rowsOf, type Sample } from '../runner.ts';
import { type Bench, type Side, sampleSides } from '../sides.ts';

const PLACES = Object.keys(LATE);

/** Samples of other rows, which come out of the same audits. */
type Others = Record<string, Sample[]>;

/** A list of 1,000 packages, audited once by each in turn, without and with earlier releases; each in a process of its own. */
export function lockfile1000({ sides, samples = 3 }: Bench): Measurement {
	const bytes = 'lockfile-1000-bytes';
	const compared = 'lockfile-1000-compared';
	return {
		names: ['lockfile-1000', bytes, compared, `${compared}-bytes`],
		where: PLACES,
		measure: async function* (where) {
			const others: Others = { [bytes]: [], [compared]: [], [`${compared}-bytes`]: [] };
			yield* sampled(sides, { name: 'lockfile-1000', where, unit: 'ms' }, samples, async (auditors, side, index) => {
				const run = {
					pacote: () => auditors.pacote(),
					compared: () => auditors.ours({ side }),
					plain: () => auditors.ours({ side, isNotCompared: true }),
				};
				// In turn, the order turned round each time.
				const isTurned = index % 2 === 1;
				const before = isTurned ? await run.pacote() : undefined;
				const own = await run.plain();
				const full = await run.compared();
				const pacote = before ?? (await run.pacote());
				if (side.commit === undefined) {
					others[bytes]?.push({ ours: own.bytes, against: { pacote: pacote.bytes } });
					others[compared]?.push({ ours: full.ms, against: { pacote: pacote.ms } });
					others[`${compared}-bytes`]?.push({ ours: full.bytes, against: { pacote: pacote.bytes } });
				}
				return { ours: own.ms, against: { pacote: pacote.ms } };
			});
			yield* rowsOfOthers(others, where);
		},
	};
}

/** A second audit of an unchanged list, minutes after the first, in a process of its own. */
export function lockfile1000Again({ sides, samples = 3 }: Bench): Measurement {
	const name = 'lockfile-1000-again';
	return {
		names: [name, `${name}-bytes`],
		where: PLACES,
		measure: async function* (where) {
			const others: Others = { [`${name}-bytes`]: [] };
			yield* sampled(sides, { name, where, unit: 'ms' }, samples, async (auditors, side) => {
				const cache = auditors.cache();
				try {
					const first = await auditors.ours({ side, cache });
					const second = await auditors.ours({ side, cache });
					if (side.commit === undefined)
						others[`${name}-bytes`]?.push({ ours: second.bytes, against: { first: first.bytes } });
					return { ours: second.ms, against: { first: first.ms } };
				} finally {
					clear(cache);
				}
			});
			yield* rowsOfOthers(others, where);
		},
	};
}

/** The audit page in turn with the command, each comparing with earlier releases, and the most memory that the extension's process ever had. */
export function auditPage1000({ sides, samples = 3 }: Bench): Measurement {
	const [name, memory] = ['audit-page-1000', 'audit-page-1000-memory'];
	return {
		names: [name, memory],
		where: ['chromium'],
		measure: async function* (where) {
			const memories: Sample[] = [];
			yield* sampled(sides, { name, where, unit: 'ms' }, samples, async (auditors, side, index) => {
				const isTurned = index % 2 === 1;
				const before = isTurned ? await auditors.ours({ side }) : undefined;
				const page = await auditors.page(side);
				const command = before ?? (await auditors.ours({ side }));
				if (side.commit === undefined) memories.push({ ours: page.rss, against: { '250-MB': 250e6 } });
				return { ours: page.ms, against: { 'lockfile-1000-compared': command.ms } };
			});
			yield* rowsOf({ name: memory, where: `${where} extension process`, unit: 'bytes' }, memories);
		},
	};
}

/** The most memory that the process ever had, its threads included. */
export function lockfileMemory({ sides, samples = 1 }: Bench): Measurement {
	const limits = { 'lockfile-1000-memory': 200, 'lockfile-50000-memory': 400 } as const;
	return {
		names: Object.keys(limits),
		where: ['Node'],
		measure: async function* (where) {
			for (const [name, megabytes] of Object.entries(limits))
				yield* sampled(sides, { name, where, unit: 'bytes' }, samples, async (auditors, side) => {
					const { rss } = await auditors.ours({ side, isLong: name === 'lockfile-50000-memory' });
					return { ours: rss, against: { [`${megabytes}-MB`]: megabytes * 1e6 } };
				});
		},
	};
}

type Take = (auditors: Auditors, side: Side, index: number) => Promise<Sample>;

/** Samples beside one registry, which is closed at the end. */
async function* sampled(
	sides: Bench['sides'],
	common: Pick<Row, 'name' | 'where' | 'unit'>,
	count: number,
	take: Take,
): AsyncGenerator<Row | FailedRow> {
	const auditors = await openAuditors(sides.folder, common.where);
	try {
		yield* sampleSides(sides, common, count, async (side) => {
			let index = 0;
			return { sample: () => take(auditors, side, index++) };
		});
	} finally {
		auditors.close();
	}
}

function* rowsOfOthers(others: Others, where: string): Generator<Row> {
	for (const [name, samples] of Object.entries(others))
		yield* rowsOf({ name, where, unit: name.endsWith('-bytes') ? 'bytes' : 'ms' }, samples);
}
