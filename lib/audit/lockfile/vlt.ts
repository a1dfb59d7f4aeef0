/** Owns how a lockfile of vlt is read, version 1. Pure. */
import { success } from '../../report/result.ts';
import { isBase } from './address.ts';
import { Entries } from './entries.ts';
import { readIntegrity } from './hashes.ts';
import { readJson } from './json.ts';
import type { LockfileFormat } from './lockfile.ts';
import { allTextIn, type Member, Refusal, refused, type Table, tableIn, tableOf, textIn, textOf } from './tree.ts';

/** What parts an id; before 1.0 another, with the rest escaped as in an address. */
const [PART, OLD_PART] = ['~', '\u00b7'];

/** Behind a `_`, what cannot be in the name of a file. */
const ESCAPED: ReadonlyMap<string, string> = new Map(
	Object.entries({ _: '_', p: '+', c: ':', t: '~', d: '.', s: ' ' }),
);

export const vlt: LockfileFormat = {
	id: 'vlt',
	recognises: (fileName, text) =>
		fileName === 'vlt-lock.json' ||
		(fileName === '' && /"lockfileVersion"\s*:\s*\d/.test(text) && /"nodes"\s*:\s*\{/.test(text)),
	parse(text, bases) {
		try {
			const root = readJson(text);
			const version = textIn(root, 'lockfileVersion') ?? '';
			if (version !== '1') throw new Refusal('lockfile-version-unknown', version || 'no lockfileVersion');
			const entries = new Entries(bases);
			const options = tableIn(root, 'options');
			const member = root.get('nodes');
			/** Id -> `name@version`. */
			const specs = new Map<string, string>();
			for (const [id, one] of tableOf(member?.value, member ?? { line: 1, column: 1 }, '"nodes"'))
				specs.set(id, readNode(id, one, options, bases, entries));
			for (const [edge, { value }] of tableIn(root, 'edges')) {
				// `FROM name`: `type range TO`.
				const to = textOf(value)?.split(' ').at(-1) ?? '';
				if (/^(?:file[~\u00b7](?:_d|\.) |workspace[~\u00b7])/.test(edge)) entries.markDirect(specs.get(to) ?? '');
			}
			return success(entries.lockfile('vlt', version));
		} catch (error) {
			return refused(error);
		}
	},
};

/** @returns `name@version`, or whatever the entry is called. */
function readNode(
	id: string,
	{ value, ...place }: Member,
	options: Table,
	bases: readonly string[],
	entries: Entries,
): string {
	const [type = '', where = '', spec = ''] = partsOf(id);
	const [, own, integrity, resolved] = Array.isArray(value) ? value : [];
	const called = `${textOf(own) || type}@${where}`;
	if (!Array.isArray(value)) return entries.leaveOut(place, id, 'unreadable', { source: [allTextIn(value)] });
	const registry = addressOf(where, options);
	const source = [id, registry, textOf(integrity), textOf(resolved)];
	if (type === 'git' || type === 'file' || type === 'workspace')
		return entries.leaveOut(place, called, type, { source });
	if (type === 'remote') return entries.leaveOut(place, called, 'url', { source });
	const at = spec.indexOf('@', 1);
	if (type !== '' || at === -1) return entries.leaveOut(place, id, 'unreadable', { source });
	const why = reasonOf(where, registry, options, bases);
	if (why !== undefined) return entries.leaveOut(place, spec, why, { source });
	const hash = readIntegrity(textOf(integrity));
	return entries.add(place, { name: spec.slice(0, at), version: spec.slice(at + 1), hash, address: textOf(resolved) });
}

/** Why a registry, named or with its address, is not the one that is asked; `npm` and nothing are, unless the file says otherwise. */
function reasonOf(
	where: string,
	address: string | undefined,
	options: Table,
	bases: readonly string[],
): 'jsr' | 'other-registry' | undefined {
	if (tableIn(options, 'jsr-registries').has(where) || where === 'jsr') return 'jsr';
	const isDefault = where === '' || where === 'npm';
	if (address === undefined && isDefault) return undefined;
	return isBase(address ?? where, bases) ? undefined : 'other-registry';
}

/** The address of a registry that the file has a name for. */
function addressOf(where: string, options: Table): string | undefined {
	const tables = [tableIn(options, 'registries'), tableIn(options, 'jsr-registries')];
	const named = tables.map((table) => textIn(table, where)).find((address) => address !== undefined);
	return named ?? (where === '' ? textIn(options, 'registry') : undefined);
}

function partsOf(id: string): string[] {
	if (!id.includes(OLD_PART)) return id.split(PART).map(unescaped);
	return id.split(OLD_PART).map((part) => {
		try {
			return decodeURIComponent(part.replaceAll('\u00a7', '/'));
		} catch {
			return part; // a broken percent escape: then it names no package
		}
	});
}

function unescaped(part: string): string {
	return part.replace(/\+|_(.)/gs, (found, letter) => (found === '+' ? '/' : (ESCAPED.get(letter) ?? found)));
}
