/** Tests of how the checks that can be taken out are found in a source, and of how a run notices what reaches them. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findGuards, type Guard } from '../../mutation/guards.ts';
import { readProbes, withProbes } from '../../mutation/probes.ts';
import { type Removal, removalOf, withoutCheck } from '../../mutation/removals.ts';

const CODES = `
export type FailureCode = 'wrong-shape' | 'too-large';
`;
const RESULT = `
import type { FailureCode } from './failures.ts';
export interface Failure { code: FailureCode; detail?: string }
export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure };
export const failed = (code: FailureCode): { ok: false; failure: Failure } => ({ ok: false, failure: { code } });
`;
const CHANGES = `
export interface Change { field: 'ref'; before?: string }
`;
const TABLE = `
export type Finding = { code: 'size-jumped'; detail?: string };
export const makeFinding = (code: Finding['code']): Finding => ({ code });
`;
/** A file that is no rule of judgement: only what ends in a failure or a finding counts. */
const EDGE = `
import * as v from 'valibot';
import { type Failure, failed, type Result } from './report/result.ts';
import { type Finding, makeFinding } from './report/findings.ts';
const shape = v.pipe(v.string(), v.maxLength(3), v.transform((text) => text.length));
export function read(a: number, b: number): Result<number> {
	if (a > 1 || b > 1) return failed('too-large');
	if (a < 0) {
		b += 1;
		return failed('wrong-shape');
	}
	if (a === 0) return { ok: true, value: 0 };
	if (a === 1 && b === 1) b = 2;
	else throw new Error('neither');
	return b === 2 ? { ok: true, value: v.parse(shape, 'a') } : failed('wrong-shape');
}
export function pass(result: Result<number>): Result<string> {
	if (!result.ok) return result;
	return { ok: true, value: String(result.value) };
}
export class Reader {
	check(a: number): Failure | undefined {
		return this.first(a) ?? this.second(a);
	}
	first(a: number): Failure | undefined {
		return a > 5 ? { code: 'too-large' } : undefined;
	}
	second(a: number): Failure | undefined {
		return a > 4 ? { code: 'too-large' } : undefined;
	}
}
export function find(size: number): Finding[] {
	const findings: Finding[] = [];
	if (size > 7) findings.push(makeFinding('size-jumped'));
	return [...findings, ...(size > 8 ? [makeFinding('size-jumped')] : [])];
}
export const words = (a: number) => (a > 1 ? 'more' : 'one');
`;
/** The same, of a file that judges: every condition counts, and each part of it. */
const JUDGING = `
export function isLost(a: number, b: number): boolean {
	if (a > 1) return false;
	return a > 0 && (b > 0 || b < -1);
}
export function compare(a: string, b: string): string | undefined {
	for (const [one, other] of [
		[a, b],
		[b, a],
		...[['c', b]],
		['d', a],
	])
		if (one !== other) return one;
	return undefined;
}
`;

const folder = mkdtempSync(join(tmpdir(), 'guards-'));
const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
beforeAll(() => {
	for (const place of ['lib/history', 'lib/report', 'tests/mutation'])
		mkdirSync(join(folder, place), { recursive: true });
	const own = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
	cpSync(own('tests/mutation/probes.ts'), join(folder, 'tests/mutation/probes.ts'));
	write(
		'tsconfig.json',
		'{ "compilerOptions": { "strict": true, "target": "ES2024", "allowImportingTsExtensions": true, "noEmit": true } }',
	);
	write('package.json', '{ "type": "module" }');
	write('lib/report/failures.ts', CODES);
	write('lib/report/result.ts', RESULT);
	write('lib/report/history.ts', CHANGES);
	write('lib/report/findings.ts', TABLE);
	write('lib/edge.ts', EDGE);
	write('lib/history/loss.ts', JUDGING);
});
afterAll(() => rmSync(folder, { recursive: true }));

