/** Owns the signed records of the fuzzer's worlds: minted when first needed, used in many worlds, each known by its bytes. */
import type { TrustRoot } from '../../lib/sigstore/trust-root.ts';
import { trustIn } from '../fixtures/minted.ts';
import { type Authority, startAuthority } from '../support/authority.ts';
import { type Attestation, type Build, mintRelease, type Release, type ReleaseOptions } from '../support/mint.ts';
import { ORIGINS, type OriginName } from './origins.ts';
import type { Slot, Timeline } from './timeline.ts';

/** Who built a release, as its certificate says: read here from the build, and not by the product. */
export interface Origin {
	issuer: string;
	repository: string;
	repositoryId: string | undefined;
	ownerId: string | undefined;
	/** Path in the repository. */
	workflow: string;
	ref: string;
	commit: string;
	trigger: string | undefined;
	runner: string | undefined;
	environment: string | undefined;
	/** The subject alternative name. */
	signer: string;
}

/** What is compared with other releases: certificates of early 2023 have no numbers, and the signed statement tells them. */
export interface Numbers {
	repositoryId: string | undefined;
	ownerId: string | undefined;
}

/** What is known of one bundle. */
export interface Signed {
	kind: 'provenance' | 'publish';
	version: string;
	/** SRI of the file that it speaks of. */
	integrity: string;
	/** `false`: it must be refuted; `unchecked`: nobody here can tell. */
	truth: 'genuine' | 'false' | 'unchecked';
	signedAt: Date;
	/** Of provenance. */
	origin?: Origin;
	numbers?: Numbers;
}

/** Ways in which a record is false although it looks right, and two in which it cannot be checked. */
export const FLAWS = [
	'signature',
	'payload',
	'no-log-entry',
	'certificate-of-another',
	'digest',
	'two-subjects',
	'subject-name',
	'commit',
	'certificate-expired',
	'not-in-certificate-log',
	'of-a-stranger',
	'bundle-version',
] as const;
export type Flaw = (typeof FLAWS)[number];

/** Whether nobody here can tell what a record with such a flaw is worth. */
export function isUnchecked(flaw: Flaw): boolean {
	return flaw === 'of-a-stranger' || flaw === 'bundle-version';
}

/** Genuine records of other forms. */
export const FORMS = ['rekor-v2', 'intoto', 'bundle-0.1'] as const;
export type Form = (typeof FORMS)[number];

/** What a slot of the timeline published: the file's manifest, without any record. */
type File = Pick<Release, 'manifest' | 'publishedAt'>;

export interface Pool {
	name: string;
	trust: TrustRoot;
	/** Which file a registry signature is about, as `VERSION SRI`; empty where it is false, nothing where another key made it. */
	signedFile(signature: unknown): string | undefined;
	file(slot: number): Promise<File>;
	provenance(slot: number, origin: OriginName, as?: Flaw | Form): Promise<Attestation>;
	/** Nothing where a real release has none. */
	publish(slot: number, as?: 'signature' | 'registry' | 'release'): Promise<Attestation | undefined>;
	/** What is known of a bundle; nothing where it is none of the pool's, as it was made here. */
	known(bundle: unknown): Signed | undefined;
	/** How many records were minted so far. */
	size(): number;
}

/** A private Sigstore instance, and what it signs for the slots of one package. */
export async function startPool({ name, slots }: Timeline): Promise<Pool> {
	const [authority, stranger] = await Promise.all([startAuthority(), startAuthority()]);
	const signed = new Map<string, Signed>();
	const made = new Map<string, Promise<Attestation>>();
	const files = new Map<number, Promise<File>>();
	const fileOf = new Map<string, string>();
	const signatureText = (one: unknown) => {
		const { keyid, sig } = (one ?? {}) as { keyid?: unknown; sig?: unknown };
		return `${keyid} ${sig}`;
	};

	const slotAt = (index: number) => {
		const slot = slots[index];
		if (!slot) throw new RangeError(`no slot ${index}`);
		return slot;
	};
	const mint = (slot: Slot, options: ReleaseOptions, by: Authority = authority) =>
		mintRelease(by, { name, version: slot.version, publishedAt: slot.publishedAt, ...options });
	const file = (index: number) =>
		once(files, index, async () => {
			const { manifest, publishedAt, version } = await mint(slotAt(index), { provenance: false, publish: false });
			const { integrity, signatures } = manifest.dist as { integrity: string; signatures: unknown[] };
			fileOf.set(signatureText(signatures[0]), `${version} ${integrity}`);
			return { manifest, publishedAt };
		});

	async function note(index: number, attestation: Attestation, about: Omit<Signed, 'version' | 'integrity'>) {
		const { version } = slotAt(index);
		const { integrity } = (await file(index)).manifest.dist as { integrity: string };
		signed.set(JSON.stringify(attestation.bundle), { version, integrity, ...about });
		return attestation;
	}

	async function provenance(index: number, name: OriginName, as?: Flaw | Form): Promise<Attestation> {
		const slot = slotAt(index);
		const build = ORIGINS[name](slot.version);
		const flaw = FLAWS.find((known) => known === as);
		const release = await mint(
			slot,
			{ publish: false, provenance: { build, ...howSigned(as) } },
			as === 'of-a-stranger' ? stranger : authority,
		);
		const attestation = only(release);
		if (as === 'certificate-of-another') {
			const other = only(await mint(slot, { publish: false, provenance: { build } }));
			attestation.bundle.verificationMaterial.certificate = other.bundle.verificationMaterial.certificate;
		}
		spoil(attestation, as);
		return note(index, attestation, {
			kind: 'provenance',
			truth: flaw === undefined ? 'genuine' : isUnchecked(flaw) ? 'unchecked' : 'false',
			signedAt: new Date(slot.publishedAt.getTime() - 3000),
			origin: originOf(build),
			numbers: statedNumbers(originOf(build), build.predicate),
		});
	}

	async function publish(index: number, as?: 'signature' | 'registry' | 'release'): Promise<Attestation> {
		const slot = slotAt(index);
		const release = await mint(slot, {
			provenance: false,
			publish: {
				statement: ({ predicate }) => {
					if (as === 'registry') predicate.registry = 'https://registry.example.test';
					if (as === 'release') predicate.version = '9.9.9';
				},
			},
		});
		const attestation = only(release);
		if (as === 'signature') spoil(attestation, 'signature');
		const truth = as === undefined ? 'genuine' : 'false';
		return note(index, attestation, {
			kind: 'publish',
			truth,
			signedAt: new Date(slot.publishedAt.getTime() - 1000),
		});
	}

	return {
		name,
		trust: await trustIn(authority),
		signedFile: (one) =>
			fileOf.get(signatureText(one)) ??
			(signatureText(one).startsWith(`${authority.registryKey.keyId} `) ? '' : undefined),
		file,
		provenance: (slot, origin, as) =>
			once(made, `${slot} ${origin} ${as}`, () => provenance(slot, origin, as)).then((one) => structuredClone(one)),
		publish: (slot, as) =>
			once(made, `${slot} publish ${as}`, () => publish(slot, as)).then((one) => structuredClone(one)),
		known: (bundle) => signed.get(JSON.stringify(bundle) ?? ''),
		size: () => made.size,
	};
}

