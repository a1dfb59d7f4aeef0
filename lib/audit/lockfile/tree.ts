/** Owns what a file of JSON or YAML is read into before its form is known: tables with the place of each key. Pure. */
import type { FailureCode } from '../../report/failures.ts';
import { failed } from '../../report/result.ts';
import type { Place } from './lockfile.ts';

/** Words, numbers and `null` stay what they are in JSON; all scalars of YAML are text. */
export type Value = string | number | boolean | null | List | Table;

export interface List extends Array<Value> {}

/** A map, not an object: a key may be `__proto__` or `constructor`. */
export type Table = Map<string, Member>;

/** A value, and where its key begins. */
export interface Member extends Place {
	value: Value;
}

/** A file with more is no lockfile: one of 10 MB has half a million. */
const MAX_VALUES = 4_000_000;

/** Nested dependencies of npm's first form go deepest. */
const MAX_DEPTH = 100;

/** A failure on its way up; none leaves this folder. */
export class Refusal extends Error {
	readonly code: FailureCode;
	constructor(code: FailureCode, detail: string) {
		super(detail);
		this.code = code;
	}
}

/** The failure that a refusal carries. @throws what is none. */
export function refused(error: unknown): ReturnType<typeof failed> {
	if (error instanceof Refusal) return failed(error.code, error.message);
	throw error;
}

/** A file that cannot be read from this place on. */
export function unreadable({ line, column }: Place, what: string): Refusal {
	return new Refusal('lockfile-unreadable', `line ${line}, column ${column}: ${what}`);
}

/** Builds a value from the events of a parser, within bounds. */
export class TreeBuilder {
	/** The values at the top: several where the file has several documents. */
	readonly roots: { value: Value; place: Place }[] = [];
	readonly #open: (List | Table)[] = [];
	#key: (Place & { key: string }) | undefined;
	#values = 0;

	/** Whether the next scalar is a key, as in a table whose last key has its value. */
	get isKeyNext(): boolean {
		return this.#open.at(-1) instanceof Map && this.#key === undefined;
	}

	/** @throws Refusal for a second one of that name, since parsers differ in which one counts. */
	key(key: string, place: Place): void {
		if ((this.#open.at(-1) as Table).has(key)) throw unreadable(place, `"${key}" stands twice`);
		this.#key = { key, ...place };
	}

	/** @throws Refusal where there are too many, or too deep ones. */
	open(value: List | Table, place: Place): void {
		if (this.#open.length >= MAX_DEPTH) throw unreadable(place, 'nested too deeply');
		this.value(value, place);
		this.#open.push(value);
	}

	close(): void {
		this.#open.pop();
	}

	/** @throws Refusal where there are too many. */
	value(value: Value, place: Place): void {
		this.#values += 1;
		if (this.#values > MAX_VALUES) throw new Refusal('lockfile-too-large', `more than ${MAX_VALUES} values`);
		const holder = this.#open.at(-1);
		if (holder === undefined) this.roots.push({ value, place });
		else if (Array.isArray(holder)) holder.push(value);
		else {
			if (this.#key === undefined) throw unreadable(place, 'a value without a key');
			const { key, line, column } = this.#key;
			holder.set(key, { value, line, column });
			this.#key = undefined;
		}
	}
}

export const NO_MEMBERS: Table = new Map();

/** The table under a key; an empty one where there is none. */
export function tableIn(table: Table, key: string): Table {
	const value = table.get(key)?.value;
	return value instanceof Map ? value : NO_MEMBERS;
}

/** The text under a key; numbers as they are written. */
export function textIn(table: Table, key: string): string | undefined {
	return textOf(table.get(key)?.value);
}

export function textOf(value: Value | undefined): string | undefined {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** All texts within a value, keys too, in their order. */
export function allTextIn(value: Value): string {
	const texts: string[] = [];
	// At the end all are joined at once: at each depth once more, they would be copied as often.
	const collect = (one: Value) => {
		if (Array.isArray(one)) one.forEach(collect);
		else if (!(one instanceof Map)) texts.push(String(one));
		else
			for (const [key, member] of one) {
				texts.push(key);
				collect(member.value);
			}
	};
	collect(value);
	return texts.join(' ');
}

/**
 * The member that has to be there for the file to be of its form.
 * @throws Refusal with the place of what is there instead. A lockfile without it would read as one without packages.
 */
export function tableOf(value: Value | undefined, place: Place, what: string): Table {
	if (value instanceof Map) return value;
	throw unreadable(place, `${what} is no table`);
}
