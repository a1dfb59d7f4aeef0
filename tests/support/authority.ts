/** Owns a private Sigstore instance for tests: a certificate authority, a certificate log, a transparency log, npm-like keys. */
import { createHash, KeyObject, sign } from 'node:crypto';
import { json as canonical, X509Certificate } from '@sigstore/core';
import { initializeCTLog } from '@sigstore/mock';
import { exportSpki, generateKeys, issueCertificate, type KeyPair, keyIdentifiers, x509 } from './certificate.ts';
import { consistencyPath, inclusionPath, leafHash, sha256, treeHash } from './merkle.ts';

/** What the instance's names end in: no address of anybody's. */
const DOMAIN = 'sigstore.test';
const ROOT_NAME = `CN=sigstore-root,O=${DOMAIN}`;
const INTERMEDIATE_NAME = `CN=sigstore-intermediate,O=${DOMAIN}`;
const TIMESTAMP_ROOT_NAME = `CN=sigstore-tsa-root,O=${DOMAIN}`;
const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;
const OID_SCT_LIST = '1.3.6.1.4.1.11129.2.4.2';
/** Fulcio's own certificate extensions. @see https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
const OID_FULCIO = '1.3.6.1.4.1.57264.1';

/** A certificate to be issued for one signature. */
export interface LeafOptions {
	/** The key to be certified. */
	keys: KeyPair;
	/** Start of its ten minutes. */
	notBefore: Date;
	/** Subject alternative name, an address. */
	name: string;
	/** Fulcio's extensions by number; `undefined` leaves one out. 1 to 6 are written raw, the others as DER UTF8String. */
	extensions: Record<number, string | undefined>;
	/** `false`: without the extended key usage "code signing". */
	codeSigning?: boolean;
	/** An extension of this OID is added and marked critical. */
	criticalExtension?: string;
	/** Puts others in the place of the extensions that it would have. */
	changeExtensions?: (extensions: x509.Extension[]) => x509.Extension[];
	/** `false`: without the certificate log's timestamp; `'wrong'`: with one that the log did not sign. */
	sct?: false | 'wrong';
}

/** What the log gives back for an entry, as a bundle carries it. */
export interface LogEntry {
	logIndex: string;
	logId: { keyId: string };
	kindVersion: { kind: string; version: string };
	integratedTime: string;
	/** Rekor v1 alone makes one. */
	inclusionPromise?: { signedEntryTimestamp: string };
	inclusionProof: {
		logIndex: string;
		rootHash: string;
		treeSize: string;
		hashes: string[];
		checkpoint: { envelope: string };
	};
	canonicalizedBody: string;
}

/** A key of the registry, for both of its uses. */
interface MintedRegistryKey {
	keyId: string;
	keys: KeyPair;
}

/** A private Sigstore instance. Everything it signs verifies against `trustedRoot` and `registryKeys`, and nothing else. */
export interface Authority {
	/** Sigstore's TrustedRoot, as JSON. */
	trustedRoot: object;
	/** The registry's keys, in the shape of the target `keys.json` of Sigstore's TUF repository. */
	registryKeys: { keys: object[] };
	registryKey: MintedRegistryKey;
	/** Issues a certificate with its SCT, as DER. */
	issue(options: LeafOptions): Promise<Buffer>;
	/** The chain above a leaf, as DER, the nearest first. */
	chain: Buffer[];
	/** Takes an entry into the log at `time`, with promise, proof and checkpoint. */
	log: TakeEntry & {
		/** Proves an entry again, in the tree as it is now, or as it was at some size. */
		prove(index: number, size?: number): LogEntry['inclusionProof'];
		/** Proves that one tree is a part of a larger one. @returns hashes in base64. */
		proveGrowth(first: number, last: number): string[];
		/** Signs any root, as the log signs its own. */
		signRoot(note: { tree?: string; size: number; root: Buffer }): string;
	};
	/** The same for a log of Rekor v2: Ed25519, with proof and checkpoint and without any time. */
	logV2: TakeEntry;
	/** An RFC 3161 timestamp over a signature, as DER. @param fraction digits after the second. */
	timestamp(signature: Uint8Array, time: Date, fraction?: string): Buffer;
}

type TakeEntry = (entry: { apiVersion: string; kind: string; spec: unknown }, time: Date) => LogEntry;

/**
 * Starts a private Sigstore instance.
 * @param since start of every validity; all hold for twenty years. Signatures are to be made within.
 * @param rekor the address of its log, for who is asked only there.
 */
