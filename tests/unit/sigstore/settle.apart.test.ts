/** Holds settle() to its promises: only real answers leave it, within bounds, and nothing that nobody answered is true. */
import 'reflect-metadata';
import nodeCrypto from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { X509Certificate } from '@sigstore/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ask, type Question, refuse, settle, UnsettledError } from '../../../lib/sigstore/webcrypto/bridge.ts';
import { createPublicKey, verify } from '../../../lib/sigstore/webcrypto/node-crypto.ts';

const pair = nodeCrypto.generateKeyPairSync('ed25519');
const KEY = pair.publicKey.export({ format: 'der', type: 'spki' });
const GENUINE = new Uint8Array(64);

/** A question that will be answered yes or no. Each text makes another one. */
function question(text: string, answer: boolean): Question {
	const data = Buffer.from(text);
	const signature = answer ? nodeCrypto.sign(null, data, pair.privateKey) : GENUINE;
	return { algorithm: { name: 'Ed25519' }, key: KEY, data, signature };
}

/** Counts what reaches WebCrypto while the test runs. */
function watchWebCrypto() {
	const verifySpy = vi.spyOn(crypto.subtle, 'verify');
	onTestFinished(() => verifySpy.mockRestore());
	return verifySpy;
}

test('a run whose answers are all yes stands: it is not run again', async () => {
	const runs: boolean[][] = [];
	const value = await settle(() => {
		runs.push([ask(question('a', true)), ask(question('b', true))]);
		return { done: true };
	});
	expect(value).toEqual({ done: true });
	expect(runs).toEqual([[true, true]]);
});

test('a run without questions stands, with its value or its exception', async () => {
	expect(await settle(() => 7)).toBe(7);
	await expect(
		settle(() => {
			throw new Error('of its own');
		}),
	).rejects.toThrow('of its own');
});

test('one no, and the run is made again with the real answers, which gives the exact failure', async () => {
	const runs: boolean[][] = [];
	const outcome = settle(() => {
		const answers = ['a', 'b', 'c'].map((text) => ask(question(text, text !== 'b')));
		runs.push(answers);
		if (!answers[1]) throw new Error('b is false');
		return 'holds';
	});
	await expect(outcome).rejects.toThrow('b is false');
	expect(runs).toEqual([
		[true, true, true],
		[true, false, true],
	]);
});

test('an exception that only came of taking a false answer as true is gone', async () => {
	const value = await settle(() => {
		if (ask(question('a', false))) throw new Error('never under real answers');
		return ask(question('b', true));
	});
	expect(value).toBe(true);
});

test('a value that only came of taking a false answer as true is gone', async () => {
	const value = await settle(() => (ask(question('a', false)) ? 'accepted' : 'refused'));
	expect(value).toBe('refused');
});

test('an exception that came of true answers stands at once', async () => {
	let runs = 0;
	const outcome = settle(() => {
		runs += 1;
		if (ask(question('a', true))) throw new Error('real');
	});
	await expect(outcome).rejects.toThrow('real');
	expect(runs).toBe(1);
});

test('questions that come up only after a no are answered too', async () => {
	const seen: boolean[][] = [];
	const value = await settle(() => {
		const answers: boolean[] = [];
		for (let i = 0; i < 10; i += 1) answers.push(ask(question(`${i}`, i === 9)));
		seen.push(answers);
		return answers.indexOf(true);
	});
	expect(value).toBe(9);
	const first = await settle(() => ['a', 'b', 'c', 'd'].find((text) => ask(question(text, text === 'd'))));
	expect(first).toBe('d');
});

test('a question nobody answers is never true: outside of settle(), before, after, and in what it leaves behind', async () => {
	expect(() => ask(question('a', true))).toThrow('outside of settle()');
	expect(() => refuse('x')).toThrow('outside of settle()');
	const key = createPublicKey({ key: KEY, format: 'der', type: 'spki' });
	const { data, signature } = question('a', true);
	expect(() => verify(null, data, key, signature)).toThrow('outside of settle()');
	const running = settle(() => ask(question('a', true)));
	// The run is over, its answers are not there yet.
	expect(() => ask(question('a', true))).toThrow('outside of settle()');
	await running;
	expect(() => ask(question('a', true))).toThrow('outside of settle()');
	// A run that goes on after it has returned is not within settle() any more.
	const late = await settle(() => ({
		promise: Promise.resolve().then(() => ask(question('a', true))),
	}));
	await expect(late.promise).rejects.toThrow('outside of settle()');
	// A run that throws leaves nothing open either.
	await settle(() => {
		throw new Error('x');
	}).catch(() => {});
	expect(() => ask(question('a', true))).toThrow('outside of settle()');
});

