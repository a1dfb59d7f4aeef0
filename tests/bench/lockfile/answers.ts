/** Owns what the registry of the lockfile rows answers: lists of releases, manifests, attestations and advisories, as bytes. */
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { tarballAddress } from '../../support/mint.ts';
import { Seeded } from '../../support/seeded.ts';
import type { World, WorldPackage } from './world.ts';

/** Bytes of a median list of releases, and of each hundredth. */
const MEDIAN = 60_000;
const LARGEST = 5_000_000;

/** Bytes that a made-up release takes in a list. */
const RELEASE = 2_100;

const DAY = 24 * 3600 * 1000;

/** Path, decoded and without the first slash -> answer. */
export function answersOf({ packages }: World): Map<string, Buffer> {
	const answers = new Map<string, Buffer>();
	for (const [index, one] of packages.entries()) {
		const list = listOf(one, index);
		answers.set(one.name, bytesOf(list));
		answers.set(`abbreviated ${one.name}`, bytesOf(abbreviated(list)));
		for (const { version, manifest, attestations } of one.releases) {
			answers.set(`${one.name}/${version}`, bytesOf(manifest));
			if (attestations) answers.set(`-/npm/v1/attestations/${one.name}@${version}`, bytesOf(attestations));
		}
	}
	return answers;
}

/** Advisories of one package. */
export function advisoriesOn(name: string): object[] {
	const title = `Malware in ${name}`;
	return [
		{ id: 1, url: 'https://example.org', title, severity: 'critical', vulnerable_versions: '>=0', cwe: ['CWE-506'] },
	];
}

