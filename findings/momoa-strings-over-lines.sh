#!/usr/bin/env bash
# momoa: a JSON parser for linters, strict by default (mode json). JSON forbids control characters within strings.
# Guess: it refuses a string that goes over two lines, as JSON.parse does.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use @humanwhocodes/momoa@3.3.13
run <<'JS'
import { evaluate, parse } from '@humanwhocodes/momoa';

function tell(read, text) {
	try {
		return JSON.stringify(read(text));
	} catch {
		return 'refused';
	}
}
for (const text of ['{"a":"b"}', '{"a":"b\nc"}', '{"a":"b\tc"}', '{"a":"b\u0000c"}', "{'a':'b'}"])
	console.log(`${JSON.stringify(text)}: JSON.parse ${tell(JSON.parse, text)}; momoa ${tell((one) => evaluate(parse(one, { mode: 'json' })), text)}`);
JS
tell 'In its strict mode momoa accepts line breaks, tabs and NUL within strings, which JSON forbids and JSON.parse refuses.' \
	"\"{\\\"a\\\":\\\"b\\\"}\": JSON.parse {\"a\":\"b\"}; momoa {\"a\":\"b\"}
\"{\\\"a\\\":\\\"b\\nc\\\"}\": JSON.parse refused; momoa {\"a\":\"b\\nc\"}
\"{\\\"a\\\":\\\"b\\tc\\\"}\": JSON.parse refused; momoa {\"a\":\"b\\tc\"}
\"{\\\"a\\\":\\\"b\\u0000c\\\"}\": JSON.parse refused; momoa {\"a\":\"b\\u0000c\"}
\"{'a':'b'}\": JSON.parse refused; momoa refused"