test('a question asked again in the same run is one question', async () => {
	const spy = watchWebCrypto();
	const same = question('a', true);
	const value = await settle(() => Array.from({ length: 200 }, () => ask({ ...same, data: Buffer.from('a') })));
	expect(value.every((answer) => answer)).toBe(true);
	expect(spy).toHaveBeenCalledTimes(1);
});

test('endless new questions come to an end, and are never true', async () => {
	const spy = watchWebCrypto();
	let asked = 0;
	const outcome = settle(() => {
		while (ask(question(`${asked}`, true))) asked += 1;
		return true;
	});
	await expect(outcome).rejects.toMatchObject({ code: 'too-many-questions' });
	expect(spy.mock.calls.length).toBeLessThanOrEqual(64);
	expect(asked).toBeLessThan(100);
});

test('the bound counts the questions of all rounds together', async () => {
	const spy = watchWebCrypto();
	const outcome = settle(() => {
		for (let round = 0; ; round += 1) {
			for (let i = 0; i < 20; i += 1) if (!ask(question(`${round} ${i}`, true))) return false;
			// Leads on to twenty more.
			if (ask(question(`${round} end`, false))) return true;
		}
	});
	await expect(outcome).rejects.toMatchObject({ code: 'too-many-questions' });
	expect(spy.mock.calls.length).toBeLessThanOrEqual(64);
});

test('endless false questions come to an end', async () => {
	let runs = 0;
	const outcome = settle(() => {
		runs += 1;
		for (let i = 0; ; i += 1) if (ask(question(`${i}`, false))) return true;
	});
	await expect(outcome).rejects.toMatchObject({ code: 'too-many-questions' });
	expect(runs).toBeLessThanOrEqual(16);
});

test('a run that asks the same for ever comes to an end, known answers or not', async () => {
	for (const known of [[], [question('a', true)]]) {
		const outcome = settle(() => {
			let depth = 0;
			while (ask(question('a', true))) depth += 1;
			return depth;
		}, known);
		await expect(outcome).rejects.toMatchObject({ code: 'too-many-questions' });
	}
});

test('a value made in a run that went out of bounds does not leave', async () => {
	const outcome = settle(() => {
		for (let i = 0; i < 300; i += 1) ask(question(`${i}`, true));
		return 'accepted';
	});
	await expect(outcome).rejects.toBeInstanceOf(UnsettledError);
});

test('a known answer is used only where all four parts are equal', async () => {
	const known = question('a', true);
	const spy = watchWebCrypto();
	expect(await settle(() => ask({ ...known, data: Buffer.from('a') }), [known])).toBe(true);
	expect(spy).not.toHaveBeenCalled();
	const otherKey = nodeCrypto.generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
	const others: Partial<Question>[] = [
		{ algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } },
		{ key: otherKey },
		{ data: Buffer.from('b') },
		{ data: Buffer.from('a\0') },
		{ signature: GENUINE },
		{ signature: known.signature.subarray(0, 63) },
	];
	for (const [index, part] of others.entries()) {
		expect(await settle(() => ask({ ...known, ...part }), [known])).toBe(false);
		expect(spy).toHaveBeenCalledTimes(index);
	}
});

test('algorithms that differ in their hash alone are different questions', async () => {
	const ec = nodeCrypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const key = createPublicKey(ec.publicKey.export({ format: 'pem', type: 'spki' }) as string);
	const data = Buffer.from('x');
	const signature = nodeCrypto.sign('sha384', data, ec.privateKey);
	const learned: Question[] = [];
	expect(
		await settle(
			() => verify('sha384', data, key, signature),
			[],
			(asked) => learned.push(asked),
		),
	).toBe(true);
	expect(await settle(() => verify('sha256', data, key, signature), learned)).toBe(false);
});

test('learn gets true answers only, each once', async () => {
	const learned: string[] = [];
	await settle(
		() => ['a', 'b', 'c', 'a'].map((text) => ask(question(text, text !== 'b'))),
		[question('c', true)],
		({ data }) => learned.push(Buffer.from(data).toString()),
	);
	expect(learned).toEqual(['a']);
});

