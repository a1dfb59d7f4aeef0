/** Owns a trust root as a file: Sigstore's TrustedRoot with the registry keys beside it, how it is read, and what it covers. */
import * as v from 'valibot';
import { FIRST_ONLY } from '../npm/json-bounds.ts';
import { parseJsonFile } from '../npm/json-file.ts';
import { describeIssue, pathText } from '../npm/json-place.ts';
import type { TrustRootInfo } from '../report/report.ts';
import { failed, type Result, success } from '../report/result.ts';
import type { Covered, CustomTrustRoot } from './custom-trust-roots.ts';
import {
	isOfKnownUsage,
	npmKeysShape,
	parseTrustRoot,
	type TrustRoot,
	trustedRootShape,
	unreadableTrustRoot,
} from './trust-root.ts';

/** A trust root file that can be used. */
interface TrustRootFile {
	/** Ready to verify with. */
	root: TrustRoot;
	/** What it covers, in the order of the checks. */
	covers: Covered[];
}

/** Longest file, in characters. Sigstore's own has six thousand. */
const MAX_FILE = 250_000;

const LISTS = ['certificateAuthorities', 'ctlogs', 'tlogs', 'timestampAuthorities'] as const;

const fileShape = v.pipe(
	v.looseObject({ ...trustedRootShape.entries, npmKeys: v.optional(npmKeysShape) }),
	v.check(
		(file) => LISTS.some((list) => file[list].length > 0) || (file.npmKeys?.keys ?? []).some(isOfKnownUsage),
		'it names no authority, no log and no key',
	),
);
type FileShape = v.InferOutput<typeof fileShape>;

/**
 * Parses a trust root file: Sigstore's TrustedRoot as JSON, with the registry's keys beside its own fields under `npmKeys`,
 * in the form of `keys.json` of Sigstore's TUF repository. Fields that we do not know are let through.
 * @param info what the trust root is called in Reports.
 * @returns failures `too-large`, `not-json` and `wrong-shape` (also where it covers nothing, or a validity has no start); the
 *   detail begins with the place, as in `line 7, tlogs.0: ...`. Fields under the names of the .proto file are refused by name, since
 *   they would be passed over. A log of an unknown algorithm is kept, and what it recorded is then unknown.
 * @see https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto
 */
export async function parseTrustRootFile(text: string, info: TrustRootInfo): Promise<Result<TrustRootFile>> {
	const file = parseJsonFile(text, MAX_FILE);
	if (!file.ok) return file;
	const { value, lineOf } = file.value;
	const at = (path: readonly (string | number)[], why: string) =>
		failed('wrong-shape', `line ${lineOf(path)}, ${pathText(path) || 'the trust root'}: ${why}`);
	const misspelt = findProtoName(value);
	if (misspelt) return at(misspelt, `in JSON this field is called ${jsonName(String(misspelt.at(-1)))}`);
	const shape = v.safeParse(fileShape, value, FIRST_ONLY);
	if (!shape.success) {
		const [issue] = shape.issues;
		return at(
			(issue.path ?? []).map(({ key }) => key as string | number),
			describeIssue(issue),
		);
	}
	const parsed = await parseTrustRoot(value, shape.output.npmKeys, info);
	if (parsed.ok) return success({ root: parsed.value, covers: coverOf(shape.output) });
	return at(await findUnreadable(shape.output, info), `it cannot be read (${parsed.failure.detail})`);
}

/** Trust roots of the reader's own, each parsed once for as long as the memory of its text lasts. */
interface TrustRootFiles {
	/** As `parseTrustRootFile`. */
	read(text: string): Promise<Result<TrustRootFile>>;
	/** The trust root to verify with. An unreadable one is empty, so that nothing falls back on another. */
	rootOf(chosen: CustomTrustRoot): Promise<TrustRoot>;
}

