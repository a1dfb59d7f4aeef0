#!/usr/bin/env bash
# Sigstore: a bundle's media type carries its version. Guess: a version that the library has never heard of is refused.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use @sigstore/bundle@5.0.1
run <<'JS'
import { bundleFromJSON } from '@sigstore/bundle';

const entry = {
	logIndex: '1',
	logId: { keyId: 'AA==' },
	kindVersion: { kind: 'dsse', version: '0.0.1' },
	integratedTime: '1',
	inclusionProof: { logIndex: '1', rootHash: 'AA==', treeSize: '2', hashes: ['AA=='], checkpoint: { envelope: 'x' } },
	canonicalizedBody: 'e30=',
};
const bundle = {
	verificationMaterial: { certificate: { rawBytes: 'MAA=' }, tlogEntries: [entry] },
	dsseEnvelope: { payload: 'e30=', payloadType: 'application/vnd.in-toto+json', signatures: [{ sig: 'AA==' }] },
};
for (const version of ['0.3', '0.4', '9.9', '0.10', '1']) {
	let verdict = 'read';
	try {
		bundleFromJSON({ mediaType: `application/vnd.dev.sigstore.bundle.v${version}+json`, ...bundle });
	} catch (error) {
		verdict = error.message;
	}
	console.log(`v${version}: ${verdict}`);
}
JS
tell 'Any version of two single digits is read by the rules of v0.3; v0.10 and v1 are called invalid, not unsupported.' \
	'v0.3: read
v0.4: read
v9.9: read
v0.10: invalid bundle
v1: invalid bundle'