test('an algorithm that WebCrypto lacks is a failure of its own, and only where the run failed', async () => {
	const failing = settle(() => {
		if (!refuse('Ed448')) throw new Error('invalid signature');
	});
	await expect(failing).rejects.toMatchObject({ code: 'unsupported-algorithm', message: 'Ed448' });
	// To return false is to fail, too.
	await expect(settle(() => refuse('Ed448'))).rejects.toMatchObject({ code: 'unsupported-algorithm' });
	// One of two signatures could not be told, the other one was enough.
	expect(await settle(() => refuse('Ed448') || ask(question('a', true)))).toBe(true);
	// Met only in a run that did not stand.
	const vanished = settle(() => {
		if (ask(question('a', false))) refuse('Ed448');
		throw new Error('real');
	});
	await expect(vanished).rejects.toThrow('real');
});

test('a browser without an algorithm is told from a false signature', async () => {
	const missing = vi.spyOn(crypto.subtle, 'importKey').mockImplementation(async () => {
		throw new DOMException('Unrecognized name', 'NotSupportedError');
	});
	onTestFinished(() => missing.mockRestore());
	const fresh = nodeCrypto.generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
	const outcome = settle(() => {
		if (!ask({ ...question('a', true), key: fresh })) throw new Error('invalid signature');
	});
	await expect(outcome).rejects.toMatchObject({ code: 'unsupported-algorithm', message: 'Ed25519' });
});

test('a key or signature that WebCrypto throws at is answered no', async () => {
	const good = question('a', true);
	const bad: Partial<Question>[] = [
		{ key: new Uint8Array(0) },
		{ key: KEY.subarray(0, 20) },
		{ key: new Uint8Array(1_000_000) },
		{ algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } },
	];
	for (const part of bad) expect(await settle(() => ask({ ...good, ...part }))).toBe(false);
	// Not because it never got there: what a key of megabytes verifies is for WebCrypto to say.
	const imports = vi.spyOn(crypto.subtle, 'importKey');
	onTestFinished(() => imports.mockRestore());
	await settle(() => ask({ ...good, key: new Uint8Array(1_000_000) }));
	expect(imports).toHaveBeenCalledTimes(1);
	const broken = vi.spyOn(crypto.subtle, 'verify').mockRejectedValue(new Error('out of memory'));
	onTestFinished(() => broken.mockRestore());
	expect(await settle(() => ask(good))).toBe(false);
});

test('runs side by side never get each other answers', async () => {
	const outcomes = await Promise.all(
		Array.from({ length: 40 }, async (_, index) => {
			const isGenuine = index % 2 === 0;
			const own = question(`run ${index}`, isGenuine);
			// The same question, but for the last byte of its signature, is asked next door.
			const twin = { ...question(`run ${index - 1}`, true), signature: GENUINE };
			await new Promise((resolve) => setTimeout(resolve, index % 5));
			const [ownAnswer, twinAnswer] = await settle(() => [ask(own), ask(twin)]);
			return ownAnswer === isGenuine && twinAnswer === false;
		}),
	);
	expect(outcomes.every((isRight) => isRight)).toBe(true);
});

test('a settle() within a run does not answer for the run around it', async () => {
	let inner: Promise<boolean> | undefined;
	const outer = settle(() => {
		inner = settle(() => ask(question('a', true)));
		return ask(question('b', false));
	});
	await expect(outer).rejects.toThrow('outside of settle()');
	expect(await inner).toBe(true);
});

test('many questions over megabytes are answered', async () => {
	const payload = Buffer.alloc(5_000_000, 7);
	const signature = nodeCrypto.sign(null, payload, pair.privateKey);
	const outcome = await settle(() => {
		// The same bytes eight times, each in memory of their own, beside a question that has the run made again.
		const answers = Array.from({ length: 8 }, () =>
			ask({ algorithm: { name: 'Ed25519' }, key: KEY, data: Buffer.from(payload), signature }),
		);
		return answers.every((answer) => answer) && !ask(question('a', false));
	});
	expect(outcome).toBe(true);
});

