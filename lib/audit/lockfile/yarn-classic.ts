/** Owns how a lockfile of Yarn 1 is read. Pure. */
import { parseSyml } from '@yarnpkg/parsers';
import { success } from '../../report/result.ts';
import { Entries } from './entries.ts';
import { hashOfAddress, readIntegrity } from './hashes.ts';
import type { LockfileFormat, Place } from './lockfile.ts';
import { Refusal, refused, unreadable } from './tree.ts';

/** The parser takes the file for YAML without it. */
const HEADER = '# yarn lockfile v1\n';

/** Spaces: a block has fields, and a field has names. */
const MAX_INDENT = 4;

/** Ranges that one version meets: the parser's time grows with their square. */
const MAX_ASKED = 1_000;

export const yarnClassic: LockfileFormat = {
	id: 'yarn-classic',
	recognises: (fileName, text) =>
		(fileName === 'yarn.lock' && !/^__metadata:/m.test(text)) ||
		(fileName === '' && /^# yarn lockfile v\d/m.test(text)),
	parse(text, bases) {
		try {
			const [, version = '1'] = /^# yarn lockfile v(\S+)/m.exec(text.slice(0, 1_000)) ?? [];
			if (version !== '1') throw new Refusal('lockfile-version-unknown', version);
			const blocks = findBlocks(text);
			const parsed = parsedBy(text);
			const entries = new Entries(bases);
			for (const block of blocks) readBlock(block, parsed, entries);
			leaveOutOthers(blocks, parsed, entries);
			return success(entries.lockfile('yarn-classic', version));
		} catch (error) {
			return refused(error);
		}
	},
};

/** What the file says of one package: the line of all that is asked for and met by it. */
interface Block {
	place: Place;
	/** `name@range`, each. */
	asked: string[];
}

/**
 * The blocks by their lines: the parser tells no places, and of a name that is there twice it keeps the last.
 * @throws Refusal for such a name, for what is nested deeper than Yarn does, before the parser follows it, and for a line end that is none
 *   here but one for the parser.
 */
function findBlocks(text: string): Block[] {
	const blocks: Block[] = [];
	const seen = new Set<string>();
	let fields = new Set<string>();
	let line = 0;
	for (const row of text.split('\n')) {
		line += 1;
		const [, indent = '', content = ''] = /^( *)(.*?)\r?$/s.exec(row) ?? [];
		const place = { line, column: indent.length + 1 };
		if (content.includes('\r')) throw unreadable(place, 'a carriage return within a line');
		if (content === '' || content.startsWith('#')) continue;
		if (indent.length > MAX_INDENT) throw unreadable(place, 'nested too deeply');
		if (indent.length > 2) continue;
		if (indent === '') {
			const asked = askedIn(content);
			if (asked.length > MAX_ASKED) throw unreadable(place, `more than ${MAX_ASKED} names`);
			const twice = asked.find((one, index) => seen.has(one) || asked.indexOf(one) !== index);
			if (twice !== undefined) throw unreadable(place, `"${twice}" stands twice`);
			for (const one of asked) seen.add(one);
			blocks.push({ place, asked });
			fields = new Set();
		} else {
			const [field = ''] = content.split(/[ :]/, 1);
			if (fields.has(field)) throw unreadable(place, `"${field}" stands twice`);
			fields.add(field);
		}
	}
	return blocks;
}

/** `a@1, "b@>=1 || 2":` as its parts. A comma within quotes parts nothing. */
function askedIn(content: string): string[] {
	return [...content.replace(/:\s*$/, '').matchAll(/"((?:[^"\\]|\\.)*)"|([^\s",][^,]*)/g)].map(
		([, quoted, plain]) => quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '',
	);
}

/** @throws Refusal for what the parser cannot read. */
function parsedBy(text: string): ReadonlyMap<string, unknown> {
	try {
		return new Map(Object.entries(parseSyml(HEADER + text)));
	} catch (error) {
		// A fault of the grammar has its place; one of the stack has none.
		const { location, message } = error as { location?: { start: Place }; message?: unknown };
		const { line = 2, column = 1 } = location?.start ?? {};
		const what = location ? String(message).slice(0, 120) : 'it cannot be parsed';
		throw unreadable({ line: Math.max(1, line - 1), column }, what);
	}
}

function readBlock({ place, asked }: Block, parsed: ReadonlyMap<string, unknown>, entries: Entries): void {
	const [first = ''] = asked;
	const value = parsed.get(first);
	if (typeof value !== 'object' || value === null) {
		entries.leaveOut(place, first, 'unreadable');
		return;
	}
	const field = (name: string) => {
		const text: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
		return typeof text === 'string' ? text : undefined;
	};
	const [version, address, integrity] = [field('version'), field('resolved'), readIntegrity(field('integrity'))];
	const hash = integrity.of === 'nothing' && address !== undefined ? hashOfAddress(address) : integrity;
	const names = new Set(asked.map((one) => nameOf(one, field('name'))));
	const [, range = ''] = splitAsked(first);
	// A folder has no address. With a tilde alone begins a range: `~3.0.1`.
	const isLocal = address === undefined && /^(?:file:|link:|[./]|~[/\\])/.test(range);
	let isCounted = false;
	for (const name of names) {
		const spec = version === undefined ? first : `${name}@${version}`;
		if (isLocal)
			entries.leaveOut(place, spec, range.startsWith('link:') ? 'link' : 'file', { source: [range], isCounted });
		else entries.add(place, { name, version, hash, address, called: first, isCounted });
		isCounted = true;
	}
}

/** Packages that the parser found and no line names, such as one whose name has an escape that Yarn does not write. */
function leaveOutOthers(blocks: readonly Block[], parsed: ReadonlyMap<string, unknown>, entries: Entries): void {
	const asked = new Set(blocks.flatMap((block) => block.asked));
	for (const [key, value] of parsed)
		if (typeof value === 'object' && !asked.has(key)) entries.leaveOut({ line: 1, column: 1 }, key, 'unreadable');
}

function splitAsked(asked: string): [name: string, range: string] {
	const at = asked.indexOf('@', 1);
	return at === -1 ? [asked, ''] : [asked.slice(0, at), asked.slice(at + 1)];
}

/**
 * The package that one asks for. What is asked of the registry is that one by its own name, whatever the block says of itself.
 * @param written the block's own field, which Yarn adds where addresses gave the package other names.
 */
function nameOf(asked: string, written: string | undefined): string {
	const [name, range] = splitAsked(asked);
	if (range.startsWith('npm:')) return splitAsked(range.slice('npm:'.length))[0];
	return /[:/]/.test(range) ? (written ?? name) : name;
}
