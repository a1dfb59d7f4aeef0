/** Owns whom we believe: Sigstore's authorities and logs, and npm's own keys, parsed once and ready to verify with. */
import './webcrypto/asn1-patch.ts'; // first: gives the packages below their Buffer, and their encoding
import type { X509Certificate } from '@sigstore/core';
import { HashAlgorithm, PublicKeyDetails, TrustedRoot } from '@sigstore/protobuf-specs';
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify';
import * as v from 'valibot';
import type { TrustRootInfo } from '../report/report.ts';
import { type Failure, failed, type Result, success } from '../report/result.ts';
import seed from './seed.json' with { type: 'json' };
import { type KnownAnswers, type Question, settle } from './webcrypto/bridge.ts';
import { createPublicKey, type PublicKey } from './webcrypto/node-crypto.ts';

/** What one of npm's keys may be used for. */
export type KeyUsage = 'npm:signatures' | 'npm:attestations';

/** One of npm's keys, for one use. */
interface RegistryKey {
	/** As npm writes it: `SHA256:` and the base64 of the key's hash. */
	keyId: string;
	usage: KeyUsage;
	key: PublicKey;
	/** The period in which it may have signed; no `end` means still. */
	validFor: { start: Date; end?: Date };
}

/** Everything a verification may believe, and where it comes from. */
export interface TrustRoot {
	info: TrustRootInfo;
	/** What sigstore-js verifies against; its key finder is replaced by `registryKeys`. */
	material: TrustMaterial;
	registryKeys: readonly RegistryKey[];
	/**
	 * The authorities' own signatures over each other, checked once; true answers only. It fills by itself soon after the
	 * root was parsed: whoever verifies before that asks them along with the rest.
	 */
	knownAnswers: KnownAnswers;
	/** Why nothing can be verified against it: `trust-root-unreadable`. It then holds nothing. */
	failure?: Failure;
}

/** With its zone: `March 7 2024` is another moment in each place. @see https://www.rfc-editor.org/rfc/rfc3339#section-5.6 */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const date = v.pipe(
	v.string(),
	v.check(
		(text) => RFC_3339.test(text) && !Number.isNaN(Date.parse(text)),
		'not a date with time and zone, as in 2026-01-31T00:00:00Z',
	),
);
/** A period as Sigstore's trusted root writes it. One without a start would hold since ever, so it is refused. */
const period = v.pipe(
	v.looseObject({ start: date, end: v.nullish(date) }),
	v.check(({ start, end }) => !end || Date.parse(start) <= Date.parse(end), 'it ends before it starts'),
);

/** npm's keys, in the form of the target `keys.json` of Sigstore's TUF repository. */
export const npmKeysShape = v.object({
	keys: v.array(
		v.object({
			keyId: v.string(),
			keyUsage: v.string(),
			publicKey: v.object({ rawBytes: v.string(), keyDetails: v.optional(v.unknown()), validFor: period }),
		}),
	),
});

const authority = v.looseObject({
	subject: v.optional(
		v.looseObject({ organization: v.optional(v.string(), ''), commonName: v.optional(v.string(), '') }),
	),
	uri: v.optional(v.string(), ''),
	validFor: period,
	certChain: v.looseObject({
		certificates: v.pipe(v.array(v.looseObject({ rawBytes: v.optional(v.string()) })), v.minLength(1)),
	}),
});
/** Base64, which Node's Buffer would also take from a list of bytes. */
const logId = v.optional(v.nullable(v.looseObject({ keyId: v.optional(v.nullable(v.string())) })));
const log = v.looseObject({
	logId,
	checkpointKeyId: logId,
	hashAlgorithm: v.optional(v.unknown()),
	publicKey: v.looseObject({ rawBytes: v.string(), keyDetails: v.optional(v.unknown()), validFor: period }),
	baseUrl: v.optional(v.string(), ''),
});
/** sigstore-js holds the name under a checkpoint against the log's address: without one, every checkpoint would read as forged. */
const transparencyLog = v.looseObject({ ...log.entries, baseUrl: v.pipe(v.string(), v.minLength(1)) });
/** Sigstore's TrustedRoot, as far as its form says whether it can be read; fields that it gains are let through. */
export const trustedRootShape = v.looseObject({
	mediaType: v.string(),
	tlogs: v.optional(v.array(transparencyLog), []),
	ctlogs: v.optional(v.array(log), []),
	certificateAuthorities: v.optional(v.array(authority), []),
	timestampAuthorities: v.optional(v.array(authority), []),
});

