/** Owns `npm run pack-npm`: the npm package of the command line in .output/npm, one bundled file, and its archive in .output. */
import { execFileSync } from 'node:child_process';
import {
	chmodSync,
	copyFileSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { standInFor } from '../lib/sigstore/webcrypto/node-shims.ts';
import { jsonSchemas } from './json-schemas.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The oldest Node that runs it; CI runs it on this one too. */
const NODE = '>=22';

/** The file that npm puts into the path. */
const BIN = 'stamp-of-origin.js';

/**
 * Builds the package.
 * @param folder for it; what is there is deleted. @returns the folder.
 */
export async function buildNpmPackage(folder: string = join(root, '.output/npm')): Promise<string> {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(join(folder, 'schemas'), { recursive: true });
	const modules = await bundleForNode(join(root, 'cli/stamp-of-origin.ts'), folder, BIN);
	chmodSync(join(folder, BIN), 0o755);
	writeFileSync(join(folder, 'LICENSES.txt'), licencesOf(modules));
	for (const [name, schema] of Object.entries(jsonSchemas()))
		writeFileSync(join(folder, 'schemas', `${name}.schema.json`), `${JSON.stringify(schema, null, '\t')}\n`);
	copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
	copyFileSync(join(root, 'cli/README.md'), join(folder, 'README.md'));
	writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageJsonOf(rootPackage()), null, 2)}\n`);
	return folder;
}

/**
 * Bundles a program with all that it imports into one file for Node.
 * @param entry absolute path. @param folder for the file, called `name`; what else is there stays.
 * @param plugins come first. @returns the paths of the modules that are in it.
 */
export async function bundleForNode(
	entry: string,
	folder: string,
	name: string,
	plugins: readonly Plugin[] = [],
): Promise<string[]> {
	const built = await build({
		root,
		configFile: false,
		logLevel: 'warn',
		publicDir: false,
		// Commands start by their own files in a clone; here only one file starts.
		define: { 'import.meta.main': 'false' },
		plugins: [...plugins, sigstoreStandIns],
		ssr: { noExternal: true, target: 'node' },
		build: {
			ssr: entry,
			outDir: folder,
			emptyOutDir: false,
			target: 'node22',
			// Whoever installs it can read it.
			minify: false,
			rolldownOptions: { output: { entryFileNames: name, codeSplitting: false } },
		},
	});
	const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
	return outputs.flatMap((one) => (one.type === 'chunk' ? one.moduleIds : []));
}

/** The licences of the packages that are in the bundle, by name: each asks to be passed on. */
function licencesOf(modules: readonly string[]): string {
	const folders = modules.flatMap(
		(id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id.replace('\0', '')) ?? [],
	);
	const texts = [...new Set(folders)].toSorted().map((folder) => {
		const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
		const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
		const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
		return `${name} ${version} (${license})\n${text}`;
	});
	return `The file ${BIN} has code of these packages.\n\n${texts.join(`\n${'-'.repeat(72)}\n\n`)}`;
}

/** Packs a built package. @param to folder of the archive. @returns its path. */
export function packNpmPackage(folder: string, to: string): string {
	const output = execFileSync('npm', ['pack', folder, '--pack-destination', to, '--json', '--ignore-scripts'], {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'inherit'],
		shell: process.platform === 'win32',
	});
	const [packed] = Object.values(JSON.parse(output)) as { filename: string }[];
	return join(to, packed?.filename ?? '');
}

/** What is taken from the root's package.json. */
interface RootPackage {
	name: string;
	version: string;
	license: string;
	repository?: unknown;
	homepage?: unknown;
	bugs?: unknown;
}

function rootPackage(): RootPackage {
	return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

/**
 * What the package says of itself. The root's stays private, so that it is never published by mistake.
 * npm publishes provenance only where `repository` is the one that the build ran in.
 */
export function packageJsonOf({ name, version, license, repository, homepage, bugs }: RootPackage) {
	return {
		name,
		version,
		description:
			'Says where packages of npm were published from: verifies provenance on your machine, for one release or a lockfile.',
		license,
		...(repository !== undefined && { repository }),
		...(homepage !== undefined && { homepage }),
		...(bugs !== undefined && { bugs }),
		keywords: ['npm', 'provenance', 'sigstore', 'attestations', 'lockfile', 'sarif', 'supply-chain'],
		type: 'module',
		bin: { [name]: BIN },
		files: [BIN, 'LICENSES.txt', 'schemas'],
		engines: { node: NODE },
	};
}

/** The packages of sigstore get our `crypto` and `util` here as they do in a clone, by scripts/hooks.ts. */
const sigstoreStandIns: Plugin = {
	name: 'sigstore-stand-ins',
	enforce: 'pre',
	resolveId: (specifier, importer) => standInFor(specifier, importer),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const folder = await buildNpmPackage();
	console.log(`${join(folder, BIN)}  ${statSync(join(folder, BIN)).size} bytes`);
	console.log(packNpmPackage(folder, join(root, '.output')));
	if (rootPackage().repository === undefined)
		console.error(
			'package.json names no repository, and without one npm does not publish provenance: docs/store/handing-in.md',
		);
}
