#!/usr/bin/env bash
# yaml: two equal keys in one map are an error. Guess: that holds for keys that are equal in the object that comes out.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use yaml@2.9.1 js-yaml@5.5.0
run <<'JS'
import { load } from 'js-yaml';
import { parse } from 'yaml';

function tell(read, text) {
	try {
		return JSON.stringify(read(text));
	} catch (error) {
		return `refused (${error.message.split(/ at | \(/)[0]})`;
	}
}
for (const text of ['18: a\n18: b', '18: a\n"18": b', 'true: a\n"true": b', '&name build: a\n*name : b'])
	console.log(`${JSON.stringify(text)}: yaml ${tell(parse, text)}; js-yaml ${tell(load, text)}`);
JS
tell 'yaml compares keys as YAML values, so 18 and "18", or an alias and the name that it stands for, pass as two keys and the later one replaces the earlier.' \
	'"18: a\n18: b": yaml refused (Map keys must be unique); js-yaml refused (duplicated mapping key)
"18: a\n\"18\": b": yaml {"18":"b"}; js-yaml refused (duplicated mapping key)
"true: a\n\"true\": b": yaml {"true":"b"}; js-yaml refused (duplicated mapping key)
"&name build: a\n*name : b": yaml {"build":"b"}; js-yaml refused (duplicated mapping key)'
