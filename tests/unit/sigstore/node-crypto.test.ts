/** Differential: our `crypto` under WebCrypto against Node's own, on generated keys, signatures and bytes. */
import nodeCrypto, { type KeyObject } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { settle, UnsettledError } from '../../../lib/sigstore/webcrypto/bridge.ts';
import { createHash, createPublicKey, timingSafeEqual, verify } from '../../../lib/sigstore/webcrypto/node-crypto.ts';
import { Seeded } from '../../support/seeded.ts';

/**
 * Every difference that is left: where Node says yes, and ours says no or cannot tell. There is none the other way round.
 * `cannot-tell` becomes the failure `unsupported-algorithm`, a verdict `unknown`; `no` fails the check. Both fail closed.
 */
const DIFFERENCES: Record<string, { ours: 'no' | 'cannot-tell'; because: string }> = {
	'key: secp256k1': { ours: 'cannot-tell', because: 'WebCrypto has no such curve; Sigstore lists none' },
	'key: Ed448': { ours: 'cannot-tell', because: 'browsers have no Ed448; Sigstore lists none' },
	'key: RSA-PSS': { ours: 'cannot-tell', because: 'browsers import no key of this kind; Sigstore has none in use' },
	'key: DSA': { ours: 'cannot-tell', because: 'WebCrypto has no DSA; Sigstore lists none' },
	'key: compressed point': { ours: 'cannot-tell', because: 'WebCrypto need not take it, and browsers differ' },
	'key: hybrid point': { ours: 'no', because: 'RFC 5480 allows it no more than browsers do' },
	'key: explicit parameters': { ours: 'cannot-tell', because: 'RFC 5480 forbids them, browsers do not read them' },
	'key: trailing data': { ours: 'no', because: 'no DER; nobody honest writes it' },
	'key: trailing data inside': { ours: 'no', because: 'no DER; nobody honest writes it' },
	'key: long-form length': { ours: 'no', because: 'no DER; sigstore-js writes keys of certificates anew, in DER' },
	'key: unused bits': { ours: 'no', because: 'a key has whole bytes' },
	'key: parameters missing': { ours: 'cannot-tell', because: 'RFC 3279 demands the NULL, and browsers may' },
	'PKCS#1: trailing data': { ours: 'no', because: 'no DER; such a key stands only in a trust root' },
	'PKCS#1: long-form length': { ours: 'no', because: 'no DER; such a key stands only in a trust root' },
	'digest: unknown to WebCrypto': {
		ours: 'cannot-tell',
		because: 'Node knows SHA-1, SHA-224 and SHA-3; Sigstore uses none',
	},
};

const random = new Seeded(2);
let compared = 0;
const seen = new Map<string, number>();

type Answer = 'yes' | 'no' | 'cannot-tell';
interface Case {
	/** Which difference, if any, is expected of it. */
	what: string;
	key: Uint8Array;
	type?: 'spki' | 'pkcs1';
	digest?: string | null | undefined;
	data: Uint8Array;
	signature: Uint8Array;
}

function askNode({ key, type = 'spki', digest, data, signature }: Case): Answer {
	try {
		const publicKey = nodeCrypto.createPublicKey({ key: Buffer.from(key), format: 'der', type });
		return nodeCrypto.verify(digest, data, publicKey, signature) ? 'yes' : 'no';
	} catch {
		return 'no';
	}
}

async function askOurs({ key, type = 'spki', digest, data, signature }: Case): Promise<Answer> {
	try {
		const publicKey = createPublicKey({ key, format: 'der', type });
		return (await settle(() => verify(digest, data, publicKey, signature))) ? 'yes' : 'no';
	} catch (error) {
		return error instanceof UnsettledError ? 'cannot-tell' : 'no';
	}
}

async function compare(item: Case): Promise<Answer> {
	const nodes = askNode(item);
	const ours = await askOurs(item);
	compared += 1;
	if (ours !== 'yes' && nodes === 'no') return nodes;
	if (ours === nodes) return nodes;
	const expected = DIFFERENCES[item.what];
	if (nodes === 'yes' && expected?.ours === ours) {
		seen.set(item.what, (seen.get(item.what) ?? 0) + 1);
		return nodes;
	}
	const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
	return expect.fail(
		`${item.what}: Node says ${nodes}, ours ${ours}; digest ${item.digest}, key ${item.type ?? 'spki'} ${hex(item.key)}, ` +
			`data ${hex(item.data)}, signature ${hex(item.signature)}`,
	);
}