function once<K, V>(made: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
	const known = made.get(key) ?? make();
	made.set(key, known);
	return known;
}

function only({ attestations }: Release): Attestation {
	const [attestation] = attestations?.attestations ?? [];
	if (!attestation) throw new Error('minted without a record');
	return attestation;
}

function howSigned(as: Flaw | Form | undefined): Exclude<ReleaseOptions['provenance'], false | undefined> {
	switch (as) {
		case 'digest':
			return {
				statement: ({ subject }) => {
					for (const { digest } of subject) digest.sha512 = '0'.repeat(128);
				},
			};
		case 'two-subjects':
			return { statement: ({ subject }) => subject.push(...structuredClone(subject)) };
		case 'subject-name':
			return {
				statement: ({ subject }) => {
					for (const one of subject) one.name += '-0';
				},
			};
		case 'commit':
			return {
				// Of all origins' predicates, in either version.
				statement: (statement) => {
					const text = JSON.stringify(statement.predicate);
					statement.predicate = JSON.parse(text.replace(/"[0-9a-f]{40}"/g, `"${'f'.repeat(40)}"`));
				},
			};
		case 'certificate-expired':
			return { certificateAge: 11 };
		case 'not-in-certificate-log':
			return { sct: 'wrong' };
		case 'rekor-v2':
		case 'intoto':
			return { logKind: as };
		case 'bundle-0.1':
			return { bundleVersion: '0.1' };
		default:
			return {};
	}
}

/** Changes a record after it was signed. */
export function spoil({ bundle }: Attestation, as: Flaw | Form | undefined): void {
	const { dsseEnvelope, verificationMaterial } = bundle;
	const [signature] = dsseEnvelope.signatures;
	if (as === 'signature' && signature) {
		// The last byte belongs to the signature's second number.
		const bytes = Buffer.from(signature.sig, 'base64');
		bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
		signature.sig = bytes.toString('base64');
	}
	if (as === 'payload') {
		const said = Buffer.from(dsseEnvelope.payload, 'base64').toString('utf8');
		dsseEnvelope.payload = Buffer.from(`${said} `).toString('base64');
	}
	if (as === 'no-log-entry') verificationMaterial.tlogEntries = [];
	if (as === 'bundle-version') bundle.mediaType = 'application/vnd.dev.sigstore.bundle.v0.9+json';
}

function originOf({ extensions, signer }: Build): Origin {
	const repository = extensions[12] ?? `https://github.com/${extensions[5]}`;
	const [config = ''] = (extensions[18] ?? signer).split('@');
	return {
		issuer: extensions[8] ?? extensions[1] ?? '',
		repository,
		repositoryId: extensions[15],
		ownerId: extensions[17],
		workflow: config.startsWith(`${repository}/`) ? config.slice(repository.length).replace(/^\/+/, '') : config,
		ref: extensions[14] ?? extensions[6] ?? '',
		commit: extensions[13] ?? extensions[3] ?? '',
		trigger: extensions[20] ?? extensions[2],
		runner: extensions[11],
		environment: extensions[23],
		signer,
	};
}

/** The numbers of an origin, from its certificate or else its statement. */
export function statedNumbers({ repositoryId, ownerId }: Origin, predicate: unknown): Numbers {
	const text = JSON.stringify(predicate);
	const stated = (name: string) => new RegExp(`"${name}":"(\\d+)"`).exec(text)?.[1];
	return {
		repositoryId: repositoryId ?? stated('GITHUB_REPOSITORY_ID'),
		ownerId: ownerId ?? stated('GITHUB_REPOSITORY_OWNER_ID'),
	};
}
