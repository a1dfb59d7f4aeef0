#!/usr/bin/env bash
# TUF: a delegation's `paths` are patterns with `*` and `?`. Guess: a path without either matches itself, and nothing else.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use @tufjs/models@5.0.2
run <<'JS'
import models from '@tufjs/models';

const common = { spec_version: '1.0.31', version: 1, expires: '2099-01-01T00:00:00Z' };
function matches(pattern, path) {
	const roles = [{ name: 'r', keyids: ['k'], threshold: 1, terminating: false, paths: [pattern] }];
	const targets = models.Targets.fromJSON({ _type: 'targets', ...common, targets: {}, delegations: { keys: {}, roles } });
	return [...targets.delegations.rolesForTarget(path)].length === 1;
}
for (const path of ['notes.txt', '#notes.txt', 'notes{1,2}.txt', 'notes+(old).txt'])
	console.log(`${path}: ${matches(path, path) ? 'matches itself' : 'does not match itself'}`);
for (const [pattern, path] of [['*', 'notes'], ['*', '.notes']])
	console.log(`${pattern} for ${path}: ${matches(pattern, path)}`);
JS
tell 'Patterns of a delegation are read as a shell with extended globs reads them: names with #, {} or +() do not match themselves, and * passes over names that begin with a dot.' \
	'notes.txt: matches itself
#notes.txt: does not match itself
notes{1,2}.txt: does not match itself
notes+(old).txt: does not match itself
* for notes: true
* for .notes: false'
