/** Tests of how the benchmark runs: options, which rows are made, and that one that fails takes no other with it. Nothing is measured. */
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../cli/usage.ts';
import {
	type FailedRow,
	jsonPrinter,
	type Measurement,
	median,
	type Row,
	readOptions,
	rowsOf,
	runMeasurements,
	selectMeasurements,
	tablePrinter,
} from '../bench/runner.ts';
import { openSides, root, type Side, type Sides, sampleSides, startNode } from '../bench/sides.ts';

const ALL = /(?:)/;
const row = (name: string, more: Partial<Row> = {}): Row => ({
	name,
	where: 'here',
	median: 1.23456,
	unit: 'ms',
	n: 3,
	...more,
});
const giving = (...rows: Row[]): Measurement => ({
	names: [...new Set(rows.map(({ name }) => name))],
	where: ['here'],
	measure: async function* () {
		yield* rows;
	},
});
const failing = (name: string, message: string, ...before: Row[]): Measurement => ({
	names: [...before.map((one) => one.name), name],
	where: ['here'],
	measure: async function* () {
		yield* before;
		throw new Error(message);
	},
});
async function run(measurements: Measurement[], only = ALL) {
	const rows: (Row | FailedRow)[] = [];
	const isWhole = await runMeasurements(measurements, only, (one) => rows.push(one));
	return { rows, isWhole };
}

describe('options', () => {
	test('none: every row, each with its own number of samples', () => {
		expect(readOptions([])).toEqual({ json: false, only: ALL });
	});

	test('all of them', () => {
		const argv = ['--json', '--samples', '5', '--only', '^first', '--against', 'HEAD~2'];
		expect(readOptions(argv)).toEqual({ json: true, samples: 5, only: /^first/, against: 'HEAD~2' });
	});

	test.each([
		[['--samples', '0']],
		[['--samples', 'many']],
		[['--samples', '1.5']],
		[['--only', '(']],
		[['--against', '--force']],
		[['--against=-b']],
		[['--against', '']],
	])('%j is refused', (argv) => {
		expect(() => readOptions(argv)).toThrow();
	});

	test('an option or a word that there is not is refused', () => {
		expect(() => readOptions(['--onyl', 'x'])).toThrow(/--onyl/);
		expect(() => readOptions(['warm'])).toThrow(/warm/);
	});
});

describe('which rows', () => {
	const measurements = [giving(row('first')), giving(row('second'), row('third'))];

	test('those whose name matches, whichever of its names', () => {
		expect(selectMeasurements(measurements, /third/)).toEqual([measurements[1]]);
		expect(selectMeasurements(measurements, ALL)).toEqual(measurements);
	});

	test('a name that none has is bad usage, which names those that there are', () => {
		expect(() => selectMeasurements(measurements, /fourth/)).toThrow(UsageError);
		expect(() => selectMeasurements(measurements, /fourth/)).toThrow(/first, second, third/);
	});

	test('of a measurement with several names only those that were asked for are printed, and missed', async () => {
		expect(await run(measurements, /third/)).toEqual({ rows: [row('third')], isWhole: true });
		expect(await run([failing('fourth', 'gone', row('third'))], /third/)).toEqual({
			rows: [row('third')],
			isWhole: false,
		});
	});
});

describe('one row after the other', () => {
	test('each is printed before the next is measured', async () => {
		const seen: string[] = [];
		const noting = (name: string): Measurement => ({
			names: [name],
			where: ['here', 'there'],
			measure: async function* (where) {
				seen.push(`measures ${name} ${where}`);
				yield row(name, { where });
				seen.push('goes on');
			},
		});
		await runMeasurements([noting('a'), noting('b')], ALL, ({ name, where }) => seen.push(`prints ${name} ${where}`));
		expect(seen).toEqual(
			['a here', 'a there', 'b here', 'b there'].flatMap((one) => [`measures ${one}`, `prints ${one}`, 'goes on']),
		);
	});

	test('one that fails says so in its first line, and the others still come', async () => {
		const { rows, isWhole } = await run([
			giving(row('a')),
			failing('c', 'no browser\n  at somewhere', row('b')),
			giving(row('d')),
		]);
		expect(rows).toEqual([row('a'), row('b'), { name: 'c', where: 'here', failure: 'no browser' }, row('d')]);
		expect(isWhole).toBe(false);
	});

	test('one that fails at one place is measured at the next', async () => {
		const once: Measurement = {
			names: ['a'],
			where: ['here', 'there'],
			measure: async function* (where) {
				if (where === 'here') throw new Error('no');
				yield row('a', { where });
			},
		};
		expect((await run([once])).rows).toEqual([
			{ name: 'a', where: 'here', failure: 'no' },
			row('a', { where: 'there' }),
		]);
	});

	test('a failed row that a measurement gives itself counts', async () => {
		const half: Measurement = {
			names: ['a'],
			where: ['here'],
			measure: async function* () {
				yield row('a');
				yield { name: 'a', where: 'here', against: 'abc', failure: 'does not build' };
			},
		};
		expect((await run([half])).isWhole).toBe(false);
	});
});