export async function startAuthority(
	since = new Date('2024-01-01T00:00:00Z'),
	rekor = `https://rekor.${DOMAIN}`,
): Promise<Authority> {
	const validFor = { start: since.toISOString() };
	const authority = await startCertificateAuthority(since);
	const logKeys = await generateKeys('P-256');
	const registryKeys = await generateKeys('P-256');
	const publicKey = (spki: Buffer, keyDetails = 'PKIX_ECDSA_P256_SHA_256') => ({
		rawBytes: spki.toString('base64'),
		keyDetails,
		validFor,
	});
	const logOf = (baseUrl: string, spki: Buffer, keyDetails?: string) => ({
		baseUrl,
		hashAlgorithm: 'SHA2_256',
		publicKey: publicKey(spki, keyDetails),
		logId: { keyId: sha256(spki).toString('base64') },
	});
	const authorityOf = (uri: string, chain: Buffer[]) => ({
		subject: { organization: DOMAIN, commonName: 'sigstore' },
		uri,
		certChain: { certificates: chain.map((der) => ({ rawBytes: der.toString('base64') })) },
		validFor,
	});
	const logSpki = await exportSpki(logKeys.publicKey);
	const logV2Keys = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as KeyPair;
	const logV2Spki = await exportSpki(logV2Keys.publicKey);
	const clock = await startTimestampAuthority(since);
	return {
		trustedRoot: {
			mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
			tlogs: [logOf(rekor, logSpki), logOf(`https://log2026.rekor.${DOMAIN}`, logV2Spki, 'PKIX_ED25519')],
			certificateAuthorities: [authorityOf(`https://fulcio.${DOMAIN}`, authority.chain)],
			ctlogs: [logOf(`https://ctfe.${DOMAIN}`, await exportSpki(authority.ctKeys.publicKey))],
			timestampAuthorities: [authorityOf(`https://timestamp.${DOMAIN}`, clock.chain)],
		},
		...(await registryOf(registryKeys, validFor, 'PKIX_ECDSA_P256_SHA_256')),
		issue: authority.issue,
		chain: authority.chain,
		log: startLog(new URL(rekor).host, logKeys, logSpki, true),
		logV2: startLog(`log2026.rekor.${DOMAIN}`, logV2Keys, logV2Spki, false),
		timestamp: clock.timestamp,
	};
}

/** The same instance beside a registry that signs with these keys. @param keyDetails as the trust root states them. */
export async function withRegistryKey(authority: Authority, keys: KeyPair, keyDetails?: string): Promise<Authority> {
	return { ...authority, ...(await registryOf(keys, { start: '2024-01-01T00:00:00.000Z' }, keyDetails)) };
}

async function registryOf(keys: KeyPair, validFor: object, keyDetails?: string) {
	const spki = await exportSpki(keys.publicKey);
	const keyId = `SHA256:${createHash('sha256').update(spki).digest('base64').replace(/=+$/, '')}`;
	const rawBytes = spki.toString('base64');
	const usages = ['npm:signatures', 'npm:attestations'];
	return {
		registryKey: { keyId, keys },
		registryKeys: {
			keys: usages.map((keyUsage) => ({ keyId, keyUsage, publicKey: { rawBytes, keyDetails, validFor } })),
		},
	};
}

/** A hash of Node's, or `null` for a key that brings its own. */
type Digest = 'sha256' | 'sha384' | null;

/** Signs bytes with Ed25519, or with ECDSA (DER, as Sigstore and npm carry it) and the hash of the curve's strength. */
export function signWith(keys: KeyPair, data: Uint8Array, digest: Digest = digestOf(keys)): Buffer {
	return sign(digest, data, KeyObject.from(keys.privateKey));
}

function digestOf({ privateKey: { algorithm } }: KeyPair): Digest {
	if (algorithm.name === 'Ed25519') return null;
	return (algorithm as EcKeyAlgorithm).namedCurve === 'P-384' ? 'sha384' : 'sha256';
}

