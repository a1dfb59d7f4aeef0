#!/usr/bin/env bash
# npm: `repository` in package.json may be any web address of a repository. Guess: an http address of a known host becomes
# its https address; the page of a branch names the repository, on each host.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use hosted-git-info@10.1.1 npm@12.2.2
run <<'JS'
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import hosted from 'hosted-git-info';

for (const scheme of ['https', 'http']) console.log(`${scheme}: ${hosted.fromUrl(`${scheme}://github.com/owner/project`)}`);
mkdirSync('package');
writeFileSync('package/package.json', JSON.stringify({ name: 'a', version: '1.0.0', repository: 'http://github.com/owner/project' }));
execFileSync('node', ['../node_modules/npm/bin/npm-cli.js', 'pkg', 'fix', '--loglevel=silent'], { cwd: 'package' });
console.log('after npm pkg fix:', JSON.parse(readFileSync('package/package.json', 'utf8')).repository.url);
for (const host of ['github.com', 'gitlab.com']) {
	const { user, project } = hosted.fromUrl(`https://${host}/owner/project/tree/main`);
	console.log(`${host}/owner/project/tree/main: owner ${user}, project ${project}`);
}
JS
tell "A repository's http address becomes one for ssh, also when npm pkg fix normalizes it, and GitLab's address of a branch becomes a project called like the branch." \
	'https: git+https://github.com/owner/project.git
http: git+ssh://git@github.com/owner/project.git
after npm pkg fix: git+ssh://git@github.com/owner/project.git
github.com/owner/project/tree/main: owner owner, project project
gitlab.com/owner/project/tree/main: owner owner/project/tree, project main'
