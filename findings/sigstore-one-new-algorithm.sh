#!/usr/bin/env bash
# Sigstore: a trusted root lists many logs and authorities. Guess: one key of an algorithm that a client does not know yet
# is passed over, or marked as unknown, and the others stay usable.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use @sigstore/protobuf-specs@0.5.2
run <<'JS'
import { TrustedRoot } from '@sigstore/protobuf-specs';

const log = (keyDetails) => ({
	baseUrl: 'https://log.example.org',
	hashAlgorithm: 'SHA2_256',
	publicKey: { rawBytes: 'MAA=', keyDetails, validFor: { start: '2026-01-01T00:00:00Z' } },
});
function read(...details) {
	try {
		return `${TrustedRoot.fromJSON({ tlogs: details.map(log) }).tlogs.length} logs`;
	} catch (error) {
		return error.message;
	}
}
console.log('two known logs:', read('PKIX_ED25519', 'PKIX_ECDSA_P256_SHA_256'));
console.log('a known one, and one of tomorrow:', read('PKIX_ED25519', 'PKIX_TOMORROW'));
JS
tell 'One key of an algorithm that the library does not know yet makes the whole trusted root unreadable.' \
	'two known logs: 2 logs
a known one, and one of tomorrow: Unrecognized enum value PKIX_TOMORROW for enum PublicKeyDetails'
