#!/usr/bin/env bash
# npm: JSONStream and jsonstream are two packages. Guess: a purl that npm's own library writes comes back as it was
# written when the purl project's library reads it.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm-package-arg@14.0.0 packageurl-js@2.0.1
run <<'JS'
import npa from 'npm-package-arg';
import { PackageURL } from 'packageurl-js';

for (const spec of ['JSONStream@1.3.5', 'example@v1.0.0']) {
	const written = npa.toPurl(spec);
	const { name, version } = PackageURL.fromString(written);
	console.log(`${spec}: npm writes ${written}, packageurl-js reads ${name} of ${version}`);
}
JS
tell "packageurl-js lower-cases npm names, so npm's own purl comes back as another package; and npm-package-arg leaves the v of v1.0.0 in the purl." \
	'JSONStream@1.3.5: npm writes pkg:npm/JSONStream@1.3.5, packageurl-js reads jsonstream of 1.3.5
example@v1.0.0: npm writes pkg:npm/example@v1.0.0, packageurl-js reads example of v1.0.0'
