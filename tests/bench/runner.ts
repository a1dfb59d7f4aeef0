/** Owns how the benchmark runs: its options, which rows are measured, and how each is printed as it comes or fails. Measures nothing. */
import { parseArgs } from 'node:util';
import { UsageError } from '../../cli/usage.ts';

/** One row of the contract; one for each `against`. */
export interface Row {
	name: string;
	where: string;
	median: number;
	unit: 'ms' | 'bytes' | 'requests';
	n: number;
	/** What it was measured beside, in turn. */
	against?: string;
	/** Ours divided by theirs: the median over the pairs. */
	ratio?: number;
}

/** What stands in place of the rows of one name at one place where they could not be measured. */
export interface FailedRow {
	name: string;
	where: string;
	/** What went wrong, one line. */
	failure: string;
	/** Where only the pair with another build failed. */
	against?: string;
}

/** Rows that come out of one run at one place. */
export interface Measurement {
	names: readonly string[];
	/** The places at which it is made, as rows give them. */
	where: readonly string[];
	/** Gives rows as they come. @throws where it cannot go on; rows given before count. */
	measure(where: string): AsyncIterable<Row | FailedRow>;
}

/** What the command line asks for. */
export interface BenchOptions {
	json: boolean;
	/** Samples of each row instead of its own number. */
	samples?: number;
	/** Which rows, by name. */
	only: RegExp;
	/** A commit whose build is measured in turn with ours. */
	against?: string;
}

/** @throws UsageError, or parseArgs's own error for an option that there is not. */
export function readOptions(argv: readonly string[]): BenchOptions {
	const { values } = parseArgs({
		args: [...argv],
		options: {
			json: { type: 'boolean', default: false },
			samples: { type: 'string' },
			only: { type: 'string', default: '' },
			against: { type: 'string' },
		},
	});
	const { json, samples, only, against } = values;
	if (samples !== undefined && !/^[1-9]\d{0,5}$/.test(samples)) throw new UsageError('--samples is a number from 1 on');
	if (against !== undefined && !/^\w[\w./~^-]*$/.test(against)) throw new UsageError('--against is a commit');
	return {
		json,
		only: patternOf(only),
		...(samples !== undefined && { samples: Number(samples) }),
		...(against !== undefined && { against }),
	};
}

function patternOf(text: string): RegExp {
	try {
		return new RegExp(text);
	} catch {
		throw new UsageError('--only is a regular expression over the names of rows');
	}
}

/** The measurements that give a row with such a name. @throws UsageError where there is none. */
export function selectMeasurements(all: readonly Measurement[], only: RegExp): Measurement[] {
	const selected = all.filter(({ names }) => names.some((name) => only.test(name)));
	if (selected.length > 0) return selected;
	throw new UsageError(`--only: no row has such a name. There are ${all.flatMap(({ names }) => names).join(', ')}`);
}

/**
 * Makes the measurements one after the other, and prints each row when it is there. One that fails is told in its place, and the
 * others are made all the same.
 * @param only rows with other names are left out.
 * @returns whether every row could be measured.
 */
export async function runMeasurements(
	measurements: readonly Measurement[],
	only: RegExp,
	print: (row: Row | FailedRow) => void,
): Promise<boolean> {
	let isWhole = true;
	for (const { names, where: places, measure } of measurements)
		for (const where of places) {
			const missing = new Set(names.filter((name) => only.test(name)));
			const fail = (failure: string) => {
				for (const name of missing) print({ name, where, failure });
				isWhole = false;
			};
			try {
				for await (const row of measure(where)) {
					if (!only.test(row.name)) continue;
					missing.delete(row.name);
					if ('failure' in row) isWhole = false;
					print(row);
				}
				if (missing.size > 0) fail('it gave no row');
			} catch (error) {
				fail(messageOf(error));
			}
		}
	return isWhole;
}

/** An error as one line: messages of builds and browsers have many. */
export function messageOf(error: unknown): string {
	return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}

/** Prints rows as they come. */
interface Printer {
	row(row: Row | FailedRow): void;
	end(): void;
}

/** As a table, below a heading. @param write one line. */
export function tablePrinter(write: (line: string) => void, heading: string): Printer {
	write(`${heading}\n`);
	write('| name | where | median | n | against | ratio |');
	write('|---|---|---|---|---|---|');
	return {
		row: (row) => {
			const { name, where, against = '' } = row;
			if ('failure' in row) {
				write(`| ${name} | ${where} | failed: ${row.failure.replaceAll('|', '/')} |  | ${against} |  |`);
				return;
			}
			const { median, unit, n, ratio } = row;
			write(
				`| ${name} | ${where} | ${Number(median.toPrecision(4))} ${unit} | ${n} | ${against} | ${ratio?.toPrecision(3) ?? ''} |`,
			);
		},
		end: () => undefined,
	};
}

/** As one JSON list whose rows have a line each, so that a reader need not wait for its end. @param write one line. */
export function jsonPrinter(write: (line: string) => void): Printer {
	let isFirst = true;
	write('[');
	return {
		row: (row) => {
			if (!isFirst) write(',');
			isFirst = false;
			write(JSON.stringify(row));
		},
		end: () => write(']'),
	};
}

/** One sample of ours, beside what was measured in turn with it, by name. */
export interface Sample {
	ours: number;
	against?: Readonly<Record<string, number>>;
}

/**
 * The rows of samples: one for each thing that they were measured against, or one without.
 * @param samples all with the same names in `against`; at least one.
 */
export function rowsOf({ name, where, unit }: Pick<Row, 'name' | 'where' | 'unit'>, samples: readonly Sample[]): Row[] {
	const common = { name, where, median: median(samples.map(({ ours }) => ours)), unit, n: samples.length };
	const others = Object.keys(samples[0]?.against ?? {});
	if (others.length === 0) return [common];
	return others.map((against) => {
		const ratios = samples.map((sample) => sample.ours / (sample.against?.[against] ?? Number.NaN));
		return { ...common, against, ratio: median(ratios) };
	});
}

/** The middle one; of an even number the upper of both. `NaN` of none. */
export function median(numbers: readonly number[]): number {
	const sorted = [...numbers].sort((one, other) => one - other);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