/** DER: tag, shortest length, value. */
function der(tag: number, ...parts: Uint8Array[]): Uint8Array {
	const value = Buffer.concat(parts);
	if (value.length < 0x80) return Buffer.concat([Buffer.from([tag, value.length]), value]);
	const length = Buffer.from(value.length.toString(16).padStart(value.length > 0xff ? 4 : 2, '0'), 'hex');
	return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, value]);
}

/** The same element with a length of one byte more than it needs. */
function longForm(element: Uint8Array): Uint8Array {
	const first = element[1] ?? 0;
	const head = first < 0x80 ? [0x81, first] : [first + 1, 0, ...element.subarray(2, 2 + (first & 0x7f))];
	const start = first < 0x80 ? 2 : 2 + (first & 0x7f);
	return Buffer.concat([element.subarray(0, 1), Buffer.from(head), element.subarray(start)]);
}

/** Splits the element that `bytes` begin with from what follows it. */
function split(bytes: Uint8Array): { element: Uint8Array; value: Uint8Array; rest: Uint8Array } {
	const first = bytes[1] ?? 0;
	const start = first < 0x80 ? 2 : 2 + (first & 0x7f);
	const length = first < 0x80 ? first : Number.parseInt(Buffer.from(bytes.subarray(2, start)).toString('hex'), 16);
	const end = start + length;
	return { element: bytes.subarray(0, end), value: bytes.subarray(start, end), rest: bytes.subarray(end) };
}

/** The two elements that stand first within a constructed one, as in all the structures here. */
function two(element: Uint8Array): [Uint8Array, Uint8Array] {
	const first = split(split(element).value);
	return [first.element, split(first.rest).element];
}

/** A number as the bytes of a DER INTEGER; negative ones in two's complement. */
function integerBytes(value: bigint): Uint8Array {
	const bits = (value < 0n ? -value : value).toString(2).length + 1;
	const bytes = Math.ceil(bits / 8);
	const hex = BigInt.asUintN(bytes * 8, value).toString(16);
	return Buffer.from(hex.padStart(bytes * 2, '0'), 'hex');
}

function flipBit(bytes: Uint8Array): Uint8Array {
	const flipped = Uint8Array.from(bytes);
	const at = random.below(bytes.length);
	flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
	return flipped;
}

const ORDERS = {
	'P-256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
	'P-384': 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
	'P-521':
		0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
} as const;
type CurveName = keyof typeof ORDERS;
const CURVES = Object.keys(ORDERS) as CurveName[];
const DIGESTS = ['sha256', 'sha384', 'sha512', 'SHA256', undefined, null] as const;

function spkiOf(key: KeyObject): Buffer {
	return key.export({ format: 'der', type: 'spki' });
}

const newKeys = (namedCurve: string) => nodeCrypto.generateKeyPairSync('ec', { namedCurve });
const curveKeys = CURVES.map((curve) => ({
	curve,
	keys: [0, 1, 2].map(() => newKeys(curve)),
}));