/**
 * Parses a Sigstore trusted root and the npm keys that go with it.
 * @param trustedRoot Sigstore's TrustedRoot as JSON.
 * @param keys npm's keys as Sigstore's TUF repository holds them (`{ keys: [...] }`), or `undefined` for none.
 * @param info where both come from.
 * @returns failure `wrong-shape` if either cannot be read, or if genuine evidence would read as false under it. That is so if a validity
 *   has no start or ends before it, a log has no address, or a chain does not end in its root
 *   (docs/decisions/0021-refuse-roots-that-make-genuine-evidence-false.md).
 * @see https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto
 */
export async function parseTrustRoot(
	trustedRoot: unknown,
	keys: unknown,
	info: TrustRootInfo,
): Promise<Result<TrustRoot>> {
	const shape = v.safeParse(trustedRootShape, trustedRoot);
	if (!shape.success) return failed('wrong-shape', `trusted root: ${issueText(shape.issues)}`);
	const keyList = v.safeParse(npmKeysShape, keys ?? { keys: [] });
	if (!keyList.success) return failed('wrong-shape', `registry keys: ${issueText(keyList.issues)}`);
	try {
		const root = TrustedRoot.fromJSON(withKnownNames(shape.output));
		const material = toTrustMaterial(root, () => {
			throw new Error('keys are looked up by id and use');
		});
		markUnsupported(material.tlogs, shape.output.tlogs);
		markUnsupported(material.ctlogs, shape.output.ctlogs);
		for (const { certChain } of [...material.certificateAuthorities, ...material.timestampAuthorities])
			demandChain(certChain as X509Certificate[]);
		const registryKeys = keyList.output.keys.filter(isOfKnownUsage).map(({ keyId, keyUsage, publicKey }) => ({
			keyId,
			usage: keyUsage,
			key: readRegistryKey(publicKey),
			validFor: {
				start: new Date(publicKey.validFor.start),
				...(publicKey.validFor.end && { end: new Date(publicKey.validFor.end) }),
			},
		}));
		const knownAnswers: Question[] = [];
		setTimeout(() => void checkChains(material, knownAnswers), CHAINS_AFTER_MS);
		return success({ info, material, registryKeys, knownAnswers });
	} catch (error) {
		return failed('wrong-shape', `trusted root: ${error instanceof Error ? error.message : String(error)}`);
	}
}

let embedded: Promise<TrustRoot> | undefined;

/** The trust root that the extension carries: the offline default, and the floor below which no newer one may fall. */
export function embeddedTrustRoot(): Promise<TrustRoot> {
	embedded ??= parseTrustRoot(seed.trustedRoot, seed.npmKeys, {
		source: 'embedded',
		version: String(seed.root.signed.version),
		takenAt: seed.takenAt,
	}).then((parsed) => {
		if (!parsed.ok) throw new Error(`the embedded trust root cannot be read: ${parsed.failure.detail}`);
		return parsed.value;
	});
	return embedded;
}

/**
 * As `parseTrustRoot`, for one that was renewed. Mostly it says what the embedded one does, which then serves, as it is parsed already.
 */
export async function parseRenewed(
	trustedRoot: unknown,
	keys: unknown,
	info: TrustRootInfo,
): Promise<Result<TrustRoot>> {
	const isSame = JSON.stringify([trustedRoot, keys]) === JSON.stringify([seed.trustedRoot, seed.npmKeys]);
	return isSame ? success({ ...(await embeddedTrustRoot()), info }) : parseTrustRoot(trustedRoot, keys, info);
}

