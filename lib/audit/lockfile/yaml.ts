/** Owns how a lockfile of YAML is read: every scalar as text, with the place of each key, without anchors. Pure. */
import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import type { Place } from './lockfile.ts';
import { Refusal, type Table, TreeBuilder, tableOf, unreadable } from './tree.ts';

/** A file has at most as many values as there are marks that part them; counted before the parser makes an event of each. */
const MAX_MARKS = 4_000_000;

/**
 * Reads the documents of a file. Anchors, aliases, tags and merge keys are refused: no tool writes them, aliases multiply without end, and
 * parsers differ in what a merge key means.
 * @returns the members of each document. @throws Refusal `lockfile-unreadable` with the place, `lockfile-too-large`.
 */
export function readYaml(text: string): Table[] {
	if (countMarks(text) > MAX_MARKS) throw new Refusal('lockfile-too-large', `more than ${MAX_MARKS} values`);
	const placeOf = places(text);
	const tree = new TreeBuilder();
	for (const event of eventsOf(text)) {
		if (event.type === EVENT_ID.DOCUMENT) {
			if (event.directives.length > 0) throw unreadable({ line: 1, column: 1 }, 'a directive of YAML');
		} else if (event.type === EVENT_ID.POP) tree.close();
		else build(event, tree, text, placeOf);
	}
	return tree.roots.map(({ value, place }) => tableOf(value, place, 'a document'));
}

type NodeEvent = Exclude<Event, { type: typeof EVENT_ID.DOCUMENT | typeof EVENT_ID.POP }>;

function build(event: NodeEvent, tree: TreeBuilder, text: string, placeOf: (offset: number) => Place): void {
	// The sign before the name is not counted.
	if (event.type === EVENT_ID.ALIAS || event.anchorStart !== -1)
		throw unreadable(placeOf(event.anchorStart - 1), 'an anchor or an alias of YAML');
	if (event.tagStart !== -1) throw unreadable(placeOf(event.tagStart), 'a tag of YAML');
	if (event.type === EVENT_ID.SCALAR) {
		const isQuoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
		const place = placeOf(event.valueStart - (isQuoted ? 1 : 0));
		const value = getScalarValue(text, event);
		if (tree.isKeyNext && value === '<<' && !isQuoted) throw unreadable(place, 'a merge key of YAML');
		if (tree.isKeyNext) tree.key(value, place);
		else tree.value(value, place);
		return;
	}
	const place = placeOf(event.start);
	if (tree.isKeyNext) throw unreadable(place, 'a key that is no text');
	tree.open(event.type === EVENT_ID.MAPPING ? new Map() : [], place);
}

/** @throws Refusal for what is no YAML. */
function eventsOf(text: string): Event[] {
	try {
		return parseEvents(text, {});
	} catch (error) {
		if (!(error instanceof YAMLException)) throw error;
		const { line = 0, column = 0 } = error.mark ?? {};
		throw unreadable({ line: line + 1, column: column + 1 }, error.reason);
	}
}

/** Line breaks, commas, colons and opening brackets. */
function countMarks(text: string): number {
	let marks = 0;
	for (let at = 0; at < text.length; at += 1) {
		const code = text.charCodeAt(at);
		if (code === 0x0a || code === 0x2c || code === 0x3a || code === 0x5b || code === 0x7b) marks += 1;
	}
	return marks;
}

/** The place of an offset; each may only be asked for after those before it. An absent scalar has none: the last place then. */
function places(text: string): (offset: number) => Place {
	let [line, start, next] = [1, 0, text.indexOf('\n')];
	let last = 0;
	return (offset) => {
		last = Math.max(last, offset);
		while (next !== -1 && next < last) {
			line += 1;
			start = next + 1;
			next = text.indexOf('\n', start);
		}
		return { line, column: last - start + 1 };
	};
}
