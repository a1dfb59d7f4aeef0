/** Owns `npm run zip`: builds, packs the archives for the stores into .output, and checks them as the stores would. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ARCHIVES, packAll } from './archive.ts';
import { BROWSERS, buildExtension } from './build.ts';
import { findLintProblems, LISTED, lintExtension } from './lint-extension.ts';
import { findListingProblems, LISTING, parseListing, type StoredManifest } from './store-listing.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const output = join(root, '.output');
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const archiveFile = (archive: string) => join(output, `${name}-${version}-${archive}.zip`);

console.log('Building the extension ...');
const folders = await buildExtension(BROWSERS, { output, isSilent: true });
const archives = packAll(output);
for (const archive of ARCHIVES) {
	writeFileSync(archiveFile(archive), archives[archive]);
	const digest = createHash('sha256').update(archives[archive]).digest('hex');
	console.log(`${archiveFile(archive)}  ${archives[archive].length} bytes  sha256 ${digest}`);
}

const manifests = folders.map(
	(folder): StoredManifest => JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')),
);
console.log('Asking addons-linter ...');
const linted = lintExtension(archiveFile('firefox'));
const problems = [
	...findListingProblems(parseListing(readFileSync(join(root, LISTING), 'utf8')), manifests),
	...findLintProblems(linted),
];
for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log(`No error, and no warning besides the ${LISTED.length} that are listed.`);
else process.exitCode = 1;
