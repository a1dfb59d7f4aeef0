#!/usr/bin/env bash
# Sigstore: a time-stamping authority may give fractions of a second (RFC 3161, 2.4.2; OpenSSL's clock_precision_digits).
# Guess: sigstore-js reads such a timestamp as it reads one of whole seconds.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
command -v openssl >/dev/null || cannot_run 'there is no openssl on the path'
VERSIONS+=("$(openssl version | cut -d' ' -f1,2 | tr ' ' '@')")
use @sigstore/core@4.0.1
run <<'JS'
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { RFC3161Timestamp } from '@sigstore/core';

const openssl = (...list) => execFileSync('openssl', list, { stdio: ['ignore', 'pipe', 'pipe'] });
const config = (digits) => `
[req]
distinguished_name = name
x509_extensions = authority
prompt = no
[name]
CN = Time-stamping authority
[authority]
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = one
[one]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
clock_precision_digits = ${digits}
`;
writeFileSync('config', config(0));
openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key', '-out', 'certificate', '-days', '2', '-config', 'config');
writeFileSync('data', 'data');
openssl('ts', '-query', '-data', 'data', '-sha256', '-cert', '-out', 'query');
for (const digits of [0, 2, 3, 6]) {
	writeFileSync('config', config(digits));
	writeFileSync('serial', '01\n');
	// Zeros at the end of a fraction are left out, as they must be: wait for a time that needs all its digits.
	let fraction;
	for (let attempt = 0; attempt < 60 && fraction?.length !== digits; attempt++) {
		openssl('ts', '-reply', '-config', 'config', '-queryfile', 'query', '-inkey', 'key', '-signer', 'certificate', '-out', 'reply');
		fraction = /Time stamp: .*?:\d\d(?:\.(\d+))? /.exec(openssl('ts', '-reply', '-in', 'reply', '-text').toString())?.[1] ?? '';
	}
	let read;
	try {
		read = RFC3161Timestamp.parse(readFileSync('reply')).signingTime instanceof Date ? 'read' : 'no time';
	} catch (error) {
		read = error.message;
	}
	console.log(`${fraction.length} digits after the second: OpenSSL reads them; sigstore-js: ${read}`);
}
JS
tell 'sigstore-js reads fractions of exactly three digits: a timestamp in microseconds has an invalid time, and so has one in milliseconds whose last digit is a zero, which DER leaves out.' \
	'0 digits after the second: OpenSSL reads them; sigstore-js: read
2 digits after the second: OpenSSL reads them; sigstore-js: invalid time
3 digits after the second: OpenSSL reads them; sigstore-js: read
6 digits after the second: OpenSSL reads them; sigstore-js: invalid time'
