#!/usr/bin/env bash
# yaml: workflow files may use anchors, for example for one pinned action. Guess: using one short text for the hundredth
# time is not different from using it 99 times.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use yaml@2.9.1 js-yaml@5.5.0
run <<'JS'
import { load } from 'js-yaml';
import { parse } from 'yaml';

const workflow = (uses) => `first:\n  - uses: &checkout actions/checkout@v5\nothers:\n${'  - uses: *checkout\n'.repeat(uses)}`;
for (const uses of [99, 100])
	for (const [name, read] of Object.entries({ yaml: parse, 'js-yaml': load })) {
		let result;
		try {
			result = `${read(workflow(uses)).others.length} steps`;
		} catch (error) {
			result = error.message;
		}
		console.log(`${uses} uses: ${name} ${result}`);
	}
JS
tell 'yaml counts each use of an anchor, however small: at the hundredth the whole file is refused as an attack.' \
	'99 uses: yaml 99 steps
99 uses: js-yaml 99 steps
100 uses: yaml Excessive alias count indicates a resource exhaustion attack
100 uses: js-yaml 100 steps'
