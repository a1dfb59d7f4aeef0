/** Owns how a certificate is read: one table of Fulcio's extensions, and the identity that they make. */
import type { ASN1Obj, X509Certificate } from '@sigstore/core';
import type { CertificateView, ExtensionView } from '../report/evidence.ts';
import type { Identity } from '../report/identity.ts';
import { failed, type Result, success } from '../report/result.ts';
import { extensionWords } from './extension-words.ts';

/** Fulcio's extensions: https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
const FULCIO = '1.3.6.1.4.1.57264.1';

/** Number under Fulcio's arc -> name in its documentation. 1 to 6 are raw text, those from 8 DER UTF8String. */
const EXTENSION_NAMES: Record<number, string> = {
	1: 'Issuer (old form)',
	2: 'GitHub workflow trigger (old form)',
	3: 'GitHub workflow SHA (old form)',
	4: 'GitHub workflow name (old form)',
	5: 'GitHub workflow repository (old form)',
	6: 'GitHub workflow ref (old form)',
	7: 'Other name of the subject',
	8: 'Issuer',
	9: 'Build signer URI',
	10: 'Build signer digest',
	11: 'Runner environment',
	12: 'Source repository URI',
	13: 'Source repository digest',
	14: 'Source repository ref',
	15: 'Source repository identifier',
	16: 'Source repository owner URI',
	17: 'Source repository owner identifier',
	18: 'Build config URI',
	19: 'Build config digest',
	20: 'Build trigger',
	21: 'Run invocation URI',
	22: 'Source repository visibility at signing',
	23: 'Deployment environment',
	24: 'Subject of the token',
};

const OTHER_NAMES: Record<string, string> = {
	'2.5.29.14': 'Subject key identifier',
	'2.5.29.15': 'Key usage',
	'2.5.29.17': 'Subject alternative name',
	'2.5.29.19': 'Basic constraints',
	'2.5.29.35': 'Authority key identifier',
	'2.5.29.37': 'Extended key usage',
	'1.3.6.1.4.1.11129.2.4.2': 'Signed certificate timestamps',
};

/**
 * Reads a parsed certificate into plain JSON.
 * @returns failure `certificate-malformed` if a field is missing, or an extension is there twice or is not the text that it should be.
 */
export function readCertificate(certificate: X509Certificate): Result<CertificateView> {
	try {
		const extensions: ExtensionView[] = [];
		const fulcio: Record<number, string> = {};
		for (const { subs } of certificate.extensions) {
			// Extension ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue OCTET STRING }
			// https://www.rfc-editor.org/rfc/rfc5280#section-4.1
			const [id, octets] = [subs[0], subs.at(-1)];
			if (id === undefined || octets === undefined || subs.length > 3) throw new Error('an extension cannot be read');
			const oid = id.toOID();
			if (extensions.some((other) => other.oid === oid)) throw new Error(`extension ${oid} stands twice`);
			const critical = subs.length === 3 && (subs[1] as ASN1Obj).toBoolean();
			const number = oid.startsWith(`${FULCIO}.`) ? Number(oid.slice(FULCIO.length + 1)) : undefined;
			const isText = number !== undefined && number in EXTENSION_NAMES && number !== 7;
			const value = isText ? extensionText(number, octets) : octets.value.toString('hex');
			if (isText) fulcio[number] = value;
			const name = number === undefined ? OTHER_NAMES[oid] : EXTENSION_NAMES[number];
			const words = isText ? undefined : extensionWords(oid, octets, certificate);
			extensions.push({ oid, name: name ?? 'Unknown extension', critical, value, ...(words && { words }) });
		}
		return success({
			subjectAlternativeName: onlyName(certificate),
			notBefore: certificate.notBefore.toISOString(),
			notAfter: certificate.notAfter.toISOString(),
			serial: Buffer.from(certificate.serialNumber).toString('hex'),
			extensions,
			fulcio,
		});
	} catch (error) {
		return failed('certificate-malformed', error instanceof Error ? error.message : String(error));
	}
}