/** Everything that can be done to an ECDSA signature of these two numbers. */
function ecdsaSignatures(genuine: Uint8Array, order: bigint): Uint8Array[] {
	const [rPart, sPart] = two(genuine);
	const numberOf = (part: Uint8Array) => BigInt(`0x${Buffer.from(part.subarray(2)).toString('hex')}`);
	const [r, s] = [numberOf(rPart), numberOf(sPart)];
	const integer = (value: bigint) => der(0x02, integerBytes(value));
	const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
	const unsigned = (value: bigint) => {
		const hex = value.toString(16);
		return der(0x02, Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'));
	};
	const cut = random.below(genuine.length);
	return [
		sequence(rPart, sPart),
		// Of s and n - s one is high; both hold.
		sequence(rPart, integer(order - s)),
		sequence(integer(r + order), sPart),
		sequence(rPart, integer(s + order)),
		sequence(integer(order), sPart),
		sequence(rPart, integer(order)),
		sequence(integer(order - 1n), integer(order - 1n)),
		sequence(integer(0n), sPart),
		sequence(rPart, integer(0n)),
		sequence(integer(0n), integer(0n)),
		sequence(integer(1n), integer(1n)),
		sequence(integer(-r), sPart),
		sequence(rPart, integer(-s)),
		sequence(integer(-1n), integer(-1n)),
		sequence(sPart, rPart),
		sequence(unsigned(r), unsigned(s)),
		sequence(der(0x02, Buffer.from([0]), rPart.subarray(2)), sPart),
		sequence(rPart, der(0x02, Buffer.from([0, 0]), sPart.subarray(2))),
		sequence(rPart, der(0x02, Buffer.from([0xff]), sPart.subarray(2))),
		sequence(der(0x02), sPart),
		sequence(rPart, der(0x02)),
		sequence(rPart),
		sequence(),
		sequence(rPart, sPart, sPart),
		sequence(rPart, sPart, Buffer.from([0x05, 0x00])),
		sequence(der(0x03, rPart.subarray(2)), sPart),
		der(0x31, rPart, sPart),
		longForm(genuine),
		sequence(longForm(rPart), sPart),
		sequence(rPart, longForm(sPart)),
		Buffer.concat([Buffer.from([0x30, 0x80]), rPart, sPart, Buffer.from([0, 0])]),
		Buffer.concat([genuine, Buffer.from([0])]),
		Buffer.concat([genuine, random.bytes(1 + random.below(9))]),
		genuine.subarray(0, cut),
		genuine.subarray(random.below(genuine.length)),
		Buffer.concat([integerBytes(r), integerBytes(s)]),
		flipBit(genuine),
		flipBit(genuine),
		random.bytes(random.below(2 * genuine.length)),
		new Uint8Array(0),
	];
}

test('ECDSA: every curve and digest, genuine and bent signatures', { timeout: 60_000 }, async () => {
	const held: Record<string, number> = {};
	for (const { curve, keys } of curveKeys) {
		// The larger curves take many times as long.
		const rounds = { 'P-256': 48, 'P-384': 16, 'P-521': 10 }[curve];
		for (let round = 0; round < rounds; round += 1) {
			const { privateKey, publicKey } = random.pick(keys);
			const digest = DIGESTS[round % DIGESTS.length];
			const data = random.bytes(random.below(200));
			const genuine = nodeCrypto.sign(digest, data, privateKey);
			const key = spkiOf(publicKey);
			for (const signature of ecdsaSignatures(genuine, ORDERS[curve])) {
				if ((await compare({ what: curve, key, digest, data, signature })) === 'yes')
					held[curve] = (held[curve] ?? 0) + 1;
			}
			const others: Case[] = [
				{ what: curve, key, digest: DIGESTS[random.below(DIGESTS.length)], data, signature: genuine },
				{ what: curve, key, digest, data: Buffer.concat([data, Buffer.from([0])]), signature: genuine },
				{ what: curve, key, digest, data: data.subarray(1), signature: genuine },
				{ what: curve, key: spkiOf(random.pick(keys).publicKey), digest, data, signature: genuine },
				{
					what: curve,
					key: spkiOf(random.pick(random.pick(curveKeys).keys).publicKey),
					digest,
					data,
					signature: genuine,
				},
			];
			for (const item of others) await compare(item);
		}
		// A run in which nothing ever held would prove nothing: at least the genuine one, and the one with n - s.
		expect(held[curve]).toBeGreaterThanOrEqual(2 * rounds);
	}
});

/** A key in pieces, to be put together otherwise. */
function taken(spki: Uint8Array) {
	const [algorithm, bits] = two(spki);
	// The first byte of a BIT STRING counts the unused bits.
	return { algorithm, oid: split(split(algorithm).value).element, bits, key: split(bits).value.subarray(1) };
}

const bitString = (...parts: Uint8Array[]) => der(0x03, Buffer.from([0]), ...parts);
const NULL = Buffer.from([0x05, 0x00]);

/** Everything that can be done to any public key. */
function bentKeys(spki: Uint8Array): [string, Uint8Array][] {
	const { algorithm, oid, bits, key } = taken(spki);
	return [
		['genuine', spki],
		['key: trailing data', Buffer.concat([spki, Buffer.from([0])])],
		['key: trailing data', Buffer.concat([spki, random.bytes(1 + random.below(5))])],
		['key: trailing data inside', der(0x30, algorithm, bits, NULL)],
		['key: parameters added', der(0x30, der(0x30, split(algorithm).value, NULL), bits)],
		['key: parameters missing', der(0x30, der(0x30, oid), bits)],
		['key: long-form length', longForm(spki)],
		['key: long-form length', der(0x30, longForm(algorithm), bits)],
		['key: long-form length', der(0x30, algorithm, longForm(bits))],
		['key: wrong tag', der(0x31, algorithm, bits)],
		['key: wrong tag', der(0x30, algorithm, der(0x04, split(bits).value))],
		['key: order', der(0x30, bits, algorithm)],
		['key: cut off', spki.subarray(0, random.below(spki.length))],
		['key: empty', new Uint8Array(0)],
		['key: empty', der(0x30, algorithm, bitString())],
		['key: empty', der(0x30, algorithm, der(0x03))],
		['key: cut point', der(0x30, algorithm, bitString(key.subarray(0, -1)))],
		['key: trailing data inside', der(0x30, algorithm, bitString(key, Buffer.from([0])))],
		// Past the first byte, which says in what form a point stands.
		['key: flipped', der(0x30, algorithm, bitString(key.subarray(0, 1), flipBit(key.subarray(1))))],
		['key: flipped', der(0x30, algorithm, bitString(key.subarray(0, 1), flipBit(key.subarray(1))))],
		['key: random', random.bytes(spki.length)],
	];
}

test('EC keys: bent, off the curve, of other curves, in other forms', { timeout: 60_000 }, async () => {
	for (const { curve, keys } of curveKeys) {
		for (let round = 0; round < { 'P-256': 24, 'P-384': 8, 'P-521': 5 }[curve]; round += 1) {
			const { privateKey, publicKey } = random.pick(keys);
			const digest = random.pick(DIGESTS);
			const data = random.bytes(random.below(100));
			const signature = nodeCrypto.sign(digest, data, privateKey);
			const spki = spkiOf(publicKey);
			const { algorithm, oid, key: point } = taken(spki);
			const size = (point.length - 1) / 2;
			const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)];
			const sign = (y.at(-1) ?? 0) & 1;
			const withPoint = (...bytes: Uint8Array[]) => der(0x30, algorithm, bitString(...bytes));
			const otherCurve = taken(spkiOf(random.pick(random.pick(curveKeys).keys).publicKey));
			const bent: [string, Uint8Array][] = [
				...bentKeys(spki),
				['key: compressed point', withPoint(Buffer.from([2 + sign]), x)],
				['key: compressed to the other point', withPoint(Buffer.from([3 - sign]), x)],
				['key: hybrid point', withPoint(Buffer.from([6 + sign]), x, y)],
				['key: hybrid point, wrong sign', withPoint(Buffer.from([7 - sign]), x, y)],
				['key: infinity', withPoint(Buffer.from([0]))],
				['key: off the curve', withPoint(Buffer.from([4]), x, flipBit(y))],
				['key: off the curve', withPoint(Buffer.from([4]), y, x)],
				['key: zero point', withPoint(Buffer.from([4]), Buffer.alloc(2 * size))],
				['key: beyond the field', withPoint(Buffer.from([4]), Buffer.alloc(size, 0xff), y)],
				['key: other curve', der(0x30, otherCurve.algorithm, bitString(point))],
				['key: other curve', der(0x30, der(0x30, oid, Buffer.from('06052b8104000a', 'hex')), bitString(point))],
				['key: Ed25519 by name', der(0x30, der(0x30, Buffer.from('06032b6570', 'hex')), bitString(point))],
				['key: unused bits', der(0x30, algorithm, der(0x03, Buffer.from([1 + random.below(7)]), point))],
				['key: unused bits', der(0x30, algorithm, der(0x03, Buffer.from([8]), point))],
			];
			for (const [what, key] of bent) await compare({ what, key, digest, data, signature });
			const explicit = nodeCrypto.generateKeyPairSync('ec', { namedCurve: curve, paramEncoding: 'explicit' });
			await compare({
				what: 'key: explicit parameters',
				key: spkiOf(explicit.publicKey),
				digest,
				data,
				signature: nodeCrypto.sign(digest, data, explicit.privateKey),
			});
			await compare({ what: 'as PKCS#1', key: spki, type: 'pkcs1', digest, data, signature });
		}
	}
	// Node takes unused bits where they are zero; of a key made at random the last one is so every other time.
	let even = newKeys('P-256');
	while ((spkiOf(even.publicKey).at(-1) ?? 0) & 1) even = newKeys('P-256');
	const { algorithm, key: point } = taken(spkiOf(even.publicKey));
	const [what, key] = ['key: unused bits', der(0x30, algorithm, der(0x03, Buffer.from([1]), point))];
	const [data, digest] = [random.bytes(9), 'sha256'];
	const item = { what, key, digest, data, signature: nodeCrypto.sign(digest, data, even.privateKey) };
	expect([askNode(item), await compare(item)]).toEqual(['yes', 'yes']);
});