/** An empty trust root, in place of a chosen one that cannot be read: whatever needs it could not be checked. */
export function unreadableTrustRoot(info: TrustRootInfo, why: Failure): TrustRoot {
	const material: TrustMaterial = {
		certificateAuthorities: [],
		timestampAuthorities: [],
		tlogs: [],
		ctlogs: [],
		publicKey: () => {
			throw new Error('there are no keys');
		},
	};
	const { failure } = failed('trust-root-unreadable', `${info.version}: ${why.detail ?? why.code}`);
	return { info, material, registryKeys: [], knownAnswers: [], failure };
}

/**
 * One of npm's keys by its id and use; `undefined` where the trust root holds none.
 * @param times when it signed: of one that is listed for several periods, the one of these times, or else the first.
 */
export function registryKey(
	trust: TrustRoot,
	keyId: string,
	usage: KeyUsage,
	times: readonly Date[] = [],
): RegistryKey | undefined {
	const keys = trust.registryKeys.filter((key) => key.keyId === keyId && key.usage === usage);
	return keys.find(({ validFor }) => times.every((time) => isValidAt(validFor, time))) ?? keys[0];
}

/** Whether a key (or a log's, or an authority's) may have signed at `time`; both ends count as within. */
export function isValidAt(validFor: { start: Date; end?: Date }, time: Date): boolean {
	return validFor.start <= time && (validFor.end === undefined || time <= validFor.end);
}

/** A background is mostly woken for one verdict, which must not wait for the chains of all authorities; it asks its own's. */
const CHAINS_AFTER_MS = 200;

/** Checks each authority's chain once, and keeps the answers that were yes. A chain that does not hold keeps none. */
async function checkChains(material: TrustMaterial, known: Question[]): Promise<void> {
	for (const { certChain } of [...material.certificateAuthorities, ...material.timestampAuthorities]) {
		const chain = certChain as X509Certificate[];
		const run = () => chain.map((certificate, index) => certificate.verify(chain[index + 1] ?? certificate));
		await settle(run, [], (question) => known.push(question)).catch(() => undefined);
	}
}

/**
 * The schemes in which sigstore-js can check a log's signatures: it asks with SHA-256 and PKCS#1 padding whatever the key's
 * details say, so a genuine signature made otherwise (RSA-PSS, SHA-384, ...) would read as forged.
 */
const SCHEMES: ReadonlySet<number> = new Set([
	PublicKeyDetails.PUBLIC_KEY_DETAILS_UNSPECIFIED,
	PublicKeyDetails.PKCS1_RSA_PKCS1V5,
	PublicKeyDetails.PKIX_RSA_PKCS1V5,
	PublicKeyDetails.PKIX_RSA_PKCS1V15_2048_SHA256,
	PublicKeyDetails.PKIX_RSA_PKCS1V15_3072_SHA256,
	PublicKeyDetails.PKIX_RSA_PKCS1V15_4096_SHA256,
	PublicKeyDetails.PKIX_ECDSA_P256_SHA_256,
	PublicKeyDetails.PKIX_ED25519,
]);

/** The hash of the tree of a log in whose proofs sigstore-js can be right: it takes SHA-256 whatever the root says. */
const HASHES: ReadonlySet<number> = new Set([HashAlgorithm.HASH_ALGORITHM_UNSPECIFIED, HashAlgorithm.SHA2_256]);

/** Makes the keys of other schemes answer "cannot tell" instead of "false"; so do those of a log with another hash. */
function markUnsupported(logs: TrustMaterial['tlogs'], stated: readonly LogShape[]): void {
	for (const [index, log] of logs.entries()) {
		const { publicKey, hashAlgorithm } = stated[index] ?? {};
		const key = log.publicKey as unknown as PublicKey;
		const isKnownHash = HASHES.has(numberIn(HashAlgorithm, hashAlgorithm));
		if (isKnownHash && SCHEMES.has(numberIn(PublicKeyDetails, publicKey?.keyDetails)) && isAskedAsItSigns(key))
			continue;
		logs[index] = { ...log, publicKey: unsupported(key, publicKey?.keyDetails) as never };
	}
}

