/** Owns the form of one release in a list, read leniently: a field that cannot be read is as if it were absent. */

import parseVersion from 'semver/functions/parse.js';
import * as v from 'valibot';
import { failed, success } from '../report/result.ts';
import { isBytes } from './bytes.ts';
import { REGISTRY } from './hosts.ts';
import { boundedList, FIRST_ONLY, MAX_PACKUMENT } from './json-bounds.ts';
import { parseJson } from './json-stream.ts';
import { listedAttestations } from './listed-attestations.ts';
import type { UndatedRelease } from './published-release.ts';
import { isVersion } from './spec.ts';

const text = v.string();

/** Not valibot's own record, which would copy ten thousand entries in one go. */
const record = v.custom<Record<string, unknown>>(isRecord);

export const packumentShape = v.object({
	name: text,
	'dist-tags': v.fallback(record, {}),
	time: v.fallback(record, {}),
	versions: record,
});

export async function readPackument(json: unknown, pause?: () => Promise<void>) {
	const read = isBytes(json) ? await parseJson(json, pause, MAX_PACKUMENT) : success(json);
	if (!read.ok) return read;
	// Of a package that was taken away only its times are left.
	if (isUnpublished(read.value)) return failed('release-not-found', 'unpublished');
	const parsed = v.safeParse(packumentShape, read.value);
	return parsed.success ? success(parsed.output) : failed('wrong-shape', v.getDotPath(parsed.issues[0]) ?? 'packument');
}

function isUnpublished(json: unknown): boolean {
	return isRecord(json) && json.versions === undefined && isRecord(json.time) && json.time.unpublished !== undefined;
}

/** What is not of its form counts as absent: old manifests have all kinds of things everywhere. */
function lenient<const Schema extends v.GenericSchema>(schema: Schema) {
	return v.fallback(v.optional(schema), undefined);
}

const size = v.pipe(v.number(), v.integer(), v.minValue(0));

const manifestShape = v.object({
	version: text,
	deprecated: v.optional(v.unknown()),
	dist: lenient(
		v.object({
			integrity: lenient(text),
			shasum: lenient(text),
			tarball: lenient(text),
			unpackedSize: lenient(size),
			fileCount: lenient(size),
			signatures: lenient(boundedList(v.object({ keyid: text, sig: text }), 16)),
			attestations: listedAttestations,
		}),
	),
	_npmUser: lenient(
		v.object({
			name: lenient(text),
			trustedPublisher: v.optional(v.unknown()),
			approver: v.optional(v.unknown()),
		}),
	),
	repository: lenient(v.union([text, v.object({ url: text })])),
	gitHead: lenient(text),
	scripts: lenient(v.object({ preinstall: lenient(text), install: lenient(text), postinstall: lenient(text) })),
	gypfile: lenient(v.boolean()),
	dependencies: v.optional(v.unknown()),
	optionalDependencies: v.optional(v.unknown()),
	peerDependencies: v.optional(v.unknown()),
	peerDependenciesMeta: v.optional(v.unknown()),
});

/** @param hasDependencies whether its lists of dependencies are kept, which take much room. */
export function parseRelease(
	name: string,
	version: string,
	json: unknown,
	hasDependencies = false,
): UndatedRelease | undefined {
	if (!isReadable(version)) return undefined;
	const parsed = v.safeParse(manifestShape, json, FIRST_ONLY);
	if (!parsed.success || parsed.output.version !== version) return undefined;
	const {
		version: _version,
		dist,
		_npmUser: user,
		repository,
		gitHead,
		scripts,
		gypfile,
		deprecated,
		...dependencies
	} = parsed.output;
	const [trustedPublisher, approver] = [named(user?.trustedPublisher, 'id'), named(user?.approver, 'name')];
	return {
		name,
		version,
		// An empty text takes a deprecation back.
		deprecated: deprecated === true || (typeof deprecated === 'string' && deprecated !== ''),
		integrity: dist?.integrity,
		shasum: dist?.shasum,
		tarball: dist?.tarball,
		signatures: dist?.signatures ?? [],
		attestations: dist?.attestations,
		...(user && {
			publisher: {
				name: user.name,
				...(trustedPublisher !== undefined && { trustedPublisher }),
				...(approver !== undefined && { approver }),
			},
		}),
		repository: typeof repository === 'string' ? repository : repository?.url,
		gitHead,
		...installScriptsOf(scripts, gypfile),
		...(hasDependencies && { dependencies }),
		// npm lists optional ones among the dependencies too, and installs those of peers since version 7.
		outsideDependencies: outside([
			dependencies.optionalDependencies,
			dependencies.dependencies,
			dependencies.peerDependencies,
		]),
		unpackedSize: dist?.unpackedSize,
		fileCount: dist?.fileCount,
	};
}

