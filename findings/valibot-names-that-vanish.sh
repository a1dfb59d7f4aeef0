#!/usr/bin/env bash
# valibot: a map of dependencies is a record of name to range. Guess: each name is kept, or the map is refused.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use valibot@1.5.0
run <<'JS'
import * as v from 'valibot';

const dependencies = JSON.parse('{"left":"1.0.0","constructor":"1.0.0","prototype":"0.0.5","toString":"1.0.0"}');
const schemas = { record: v.record(v.string(), v.string()), looseObject: v.looseObject({}), objectWithRest: v.objectWithRest({}, v.string()) };
for (const [name, schema] of Object.entries(schemas)) {
	const { success, output } = v.safeParse(schema, dependencies);
	console.log(`${name}: ${success ? 'success' : 'refused'}, ${Object.keys(output).join(' ')}`);
}
JS
tell 'Keys named constructor and prototype vanish from records and open objects, and the result is a success; prototype is the name of a package.' \
	'record: success, left toString
looseObject: success, left toString
objectWithRest: success, left toString'