let guards: Guard[];
beforeAll(() => {
	guards = findGuards(`${folder}/`);
});
const guardsOf = (file: string) => guards.filter((guard) => guard.file === file);
const namesIn = (file: string) => guardsOf(file).map(({ name }) => name.slice(file.length + 1));
const removalsOf = (file: string) => guardsOf(file).map(removalOf);

describe('guards', () => {
	test('end in a failure or a finding: returned, thrown, pushed, passed on, or one of a chain', () => {
		expect(namesIn('lib/edge.ts')).toEqual([
			'shape: v.maxLength(3)',
			'read: a > 1 -> false',
			'read: b > 1 -> false',
			'read: a < 0 -> false',
			'read: a === 1 -> true',
			'read: b === 1 -> true',
			'read: b === 2 -> true',
			'pass: !result.ok -> false',
			'Reader.check: this.first(a) -> undefined',
			'Reader.check: this.second(a) -> undefined',
			'Reader.first: a > 5 -> false',
			'Reader.second: a > 4 -> false',
			'find: size > 7 -> false',
			'find: size > 8 -> false',
		]);
	});

	test('are all conditions of a file that judges, and all rows that it compares', () => {
		expect(namesIn('lib/history/loss.ts')).toEqual([
			'isLost: a > 1 -> false',
			'isLost: a > 0 -> true',
			'isLost: b > 0 || b < -1 -> true',
			'isLost: b > 0 -> false',
			'isLost: b < -1 -> false',
			'compare: [a, b]',
			'compare: [b, a]',
			"compare: [['c', b]]",
			"compare: ['d', a]",
			"compare: ['c', b]",
			'compare: one !== other -> false',
		]);
	});

	test('are told by the code behind them', () => {
		expect(guardsOf('lib/edge.ts').map(({ code }) => code)).toContain('too-large');
	});

	test('a type that is gone is an error, not an empty list', () => {
		write(
			'lib/report/result.ts',
			RESULT.replace('interface Failure', 'interface Fault').replaceAll(': Failure', ': Fault'),
		);
		expect(() => findGuards(`${folder}/`)).toThrow('lib/report/result.ts has no type Failure');
		write('lib/report/result.ts', RESULT);
	});
});

describe('a source without a check', () => {
	test('lacks that one alone', () => {
		const text = withoutCheck(EDGE, removalsOf('lib/edge.ts')[1] as Removal);
		expect(text).toContain("if (false || b > 1) return failed('too-large');");
	});

	test('is TypeScript for each of them', () => {
		for (const [file, text] of [
			['lib/edge.ts', EDGE],
			['lib/history/loss.ts', JUDGING],
		] as const)
			for (const removal of removalsOf(file)) expect(withoutCheck(text, removal)).not.toBe(text);
	});

	test('that would be none is an error', () => {
		const [removal] = removalsOf('lib/edge.ts') as [Removal];
		expect(() => withoutCheck(EDGE, { ...removal, replacement: ')' })).toThrow('no TypeScript');
	});
});

test('a probe reports what decides otherwise than the removal would, and changes nothing', async () => {
	const file = 'lib/history/loss.ts';
	const removals = removalsOf(file);
	write(file, withProbes(JUDGING, [...removals.entries()], folder));
	const { isLost, compare } = await import(join(folder, file));
	const reached = () => new Set(readProbes(folder).map(([id]) => removals[id]?.name.slice(file.length + 1)));

	expect(isLost(1, 1)).toBe(true);
	expect(reached()).toEqual(new Set(['isLost: b > 0 -> false']));
	expect(isLost(2, 0)).toBe(false);
	expect(isLost(0, 0)).toBe(false);
	expect(reached()).toEqual(new Set(['isLost: b > 0 -> false', 'isLost: a > 1 -> false', 'isLost: a > 0 -> true']));
	expect(compare('x', 'x')).toBe('c');
	expect(reached()).toContain('compare: one !== other -> false');
	expect(readProbes(folder).map(([, name]) => name)).toContain(
		'a probe reports what decides otherwise than the removal would, and changes nothing',
	);
	write(file, JUDGING);
});
