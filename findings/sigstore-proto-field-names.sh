#!/usr/bin/env bash
# Sigstore: a bundle is protobuf's JSON, whose parsers must take a field under its camelCase name and under its name in
# the .proto file (media_type). Guess: both are read, or the second is refused.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use @sigstore/protobuf-specs@0.5.2
run <<'JS'
import { Bundle, TrustedRoot } from '@sigstore/protobuf-specs';

const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
console.log('mediaType:', JSON.stringify(Bundle.fromJSON({ mediaType }).mediaType));
console.log('media_type:', JSON.stringify(Bundle.fromJSON({ media_type: mediaType }).mediaType));
console.log('certificateAuthorities:', TrustedRoot.fromJSON({ certificateAuthorities: [{}] }).certificateAuthorities.length);
console.log('certificate_authorities:', TrustedRoot.fromJSON({ certificate_authorities: [{}] }).certificateAuthorities.length);
JS
tell "Fields under the names of the .proto file, which protobuf's JSON allows, are dropped in silence: the result is an empty bundle or trusted root." \
	'mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json"
media_type: ""
certificateAuthorities: 1
certificate_authorities: 0'