/**
 * The one name that a certificate is about: an address, or an e-mail address. Of several, each reader would take another.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6
 */
function onlyName(certificate: X509Certificate): string {
	const [name, ...others] = certificate.extension(ALTERNATIVE_NAME)?.valueObj.subs[0]?.subs ?? [];
	if (name === undefined || others.length > 0) throw new Error('not exactly one subject alternative name');
	if (!name.tag.isContextSpecific(EMAIL) && !name.tag.isContextSpecific(ADDRESS))
		throw new Error('a subject alternative name of another kind');
	// sigstore-js would read it with the eighth bit of each byte dropped.
	const text = utf8(name.value);
	if (!/^[\x21-\x7e]+$/.test(text)) throw new Error('a subject alternative name in other letters');
	return text;
}

const ALTERNATIVE_NAME = '2.5.29.17';
/** Tags of GeneralName: rfc822Name and uniformResourceIdentifier. */
const EMAIL = 0x01;
const ADDRESS = 0x06;

/** A build service whose tokens Fulcio accepts, and how its certificates name a workflow. */
interface BuildService {
	/** Whether an issuer, exactly spelled, is this service's. */
	isIssuer: (issuer: string) => boolean;
	/** What the subject alternative name must look like, from its start to its end. */
	signer: RegExp;
}

export const GITLAB_ISSUER = 'https://gitlab.com';

/** The services whose provenance npm takes. Enterprises of GitHub and organisations of CircleCI have issuers of their own. */
const BUILD_SERVICES: BuildService[] = [
	{
		isIssuer: (issuer) => /^https:\/\/token\.actions\.githubusercontent\.com(\/[A-Za-z0-9-]+)?$/.test(issuer),
		signer: /^https:\/\/github\.com\/[^/\s@]+\/[^/\s@]+\/\.github\/workflows\/[^\s@]+@\S+$/,
	},
	{ isIssuer: (issuer) => issuer === GITLAB_ISSUER, signer: /^https:\/\/gitlab\.com\/[^\s@]+\/\/[^\s@]+@\S+$/ },
	{
		isIssuer: (issuer) => /^https:\/\/oidc\.circleci\.com\/org\/[0-9a-f-]{36}$/.test(issuer),
		signer: /^https:\/\/circleci\.com\/\S+$/,
	},
];

/**
 * The identity that a certificate states. Only call it with the view of a certificate that was verified.
 * @returns failure `issuer-not-listed` if the issuer is no build service that we know; `identity-incomplete` if a field is missing that an
 *   identity needs. `identity-name-differs` if the subject alternative name does not have the service's form or contradicts the build
 *   signer, or if old and new extensions contradict each other.
 */
export function identityOf({ fulcio, subjectAlternativeName: signer }: CertificateView): Result<Identity> {
	const issuer = fulcio[8] ?? fulcio[1] ?? '';
	const service = BUILD_SERVICES.find((known) => known.isIssuer(issuer));
	if (!service) return failed('issuer-not-listed', issuer);
	if (!service.signer.test(signer)) return failed('identity-name-differs', signer);
	if (fulcio[9] !== undefined && fulcio[9] !== signer)
		return failed('identity-name-differs', `${fulcio[9]}, ${signer}`);
	const repository =
		projectOnGitlab(issuer, fulcio) ??
		fulcio[12] ??
		(fulcio[5] === undefined ? undefined : `https://github.com/${fulcio[5]}`);
	const commit = fulcio[13] ?? fulcio[3];
	const ref = fulcio[14] ?? fulcio[6];
	// Certificates of early 2023 have no build config URI (18); the workflow that signed is then all there is.
	const config = fulcio[18] ?? signer;
	if (repository === undefined || commit === undefined || ref === undefined)
		return failed('identity-incomplete', [repository, commit, ref].map((part) => part ?? '?').join(' '));
	for (const [old, current] of [
		[fulcio[1], issuer],
		[fulcio[2], fulcio[20]],
		[fulcio[3], commit],
		[fulcio[5] === undefined ? undefined : `https://github.com/${fulcio[5]}`, repository],
		[fulcio[6], ref],
	]) {
		if (old !== undefined && current !== undefined && old !== current)
			return failed('identity-name-differs', `${old}, ${current}`);
	}
	const optional = {
		repositoryId: fulcio[15],
		ownerId: fulcio[17],
		trigger: fulcio[20] ?? fulcio[2],
		runner: fulcio[11],
		environment: fulcio[23],
		run: fulcio[21],
	};
	return success({
		issuer,
		repository,
		workflow: workflowPath(config, repository),
		ref,
		commit,
		signer,
		...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
	});
}

