/** Owns the made-up world of the lockfile rows: a thousand packages with their releases, and the faults that are planted in some. */
import { KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { trustRootFile } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { exportSpki } from '../../support/certificate.ts';
import { githubBuild, mintRelease, type Release, type ReleaseOptions, tarballAddress } from '../../support/mint.ts';
import { makeTufKeys, mintTufRepository } from '../../support/tuf-repository.ts';

/** How many packages have each fault. All but `lost` are found without comparing; they are twenty. */
const FAULTS = {
	'other-hash': 4,
	'other-address': 3,
	'other-subject': 4,
	'broken-signature': 4,
	'other-registry-signature': 4,
	malware: 1,
	lost: 4,
} as const;

/** What is wrong with a package. */
export type Fault = keyof typeof FAULTS;

/** Faults of releases that have attestations. */
const OF_ATTESTED: readonly Fault[] = ['other-subject', 'broken-signature', 'lost'];

/** One package of the lockfile. */
export interface WorldPackage {
	name: string;
	version: string;
	/** As the lockfile has them. */
	integrity: string;
	resolved: string;
	fault?: Fault;
	/** Its genuine releases, the locked one last. */
	releases: Omit<Release, 'tarball'>[];
}

/** All of it, as plain JSON. */
export interface World {
	packages: WorldPackage[];
	/** A trust root of the reader's own, as `--trusted-root` takes it. */
	trustRoot: object;
	/** Files of the TUF repository that names the same trust root, in base64. */
	tuf: Record<string, string>;
	/** The registry's key: its number, SPKI in base64, and the private key as PEM. */
	key: { keyid: string; spki: string; pem: string };
}

const PACKAGES = 1_000;

/** Of ten packages so many have both attestations. */
const ATTESTED_OF_TEN = 3;

/** Reads the world of a folder, or mints it there. */
export async function worldIn(folder: string): Promise<World> {
	const file = join(folder, 'world.json');
	if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
	const world = await mintWorld();
	writeFileSync(file, JSON.stringify(world));
	return world;
}

async function mintWorld(): Promise<World> {
	const authority = await startAuthority();
	const faults = faultsByIndex();
	const packages: WorldPackage[] = [];
	for (let index = 0; index < PACKAGES; index += 1)
		packages.push(await mintPackage(authority, index, faults.get(index)));
	const { keyId, keys } = authority.registryKey;
	const tuf = mintTufRepository(makeTufKeys(), {
		at: new Date(),
		trustedRoot: authority.trustedRoot,
		npmKeys: authority.registryKeys,
	});
	return {
		packages,
		trustRoot: trustRootFile(authority),
		tuf: Object.fromEntries([...tuf].map(([path, bytes]) => [path, bytes.toString('base64')])),
		key: {
			keyid: keyId,
			spki: (await exportSpki(keys.publicKey)).toString('base64'),
			pem: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
		},
	};
}

/** Spread over the list, each where its kind can be. */
function faultsByIndex(): Map<number, Fault> {
	const wanted = Object.entries(FAULTS).flatMap(([fault, count]) => Array<Fault>(count).fill(fault as Fault));
	const step = Math.floor(PACKAGES / wanted.length / 10) * 10;
	return new Map(wanted.map((fault, at) => [at * step + (OF_ATTESTED.includes(fault) ? 0 : ATTESTED_OF_TEN), fault]));
}

async function mintPackage(authority: Authority, index: number, fault: Fault | undefined): Promise<WorldPackage> {
	const isAttested = index % 10 < ATTESTED_OF_TEN;
	const name = `${index % 4 === 0 ? `@maker-${index % 90}/` : ''}part-${index}`;
	const mint = async (version: string, month: number, more: ReleaseOptions = {}) => {
		const { tarball: _, ...release } = await mintRelease(authority, {
			...optionsOf(index, name, version, month, isAttested),
			...more,
		});
		return release;
	};
	const releases = isAttested ? [await mint('1.0.0', 2)] : [];
	const locked = await mint(
		'1.1.0',
		5,
		wrong(fault, isAttested && optionsOf(index, name, '1.1.0', 5, true).provenance),
	);
	releases.push(locked);
	damage(locked, fault);
	const { dist } = locked.manifest;
	const [other] = releases;
	return {
		name,
		version: locked.version,
		integrity: fault === 'other-hash' ? `sha512-${Buffer.alloc(64, index).toString('base64')}` : String(dist.integrity),
		resolved: tarballAddress(fault === 'other-address' ? `${name}-js` : name, locked.version),
		...(fault && { fault }),
		releases: other === locked ? [locked] : releases,
	};
}

/** A release as its publisher made it: of a repository, a commit and an account of its own. */
function optionsOf(index: number, name: string, version: string, month: number, isAttested: boolean): ReleaseOptions {
	const repository = `https://github.com/maker-${index % 90}/part-${index}`;
	const commit = `${version.replaceAll('.', '')}${index}`.padStart(40, 'a');
	const ref = `refs/tags/v${version}`;
	const run = { repository, repositoryId: String(10_000 + index), ownerId: String(500 + (index % 90)), ref, commit };
	return {
		name,
		version,
		publishedAt: new Date(Date.UTC(2026, month, 1 + (index % 28), index % 24)),
		packageJson: {
			description: `Part ${index} of what the benchmark audits`,
			repository: { type: 'git', url: `git+${repository}.git` },
			dependencies: { [`part-${(index * 7) % PACKAGES}`]: '^1.0.0' },
		},
		manifest: { gitHead: commit, _npmUser: { name: `maker-${index % 90}`, email: `maker-${index % 90}@example.org` } },
		...(isAttested ? { provenance: { build: githubBuild(run) } } : { provenance: false, publish: false }),
	};
}

/** What a release is minted with, so that it has the fault: genuine signatures over something false, or none. */
function wrong(fault: Fault | undefined, provenance: ReleaseOptions['provenance']): ReleaseOptions {
	if (fault === 'lost') return { provenance: false, publish: false };
	if (fault !== 'other-subject' || !provenance) return {};
	const statement: NonNullable<typeof provenance.statement> = ({ subject: [first] }) => {
		if (first) first.name = first.name.replace(/@[^@]*$/, '@9.9.9');
	};
	return { provenance: { ...provenance, statement } };
}

/** Changes a release after it was signed. */
function damage({ manifest, attestations }: WorldPackage['releases'][number], fault: Fault | undefined): void {
	if (fault === 'other-registry-signature') flip((manifest.dist.signatures as { sig: string }[])[0]);
	if (fault === 'broken-signature') flip(attestations?.attestations.at(-1)?.bundle.dsseEnvelope.signatures[0]);
}

/** The last bit but some of a signature. */
function flip(signed: { sig: string } | undefined): void {
	if (!signed) throw new Error('there is no signature to break');
	const bytes = Buffer.from(signed.sig, 'base64');
	bytes.writeUInt8(bytes.readUInt8(bytes.length - 3) ^ 4, bytes.length - 3);
	signed.sig = bytes.toString('base64');
}