describe('what is printed', () => {
	const failure: FailedRow = { name: 'b', where: 'here', failure: 'a | b' };
	const rows = [row('a', { against: 'floor', ratio: 0.98765 }), failure, row('c')];
	const printed = (printer: typeof jsonPrinter) => {
		const lines: string[] = [];
		const { row: print, end } = printer((line) => lines.push(line));
		for (const one of rows) print(one);
		end();
		return lines;
	};

	test('JSON: one list, each row on a line of its own', () => {
		const lines = printed(jsonPrinter);
		expect(JSON.parse(lines.join('\n'))).toEqual(rows);
		expect(lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))).toEqual(rows);
	});

	test('JSON of no rows is a list, too', () => {
		const lines: string[] = [];
		jsonPrinter((line) => lines.push(line)).end();
		expect(JSON.parse(lines.join('\n'))).toEqual([]);
	});

	test('a table', () => {
		expect(printed((write) => tablePrinter(write, 'Node v24')).slice(3)).toEqual([
			'| a | here | 1.235 ms | 3 | floor | 0.988 |',
			'| b | here | failed: a / b |  |  |  |',
			'| c | here | 1.235 ms | 3 |  |  |',
		]);
	});
});

describe('samples', () => {
	test('the median, of an even number the upper one', () => {
		expect(median([3, 1, 2])).toBe(2);
		expect(median([4, 3, 1, 2])).toBe(3);
		expect(median([])).toBeNaN();
	});

	test('one row for each thing that was beside, with the median of the pairs', () => {
		const common = { name: 'a', where: 'here', unit: 'ms' } as const;
		const samples = [
			{ ours: 1, against: { floor: 1, node: 4 } },
			{ ours: 10, against: { floor: 5, node: 10 } },
			{ ours: 3, against: { floor: 1, node: 6 } },
		];
		expect(rowsOf(common, samples)).toEqual([
			{ ...common, median: 3, n: 3, against: 'floor', ratio: 2 },
			{ ...common, median: 3, n: 3, against: 'node', ratio: 0.5 },
		]);
		expect(rowsOf(common, [{ ours: 7 }])).toEqual([{ ...common, median: 7, n: 1 }]);
	});
});

describe('two builds', () => {
	const side = (commit?: string): Side => ({
		root: '/nowhere',
		extension: () => Promise.reject(new Error('nothing is built here')),
		bundle: () => Promise.reject(new Error('nothing is bundled here')),
		...(commit !== undefined && { commit }),
	});
	const two: Sides = { all: [side(), side('abc')], folder: '/nowhere', close: () => undefined };
	const common = { name: 'a', where: 'here', unit: 'ms' } as const;
	async function sampled(count: number, theirs: (index: number) => number) {
		const order: string[] = [];
		const closed: string[] = [];
		const rows: (Row | FailedRow)[] = [];
		for await (const one of sampleSides(two, common, count, async ({ commit = 'ours' }) => {
			let index = 0;
			return {
				sample: async () => {
					order.push(commit);
					index += 1;
					return commit === 'ours' ? { ours: 1, against: { floor: 2 } } : { ours: theirs(index) };
				},
				close: () => void closed.push(commit),
			};
		}))
			rows.push(one);
		return { order, closed, rows };
	}

	test('are measured in turn, the order turned round each time', async () => {
		const { order, closed, rows } = await sampled(3, () => 4);
		expect(order).toEqual(['ours', 'abc', 'abc', 'ours', 'ours', 'abc']);
		expect(closed).toEqual(['ours', 'abc']);
		expect(rows).toEqual([
			{ ...common, median: 1, n: 3, against: 'floor', ratio: 0.5 },
			{ ...common, median: 1, n: 3, against: 'abc', ratio: 0.25 },
		]);
	});

	test('where theirs fails on the way, ours is measured all the same, and it is said', async () => {
		const { closed, rows } = await sampled(3, (index) => {
			if (index > 1) throw new Error('it has no such door');
			return 4;
		});
		expect(rows).toEqual([
			{ ...common, median: 1, n: 3, against: 'floor', ratio: 0.5 },
			{ name: 'a', where: 'here', against: 'abc', failure: 'it has no such door' },
		]);
		expect(closed).toEqual(['ours', 'abc']);
	});

	test('where ours fails there are no rows, and what was opened is closed', async () => {
		const closed: string[] = [];
		const rows = sampleSides(two, common, 2, async ({ commit = 'ours' }) => ({
			sample: () => Promise.reject(new Error(commit)),
			close: () => void closed.push(commit),
		}));
		await expect(rows.next()).rejects.toThrow('ours');
		expect(closed).toEqual(['ours', 'abc']);
	});

	test('a process that cannot be started, or that ends, answers with an error', async () => {
		const ended = startNode(root, 'node-answers.ts');
		ended.stop();
		for (const node of [startNode('/nowhere', 'node-answers.ts'), ended])
			await expect(node.next()).rejects.toThrow('node-answers.ts ended before it answered');
	});

	test('a commit that there is not is bad usage', () => {
		expect(() => openSides('0123456789012345678901234567890123456789')).toThrow(UsageError);
	});
});