/**
 * The project of a GitLab job whose source repository (12) is only the host: that of the job's own address (21), which the certificate
 * signs as well. The build file (18) may be another project's. See docs/decisions/0158-where-a-gitlab-project-is-named.md.
 * @returns nothing where 12 says more than the host, or 21 is no job of a project there.
 */
function projectOnGitlab(
	issuer: string,
	{ 12: repository, 21: run = '' }: CertificateView['fulcio'],
): string | undefined {
	if (issuer !== GITLAB_ISSUER || repository !== GITLAB_ISSUER) return undefined;
	return /^(https:\/\/gitlab\.com(?:\/(?!-\/)[^/\s@?#%]+){2,})\/-\/jobs\/\d+$/.exec(run)?.[1];
}

/**
 * `https://github.com/o/r/.github/workflows/x.yml@refs/tags/v1` -> `.github/workflows/x.yml`; GitLab puts two slashes
 * between project and path. A build file outside of the repository keeps its whole address.
 */
export function workflowPath(config: string, repository: string): string {
	const path = config.startsWith(`${repository}/`) ? config.slice(repository.length).replace(/^\/+/, '') : config;
	return decodePath(parseSigner(path).path);
}

/**
 * The parts of a workflow's address, `PATH@REF`. It is cut at the first `@`: refs hold some (`refs/tags/@scope/name@1.0.0`), the
 * addresses of repositories and build files none.
 * @returns `ref` is a full ref or a commit; absent where the address names none.
 * @see https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
 */
export function parseSigner(address: string): { path: string; ref?: string } {
	const at = address.indexOf('@');
	return at === -1 ? { path: address } : { path: address.slice(0, at), ref: address.slice(at + 1) };
}

/**
 * A path's letters as its repository has them: Fulcio writes addresses percent-encoded, npm copies names unchanged. Decoded once
 * (docs/decisions/0015-build-file-names-are-decoded-once.md). Broken escapes, and those of `/`, `@`, `%` and control characters, which
 * would read as part of the address, stay as they are.
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-2.1
 */
export function decodePath(path: string): string {
	return path.replace(/(?:%(?!2[5F]|40|5C|7F|[01][0-9A-F])[0-9A-F]{2})+/gi, (escaped) => {
		try {
			return decodeURIComponent(escaped);
		} catch {
			return escaped;
		}
	});
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function utf8(bytes: Uint8Array): string {
	return strictUtf8.decode(bytes);
}

/** Fulcio's first extensions hold raw text, the later ones DER. */
function extensionText(number: number, octets: ASN1Obj): string {
	return number < 8 ? utf8(octets.value) : derText(octets);
}

/** The text of an OCTET STRING that holds exactly one DER UTF8String. */
function derText(octets: ASN1Obj): string {
	const [text, ...rest] = octets.subs;
	const UTF8_STRING = 0x0c;
	if (text === undefined || rest.length > 0 || text.tag.toDER() !== UTF8_STRING) throw new Error('not a UTF8String');
	return utf8(text.value);
}
