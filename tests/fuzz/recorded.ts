/** Owns the real records among the fuzzer's: five genuine ones of one package, from ../shared/data, in the place of minted ones. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedTrustRoot } from '../../lib/sigstore/trust-root.ts';
import { x509 } from '../support/certificate.ts';
import { type Attestation, tarballAddress } from '../support/mint.ts';
import { type Flaw, isUnchecked, type Origin, type Pool, type Signed, spoil, statedNumbers } from './pool.ts';
import type { Timeline } from './timeline.ts';

const NAME = 'sigstore';
/** From February 2023 to May 2024; the build file and the kind of ref truly changed on the way. */
const VERSIONS = ['1.0.0', '1.3.0', '2.0.0', '2.1.0', '2.3.1'];

const folder = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const fileOf = (version: string) =>
	['attestations', 'attestations-more'].map((part) => join(folder, part, `${NAME}@${version}.json`)).find(existsSync);

/** Whether the real records are there. */
export const hasRecords = VERSIONS.every((version) => fileOf(version) !== undefined);

/** Flaws that can be put into a record without its keys; what cannot stands for a changed signature. */
const FLAWS: readonly Flaw[] = ['signature', 'payload', 'no-log-entry', 'bundle-version'];

interface Recorded {
	version: string;
	publishedAt: Date;
	integrity: string;
	provenance: Attestation;
	publish: Attestation | undefined;
	origin: Origin;
	numbers: ReturnType<typeof statedNumbers>;
}

/** The stage of the real records, under the trust root that comes with the extension. */
export async function recordedStage(): Promise<{ timeline: Timeline; pool: Pool }> {
	const recorded = VERSIONS.map(readRecord);
	const signed = new Map<string, Signed>();
	const at = (slot: number) => recorded[slot % recorded.length] as Recorded;
	const note = (attestation: Attestation, about: Signed) => {
		signed.set(JSON.stringify(attestation.bundle), about);
		return attestation;
	};
	const pool: Pool = {
		name: NAME,
		trust: await embeddedTrustRoot(),
		signedFile: () => undefined,
		file: async (slot) => {
			const { version, integrity, publishedAt } = at(slot);
			const dist = { integrity, tarball: tarballAddress(NAME, version) };
			return { manifest: { name: NAME, version, dist }, publishedAt: publishedAt.toISOString() };
		},
		provenance: async (slot, _origin, as) => {
			const { version, integrity, publishedAt, provenance, origin, numbers } = at(slot);
			const isForm = as === undefined || ['rekor-v2', 'intoto', 'bundle-0.1'].includes(as);
			const flaw = isForm ? undefined : (FLAWS.find((known) => known === as) ?? 'signature');
			const attestation = structuredClone(provenance);
			spoil(attestation, flaw);
			const truth = flaw === undefined ? 'genuine' : isUnchecked(flaw) ? 'unchecked' : 'false';
			return note(attestation, {
				kind: 'provenance',
				version,
				integrity,
				truth,
				signedAt: publishedAt,
				origin,
				numbers,
			});
		},
		publish: async (slot, as) => {
			const { version, integrity, publishedAt, publish } = at(slot);
			if (!publish) return undefined;
			const attestation = structuredClone(publish);
			if (as !== undefined) spoil(attestation, 'signature');
			const truth = as === undefined ? 'genuine' : 'false';
			return note(attestation, { kind: 'publish', version, integrity, truth, signedAt: publishedAt });
		},
		known: (bundle) => signed.get(JSON.stringify(bundle) ?? ''),
		size: () => signed.size,
	};
	return { timeline: { name: NAME, slots: recorded }, pool };
}

function readRecord(version: string): Recorded {
	const answer: { attestations: Attestation[] } = JSON.parse(readFileSync(fileOf(version) ?? '', 'utf8'));
	const find = (kind: string) => answer.attestations.find(({ predicateType }) => predicateType.includes(kind));
	const provenance = find('slsa.dev/provenance');
	if (!provenance) throw new Error(`${version} was recorded without provenance`);
	const [entry] = provenance.bundle.verificationMaterial.tlogEntries;
	const statement = JSON.parse(Buffer.from(provenance.bundle.dsseEnvelope.payload, 'base64').toString('utf8'));
	const origin = readOrigin(provenance);
	return {
		version,
		publishedAt: new Date(Number(entry?.integratedTime) * 1000),
		integrity: `sha512-${Buffer.from(statement.subject[0].digest.sha512, 'hex').toString('base64')}`,
		provenance,
		publish: find('/specs/publish/'),
		origin,
		numbers: statedNumbers(origin, statement.predicate),
	};
}

function readOrigin({ bundle }: Attestation): Origin {
	const { certificate, x509CertificateChain: chain } = bundle.verificationMaterial as {
		certificate?: { rawBytes: string };
		x509CertificateChain?: { certificates: { rawBytes: string }[] };
	};
	const raw = (certificate ?? chain?.certificates[0])?.rawBytes ?? '';
	const leaf = new x509.X509Certificate(raw);
	const extension = (number: number) => {
		const value = leaf.getExtension(`1.3.6.1.4.1.57264.1.${number}`)?.value;
		if (value === undefined) return undefined;
		const bytes = Buffer.from(value);
		// The first extensions hold raw text, the later ones a UTF8String with its head: a tag, and one or two bytes of length.
		return bytes.subarray(number < 8 ? 0 : (bytes[1] ?? 0) < 0x80 ? 2 : 3).toString('utf8');
	};
	const names = leaf.getExtension(x509.SubjectAlternativeNameExtension)?.names.toJSON() ?? [];
	const signer = names[0]?.value ?? '';
	const repository = extension(12) ?? `https://github.com/${extension(5)}`;
	return {
		issuer: extension(8) ?? extension(1) ?? '',
		repository,
		repositoryId: extension(15),
		ownerId: extension(17),
		workflow: (extension(18) ?? signer).slice(repository.length + 1).replace(/@.*/, ''),
		ref: extension(14) ?? extension(6) ?? '',
		commit: extension(13) ?? extension(3) ?? '',
		trigger: extension(20) ?? extension(2),
		runner: extension(11),
		environment: extension(23),
		signer,
	};
}
