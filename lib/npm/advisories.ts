/** Owns what the registry's advisories say: whether they list a release as malware, or at all, which only advice asks. Pure. */
import satisfies from 'semver/functions/satisfies.js';
import * as v from 'valibot';
import { failed, type Result, success } from '../report/result.ts';
import { boundedList, FIRST_ONLY } from './json-bounds.ts';

/** An advisory that calls a release malware. Both are text from outside. */
export interface Advisory {
	title: string;
	/** https address at the advisory database; absent where the registry gives another. */
	address?: string;
}

/** In characters; of one that names each of a thousand versions, there would be room for all. */
const MAX_RANGE = 20_000;
/** Of all ranges that are read for one answer, in characters: semver may take a tenth of a second for so many. */
const MAX_RANGES = 20_000;
/** The most talked-of packages have some dozens. */
const MAX_ADVISORIES = 1000;
const advisoryShape = v.object({
	title: v.string(),
	url: v.optional(v.string()),
	// Reading a range takes its time: half a second where it has 300,000 characters.
	vulnerable_versions: v.pipe(v.string(), v.maxLength(MAX_RANGE)),
	cwe: v.optional(boundedList(v.string(), 100), []),
});

type ReadAdvisory = v.InferOutput<typeof advisoryShape>;

/** Malicious code that somebody put in, as against a fault. @see https://cwe.mitre.org/data/definitions/506.html */
const EMBEDDED_MALICIOUS_CODE = 'CWE-506';
const ADDRESS = /^https:\/\/github\.com\/advisories\/GHSA(-[23456789cfghjmpqrvwx]{4}){3}$/;

/**
 * Reads the registry's answer about one version. Advisories about malware carry CWE-506, and the database's own have the
 * title `Malware in NAME`; either will do. An entry that cannot be read is left out, so that it cannot silence the others.
 * @param json answer of the bulk endpoint: package name -> advisories, each with the range of versions that it is about.
 * @returns the first that calls this version malware, `undefined` where none does; failures `wrong-shape`; `too-large` where they
 *   are more than 1000, or their ranges have more than 20,000 characters together.
 * @see https://docs.npmjs.com/cli/commands/npm-audit#bulk-advisory-endpoint
 */
export function parseAdvisories(json: unknown, name: string, version: string): Result<Advisory | undefined> {
	return firstOn(json, name, version, (advisory) => isOnMalware(advisory, name));
}

/**
 * Whether the registry's advisories list a version for whatever reason: nobody is sent to such a one.
 * @returns failures as `parseAdvisories`, of all ranges.
 */
export function isListed(json: unknown, name: string, version: string): Result<boolean> {
	const first = firstOn(json, name, version, () => true);
	return first.ok ? success(first.value !== undefined) : first;
}

function isOnMalware({ cwe, title }: ReadAdvisory, name: string): boolean {
	return cwe.includes(EMBEDDED_MALICIOUS_CODE) || title === `Malware in ${name}`;
}

function firstOn(
	json: unknown,
	name: string,
	version: string,
	isWanted: (advisory: ReadAdvisory) => boolean,
): Result<Advisory | undefined> {
	if (typeof json !== 'object' || json === null || Array.isArray(json)) return failed('wrong-shape', 'advisories');
	// Not valibot's record, which drops names such as `constructor`: there are packages of that name.
	const listed: unknown = Object.hasOwn(json, name) ? Reflect.get(json, name) : [];
	if (!Array.isArray(listed)) return failed('wrong-shape', 'advisories');
	if (listed.length > MAX_ADVISORIES) return failed('too-large', `${listed.length} advisories`);
	let left = MAX_RANGES;
	for (const entry of listed) {
		const advisory = v.safeParse(advisoryShape, entry, FIRST_ONLY);
		if (!advisory.success) continue;
		if (!isWanted(advisory.output)) continue;
		const { title, url, vulnerable_versions: range } = advisory.output;
		left -= range.length;
		if (left < 0) return failed('too-large', `ranges of more than ${MAX_RANGES} characters`);
		if (!satisfies(version, range, { includePrerelease: true })) continue;
		return success({ title, ...(url !== undefined && ADDRESS.test(url) && { address: url }) });
	}
	return success(undefined);
}
