/** Owns the dependencies that package.json names, as a whole file or as some lines of it. Pure. */
import validRange from 'semver/ranges/valid.js';
import { isVersion } from './spec.ts';

/** The fields of package.json that name packages with their versions; `catalog` and `imports` are pnpm's, bun's and deno's. */
const DEPENDENCIES: ReadonlySet<string> = new Set([
	'dependencies',
	'devDependencies',
	'optionalDependencies',
	'peerDependencies',
	'catalog',
	'imports',
]);

/** Fields beside the dependencies that may be a version. */
const METADATA: ReadonlySet<string> = new Set(['version', 'packageManager', 'manifest_version', 'lockfileVersion']);
/** What `engines` asks for: with a range, the tool is meant and not the package of that name. */
const ENGINES: ReadonlySet<string> = new Set(['node', 'npm', 'pnpm', 'yarn', 'bun', 'deno', 'vscode']);
const COMMON_TAGS: ReadonlySet<string> = new Set(['latest', 'next', 'beta', 'alpha', 'canary', 'rc', 'nightly']);

/**
 * What a text that is a package.json, an object of it or some of its properties names, as words: `name@range`. Of a package
 * without dependencies it is the package itself.
 * @returns `undefined` where the text is no such thing.
 */
export function readManifest(text: string): string[] | undefined {
	const trimmed = text.trim().replace(/^\uFEFF/, '');
	if (!/^[{"]/.test(trimmed)) return undefined;
	const whole = parseObject(trimmed) ?? parseObject(`{${trimmed.replace(/,\s*$/, '')}}`);
	return whole && dependenciesOf(whole);
}

function parseObject(text: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

function dependenciesOf(manifest: Record<string, unknown>): string[] {
	const { name, version, catalogs, workspaces } = manifest;
	const blocks = Object.entries(manifest).filter(([key, value]) => DEPENDENCIES.has(key) && isObject(value));
	const objects = [
		...blocks.map(([, value]) => value),
		...valuesOf(catalogs),
		// bun keeps its catalogs there.
		...(isObject(workspaces) ? [workspaces.catalog, ...valuesOf(workspaces.catalogs)] : []),
	].filter(isObject);
	// An empty range is any version, as for npm.
	if (objects.length > 0)
		return objects.flatMap((block) => entriesOf(block).map(([key, value]) => `${key}@${value || '*'}`));
	if (typeof name === 'string' && typeof version === 'string')
		return manifest.private === true ? [] : [`${name}@${version}`];
	return entriesOf(manifest)
		.filter(([key, value]) => isDependency(key, value))
		.map(([key, value]) => `${key}@${value}`);
}

function entriesOf(block: Record<string, unknown>): [string, string][] {
	return Object.entries(block).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

/** Whether a property by itself, outside of any block, is a dependency: `"chalk": "^5"`, not `"type": "module"`. */
function isDependency(key: string, value: string): boolean {
	if (value === '' || METADATA.has(key) || (ENGINES.has(key) && !isVersion(value))) return false;
	return (
		COMMON_TAGS.has(value) ||
		/^(?:npm|jsr|catalog|workspace|file|link|portal|patch|git\+[a-z]+|git|github|gitlab|bitbucket):/.test(value) ||
		(value.length <= 256 && validRange(value) !== null)
	);
}

function valuesOf(value: unknown): unknown[] {
	return isObject(value) ? Object.values(value) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads the lines of a package.json that is not whole, one after the other, and remembers in which block they are.
 */
export class ManifestLines {
	readonly #blocks: string[] = [];

	/** What a line names, as words; `undefined` where it is no line of a package.json. */
	read(line: string): string[] | undefined {
		// A change as git prints it: what was taken away is not installed.
		const [, sign, rest = ''] = /^([+-])?\s*((?:"|[{}[\]]).*)$/s.exec(line) ?? [];
		if (/^[{}[\],\s]+$/.test(rest)) {
			for (const bracket of rest) {
				if (/[{[]/.test(bracket)) this.#blocks.push('');
				else if (/[}\]]/.test(bracket)) this.#blocks.pop();
			}
			return [];
		}
		const [, key] = /^"([^"]*)"\s*:\s*[{[]$/.exec(rest) ?? [];
		if (key !== undefined) {
			this.#blocks.push(key);
			return [];
		}
		const block = this.#blocks.at(-1) ?? '';
		const isBlock = block !== '' && (DEPENDENCIES.has(block) || this.#blocks.includes('catalogs'));
		const isOther = block !== '' && !isBlock;
		// An empty range means any version only here: by itself the line might be of any field.
		const words = readManifest(isBlock ? rest.replace(/^("[^"]*"\s*:\s*)""/, '$1"*"') : rest);
		return words && (sign === '-' || isOther) ? [] : words;
	}
}