/** A private authority: a root, an intermediate that it signed, and whatever a stranger makes up. */
async function authority() {
	x509.cryptoProvider.set(crypto);
	const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
	const newKeys = () => crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
	const [rootKeys, intermediateKeys, strangerKeys] = [await newKeys(), await newKeys(), await newKeys()];
	const keyId = async (key: CryptoKey) => await x509.SubjectKeyIdentifierExtension.create(key);
	const issue = async (options: {
		subject: string;
		issuer: string;
		publicKey: CryptoKey;
		signingKey: CryptoKey;
		subjectKeyOf: CryptoKey;
		authorityKeyOf: CryptoKey;
		isAuthority?: boolean;
	}) => {
		const certificate = await x509.X509CertificateGenerator.create({
			serialNumber: nodeCrypto.randomBytes(8).toString('hex'),
			subject: options.subject,
			issuer: options.issuer,
			notBefore: new Date('2020-01-01'),
			notAfter: new Date('2040-01-01'),
			publicKey: options.publicKey,
			signingKey: options.signingKey,
			signingAlgorithm: algorithm,
			extensions: [
				new x509.BasicConstraintsExtension(options.isAuthority === true, undefined, true),
				await keyId(options.subjectKeyOf),
				await x509.AuthorityKeyIdentifierExtension.create(options.authorityKeyOf),
			],
		});
		return X509Certificate.parse(Buffer.from(certificate.rawData));
	};
	const root = await issue({
		subject: 'CN=root',
		issuer: 'CN=root',
		publicKey: rootKeys.publicKey,
		signingKey: rootKeys.privateKey,
		subjectKeyOf: rootKeys.publicKey,
		authorityKeyOf: rootKeys.publicKey,
		isAuthority: true,
	});
	const intermediate = await issue({
		subject: 'CN=intermediate',
		issuer: 'CN=root',
		publicKey: intermediateKeys.publicKey,
		signingKey: rootKeys.privateKey,
		subjectKeyOf: intermediateKeys.publicKey,
		authorityKeyOf: rootKeys.publicKey,
		isAuthority: true,
	});
	return { root, intermediate, rootKeys, intermediateKeys, strangerKeys, issue };
}

/** The class is not among what the package exports by name; its file is. */
async function chainVerifier() {
	const { CertificateChainVerifier } = (await import(
		new URL('../../../node_modules/@sigstore/verify/dist/key/certificate.js', import.meta.url).href
	)) as {
		CertificateChainVerifier: new (options: {
			trustedCerts: X509Certificate[];
			untrustedCert: X509Certificate;
			timestamp: Date;
		}) => { verify(): X509Certificate[] };
	};
	return CertificateChainVerifier;
}

test('a hostile certificate that sends the search for its issuer around in a circle fails, and the search ends', async () => {
	const { root, intermediate, rootKeys, intermediateKeys, strangerKeys, issue } = await authority();
	const Verifier = await chainVerifier();
	const asIntermediate = { issuer: 'CN=intermediate', authorityKeyOf: intermediateKeys.publicKey };
	const check = async (leaf: X509Certificate, known: Question[] = []) => {
		const learned = [...known];
		const run = () =>
			new Verifier({
				trustedCerts: [intermediate, root],
				untrustedCert: leaf,
				timestamp: new Date('2030-01-01'),
			}).verify();
		return { path: await settle(run, known, (asked) => learned.push(asked)), learned };
	};
	const honest = await issue({
		...asIntermediate,
		subject: 'CN=leaf',
		publicKey: strangerKeys.publicKey,
		signingKey: intermediateKeys.privateKey,
		subjectKeyOf: strangerKeys.publicKey,
	});
	const { path, learned } = await check(honest);
	expect(path).toHaveLength(3);
	expect(learned.length).toBeGreaterThan(1);

	// It claims the root's key id and name, so the intermediate's issuer could be this leaf, whose issuer is the intermediate.
	for (const [subject, publicKey] of [
		['CN=root', strangerKeys.publicKey],
		['CN=other', strangerKeys.publicKey],
		// Worse: it holds the root's own public key, so its half of the circle is true.
		['CN=root', rootKeys.publicKey],
		['CN=other', rootKeys.publicKey],
	] as const) {
		const hostile = await issue({
			...asIntermediate,
			subject,
			publicKey,
			signingKey: strangerKeys.privateKey,
			subjectKeyOf: rootKeys.publicKey,
		});
		for (const known of [[], learned]) {
			await expect(check(hostile, known)).rejects.toThrow('no valid certificate path found');
		}
	}

	// An intermediate gone bad closes the circle with a true signature: then the search does not end by itself.
	const circular = await issue({
		...asIntermediate,
		subject: 'CN=root',
		publicKey: rootKeys.publicKey,
		signingKey: intermediateKeys.privateKey,
		subjectKeyOf: rootKeys.publicKey,
	});
	await expect(check(circular)).rejects.toMatchObject({ code: 'too-many-questions' });
	await expect(check(circular, learned)).rejects.toMatchObject({ code: 'too-many-questions' });
});