/** Root and intermediate like Fulcio's. Not `@sigstore/mock`'s: that one starts now, signs leaves with its root, and cannot vary them. */
async function startCertificateAuthority(since: Date) {
	const notAfter = new Date(since.getTime() + 20 * YEAR);
	const rootKeys = await generateKeys('P-384');
	const keys = await generateKeys('P-384');
	const ctKeys = await generateKeys('P-256');
	const signsCertificates = new x509.KeyUsagesExtension(
		x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.keyCertSign,
		true,
	);
	const root = await issueCertificate({
		subject: ROOT_NAME,
		issuer: ROOT_NAME,
		keys: rootKeys,
		issuerKeys: rootKeys,
		notBefore: since,
		notAfter,
		extensions: [
			new x509.BasicConstraintsExtension(true, undefined, true),
			signsCertificates,
			...(await keyIdentifiers(rootKeys, rootKeys)),
		],
	});
	const intermediate = await issueCertificate({
		subject: INTERMEDIATE_NAME,
		issuer: ROOT_NAME,
		keys,
		issuerKeys: rootKeys,
		notBefore: since,
		notAfter,
		extensions: [
			new x509.BasicConstraintsExtension(true, 0, true),
			signsCertificates,
			new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.codeSigning]),
			...(await keyIdentifiers(keys, rootKeys)),
		],
	});
	const issuerId = sha256(await exportSpki(keys.publicKey));

	async function issue(options: LeafOptions): Promise<Buffer> {
		const { codeSigning = true, criticalExtension, name, notBefore, changeExtensions = (given) => given } = options;
		const leaf = {
			issuer: INTERMEDIATE_NAME,
			keys: options.keys,
			issuerKeys: keys,
			notBefore,
			notAfter: new Date(notBefore.getTime() + 10 * MINUTE),
			serialNumber: randomSerial(),
			extensions: changeExtensions([
				new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
				...(codeSigning ? [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.codeSigning])] : []),
				new x509.SubjectAlternativeNameExtension([{ type: 'url', value: name }], true),
				...(await keyIdentifiers(options.keys, keys)),
				...Object.entries(options.extensions).flatMap(([number, value]) =>
					value === undefined ? [] : [fulcioExtension(Number(number), value)],
				),
				...(criticalExtension ? [new x509.Extension(criticalExtension, true, utf8String('?'))] : []),
			]),
		};
		if (options.sct === false) return await issueCertificate(leaf);
		const precertificate = await issueCertificate(leaf);
		const ctLog = await initializeCTLog(
			{ publicKey: KeyObject.from(ctKeys.publicKey), privateKey: KeyObject.from(ctKeys.privateKey) },
			notBefore,
		);
		const sct = Buffer.from(await ctLog.log(arrayBuffer(precertificate), arrayBuffer(issuerId)));
		// The last byte belongs to the signature's second number.
		if (options.sct === 'wrong') sct.writeUInt8(sct.readUInt8(sct.length - 1) ^ 1, sct.length - 1);
		const listLength = Buffer.from([sct.length >> 8, sct.length & 0xff]);
		const sctList = new x509.Extension(OID_SCT_LIST, false, octetString(Buffer.concat([listLength, sct])));
		return await issueCertificate({ ...leaf, extensions: [...leaf.extensions, sctList] });
	}
	return { issue, chain: [intermediate, root], ctKeys };
}

/** A timestamp authority: a root, and the certificate that signs. @see https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2 */
async function startTimestampAuthority(since: Date) {
	const [rootKeys, keys] = [await generateKeys('P-384'), await generateKeys('P-256')];
	const common = { notBefore: since, notAfter: new Date(since.getTime() + 20 * YEAR), issuer: TIMESTAMP_ROOT_NAME };
	const root = await issueCertificate({
		...common,
		subject: TIMESTAMP_ROOT_NAME,
		keys: rootKeys,
		issuerKeys: rootKeys,
		extensions: [
			new x509.BasicConstraintsExtension(true, undefined, true),
			new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
			...(await keyIdentifiers(rootKeys, rootKeys)),
		],
	});
	const leaf = await issueCertificate({
		...common,
		subject: `CN=sigstore-tsa,O=${DOMAIN}`,
		keys,
		issuerKeys: rootKeys,
		serialNumber: randomSerial(),
		extensions: [
			new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
			new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.timeStamping], true),
			...(await keyIdentifiers(keys, rootKeys)),
		],
	});
	const { issuer, serialNumber } = X509Certificate.parse(Buffer.from(leaf));
	const sha256Id = sequence(oid('2.16.840.1.101.3.4.2.1'));
	const tstInfoType = oid('1.2.840.113549.1.9.16.1.4');
	function timestamp(signature: Uint8Array, time: Date, fraction = ''): Buffer {
		const point = fraction === '' ? '' : `.${fraction}`;
		const when = time
			.toISOString()
			.replace(/[-:T]|\.\d+/g, '')
			.replace('Z', `${point}Z`);
		const tstInfo = sequence(
			integer(1),
			oid('1.3.6.1.4.1.57264.2'),
			sequence(sha256Id, octetString(sha256(Buffer.from(signature)))),
			integer(7),
			derValue(0x18, Buffer.from(when)),
		);
		const attribute = (type: string, value: Uint8Array) => sequence(oid(type), derValue(0x31, value));
		const attributes = Buffer.concat([
			attribute('1.2.840.113549.1.9.3', tstInfoType),
			attribute('1.2.840.113549.1.9.4', octetString(sha256(Buffer.from(tstInfo)))),
		]);
		const signerInfo = sequence(
			integer(1),
			sequence(derValue(0x30, issuer), derValue(0x02, serialNumber)),
			sha256Id,
			derValue(0xa0, attributes),
			sequence(oid('1.2.840.10045.4.3.2')),
			// Signed as a SET, carried under a tag of its own: https://www.rfc-editor.org/rfc/rfc5652#section-5.4
			octetString(signWith(keys, derValue(0x31, attributes))),
		);
		const signedData = sequence(
			integer(3),
			derValue(0x31, sha256Id),
			sequence(tstInfoType, derValue(0xa0, octetString(Buffer.from(tstInfo)))),
			derValue(0x31, signerInfo),
		);
		const token = sequence(oid('1.2.840.113549.1.7.2'), derValue(0xa0, signedData));
		return Buffer.from(sequence(sequence(integer(0)), token));
	}
	return { chain: [leaf, root], timestamp };
}