const ed25519Keys = [0, 1, 2].map(() => nodeCrypto.generateKeyPairSync('ed25519'));
/** Order of Ed25519's base point, https://www.rfc-editor.org/rfc/rfc8032#section-5.1 */
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

test('Ed25519: signatures and keys', { timeout: 60_000 }, async () => {
	let held = 0;
	for (let round = 0; round < 40; round += 1) {
		const { privateKey, publicKey } = random.pick(ed25519Keys);
		const data = random.bytes(random.below(200));
		const signature = nodeCrypto.sign(null, data, privateKey);
		const key = spkiOf(publicKey);
		const littleEndian = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
		const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`);
		const { algorithm } = taken(key);
		const signatures = [
			signature,
			// The same number once more around: RFC 8032 has it refused.
			Buffer.concat([signature.subarray(0, 32), littleEndian(s + ED25519_ORDER)]),
			Buffer.concat([signature.subarray(0, 32), Buffer.alloc(32)]),
			Buffer.concat([Buffer.alloc(32), signature.subarray(32)]),
			signature.subarray(0, random.below(64)),
			Buffer.concat([signature, Buffer.from([0])]),
			flipBit(signature),
			flipBit(signature),
			flipBit(signature),
			random.bytes(64),
			der(0x30, der(0x02, signature.subarray(0, 32)), der(0x02, signature.subarray(32))),
			new Uint8Array(0),
		];
		for (const bent of signatures) {
			for (const digest of [undefined, null, 'sha512'] as const) {
				if ((await compare({ what: 'Ed25519', key, digest, data, signature: bent })) === 'yes') held += 1;
			}
		}
		for (const [what, bent] of bentKeys(key)) await compare({ what, key: bent, digest: null, data, signature });
		await compare({ what: 'other data', key, digest: null, data: flipBit(random.bytes(9)), signature });
		// Points of small order, for which signatures over anything can be made up: libraries have differed on these.
		for (const hex of ['01', '00', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f']) {
			const point = Buffer.from(hex.padEnd(64, '0'), 'hex');
			const small = der(0x30, algorithm, bitString(point));
			for (const made of [signature, Buffer.concat([point, Buffer.alloc(32)])])
				await compare({ what: 'small order', key: small, digest: null, data, signature: made });
		}
	}
	expect(held).toBeGreaterThanOrEqual(80);
});

const rsaKeys = [1024, 2048, 2048, 3072].map((modulusLength) =>
	nodeCrypto.generateKeyPairSync('rsa', { modulusLength }),
);

test('RSA: PKCS#1 v1.5 signatures, keys as SubjectPublicKeyInfo and as PKCS#1', { timeout: 60_000 }, async () => {
	let held = 0;
	for (let round = 0; round < 36; round += 1) {
		const { privateKey, publicKey } = random.pick(rsaKeys);
		const digest = DIGESTS[round % DIGESTS.length];
		const data = random.bytes(random.below(200));
		const signature = nodeCrypto.sign(digest, data, privateKey);
		const key = spkiOf(publicKey);
		const pkcs1 = publicKey.export({ format: 'der', type: 'pkcs1' });
		const pss = nodeCrypto.sign(digest, data, { key: privateKey, padding: nodeCrypto.constants.RSA_PKCS1_PSS_PADDING });
		const signatures = [
			signature,
			pss,
			signature.subarray(0, random.below(signature.length)),
			signature.subarray(1),
			Buffer.concat([signature, Buffer.from([0])]),
			Buffer.concat([Buffer.from([0]), signature]),
			flipBit(signature),
			flipBit(signature),
			random.bytes(signature.length),
			Buffer.alloc(signature.length),
			Buffer.alloc(signature.length, 0xff),
			new Uint8Array(0),
		];
		for (const bent of signatures) {
			const cases: Case[] = [
				{ what: 'RSA', key, digest, data, signature: bent },
				{ what: 'RSA', key: pkcs1, type: 'pkcs1', digest, data, signature: bent },
			];
			for (const item of cases) if ((await compare(item)) === 'yes') held += 1;
		}
		for (const other of DIGESTS) await compare({ what: 'RSA', key, digest: other, data, signature });
		for (const [what, bent] of bentKeys(key)) await compare({ what, key: bent, digest, data, signature });
		const [modulus, exponent] = two(pkcs1);
		const bentPkcs1: [string, Uint8Array][] = [
			['PKCS#1: trailing data', Buffer.concat([pkcs1, Buffer.from([0])])],
			['PKCS#1: trailing data inside', der(0x30, modulus, exponent, NULL)],
			['PKCS#1: long-form length', longForm(pkcs1)],
			['PKCS#1: long-form length', der(0x30, modulus, longForm(exponent))],
			['PKCS#1: order', der(0x30, exponent, modulus)],
			['PKCS#1: one number', der(0x30, modulus)],
			['PKCS#1: negative', der(0x30, der(0x02, modulus.subarray(modulus.length - signature.length)), exponent)],
			['PKCS#1: exponent zero', der(0x30, modulus, der(0x02, Buffer.from([0])))],
			['PKCS#1: exponent one', der(0x30, modulus, der(0x02, Buffer.from([1])))],
			['PKCS#1: exponent even', der(0x30, modulus, der(0x02, Buffer.from([2])))],
			['PKCS#1: modulus zero', der(0x30, der(0x02, Buffer.from([0])), exponent)],
			['PKCS#1: SubjectPublicKeyInfo', key],
			['PKCS#1: cut off', pkcs1.subarray(0, random.below(pkcs1.length))],
			['PKCS#1: flipped', flipBit(pkcs1)],
			['PKCS#1: flipped', flipBit(pkcs1)],
		];
		for (const [what, bent] of bentPkcs1) await compare({ what, key: bent, type: 'pkcs1', digest, data, signature });
		await compare({ what: 'PKCS#1 as SubjectPublicKeyInfo', key: pkcs1, digest, data, signature });
	}
	expect(held).toBeGreaterThanOrEqual(72);
});

test('keys of other kinds cannot be told, never yes', { timeout: 60_000 }, async () => {
	const generate = nodeCrypto.generateKeyPairSync as (
		type: string,
		options?: object,
	) => {
		publicKey: KeyObject;
		privateKey: KeyObject;
	};
	const kinds: [string, string | null, ReturnType<typeof generate>][] = [
		['key: secp256k1', 'sha256', generate('ec', { namedCurve: 'secp256k1' })],
		['key: Ed448', null, generate('ed448')],
		['key: RSA-PSS', 'sha256', generate('rsa-pss', { modulusLength: 2048 })],
		[
			'key: RSA-PSS',
			'sha256',
			generate('rsa-pss', {
				modulusLength: 2048,
				hashAlgorithm: 'sha256',
				mgf1HashAlgorithm: 'sha256',
				saltLength: 32,
			}),
		],
		['key: DSA', 'sha256', generate('dsa', { modulusLength: 2048, divisorLength: 256 })],
	];
	for (const [what, digest, { publicKey, privateKey }] of kinds) {
		for (let round = 0; round < 10; round += 1) {
			const data = random.bytes(random.below(100));
			const signature = nodeCrypto.sign(digest, data, privateKey);
			const key = spkiOf(publicKey);
			expect(await compare({ what, key, digest, data, signature })).toBe('yes');
			expect(await askOurs({ what, key, digest, data, signature: flipBit(signature) })).toBe('cannot-tell');
			await compare({ what, key, digest, data, signature: flipBit(signature) });
		}
	}
	for (const kind of ['x25519', 'x448', 'dh']) {
		const { publicKey } = generate(kind, kind === 'dh' ? { group: 'modp14' } : undefined);
		const item = {
			what: kind,
			key: spkiOf(publicKey),
			digest: null,
			data: random.bytes(9),
			signature: random.bytes(64),
		};
		expect(await compare(item)).toBe('no');
		expect(await askOurs(item)).toBe('cannot-tell');
	}
});

test('digests that WebCrypto lacks, or nobody has', { timeout: 60_000 }, async () => {
	const names = [
		'sha1',
		'sha224',
		'sha3-256',
		'sha3-384',
		'sha512-256',
		'md5',
		'none',
		'unknown',
		'',
		'constructor',
		'toString',
	];
	const { privateKey, publicKey } = newKeys('P-256');
	for (const digest of names) {
		for (let round = 0; round < 5; round += 1) {
			const data = random.bytes(random.below(100));
			let signature: Uint8Array = random.bytes(70);
			try {
				signature = nodeCrypto.sign(digest, data, privateKey);
			} catch {
				// Nobody has it.
			}
			const item = { what: 'digest: unknown to WebCrypto', key: spkiOf(publicKey), digest, data, signature };
			await compare(item);
			expect(await askOurs(item)).toBe('cannot-tell');
		}
	}
});

test('createPublicKey takes PEM, and says what tuf-js asks for', () => {
	for (const { publicKey } of [...curveKeys.flatMap(({ keys }) => keys), ...ed25519Keys, ...rsaKeys]) {
		const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string;
		for (const text of [pem, pem.replaceAll('\n', '\r\n'), pem.trim(), `${pem}\n\n`]) {
			const ours = createPublicKey(text);
			const nodes = nodeCrypto.createPublicKey(text);
			compared += 1;
			expect(Buffer.from(ours.spki).equals(spkiOf(nodes))).toBe(true);
			if (ours.type === 'unsupported') return expect.fail('a key that WebCrypto has');
			expect(ours.asymmetricKeyType).toBe(nodes.asymmetricKeyType);
			if (ours.type === 'ec') expect(ours.asymmetricKeyDetails.namedCurve).toBe(nodes.asymmetricKeyDetails?.namedCurve);
		}
		for (const wrong of [
			pem.replace('PUBLIC', 'PRIVATE'),
			pem.replace('-----END PUBLIC KEY-----', ''),
			pem.replace('BEGIN PUBLIC', 'BEGIN SECRET'),
			pem.replace('END PUBLIC', 'END SECRET'),
			pem.replace(/^(-.*\n.{20})/, '$1!!!!'),
			pem.slice(30),
			'-----BEGIN PUBLIC KEY-----END PUBLIC KEY-----',
			'-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----',
			'',
		]) {
			compared += 1;
			expect(() => nodeCrypto.createPublicKey(wrong), wrong).toThrow();
			expect(() => createPublicKey(wrong), wrong).toThrow();
		}
	}
});

test('keys that are no one right encoding are refused before any browser sees them', () => {
	const spki = spkiOf(newKeys('P-256').publicKey);
	const { algorithm, bits, key } = taken(spki);
	const [ed25519, rsa] = [ed25519Keys[0]?.publicKey as KeyObject, rsaKeys[0]?.publicKey as KeyObject];
	for (const bent of [
		der(0x30, algorithm, bits, NULL),
		Buffer.concat([spki, NULL]),
		der(0x30, algorithm, bitString(key, Buffer.from([0]))),
		der(0x30, algorithm, bitString(key.subarray(0, -1))),
		der(0x30, algorithm, der(0x03, Buffer.from([1]), key)),
		Buffer.concat([spki.subarray(0, 1), Buffer.from([(spki[1] ?? 0) + 1]), spki.subarray(2)]),
		spki.subarray(0, -1),
		...[31, 33].map((length) => der(0x30, taken(spkiOf(ed25519)).algorithm, bitString(random.bytes(length)))),
		der(0x30, taken(spkiOf(rsa)).algorithm, bitString(taken(spkiOf(rsa)).key, NULL)),
		der(0x30, taken(spkiOf(rsa)).algorithm, bitString(der(0x30, split(taken(spkiOf(rsa)).key).value, NULL))),
	])
		expect(() => createPublicKey({ key: bent, format: 'der', type: 'spki' }), bent.toString()).toThrow();
	expect(() => createPublicKey({ key: spki, format: 'der', type: 'spki' })).not.toThrow();
});

test('an ECDSA signature of numbers too long for the curve is no without asking', () => {
	const key = createPublicKey({ key: spkiOf(newKeys('P-256').publicKey), format: 'der', type: 'spki' });
	const short = der(0x02, Buffer.alloc(32, 0x11));
	const long = der(0x02, Buffer.alloc(33, 0x11));
	for (const signature of [der(0x30, long, short), der(0x30, short, long)])
		expect(verify('sha256', new Uint8Array(1), key, signature)).toBe(false);
	expect(() => verify('sha256', new Uint8Array(1), key, der(0x30, short, short))).toThrow('outside of settle()');
});

test('verify takes only bytes', () => {
	const key = createPublicKey({ key: spkiOf(newKeys('P-256').publicKey), format: 'der', type: 'spki' });
	for (const wrong of [undefined, null, 'text', 5, {}, [1, 2]] as unknown as Uint8Array[]) {
		expect(() => verify('sha256', wrong, key, new Uint8Array(8))).toThrow(TypeError);
		expect(() => verify('sha256', new Uint8Array(8), key, wrong)).toThrow(TypeError);
	}
});

test('createHash gives the same digest, however the bytes come', () => {
	for (let round = 0; round < 600; round += 1) {
		const algorithm = random.pick(['sha256', 'sha384', 'sha512']);
		const [ours, nodes] = [createHash(algorithm), nodeCrypto.createHash(algorithm)];
		for (let chunks = random.below(6); chunks > 0; chunks -= 1) {
			const chunk = random.pick([
				() => random.bytes(random.below(300)),
				() => Buffer.from(random.bytes(random.below(20))).toString('base64'),
				() => `\ud800${random.below(1000)}é`,
			])();
			ours.update(chunk);
			nodes.update(chunk);
		}
		compared += 1;
		const digest = random.pick(['bytes', 'hex', 'base64'] as const);
		if (digest === 'bytes') expect(Buffer.from(ours.digest()).equals(nodes.digest())).toBe(true);
		else expect(ours.digest(digest)).toBe(nodes.digest(digest));
		expect(() => ours.digest()).toThrow();
		expect(() => ours.update(new Uint8Array(1))).toThrow();
	}
	for (const unknown of [undefined, 'sha257', '', 'constructor', '__proto__'] as string[]) {
		expect(() => nodeCrypto.createHash(unknown)).toThrow();
		expect(() => createHash(unknown)).toThrow();
	}
});

test('timingSafeEqual compares bytes, and only bytes', () => {
	for (let round = 0; round < 1000; round += 1) {
		const one = random.bytes(random.below(40));
		const other = random.pick([
			() => Buffer.from(one),
			() => random.bytes(one.length),
			() => random.bytes(random.below(40)),
		])();
		const flipped = one.length > 0 ? flipBit(one) : one;
		for (const [left, right] of [
			[one, other],
			[other, one],
			[one, flipped],
		] as const) {
			const outcome = (compare: typeof timingSafeEqual) => {
				try {
					return compare(left, right);
				} catch (error) {
					return (error as Error).name;
				}
			};
			compared += 1;
			expect(outcome(timingSafeEqual)).toBe(outcome(nodeCrypto.timingSafeEqual as typeof timingSafeEqual));
		}
	}
	for (const wrong of [[1], 'a', undefined, { byteLength: 1 }] as unknown as Uint8Array[])
		expect(() => timingSafeEqual(wrong, wrong)).toThrow(TypeError);
});

test('a key of megabytes is answered like any other', { timeout: 20_000 }, async () => {
	const modulus = Buffer.alloc(1_000_000, 0xab);
	const key = nodeCrypto.createPublicKey({
		key: { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' },
		format: 'jwk',
	});
	const item = { what: 'large', key: spkiOf(key), digest: 'sha256', data: random.bytes(9), signature: modulus };
	expect(await compare(item)).toBe('no');
});

afterAll(() => {
	expect(compared).toBeGreaterThanOrEqual(10_000);
	// A difference that no longer shows is to be taken off the table.
	expect([...seen.keys()].sort()).toEqual(Object.keys(DIFFERENCES).sort());
});
