#!/usr/bin/env bash
# TUF: the order of delegated roles is their priority, and it is signed. Guess: any role name is read in the order written.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use @tufjs/models@5.0.2 @tufjs/canonical-json@2.0.0
run <<'JS'
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import canonical from '@tufjs/canonical-json';
import models from '@tufjs/models';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
const key = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } };
const common = { spec_version: '1.0.31', version: 1, expires: '2099-01-01T00:00:00Z' };
const role = { keyids: ['k'], threshold: 1 };
const roles = Object.fromEntries(['root', 'timestamp', 'snapshot', 'targets'].map((name) => [name, role]));
const root = models.Metadata.fromJSON('root', {
	signed: { _type: 'root', ...common, consistent_snapshot: true, keys: { k: key }, roles },
	signatures: [],
});

for (const names of [['bin-10', 'bin-2'], ['10', '2']]) {
	const delegated = names.map((name) => ({ name, ...role, terminating: false, paths: ['*'] }));
	const signed = { _type: 'targets', ...common, targets: {}, delegations: { keys: { k: key }, roles: delegated } };
	const bytes = Buffer.from(canonical.canonicalize(signed));
	const signature = sign(null, bytes, privateKey);
	const read = models.Metadata.fromJSON('targets', { signed, signatures: [{ keyid: 'k', sig: signature.toString('hex') }] });
	let verdict = 'accepted';
	try {
		root.verifyDelegate('targets', read);
	} catch (error) {
		verdict = error.message;
	}
	const order = read.signed.toJSON().delegations.roles.map(({ name }) => name);
	console.log(`${names} read as ${order}: ${verdict}; the signature itself holds: ${verify(null, bytes, publicKey, signature)}`);
}
JS
tell 'Delegated roles whose names are whole numbers are put in numeric order, so rightly signed metadata is refused.' \
	'bin-10,bin-2 read as bin-10,bin-2: accepted; the signature itself holds: true
10,2 read as 2,10: targets was signed by 0/1 keys; the signature itself holds: true'
