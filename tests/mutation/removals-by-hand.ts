/** Owns the checks that no guard in the source shows (tests/mutation/guards.ts): each as the text that makes it, and what is left without. */

/** One check by hand. */
export interface HandRemoval {
	/** What is checked, in few words. */
	check: string;
	/** The failure that it gives. */
	code: string;
	file: string;
	/** Stands exactly once in the file. */
	find: string;
	replace: string;
}

const verify = 'lib/sigstore/verify.ts';
const identity = 'lib/sigstore/identity.ts';
const trustRoot = 'lib/sigstore/trust-root.ts';
const answers = 'lib/registry/schemas.ts';
const signature = 'lib/attestation/registry-signature.ts';

export const BY_HAND: readonly HandRemoval[] = [
	{
		check: 'all of sigstore-js: signature, chain, SCT, log',
		code: 'signature-invalid and others',
		file: verify,
		find: 'await settle(() => verifier.verify(attempt.entity), trust.knownAnswers);',
		replace: '',
	},
	{
		check: 'key of the period in which it signed',
		code: 'key-not-valid-then',
		file: trustRoot,
		find: 'return keys.find(({ validFor }) => times.every((time) => isValidAt(validFor, time))) ?? keys[0];',
		replace: 'return keys[0];',
	},
	{
		check: 'log of the period in which it signed',
		code: 'log-key-not-valid-then',
		file: 'lib/sigstore/diagnose.ts',
		find: 'return logs.find(({ validFor }) => isValidAt(validFor, time)) ?? logs[0];',
		replace: 'return logs[0];',
	},
	{
		check: 'publish key valid at the signing time',
		code: 'key-not-valid-then',
		file: 'lib/sigstore/diagnose.ts',
		find: 'validFor: (time) => isValidAt(known.validFor, time),',
		replace: 'validFor: () => true,',
	},
	{
		check: 'the earliest signed time counts',
		code: 'log-key-not-valid-then',
		file: 'lib/sigstore/diagnose.ts',
		find: '.sort((one, other) => one.getTime() - other.getTime())[0]',
		replace: '[0]',
	},
	{
		check: 'issuer listed',
		code: 'issuer-not-listed',
		file: identity,
		find: 'known.isIssuer(issuer)',
		replace: 'true',
	},
	{
		check: 'issuer exact, to its end',
		code: 'issuer-not-listed',
		file: identity,
		find: '(issuer) => issuer === GITLAB_ISSUER',
		replace: '(issuer) => issuer.startsWith(GITLAB_ISSUER)',
	},
	{
		check: 'issuer exact, from its start',
		code: 'issuer-not-listed',
		file: identity,
		find: '/^https:\\/\\/token\\.actions',
		replace: '/https:\\/\\/token\\.actions',
	},
	{
		check: 'name in plain letters',
		code: 'certificate-malformed',
		file: identity,
		find: 'const text = utf8(name.value);',
		replace: "return name.value.toString('ascii'); const text = '';",
	},
	{
		check: 'integrity is one SHA-512',
		code: 'unsupported-integrity',
		file: 'lib/attestation/integrity.ts',
		find: '{86}==)$/.exec(integrity)',
		replace: '{86}==)/.exec(integrity)',
	},
	{
		check: "a runner of a project is GitLab's",
		code: 'predicate-builder-differs',
		file: 'lib/attestation/predicate/builder.ts',
		find: 'if (issuer === GITLAB_ISSUER) return builder',
		replace: "if (issuer === GITLAB_ISSUER || builder.includes('/-/runners/')) return builder",
	},
	{
		check: "a builder is this project's runner",
		code: 'predicate-builder-differs',
		file: 'lib/attestation/predicate/builder.ts',
		find: 'builder.startsWith(`\u0024{repository}/-/runners/`)',
		replace: 'builder.startsWith(repository)',
	},
	{
		check: 'sorted by the payload, not by the label',
		code: 'unsupported-predicate',
		file: 'lib/attestation/parse.ts',
		find: '[kindOf(claimed), kindOf(label)]',
		replace: '[undefined, kindOf(label)]',
	},
	{
		check: 'sorted by the label where the payload names nothing',
		code: 'signature-invalid',
		file: 'lib/attestation/parse.ts',
		find: '[kindOf(claimed), kindOf(label)]',
		replace: '[kindOf(claimed), undefined]',
	},
	{
		check: 'publish attestation is checked where provenance is withheld',
		code: 'attestations-withheld',
		file: 'lib/inspect/claims.ts',
		find: "if (publish === 'absent') return gathering",
		replace: "if (gathering || publish === 'absent') return gathering",
	},
	{
		check: 'what counts as listed: odd provenance',
		code: 'attestations-withheld',
		file: 'lib/npm/listed-attestations.ts',
		find: 'v.is(typeName, type) ? type : UNREADABLE',
		replace: 'v.is(typeName, type) ? type : undefined',
	},
	{
		check: 'what counts as listed: length of its type',
		code: 'attestations-withheld',
		file: 'lib/npm/listed-attestations.ts',
		find: 'v.is(typeName, type)',
		replace: "typeof type === 'string'",
	},
	{
		check: 'registry signatures, all of known keys',
		code: 'registry-signature-invalid',
		file: signature,
		find: 'for (const { key, sig } of known) {',
		replace: 'for (const { key, sig } of known.slice(0, 1)) {',
	},
	{
		check: 'registry keys valid at publish time, all',
		code: 'registry-key-not-valid-then',
		file: signature,
		find: 'if (known.every(',
		replace: 'if (known.some(',
	},
	{
		check: 'registry key valid at publish time',
		code: 'registry-key-not-valid-then',
		file: signature,
		find: 'if (known.every(({ key }) => isValidAt(key.validFor, publishedAt))) return',
		replace: 'return',
	},
	{
		check: 'a time that nobody signed refutes no registry key',
		code: 'publish-time-unsigned',
		file: signature,
		find: "return saidBy === 'signature'",
		replace: 'return true',
	},
	{
		check: 'ECDSA numbers not padded',
		code: 'signature-invalid',
		file: 'lib/sigstore/webcrypto/node-crypto.ts',
		find: 'return second > 0x7f ? value.subarray(1) : undefined;',
		replace: 'return value.subarray(1);',
	},
	{
		check: 'only true answers are remembered',
		code: 'signature-invalid',
		file: 'lib/sigstore/webcrypto/bridge.ts',
		find: 'if (given === true) learn?.(question);',
		replace: 'learn?.(question);',
	},
	{
		check: 'what was kept of a manifest parsed',
		code: 'wrong-shape',
		file: answers,
		find: 'parsed.success ? ofRelease(parsed.output, spec) : wrongShape(parsed.issues[0])',
		replace: 'ofRelease(kept as Manifest, spec)',
	},
	{
		check: 'what was kept of keys parsed',
		code: 'wrong-shape',
		file: answers,
		find: 'const parsed = v.safeParse(keptKeysShape, kept, FIRST_ONLY);',
		replace: 'const parsed = { success: true, output: kept as ListedKey[] };',
	},
	{
		check: 'what was kept parsed at all',
		code: 'wrong-shape',
		file: 'lib/registry/cache.ts',
		find: 'const answer = await parse(value);',
		replace: 'const answer = { ok: true, value: value as T } as const;',
	},
];