const sequence = (...parts: Uint8Array[]) => derValue(0x30, Buffer.concat(parts));
const integer = (value: number) => derValue(0x02, Buffer.from([value]));

function oid(text: string): Uint8Array<ArrayBuffer> {
	const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
	const bytes = [first * 40 + second, ...rest].flatMap((number) => {
		const base128 = [number & 0x7f];
		for (let left = number >>> 7; left > 0; left >>>= 7) base128.unshift((left & 0x7f) | 0x80);
		return base128;
	});
	return derValue(0x06, Buffer.from(bytes));
}

function fulcioExtension(number: number, value: string): x509.Extension {
	return new x509.Extension(
		`${OID_FULCIO}.${number}`,
		false,
		number < 7 ? new TextEncoder().encode(value) : utf8String(value),
	);
}

const utf8String = (text: string) => derValue(0x0c, Buffer.from(text));
const octetString = (bytes: Uint8Array) => derValue(0x04, bytes);

/** One DER value of up to 64 kB. */
function derValue(tag: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	const { length } = bytes;
	const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
	return new Uint8Array([tag, ...size, ...bytes]);
}

function randomSerial(): string {
	// Positive and of full length: the first bit is clear, the second is set.
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return ((BigInt(`0x${Buffer.from(bytes).toString('hex')}`) >> 2n) | (1n << 126n)).toString(16);
}

/** A growing log with real proofs. Not `@sigstore/mock`'s: its tree never has more than one leaf, so its proofs are empty. */
function startLog(host: string, keys: KeyPair, spki: Buffer, hasPromises: boolean): Authority['log'] {
	const logId = sha256(spki);
	/** Other people's entries, so that every proof has something to prove. */
	const leaves = ['a', 'b', 'c', 'd', 'e'].map((text) => leafHash(Buffer.from(text)));
	const signRoot = ({ tree = '1', size, root }: { tree?: string; size: number; root: Buffer }) => {
		const note = `${host} - ${tree}\n${size}\n${root.toString('base64')}\n`;
		const signature = Buffer.concat([logId.subarray(0, 4), signWith(keys, Buffer.from(note))]);
		return `${note}\n\u2014 ${host} ${signature.toString('base64')}\n`;
	};
	const prove = (logIndex: number, size = leaves.length) => {
		const some = leaves.slice(0, size);
		const root = treeHash(some);
		return {
			logIndex: String(logIndex),
			rootHash: root.toString('base64'),
			treeSize: String(size),
			hashes: inclusionPath(logIndex, some).map((hash) => hash.toString('base64')),
			checkpoint: { envelope: signRoot({ size, root }) },
		};
	};
	const proveGrowth = (first: number, last: number) =>
		consistencyPath(first, leaves.slice(0, last)).map((hash) => hash.toString('base64'));
	const take: TakeEntry = (entry, time) => {
		const body = Buffer.from(canonical.canonicalize(entry));
		const logIndex = leaves.push(leafHash(body)) - 1;
		const integratedTime = hasPromises ? Math.floor(time.getTime() / 1000) : 0;
		const promise = canonical.canonicalize({
			body: body.toString('base64'),
			integratedTime,
			logID: logId.toString('hex'),
			logIndex,
		});
		return {
			logIndex: String(logIndex),
			logId: { keyId: logId.toString('base64') },
			kindVersion: { kind: entry.kind, version: entry.apiVersion },
			integratedTime: String(integratedTime),
			...(hasPromises && {
				inclusionPromise: { signedEntryTimestamp: signWith(keys, Buffer.from(promise)).toString('base64') },
			}),
			inclusionProof: prove(logIndex),
			canonicalizedBody: body.toString('base64'),
		};
	};
	return Object.assign(take, { prove, proveGrowth, signRoot });
}

function arrayBuffer(buffer: Buffer): ArrayBuffer {
	return new Uint8Array(buffer).buffer;
}
