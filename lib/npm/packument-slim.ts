/** Owns a list of releases without what is never read of it, to be kept on a disk: a tenth of the bytes, and read to the same releases. */

import { type Result, success } from '../report/result.ts';
import { MAX_PACKUMENT } from './json-bounds.ts';
import { parseJson } from './json-stream.ts';
import { each, leaveOut, only } from './packument-scan.ts';

/** What `parsePackument` reads of a release; dependencies only where they are from outside the registry. */
const FIELDS = ['version', 'deprecated', '_npmUser', 'repository', 'gitHead', 'gypfile'] as const;

const OF_FILE = ['integrity', 'shasum', 'tarball', 'unpackedSize', 'fileCount', 'signatures', 'attestations'] as const;

const OF_SCRIPTS = ['preinstall', 'install', 'postinstall'] as const;

const DEPENDENCIES = ['optionalDependencies', 'dependencies', 'peerDependencies'] as const;

const OF_RELEASE = only(FIELDS, {
	dist: only(OF_FILE),
	scripts: only(OF_SCRIPTS),
	...Object.fromEntries(DEPENDENCIES.map((list) => [list, 'lists-sources'])),
});

const OF_LIST = only(['name', 'dist-tags', 'time'], { versions: each(OF_RELEASE) });

/** Bytes of a list that is passed through at once; longer ones are read part by part. */
const MAX_QUICK = 8 * 1024 * 1024;

type Fields = Record<string, unknown>;

/**
 * Leaves out of a full packument what is never read. What is no packument stays as it is, and its reader says so.
 * @param json its bytes. @param pause as for `parsePackument`.
 * @returns bytes that `parsePackument` reads to the same, also where what is left out is no JSON; failures of JSON, as there.
 */
export async function slimPackument(json: Blob, pause?: () => Promise<void>): Promise<Result<Blob>> {
	const quick = json.size <= MAX_QUICK ? leaveOut(await json.text(), OF_LIST) : undefined;
	if (quick !== undefined) return success(new Blob([quick]));
	const read = await parseJson(json, pause, MAX_PACKUMENT);
	if (!read.ok) return read;
	if (!isRecord(read.value) || !isRecord(read.value.versions)) return success(json);
	const { name, 'dist-tags': tags, time, versions } = read.value;
	const parts: string[] = [`{"name":${text(name)},"dist-tags":${text(tags)},"time":${text(time)},"versions":{`];
	let isFirst = true;
	for (const version of Object.keys(versions)) {
		parts.push(`${isFirst ? '' : ','}${text(version)}:${text(slimRelease(versions[version]))}`);
		isFirst = false;
		await pause?.();
	}
	parts.push('}}');
	return success(new Blob(parts));
}

function slimRelease(release: unknown): unknown {
	if (!isRecord(release)) return release;
	return {
		...picked(release, FIELDS),
		...('dist' in release && { dist: slimmed(release.dist, OF_FILE) }),
		...('scripts' in release && { scripts: slimmed(release.scripts, OF_SCRIPTS) }),
		...outsideOnly(release),
	};
}

/** All lists as they are where one of them has a source that is no version, since one list can overrule another. */
function outsideOnly(release: Fields): Fields {
	const lists = picked(release, DEPENDENCIES);
	const hasOutside = Object.values(lists).some(
		(list) => isRecord(list) && Object.values(list).some((source) => typeof source === 'string' && /[:/]/.test(source)),
	);
	return hasOutside ? lists : {};
}

function slimmed(value: unknown, fields: readonly string[]): unknown {
	return isRecord(value) ? picked(value, fields) : value;
}

/** Own fields only: `constructor` and the like are names as any other. */
function picked(from: Fields, fields: readonly string[]): Fields {
	return Object.fromEntries(fields.flatMap((field) => (Object.hasOwn(from, field) ? [[field, from[field]]] : [])));
}

/** `null` in the place of what is absent, which every reader takes for the same. */
function text(value: unknown): string {
	return JSON.stringify(value) ?? 'null';
}

function isRecord(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
