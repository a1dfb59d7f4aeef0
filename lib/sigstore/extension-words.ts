/** Owns what the common extensions of a certificate mean, for the eye: those whose bytes are no text. It decides nothing. */
import './webcrypto/asn1-patch.ts';
import type { ASN1Obj, X509Certificate } from '@sigstore/core';
import { attempt } from './attempt.ts';

/** In the order of their bits. @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.3 */
const KEY_USAGES = [
	'digital signature',
	'content commitment',
	'key encipherment',
	'data encipherment',
	'key agreement',
	'signs certificates',
	'signs revocation lists',
	'only enciphers',
	'only deciphers',
];

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12 */
const EXTENDED_USAGES: Record<string, string> = {
	'1.3.6.1.5.5.7.3.1': 'server authentication',
	'1.3.6.1.5.5.7.3.2': 'client authentication',
	'1.3.6.1.5.5.7.3.3': 'code signing',
	'1.3.6.1.5.5.7.3.8': 'time stamping',
};

type Reader = (value: ASN1Obj, certificate: X509Certificate) => string | undefined;

/** Object identifier -> what the extension says. `value` is the OCTET STRING around it. */
const READERS: Record<string, Reader> = {
	'2.5.29.14': ({ subs }) => subs[0]?.value.toString('hex'),
	'2.5.29.15': ({ subs }) => {
		const bits = subs[0]?.toBitString() ?? [];
		return KEY_USAGES.filter((_usage, at) => bits[at] === 1).join(', ');
	},
	'2.5.29.17': (_value, { subjectAltName }) => subjectAltName,
	'2.5.29.19': ({ subs }) => (subs[0]?.subs[0]?.toBoolean() ? 'may issue certificates' : 'may not issue certificates'),
	'2.5.29.35': ({ subs }) => subs[0]?.subs.find(({ tag }) => tag.isContextSpecific(0x00))?.value.toString('hex'),
	'2.5.29.37': ({ subs }) =>
		(subs[0]?.subs ?? []).map((usage) => EXTENDED_USAGES[usage.toOID()] ?? usage.toOID()).join(', '),
	'1.3.6.1.4.1.11129.2.4.2': (_value, { extSCT }) =>
		extSCT?.signedCertificateTimestamps
			.slice(0, MAX_TIMESTAMPS)
			.map(({ logID, datetime }) => `${datetime.toISOString()}, log ${logID.toString('hex')}`)
			.join('; '),
};

/** Honest certificates have one. */
const MAX_TIMESTAMPS = 8;

/** What an extension says. @returns nothing where it is of no kind that is known here, or cannot be read. */
export function extensionWords(oid: string, value: ASN1Obj, certificate: X509Certificate): string | undefined {
	const read = Object.hasOwn(READERS, oid) ? READERS[oid] : undefined;
	return (read && attempt(() => read(value, certificate))) || undefined;
}
