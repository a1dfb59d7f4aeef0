/** Owns how the tools make X.509 certificates: a private Fulcio's, and the local server's for TLS. */
import 'reflect-metadata'; // first: the package below asks for it
import * as x509 from '@peculiar/x509';

export { x509 };

x509.cryptoProvider.set(globalThis.crypto);

/** A key pair as WebCrypto gives it, exportable. */
export type KeyPair = CryptoKeyPair;

/** What a certificate says, who signs it, and how. */
export interface CertificateOptions {
	/** Distinguished names; `subject` is empty in the certificates that Fulcio issues. */
	subject?: string;
	issuer: string;
	keys: KeyPair;
	/** The issuer's key pair; the same as `keys` in a certificate that signs itself. */
	issuerKeys: KeyPair;
	notBefore: Date;
	notAfter: Date;
	extensions: x509.Extension[];
	/** Hex; a random one where none is given. */
	serialNumber?: string;
}

/** Makes an ECDSA key pair. */
export function generateKeys(namedCurve: 'P-256' | 'P-384'): Promise<KeyPair> {
	return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']);
}

/** A public key as DER SubjectPublicKeyInfo. */
export async function exportSpki(key: CryptoKey): Promise<Buffer> {
	return Buffer.from(await crypto.subtle.exportKey('spki', key));
}

/** Makes and signs a certificate (ECDSA with SHA-384 under a P-384 issuer, else SHA-256), as DER. */
export async function issueCertificate(options: CertificateOptions): Promise<Buffer> {
	const { keys, issuerKeys, subject, ...rest } = options;
	const { namedCurve } = issuerKeys.privateKey.algorithm as EcKeyAlgorithm;
	const certificate = await x509.X509CertificateGenerator.create({
		...rest,
		...(subject !== undefined && { subject }),
		publicKey: keys.publicKey,
		signingKey: issuerKeys.privateKey,
		signingAlgorithm: { name: 'ECDSA', hash: namedCurve === 'P-384' ? 'SHA-384' : 'SHA-256' },
	});
	return Buffer.from(certificate.rawData);
}

/** The key identifiers that chain a certificate to its issuer. */
export async function keyIdentifiers(keys: KeyPair, issuerKeys: KeyPair): Promise<x509.Extension[]> {
	return [
		await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
		await x509.AuthorityKeyIdentifierExtension.create(issuerKeys.publicKey),
	];
}

/** DER as PEM. */
export function pem(label: 'CERTIFICATE' | 'PUBLIC KEY' | 'PRIVATE KEY', der: Uint8Array): string {
	const lines =
		Buffer.from(der)
			.toString('base64')
			.match(/.{1,64}/g) ?? [];
	return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** A key and a certificate that signs itself, for these host names and addresses, as PEM. */
export async function selfSignedTls(hosts: string[]): Promise<{ key: string; cert: string }> {
	const keys = await generateKeys('P-256');
	const now = Date.now();
	const cert = await issueCertificate({
		subject: 'CN=stamp-of-origin test server',
		issuer: 'CN=stamp-of-origin test server',
		keys,
		issuerKeys: keys,
		notBefore: new Date(now - 24 * 60 * 60 * 1000),
		notAfter: new Date(now + 24 * 60 * 60 * 1000),
		extensions: [
			new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns' as const, value }))),
			new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
		],
	});
	const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
	return { key: pem('PRIVATE KEY', key), cert: pem('CERTIFICATE', cert) };
}