type LogShape = v.InferOutput<typeof log>;

/** A name or number of one of Sigstore's enumerations as its number; `UNKNOWN` for one that it does not have. */
function numberIn(names: Readonly<Record<string, string | number>>, stated: unknown): number {
	const name = stated ?? 0;
	// The table maps each number to its name, and each name to its number; inherited properties are neither.
	const other = names[String(name)];
	if (typeof name === 'number' && typeof other === 'string') return name;
	return typeof other === 'number' ? other : UNKNOWN;
}

const UNKNOWN = -1;

/** A key of no existing algorithm. It replaces keys of unknown algorithms, whose bytes may have any form. */
const NO_KEY = Buffer.from('300a300506032a0304030100', 'hex').toString('base64');

/**
 * The root without the names that sigstore-js does not know, at which it would refuse all of it. Logs that have one stay in the root,
 * so that what they recorded is unknown; `markUnsupported` sees to that.
 */
function withKnownNames(root: v.InferOutput<typeof trustedRootShape>): unknown {
	const known = (log: LogShape) => ({
		...log,
		...(numberIn(HashAlgorithm, log.hashAlgorithm) === UNKNOWN && { hashAlgorithm: undefined }),
		...(numberIn(PublicKeyDetails, log.publicKey.keyDetails) === UNKNOWN && {
			publicKey: { ...log.publicKey, keyDetails: undefined, rawBytes: NO_KEY },
		}),
	});
	return { ...root, tlogs: root.tlogs.map(known), ctlogs: root.ctlogs.map(known) };
}

/** Whether sigstore-js asks a key of this kind as such keys sign: with SHA-256, or for Ed25519 with no digest of its own. */
export function isAskedAsItSigns(key: PublicKey): boolean {
	return key.type === 'rsa' || key.type === 'ed25519' || (key.type === 'ec' && key.curve.name === 'P-256');
}

/** The registry's signatures are ECDSA over P-256 with SHA-256, by their specification; a key for anything else cannot tell. */
function readRegistryKey({ rawBytes, keyDetails }: { rawBytes: string; keyDetails?: unknown }): PublicKey {
	const key = createPublicKey({ key: Buffer.from(rawBytes, 'base64'), format: 'der', type: 'spki' });
	const isStated = keyDetails === undefined || keyDetails === 'PKIX_ECDSA_P256_SHA_256';
	return isStated && key.type === 'ec' && key.curve.name === 'P-256' ? key : unsupported(key, keyDetails);
}

function unsupported({ spki }: PublicKey, details: unknown): PublicKey {
	return { type: 'unsupported', why: `key of the kind ${details ?? 'that is not stated'}`, spki };
}

/** sigstore-js takes no chain whose last certificate is not its own issuer: leaves below it would read as another's. */
function demandChain(chain: readonly X509Certificate[]): void {
	for (const certificate of chain) demandCertificate(certificate);
	const last = chain.at(-1);
	if (!last?.subject.equals(last.issuer)) throw new Error('a chain that does not end in its root');
}

/** Reads what a chain is checked by: bytes that are ASN.1 and no certificate are only noticed then. */
function demandCertificate(certificate: X509Certificate): void {
	if (Number.isNaN(certificate.notBefore.getTime()) || Number.isNaN(certificate.notAfter.getTime()))
		throw new Error('a certificate without dates');
	createPublicKey({ key: certificate.publicKey, format: 'der', type: 'spki' });
}

/** Whether a key is for one of the two uses that we know; others are left out. */
export function isOfKnownUsage<T extends { keyUsage: string }>(key: T): key is T & { keyUsage: KeyUsage } {
	return key.keyUsage === 'npm:signatures' || key.keyUsage === 'npm:attestations';
}

function issueText(issues: readonly v.BaseIssue<unknown>[]): string {
	const [issue] = issues;
	return issue ? `${v.getDotPath(issue) ?? ''} ${issue.message}`.trim() : '';
}
