/** Tests of Node's own answers to signature questions: the same as WebCrypto's, whatever is wrong with the question. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { verifyByNode } from '../../../cli/node-verify.ts';
import type { Algorithm, Question } from '../../../lib/sigstore/webcrypto/bridge.ts';

const data = new TextEncoder().encode('what was signed');

function made(algorithm: Algorithm, { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) {
	const digest = algorithm.name === 'Ed25519' ? null : algorithm.hash.replace('-', '');
	const signature = sign(digest, data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
	const key = publicKey.export({ type: 'spki', format: 'der' });
	return { algorithm, data, key: new Uint8Array(key), signature: new Uint8Array(signature) };
}

const ecdsa = (namedCurve: 'P-256' | 'P-384' | 'P-521', hash: 'SHA-256' | 'SHA-384' | 'SHA-512') =>
	made({ name: 'ECDSA', namedCurve, hash }, generateKeyPairSync('ec', { namedCurve }));

const questions: Record<string, Question> = {
	'P-256': ecdsa('P-256', 'SHA-256'),
	'P-384 with SHA-256': ecdsa('P-384', 'SHA-256'),
	'P-521': ecdsa('P-521', 'SHA-512'),
	RSA: made({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, generateKeyPairSync('rsa', { modulusLength: 2048 })),
	Ed25519: made({ name: 'Ed25519' }, generateKeyPairSync('ed25519')),
};

async function byWebCrypto({ algorithm, key, data: signed, signature }: Question): Promise<boolean> {
	try {
		const spki = new Uint8Array(key);
		const imported = await crypto.subtle.importKey('spki', spki, algorithm, false, ['verify']);
		return await crypto.subtle.verify(algorithm, imported, new Uint8Array(signature), new Uint8Array(signed));
	} catch {
		return false;
	}
}

const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

test.each(Object.entries(questions))('%s', async (_name, question) => {
	expect(verifyByNode(question)).toBe(true);
	expect(await byWebCrypto(question)).toBe(true);
	const { key, signature } = question;
	const wrong: Question[] = [
		...Array.from(signature.keys(), (at) => ({ ...question, signature: flipped(signature, at) })),
		...Array.from(key.keys(), (at) => ({ ...question, key: flipped(key, at) })),
		{ ...question, data: flipped(data, 3) },
		{ ...question, signature: signature.slice(1) },
		{ ...question, signature: new Uint8Array(signature.length) },
		{ ...question, signature: new Uint8Array() },
		{ ...question, key: new Uint8Array() },
		// A key of another kind than the one that was asked with.
		...Object.values(questions).map(({ algorithm }) => ({ ...question, algorithm })),
	];
	for (const one of wrong) {
		const { algorithm } = one;
		expect(verifyByNode(one), JSON.stringify(algorithm)).toBe(await byWebCrypto(one));
	}
});

test('many keys of strangers are not kept, and each is answered for itself', () => {
	for (let times = 0; times < 80; times += 1) expect(verifyByNode(ecdsa('P-256', 'SHA-256'))).toBe(true);
	const [one, other] = [ecdsa('P-256', 'SHA-256'), ecdsa('P-256', 'SHA-256')];
	expect(verifyByNode({ ...one, key: other.key })).toBe(false);
});
