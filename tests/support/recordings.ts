/** Owns what the local server may serve of the registry: real recordings from ../shared/data, or releases given by a test. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REGISTRY } from '../../lib/npm/hosts.ts';
import { parseSpec, specText } from '../../lib/npm/spec.ts';
import { type Attestation, attestationsPointer, type Release, tarballAddress } from './mint.ts';

const data = fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** Recordings of one's own (`npm run record`), beside those of ../shared/data. Not part of the repository. */
export const OWN_RECORDINGS = fileURLToPath(new URL('../../.cache/recordings', import.meta.url));

/** Whether the real recordings are there; what needs them is skipped where they are not, and says so. */
export const hasData = existsSync(data);

/** A full packument, as far as we serve it. */
export interface Packument {
	name: string;
	'dist-tags': Record<string, string>;
	time: Record<string, string>;
	versions: Record<string, Record<string, unknown>>;
}

/** What the registry knows of one package. */
export interface Package {
	packument: Packument;
	/** Version -> answer of the attestations endpoint; a version that is not in here has none (404). */
	attestations: Record<string, unknown>;
	/** Version -> the published file. */
	tarballs: Record<string, Buffer>;
	/** Advisories on the package, as the bulk endpoint gives them whatever the version; none unless a test has some. */
	advisories?: unknown[];
}

/** Releases of one package, the last one being `latest`. */
export function packageOf(releases: Release[]): Package {
	const { name = '', version: latest = '' } = releases.at(-1) ?? {};
	const of = <T>(value: (release: Release) => T) =>
		Object.fromEntries(releases.map((release) => [release.version, value(release)]));
	const defined = <T>(entries: Record<string, T | undefined>) =>
		Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Record<string, T>;
	return {
		packument: {
			name,
			'dist-tags': { latest },
			time: {
				created: releases[0]?.publishedAt ?? '',
				modified: releases.at(-1)?.publishedAt ?? '',
				...of(({ publishedAt }) => publishedAt),
			},
			versions: of(({ manifest }) => manifest),
		},
		attestations: defined(of(({ attestations }) => attestations)),
		tarballs: defined(of(({ tarball }) => tarball)),
	};
}

/** Names of the releases with recorded attestations, as `name@version`. */
export function recordedReleases(): string[] {
	const folder = join(data, 'attestations');
	return existsSync(folder) ? readdirSync(folder).map((file) => file.replace(/\.json$/, '').replace('+', '/')) : [];
}

/**
 * One recorded release. Most have no recorded manifest: a minimal one is built around the file, or around the attested
 * digest where the file was not recorded.
 * @param release `name@version`; @throws where it was not recorded.
 */
export function readRelease(release: string): Release {
	const spec = parseSpec(release);
	if (!spec) throw new Error(`not a release: ${release}`);
	const { name, selector: version } = spec;
	const base = specText(spec).replace('/', '+');
	const attestations: { attestations: Attestation[] } = readJson(join(data, 'attestations', `${base}.json`));
	const tarballFile = join(data, 'tarballs', `${base}.tgz`);
	const tarball = existsSync(tarballFile) ? readFileSync(tarballFile) : undefined;
	const provenance = attestations.attestations.find(({ predicateType }) => predicateType.includes('slsa.dev'));
	const last = attestations.attestations.map(({ bundle }) => integratedTime(bundle)).sort((a, b) => a - b);
	const digest = tarball
		? createHash('sha512').update(tarball).digest()
		: Buffer.from(attestedDigest(attestations.attestations[0]), 'hex');
	return {
		name,
		version,
		publishedAt: new Date((last.at(-1) ?? 0) * 1000).toISOString(),
		manifest: {
			name,
			version,
			dist: {
				integrity: `sha512-${digest.toString('base64')}`,
				tarball: tarballAddress(name, version),
				...(tarball && { shasum: createHash('sha1').update(tarball).digest('hex') }),
				attestations: attestationsPointer(name, version, provenance?.predicateType),
			},
		},
		attestations,
		...(tarball && { tarball }),
	};
}

/** A package whose full packument was recorded, with the attestations of those of its versions that have them. */
export function readPackage(name: string): Package | undefined {
	const file = join(data, 'packuments', `${name.replace('/', '+')}.json`);
	if (!existsSync(file)) return undefined;
	const packument: Packument = JSON.parse(readFileSync(file, 'utf8').replaceAll('{registry}', REGISTRY));
	const releases = recordedReleases()
		.filter((release) => release.startsWith(`${name}@`))
		.map(readRelease);
	const { attestations, tarballs } = packageOf(releases);
	return { packument, attestations, tarballs };
}

/** A recording that `npm run record` wrote, or `undefined`. */
export function readOwnRecording(release: string): Package | undefined {
	const file = join(OWN_RECORDINGS, `${release.replace('/', '+')}.json`);
	if (!existsSync(file)) return undefined;
	const { packument, attestations, version } = readJson(file);
	return { packument, attestations: attestations === null ? {} : { [version]: attestations }, tarballs: {} };
}

// biome-ignore lint/suspicious/noExplicitAny: our own recordings, of the shapes named where they are read
function readJson(file: string): any {
	return JSON.parse(readFileSync(file, 'utf8'));
}

function integratedTime(bundle: Attestation['bundle']): number {
	return Number(bundle.verificationMaterial.tlogEntries[0]?.integratedTime ?? 0);
}

function attestedDigest(attestation: Attestation | undefined): string {
	const payload = Buffer.from(attestation?.bundle.dsseEnvelope.payload ?? '', 'base64').toString('utf8');
	return JSON.parse(payload).subject[0].digest.sha512;
}