/** The key list of a registry. */
export function keysOf({ key }: World): Buffer {
	const { keyid, spki } = key;
	return bytesOf({
		keys: [{ keyid, expires: null, keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256', key: spki }],
	});
}

type List = ReturnType<typeof listOf>;

/** A package's list: older releases that nobody looks at, and the genuine ones behind them. */
function listOf({ name, version, releases }: WorldPackage, index: number) {
	const chance = new Seeded(index);
	const count = Math.max(1, Math.round(sizeOf(index, chance) / RELEASE) - releases.length);
	const first = Date.parse(releases[0]?.publishedAt ?? '');
	const older = Array.from({ length: count }, (_, at) => {
		const back = count - at;
		return {
			publishedAt: new Date(first - (3 + back) * DAY).toISOString(),
			manifest: olderRelease(name, at, index, chance),
		};
	});
	const all = [...older, ...releases.map(({ publishedAt, manifest }) => ({ publishedAt, manifest }))];
	const times = all.map(({ publishedAt, manifest }) => [String(manifest.version), publishedAt] as const);
	const [created, modified] = [times[0]?.[1], times.at(-1)?.[1]];
	return {
		_id: name,
		name,
		'dist-tags': { latest: version },
		versions: Object.fromEntries(all.map(({ manifest }) => [String(manifest.version), manifest])),
		time: { created, modified, ...Object.fromEntries(times) } as Record<string, string | undefined>,
		maintainers: [{ name: `maker-${index % 90}`, email: `maker-${index % 90}@example.org` }],
		license: 'MIT',
	};
}

/** Half of them are smaller than the median, few are several times as large, and each hundredth is huge. */
function sizeOf(index: number, chance: Seeded): number {
	if (index % 100 === 50) return LARGEST;
	const normal = Array.from({ length: 12 }, () => chance.below(1_000) / 1_000).reduce((sum, one) => sum + one, -6);
	return MEDIAN * Math.exp(normal * 0.8);
}

const HEX = ['0123456789abcdef'];
const BASE64 = ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'];

function olderRelease(name: string, at: number, index: number, chance: Seeded): Record<string, unknown> {
	const version = `0.${Math.floor(at / 10)}.${at % 10}`;
	const repository = `github.com/maker-${index % 90}/part-${index}`;
	const range = () => `^${chance.below(9)}.${chance.below(30)}.${chance.below(20)}`;
	const needs = (count: number) =>
		Object.fromEntries(Array.from({ length: count }, () => [`part-${chance.below(1_000)}`, range()]));
	const maker = { name: `maker-${index % 90}`, email: `maker-${index % 90}@example.org` };
	return {
		name,
		version,
		description: `Part ${index} of what the benchmark audits`,
		keywords: ['benchmark', 'lockfile', 'audit', 'provenance'],
		homepage: `https://${repository}#readme`,
		bugs: { url: `https://${repository}/issues` },
		repository: { type: 'git', url: `git+https://${repository}.git` },
		license: 'MIT',
		author: maker,
		type: 'module',
		main: './dist/index.cjs',
		module: './dist/index.mjs',
		types: './dist/index.d.ts',
		exports: { '.': { types: './dist/index.d.ts', import: './dist/index.mjs', require: './dist/index.cjs' } },
		scripts: {
			build: 'tsc -p . && rollup -c',
			test: 'vitest run',
			lint: 'eslint .',
			release: 'npm run build && npm publish',
		},
		dependencies: needs(4),
		devDependencies: needs(12),
		engines: { node: '>=20' },
		gitHead: chance.text(40, HEX),
		_id: `${name}@${version}`,
		_nodeVersion: '24.1.0',
		_npmVersion: '11.3.0',
		_npmUser: maker,
		maintainers: [maker],
		directories: {},
		_npmOperationalInternal: { host: 's3://npm-registry-packages', tmp: `tmp/${name}_${version}_${chance.below(1e9)}` },
		_hasShrinkwrap: false,
		dist: {
			integrity: `sha512-${chance.text(86, BASE64)}==`,
			shasum: chance.text(40, HEX),
			tarball: tarballAddress(name, version),
			fileCount: 12 + chance.below(30),
			unpackedSize: 20_000 + chance.below(90_000),
			signatures: [{ keyid: 'SHA256:made-up', sig: chance.text(96, BASE64) }],
		},
	};
}

/** Fields that the registry gives where a list is asked for in its short form. */
const SHORT = ['name', 'version', 'deprecated', 'dependencies', 'devDependencies', 'bin', 'dist', 'engines'];

function abbreviated({ name, 'dist-tags': tags, versions, time }: List): object {
	const short = (manifest: object) =>
		Object.fromEntries(Object.entries(manifest).filter(([field]) => SHORT.includes(field)));
	const all = Object.entries(versions).map(([version, manifest]) => [version, short(manifest)]);
	return { name, 'dist-tags': tags, versions: Object.fromEntries(all), modified: time.modified };
}

/** Packages of the long lockfile, of which nothing is kept here: each answer is made when it is asked for. */
export const MANY = 50_000;

const MANY_NAME = /^many-\d+$/;

/** A release of one of them, as the lockfile has it. */
export function oneOfMany(index: number) {
	const name = `many-${index}`;
	return { name, version: '1.0.0', integrity: integrityOf(name), resolved: tarballAddress(name, '1.0.0') };
}

/** What is answered on one of them; nothing on another path. @param path of a list or a manifest. */
export function answerOfMany({ key }: World): (path: string) => Buffer | undefined {
	const privateKey = createPrivateKey(key.pem);
	return (path) => {
		const [name = '', version] = path.split('/');
		if (!MANY_NAME.test(name)) return undefined;
		const integrity = integrityOf(name);
		const sig = sign('sha256', Buffer.from(`${name}@1.0.0:${integrity}`), privateKey).toString('base64');
		const dist = { integrity, tarball: tarballAddress(name, '1.0.0'), signatures: [{ keyid: key.keyid, sig }] };
		const manifest = { name, version: '1.0.0', license: 'MIT', dist };
		if (version !== undefined) return bytesOf(manifest);
		const time = {
			created: '2025-01-01T00:00:00.000Z',
			modified: '2025-01-01T00:00:00.000Z',
			'1.0.0': '2025-01-01T00:00:00.000Z',
		};
		return bytesOf({ name, 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': manifest }, time });
	};
}

function integrityOf(name: string): string {
	return `sha512-${createHash('sha512').update(name).digest('base64')}`;
}

function bytesOf(json: unknown): Buffer {
	return Buffer.from(JSON.stringify(json));
}