/** A memory of parsed trust roots, by their text: one with another text is parsed again. Unreadable ones are not kept. */
export function rememberTrustRoots(): TrustRootFiles {
	const remembered = new Map<string, Promise<Result<TrustRootFile>>>();
	async function read(text: string): Promise<Result<TrustRootFile>> {
		const known = remembered.get(text);
		if (known) return known;
		if (remembered.size >= MAX_REMEMBERED) remembered.delete(remembered.keys().next().value ?? '');
		const parsed = parseTrustRootFile(text, { source: 'custom', version: '', takenAt: '' });
		remembered.set(text, parsed);
		if (!(await parsed).ok) remembered.delete(text);
		return parsed;
	}
	return {
		read,
		rootOf: async ({ name, file, importedAt }) => {
			const info = { source: 'custom', version: name, takenAt: importedAt.slice(0, 10) } as const;
			const parsed = await read(trustRootText(file));
			return parsed.ok ? { ...parsed.value.root, info } : unreadableTrustRoot(info, parsed.failure);
		},
	};
}

const MAX_REMEMBERED = 20;

function trustRootText(file: unknown): string {
	try {
		return JSON.stringify(file) ?? '';
	} catch {
		return ''; // nested too deeply to be written, so nothing that was ever imported
	}
}

/** Fields of a trust root whose names in the .proto file are others (`media_type`). */
const JSON_NAMES: ReadonlySet<string> = new Set([
	'mediaType',
	'certificateAuthorities',
	'timestampAuthorities',
	'baseUrl',
	'hashAlgorithm',
	'publicKey',
	'rawBytes',
	'keyDetails',
	'validFor',
	'logId',
	'keyId',
	'checkpointKeyId',
	'commonName',
	'certChain',
	'keyUsage',
]);

function jsonName(name: string): string {
	return name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

/** The path of the first field under its name in the .proto file, which JSON parsers of protobuf allow and ours does not. */
function findProtoName(json: unknown): (string | number)[] | undefined {
	if (typeof json !== 'object' || json === null) return undefined;
	for (const [name, value] of Object.entries(json)) {
		if (name.includes('_') && JSON_NAMES.has(jsonName(name))) return [name];
		const inner = findProtoName(value);
		if (inner) return [name, ...inner];
	}
	return undefined;
}

/** The path of the first part that cannot be read by itself; empty if each part can. */
async function findUnreadable(file: FileShape, info: TrustRootInfo): Promise<(string | number)[]> {
	const { mediaType, npmKeys } = file;
	for (const list of LISTS)
		for (const [index, part] of file[list].entries())
			if (!(await parseTrustRoot({ mediaType, [list]: [part] }, undefined, info)).ok) return [list, index];
	for (const [index, key] of (npmKeys?.keys ?? []).entries())
		if (!(await parseTrustRoot({ mediaType }, { keys: [key] }, info)).ok) return ['npmKeys', 'keys', index];
	return [];
}

type Period = FileShape['tlogs'][number]['publicKey']['validFor'];

function coverOf({ certificateAuthorities, ctlogs, tlogs, timestampAuthorities, npmKeys }: FileShape): Covered[] {
	const authorityName = ({ uri, subject }: FileShape['certificateAuthorities'][number]) =>
		uri || [subject?.commonName, subject?.organization].filter(Boolean).join(', ');
	return [
		...certificateAuthorities.map((one) => covered('authority', authorityName(one), one.validFor)),
		...ctlogs.map(({ baseUrl, publicKey }) => covered('certificate-log', baseUrl, publicKey.validFor)),
		...tlogs.map(({ baseUrl, publicKey }) => covered('log', baseUrl, publicKey.validFor)),
		...timestampAuthorities.map((one) => covered('timestamp-authority', authorityName(one), one.validFor)),
		...(npmKeys?.keys ?? []).filter(isOfKnownUsage).map(({ keyId, keyUsage, publicKey }) => {
			const kind = keyUsage === 'npm:signatures' ? 'key-for-signatures' : 'key-for-attestations';
			return covered(kind, keyId, publicKey.validFor);
		}),
	];
}

function covered(kind: Covered['kind'], name: string, { start, end }: Period): Covered {
	return { kind, name, validFor: { start, ...(end && { end }) } };
}
