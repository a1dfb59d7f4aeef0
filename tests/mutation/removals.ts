/** Owns the list of all checks that can be taken out of the sources: the guards, and by hand what no guard shows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { findGuards, type Guard } from './guards.ts';
import { BY_HAND, type HandRemoval } from './removals-by-hand.ts';

/** One check, and how the source looks without it. */
export interface Removal {
	name: string;
	/** The failure or finding that it gives. */
	code: string;
	/** Path from the root. */
	file: string;
	/** The place in the file that is replaced, in UTF-16 units. */
	start: number;
	end: number;
	replacement: string;
	/** How a run notices that a test reaches the check. */
	probe: Probe;
}

/** `condition`: it decides otherwise than `without`. `value`: it is evaluated. `rule`: it refuses something. `function`: it is called. */
type Probe =
	| { at: 'condition'; without: boolean }
	| { at: 'value' | 'rule' | 'nowhere' }
	/** The place of the first statement of the function around it. */
	| { at: 'function'; body: number };

/**
 * Every removal.
 * @param root the folder that has `lib`, with a slash at its end.
 * @throws Error where a removal by hand does not stand exactly once in its file, or two have one name.
 */
export function listRemovals(root: string): Removal[] {
	const removals = [...findGuards(root).map(removalOf), ...BY_HAND.map((removal) => placed(removal, root))];
	const names = new Set<string>();
	for (const { name } of removals) {
		if (names.has(name)) throw new Error(`two removals have the name ${name}`);
		names.add(name);
	}
	return removals;
}

/** How a guard is taken out. */
export function removalOf({ kind, ...guard }: Guard): Removal {
	const isCondition = kind === 'never' || kind === 'always';
	const probe: Probe = isCondition
		? { at: 'condition', without: kind === 'always' }
		: { at: kind === 'rule' ? 'rule' : 'value' };
	return { ...guard, probe };
}

/** @throws Error where the source no longer has the check as it is written by hand. */
function placed({ check, code, file, find, replace }: HandRemoval, root: string): Removal {
	const text = readFileSync(join(root, file), 'utf8');
	const start = text.indexOf(find);
	if (start === -1 || text.indexOf(find, start + 1) !== -1)
		throw new Error(`stands not exactly once in ${file}: ${find}`);
	const body = bodyAround(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), start);
	const probe: Probe = body === undefined ? { at: 'nowhere' } : { at: 'function', body };
	return { name: `${file} ${check}`, code, file, start, end: start + find.length, replacement: replace, probe };
}

/** Where the body begins of the innermost function with statements around a place; nothing outside of all functions. */
function bodyAround(source: ts.SourceFile, place: number): number | undefined {
	let body: number | undefined;
	const visit = (node: ts.Node): void => {
		if (node.pos > place || node.end <= place) return;
		if (ts.isFunctionLike(node) && 'body' in node && node.body && ts.isBlock(node.body) && node.body.pos < place)
			body = node.body.getStart() + 1;
		ts.forEachChild(node, visit);
	};
	visit(source);
	return body;
}

/** The text of a file without the check. @throws Error where that would be no TypeScript. */
export function withoutCheck(text: string, { name, file, start, end, replacement }: Removal): string {
	const changed = `${text.slice(0, start)}${replacement}${text.slice(end)}`;
	const { diagnostics = [] } = ts.transpileModule(changed, { fileName: file, reportDiagnostics: true });
	if (diagnostics.length > 0) throw new Error(`${name}: what is left is no TypeScript`);
	return changed;
}