/** npm's own script for a package with a file `binding.gyp`. */
const GYP_SCRIPT = 'node-gyp rebuild';

/**
 * What npm runs on install. An empty script runs nothing. For a file `binding.gyp` npm runs node-gyp, where package.json has neither
 * `install` nor `preinstall`; where npm published it, it wrote both that script and `gypfile` into the list.
 * @see https://docs.npmjs.com/cli/using-npm/scripts#npm-install
 */
function installScriptsOf(
	scripts: Partial<Record<string, string | undefined>> | undefined,
	gypfile: boolean | undefined,
): Pick<UndatedRelease, 'installScripts' | 'isGypPackage'> {
	const installScripts: UndatedRelease['installScripts'] = Object.fromEntries(
		Object.entries(scripts ?? {}).filter(isTextEntry),
	);
	if (gypfile !== true) return { installScripts };
	if (installScripts.install === undefined && installScripts.preinstall === undefined)
		return { installScripts: { ...installScripts, install: GYP_SCRIPT }, isGypPackage: true };
	return { installScripts, ...(installScripts.install === GYP_SCRIPT && { isGypPackage: true as const }) };
}

/** Who published or approved, in whatever form: what counts is that there is somebody. */
function named(json: unknown, key: 'id' | 'name'): string | undefined {
	if (json === undefined || json === null || json === false || json === '') return undefined;
	const name = isRecord(json) ? json[key] : json;
	return typeof name === 'string' ? name : 'unnamed';
}

/** semver refuses numbers above 2^53, which the pattern of a version lets through. */
export function isReadable(version: string): boolean {
	return isVersion(version) && parseVersion(version) !== null;
}

/**
 * Dependencies whose source is no version, range or tag: git and http addresses, `github:o/r`, `o/r`, files. An address of the
 * registry's own is the registry's. All of them, however many: one that is left out could hide behind the others.
 * @param lists if several have the same name, the source in the first one counts.
 * @see https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies
 */
function outside(lists: readonly unknown[]): { name: string; source: string }[] {
	const found: { name: string; source: string }[] = [];
	const stronger: Record<string, unknown>[] = [];
	for (const list of lists.map(asRecord)) {
		for (const name of Object.keys(list)) {
			const source = list[name];
			if (typeof source !== 'string' || !/[:/]/.test(source)) continue;
			if (source.startsWith('npm:') || source.startsWith(`${REGISTRY}/`)) continue;
			const isOverruled = stronger.some((one) => Object.hasOwn(one, name) && typeof one[name] === 'string');
			if (!isOverruled) found.push({ name, source });
		}
		stronger.push(list);
	}
	return found;
}

function isRecord(json: unknown): json is Record<string, unknown> {
	return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function asRecord(json: unknown): Record<string, unknown> {
	return isRecord(json) ? json : {};
}

function isTextEntry(entry: [string, unknown]): entry is [string, string] {
	return typeof entry[1] === 'string' && entry[1] !== '';
}

/** Any time that can be read, in the one form that can be compared as text. */
export function parseTime(said: unknown): string | undefined {
	const time = typeof said === 'string' ? new Date(said) : undefined;
	if (!time || Number.isNaN(time.getTime())) return undefined;
	const iso = time.toISOString();
	return /^\d{4}-/.test(iso) ? iso : undefined;
}
